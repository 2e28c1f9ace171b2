"""All that is in dispute in one list; many settled at once; facts of the town; taking it back."""

from dataclasses import replace

import pytest

from db.commands.conflicts import resolve, resolve_many, settle_fact
from db.commands.town import User, define_users
from db.commands.undo import undo, undo_many
from db.domain.branches import Conflict, Tip
from db.domain.errors import RuleError
from db.domain.ops import OpRef, decode
from db.domain.scope import scope_of
from db.domain.settling import joined, pick
from db.store.queries.conflicts import disputes
from db.store.queries.queue import disputed_facts
from tests.db.commands import apart
from tests.db.store import rig


@pytest.fixture
def stations(tmp_path):
    with apart.two(tmp_path) as pair:
        yield pair


def split(here, there, count=1, field="address", **values):
    """Incidents of which each station says something else of one field; the other one is later."""
    numbers = [apart.report(here, **values) for _ in range(count)]
    apart.carry(here, there)
    for number in numbers:
        apart.say(here, number, set={field: f"here {number}"})
        apart.say(there, number, set={field: f"there {number}"})
    apart.meet(here, there)
    return numbers


def open_of(store, scope=apart.ALL):
    return store.read(lambda c: disputes(c, scope))


def seen_of(store, field="address"):
    return {
        one.rid: item.seen
        for one in open_of(store)
        for item in one.conflicts
        if item.field == field
    }


def said(store, numbers):
    return [apart.value(store, number, "address") for number in numbers]


def test_whether_an_incident_is_secret_is_settled_by_two_persons(stations):
    here, there = stations
    number = apart.report(here)
    apart.carry(here, there)
    for store, level in ((here, 2), (there, 1)):
        apart.say(store, number, "secrecy_set", set={"secrecy": level}, opinion="涉及举报人")
    apart.meet(here, there)
    seen = apart.disputes(here, number)["secrecy"].seen
    asked = (here, apart.LEADER, apart.ALL, number, "secrecy")
    clerk = replace(apart.LEADER, user="zhao", roles=("duty_officer",))
    director = replace(apart.LEADER, user="lin", name="林溪", roles=("room_director",))
    for level in (1, 2):
        for second, code in (
            (None, "second_person_needed"), (apart.LEADER, "second_person_same"),
            (clerk, "second_person_forbidden"),
        ):  # fmt: skip
            with pytest.raises(RuleError) as caught:
                resolve(*asked, level, seen, second)
            assert caught.value.code == code
    result = resolve_many(
        here, apart.LEADER, apart.ALL, "secrecy", "newer", seen_of(here, "secrecy")
    )
    assert [item.error.code for item in result.refused] == ["second_person_needed"]
    resolve(*asked, 1, seen, director)
    assert apart.value(here, number, "secrecy") == 1
    said = decode(rig.rows(here, "SELECT body FROM op ORDER BY recv DESC LIMIT 1")[0][0])
    assert said.payload["second"] == {"user": "lin", "name": "林溪"}


def test_what_is_urgent_comes_first_and_is_told_in_full(stations):
    here, there = stations
    (plain,) = split(here, there)
    (urgent,) = split(here, there, urgency="critical")
    found = open_of(here)
    assert [one.id for one in found] == [urgent, plain]
    assert found[0].urgency == "critical"
    assert {side.value for side in found[0].conflicts[0].sides} == {
        f"here {urgent}", f"there {urgent}",
    }  # fmt: skip


@pytest.mark.parametrize("take", ["ours", "theirs"])
def test_many_are_settled_by_one_side_and_the_rest_says_why_not(stations, take):
    here, there = stations
    numbers = split(here, there, 3)
    settled = numbers[2]
    seen = seen_of(here)
    apart.settle(here, settled, "address", "a third")
    result = resolve_many(here, apart.LEADER, apart.ALL, "address", take, seen)
    assert (len(result.done), result.total) == (2, 3)
    assert [item.error.code for item in result.refused] == ["conflict_settled"]
    word = "here" if take == "ours" else "there"
    assert said(here, numbers[:2]) == [f"{word} {number}" for number in numbers[:2]]
    assert open_of(here) == []

    undo_many(here, apart.LEADER, apart.ALL, result.done)
    assert {one.id for one in open_of(here)} == set(numbers[:2])


def test_the_newer_is_by_the_clock_of_who_said_it():
    tips = [Tip(OpRef(site, 1, 1), at, "甲", value)
            for site, at, value in (("a", 20, "late"), ("b", 10, "early"))]  # fmt: skip
    found = Conflict("address", "value", tuple(tips))
    assert pick(found, "newer", "b") == "late"
    assert pick(found, "ours", "b") == "early"
    with pytest.raises(RuleError) as refused:
        pick(found, "ours", "c")
    assert refused.value.code == "conflict_side"


def test_nobody_is_overruled_by_a_side_that_came_in_meanwhile(stations):
    here, there = stations
    (number,) = split(here, there)
    seen = seen_of(here)
    apart.carry(here, there)
    apart.say(there, number, set={"address": "again"})
    apart.carry(there, here)
    result = resolve_many(here, apart.LEADER, apart.ALL, "address", "ours", seen)
    assert [item.error.code for item in result.refused] == ["conflict_changed"]


def test_a_state_is_not_settled_in_bulk(stations):
    here, there = stations
    number = apart.report(here)
    apart.carry(here, there)
    apart.do(here, number, "accept", not_duplicate="yes", urgency="normal", **apart.PLACED)
    apart.do(there, number, "reject", reason="not_ours", public_reply="请向市里反映")
    apart.meet(here, there)
    result = resolve_many(here, apart.LEADER, apart.ALL, "state", "ours", seen_of(here, "state"))
    assert [item.error.code for item in result.refused] == ["conflict_not_plain"]


def test_a_settlement_can_be_taken_back_and_is_open_again_everywhere(stations):
    here, there = stations
    (number,) = split(here, there)
    done = apart.settle(here, number, "address", f"here {number}").done
    assert open_of(here) == []
    undo(here, apart.LEADER, apart.ALL, number, done.ref)
    apart.meet(here, there)
    for store in stations:
        (found,) = open_of(store)
        assert len(found.conflicts[0].sides) == 2


def test_both_are_kept_where_a_field_holds_text_and_nowhere_else():
    assert joined("content", ["甲处积水", "乙处积水", "甲处积水"]) == "甲处积水\n乙处积水"
    assert joined("unit:U1:feedback", ["", "已修"]) == "已修"
    assert joined("class_code", ["A", "B"]) == ""
    assert joined("state", ["closed", "handling"]) == ""


def test_a_fact_of_the_town_is_listed_and_one_definition_stands(stations):
    here, there = stations
    for store, name in ((here, "市政所"), (there, "市政科")):
        define_users(store, apart.ADMIN, [User("u9", name, ("dispatcher",))])
    apart.meet(here, there)
    (found,) = open_of(here)
    assert (found.entity, found.id) == ("user", "u9")
    assert {item.name for item in found.conflicts} == {"name"}
    assert here.read(lambda c: disputed_facts(c, apart.ALL)) == 1
    theirs = next(side for side in found.conflicts[0].sides if side.value == "市政科")
    settle_fact(here, apart.ADMIN, found.entity, found.id, theirs.ref, found.seen)
    apart.meet(here, there)
    for store in stations:
        assert open_of(store) == []
        assert rig.rows(store, "SELECT name FROM user WHERE key = 'u9'") == [("市政科",)]


def test_which_roles_stand_is_for_those_who_say_roles(stations):
    here, there = stations
    define_users(here, apart.ADMIN, [User("u9", "甲", ("dispatcher",))])
    define_users(there, apart.ADMIN, [User("u9", "甲", ("room_director",))])
    apart.meet(here, there)
    (found,) = open_of(here)
    refused = []
    for ref in found.seen:
        try:
            settle_fact(here, apart.LEADER, "user", "u9", ref, found.seen)
        except RuleError as error:
            refused.append(error.code)
    assert set(refused) == {"role_forbids"}
    roles = rig.rows(here, "SELECT roles FROM user WHERE key = 'u9'")
    assert roles == rig.rows(there, "SELECT roles FROM user WHERE key = 'u9'")


def test_facts_are_for_those_who_may_settle_them(stations):
    here, there = stations
    for store, name in ((here, "甲"), (there, "乙")):
        define_users(store, apart.ADMIN, [User("u9", name, ("dispatcher",))])
    apart.meet(here, there)
    (found,) = open_of(here)
    clerk = scope_of(rig.CLERK)
    assert open_of(here, clerk) == []
    assert here.read(lambda c: disputed_facts(c, clerk)) == 0
    ref = found.seen[0]
    with pytest.raises(RuleError) as refused:
        settle_fact(here, rig.CLERK, "user", "u9", ref, found.seen)
    assert refused.value.code == "role_forbids"
    with pytest.raises(RuleError) as refused:
        settle_fact(here, apart.ADMIN, "user", "u9", ref, found.seen[:1])
    assert refused.value.code == "conflict_changed"
    settle_fact(here, apart.ADMIN, "user", "u9", ref, found.seen)
    with pytest.raises(RuleError) as refused:
        settle_fact(here, apart.ADMIN, "user", "u9", ref, found.seen)
    assert refused.value.code == "conflict_settled"
