"""A clock that jumps, stands still or lies changes how things are sorted, never whether they go."""

import time
from itertools import pairwise

import pytest

from db.commands.incidents import Report, act, report_incident
from db.domain.deadlines import due_at, local_date
from db.domain.lists import Limit
from db.domain.ops import Actor, Hlc, Op, OpRef, decode, encode
from db.domain.scope import scope_of
from db.store.journal import MAX_CLOCK_LEAD
from db.store.store import Store
from db.store.verify import verify
from tests.db.store import rig
from tests.model import desks

HOUR, YEAR = 3_600_000, 365 * 86_400_000
JUMPS = (-10 * YEAR, -HOUR, HOUR, 10 * YEAR)
PLACES = (0, 1, -1, 2_082_758_400_000, 2**31 * 1000, 4_102_444_800_000)
"""1970 and beside it (a dead battery), 2036, 2038, 2100."""
ALL = Actor("u", "一号席", tuple(sorted(desks.ROLES)))


class Jumping(rig.Clock):
    """Goes somewhere else each time it is asked, also in the middle of a transaction."""

    def __init__(self, places):
        super().__init__()
        self.places = places
        self.asked = 0

    def __call__(self):
        self.asked += 1
        return self.places[self.asked % len(self.places)]


@pytest.fixture
def home(tmp_path):
    return rig.make_site(tmp_path / "site")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    found = desks.make_desks(tmp_path_factory.mktemp("clocks"), 2)
    yield found
    for desk in found:
        desk.connection.close()


@pytest.fixture
def pair(made):
    for desk in made:
        desk.begin()
    yield made[:2]
    for desk in made:
        desk.undo()


def stamps(bodies):
    """The stamps of each chain in its order."""
    chains = {}
    for ref in sorted(bodies):
        chains.setdefault(ref[:2], []).append(decode(bodies[ref]).hlc)
    return chains.values()


def is_in_order(bodies):
    return all(a < b for chain in stamps(bodies) for a, b in pairwise(chain))


def work_through(store):
    """One order from the call to the note, by the commands a window uses."""
    done = report_incident(
        store, ALL, Report({"content": "河边路面积水", "address": "河边", "area_code": rig.GRID})
    )
    scope = scope_of(ALL)
    for action, values in (
        ("accept", {"class_code": desks.CLASS, "not_duplicate": True}),
        ("dispatch", {"lead": rig.SZS}),
        ("sign", {"contact": "老李"}),
        ("feedback", {"text": "井盖已经换好，现场清理完毕", "contact": "老李"}),
        ("note", {"text": "已复查"}),
    ):
        act(store, ALL, scope, done.number, action, values)
    return done.number


def test_no_jump_keeps_anybody_from_working(home):
    clock = rig.Clock()
    with Store.open(home, clock=clock) as store:
        for jump in (*JUMPS, *JUMPS[::-1]):
            clock.now += jump
            work_through(store)
        for place in PLACES:
            clock.now = place
            work_through(store)
        assert len(rig.rows(store, "SELECT 1 FROM incident WHERE state = 'checking'")) == 14
        assert store.read(verify).is_ok
        ops = dict(
            zip(
                [OpRef(*row) for row in rig.rows(store, "SELECT site, epoch, seq FROM op")],
                [row[0] for row in rig.rows(store, "SELECT body FROM op")],
                strict=True,
            )
        )
        assert is_in_order(ops)
        numbers = rig.rows(store, "SELECT number FROM incident")
        assert len(set(numbers)) == 14


def test_a_clock_that_jumps_between_two_looks(home):
    places = [rig.NOW, rig.NOW - 10 * YEAR, 0, rig.NOW + 10 * YEAR, rig.NOW - HOUR]
    with Store.open(home, clock=Jumping(places)) as store:
        for _ in range(5):
            work_through(store)
        assert store.read(verify).is_ok
    with Store.open(home, clock=Jumping([0])) as store:
        work_through(store)
        assert len(rig.rows(store, "SELECT 1 FROM incident WHERE state = 'checking'")) == 6


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process is set otherwise")
@pytest.mark.parametrize("zone", ["America/New_York", "Europe/London", "Pacific/Apia", "UTC"])
def test_the_zone_of_the_machine_counts_for_nothing(zone, monkeypatch):
    # The hours in which clocks are put back and forth there.
    changes = [1_793_494_800_000, 1_772_953_200_000, 1_792_890_000_000, rig.NOW]
    limit = Limit("work_day", 2)
    here = [(local_date(at), due_at(at, limit)) for at in changes]
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert [(local_date(at), due_at(at, limit)) for at in changes] == here
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("counter", [1_000_000, 2**32 - 2, 2**32 + 5, 2**50])
def test_a_million_ops_in_one_tick_overflow_nothing(pair, counter):
    first, second = pair
    first.report("i1", 0)
    first.connection.execute(
        "UPDATE chain SET hlc_counter = ? WHERE epoch = (SELECT v FROM meta WHERE k = 'epoch')",
        (counter,),
    )
    for number in range(5):
        first.append("note_added", "i1", {"opinion": f"{number}"})
    desks.bring(first, second)
    second.append("note_added", "i1", {"opinion": "看过"}, 1)
    desks.bring(second, first)
    assert first.bodies() == second.bodies()
    assert is_in_order(first.bodies())
    assert first.dump() == second.dump()
    assert len(first.rows("SELECT 1 FROM step")) == 7


@pytest.mark.parametrize(
    ("ahead", "counter"), [(100 * YEAR, 2**50), (100 * YEAR, 0), (0, 2**50), (59_000, 3)]
)
def test_a_clock_that_lies_pushes_others_a_minute_at_most(pair, ahead, counter):
    first, second = pair
    first.report("i1", 0)
    poisoned = Op(
        OpRef("liar", 1, 1),
        Hlc(rig.NOW + ahead, counter),
        rig.NOW + ahead,
        ALL,
        "incident",
        "i1",
        "note_added",
        {"opinion": "来自未来"},
        (),
    )
    incoming = rig.as_range("liar", [encode(poisoned)])
    second.now += 1000
    desks.bring(first, second)
    for desk in pair:
        assert desk.write(lambda journal: journal.receive(incoming)).result.added == 1
    before = {desk.site.id: own_stamp(desk) for desk in pair}
    for desk in pair:
        desk.append("note_added", "i1", {"opinion": "照常"})
        stamp = own_stamp(desk)
        assert before[desk.site.id] < stamp
        assert stamp.ms <= desk.now + MAX_CLOCK_LEAD
        assert stamp.counter < 2**33
    desks.bring(first, second)
    desks.bring(second, first)
    assert first.dump() == second.dump()


def own_stamp(desk):
    """The stamp the next op of a site goes by."""
    return Hlc(
        *desk.rows(
            "SELECT hlc_ms, hlc_counter FROM chain WHERE epoch = (SELECT v FROM meta"
            " WHERE k = 'epoch')"
        )[0]
    )
