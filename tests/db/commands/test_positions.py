"""Where teams are: the newest only, one row each, gone after a shift, in no op and no track."""

from dataclasses import replace

import pytest

from db.commands.escalation import sweep
from db.commands.positions import take_positions
from db.commands.town import define_units
from db.domain.errors import InputError
from db.domain.geometry import distance_m
from db.domain.ops import SYSTEM, Actor
from db.domain.positions import FRESH, KEPT, MAX_SOURCE, Position
from db.domain.scope import scope_of
from db.store.queries.positions import distance_to, positions
from db.store.rebuild import rebuild
from tests.db.store import rig

HERE, THERE = (125_000_000, 29_500_000), (125_010_000, 29_500_000)
HOUR = 3_600_000


def at(unit, point=HERE, age=0, source="对讲"):
    return Position(unit, *point, rig.NOW - age, source)


def known(store, now=rig.NOW, scope=None):
    return store.read(lambda connection: positions(connection, now, scope))


def test_the_newest_replaces_and_an_older_one_is_passed_over(store, clock):
    assert take_positions(store, SYSTEM, [at(rig.SZS, age=HOUR), at(rig.CGZD)])[:2] == (2, 0)
    assert take_positions(store, SYSTEM, [at(rig.SZS, THERE), at(rig.CGZD, THERE, HOUR)])[:2] == (
        1,
        1,
    )
    cgzd, szs = known(store)
    assert (szs.lon_e6, szs.at, szs.age, szs.is_fresh) == (THERE[0], rig.NOW, 0, True)
    assert (cgzd.lon_e6, cgzd.name, cgzd.source) == (HERE[0], "城管中队", "对讲")


def test_of_one_batch_the_newest_counts_whatever_the_order(store):
    rows = [at(rig.SZS, THERE), at(rig.SZS, HERE, HOUR), at(rig.SZS, HERE, 2 * HOUR)]
    assert take_positions(store, SYSTEM, rows)[:2] == (1, 2)
    assert [row.lon_e6 for row in known(store)] == [THERE[0]]


def test_the_file_has_room_for_one_position_of_a_team(store):
    take_positions(store, SYSTEM, [at(rig.SZS, age=2)])
    take_positions(store, SYSTEM, [at(rig.SZS, THERE, 1)])
    take_positions(store, SYSTEM, [at(rig.SZS)])
    assert rig.rows(store, "SELECT unit, lon_e6, at FROM position") == [(rig.SZS, HERE[0], rig.NOW)]
    with pytest.raises(Exception, match="UNIQUE"):
        store.write(
            lambda journal: journal.connection.execute(
                "INSERT INTO position VALUES (?, 1, 1, 1, '')", (rig.SZS,)
            )
        )


def test_no_op_holds_a_position(store):
    before = rig.rows(store, "SELECT count(*), max(recv) FROM op")
    take_positions(store, SYSTEM, [at(rig.SZS), at(rig.CGZD, THERE)])
    take_positions(store, SYSTEM, [at(rig.SZS, THERE)])
    assert rig.rows(store, "SELECT count(*), max(recv) FROM op") == before
    for (body,) in rig.rows(store, "SELECT body FROM op"):
        assert b"lat_e6" not in body


def test_no_other_table_holds_one(store):
    take_positions(store, SYSTEM, [at(rig.SZS, (125_123_456, 29_654_321), HOUR)])
    take_positions(store, SYSTEM, [at(rig.SZS, THERE)])
    tables = [row[0] for row in rig.rows(store, "SELECT name FROM sqlite_master WHERE type='table'"
                                         " AND name NOT LIKE 'search%'")]  # fmt: skip
    for table in tables:
        for row in rig.rows(store, f'SELECT * FROM "{table}"'):
            assert 125_123_456 not in row
            assert "125123456" not in str(row)


def test_it_goes_after_a_shift_though_nothing_newer_comes(store, clock):
    take_positions(store, SYSTEM, [at(rig.SZS), at(rig.CGZD, age=HOUR)])
    clock.now = rig.NOW + KEPT - 1
    assert [row.unit for row in known(store, clock.now)] == [rig.SZS]
    sweep(store)
    assert rig.rows(store, "SELECT unit FROM position") == [(rig.SZS,)]
    clock.now = rig.NOW + KEPT
    sweep(store)
    assert rig.rows(store, "SELECT * FROM position") == []


def test_one_older_than_a_shift_is_not_taken(store):
    assert take_positions(store, SYSTEM, [at(rig.SZS, age=KEPT)])[:2] == (0, 1)
    assert rig.rows(store, "SELECT * FROM position") == []


def test_a_rebuild_leaves_positions_alone(store):
    take_positions(store, SYSTEM, [at(rig.SZS)])
    before = known(store)
    rebuild(store)
    assert known(store) == before != []


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (at("990101001-nobody"), "position_unit_unknown"),
        (at(rig.CGZD, (181_000_000, 0)), "point_nowhere"),
        (at(rig.CGZD, (0, -90_000_001)), "point_nowhere"),
        (at(rig.CGZD, age=-6 * 60_000), "position_in_future"),
        (at(rig.CGZD, source="长" * (MAX_SOURCE + 1)), "field_too_long"),
    ],
)
def test_one_bad_row_leaves_all_out_and_is_named(store, bad, code):
    with pytest.raises(InputError) as caught:
        take_positions(store, SYSTEM, [at(rig.SZS), bad])
    assert (caught.value.code, caught.value.params["row"]) == (code, 2)
    assert known(store) == []


def test_a_clock_a_little_ahead_counts_as_now(store):
    take_positions(store, SYSTEM, [at(rig.SZS, age=-4 * 60_000)])
    assert known(store)[0].at == rig.NOW


def test_off_duty_nothing_is_taken_and_nothing_shown(store, clock):
    day = replace(rig.UNITS[0], duty="08:00-12:00,14:00-18:00")
    define_units(store, SYSTEM, [day])
    # It is half past two; an hour ago was noon's rest.
    assert take_positions(store, SYSTEM, [at(rig.SZS, age=HOUR), at(rig.CGZD, age=HOUR)])[:3] == (
        1,
        0,
        1,
    )
    assert take_positions(store, SYSTEM, [at(rig.SZS)])[:3] == (1, 0, 0)
    clock.now = rig.NOW + 4 * HOUR
    assert [row.unit for row in known(store, clock.now)] == [rig.CGZD]
    assert take_positions(store, SYSTEM, [Position(rig.SZS, *THERE, clock.now)])[:3] == (0, 0, 1)


def test_screens_hear_of_it_once(store):
    heard = []
    store.listen(heard.append)
    take_positions(store, SYSTEM, [at(rig.SZS)])
    take_positions(store, SYSTEM, [at(rig.SZS)])
    assert [changes.subjects for changes in heard] == [frozenset({"position"})]


def test_a_liaison_sees_the_own_team_only(store):
    take_positions(store, SYSTEM, [at(rig.SZS), at(rig.CGZD)])
    scope = scope_of(Actor("ding", "丁一", ("unit_liaison",), rig.SZS))
    assert [row.unit for row in known(store, scope=scope)] == [rig.SZS]


def test_a_distance_is_told_for_half_an_hour(store):
    take_positions(store, SYSTEM, [at(rig.SZS)])

    def far(now, unit=rig.SZS, point=THERE):
        return store.read(lambda connection: distance_to(connection, unit, *point, now))

    assert far(rig.NOW + FRESH) == distance_m(HERE, THERE) == 968
    assert far(rig.NOW + FRESH + 1) is None
    assert far(rig.NOW, rig.CGZD) is None
    assert far(rig.NOW, point=(None, None)) is None
    assert [row.is_fresh for row in known(store, rig.NOW + FRESH)] == [True]
    assert [row.is_fresh for row in known(store, rig.NOW + FRESH + 1)] == [False]
