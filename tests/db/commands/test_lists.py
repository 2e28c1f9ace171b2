"""Publishing: whole or not at all, by whom it may, the same on every station, kept as it was."""

import pytest

from db.commands.incidents import Report, act, report_incident
from db.commands.lists import MAX_PART, Approval, preview_list, publish_list
from db.domain.calendar import DAY, day_start, local_date
from db.domain.errors import InputError, RuleError
from db.domain.lists import Limit, list_version
from db.domain.ops import Actor
from db.domain.scope import scope_of
from db.store.lists import (
    bundled_rows,
    bundled_version,
    calendar_at,
    default_policy,
    policy_at,
    read_areas,
    rows_at,
    rules_at,
    stages_at,
    versions_at,
)
from db.store.queries.incidents import incident_by_number
from db.store.queries.lists import list_versions, templates_for, touched
from db.store.rebuild import rebuild_now
from tests.db.commands.apart import carry, meet, two
from tests.db.store import rig

LEADER = Actor("shen", "沈砚", ("shift_leader", "duty_officer"))
TODAY = day_start(local_date(rig.NOW))


def rows(kind, **change):
    """The bundled list with its first row changed."""
    found = [dict(row) for row in bundled_rows(kind)]
    found[0].update(change)
    return found


def templates(text):
    return [{"code": "T1", "action": "accept", "scope": "*", "text": text}]


def publish(store, kind, given, **approval):
    return publish_list(store, LEADER, kind, given, Approval(**approval))


def in_force(store, kind, at=None):
    return store.read(lambda c: versions_at(c, store.clock() if at is None else at))[kind]


def versions(store, kind):
    return store.read(lambda c: list_versions(c, kind, store.clock()))


def test_without_a_publication_the_bundled_lists_stand(store):
    assert in_force(store, "limits") == bundled_version("limits")
    assert store.read(lambda c: policy_at(c, rig.NOW)) == default_policy()
    assert [item.standing for item in versions(store, "limits")] == ["in_force"]


def test_a_version_counts_from_its_day_on(store, clock):
    tomorrow = TODAY + DAY
    done = publish(store, "limits", rows("limits", value="3"), valid_from=tomorrow, doc_no="8号")
    accept = ("*", "normal", "accept")
    assert store.read(lambda c: policy_at(c, tomorrow - 1)).limit(*accept).amount == 60
    assert store.read(lambda c: policy_at(c, tomorrow)).limit(*accept).amount == 180
    assert [item.standing for item in versions(store, "limits")] == ["future", "in_force"]
    clock.now = tomorrow
    shown = versions(store, "limits")[0]
    assert (shown.version, shown.standing, shown.doc_no) == (done.version, "in_force", "8号")
    assert (shown.approved_by, shown.actor_name) == ("沈砚", "沈砚")


def test_an_incident_keeps_the_version_it_was_born_under(store, clock):
    born = store.read(lambda c: policy_at(c, clock.now)).version
    publish(store, "limits", rows("limits", value="3"))
    clock.now += DAY
    later = store.read(lambda c: policy_at(c, clock.now))
    assert later.version != born
    for version in (born, "0badc0de"):
        kept = store.read(lambda c, v=version: rules_at(c, clock.now, v)[0])
        assert kept.limit("*", "normal", "accept") == Limit("work_hour", 60)
    again = store.read(lambda c: rules_at(c, clock.now, later.version)[0])
    assert again.limit("*", "normal", "accept") == Limit("work_hour", 180)
    assert again.version == later.version


def test_an_incident_is_judged_by_the_lists_it_was_accepted_under(store, clock):
    area = next(item.code for item in read_areas() if item.level == "village")
    given = {"content": "路口井盖缺失", "address": "枫桥路", "area_code": area}
    number = report_incident(store, LEADER, Report(given)).number

    def judged():
        found = store.read(lambda c: incident_by_number(c, scope_of(LEADER), number, clock.now))
        return found.policy.classes["GZ01"].name, found.incident.policy == found.policy.version

    publish(store, "classes", rows("classes", name="甲"))
    assert judged() == ("甲", False)
    act(store, LEADER, scope_of(LEADER), number, "accept", {"class_code": "GZ01"})
    assert judged() == ("甲", True)
    clock.now += DAY
    publish(store, "classes", rows("classes", name="乙"))
    assert judged() == ("甲", True)


def test_one_error_refuses_the_whole(store):
    before = rig.count_ops(store)
    with pytest.raises(InputError) as refused:
        publish(store, "limits", rows("limits", value="0"))
    assert (refused.value.code, refused.value.params["count"]) == ("list_refused", 1)
    assert rig.count_ops(store) == before


@pytest.mark.parametrize(
    ("roles", "may"),
    [
        (("admin",), True),
        (("room_director",), True),
        (("shift_leader",), True),
        (("duty_officer", "dispatcher", "supervisor", "evaluator"), False),
        (("unit_liaison",), False),
        ((), False),
    ],
)
def test_who_may_publish(store, roles, may):
    actor = Actor("x", "某人", roles)
    if may:
        assert publish_list(store, actor, "templates", templates("好"), Approval()).version
        return
    with pytest.raises(RuleError) as refused:
        publish_list(store, actor, "templates", templates("好"), Approval())
    assert refused.value.code == "role_forbids"


def test_what_is_in_force_is_not_published_again(store, clock):
    with pytest.raises(RuleError) as refused:
        publish(store, "options", bundled_rows("options"))
    assert refused.value.code == "list_unchanged"
    publish(store, "templates", templates("一"))
    clock.now += DAY
    publish(store, "templates", templates("二"))
    clock.now += DAY
    publish(store, "templates", templates("一"))
    assert in_force(store, "templates") == list_version(templates("一"))
    assert in_force(store, "templates", rig.NOW + DAY) == list_version(templates("二"))
    assert len(versions(store, "templates")) == 4


def test_the_past_is_not_changed(store):
    with pytest.raises(RuleError) as refused:
        publish(store, "templates", templates("好"), valid_from=TODAY - 1)
    assert refused.value.code == "list_backdated"
    assert publish(store, "templates", templates("好"), valid_from=TODAY).valid_from == TODAY


@pytest.mark.parametrize("kind", ["nothing", "", "units"])
def test_a_kind_nobody_knows(store, kind):
    with pytest.raises(InputError) as refused:
        publish(store, kind, templates("好"))
    assert refused.value.code == "list_kind_unknown"


def large():
    return [
        {"code": f"T{n}", "action": "accept", "scope": "*", "text": f"{n}" + "长" * 400}
        for n in range(120)
    ]


def bodies(store):
    return rig.rows(store, "SELECT body FROM op ORDER BY recv")


def test_a_large_list_goes_in_parts(store):
    done = publish(store, "templates", large())
    parts = rig.rows(store, "SELECT parts, length(content) FROM list_version")
    assert len(parts) == parts[0][0] > 2
    assert all(len(body) < 64 * 1024 for (body,) in bodies(store))
    assert MAX_PART < 64 * 1024
    assert list(store.read(lambda c: rows_at(c, "templates", rig.NOW))) == large()
    assert in_force(store, "templates") == done.version
    assert len(store.read(lambda c: templates_for(c, "accept", "GZ01", rig.NOW))) == 120


def test_a_list_counts_when_all_its_parts_are_there(store, tmp_path):
    publish(store, "templates", large())
    rows = rig.rows(store, "SELECT rid, content FROM list_version ORDER BY part")
    store.write(lambda j: j.connection.execute("DELETE FROM list_version WHERE part = 2"))
    assert in_force(store, "templates") == bundled_version("templates")
    assert [item.standing for item in versions(store, "templates")] == ["partial", "in_force"]
    store.write(rebuild_now)
    assert rig.rows(store, "SELECT rid, content FROM list_version ORDER BY part") == rows


@pytest.mark.parametrize(
    "change",
    [
        {"version": "00000000"},
        {"kind": "planets"},
        {"part": 2},
        {"rows": [{"code": "T1", "action": "fly", "scope": "*", "text": "好"}]},
        {"rows": [{"code": 1}]},
        {"rows": []},
        {"valid_from": -1},
        {"base": 7},
    ],
)
def test_a_publication_that_lies_is_not_believed(store, change):
    version = list_version(templates("好"))
    payload = {
        "kind": "templates", "version": version, "valid_from": 5, "part": 1, "parts": 1,
        "rows": templates("好"), "base": "", "approved_by": "", "doc_no": "", "note": "",
    }  # fmt: skip
    with pytest.raises(InputError) as refused:
        store.write(
            lambda journal: journal.append(
                "list_published", f"templates-{version}-5-1", payload | change, LEADER
            )
        )
    assert refused.value.code == "op_malformed"


def lie(store, kind, *parts, version=None, count=None, first=1, valid_from=5):
    """Write what a station says that does not check what it publishes."""
    version = version or list_version([row for part in parts for row in part])
    told = {"base": "", "approved_by": "", "doc_no": "", "note": ""}
    for number, part in enumerate(parts, start=first):
        payload = told | {
            "kind": kind, "version": version, "valid_from": valid_from, "part": number,
            "parts": count or len(parts), "rows": part,
        }  # fmt: skip
        id = f"{kind}-{version}-{valid_from}-{number}"
        store.write(
            lambda j, id=id, payload=payload: j.append("list_published", id, payload, LEADER)
        )


def without(kind, *columns):
    return [{k: v for k, v in row.items() if k not in columns} for row in bundled_rows(kind)]


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("responsibilities", without("responsibilities", "area", "co")),
        ("templates", [templates("好")[0] | {"colour": "red"}]),
        ("options", [{"key": "working_hours", "value": "abc"}]),
        ("limits", [row for row in bundled_rows("limits") if row["class_code"] != "*"]),
        ("limits", rows("limits", value="0.001")),
        ("calendar", [{"date": "1900-01-01", "is_off": "1", "name": ""}]),
        ("calendar", [{"date": "2026-10-01", "is_off": "0", "name": ""}]),
        ("classes", rows("classes", code="ZZ01")),
        ("stages", rows("stages", states="reported")),
        ("escalation", rows("escalation", threshold_unit="count")),
    ],
)
def test_a_list_no_rule_could_work_with_is_passed_over(store, kind, given):
    def all_of_it(c):
        return versions_at(c, rig.NOW), policy_at(c, rig.NOW), calendar_at(c, rig.NOW)

    before = store.read(all_of_it)
    with pytest.raises(InputError) as refused:
        lie(store, kind, given)
    assert refused.value.code == "op_malformed"
    if len(given) > 1 and given[0].keys() == bundled_rows(kind)[0].keys():
        lie(store, kind, given[:1], given[1:])
        assert [item.standing for item in versions(store, kind)] == ["broken", "in_force"]
    assert store.read(all_of_it) == before


def test_parts_that_are_not_what_their_version_says_leave_the_one_before(store, clock):
    good = publish(store, "templates", large())
    clock.now += DAY
    halves = templates("假"), [templates("话")[0] | {"code": "T2"}]
    lie(store, "templates", *halves, version="deadbeef", valid_from=rig.NOW + 1)
    assert in_force(store, "templates") == good.version
    shown = versions(store, "templates")
    assert [item.standing for item in shown] == ["broken", "in_force", "bundled"]
    assert (shown[0].version, shown[1].version) == ("deadbeef", good.version)
    assert {item.rival for item in shown} == {""}


@pytest.mark.parametrize("more", [1, 5])
def test_a_part_too_many_does_not_take_a_version_away(store, more):
    good = publish(store, "templates", large())
    count = rig.rows(store, "SELECT parts FROM list_version")[0][0]
    lie(
        store, "templates", templates("多"), version=good.version,
        first=count + 1, count=count + more, valid_from=good.valid_from,
    )  # fmt: skip
    assert in_force(store, "templates") == good.version
    assert [item.standing for item in versions(store, "templates")] == ["in_force", "bundled"]
    assert list(store.read(lambda c: rows_at(c, "templates", rig.NOW))) == large()


def test_what_was_published_after_the_check_is_not_overwritten(store):
    def base():
        scope = scope_of(LEADER)
        return store.read(
            lambda c: preview_list(c, scope, rig.TOWN, "templates", templates("甲"), rig.NOW)
        ).base

    seen = base()
    publish(store, "templates", templates("乙"))
    before = rig.count_ops(store)
    with pytest.raises(RuleError) as refused:
        publish_list(store, LEADER, "templates", templates("甲"), Approval(), seen)
    assert refused.value.code == "list_moved"
    assert rig.count_ops(store) == before
    publish_list(store, LEADER, "templates", templates("甲"), Approval(), base())


def test_a_version_published_for_two_days_stands_once_for_each(store):
    first = publish(store, "templates", templates("一"))
    publish(store, "templates", templates("二"), valid_from=TODAY + DAY)
    again = publish(store, "templates", templates("一"), valid_from=TODAY + 2 * DAY)
    assert first.version == again.version
    shown = [item for item in versions(store, "templates") if item.version == first.version]
    assert [(item.valid_from, item.standing) for item in shown] == [
        (TODAY + 2 * DAY, "future"), (rig.NOW, "in_force"),
    ]  # fmt: skip


def test_a_list_is_compared_with_what_it_would_replace_on_its_day(store):
    publish(store, "templates", templates("后"), valid_from=TODAY + DAY)

    def change(at):
        scope, old = scope_of(LEADER), bundled_rows("templates")
        return store.read(lambda c: preview_list(c, scope, rig.TOWN, "templates", old, at)).diff

    assert change(rig.NOW).is_empty
    assert not change(TODAY + DAY).is_empty


def test_a_list_may_speak_of_what_another_brings_the_same_day(store):
    new = bundled_rows("classes")[0] | {"code": "GZ99"}
    publish(store, "classes", [*bundled_rows("classes"), new], valid_from=TODAY + DAY)
    phrase = [templates("好")[0] | {"scope": "GZ99"}]
    with pytest.raises(InputError):
        publish(store, "templates", phrase)
    assert publish(store, "templates", phrase, valid_from=TODAY + DAY).version


def test_two_stations_have_the_same_list(tmp_path):
    with two(tmp_path) as (one, other):
        first = publish(one, "templates", templates("好"), valid_from=TODAY)
        second = publish(other, "templates", templates("好"), valid_from=TODAY)
        assert first.version == second.version
        meet(one, other)
        for store in (one, other):
            assert len(versions(store, "templates")) == 2
            assert in_force(store, "templates") == first.version
            assert versions(store, "templates")[0].rival == ""


def test_an_incident_that_comes_before_its_list_waits_for_it(tmp_path):
    with two(tmp_path) as (one, other):
        publish(one, "limits", rows("limits", value="7"))
        version = ".".join(in_force(one, kind) for kind in ("classes", "limits"))

        def limit():
            policy = other.read(lambda c: rules_at(c, rig.NOW, version)[0])
            assert policy.version == version
            return policy.limit("*", "normal", "accept").amount

        assert limit() == 60
        carry(one, other)
        assert limit() == 7 * 60


def test_of_two_published_apart_the_later_day_counts_and_it_is_said(tmp_path):
    with two(tmp_path) as (one, other):
        early = publish(one, "templates", templates("早"), valid_from=TODAY)
        late = publish(other, "templates", templates("晚"), valid_from=TODAY + 1)
        assert in_force(one, "templates") == early.version
        meet(one, other)
        for store in (one, other):
            assert in_force(store, "templates") == late.version
            assert [item.rival for item in versions(store, "templates")] == [
                early.version, late.version, "",
            ]  # fmt: skip
        both = publish(one, "templates", templates("合"))
        carry(one, other)
        for store in (one, other):
            shown = versions(store, "templates")
            assert (shown[0].version, shown[0].rival) == (both.version, "")


def test_a_change_says_whom_it_touches(store):
    from db.commands.incidents import Report, act, report_incident

    numbers = []
    for code in ("ZF09", "ZF02"):
        values = {"content": "河边路路灯不亮，已三晚", "address": "河边路 8 号"}
        done = report_incident(store, rig.CLERK, Report(values))
        act(store, rig.CLERK, scope_of(rig.CLERK), done.number, "accept",
            {"class_code": code, "area_code": rig.GRID, "not_duplicate": True})  # fmt: skip
        numbers.append(done.number)
    scope = scope_of(LEADER)

    def preview(kind, given):
        return store.read(lambda c: preview_list(c, scope, rig.TOWN, kind, given, rig.NOW))

    given = [dict(row) for row in bundled_rows("limits")]
    next(row for row in given if row["class_code"] == "ZF09")["value"] = "9"
    found = preview("limits", given)
    assert (found.touched.count, found.touched.numbers) == (1, (numbers[0],))
    assert preview("limits", rows("limits", value="9")).touched.count == 2
    assert preview("limits", bundled_rows("limits")).touched.count == 0
    assert preview("templates", templates("好")).touched.count == 0
    lead = [{"class_code": "ZF09", "area": "", "lead": "szs", "co": "cgzd", "priority": "1"}]
    found = preview("responsibilities", lead)
    assert found.is_sound
    assert {"szs", "cgzd"} <= set(found.touched.units)
    # A person of another village is told of nothing there.
    other = scope_of(LEADER, rig.OTHER_VILLAGE)
    change = preview("limits", given).diff
    assert store.read(lambda c: touched(c, other, rig.TOWN, "limits", change)).count == 0


def test_the_town_picks_its_view_and_its_hours(store):
    assert store.read(lambda c: stages_at(c, rig.NOW))[0].name == "发现上报"
    assert store.read(lambda c: calendar_at(c, rig.NOW)).hours[0] == (8 * 60, 12 * 60)
    given = [
        {"key": "stage_view", "value": "four"},
        {"key": "working_hours", "value": "09:00-12:00,13:00-17:30"},
    ]
    publish(store, "options", given)
    assert [stage.name for stage in store.read(lambda c: stages_at(c, rig.NOW))] == [
        "上报受理", "分流交办", "处置反馈", "结案评价",
    ]  # fmt: skip
    assert store.read(lambda c: calendar_at(c, rig.NOW)).hours[1] == (13 * 60, 17 * 60 + 30)


def test_the_towns_days_go_before_the_programs(store):
    from datetime import date

    day = date(2026, 12, 24)
    assert store.read(lambda c: calendar_at(c, rig.NOW)).day_off(day)[0] == ""
    extra = {"date": day.isoformat(), "is_off": "1", "name": "本镇放假"}
    publish(store, "calendar", [*bundled_rows("calendar"), extra])
    assert store.read(lambda c: calendar_at(c, rig.NOW)).day_off(day)[0] == "本镇放假"


def test_phrases_of_the_class_come_first(store):
    found = store.read(lambda c: templates_for(c, "dispatch", "ZF02", rig.NOW))
    assert [item.scope for item in found] == ["ZF02", "*"]
    assert store.read(lambda c: templates_for(c, "archive", "ZF02", rig.NOW)) == []


def test_a_rebuild_keeps_the_lists(store):
    publish(store, "limits", rows("limits", value="3"))
    before = rig.projection(store.reader())
    store.write(rebuild_now)
    assert rig.projection(store.reader()) == before
    assert before["list_version"]
