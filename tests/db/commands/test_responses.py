"""While a response is active new clocks of its classes are shorter; running ones stay."""

import pytest

from db.commands.incidents import Report, act, report_incident
from db.commands.responses import Declaration, declare_response, end_response
from db.domain.errors import InputError, RuleError
from db.domain.ops import Actor
from db.domain.scope import scope_of
from db.store.queries.responses import active_responses, responses
from tests.db.store import rig

SCOPE = scope_of(rig.CLERK)
LEADER = Actor("he", "何砚", ("shift_leader",))
DIRECTOR = Actor("lin", "林溪", ("room_director",))
STORM = Declaration("防台风", "III", 50, ("GZ11", "ZF02"), (rig.VILLAGE,), "街办〔2026〕9号")


def limits(store, class_code, area=rig.GRID):
    values = {"content": "河水漫到路面", "class_code": class_code, "area_code": area}
    number = report_incident(store, rig.CLERK, Report(values)).number
    act(store, rig.CLERK, SCOPE, number, "accept", {"not_duplicate": True})
    act(store, rig.CLERK, SCOPE, number, "dispatch", {"lead": rig.SZS})
    return {
        stage: (unit, amount)
        for stage, unit, amount in rig.rows(
            store,
            "SELECT stage, limit_unit, amount FROM timer JOIN incident ON rid = incident"
            " WHERE number = ?",
            number,
        )
    }


def test_only_its_classes_and_areas_and_only_while_it_lasts(store, clock):
    whole = limits(store, "ZF02")
    declare_response(store, LEADER, STORM)
    clock.now += 1
    half = limits(store, "ZF02")
    assert whole["handle"] == ("work_hour", 240)
    assert half["handle"] == ("work_hour", 120)
    assert half["accept"] == ("work_hour", 30)
    assert limits(store, "GZ01") == limits(store, "GZ01", rig.OTHER_GRID)
    assert limits(store, "ZF02", rig.OTHER_GRID) == whole
    end_response(store, LEADER, "防台风")
    clock.now += 1
    assert limits(store, "ZF02") == whole
    ((found,), active) = store.read(lambda c: (responses(c), active_responses(c, clock.now)))
    assert (found.level, found.doc, found.to_at) == ("III", "街办〔2026〕9号", clock.now - 1)
    assert active == []


def test_what_runs_already_keeps_its_limit(store):
    limits(store, "ZF02")
    before = rig.rows(store, "SELECT * FROM timer")
    declare_response(store, LEADER, STORM)
    assert rig.rows(store, "SELECT * FROM timer") == before


@pytest.mark.parametrize(
    ("actor", "given", "error", "code"),
    [
        (LEADER, Declaration("大活动", "I"), RuleError, "response_role"),
        (rig.CLERK, Declaration("大活动", "IV"), RuleError, "response_role"),
        (DIRECTOR, Declaration("大活动", "V"), InputError, "field_choice"),
        (DIRECTOR, Declaration("大活动", "I", 0), InputError, "response_factor"),
        (DIRECTOR, Declaration("大活动", "I", 101), InputError, "response_factor"),
        (DIRECTOR, Declaration(" ", "I"), InputError, "field_missing"),
        (DIRECTOR, Declaration("大活动", "I", 50, ("GZ99",)), InputError, "field_class"),
        (DIRECTOR, Declaration("大活动", "I", 50, (), ("1",)), InputError, "field_area"),
    ],
)
def test_who_may_and_what_can_be(store, actor, given, error, code):
    before = rig.count_ops(store)
    with pytest.raises(error) as caught:
        declare_response(store, actor, given)
    assert caught.value.code == code
    assert rig.count_ops(store) == before


def test_only_what_is_in_force_is_ended(store):
    with pytest.raises(RuleError) as caught:
        end_response(store, LEADER, "防台风")
    assert caught.value.code == "response_unknown"
