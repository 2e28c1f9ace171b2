"""Filling a new site with an invented town and what happened there, by the ordinary commands.

The month is replayed on a clock of its own, so the journal, the timers and the history are those
of a town that really worked through it.
"""

import heapq
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import resources
from db.commands.escalation import sweep
from db.commands.ground import define_places
from db.commands.incidents import append_report, archive_ready
from db.commands.positions import take_positions
from db.commands.site import TownLists, init_site, read_users
from db.commands.town import Post, define_posts
from db.demo.ground import key_places, team_positions
from db.demo.mark import mark_as_demo
from db.demo.month import Case, make_month
from db.demo.texts import Texts
from db.demo.town import AreaSpec, Town, make_town
from db.domain.areas import Area
from db.domain.calendar import MINUTE
from db.domain.errors import EnvironmentError_, InputError, RuleError
from db.domain.incidents import Incident
from db.domain.lists import Policy
from db.domain.ops import SYSTEM, Actor
from db.domain.recommend import recommend_units
from db.domain.rules.base import Facts
from db.domain.scope import scope_of
from db.domain.transitions import decide
from db.store.clock import system_clock
from db.store.envelopes import Caller
from db.store.facts import facts_at
from db.store.ids import new_id
from db.store.journal import Journal
from db.store.keys import load_key
from db.store.lists import default_policy, read_units
from db.store.projections import load_incident
from db.store.queries.town import actor_named, units_by_key
from db.store.store import RECORD, Store, read_site
from db.store.witness import rebind

MONTH = 30 * 86_400_000
_CHUNK = 400
_DESK, _SUPERVISOR = "周岚", "何砚"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """What to invent: a town by code, so many months before `end_at`, from a seed."""

    town: str
    months: int
    seed: int
    end_at: int
    per_day: int = 79
    station: str = "A1"


@dataclass(order=True, frozen=True, slots=True)
class _Turn:
    """The next thing that happens: an action on a case at an instant."""

    at: int
    number: int
    action: str


class _Clock:
    """The clock of the replay."""

    def __init__(self, now: int) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


def fill_demo(
    home: Path, plan: DemoPlan, key_kind: str = "auto", on_progress: Progress | None = None
) -> int:
    """Make a site at `home` and replay the plan into it; return the number of incidents.

    It is made beside and named last: a demo broken off is not taken for a whole one.
    """
    if home.is_dir() and any(home.iterdir()):
        raise EnvironmentError_("record_exists", path=str(home))
    part = home.with_name(home.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    count = _fill(part, plan, key_kind, on_progress)
    try:
        if home.exists():
            home.rmdir()
        part.rename(home)
    except OSError as error:
        raise EnvironmentError_("record_exists", path=str(home)) from error
    site = read_site(home)
    rebind(home / RECORD, load_key(home, site.key_place), site.id, system_clock)
    return count


def _fill(home: Path, plan: DemoPlan, key_kind: str, on_progress: Progress | None) -> int:
    if not plan.town.startswith("99"):
        raise InputError("town_not_invented", value=plan.town)
    town = make_town(plan.town, plan.seed)
    begin = plan.end_at - plan.months * MONTH
    cases = list(make_month(town, begin, plan.end_at, plan.seed, plan.per_day))
    clock = _Clock(begin)
    init_site(
        home,
        town=plan.town,
        name=f"{town.town.name}综合指挥室",
        station=plan.station,
        key_kind=key_kind,
        lists=TownLists(
            areas=tuple(map(_area, town.areas)),
            units=tuple(read_units(plan.town)),
            users=tuple(read_users(plan.town, resources.path("lists/users.csv"))),
        ),
        clock=clock,
    )
    with Store.open(home, clock=clock) as store:
        mark_as_demo(store)
        define_posts(store, SYSTEM, _posts(town, plan.seed))
        leader, _ = store.read(lambda connection: actor_named(connection, _SUPERVISOR))
        define_places(store, leader, key_places(town, plan.seed))
        _Replay(store, clock, cases).run(on_progress)
        clock.now = plan.end_at
        archive_ready(store)
        sweep(store)
        teams = store.read(lambda connection: units_by_key(connection, plan.town)).values()
        take_positions(store, SYSTEM, team_positions(town, teams, plan.end_at, plan.seed))
    return len(cases)


class _Replay:
    """Works the cases through the loop in the order of time."""

    def __init__(self, store: Store, clock: _Clock, cases: list[Case]) -> None:
        self._store = store
        self._clock = clock
        self._cases = cases
        self._ids: dict[int, tuple[str, int]] = {}
        self._policy: Policy = default_policy()
        self._units = store.read(lambda connection: units_by_key(connection, store.site.town))
        self._desk = store.read(lambda connection: actor_named(connection, _DESK))[0]
        self._supervisor = store.read(lambda connection: actor_named(connection, _SUPERVISOR))[0]

    def run(self, on_progress: Progress | None) -> None:
        turns = list(self._turns())
        for start in range(0, len(turns), _CHUNK):
            chunk = turns[start : start + _CHUNK]
            self._store.write(partial(self._play, turns=chunk))
            if on_progress:
                on_progress(start + len(chunk), len(turns))

    def _turns(self) -> Iterator[_Turn]:
        return heapq.merge(*(list(self._turns_of(n, case)) for n, case in enumerate(self._cases)))

    def _turns_of(self, number: int, case: Case) -> Iterator[_Turn]:
        fate, at = case.fate, case.at_ms
        yield _Turn(at, number, "report")
        for action, delay, reached in (
            ("accept", fate.accept, "accepted"),
            ("dispatch", fate.dispatch, "dispatched"),
            ("sign", fate.sign, "handling"),
            ("feedback", fate.feedback, "checking"),
            ("check_pass", fate.check, "closed"),
            ("callback", fate.callback, "archived"),
        ):
            if fate.stop_after == _BEFORE[reached]:
                return
            at += delay * MINUTE
            yield _Turn(at, number, action)
        yield _Turn(at + MINUTE, number, "archive")

    def _play(self, journal: Journal, turns: Iterable[_Turn]) -> None:
        for turn in turns:
            self._clock.now = turn.at
            case = self._cases[turn.number]
            if turn.action == "report":
                self._ids[turn.number] = self._report(journal, case)
            else:
                self._decide(journal, turn, case)

    def _report(self, journal: Journal, case: Case) -> tuple[str, int]:
        incident = Incident(id=new_id(self._clock.now))
        values = {
            "title": case.title,
            "content": case.content,
            "class_code": case.class_code,
            "urgency": case.urgency,
            "source": case.source,
            "area_code": case.area_code,
            "address": case.address,
            "reporter": case.reporter,
        }
        facts = self._facts(journal)
        kind, payload, *_ = decide(incident, "report", values, self._desk, facts)
        payload["set"] |= {
            "source_no": case.source_no,
            "lon_e6": case.lon_e6,
            "lat_e6": case.lat_e6,
            "precision": "gps" if case.reporter else "map",
        }
        caller = Caller(case.caller_name, case.caller_phone)
        rid, _ = append_report(journal, self._store, self._desk, kind, incident.id, payload, caller)
        return incident.id, rid

    def _facts(self, journal: Journal, incident: Incident | None = None) -> Facts:
        return facts_at(journal.connection, self._clock.now, scope_of(self._desk), incident)

    def _decide(self, journal: Journal, turn: _Turn, case: Case) -> None:
        id, rid = self._ids[turn.number]
        incident = load_incident(journal.connection, rid)
        assert incident is not None
        if turn.action == "callback" and incident.callback_done:
            return
        actor, values = self._choice(turn.action, case, incident)
        try:
            facts = self._facts(journal, incident)
            kind, payload, *_ = decide(incident, turn.action, values, actor, facts)
        except RuleError:
            if turn.action == "archive":
                return
            raise
        journal.append(kind, id, payload, actor)

    def _choice(self, action: str, case: Case, incident: Incident) -> tuple[Actor, dict[str, Any]]:
        fate = case.fate
        contact = f"{self._lead_name(incident)}值班员"
        if action == "dispatch":
            return self._desk, self._dispatch_values(incident)
        if action == "sign":
            return self._desk, {"contact": contact}
        if action == "feedback":
            told = {"text": fate.feedback_text, "no_photo": "照片未上传"}
            return self._desk, {"contact": contact, **told}
        if action == "check_pass":
            return self._supervisor, {
                "outcome": fate.outcome,
                "public_reply": fate.public_reply,
                "close_rule_met": True,
                "opinion": fate.check_opinion,
            }
        if action == "callback":
            return self._supervisor, {"reached": True, "satisfaction": fate.satisfaction}
        if action == "accept":
            return self._desk, {"not_duplicate": True}
        return (SYSTEM if action == "archive" else self._desk), {}

    def _dispatch_values(self, incident: Incident) -> dict[str, Any]:
        best = recommend_units(
            self._policy,
            self._units,
            {},
            class_code=incident.class_code,
            area_code=incident.area_code,
            now=self._clock.now,
        )
        return {"lead": best[0].unit.code}

    def _lead_name(self, incident: Incident) -> str:
        names = {unit.code: unit.name for unit in self._units.values()}
        return names.get(incident.lead_unit, "")


_BEFORE = {
    "accepted": "reported",
    "dispatched": "accepted",
    "handling": "dispatched",
    "checking": "handling",
    "closed": "checking",
    "archived": "closed",
}
"""The state a case stays in when it never reaches the next one."""


def _area(spec: AreaSpec) -> Area:
    return Area(
        spec.code, spec.name, spec.level, spec.grid_type, spec.households, spec.centre, spec.ring
    )


def _posts(town: Town, seed: int) -> list[Post]:
    """Return a head and a worker for each grid, reachable at numbers that cannot exist."""
    rng, texts = Random(f"posts/{seed}"), Texts(town, seed)
    posts = []
    for grid in town.grids:
        for role, name in (("head", texts.person(rng)), ("worker", texts.worker(grid.code))):
            phone = f"1000{rng.randrange(10**7):07d}"
            posts.append(Post(grid.code, role, name, phone))
    return posts
