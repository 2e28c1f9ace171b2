"""How the database goes about each list: by an index, in its order, whatever the scope."""

import pytest

from db.demo.fill import DemoPlan, fill_demo
from db.domain.ops import Actor
from db.domain.scope import Scope, scope_of
from db.store import driver
from db.store.keys import KeyPlace, load_key
from db.store.queries import claims, ground, incidents, intake, queue, search
from db.store.queries.queue import QueueFilter
from db.store.queries.search import SearchFilter
from db.store.store import RECORD

NOW = 1_795_415_520_000
TOWN = "990101001"
SCOPES = {
    "town": scope_of(Actor("a", "甲", ("shift_leader",))),
    "area": scope_of(Actor("a", "甲", ("supervisor",)), TOWN),
    "village": scope_of(Actor("a", "甲", ("village_clerk",)), TOWN + "001"),
    "unit": scope_of(Actor("a", "甲", ("unit_liaison",), TOWN + "-szs"), TOWN),
    "class": Scope("a", frozenset(), classes=frozenset({"GZ01", "ZF02"})),
}
FILTERS = {
    "open": QueueFilter(),
    "states": QueueFilter(states=("reported", "returned")),
    "platform": QueueFilter(platform="GZ"),
    "village": QueueFilter(village=TOWN + "001"),
    "late": QueueFilter(is_late=True),
    "soon": QueueFilter(is_soon=True),
    "all at once": QueueFilter(("handling",), "ZF", TOWN + "002", is_late=True),
    "archive": QueueFilter(is_archive=True),
    "in words": QueueFilter(area=TOWN, class_code="GZ01", urgency="urgent", source="phone"),
    "unit": QueueFilter(unit=TOWN + "-szs"),
    "mine": QueueFilter(is_mine=True),
    "stuck": QueueFilter(is_stuck=True),
    "mine and stuck": QueueFilter(("dispatched",), is_mine=True, is_stuck=True, unit="x"),
}


class Watched:
    """A connection that keeps what it was asked."""

    def __init__(self, connection):
        self._connection = connection
        self.asked = []

    def execute(self, sql, parameters=()):
        self.asked.append((sql, parameters))
        return self._connection.execute(sql, parameters)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    path = tmp_path_factory.mktemp("plans") / "home"
    fill_demo(path, DemoPlan(TOWN, 1, 3, NOW, per_day=4), "file")
    return path


@pytest.fixture(scope="module", params=["new", "analysed"])
def connection(request, home):
    """The same record before and after the database has counted its rows."""
    key = load_key(home, KeyPlace("file"))
    if request.param == "analysed":
        writer = driver.open_writer(home / RECORD, key)
        writer.execute("ANALYZE")
        writer.close()
    reader = driver.open_reader(home / RECORD, key)
    yield reader
    reader.close()


def plans(connection, work):
    watched = Watched(connection)
    work(watched)
    for sql, parameters in watched.asked:
        rows = connection.execute(f"EXPLAIN QUERY PLAN {sql}", parameters).fetchall()
        yield sql, [row[3] for row in rows]


def is_bare_scan(step):
    return step.startswith("SCAN incident") and "INDEX" not in step


@pytest.mark.parametrize("scope", SCOPES.values(), ids=SCOPES)
@pytest.mark.parametrize("wanted", FILTERS.values(), ids=FILTERS)
def test_a_list_comes_out_of_its_index_in_order(connection, scope, wanted):
    def work(watched):
        queue.queue_ids(watched, scope, wanted, NOW)

    [(_, steps)] = plans(connection, work)
    assert not any(map(is_bare_scan, steps)), steps
    if scope.unit and wanted.is_archive:
        # A unit's own work of all years is few rows: found by its assignments, then sorted.
        assert steps[0] == "SEARCH incident USING INTEGER PRIMARY KEY (rowid=?)"
    else:
        assert not any("TEMP B-TREE FOR ORDER BY" in step for step in steps), steps
    if not wanted.is_archive:
        assert "SCAN incident USING COVERING INDEX incident_open" in steps[0], steps


@pytest.mark.parametrize("scope", SCOPES.values(), ids=SCOPES)
@pytest.mark.parametrize("wanted", FILTERS.values(), ids=FILTERS)
def test_a_list_is_counted_by_its_index(connection, scope, wanted):
    def work(watched):
        queue.queue_count(watched, scope, wanted, NOW)

    [(_, steps)] = plans(connection, work)
    assert not any(map(is_bare_scan, steps)), steps
    if not wanted.is_archive:
        assert any("USING COVERING INDEX incident_open" in step for step in steps), steps


@pytest.mark.parametrize("scope", SCOPES.values(), ids=SCOPES)
def test_counts_read_the_index_of_the_open_only(connection, scope):
    found = list(plans(connection, lambda watched: queue.counts(watched, scope, NOW)))
    first = [steps[0] for _, steps in found]
    assert "SCAN incident USING COVERING INDEX incident_open" in first[0], first
    # Asked for, in dispute, held, in doubt, mine: as many rows as there are of them.
    assert first[1] == "SEARCH incident USING INTEGER PRIMARY KEY (rowid=?)"
    assert any("INDEX application_pending" in step for step in found[1][1]), found[1]
    for step, index in zip(
        first[2:5], ("incident_conflicts", "op_held", "subject_stale"), strict=True
    ):
        assert f"INDEX {index}" in step, first
    assert first[5] == "SEARCH incident USING INTEGER PRIMARY KEY (rowid=?)"
    assert "USING COVERING INDEX incident_open" in first[6]
    assert "COVERING INDEX incident_open_id" in found[5][1][2], found[5]


@pytest.mark.parametrize("scope", SCOPES.values(), ids=SCOPES)
def test_what_is_asked_for_is_found_by_its_index(connection, scope):
    def work(watched):
        queue.queue_ids(watched, scope, QueueFilter(is_asked=True), NOW)

    [(_, steps)] = plans(connection, work)
    assert steps[0] == "SEARCH incident USING INTEGER PRIMARY KEY (rowid=?)"
    assert any("application USING INDEX application_pending" in step for step in steps), steps


@pytest.mark.parametrize("scope", SCOPES.values(), ids=SCOPES)
def test_one_incident_is_looked_up(connection, scope):
    number, rid = connection.execute("SELECT number, rid FROM incident LIMIT 1").fetchone()

    def work(watched):
        queue.queue_rows(watched, scope, [rid])
        incidents.rid_of(watched, scope, number)
        incidents.incident_detail(watched, SCOPES["town"], rid, NOW)
        incidents.incident_by_number(watched, SCOPES["town"], number, NOW)

    for sql, steps in plans(connection, work):
        for table in ("incident", "timer", "step", "envelope", "application", "card"):
            assert not any(f"SCAN {table}" in step for step in steps), (sql, steps)


@pytest.mark.parametrize("scope", SCOPES.values(), ids=SCOPES)
def test_stale_claims_are_asked_of_the_open_only(connection, scope):
    def work(watched):
        claims.stale_claims(watched, scope, NOW)

    [(_, steps)] = plans(connection, work)
    assert "open USING COVERING INDEX incident_open_id" in steps[0], steps
    assert not any(map(is_bare_scan, steps)), steps
    assert not any("SCAN claim" in step or "SCAN step" in step for step in steps), steps


@pytest.mark.parametrize("scope", SCOPES.values(), ids=SCOPES)
def test_the_book_of_addresses_reads_the_newest_and_no_more(connection, scope):
    [(_, steps)] = plans(connection, lambda watched: intake.address_book(watched, scope))
    assert any("SCAN incident USING INDEX incident_taken_in" in step for step in steps), steps
    assert not any("TEMP B-TREE" in step for step in steps), steps


@pytest.mark.parametrize("few", [0, 2_000])
@pytest.mark.parametrize("scope", SCOPES.values(), ids=SCOPES)
def test_a_search_reads_no_row_it_does_not_show(connection, scope, few, monkeypatch):
    monkeypatch.setattr(search, "_FEW", few)
    for wanted, index in (
        (SearchFilter("路"), "" if few else "USING COVERING INDEX incident_taken_in"),
        (SearchFilter(states=("closed",), platform="ZF", area=TOWN, source="phone", class_code="x"),
         "USING COVERING INDEX incident_taken_in"),
        (SearchFilter(is_late=True), "INDEX incident_open"),
    ):  # fmt: skip

        def work(watched, wanted=wanted):
            search.found_ids(watched, scope, wanted, NOW)
            search.found_count(watched, scope, wanted, NOW)

        for sql, steps in plans(connection, work):
            assert not any(map(is_bare_scan, steps)), (sql, steps)
            if "FROM incident" not in sql:
                continue
            way = next(step for step in steps if "incident" in step)
            if index:
                assert index in way, (sql, steps)
            else:
                assert way == "SEARCH incident USING INTEGER PRIMARY KEY (rowid=?)", (sql, steps)


@pytest.mark.parametrize("scope", SCOPES.values(), ids=SCOPES)
def test_a_map_reads_no_row(connection, scope):
    def work(watched):
        ground.open_incidents(watched, scope, ground.Only("GZ", "GZ01", "reported"))
        ground.taken_in_counts(watched, scope, NOW, ground.Only("GZ"))
        ground.area_card(watched, SCOPES["town"], TOWN + "001001", NOW)

    for sql, steps in plans(connection, work):
        if "FROM incident" in sql:
            first = next(step for step in steps if "incident" in step)
            assert "COVERING INDEX incident_" in first, (sql, steps)
            assert not any(map(is_bare_scan, steps)), (sql, steps)
