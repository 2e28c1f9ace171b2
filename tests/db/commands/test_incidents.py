"""What a person does: the rule, the op, the number; who looked is on record."""

import pytest

from db.commands.exports import record_print
from db.commands.incidents import (
    Report,
    act,
    archive_ready,
    number_prefix,
    report_incident,
    view_caller,
)
from db.domain.errors import InputError, RuleError
from db.domain.ops import Actor, decode
from db.domain.scope import scope_of
from db.store.envelopes import Caller
from db.store.rebuild import rebuild_now
from tests.db.store import rig

VALUES = {"content": "楼下下水道堵塞", "address": "枫桥路12号"}
PLACED = VALUES | {"area_code": rig.GRID, "class_code": "GZ01"}
CALLER = Caller(rig.NAME, rig.PHONE)
SCOPE = scope_of(rig.CLERK)
AUDITOR = Actor("au", "审", ("auditor",))
LIAISON = Actor("li", "联", ("unit_liaison",), rig.CGZD)
DAY = 86_400_000
DONE = {"outcome": "resolved", "public_reply": "已办", "close_rule_met": True}
FED_BACK = {"contact": "丁一", "text": "已经清理完毕现场整洁"}


def report(store, values=VALUES, caller=None):
    return report_incident(store, rig.CLERK, Report(values, caller or Caller("", "")))


def refused(store, code, work, *arguments):
    before = rig.count_ops(store)
    with pytest.raises((RuleError, InputError)) as caught:
        work(*arguments)
    assert caught.value.code == code
    assert rig.count_ops(store) == before
    return caught.value


def closed(store, caller=None):
    number = report(store, PLACED, caller).number
    act(store, rig.CLERK, SCOPE, number, "accept", {"not_duplicate": True})
    act(store, rig.CLERK, SCOPE, number, "dispatch", {"lead": rig.SZS})
    act(store, rig.CLERK, SCOPE, number, "sign", {"contact": "丁一"})
    act(store, rig.CLERK, SCOPE, number, "feedback", FED_BACK)
    assert act(store, rig.SUPERVISOR, SCOPE, number, "check_pass", DONE).state == "closed"
    return number


def state_of(store, number):
    return rig.rows(store, "SELECT state FROM incident WHERE number = ?", number)[0][0]


def last_op(store):
    return decode(rig.rows(store, "SELECT body FROM op ORDER BY recv DESC LIMIT 1")[0][0])


# numbers


def test_numbers_count_up_by_day_and_station(store, clock):
    assert [report(store).number for _ in range(3)] == [
        f"{rig.TOWN}-20261123-A1000{number}" for number in (1, 2, 3)
    ]
    clock.now += DAY
    assert report(store).number == f"{rig.TOWN}-20261124-A10001"
    clock.now -= DAY
    assert report(store).number == f"{rig.TOWN}-20261123-A10004"


def test_a_day_begins_at_midnight_in_the_room(store, clock):
    clock.now = 1_795_363_200_000 - 1
    assert number_prefix(store, clock.now).endswith("-20261122-A1")
    assert number_prefix(store, clock.now + 1).endswith("-20261123-A1")


def test_a_number_is_never_given_twice(store, home, clock):
    first = report(store).number
    for values in ({"content": "短"}, VALUES | {"area_code": "x"}):
        refused(store, refusal_code(values), report, store, values)
    second = report(store)
    store.write(
        lambda journal: journal.append(
            "source_updated", id_of(store, second.number), {"to": "void"}, rig.CLERK
        )
    )
    store.close()
    with rig.open_store(home, clock) as again:
        assert report(again).number == first[:-1] + "3"
        again.write(rebuild_now)
        assert report(again).number == first[:-1] + "4"


def refusal_code(values):
    return "content_too_short" if len(values["content"]) < 5 else "field_area"


def id_of(store, number):
    return rig.rows(store, "SELECT id FROM incident WHERE number = ?", number)[0][0]


def test_more_than_four_digits(store):
    number = report(store).number
    id = id_of(store, number)
    renamed = {"set": {"number": number[:-4] + "9999"}}
    store.write(lambda journal: journal.append("source_updated", id, renamed, rig.CLERK))
    assert report(store).number == number[:-4] + "10000"
    assert report(store).number == number[:-4] + "10001"


def test_two_stations_never_meet(tmp_path, store):
    home = rig.make_site(tmp_path / "b", "B2")
    with rig.open_store(home) as other:
        assert report(other).number == f"{rig.TOWN}-20261123-B20001"
        assert report(store).number == f"{rig.TOWN}-20261123-A10001"


# acting


def test_the_whole_loop(store):
    number = closed(store, CALLER)
    refused(store, "callback_pending", act, store, rig.SUPERVISOR, SCOPE, number, "archive")
    act(store, rig.SUPERVISOR, SCOPE, number, "callback", {"reached": False})
    called = {"reached": True, "satisfaction": "very"}
    act(store, rig.SUPERVISOR, SCOPE, number, "callback", called)
    done = act(store, rig.SUPERVISOR, SCOPE, number, "archive")
    assert (done.state, done.number) == ("archived", number)
    assert rig.rows(store, "SELECT count(*) FROM timer WHERE ended_at IS NULL") == [(0,)]
    kinds = [row[0] for row in rig.rows(store, "SELECT kind FROM step ORDER BY n")]
    assert kinds == [
        "incident_reported",
        "incident_accepted",
        "incident_dispatched",
        "assignment_signed",
        "feedback_given",
        "check_passed",
        "callback_recorded",
        "callback_recorded",
        "incident_archived",
    ]


def test_the_wrong_role_is_refused(store):
    number = report(store, PLACED).number
    error = refused(store, "role_forbids", act, store, AUDITOR, SCOPE, number, "accept")
    assert error.params["name"] == "审"
    refused(store, "role_forbids", report_incident, store, AUDITOR, Report(VALUES))
    refused(store, "role_forbids", act, store, LIAISON, SCOPE, number, "accept")
    refused(store, "state_forbids", act, store, rig.CLERK, SCOPE, number, "archive")
    assert state_of(store, number) == "reported"


def test_what_is_out_of_scope_cannot_be_acted_on(store):
    number = report(store, PLACED).number
    for scope in (
        scope_of(rig.CLERK, rig.OTHER_VILLAGE),
        scope_of(LIAISON, rig.TOWN),
    ):
        error = refused(
            store, "incident_unknown", act, store, rig.CLERK, scope, number, "note", {"text": "x"}
        )
        assert error.params == {"value": number}
    refused(store, "incident_unknown", act, store, rig.CLERK, SCOPE, "none", "note", {"text": "x"})


def test_units_and_areas_are_those_of_the_record(store):
    number = report(store, PLACED).number
    act(store, rig.CLERK, SCOPE, number, "accept")
    error = refused(
        store, "field_unit", act, store, rig.CLERK, SCOPE, number, "dispatch", {"lead": "990-x"}
    )
    assert error.params["column"] == "lead"


def test_the_deadline_is_pinned_with_its_policy(store):
    number = report(store, PLACED | {"urgency": "critical"}).number
    found = rig.rows(
        store,
        "SELECT limit_unit, amount, timer.due_at - start_at, length(timer.policy) FROM timer"
        " JOIN incident ON rid = incident WHERE number = ?",
        number,
    )
    assert found == [("urgent_hour", 15, 15 * 60_000, 17)]


# who called


def test_a_look_at_the_caller_is_recorded_before_it_is_shown(store):
    done = report(store, VALUES, CALLER)
    caller, changes = view_caller(store, rig.CLERK, SCOPE, done.number, "回拨核实")
    assert caller == CALLER
    assert changes.ids == {done.rid}
    op = last_op(store)
    assert (op.kind, op.actor.user) == ("caller_viewed", "zhou")
    fields = ["name", "phone", "note", "marks"]
    assert op.payload == {"fields": fields, "opinion": "回拨核实"}
    step = rig.rows(store, "SELECT kind, opinion, actor_name FROM step ORDER BY n DESC LIMIT 1")
    assert step == [("caller_viewed", "回拨核实", "周岚")]
    assert state_of(store, done.number) == "reported"


def test_a_caller_that_cannot_be_opened_was_asked_for_all_the_same(store):
    done = report(store, VALUES, CALLER)
    store.write(
        lambda journal: journal.connection.execute("UPDATE envelope SET wrapped_key = NULL") and 0
    )
    assert view_caller(store, rig.CLERK, SCOPE, done.number, "回拨核实")[0] is None
    assert last_op(store).kind == "caller_viewed"


def test_a_caller_is_not_shown_to_everybody(store):
    done = report(store, PLACED, CALLER)
    for actor in (AUDITOR, LIAISON, Actor("v", "村", ("village_clerk",))):
        asked = (store, actor, scope_of(actor), done.number, "回拨核实")
        refused(store, "caller_hidden", view_caller, *asked)
    elsewhere = scope_of(rig.CLERK, rig.OTHER_VILLAGE)
    asked = (store, rig.CLERK, elsewhere, done.number, "回拨")
    refused(store, "incident_unknown", view_caller, *asked)
    plain = report(store)
    refused(store, "caller_unknown", view_caller, store, rig.CLERK, SCOPE, plain.number, "回拨")


# archiving


def test_archive_ready_takes_what_waits_for_nothing(store):
    ready, waiting, open_ = closed(store), closed(store, CALLER), report(store, PLACED).number
    changes = archive_ready(store)
    states = [state_of(store, number) for number in (ready, waiting, open_)]
    assert states == ["archived", "closed", "reported"]
    assert len(changes.ids) == 1
    assert last_op(store).actor.roles == ("system",)
    before = rig.count_ops(store)
    assert archive_ready(store).ids == frozenset()
    assert rig.count_ops(store) == before
    for _ in range(3):
        act(store, rig.SUPERVISOR, SCOPE, waiting, "callback", {"reached": "no"})
    archive_ready(store)
    assert state_of(store, waiting) == "archived"


def test_a_print_is_recorded(store):
    record_print(store, rig.CLERK, "slip", "990", "ab" * 32, 2)
    op = last_op(store)
    assert (op.kind, op.ent) == ("sheet_printed", "sheet")
    said = {"sheet": "slip", "about": "990", "sha256": "ab" * 32, "pages": 2}
    assert op.payload == {**said, "rows": 0, "purpose": ""}


def test_a_number_that_two_bear_names_neither(store):
    """Copies of one machine gave it apart: nobody acts on one of them by chance."""
    first, second = report(store), report(store)
    same = "UPDATE incident SET number = ? WHERE rid = ?"
    store.write(lambda journal: journal.connection.execute(same, (first.number, second.rid)))
    with pytest.raises(RuleError) as caught:
        act(store, rig.CLERK, SCOPE, first.number, "note", {"text": "已电话联系报事人"})
    assert caught.value.code == "number_twice"
    ids = dict(rig.rows(store, "SELECT rid, id FROM incident"))
    assert ids[first.rid] in caught.value.params["found"]
    done = act(store, rig.CLERK, SCOPE, ids[second.rid], "note", {"text": "已电话联系报事人"})
    assert done.rid == second.rid
