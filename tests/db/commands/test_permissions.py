"""Every command that writes asks who may: found by looking, tried by somebody without any role."""

import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest

import db.commands
import db.imports
import db.stick
import db.store
import db.sync
import resources
from db.commands import (
    accounts,
    attachments,
    audit,
    bulk,
    claims,
    conflicts,
    erasure,
    exports,
    ground,
    incidents,
    keys,
    lists,
    positions,
    responses,
    search,
    site,
    town,
)
from db.domain.accounts import SecurityPolicy
from db.domain.errors import GridDeskError
from db.domain.ops import Actor
from db.domain.places import Place
from db.domain.positions import Position
from db.domain.scope import Scope, scope_of
from db.imports import found_file, take_in
from db.stick import cards, write
from db.store.queries.audit import AuditFilter
from db.store.queries.search import SearchFilter
from db.store.store import Store
from db.sync import audit_file, proving, rotation
from tests.db.commands import apart
from tests.db.store import rig

NOBODY = Actor("nobody", "没有角色", ())
"""Somebody whose scope shows all, so that only the role is missing."""
ALL = scope_of(apart.LEADER)._replace(user="nobody", roles=frozenset())
REPORT = {"content": "河边路路灯不亮，已三晚", "address": "河边路 8 号"}
PLACE = Place("p1", "闸", "pump", "", 125_000_000, 29_500_000)
OWN = {
    # What is one's own, at one's own desk: no role is asked for.
    "change_password", "begin_factor", "confirm_factor", "sign_out", "lock_desk", "save_search",
    "forget_search", "save_view", "forget_view", "remember_used", "release_claim", "undo",
    "undo_many",
}  # fmt: skip
PROVES_ITSELF = {"sign_in", "authenticate_second", "first_administrator", "use_emergency_code"}
"""Whoever comes shows a password or a code."""
PROGRAMS_OWN = {
    # By itself, or within a command that has asked.
    "sweep", "archive_ready", "accept_room_keys", "erase_due", "number_prefix", "written", "each",
    "append_also", "append_report", "append_user", "start_chain", "act_in", "act_many",
    "open_attachment",
}  # fmt: skip
BESIDE_ANOTHER = {
    # Notes what a command or a person did, who was asked for a role there or needs none.
    "record_export", "record_print", "record_settings", "note_key_place",
}  # fmt: skip
ASKED = {
    "define_users": lambda s, _: town.define_users(s, NOBODY, []),
    "define_areas": lambda s, _: town.define_areas(s, NOBODY, rig.AREAS),
    "define_units": lambda s, _: town.define_units(s, NOBODY, rig.UNITS),
    "define_posts": lambda s, _: town.define_posts(s, NOBODY, []),
    "define_places": lambda s, _: ground.define_places(s, NOBODY, [PLACE]),
    "remove_place": lambda s, _: ground.remove_place(s, NOBODY, "p1"),
    "import_areas": lambda s, _: ground.import_areas(s, NOBODY, rig.AREAS),
    "publish_list": lambda s, _: lists.publish_list(s, NOBODY, "classes", [], lists.Approval()),
    "take_positions": lambda s, _: positions.take_positions(
        s, NOBODY, [Position("x", 0, 0, 0, "")]
    ),
    "declare_response": lambda s, _: responses.declare_response(
        s, NOBODY, responses.Declaration("防台风", "III")
    ),
    "end_response": lambda s, _: responses.end_response(s, NOBODY, "防汛"),
    "report_incident": lambda s, _: incidents.report_incident(s, NOBODY, incidents.Report(REPORT)),
    "act": lambda s, n: incidents.act(s, NOBODY, ALL, n, "note", {"text": "看过"}),
    "view_caller": lambda s, n: incidents.view_caller(s, NOBODY, ALL, n, "回拨"),
    "find_by_phone": lambda s, _: search.find_by_phone(s, NOBODY, ALL, "5678"),
    "claim": lambda s, n: claims.claim(s, NOBODY, ALL, n),
    "attach": lambda s, n: attachments.attach(s, NOBODY, ALL, n, _PHOTO),
    "resolve": lambda s, n: conflicts.resolve(s, NOBODY, ALL, n, "address", "x", []),
    "settle_fact": lambda s, _: conflicts.settle_fact(s, NOBODY, "user", "u", None, []),
    "set_policy": lambda s, _: accounts.set_policy(s, NOBODY, SecurityPolicy()),
    "reset_password": lambda s, _: accounts.reset_password(s, NOBODY, "somebody"),
    "reset_factor": lambda s, _: accounts.reset_factor(s, NOBODY, "somebody"),
    "unlock": lambda s, _: accounts.unlock(s, NOBODY, "somebody"),
    "set_emergency_code": lambda s, _: accounts.set_emergency_code(s, NOBODY),
    "grant_room_key": lambda s, _: keys.grant_room_key(s, NOBODY, "x"),
    "renew_room_key": lambda s, _: keys.renew_room_key(s, NOBODY),
    "move_key": lambda s, _: keys.move_key(s, NOBODY, "keyring"),
    "renew_record_key": lambda s, _: keys.renew_record_key(s, NOBODY, "x"),
    "renew_recovery_code": lambda s, _: keys.renew_recovery_code(s, NOBODY),
    "open_audit": lambda s, _: audit.open_audit(s, NOBODY),
    "letting_out": lambda s, _: exports.letting_out(
        s, NOBODY, "export_table", "table", Path("x"), purpose="上报"
    ).__enter__(),
    "check_may_enrol": lambda s, _: site.check_may_enrol(s, NOBODY),
    "write_audit": lambda s, _: audit_file.write_audit(
        s, NOBODY, ALL, AuditFilter(), Path("x"), purpose="上报"
    ),
    "prove_erasure": lambda s, n: proving.prove_erasure(s, NOBODY, n),
    "rotate_keys": lambda s, _: rotation.rotate_keys(s, NOBODY),
    "believe": lambda s, _: cards.believe(s, NOBODY, Path("x"), "x"),
    "write_for": lambda s, _: write.write_for(
        s, NOBODY, None, Path("x"), known=None, with_files=False
    ),
    "export_found": lambda s, _: found_file.export_found(
        s, NOBODY, ALL, found_file.Wish(SearchFilter(), "上报"), Path("x"), None
    ),
    "order_writer": lambda s, _: take_in.order_writer(s, NOBODY),
    "erase_caller": lambda s, n: erasure.erase_caller(s, NOBODY, n, "本人要求"),
}
INSIDE = {
    # Calls one of those above for each of several, or is what they call.
    "attach_all", "resolve_many", "check_may_define", "check_export", "check_print", "answered",
}  # fmt: skip
FORBIDS = {"role_forbids", "caller_hidden", "response_role"}
_PHOTO = resources.path("manual/map.png")


def functions(package, types):
    """Yield the public functions of a package that are given one of some types; not its queries."""
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if ".queries" in module.name:
            continue
        loaded = importlib.import_module(module.name)
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            given = {item.annotation for item in inspect.signature(function).parameters.values()}
            own = function.__module__ == module.name and not name.startswith("_")
            if own and given & types:
                yield name


def commands():
    yield from functions(db.commands, {Actor, Store})
    # Elsewhere whoever acts is named where something is done in that person's name.
    for package in (db.imports, db.stick, db.store, db.sync):
        yield from functions(package, {Actor})


def test_every_command_is_tried_or_says_why_not():
    told = ASKED.keys() | OWN | PROVES_ITSELF | PROGRAMS_OWN | BESIDE_ANOTHER | INSIDE
    known = set(commands())
    assert sorted(known - told) == [], "let it ask who may, and try it here"
    assert sorted(told - known) == [], "there is no such command any more"


@pytest.fixture(scope="module")
def number(record):
    return record[1]


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    with apart.two(tmp_path_factory.mktemp("tried")) as (store, other):
        town.define_users(store, apart.ADMIN, [town.User("somebody", "某人", ())])
        responses.declare_response(
            store, Actor("lin", "林溪", ("room_director",)), responses.Declaration("防汛", "III")
        )
        made = apart.report(store)
        apart.carry(store, other)
        for place, one in (("河边路 8 号旁", store), ("河边路 9 号", other)):
            apart.say(one, made, set={"address": place})
        apart.carry(other, store)
        assert apart.disputes(store, made)
        yield store, made


@pytest.mark.parametrize("name", sorted(ASKED))
def test_nobody_without_a_role_does_anything(record, number, name):
    store, _ = record
    before = rig.count_ops(store)
    with pytest.raises(GridDeskError) as caught:
        ASKED[name](store, number)
    assert caught.value.code in FORBIDS, caught.value
    assert rig.count_ops(store) == before


def test_many_at_once_are_each_refused(record, number):
    store, _ = record
    (rid,) = rig.rows(store, "SELECT rid FROM incident WHERE number = ?", number)[0]
    done = bulk.act_many(store, NOBODY, ALL, [rid], "note", {"text": "看过"})
    assert [item.error.code for item in done.refused] == ["role_forbids"]


def test_nobody_sees_all_here(record, number):
    """The tests above would be empty if the incident were not seen."""
    assert isinstance(ALL, Scope)
    store, _ = record
    _, incident = store.read(lambda c: incidents.visible_incident(c, ALL, number))
    assert incident.number == number
