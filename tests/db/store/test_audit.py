"""The audit: newest first by its clocks, whatever it came by; nothing that somebody wrote."""

import random

import pytest

from db.commands.audit import open_audit, record_settings
from db.commands.incidents import Report, act, report_incident
from db.domain.auditing import GROUPS, OTHER, group_of, marks_of, told_of
from db.domain.errors import InputError, RuleError
from db.domain.ops import Actor, OpRef, decode
from db.domain.scope import scope_of
from db.store.envelopes import Caller
from db.store.projections import ENTITY_OF_KIND
from db.store.queries import audit
from db.store.queries.audit import AuditFilter, audit_detail, audit_page, begin_audit
from tests.db.store import rig

AUDITOR = Actor("aud", "沈明", ("auditor",), session="sitting-1")
EYES = scope_of(AUDITOR)
CLERK = scope_of(rig.CLERK)
TEXT = "广场舞音响太响影响睡眠"


@pytest.fixture
def store(tmp_path):
    clock = rig.Clock()
    with rig.open_store(rig.make_site(tmp_path / "home", clock=clock), clock) as store:
        store.ticks = clock
        yield store


def report(store, actor=rig.CLERK):
    store.ticks.now += 60_000
    values = {"content": TEXT, "address": "枫桥路"}
    return report_incident(store, actor, Report(values, Caller(rig.NAME, rig.PHONE))).number


def walked(store, wanted=None, **options):
    walk = store.read(lambda c: begin_audit(c, EYES, wanted or AuditFilter()))
    found = []
    while True:
        page = store.read(lambda c: audit_page(c, EYES, walk, **options))
        found += page.rows
        if page.reached is None:
            return found


def kinds(rows):
    return [row.kind for row in rows]


def test_every_kind_belongs_to_a_group():
    assert {kind for kind, ent in ENTITY_OF_KIND.items() if group_of(kind, ent) == OTHER} == set()
    used = {group_of(kind, ent) for kind, ent in ENTITY_OF_KIND.items()}
    assert used == set(GROUPS) - {OTHER}
    for kind, entity in ENTITY_OF_KIND.items():
        marks = marks_of(group_of(kind, entity))
        assert ("kind", kind) in marks or ("ent", entity) in marks


def test_only_an_auditor_reads(store):
    for scope in (CLERK, scope_of(Actor("a", "管", ("admin",))), scope_of(rig.SUPERVISOR)):
        with pytest.raises(RuleError, match="role_forbids"):
            store.read(lambda c, s=scope: begin_audit(c, s, AuditFilter()))
        with pytest.raises(RuleError, match="role_forbids"):
            store.read(lambda c, s=scope: audit_detail(c, s, OpRef("x", 1, 1)))
    with pytest.raises(RuleError, match="role_forbids"):
        open_audit(store, rig.CLERK)


def test_reading_is_recorded_once_a_sitting(store):
    for session in ("sitting-1", "sitting-1", "sitting-2"):
        open_audit(store, Actor("aud", "沈明", ("auditor",), session=session))
    assert kinds(walked(store, AuditFilter(group="audit"))) == ["audit_read"] * 2


@pytest.mark.parametrize("few", [0, 10_000])
def test_filters_agree_with_the_journal(store, monkeypatch, few):
    """Whichever way is taken, what is found is what a look at every op says, in its order."""
    monkeypatch.setattr(audit, "_FEW", few)
    monkeypatch.setattr(audit, "_CHUNK", 3)
    numbers = [report(store) for _ in range(4)]
    act(store, rig.CLERK, CLERK, numbers[0], "note", {"text": "已核实"})
    open_audit(store, AUDITOR)
    record_settings(store, AUDITOR, {"exchange": ""}, {"exchange": "on"})
    bodies = rig.rows(store, "SELECT body FROM op")
    ops = sorted((decode(body) for (body,) in bodies), key=lambda op: (op.hlc, op.ref))[::-1]

    def expected(keep):
        return [op.ref for op in ops if keep(op)]

    assert [row.ref for row in walked(store)] == expected(lambda op: True)
    for group in GROUPS:
        rows = walked(store, AuditFilter(group=group))
        assert [row.ref for row in rows] == expected(
            lambda op, g=group: group_of(op.kind, op.ent) == g
        )
    for who in ("zhou", "aud", "system", "nobody"):
        rows = walked(store, AuditFilter(who=who))
        assert [row.ref for row in rows] == expected(lambda op, w=who: op.actor.user == w)
    since, until = rig.NOW + 60_000, rig.NOW + 150_000
    rows = walked(store, AuditFilter(since=since, until=until))
    assert [row.ref for row in rows] == expected(lambda op: since <= op.at < until)
    assert rows
    rows = walked(store, AuditFilter(number=numbers[0], who="zhou"))
    assert kinds(rows) == ["note_added", "incident_reported"]
    assert {row.number for row in rows} == {numbers[0]}


def test_pages_of_one_walk_are_the_whole(store):
    for _ in range(5):
        report(store)
    whole = walked(store)
    assert walked(store, limit=3) == whole
    assert walked(store, seconds=0) == whole
    begun = store.read(lambda c: begin_audit(c, EYES, AuditFilter()))
    report(store)
    rows = store.read(lambda c: audit_page(c, EYES, begun, limit=1_000)).rows
    assert list(rows) == whole


def test_a_second_person_is_followed_too(store):
    payload = {"form": "found", "second": {"user": "lu", "name": "陆"}}
    store.write(lambda j: j.append("export_made", "x", payload, rig.CLERK))
    (row,) = walked(store, AuditFilter(who="lu"))
    told = store.read(lambda c: audit_detail(c, EYES, row.ref)).fields
    assert {one.name: one.text for one in told}["second"] == "陆 lu"


def test_chains_are_merged_by_their_clocks(store, tmp_path):
    """A station that came whole, chain by chain, is not shown chain by chain."""
    other = rig.make_site(tmp_path / "other", "B2", clock=store.ticks)
    with rig.open_store(other, store.ticks) as second:
        dice = random.Random(5)
        for _ in range(12):
            report(store)
            store.ticks.now += dice.randrange(50)
            store.ticks.now += 1
            values = {"content": TEXT, "address": "柳湾"}
            report_incident(second, rig.CLERK, Report(values))
        bodies = [body for (body,) in rig.rows(second, "SELECT body FROM op ORDER BY seq")]
        site = second.site.id
        epoch = decode(bodies[0]).ref.epoch
    store.write(lambda j: j.receive(rig.as_range(site, bodies, epoch=epoch)))
    times = [row.at for row in walked(store, AuditFilter(group="decision"))]
    assert times == sorted(times, reverse=True)
    assert len({row.station for row in walked(store)}) == 2


def test_nothing_of_an_incident_but_its_number_is_told(store):
    number = report(store)
    act(store, rig.CLERK, CLERK, number, "note", {"text": "来电人很着急，家住三单元"})
    rows = walked(store, AuditFilter(number=number))
    said = ""
    for row in rows:
        detail = store.read(lambda c, r=row: audit_detail(c, EYES, r.ref))
        said += repr((row, detail))
    assert number in said
    for word in (TEXT, "枫桥路", "三单元", rig.NAME, rig.PHONE, rig.PHONE[-4:]):
        assert word not in said
    (sealed,) = [
        one
        for one in store.read(lambda c: audit_detail(c, EYES, rows[-1].ref)).fields
        if one.is_sealed
    ]
    assert (sealed.name, sealed.text) == ("caller", None)


def test_a_field_nobody_named_is_withheld():
    payload = {"phone": "13900000000", "sign_key": "ab" * 32, "rows": [["x"]], "name": "市政所"}
    told = {one.name: one.text for one in told_of("unit_defined", "unit", payload)}
    assert told["phone"] is told["sign_key"] is None
    assert told["name"] == "市政所"
    assert told_of("x", "account", {"env": {"env": "1", "hash": "2"}})[0].is_sealed
    assert told_of("x", "account", {"password": {"env": "1"}})[0].is_sealed


def test_unknown_numbers_and_names(store):
    with pytest.raises(InputError, match="audit_number"):
        walked(store, AuditFilter(number="no-such"))
    with pytest.raises(InputError, match="op_unknown"):
        store.read(lambda c: audit_detail(c, EYES, OpRef(store.site.id, 1, 999)))
