"""No identity number is kept, whichever way a text comes in; a new way in fails here by name."""

import ast
from pathlib import Path

import pytest

from db.commands.accounts import first_administrator
from db.commands.incidents import Report, report_incident
from db.commands.search import save_search
from db.commands.town import User, define_users
from db.commands.views import save_view
from db.domain.errors import InputError
from db.domain.list_checks import SPECS, parse_list
from db.domain.lists import KINDS
from db.domain.ops import SYSTEM
from db.domain.personal import _TECHNICAL
from db.domain.rules.base import check_field
from db.domain.transitions import TRANSITIONS
from db.store.envelopes import Caller, seal_document
from db.store.lists import bundled_rows
from db.store.projections import ENTITY_OF_KIND
from db.store.queries.search import SearchFilter
from tests.db.domain.test_list_checks import KNOWN
from tests.db.store import rig

NUMBER = "11010519491231002X"
WRITTEN = (NUMBER, NUMBER.lower(), "110105 19491231 002X", "１１０１０５１９４９１２３１００２Ｘ")
TEXT = f"住户证号{NUMBER}，请联系"
ROOT = Path(__file__).resolve().parents[3]


def refused(code="id_number_found"):
    return pytest.raises(InputError, check=lambda error: error.code == code)


@pytest.mark.parametrize("kind", sorted(ENTITY_OF_KIND))
def test_no_op_of_any_kind_carries_one(store, kind):
    before = rig.count_ops(store)
    for payload in (
        {"text": TEXT},
        {"set": {"content": TEXT}},
        {"rows": [{"note": TEXT}]},
        {"names": ["甲", NUMBER]},
    ):
        with refused():
            store.write(lambda journal, p=payload: journal.append(kind, "x", p, SYSTEM))
    assert rig.count_ops(store) == before


@pytest.mark.parametrize("written", WRITTEN)
def test_however_it_is_written(store, written):
    with refused():
        report_incident(store, rig.CLERK, Report({"content": f"证号{written}", "address": "河边"}))


def test_what_is_passed_over_is_no_text_of_a_person():
    """A word added here is looked at: whatever stands under it is never searched."""
    assert sorted(_TECHNICAL) == [
        "area_code", "blob", "caller", "class_code", "env", "ephemeral", "hash", "id", "key",
        "lead_unit", "media", "merged_from", "merged_into", "number", "policy", "sealed", "sha256",
        "source_no", "undoes", "unit",
    ]  # fmt: skip


FIELDS = {
    (row.action, spec.name): spec
    for row in TRANSITIONS.values()
    for spec in row.fields
    if spec.kind in ("text", "long")
}


@pytest.mark.parametrize("name", FIELDS, ids=lambda name: "-".join(name))
def test_every_field_says_so_at_once(name):
    with refused() as caught:
        check_field(FIELDS[name], TEXT, None)
    assert caught.value.params["column"] == name[1]


@pytest.mark.parametrize("column", ["name", "phone", "note"])
def test_of_a_caller(store, column):
    caller = {"name": "", "phone": "", "note": "", column: NUMBER}
    with refused() as caught:
        report_incident(
            store,
            rig.CLERK,
            Report({"content": "楼下下水道堵塞", "address": "河边"}, Caller(**caller)),
        )
    assert caught.value.params["column"] == f"caller_{column}"


def test_beside_an_op(store):
    with refused():
        store.write(lambda journal: seal_document(journal, "x", {"name": f"{NUMBER}.jpg"}))


@pytest.mark.parametrize(
    ("kind", "column"), [(kind, column.name) for kind in KINDS for column in SPECS[kind].columns]
)
def test_in_every_column_of_every_list(kind, column):
    rows = [dict(row) for row in bundled_rows(kind)]
    rows[0][column] = NUMBER
    codes = {(error.code, error.params["column"]) for error in parse_list(kind, rows, KNOWN).errors}
    spec = next(one for one in SPECS[kind].columns if one.name == column)
    assert ("list_cell_identity", column) in codes or spec.words or not spec.takes(NUMBER)


def test_in_a_view_or_a_search_that_is_kept(store):
    for name, words in ((NUMBER, "路灯"), ("我的", TEXT)):
        with refused():
            save_view(store, rig.CLERK, name, words)
        with refused():
            save_search(store, rig.CLERK, name, SearchFilter(text=words))
    for name, words in (("13912345678", "路灯"), ("我的", "找 139 1234 5678")):
        with refused("phone_found"):
            save_view(store, rig.CLERK, name, words)
        with refused("phone_found"):
            save_search(store, rig.CLERK, name, SearchFilter(text=words))


def test_nothing_else_that_is_typed_is_kept_without_an_op():
    """Of the commands, these alone write a setting; only the first two keep what was typed."""
    writing = {
        path.stem
        for path in (ROOT / "db/commands").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "set_meta"
    }
    assert writing == {"search", "views", "escalation", "keys", "lookup", "site"}


def test_nobody_signs_in_by_one(store):
    with refused():
        define_users(store, SYSTEM, [User(NUMBER, "温岑", ("admin",), "", "")])
    with refused():
        first_administrator(store, NUMBER, "温岑", "Lan-Tian-2026")
    assert rig.rows(store, 'SELECT 1 FROM user WHERE "key" = ?', NUMBER) == []
