"""Candidates in a record: who is looked at, within which scope, by which index."""

import pytest

from db.demo.fill import DemoPlan, fill_demo
from db.domain.duplicates import DUPLICATE, READ, RECURRENCE, WIDE, Side
from db.domain.scope import SECRET, Scope
from db.store.projections import load_incident
from db.store.queries import duplicates
from db.store.queries.duplicates import duplicate_groups, duplicates_of, likely_numbers
from db.store.queries.similar import CLOSED, similar_closed
from db.store.store import Store

NOW = 1_795_415_520_000
TOWN = "990101001"
DESK = Scope("a", frozenset({"duty_officer"}), area=TOWN, secrecy=SECRET)
DAY = 86_400_000
SET = {
    "content": "棠华路门口窨井盖破了，电瓶车差点摔倒", "title": "窨井盖破了", "class_code": "ZF09",
    "area_code": f"{TOWN}001001", "village": f"{TOWN}001", "address": "棠华路12号", "secrecy": 0,
    "state": "reported", "is_open": 1, "lon_e6": None, "lat_e6": None, "precision": "text",
    "reported_at": NOW, "closed_at": None, "taken_in_at": NOW,
}  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    path = tmp_path_factory.mktemp("duplicates") / "home"
    fill_demo(path, DemoPlan(TOWN, 1, 3, NOW, per_day=2), "file")
    return path


@pytest.fixture
def write(home):
    """Put rows over some of the record's; they are gone after the test."""
    with Store.open(home) as store:
        kept = store.read(lambda c: c.execute("SELECT rid FROM incident ORDER BY rid").fetchall())

        def put(*changes):
            rids = [row[0] for row in kept[: len(changes)]]

            def work(journal):
                for rid, change in zip(rids, changes, strict=True):
                    values = {**SET, **change}
                    names = ", ".join(f'"{name}" = :{name}' for name in values)
                    sql = f"UPDATE incident SET {names} WHERE rid = :rid"
                    journal.connection.execute(sql, {**values, "rid": rid})

            store.write(work)
            return store, rids

        yield put


def verdicts(store, rid, scope=DESK, radius=50):
    found = store.read(lambda c: duplicates_of(c, scope, rid, radius))
    return {item.candidate.rid: item.score.verdict for item in found.likely}


POINT = {"lon_e6": 125_000_000, "lat_e6": 29_500_000, "precision": "gps"}
OTHER = {"area_code": f"{TOWN}002001", "village": f"{TOWN}002", "address": ""}


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        ({}, {}, DUPLICATE),
        ({}, {"reported_at": NOW - 60 * DAY, "taken_in_at": NOW - 60 * DAY}, DUPLICATE),
        ({}, {"state": "merged", "is_open": 0}, None),
        ({}, {"state": "archived", "is_open": 0, "closed_at": NOW - 2 * DAY}, RECURRENCE),
        ({}, {"state": "closed", "is_open": 1, "closed_at": NOW - 2 * DAY}, RECURRENCE),
        ({}, {"state": "closed", "is_open": 1, "closed_at": NOW - 8 * DAY}, None),
        ({}, {"state": "archived", "is_open": 0, "closed_at": NOW - 8 * DAY}, None),
        ({}, {"area_code": "", "village": ""}, DUPLICATE),
        ({}, OTHER, None),
        (POINT, {**OTHER, **POINT}, DUPLICATE),
        (POINT, {**OTHER, **POINT, "lat_e6": 29_501_000}, None),
    ],
)
def test_who_is_a_candidate(write, one, other, verdict):
    store, (rid, candidate) = write(
        {"reported_at": NOW, **one},
        {"reported_at": NOW - 3 * DAY if verdict == RECURRENCE else NOW, **other},
    )
    assert verdicts(store, rid).get(candidate) == verdict


def test_a_wider_look_finds_what_is_farther(write):
    store, (rid, other) = write(POINT, {**OTHER, **POINT, "lat_e6": 29_500_900})
    assert other not in verdicts(store, rid)
    assert other in verdicts(store, rid, radius=WIDE)


def test_an_unplaced_one_is_looked_for_where_it_says(write):
    store, (rid, other) = write(
        {"area_code": "", "village": "", "content": SET["content"], "address": "棠华路12号"},
        {},
    )
    name = store.read(
        lambda c: c.execute("SELECT name FROM area WHERE code = ?", (TOWN + "001",)).fetchone()[0]
    )
    assert other not in verdicts(store, rid)
    store, (rid, other) = write(
        {"area_code": "", "village": "", "address": f"{name}棠华路12号"}, {}
    )
    assert verdicts(store, rid)[other] == DUPLICATE


def test_nothing_outside_the_scope_is_a_candidate(write):
    store, (rid, secret) = write({}, {"secrecy": 2})
    seen = Scope("b", frozenset({"supervisor"}), area=TOWN)
    assert secret in verdicts(store, rid)
    assert secret not in verdicts(store, rid, seen)
    elsewhere = Scope("c", frozenset({"village_clerk"}), area=TOWN + "002")
    assert store.read(lambda c: duplicates_of(c, elsewhere, rid)) is None


def test_numbers_for_a_rule_leave_out_the_incident_itself(write):
    store, (rid, other) = write({}, {})
    incident = store.read(lambda c: load_incident(c, rid))
    number = store.read(lambda c: load_incident(c, other)).number
    found = store.read(lambda c: likely_numbers(c, DESK, incident))
    assert number in found
    assert incident.number not in found


def test_groups_hold_what_hangs_together(write):
    store, rids = write(
        {}, {}, {}, {"content": "老人走失，请帮助寻找", "title": "", "address": "望湖"}
    )
    groups = store.read(lambda c: duplicate_groups(c, DESK, NOW - DAY))
    held = [{item.rid for pair in pairs for item in (pair.one, pair.other)} for pairs in groups]
    assert set(rids[:3]) in held
    assert not any(rids[3] in group for group in held)
    assert store.read(lambda c: duplicate_groups(c, DESK, NOW + DAY)) == []


def test_every_way_goes_by_an_index(home):
    with Store.open(home, read_only=True) as store:
        given = dict.fromkeys(("rid", "since", "village", "west", "east", "south", "north"), 0)
        for name in (
            "OPEN_NEAR", "OLDER_NEAR", "OPEN_IN_VILLAGE", "OLDER_IN_VILLAGE", "CLOSED_NEAR",
            "OPEN_SINCE",
        ):  # fmt: skip
            sql = getattr(duplicates, name).format(conditions="1")
            plan = store.read(
                lambda c, s=sql: c.execute(f"EXPLAIN QUERY PLAN {s}", given).fetchall()
            )
            steps = [row[3] for row in plan if " incident " in f"{row[3]} "]
            assert any("INDEX incident_" in step for step in steps), name


def test_of_too_many_the_newest_are_looked_at(write, monkeypatch):
    """Near it and in its village: in whatever order they lie in the file."""
    monkeypatch.setattr(
        duplicates, "OPEN_NEAR", duplicates.OPEN_NEAR.replace(f"{duplicates.MOST}", "2")
    )
    ages = (0, 5, 1, 4, 2, 3)
    told = [
        {**(OTHER if n else {}), **POINT, "taken_in_at": NOW - age * DAY, "lat_e6": 29_500_000 + n}
        for n, age in enumerate(ages)
    ]
    store, rids = write(*told)
    assert set(verdicts(store, rids[0])) == {rids[2], rids[4]}


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ({"village": f"{TOWN}001"}, {"address": "棠华路十二号", "content": "井盖没了，有人摔倒"}),
        ({"village": f"{TOWN}001"}, {"address": ""}),
        ({"village": "", "area_code": ""}, {}),
    ],
)
def test_the_same_address_or_text_is_found_among_a_thousand_open(write, place, told):
    """After a storm one village has more open than can be compared in full."""
    store, (rid, oldest) = write(
        {**place, "title": ""}, {**place, "title": "", "taken_in_at": NOW - 40 * DAY, **told}
    )
    columns = store.read(lambda c: [row[1] for row in c.execute("PRAGMA table_info(incident)")])
    kept = [name for name in columns if name not in ("rid", "id", "number", *_OTHERS)]
    copied, others = ", ".join(f'"{name}"' for name in kept), ", ".join(_OTHERS)
    sql = f"""WITH RECURSIVE n(at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM n WHERE at < 1200)
      INSERT INTO incident (id, number, {copied}, {others})
      SELECT 'storm-' || at, '990101001-20261123-S' || at, {copied},
        '树倒了压住车棚', '大树倒在路上压住车棚，过不去', '望湖路' || at || '号', taken_in_at - at
      FROM incident, n WHERE rid = :rid"""
    store.write(lambda journal: journal.connection.execute(sql, {"rid": rid}) and None)
    try:
        found = store.read(lambda c: duplicates_of(c, DESK, rid))
    finally:
        gone = "DELETE FROM incident WHERE id LIKE 'storm-%'"
        store.write(lambda journal: journal.connection.execute(gone) and None)
    assert oldest in {item.candidate.rid for item in found.likely}
    assert found.compared < 2 * duplicates.MOST
    assert found.older > 800, "it says of how many only address and text were looked at"


def test_a_long_text_is_kept_ready_as_far_as_it_is_read(write):
    told = "棠华路门口窨井盖破了，电瓶车差点摔倒"
    store, (one, other) = write({"content": told}, {"content": told + "丙" * 8_000})
    assert verdicts(store, one)[other] == DUPLICATE
    account = store.read(lambda c: duplicates_of(c, DESK, other)).subject.account
    assert len(account.content) > 8_000, "a person compares the whole texts"
    assert len(duplicates._side(account).account.content) == READ
    assert Side(account).text == duplicates._side(account).text


_OTHERS = ("title", "content", "address", "taken_in_at")

ENDED = {
    "state": "archived", "is_open": 0, "closed_at": NOW - 20 * DAY, "taken_in_at": NOW - 22 * DAY,
    "outcome": "resolved", "satisfaction": "ok",
}  # fmt: skip


def similar(store, rid, scope=DESK):
    return store.read(lambda c: similar_closed(c, scope, rid, NOW))


@pytest.mark.parametrize(
    ("one", "other", "is_shown"),
    [
        ({}, ENDED, True),
        ({"class_code": ""}, ENDED, True),
        ({}, {**ENDED, "class_code": "GZ01"}, False),
        ({}, {**ENDED, "title": "噪音扰民", "content": "半夜唱歌"}, False),
        ({}, {**ENDED, "closed_at": NOW - 200 * DAY}, False),
        ({}, {**ENDED, "village": f"{TOWN}002"}, False),
        ({}, {**ENDED, "state": "void"}, False),
        ({}, {**ENDED, "secrecy": 5}, False),
        ({**ENDED}, ENDED, False),
        ({}, {}, False),
    ],
)
def test_how_a_closed_one_like_it_ended(write, one, other, is_shown):
    store, (rid, ended) = write(one, other)
    numbers = store.read(lambda c: c.execute("SELECT number FROM incident WHERE rid = ?", (ended,)))
    wanted = numbers.fetchone()[0]
    found = {item.number: item for item in similar(store, rid)}
    assert (wanted in found) is is_shown
    if is_shown:
        item = found[wanted]
        assert (item.outcome, item.satisfaction, item.closed_at) == (
            "resolved",
            "ok",
            NOW - 20 * DAY,
        )


def test_the_most_alike_come_first(write):
    near = {**ENDED, "content": SET["content"] + "，请尽快修", "closed_at": NOW - 40 * DAY}
    store, (rid, *_) = write({}, {**ENDED, "content": "井盖响"}, near)
    found = similar(store, rid)
    assert [item.likeness for item in found] == sorted((i.likeness for i in found), reverse=True)
    assert found[0].closed_at == NOW - 40 * DAY


def test_similar_ones_are_found_by_the_index_of_what_is_closed(write):
    store, (rid,) = write({})
    plan = store.read(
        lambda c: c.execute(
            "EXPLAIN QUERY PLAN " + CLOSED.format(conditions="1"),
            {"since": 0, "village": "", "class_code": "", "rid": rid},
        ).fetchall()
    )
    assert any("USING INDEX incident_closed (closed_at>?" in row[3] for row in plan)
