"""The figures of towns and villages, counted against what was done one by one."""

import pytest

from db.commands.incidents import Report, act, report_incident
from db.domain.scope import scope_of
from db.store.queries.figures import figures
from tests.db.commands.test_district import WHO, accepted, do, escalated
from tests.db.store import rig as store_rig
from tests.db.sync import rig
from tests.model.district import Sites
from tests.model.town import Hub

DAY = 86_400_000


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    hub = Hub(tmp_path_factory.mktemp("hub") / "hub")
    made = Sites(tmp_path_factory.mktemp("sites"), hub)
    yield made
    made.close()
    hub.close()


def of(store, now=None, who=WHO, area=""):
    at = store.clock() if now is None else now
    return store.read(lambda c: figures(c, scope_of(who, area), who.name, at))


def by_name(sites, found):
    names = {code: name for name, code in sites.towns.items()}
    return {names.get(line.code, ""): line for line in found.parts}


def test_each_town_and_all_together(sites):
    for name, count in (("a", 2), ("b", 1)):
        for _ in range(count):
            accepted(sites, name)
    rejected = sites.report("b", "b")
    do(sites["b"], rejected, "reject", reason="not_here", public_reply="不属于本镇")
    up = escalated(sites, "a")
    sites.report("d")
    sites.level()
    do(sites["d"], rig.rows(sites["b"], "SELECT number FROM incident")[0][0], "supervise",
       card="yellow", text="请说明")  # fmt: skip
    found = of(sites["d"])
    lines = by_name(sites, found)
    assert found.level == "town"
    assert {name: (line.open, line.new_today) for name, line in lines.items()} == {
        "a": (3, 3), "b": (1, 2), "": (1, 1)
    }  # fmt: skip
    assert [lines[name].escalated for name in ("a", "b")] == [1, 0]
    assert [lines[name].supervised for name in ("a", "b")] == [0, 1]
    assert (found.total.open, found.total.new_today, found.total.supervised) == (5, 6, 1)
    later = of(sites["d"], sites["d"].clock() + 200 * DAY)
    assert by_name(sites, later)["a"].late == 3
    assert later.total.new_today == later.total.escalated == 0
    at_town = of(sites["a"])
    assert at_town.level == "village"
    assert [(line.open, line.escalated) for line in at_town.parts] == [(3, 1)]
    do(sites["d"], up, "send_down", text="区里不办", area_code=sites.towns["b"] + "001")
    after = by_name(sites, of(sites["d"]))
    assert (after["a"].closed, after["b"].open) == (1, 2)


def test_only_what_a_person_may_see_is_counted(sites):
    area = sites.towns["a"]
    found = of(sites["d"], area=area)
    assert sum(line.open for line in found.parts if line.code == sites.towns["b"]) == 0


def test_a_closing_that_kept_its_limits_counts_as_on_time(tmp_path):
    """One is answered in time, one a year late; one was never given to a unit."""
    clock = store_rig.Clock()
    store_rig.make_site(tmp_path / "home", clock=clock)
    with store_rig.open_store(tmp_path / "home", clock) as store:
        for delay in (0, 365 * DAY):
            close_one(store, clock, delay)
        found = of(store, clock.now)
        assert (found.total.closed, found.total.on_time, found.total.with_limit) == (1, 0, 1)
        found = of(store, store_rig.NOW + 1)
        assert (found.total.closed, found.total.on_time, found.total.with_limit) == (2, 1, 2)


def close_one(store, clock, delay):
    scope = scope_of(WHO)
    values = {"content": "路灯不亮，夜间看不清", "area_code": store_rig.GRID, "class_code": "GZ01"}
    number = report_incident(store, WHO, Report(values)).number
    for action, given in (
        ("accept", {"not_duplicate": True}),
        ("dispatch", {"lead": store_rig.SZS}),
        ("sign", {"unit": store_rig.SZS, "contact": "吕师傅"}),
    ):
        act(store, WHO, scope, number, action, given)
    clock.now += delay
    for action, given in (
        ("feedback", {"unit": store_rig.SZS, "text": "已更换灯头三只，夜间复查正常",
                      "contact": "吕师傅", "no_photo": "无"}),
        ("check_pass", {"outcome": "resolved", "public_reply": "已修好", "close_rule_met": True}),
    ):  # fmt: skip
        act(store, WHO, scope, number, action, given)
