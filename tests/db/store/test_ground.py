"""What a map shows, and to whom: nothing leaks past a scope, no point is lost on the way."""

from collections import Counter

import pytest

from db.domain.ops import Actor
from db.domain.scope import Scope, scope_of
from db.store.queries.ground import (
    AreaCard,
    Only,
    area_card,
    incident_place,
    open_incidents,
    taken_in_counts,
)
from db.store.queries.queue import QueueFilter, queue_ids
from tests.db.store import rig
from tests.db.store.test_queries import EVERYBODY, SEES, TOLD, town

__all__ = ["town"]
ALL = next(scope for name, scope, _ in SEES if name == "all")
HOUR = 3_600_000
POINTS = {"here": (121_500_000, 29_900_000), "secret": (121_510_000, 29_910_000),
          "gone": (121_520_000, 29_920_000)}  # fmt: skip


@pytest.fixture(scope="module")
def ground(town):
    """The town of the queries, some of its incidents on a map."""
    for name, (lon, lat) in POINTS.items():
        (id,) = rig.rows(town, "SELECT id FROM incident WHERE rid = ?", town.rids[name])[0]
        values = {"set": {"lon_e6": lon, "lat_e6": lat}}
        town.write(
            lambda journal, id=id, values=values: journal.append(
                "source_updated", id, values, rig.CLERK
            )
        )
    return town


def named(store, rows):
    names = {rid: name for name, rid in store.rids.items()}
    return {names[row.rid]: row for row in rows}


def open_to(store, scope, only=None):
    rows = store.read(lambda c: open_incidents(c, scope, *([only] if only else [])))
    return named(store, rows)


@EVERYBODY
def test_a_map_shows_what_the_queue_shows(ground, scope, seen):
    rows = ground.read(lambda c: open_incidents(c, scope))
    queue = ground.read(lambda c: queue_ids(c, scope, QueueFilter(), rig.NOW))
    assert [row.rid for row in rows] == list(queue)
    assert set(named(ground, rows)) == seen - {"gone"}


@EVERYBODY
def test_counts_hold_what_may_be_seen(ground, scope, seen):
    counts = ground.read(lambda c: taken_in_counts(c, scope, 0))
    assert counts == Counter(TOLD[name][0] for name in seen)


@EVERYBODY
def test_a_place_is_told_to_whom_it_may_be(ground, scope, seen):
    for name, rid in ground.rids.items():
        place = ground.read(lambda c, rid=rid: incident_place(c, scope, rid))
        assert (place is not None) is (name in seen), name
    if "gone" in seen:
        place = ground.read(lambda c: incident_place(c, scope, ground.rids["gone"]))
        assert (place.lon_e6, place.lat_e6, place.is_open) == (*POINTS["gone"], 0)


def test_points_come_with_what_they_are_of(ground):
    rows = open_to(ground, ALL)
    assert {
        name: (row.lon_e6, row.lat_e6) for name, row in rows.items() if row.lat_e6 is not None
    } == {name: point for name, point in POINTS.items() if name != "gone"}
    secret = rows["secret"]
    assert (secret.area_code, secret.class_code, secret.urgency, secret.platform) == (
        rig.GRID, "GZ01", "critical", "GZ",
    )  # fmt: skip


def test_only_some_are_shown_and_counted(ground):
    for only, names in (
        (Only(platform="GZ"), {"secret", "internal"}),
        (Only(class_code="ZF02"), {"here", "there", "gone"}),
        (Only(state="reported"), {"internal", "placeless"}),
        (Only("GZ", "ZF02"), set()),
    ):
        assert set(open_to(ground, ALL, only)) == names - {"gone"}, only
        counts = ground.read(lambda c, only=only: taken_in_counts(c, ALL, 0, only))
        assert sum(counts.values()) == len(names), only


def test_only_since_an_instant_is_counted(ground):
    [(last,)] = rig.rows(ground, "SELECT max(taken_in_at) FROM incident")
    assert sum(ground.read(lambda c: taken_in_counts(c, ALL, last)).values()) >= 1
    assert not ground.read(lambda c: taken_in_counts(c, ALL, last + 1))


def test_a_card_tells_of_an_area_as_far_as_one_may_see(ground):
    card = ground.read(lambda c: area_card(c, ALL, rig.GRID, 0))
    assert card == AreaCard(rig.GRID, "兴禾一网格", "兴禾社区", 0, (), 4)
    public = Scope("u", frozenset(), secrecy=0)
    assert ground.read(lambda c: area_card(c, public, rig.GRID, 0)).recent == 2
    clerk = scope_of(Actor("v", "村", ("village_clerk",)), rig.VILLAGE)
    assert ground.read(lambda c: area_card(c, clerk, rig.OTHER_GRID, 0)) is None
    assert ground.read(lambda c: area_card(c, ALL, "nowhere", 0)) is None


def test_lateness_is_told_by_the_hour(ground):
    row = open_to(ground, ALL)["here"]
    assert row.due_at
    assert not row.is_late(row.due_at)
    assert row.is_late(row.due_at + 1)
    assert not row._replace(due_at=None).is_late(row.due_at + HOUR)
