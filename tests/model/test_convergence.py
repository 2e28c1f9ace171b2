"""Whoever worked apart, in whatever order it came together: one history, one table.

A machine of rules makes up what people do at two to six sites and what becomes of the batches
between them. At its end every example is brought together and looked at: no op lost or doubled,
the same rows everywhere, the same after they were thrown away, the same in a record that got the
ops in another order, and every disagreement on the table that `expect` works out on its own.
"""

import random
import time
from unittest import mock

import orjson
import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from db.commands.claims import claim, release_claim
from db.commands.undo import undo
from db.domain.effects import UNDO
from db.domain.errors import InputError
from db.domain.scope import scope_of
from db.domain.transitions import TRANSITIONS
from db.store.epochs import renew_epoch
from db.store.projections import ENTITY_OF_KIND
from db.store.queries.claims import claims_of
from db.sync.exchange import take_in
from tests.db.store import rig
from tests.faults.soak import SEED, scaled
from tests.model import desks, expect
from tests.model.desks import refused

SITES, EXAMPLES, SHARDS, STEPS = 6, 1_200, 8, 12
NIGHTLY_EXAMPLES, NIGHTLY_SECONDS = 100_000, 900
NEW_KIND = "drone_sent"
YEAR = 365 * 86_400_000
JUMPS = (1, 1, 1, 500, 3_600_000, -3_600_000, 10 * YEAR, -10 * YEAR, 100 * YEAR)
SETTABLE = {
    "title": ("积水", "井盖"),
    "address": ("河边", "桥头"),
    "class_code": ("GZ01", "GZ02"),
    "urgency": ("urgent", "critical"),
    "lead_unit": desks.UNITS,
    "secrecy": (1, 2),
    "lon_e6": (None, 120_000_000),
    "closed_at": (None, rig.NOW),
}
FIELDS = tuple(SETTABLE)
SKEWS = (0, 0, 3_600_000, -3_600_000, 10 * YEAR)
UNIT = {
    "key": "szs", "name": "市政所", "short_name": "市政", "kind": "team", "duty": "00:00-24:00",
    "capacity": 10, "phone_day": "", "phone_night": "",
}  # fmt: skip
WHO = st.integers(0, SITES - 1)
WHICH = st.integers(0, 3)
TURN = st.integers(0, 959)


class Apart(RuleBasedStateMachine):
    """Sites at work; `rooms` is set by `examples` before it runs."""

    rooms = None

    def __init__(self):
        super().__init__()
        self.everybody, self.blank = self.rooms
        for desk in (*self.everybody, self.blank):
            desk.begin()
        *sites, self.hub, self.newer = self.everybody
        self.sites = sites
        self.post = []
        self.count = 0
        self.is_mixed = False

    @initialize(count=st.integers(2, SITES), dice=st.integers(0, 2**16))
    def start(self, count, dice):
        self.sites = self.sites[:count]
        self.dice = random.Random(dice)
        for site in self.sites:
            site.now += self.dice.choice(SKEWS)
        self.report(0, is_done=False)
        self.report(0, is_done=False)
        way = self.dice.choice(desks.WAYS)
        for step in way[: self.dice.randrange(len(way) + 1)]:
            site, rid = self.at(0, 0)
            site.go(site.incident(rid), step)
        for site in self.sites[1:]:
            desks.bring(self.sites[0], site)

    def at(self, who, which):
        """Return a site and one of the incidents it knows."""
        site = self.sites[who % len(self.sites)]
        site.now += 1
        known = site.incidents()
        return site, known[which % len(known)] if known else None

    @rule(who=WHO, is_done=st.booleans())
    def report(self, who, is_done):
        self.count += 1
        with refused("deadline_beyond_calendar"):  # a clock that stands before 1970
            self.at(who, 0)[0].report(f"i{self.count}", who, is_done=is_done)

    @rule(who=WHO, which=WHICH, turn=TURN, again=st.booleans())
    def enter(self, who, which, turn, again):
        site, rid = self.at(who, which)
        if rid:
            names = {FIELDS[turn % len(FIELDS)], "title" if again else "urgency"}
            values = {name: SETTABLE[name][turn % 2] for name in sorted(names)}
            site.append("source_updated", site.incident(rid).id, {"set": values}, who)

    @rule(who=WHO, which=WHICH, turns=st.lists(TURN, min_size=1, max_size=6))
    def act(self, who, which, turns):
        """Several people in turn: what one asks for another may decide."""
        for number, turn in enumerate(turns):
            site, rid = self.at(who, which)
            if rid:
                with refused():
                    site.act(site.incident(rid), turn, (who + number) % len(desks.SEATS))

    @rule(who=WHO, which=WHICH, turn=TURN)
    def close(self, who, which, turn):
        site, rid = self.at(who, which)
        if rid:
            to = ("closed", "archived", "void")[turn % 3]
            site.append("check_passed", site.incident(rid).id, {"to": to}, who)

    @rule(who=WHO, turn=TURN)
    def settle(self, who, turn):
        site, _ = self.at(who, 0)
        found = site.conflicts()
        if found:
            entity, id, field, tips = found[turn % len(found)]
            value = orjson.loads(tips)[0][-1]
            if entity == "incident":
                site.append("conflict_resolved", id, resolution(field, value), who)
            else:
                site.append("unit_defined", id, UNIT, who)

    @rule(who=WHO, which=WHICH, turns=st.lists(TURN, max_size=3), other=WHO, again=WHICH)
    def undo(self, who, which, turns, other, again):
        """Take back what was just done, step by step; another site may have heard of it."""
        site, rid = self.at(who, which)
        for turn in turns if rid else ():
            with refused():
                site.act(site.incident(rid), turn, who % len(desks.SEATS))
        if other % 2:
            self.carry(site, self.sites[other % len(self.sites)], 5000, "n")
        for _ in range(again if rid else 0):
            site.now += 1
            seat = desks.SEATS[who % len(desks.SEATS)]
            with refused():
                undo(site, seat, scope_of(seat), site.incident(rid).id)

    @rule(who=WHO, which=WHICH, turn=TURN)
    def undo_anything(self, who, which, turn):
        """Another program takes back what it may, and what it may not."""
        site, rid = self.at(who, which)
        if rid:
            id = site.incident(rid).id
            refs = site.refs_of(id)
            payload = {"undoes": [list(refs[turn % len(refs)])]}
            site.append(UNDO, id, payload, turn % 3)

    @rule(who=WHO, which=WHICH, seat=st.integers(0, 3), turn=TURN)
    def claim(self, who, which, seat, turn):
        site, rid = self.at(who, which)
        if rid:
            actor, id = desks.SEATS[seat], site.incident(rid).id
            holder = claims_of(site.connection, id).holder
            over = holder.user if holder and turn % 3 else ""
            with refused("claim_yours", "claim_held", "claim_none", "claim_not_open"):
                if turn % 4:
                    claim(site, actor, scope_of(actor), id, over)
                else:
                    release_claim(site, actor, scope_of(actor), id)

    @rule(who=WHO, turn=TURN)
    def define(self, who, turn):
        site, _ = self.at(who, 0)
        payload = {**UNIT, "name": f"市政{turn % 2}", "capacity": turn % 3}
        site.append("unit_defined", rig.SZS, payload, who)

    @rule(who=WHO)
    def begin_epoch(self, who):
        self.at(who, 0)[0].write(lambda journal: renew_epoch(journal, "repaired"))

    @rule(who=WHO, jump=st.sampled_from(JUMPS))
    def jump(self, who, jump):
        self.sites[who % len(self.sites)].now += jump

    @rule(who=WHO, jump=st.sampled_from((0, -5, 2_082_758_400_000)))
    def lose_clock(self, who, jump):
        self.sites[who % len(self.sites)].now = jump

    @rule(who=WHO, which=WHICH, turn=TURN)
    def write_newer(self, who, which, turn):
        """A newer program writes beside them, in words some of which nobody here knows."""
        self.is_mixed = True
        site, rid = self.at(who, which)
        if rid:
            desks.bring(site, self.newer)
            kind, payload, version = (
                (NEW_KIND, {"set": {"title": "无人机"}}, 1),
                ("note_added", {"opinion": "新版"}, 2),
                ("note_added", {"to": "flying"}, 1),
                (UNDO, {"undoes": [], "to": "void"}, 1),
                ("source_updated", {"set": {"title": "新", "altitude": 5}, "then": []}, 1),
            )[turn % 5]
            self.newer.append_foreign(kind, site.incident(rid).id, payload, version)
            desks.bring(self.newer, site)

    @rule(a=WHO, b=WHO, limit=st.sampled_from((1, 3, 5000)), fate=st.sampled_from("nnnlltc"))
    def send(self, a, b, limit, fate):
        """From desk to desk: now, later, twice, cut in the middle."""
        self.carry(self.sites[a % len(self.sites)], self.sites[b % len(self.sites)], limit, fate)

    @rule(who=WHO, limit=st.sampled_from((3, 5000)), is_up=st.booleans())
    def reach_hub(self, who, limit, is_up):
        site = self.sites[who % len(self.sites)]
        ends = (site, self.hub) if is_up else (self.hub, site)
        self.carry(*ends, limit, "n")

    def carry(self, source, target, limit, fate):
        batch = source is not target and desks.batch_for(source, target, limit)
        if not batch:
            return
        if fate == "c":
            before = target.rows("SELECT count(*) FROM op")
            with pytest.raises(InputError):
                take_in(target, batch.data[: len(batch.data) * 2 // 3])
            assert target.rows("SELECT count(*) FROM op") == before
        if fate in "nt":
            take_in(target, batch.data)
        if fate in "lt":
            self.post.append((target, batch.data))

    @precondition(lambda self: self.post)
    @rule(which=WHICH)
    def deliver(self, which):
        """What was late comes, out of turn, perhaps for the second time; the rest is lost."""
        target, data = self.post.pop(which % len(self.post))
        with refused("gap"):
            take_in(target, data)

    def teardown(self):
        try:
            if hasattr(self, "dice"):
                self.come_together()
        finally:
            for desk in (*self.everybody, self.blank):
                desk.undo()

    def come_together(self):
        authors = [*self.sites, *([self.newer] if self.is_mixed else [])]
        for desk in authors:
            desks.bring(desk, self.hub)
        for desk in authors:
            desks.bring(self.hub, desk)
        self.check_ops(authors)
        dump = self.check_rows()
        if self.is_mixed:
            known = mock.patch.dict(ENTITY_OF_KIND, {NEW_KIND: "incident"})
            with known:
                first, second = self.sites[:2]
                rids = [row[0] for row in first.connection.execute("SELECT rid FROM subject")]
                first.write(lambda journal: journal.folding.renew(rids))
                second.rebuild()
                assert first.dump() == second.dump()
        assert dump["stale"] == []

    def check_ops(self, authors):
        """Every op that was written is everywhere, as its author wrote it."""
        said = {}
        for desk in authors:
            own = desk.site.id
            said |= {ref: body for ref, body in desk.bodies().items() if ref.site == own}
        for desk in (*authors, self.hub):
            held = desk.bodies()
            known = {desk.site.id for desk in authors}
            assert {ref: body for ref, body in held.items() if ref.site in known} == said

    def check_rows(self):
        first, *others = self.sites
        dump = first.dump()
        for site in others:
            assert site.dump() == dump
        self.check_disputes(first)
        site = self.dice.choice(self.sites)
        site.rebuild()
        assert site.dump() == dump
        for _ in range(3):
            self.blank.undo()
            self.blank.begin()
            desks.pour(self.blank, first, self.dice)
            assert self.blank.dump() == dump
        return dump

    def check_disputes(self, site):
        told = [expect.Told(body) for body in site.bodies().values()]
        believed = expect.believed(told, is_believed)
        assert site.rows("SELECT count(*) FROM op WHERE state <> 0")[0][0] == (
            len(told) - len(believed)
        )
        wanted = {}
        for (entity, id), subject in expect.by_subject(believed).items():
            found = subject.disputes() if entity == "incident" else {}
            if entity == "unit":
                found = expect.plain_disputes(subject)
            wanted |= {(entity, id, field): refs for field, refs in found.items()}
            for field, one, other in subject.unseen_pairs():
                assert {one, other} <= wanted[entity, id, field]
        holders = dict(site.rows("SELECT incident, user FROM claim"))
        for (entity, id), subject in expect.by_subject(believed).items():
            if entity == "claim":
                assert holders.get(id, "") == expect.holder(subject)
        shown = {
            (entity, id, field): {tuple(tip[:3]) for tip in orjson.loads(tips)}
            for entity, id, field, tips in site.conflicts()
        }
        assert shown == wanted
        steps = dict(
            site.rows("SELECT id, count(*) FROM step JOIN subject ON rid = incident GROUP BY id")
        )
        for rid in site.incidents():
            incident = site.incident(rid)
            count = sum(entity == "incident" and id == incident.id for entity, id, _ in wanted)
            assert incident.conflicts == count
            assert not count or site.rows("SELECT is_open FROM incident WHERE rid = ?", rid)[0][0]
            ops = [op for op in believed if (op.entity, op.id) == ("incident", incident.id)]
            assert steps[incident.id] == len(ops)


def resolution(field, value):
    """Return what settles a field of an incident, as the window would say it."""
    payload = {"resolves": [field]}
    if field == "state":
        payload["to"] = value
    elif ":" in field:
        word, key, name = field.split(":")
        word, column = expect.ROWS[word]
        payload[word] = [{column: key, name: value}]
    elif field not in ("news", "undone"):
        payload["set"] = {field: value}
    return payload


def is_believed(op):
    """Whether this version knows an op, by what `write_newer` does."""
    is_known = op.version == 1 and op.kind != NEW_KIND and op.says.get("to") != "flying"
    return is_known and not op.lies


@pytest.fixture(scope="session")
def rooms(tmp_path_factory):
    folder = tmp_path_factory.mktemp("apart")
    made = desks.make_desks(folder, SITES)
    blank = desks.make_blank(folder / "blank")
    yield made, blank
    for desk in (*made, blank):
        desk.connection.close()


def examples(rooms, count, number):
    """Play examples from one seed; a failure is shrunk and tells its steps."""
    print(f"seed {number}")
    machine = type("Apart", (Apart,), {"rooms": rooms})
    settled = settings(
        max_examples=count,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
        print_blob=True,
    )
    run_state_machine_as_test(seed(number)(machine), settings=settled)


@pytest.mark.parametrize("way", desks.WAYS, ids=" ".join)
def test_a_way_that_examples_begin_with_is_open_to_its_end(rooms, way):
    desk = rooms[0][0]
    desk.begin()
    try:
        desk.report("i1", 0)
        desk.report("i2", 0)
        for step in way:
            desk.now += 1
            desk.go(desk.incident(desk.incidents()[0]), step)
    finally:
        desk.undo()


def test_every_action_is_written_in_examples():
    written = {step.partition(":")[0] for way in desks.WAYS for step in way}
    written |= {"report", "self_handle"}  # by a rule of their own
    written |= {"mend"}  # only what people did apart makes it possible; `act` is offered it then
    assert written >= TRANSITIONS.keys()


@pytest.mark.parametrize("shard", range(SHARDS))
def test_sites_that_were_apart_come_to_one_history(rooms, shard):
    examples(rooms, EXAMPLES // SHARDS, 20261123 + shard)


@pytest.mark.soak
def test_sites_come_to_one_history_all_night(rooms):
    ends_at, step, played = time.monotonic() + scaled(NIGHTLY_SECONDS), 500, 0
    while played < scaled(NIGHTLY_EXAMPLES) and time.monotonic() < ends_at:
        examples(rooms, step, SEED + played)
        played += step
    print(f"{played} examples")
    assert played
