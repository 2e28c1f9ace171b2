"""A town without a record: incidents that are decided on and folded, in memory alone."""

from dataclasses import replace

import pytest

from db.domain.branches import fold_branches
from db.domain.deadlines import due_at
from db.domain.errors import InputError, RuleError
from db.domain.fold import fold
from db.domain.incidents import CLOSED_FOREVER, Incident
from db.domain.ops import SYSTEM, Actor, Hlc, Op, OpRef
from db.domain.rules.base import Facts, own_limit, pauses_of
from db.domain.transitions import decide
from db.store.lists import default_policy

NOW = 1_795_415_520_000
"""2026-11-23 06:32 UTC, half past two on a Monday afternoon in the room."""
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
TOWN = "990101001"
VILLAGE = TOWN + "001"
GRID = VILLAGE + "002"
OTHER_GRID = TOWN + "002001"
UNITS = SZS, CGZD, PCS = (f"{TOWN}-szs", f"{TOWN}-cgzd", f"{TOWN}-pcs")
POLICY = default_policy()
FACTS = Facts(POLICY, NOW, frozenset(UNITS), frozenset({"990101", TOWN, VILLAGE, GRID, OTHER_GRID}))
CLERK = Actor("zhou", "周岚", ("duty_officer", "dispatcher"))
OTHER_CLERK = Actor("wu", "吴越", ("duty_officer", "dispatcher"))
LEADER = Actor("qin", "秦川", ("shift_leader",))
OTHER_LEADER = Actor("meng", "孟田", ("shift_leader",))
DIRECTOR = Actor("lu", "陆远", ("room_director",))
SUPERVISOR = Actor("he", "何砚", ("supervisor",))
VILLAGER = Actor("tang", "唐果", ("village_clerk",))
WORKER = Actor("bai", "白石", ("grid_worker",))
HEAD = Actor("shi", "石青", ("grid_head",))
LIAISONS = {unit: Actor(f"of-{unit}", "丁一", ("unit_liaison",), unit) for unit in UNITS}
EVERYBODY = (
    CLERK, OTHER_CLERK, LEADER, OTHER_LEADER, DIRECTOR, SUPERVISOR, VILLAGER, WORKER, HEAD, SYSTEM,
    *LIAISONS.values(),
)  # fmt: skip
REPORT = {"content": "楼下下水道堵塞", "address": "枫桥路12号", "area_code": GRID}
PASSED = {"outcome": "resolved", "public_reply": "已疏通", "close_rule_met": True}
ANSWER = {"text": "已经清理完毕现场整洁", "no_photo": "夜间无法拍摄"}
REFUSAL = {"reason": "not_duty", "proposed": CGZD, "text": "不属本所职责"}

RUNNING = {
    "reported": {"accept"},
    "returned": {"accept"},
    "verifying": {"verify"},
    "accepted": {"dispatch"},
    "dispatched": {"sign", "handle"},
    "handling": {"sign", "handle"},
    "paused": {"sign", "handle"},
    "checking": {"check"},
    "closed": {"callback"},
    "merged": {"accept", "dispatch"},
}
"""State → stages whose clocks may run in it."""


class Town:
    """Incidents by id, their ops, and a clock that a test moves."""

    def __init__(self, **facts):
        self.facts = replace(FACTS, **facts)
        self.now = NOW
        self.incidents = {}
        self.ops = {}
        self.count = 0

    def report(self, id="i1", actor=CLERK, *, caller="", action="report", **values):
        self.incidents[id] = Incident(id=id)
        self.do(id, action, actor, **{**REPORT, **values})
        if caller:
            self.set(id, caller=caller)
        return self.incidents[id]

    def do(self, id, action, actor=CLERK, second=None, **values):
        """Take an action, and return the incident as it then is."""
        self.decide(id, action, actor, values, second)
        return self.incidents[id]

    def decide(self, id, action, actor, values, second=None):
        facts = replace(self.facts, now=self.now, incidents=self.incidents)
        decision = decide(self.incidents[id], action, values, actor, facts, second)
        if action in ("report", "self_handle"):
            decision.payload["set"]["number"] = id
        for kind, subject, payload in ((decision.kind, id, decision.payload), *decision.also):
            self.fold(subject, kind, payload, actor)
        return decision

    def refused(self, id, action, actor=CLERK, **values):
        """Take an action that must be refused; return the error's code."""
        before = dict(self.incidents)
        with pytest.raises((RuleError, InputError)) as caught:
            self.do(id, action, actor, **values)
        assert self.incidents == before
        return caught.value.code

    def set(self, id, **values):
        """Change fields past all rules."""
        self.fold(id, "source_updated", {"set": values}, SYSTEM)

    def fold(self, id, kind, payload, actor):
        self.count += 1
        ops = self.ops.setdefault(id, [])
        parents = (ops[-1].ref,) if ops else ()
        ref = OpRef("s", 1, self.count)
        op = Op(ref, Hlc(self.now, 0), self.now, actor, "incident", id, kind, payload, parents)
        self.incidents[id], step = fold(self.incidents[id], op)
        ops.append(op)
        return step

    def wait(self, **time):
        units = {"minutes": MINUTE, "hours": HOUR, "days": DAY}
        self.now += sum(units[name] * number for name, number in time.items())

    # as far as a state, by the shortest way

    def accepted(self, id="i1", **values):
        self.report(id, **{"class_code": "GZ01", **values})
        return self.do(id, "accept", not_duplicate=True)

    def dispatched(self, id="i1", co=(), **values):
        self.accepted(id, **values)
        return self.do(id, "dispatch", lead=SZS, co=co)

    def handling(self, id="i1", co=(), **values):
        self.dispatched(id, co, **values)
        return self.do(id, "sign", LIAISONS[SZS])

    def checking(self, id="i1", **values):
        self.handling(id, **values)
        return self.do(id, "feedback", LIAISONS[SZS], **ANSWER)

    def closed(self, id="i1", **values):
        self.checking(id, **values)
        return self.do(id, "check_pass", SUPERVISOR, **PASSED)

    def paused(self, id="i1", until="2026-11-27", **values):
        self.handling(id, **values)
        self.ask_pause(id, until)
        return self.do(id, "approve", LEADER)

    def ask_pause(self, id="i1", until="2026-11-27"):
        values = {"reason": "weather", "until": until, "text": "连续降雨，等天晴"}
        return self.do(id, "ask_pause", LIAISONS[SZS], **values)

    def clock(self, stage, id="i1", unit=""):
        """Return the clock of a stage that was started last."""
        found = [
            item for item in self.incidents[id].timers if (item.stage, item.unit) == (stage, unit)
        ]
        return found[-1]

    # what must always hold

    def check(self):
        for item in self.incidents.values():
            self._check_clocks(item)
            self._check_rows(item)
        self._check_merging()

    def check_branches(self):
        """The fold of a whole history says the same as one op after another."""
        for id, ops in self.ops.items():
            folded = fold_branches(ops)
            assert folded.conflicts == []
            assert folded.incident == self.incidents[id]

    def _check_clocks(self, item):
        running = [(one.stage, one.unit, one.step) for one in item.running]
        assert len(running) == len(set(running))
        assert {one.stage for one in item.running} <= RUNNING.get(item.state, set())
        has_end = item.state in CLOSED_FOREVER - {"merged"} or item.state == "draft"
        if not has_end and not (item.state == "closed" and item.callback_done):
            assert running, "nothing says when this is due"
        assert (item.pause is not None) == (item.state in {"paused", "returned", "merged"})
        self.check_due(item)

    def check_due(self, item):
        """Every deadline is that of its start, its limit and all pauses."""
        for one in item.running:
            calendar = self.facts.calendar
            assert one.due_at == due_at(one.start_at, own_limit(one), calendar, pauses_of(item))
        for part in item.assignments:
            own = [
                one.due_at for one in item.running if (one.stage, one.unit) == ("handle", part.unit)
            ]
            assert not own or part.due_at == max(own)

    def _check_rows(self, item):
        kinds = [one.kind for one in item.applications if one.state == "pending"]
        assert len(kinds) == len(set(kinds))
        live = [one for one in item.assignments if one.state not in {"withdrawn", "refused"}]
        if item.state in {"dispatched", "handling", "paused"}:
            assert [one.unit for one in live if one.part == "lead"] == [item.lead_unit]
        if item.state in {"reported", "accepted", "verifying", "returned"}:
            assert item.lead_unit == ""
        assert (item.state in {"closed", "archived"}) <= (item.closed_at is not None)
        if item.closed_at is not None:
            assert item.state in {"closed", "archived", "merged"}
        assert (item.state == "merged") == bool(item.merged_into)

    def _check_merging(self):
        """One lead for each, never a chain, and it knows of all of its own."""
        for item in self.incidents.values():
            if item.state == "merged":
                lead = self.incidents[item.merged_into]
                assert lead.state != "merged"
                assert [one.valid for one in lead.children if one.id == item.id] == [1]
            else:
                own = {one.id for one in item.children if one.valid}
                assert all(self.incidents[id].merged_into == item.id for id in own)
