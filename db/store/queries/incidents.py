"""One incident in full."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import orjson

from db.domain.addresses import area_said
from db.domain.branches import NEWS
from db.domain.calendar import DEFAULT_CALENDAR, Calendar
from db.domain.errors import RuleError
from db.domain.incidents import Incident, Step
from db.domain.lists import Policy
from db.domain.ops import Actor
from db.domain.recommend import (
    ClassSuggestion,
    Recommendation,
    recommend_units,
    suggest_classes,
)
from db.domain.rules.base import Facts
from db.domain.scope import Scope
from db.domain.transitions import obstacles
from db.store.driver import Connection
from db.store.envelopes import mask_name, mask_phone, open_caller, open_marks
from db.store.erasure import is_noted
from db.store.facts import facts_at
from db.store.lists import default_policy
from db.store.projections import load_incident
from db.store.queries.attachments import AttachmentRow, attachment_rows
from db.store.queries.claims import ClaimShown, claim_shown
from db.store.queries.conflicts import (
    OpenConflict,
    open_conflicts,
)
from db.store.queries.positions import distance_to
from db.store.queries.removed import AFTER_REMOVAL, late_steps
from db.store.queries.responsibility import on_time_of
from db.store.queries.scope import rid_of, visible
from db.store.queries.town import (
    PostRow,
    area_names,
    posts_of,
    unit_loads,
    units_by_key,
)


@dataclass(frozen=True, slots=True)
class CallerMask:
    """What is shown of a caller by default; `is_readable` is False without the room's key.

    `marks` counts the phone numbers that stood in the texts. `is_known`: somebody was entered;
    `is_erased`: and is no more.
    """

    name: str
    tail: str
    is_readable: bool
    marks: int = 0
    is_known: bool = True
    is_erased: bool = False


@dataclass(frozen=True, slots=True)
class Detail:
    """One incident with all a desk shows of it."""

    rid: int
    incident: Incident
    steps: tuple[Step, ...]
    area_path: str
    unit_names: dict[str, str]
    caller: CallerMask | None
    recommendations: tuple[Recommendation, ...]
    suggestions: tuple[ClassSuggestion, ...]
    suggested_area: tuple[str, str]
    posts: tuple[PostRow, ...]
    attachments: tuple[AttachmentRow, ...]
    conflicts: tuple[OpenConflict, ...] = ()
    obstacles: Mapping[str, RuleError | None] = field(default_factory=dict, compare=False)
    """Why each action is not possible, None where it is; empty where nobody acts."""
    calendar: Calendar = field(default=DEFAULT_CALENDAR, compare=False)
    """The one its deadlines go by."""
    policy: Policy = field(default_factory=default_policy)
    """The lists it is judged by."""
    merged_into: str = ""
    """The number of the incident it was merged into, where that may be seen."""
    claim: ClaimShown | None = None
    """Who has taken it on, None where nobody has or it is not open any more."""

    @property
    def has_news(self) -> bool:
        """Whether something happened beside its closing that nobody has looked at."""
        return any(item.field == NEWS for item in self.conflicts)


STEPS = (
    "SELECT kind, from_state, to_state, at, actor, actor_name, opinion, unit, detail"
    " FROM step WHERE incident = ? ORDER BY n"
)


def incident_detail(
    connection: Connection, scope: Scope, rid: int, now: int, actor: Actor | None = None
) -> Detail | None:
    """Return one incident in full, None where it is gone or out of scope.

    For an `actor`, with what the rules say of each action.
    """
    conditions, parameters = visible(scope)
    seen = connection.execute(
        f"SELECT 1 FROM incident WHERE rid = :rid AND {conditions}",
        {"rid": rid, **parameters},
    ).fetchone()
    incident = load_incident(connection, rid) if seen else None
    if incident is None:
        return None
    facts = facts_at(connection, now, scope, incident)
    policy = facts.policy
    names = area_names(connection)
    units = units_by_key(connection, incident.area_code[:9])
    texts = (incident.title, incident.address, incident.content)
    return Detail(
        rid=rid,
        incident=incident,
        steps=tuple(_steps(connection, rid)),
        area_path=_area_path(names, incident.area_code),
        unit_names={unit.code: unit.name for unit in units.values()},
        caller=_mask(connection, rid, incident.caller),
        recommendations=tuple(
            recommend_units(
                policy,
                units,
                unit_loads(connection),
                class_code=incident.class_code,
                area_code=incident.area_code,
                now=now,
                calendar=facts.calendar,
                on_time=partial(on_time_of, connection),
                distance=lambda unit: distance_to(
                    connection, unit, incident.lon_e6, incident.lat_e6, now
                ),
            )
        ),
        suggestions=tuple(suggest_classes(policy, "\n".join((*texts, incident.category)))),
        suggested_area=_suggested_area(names, texts) if not incident.area_code else ("", ""),
        posts=tuple(posts_of(connection, incident.area_code)),
        attachments=attachment_rows(connection, incident.attachments),
        conflicts=open_conflicts(connection, rid) if incident.conflicts else (),
        obstacles=obstacles(incident, actor, facts) if actor else {},
        calendar=facts.calendar,
        policy=policy,
        merged_into=_lead_number(facts, incident),
        claim=claim_shown(connection, scope, rid, now),
    )


def incident_by_number(
    connection: Connection, scope: Scope, number: str, now: int, actor: Actor | None = None
) -> Detail | None:
    """Return one incident in full by its number."""
    rid = rid_of(connection, scope, number)
    return incident_detail(connection, scope, rid, now, actor) if rid is not None else None


def _lead_number(facts: Facts, incident: Incident) -> str:
    lead = facts.incidents.get(incident.merged_into) if incident.merged_into else None
    return lead.number if lead else ""


def _steps(connection: Connection, rid: int) -> list[Step]:
    late = late_steps(connection, rid)
    steps = []
    for *row, raw in connection.execute(STEPS, (rid,)).fetchall():
        step = Step(*(*row, orjson.loads(raw)))
        if (step.kind, step.at, step.actor) in late:
            step = replace(step, detail={**step.detail, AFTER_REMOVAL: True})
        steps.append(step)
    return steps


def _mask(connection: Connection, rid: int, envelope: str) -> CallerMask | None:
    marks = len(open_marks(connection, rid))
    caller = open_caller(connection, envelope) if envelope else None
    if caller is not None:
        return CallerMask(mask_name(caller.name), mask_phone(caller.phone), True, marks)
    if marks or not envelope:
        return CallerMask("", "", True, marks, is_known=False) if marks else None
    return CallerMask("", "", False, is_erased=is_noted(connection, envelope))


def _area_path(names: dict[str, str], code: str) -> str:
    village, grid = names.get(code[:12], ""), names.get(code, "")
    if len(code) <= 12:
        return grid
    return grid if grid.startswith(village[:2]) else f"{village} {grid}".strip()


def _suggested_area(names: dict[str, str], texts: tuple[str, ...]) -> tuple[str, str]:
    said = area_said(names.items(), texts)
    return (said.code, said.word) if said else ("", "")
