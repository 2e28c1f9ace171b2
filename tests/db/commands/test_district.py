"""Up to the district and down again: who is told of what, may do what, can read who called."""

import pytest

from db.commands.erasure import erase_caller
from db.commands.escalation import sweep
from db.commands.incidents import act, archive_ready, view_caller
from db.commands.keys import accept_room_keys, grant_room_key
from db.domain.errors import RuleError
from db.domain.ops import Actor
from db.domain.scope import scope_of
from db.store.envelopes import Caller
from tests.db.sync import rig
from tests.model.district import Sites
from tests.model.town import Hub

WHO = Actor(
    "wang",
    "王值班",
    ("duty_officer", "dispatcher", "shift_leader", "supervisor", "room_director"),
)
CALLER = Caller("欧阳锋芒", "13912345678")
DEEP = "镇里没有深水泵，请区里调度"


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    made = Hub(tmp_path_factory.mktemp("hub") / "hub")
    yield made
    made.close()


@pytest.fixture
def sites(hub, tmp_path):
    made = Sites(tmp_path, hub)
    yield made
    made.close()


def do(store, number, action, **values):
    return act(store, WHO, scope_of(WHO), number, action, values)


def refused(store, number, action, **values):
    with pytest.raises(RuleError) as caught:
        do(store, number, action, **values)
    return caught.value.code


def row(store, number, columns="state, level"):
    found = rig.rows(store, f"SELECT {columns} FROM incident WHERE number = ?", number)
    return found[0] if found else None


def accepted(sites, name):
    number = sites.report(name, name, class_code="GZ01")
    return do(sites[name], number, "accept", not_duplicate=True).number


def escalated(sites, name="a"):
    number = accepted(sites, name)
    do(sites[name], number, "escalate", text=DEEP)
    sites.level()
    return number


def test_what_a_town_sends_up_comes_down_again(sites):
    number = escalated(sites)
    assert row(sites["d"], number) == ("reported", "district")
    assert refused(sites["a"], number, "accept") == "level_forbids"
    do(sites["d"], number, "send_down", text="区里的泵已在路上，请你镇接手")
    sites.level()
    assert row(sites["a"], number) == ("reported", "town")
    assert row(sites["b"], number) is None
    do(sites["a"], number, "accept", not_duplicate=True)
    sites.note()
    sites.level()
    sites.check_town("a")


def test_sent_to_another_town_it_is_that_towns_own(sites):
    """The other town is told of the matter; not of who called, nor of who had it before."""
    number = sites.report("a", "a", caller=CALLER, class_code="GZ01")
    do(sites["a"], number, "accept", not_duplicate=True)
    do(sites["a"], number, "escalate", text=DEEP)
    sites.level()
    area = sites.towns["b"] + "001"
    done = do(sites["d"], number, "send_down", text="事发地在你镇", area_code=area)
    assert done.state == "closed"
    sites.level()
    columns = "number, source_no, source, state, level, caller, area_code"
    (found,) = rig.rows(sites["b"], f"SELECT {columns} FROM incident")
    assert found[1:] == (number, "district", "reported", "town", "", area)
    assert found[0].startswith(sites.towns["d"])
    assert row(sites["a"], number, "state, outcome, public_reply") == (
        "closed", "transferred", "已转示例镇办理"
    )  # fmt: skip
    known = rig.everything(sites["b"])
    for word in (DEEP, CALLER.phone, sites["a"].site.id):
        assert word.encode() not in known
    do(sites["b"], found[0], "accept", not_duplicate=True)
    sites.sync("b", "d")
    assert row(sites["d"], found[0]) == ("accepted", "town")


def test_what_became_of_it_there_comes_back_to_who_sent_it_up(sites):
    """So that its own desk can tell the caller; told once."""
    number = sites.report("a", "a", caller=CALLER, class_code="GZ01")
    do(sites["a"], number, "accept", not_duplicate=True)
    do(sites["a"], number, "escalate", text=DEEP)
    sites.level()
    area = sites.towns["b"] + "001"
    do(sites["d"], number, "send_down", text="事发地在你镇", area_code=area)
    sites.level()
    archive_ready(sites["a"])
    sent = rig.rows(sites["b"], "SELECT number FROM incident")[0][0]
    do(sites["b"], sent, "reject", reason="no_fact", public_reply="到场时水已退")
    sites.sync("b", "d")
    for _ in range(2):
        sweep(sites["d"])
    sites.sync("d", "a")
    assert row(sites["a"], number, "state, outcome, public_reply, callback_done") == (
        "closed", "not_true", "到场时水已退", 0
    )  # fmt: skip
    shared = "SELECT count(*) FROM step WHERE kind = 'outcome_shared'"
    assert rig.rows(sites["a"], shared) == [(1,)]


def test_what_the_district_took_in_itself_goes_to_the_town_it_finds(sites):
    unplaced = sites.report("d", caller=CALLER)
    placed = sites.report("d", "a")
    sites.level()
    assert row(sites["a"], unplaced) is None
    assert row(sites["a"], placed) == ("reported", "district")
    area = sites.towns["b"] + "001"
    do(sites["d"], unplaced, "send_down", text="请你镇办理", area_code=area)
    do(sites["d"], placed, "send_down", text="请你镇办理")
    sites.level()
    assert row(sites["a"], placed) == ("reported", "town")
    assert rig.rows(sites["b"], "SELECT source_no FROM incident") == [(unplaced,)]
    assert sites.counts() == {"a": 1, "b": 1, "d": 3}


def test_a_district_presses_and_does_not_do_the_towns_work(sites):
    number = accepted(sites, "a")
    sites.level()
    district = sites["d"]
    for action, values in (
        ("return", {"reason": "other", "text": "x"}),
        ("block", {"text": "x"}),
        ("ask_void", {"reason": "test", "text": "x"}),
    ):
        assert refused(district, number, action, **values) in ("level_forbids", "state_forbids")
    do(district, number, "supervise", card="yellow", text="超时，请说明")
    do(district, number, "note", text="已电话催问")
    sites.level()
    columns = "rule, card, text, reply_due_at IS NOT NULL, reply"
    raised = rig.rows(sites["a"], f"SELECT {columns} FROM card")
    assert raised == [("district", "yellow", "超时，请说明", 1, "")]
    do(sites["a"], number, "reply", text="泵已到位，今天下午抽完")
    sites.sync("a", "d")
    assert rig.rows(district, "SELECT reply FROM card") == [("泵已到位，今天下午抽完",)]
    assert rig.rows(sites["b"], "SELECT 1 FROM card") == []


def test_a_district_sweeps_and_archives_its_own_only(sites):
    town = accepted(sites, "a")
    sites.level()
    before = rig.count_ops(sites["d"])
    sites["d"].clock = lambda: rig_time(sites) + 40 * 86_400_000
    sweep(sites["d"])
    archive_ready(sites["d"])
    assert rig.count_ops(sites["d"]) == before
    assert row(sites["d"], town) == ("accepted", "town")


def rig_time(sites):
    return sites["a"].clock()


def test_no_merging_across_towns(sites):
    first, second = escalated(sites, "a"), escalated(sites, "b")
    third = escalated(sites, "a")
    assert refused(sites["d"], first, "merge", lead=second) == "merge_across_towns"
    assert do(sites["d"], first, "merge", lead=third).state == "merged"


def test_a_caller_is_read_by_the_district_after_the_town_gave_its_key(sites):
    number = sites.report("a", "a", caller=CALLER)
    sites.level()
    district = sites["d"]
    assert view_caller(district, WHO, scope_of(WHO), number, "回拨核实")[0] is None
    grant_room_key(sites["a"], WHO, district.site.id)
    sites.level()
    assert view_caller(district, WHO, scope_of(WHO), number, "回拨核实")[0] == CALLER
    own = sites.report("d", "a", caller=CALLER)
    elsewhere = sites.report("d", "b", caller=CALLER)
    sites.level()
    assert view_caller(sites["a"], WHO, scope_of(WHO), own, "回拨核实")[0] == CALLER
    assert view_caller(district, WHO, scope_of(WHO), own, "回拨核实")[0] == CALLER
    assert view_caller(sites["b"], WHO, scope_of(WHO), elsewhere, "回拨核实")[0] is None
    assert view_caller(district, WHO, scope_of(WHO), elsewhere, "回拨核实")[0] == CALLER


def test_a_district_gives_no_town_its_key(sites):
    sites.report("d", "a", caller=CALLER)
    sites.level()
    for name, code in (("d", "grant_elsewhere"), ("b", "station_unknown")):
        with pytest.raises(RuleError) as caught:
            grant_room_key(sites[name], WHO, sites["a"].site.id)
        assert caught.value.code == code
    sites.level()
    assert accept_room_keys(sites["a"]) == 0
    assert len(rig.rows(sites["a"], "SELECT k FROM secret WHERE k GLOB 'room:*'")) == 1


def test_a_district_is_told_that_a_towns_caller_is_not_its_to_erase(sites):
    number = sites.report("a", "a", caller=CALLER, class_code="GZ01")
    do(sites["a"], number, "accept", not_duplicate=True)
    do(sites["a"], number, "escalate", text=DEEP)
    sites.level()
    guard = Actor("an", "安全员", ("security_admin",))
    with pytest.raises(RuleError, match="caller_elsewhere"):
        erase_caller(sites["d"], guard, number, "本人申请")
    erase_caller(sites["a"], guard, number, "本人申请")
    sites.level()
    with pytest.raises(RuleError, match="caller_gone"):
        erase_caller(sites["d"], guard, number, "本人申请")
