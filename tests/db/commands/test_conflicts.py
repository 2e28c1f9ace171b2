"""A disagreement from two real stations to its end: seen on both, settled on one, gone on both."""

import pytest

from db.commands.incidents import archive_ready
from db.domain.branches import REGISTERS, ROW_REGISTERS, part_field
from db.domain.errors import InputError, RuleError
from db.domain.ops import Actor
from db.domain.scope import scope_of
from db.domain.settling import spec_of
from db.store.projections import ENTITY_OF_KIND, Rows
from db.store.queries.queue import (
    QueueFilter,
    counts,
    disputed_count,
    doubts,
    queue_ids,
    queue_rows,
)
from db.store.rebuild import rebuild_now
from db.store.verify import verify
from tests.db.commands.apart import (
    ALL,
    PLACED,
    carry,
    disputes,
    do,
    meet,
    report,
    say,
    settle,
    two,
    value,
)
from tests.db.store import rig

CLERK = Actor("li", "李村", ("village_clerk",))


@pytest.fixture
def pair(tmp_path):
    with two(tmp_path) as stores:
        yield stores


@pytest.fixture
def number(pair):
    """An incident that both stations know and nobody has touched."""
    made = report(pair[0])
    carry(*pair)
    return made


def dispatched_apart(pair, number):
    """Both gave out the same incident, each to another unit."""
    a, b = pair
    do(a, number, "accept", **PLACED)
    carry(a, b)
    do(a, number, "dispatch", lead=rig.SZS)
    do(b, number, "dispatch", lead=rig.CGZD)
    meet(a, b)


def closed_beside_a_note(pair, number):
    a, b = pair
    say(a, number, "incident_archived", to="archived", set={"archived_at": a.clock()})
    do(b, number, "note", text="居民又来电，路灯还是不亮")
    meet(a, b)


def same(pair):
    a, b = (store.read(rig.projection) for store in pair)
    assert a == b
    assert all(store.read(verify).is_ok for store in pair)


def gone(pair, number):
    meet(*pair)
    for store in pair:
        assert disputes(store, number) == {}
        assert value(store, number, "conflicts") == 0
        assert store.read(lambda c: disputed_count(c, ALL)) == 0
    same(pair)


# each class of fields, all the way


def test_a_value_taken_from_one_side(pair, number):
    a, b = pair
    say(a, number, set={"address": "河边路 8 号东侧"})
    say(b, number, set={"address": "河边路 18 号"})
    meet(a, b)
    same(pair)
    for store in pair:
        (item,) = disputes(store, number).values()
        assert (item.kind, item.name) == ("value", "address")
        told = {(side.station, side.station_name, side.who, side.value) for side in item.sides}
        assert told == {
            ("A1", "席位A1", "沈砚", "河边路 8 号东侧"),
            ("B1", "席位B1", "沈砚", "河边路 18 号"),
        }
    assert settle(b, number, "address", "河边路 8 号东侧").left == 0
    gone(pair, number)
    assert [value(store, number, "address") for store in pair] == ["河边路 8 号东侧"] * 2


def test_a_third_value(pair, number):
    a, b = pair
    say(a, number, set={"address": "一"})
    say(b, number, set={"address": "二"})
    meet(a, b)
    settle(a, number, "address", "河边路 28 号")
    gone(pair, number)
    assert value(b, number, "address") == "河边路 28 号"


def test_two_leads(pair, number):
    a, b = pair
    dispatched_apart(pair, number)
    same(pair)
    for store in pair:
        (item,) = disputes(store, number).values()
        assert item.kind == "dispatch"
        assert {side.name for side in item.sides} == {"市政所", "城管中队"}
    running = rig.rows(b, "SELECT stage, unit FROM timer WHERE ended_at IS NULL")
    settle(b, number, "lead_unit", rig.CGZD)
    gone(pair, number)
    parts = dict(rig.rows(a, "SELECT unit, part FROM assignment"))
    assert parts == {rig.CGZD: "lead", rig.SZS: "co"}
    assert value(a, number, "lead_unit") == rig.CGZD
    assert rig.rows(a, "SELECT stage, unit FROM timer WHERE ended_at IS NULL") == running


def test_a_lead_settles_the_parts_too(pair, number):
    a, b = pair
    do(a, number, "accept", **PLACED)
    carry(a, b)
    do(a, number, "dispatch", lead=rig.SZS, co=(rig.CGZD,))
    do(b, number, "dispatch", lead=rig.CGZD, co=(rig.SZS,))
    meet(a, b)
    assert part_field(rig.SZS, "part") in disputes(a, number)
    assert settle(a, number, "lead_unit", rig.SZS).left == 0
    gone(pair, number)


def test_a_field_of_a_units_part(pair, number):
    a, b = pair
    do(a, number, "accept", **PLACED)
    do(a, number, "dispatch", lead=rig.SZS)
    carry(a, b)
    say(a, number, units=[{"unit": rig.SZS, "task": "当晚设警示"}])
    say(b, number, units=[{"unit": rig.SZS, "task": "明早处理"}])
    meet(a, b)
    field = part_field(rig.SZS, "task")
    (item,) = disputes(b, number).values()
    assert (item.field, item.unit_name) == (field, "市政所")
    settle(a, number, field, "今晚设警示，明早更换")
    gone(pair, number)
    assert rig.rows(b, "SELECT task FROM assignment") == [("今晚设警示，明早更换",)]


def running(store):
    found = rig.rows(store, "SELECT stage FROM timer WHERE ended_at IS NULL ORDER BY stage")
    return [stage for (stage,) in found]


@pytest.fixture
def closed_apart(pair, number):
    """One station took it back to checking while the other closed it."""
    a, b = pair
    do(a, number, "accept", **PLACED)
    do(a, number, "dispatch", lead=rig.SZS)
    do(a, number, "sign", contact="丁")
    carry(a, b)
    say(a, number, to="closed", set={"closed_at": a.clock()}, starts=[callback(a)])
    do(b, number, "feedback", text="已更换灯泡三只，恢复照明", no_photo="夜", contact="丁")
    meet(a, b)
    assert value(a, number, "state") == "checking"
    assert disputes(a, number)["state"].kind == "state"


def callback(store):
    now = store.clock()
    limit = {"limit": ["work_day", 2], "start": now, "due": now + 86_400_000, "policy": "1"}
    return {"stage": "callback", "unit": "", **limit}


@pytest.mark.usefixtures("closed_apart")
@pytest.mark.parametrize(
    ("state", "left", "closed"), [("checking", ["check"], False), ("closed", ["callback"], True)]
)
def test_a_state(pair, number, state, left, closed):
    a, b = pair
    settle(b, number, "state", state)
    carry(b, a)
    assert value(a, number, "state") == state
    assert running(a) == left
    assert (value(a, number, "closed_at") is not None) == closed
    if "news" in disputes(a, number):
        settle(a, number, "news", None)
    gone(pair, number)


def test_a_state_of_no_return_stops_every_clock(pair, number):
    a, b = pair
    say(a, number, to="void")
    do(b, number, "accept", **PLACED)
    meet(a, b)
    assert value(a, number, "state") == "accepted"
    assert running(a) == ["dispatch"]
    settle(a, number, "state", "void")
    gone(pair, number)
    for store in pair:
        assert running(store) == []
        assert value(store, number, "is_open") == 0


def test_work_that_goes_on_keeps_its_clocks(pair, number):
    a, b = pair
    do(a, number, "accept", **PLACED)
    say(b, number, to="rejected")
    meet(a, b)
    settle(b, number, "state", "accepted")
    gone(pair, number)
    assert running(a) == ["dispatch"]


def test_news_beside_a_closing(pair, number):
    a, b = pair
    closed_beside_a_note(pair, number)
    same(pair)
    for store in pair:
        (item,) = disputes(store, number).values()
        assert item.kind == "news"
        assert "居民又来电，路灯还是不亮" in {side.said for side in item.sides}
        assert (value(store, number, "state"), value(store, number, "is_open")) == ("archived", 1)
    settle(b, number, "news", None)
    gone(pair, number)
    assert value(a, number, "is_open") == 0


# who, and what is refused


def test_two_who_settle_apart_differ_again(pair, number):
    a, b = pair
    dispatched_apart(pair, number)
    settle(a, number, "lead_unit", rig.SZS)
    settle(b, number, "lead_unit", rig.CGZD)
    meet(a, b)
    same(pair)
    for store in pair:
        assert {side.value for side in disputes(store, number)["lead_unit"].sides} == {
            rig.SZS,
            rig.CGZD,
        }
    settle(a, number, "lead_unit", rig.SZS)
    gone(pair, number)


def test_two_who_settle_alike_agree(pair, number):
    a, b = pair
    dispatched_apart(pair, number)
    settle(a, number, "lead_unit", rig.SZS)
    settle(b, number, "lead_unit", rig.SZS)
    gone(pair, number)


def test_what_is_settled_is_not_settled_again(pair, number):
    a, _ = pair
    dispatched_apart(pair, number)
    seen = disputes(a, number)["lead_unit"].seen
    settle(a, number, "lead_unit", rig.SZS)
    with pytest.raises(RuleError) as caught:
        settle(a, number, "lead_unit", rig.CGZD, seen=seen)
    assert caught.value.code == "conflict_settled"
    assert value(a, number, "lead_unit") == rig.SZS


def test_nothing_is_settled_over_a_side_that_was_not_shown(pair, number, tmp_path):
    a, b = pair
    say(a, number, set={"title": "一"})
    say(b, number, set={"title": "二"})
    meet(a, b)
    seen = disputes(a, number)["title"].seen
    say(b, number, set={"title": "三"})
    carry(b, a)
    with pytest.raises(RuleError) as caught:
        settle(a, number, "title", "一", seen=seen)
    assert caught.value.code == "conflict_changed"
    assert len(disputes(a, number)["title"].sides) == 3


@pytest.mark.parametrize("role", ["duty_officer", "dispatcher", "shift_leader", "supervisor"])
def test_the_desk_may_settle(pair, number, role):
    dispatched_apart(pair, number)
    actor = Actor("x", "某某", (role,))
    settle(pair[0], number, "lead_unit", rig.SZS, actor=actor)
    gone(pair, number)


def test_others_may_not(pair, number):
    dispatched_apart(pair, number)
    seen = disputes(pair[0], number)["lead_unit"].seen
    with pytest.raises(RuleError) as caught:
        settle(pair[0], number, "lead_unit", rig.SZS, actor=CLERK, seen=seen)
    assert caught.value.code == "role_forbids"
    assert "lead_unit" in disputes(pair[0], number)


@pytest.mark.parametrize(
    ("field", "sides", "third", "code"),
    [
        ("address", "一二", "证 11010519491231002X", "id_number_found"),
        ("address", "一二", "  ", "field_missing"),
        ("class_code", ("ZF09", "ZF02"), "XX", "field_class"),
        ("area_code", (rig.GRID, rig.OTHER_GRID), "990199", "field_area"),
        ("area_code", (rig.GRID, rig.OTHER_GRID), rig.TOWN, "area_too_wide"),
        ("urgency", ("urgent", "critical"), "soon", "field_choice"),
        ("content", ("内容一一一", "内容二二二"), "短", "content_too_short"),
        ("caller", ("e1", "e2"), "e3", "conflict_not_offered"),
        ("number", "一二", "三", "conflict_not_offered"),
    ],
)
def test_a_third_value_is_checked_like_any(pair, number, field, sides, third, code):
    a, b = pair
    say(a, number, set={field: sides[0]})
    say(b, number, set={field: sides[1]})
    meet(a, b)
    number = value(a, number, "number") if field != "number" else rig.rows(
        a, "SELECT number FROM incident"
    )[0][0]  # fmt: skip
    before = rig.count_ops(a)
    with pytest.raises((InputError, RuleError)) as caught:
        settle(a, number, field, third)
    assert caught.value.code == code
    assert rig.count_ops(a) == before
    settle(a, number, field, sides[1])
    meet(a, b)
    assert disputes(b, rig.rows(b, "SELECT number FROM incident")[0][0]) == {}


@pytest.mark.parametrize("third", ["void", "handling"])
def test_a_state_nobody_said_is_refused(pair, number, third):
    a, b = pair
    do(a, number, "accept", **PLACED)
    say(b, number, to="rejected")
    meet(a, b)
    with pytest.raises(RuleError) as caught:
        settle(a, number, "state", third)
    assert caught.value.code == "conflict_not_offered"


def test_other_decisions_stay_possible(pair, number):
    a, _ = pair
    dispatched_apart(pair, number)
    do(a, number, "sign", contact="丁", unit=rig.SZS)
    do(a, number, "note", text="先让他们都去")
    assert "lead_unit" in disputes(a, number)
    assert value(a, number, "state") == "handling"


def test_what_a_station_said_twice_is_shown_once(pair, number):
    a, b = pair
    dispatched_apart(pair, number)
    say(b, number, to="rejected")
    do(a, number, "sign", contact="丁", unit=rig.SZS)
    meet(a, b)
    do(a, number, "sign", contact="戊", unit=rig.CGZD)
    item = disputes(a, number)["state"]
    said = [side.value for side in item.sides]
    assert sorted(said) == ["handling", "rejected"]
    assert len(item.seen) == 3
    settle(a, number, "state", "handling")
    assert "state" not in disputes(a, number)


def test_what_is_in_dispute_is_not_archived_by_itself(pair, number):
    a, b = pair
    say(a, number, to="closed", set={"closed_at": a.clock(), "callback_done": 1})
    say(b, number, to="void")
    meet(a, b)
    assert value(a, number, "state") == "closed"
    before = rig.count_ops(a)
    archive_ready(a)
    assert rig.count_ops(a) == before
    settle(a, number, "state", "closed")
    archive_ready(a)
    assert value(a, number, "state") == "archived"


def test_fields_that_take_a_third_value_are_fields():
    known = REGISTERS | {part_field("u", name) for name in ROW_REGISTERS["units"]}
    assert {field for field in known if spec_of(field)} >= {"address", "title", "area_code"}
    assert spec_of("state") is None
    assert spec_of("lead_unit") is None
    assert spec_of(part_field("u", "state")) is None


# what was merged apart


def children(store, number):
    """The callers' rows a lead has: the numbers of those that count."""
    found = rig.rows(
        store,
        "SELECT child.number FROM child JOIN incident ON incident.rid = child.incident"
        " WHERE child.valid = 1 AND incident.number = ?",
        number,
    )
    return [row[0] for row in found]


@pytest.fixture
def leads(pair, number):
    """Two incidents, to each of which one station has merged the same one."""
    a, b = pair
    found = [report(a, content=f"河边路路灯第{n}盏不亮") for n in range(2)]
    carry(a, b)
    do(a, number, "merge", lead=found[0])
    do(b, number, "merge", lead=found[1])
    meet(a, b)
    assert [children(a, lead) for lead in found] == [[number]] * 2
    return found


@pytest.mark.parametrize("chosen", [0, 1])
def test_a_settled_merge_counts_in_one_lead(pair, number, leads, chosen):
    a, b = pair
    lead = rig.rows(a, "SELECT id FROM incident WHERE number = ?", leads[chosen])[0][0]
    assert settle(b, number, "merged_into", lead).left == 0
    gone(pair, number)
    assert children(a, leads[chosen]) == [number]
    assert children(a, leads[1 - chosen]) == []
    assert do(a, number, "unmerge").state == "reported"
    assert children(a, leads[chosen]) == []


def test_a_merge_settled_apart_is_put_right_by_the_last_word(pair, number, leads):
    a, b = pair
    ids = [rig.rows(a, "SELECT id FROM incident WHERE number = ?", lead)[0][0] for lead in leads]
    settle(a, number, "merged_into", ids[0])
    settle(b, number, "merged_into", ids[1])
    meet(a, b)
    assert [children(a, lead) for lead in leads] == [[], []]
    settle(a, number, "merged_into", ids[0])
    gone(pair, number)
    assert [children(b, lead) for lead in leads] == [[number], []]


def test_what_was_not_merged_after_all_counts_nowhere(pair, number):
    a, b = pair
    lead = report(a, content="河边路路灯又不亮了")
    carry(a, b)
    do(a, number, "merge", lead=lead)
    do(b, number, "accept", not_duplicate=True, **PLACED)
    meet(a, b)
    assert children(b, lead) == [number]
    settle(b, number, "state", "accepted")
    meet(a, b)
    assert children(a, lead) == []
    same(pair)


# what is shown of it


def test_counts_and_lists_go_by_scope(pair, number):
    a, b = pair
    other = report(a, content="另一件没有分歧的事件")
    closed_beside_a_note(pair, number)
    clerk = scope_of(CLERK, rig.OTHER_VILLAGE)
    found = a.read(lambda c: queue_ids(c, ALL, QueueFilter(is_disputed=True), rig.NOW))
    (row,) = a.read(lambda c: queue_rows(c, ALL, found))
    assert (row.number, row.conflicts, row.has_news) == (number, 1, 1)
    everything = a.read(lambda c: queue_ids(c, ALL, QueueFilter(), rig.NOW))
    rows = {item.number: item for item in a.read(lambda c: queue_rows(c, ALL, everything))}
    assert (rows[other].conflicts, rows[other].has_news) == (0, 0)
    assert a.read(lambda c: counts(c, ALL, rig.NOW)).disputed == 1
    assert b.read(lambda c: disputed_count(c, clerk)) == 0
    assert len(b.read(lambda c: queue_ids(c, clerk, QueueFilter(is_disputed=True), rig.NOW))) == 0


def test_what_waits_and_what_is_doubtful_is_counted(pair, number, monkeypatch):
    a, b = pair
    assert b.read(doubts) == (0, 0)
    do(a, number, "note", text="旧版程序不认识的一步")
    with monkeypatch.context() as older:
        older.delitem(ENTITY_OF_KIND, "note_added")
        carry(a, b)
        assert b.read(doubts) == (1, 0)
    b.write(rebuild_now)
    monkeypatch.setattr(Rows, "flush", _fails)
    say(b, number, set={"title": "二"})
    assert b.read(doubts) == (0, 1)


def _fails(*_):
    raise ValueError("a fault of the program")
