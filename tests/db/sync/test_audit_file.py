"""A file of the audit proves itself to whoever has it, and to nobody when a byte is another."""

import orjson
import pytest

from db.commands.incidents import Report, report_incident
from db.domain.errors import EnvironmentError_, InputError, RuleError
from db.domain.ops import Actor, decode
from db.domain.scope import scope_of
from db.store.envelopes import Caller
from db.store.medium import Watch, digest_of
from db.store.queries.audit import AuditFilter
from db.sync.audit_file import verify_audit, write_audit
from tests.db.store import rig

AUDITOR = Actor("aud", "沈明", ("auditor",))
TEXT = "路灯不亮影响夜间出行"


@pytest.fixture
def store(tmp_path):
    with rig.open_store(rig.make_site(tmp_path / "home")) as store:
        for _ in range(3):
            values = {"content": TEXT, "address": "枫桥路"}
            report_incident(store, rig.CLERK, Report(values, Caller(rig.NAME, rig.PHONE)))
        yield store


def write(store, path, wanted=None, **options):
    options = {"purpose": "年度检查", **options}
    scope = scope_of(AUDITOR)
    return write_audit(store, AUDITOR, scope, wanted or AuditFilter(), path, **options)


def test_a_file_is_verified_without_the_record(store, tmp_path):
    path = tmp_path / "audit.jsonl"
    before = rig.count_ops(store)
    made = write(store, path)
    found = verify_audit(path)
    assert (found.rows, found.by, found.purpose) == (before, "沈明", "年度检查")
    assert (found.key, found.site) == (made.key, store.site.id)
    assert verify_audit(path, made.key.upper()) == found
    lines = [orjson.loads(line) for line in path.read_bytes().splitlines()]
    ops = {tuple(decode(body).ref) for (body,) in rig.rows(store, "SELECT body FROM op")}
    assert {tuple(line["op"]) for line in lines[1:-1]} <= ops
    (head,) = lines[0]["heads"]
    digest = rig.rows(store, "SELECT hash FROM op WHERE seq = ?", head[2])[0][0]
    assert bytes(digest).hex() == head[3]
    for word in (TEXT, rig.NAME, rig.PHONE, "枫桥路"):
        assert word not in path.read_text()


def test_the_export_is_in_the_journal_before_the_file_has_its_name(store, tmp_path):
    path = tmp_path / "audit.jsonl"
    made = write(store, path)
    op = decode(rig.rows(store, "SELECT body FROM op ORDER BY recv DESC LIMIT 1")[0][0])
    assert (op.kind, op.payload["form"], op.payload["rows"]) == ("export_made", "audit", made.rows)
    (output,) = op.payload["outputs"]
    assert output["sha256"] == made.sha256 == digest_of(path)
    assert output["name"] == "audit.jsonl"


def test_any_other_byte_is_seen(store, tmp_path):
    path, other = tmp_path / "audit.jsonl", tmp_path / "other.jsonl"
    write(store, path)
    whole = path.read_bytes()
    for at in range(0, len(whole), 37):
        changed = bytearray(whole)
        changed[at] ^= 1
        other.write_bytes(changed)
        with pytest.raises(InputError, match="audit_file_"):
            verify_audit(other)
    lines = whole.splitlines(keepends=True)
    for cut, code in (
        (lines[:-1], "audit_file_cut"),
        ([*lines[:1], *lines[2:]], "audit_file_changed"),
        ([*lines, lines[1]], "audit_file_changed"),
        ([], "audit_file_alien"),
        ([b"{}\n"], "audit_file_alien"),
    ):
        other.write_bytes(b"".join(cut))
        with pytest.raises(InputError, match=code):
            verify_audit(other)


def test_another_stations_signature_is_told_by_its_key(store, tmp_path):
    with rig.open_store(rig.make_site(tmp_path / "forger", "B2")) as forger:
        forged = write(forger, tmp_path / "forged.jsonl")
    made = write(store, tmp_path / "audit.jsonl")
    assert verify_audit(forged.path).key == forged.key
    with pytest.raises(InputError, match="audit_file_key"):
        verify_audit(forged.path, made.key)


def test_nothing_is_left_of_what_was_refused_or_stopped(store, tmp_path):
    path = tmp_path / "audit.jsonl"
    with pytest.raises(InputError, match="purpose_needed"):
        write(store, path, purpose=" \n")
    with pytest.raises(EnvironmentError_, match="work_cancelled"):
        write(store, path, watch=Watch(is_cancelled=lambda: True))
    with pytest.raises(EnvironmentError_, match="file_unwritable"):
        write(store, tmp_path / "none" / "audit.jsonl")
    with pytest.raises(RuleError, match="role_forbids"):
        write_audit(store, rig.CLERK, scope_of(rig.CLERK), AuditFilter(), path, purpose="看看")
    assert [item.name for item in tmp_path.iterdir()] == ["home"]
    path.write_text("先有的")
    with pytest.raises(EnvironmentError_, match="file_exists"):
        write(store, path)
    assert path.read_text() == "先有的"
