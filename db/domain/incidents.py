"""An incident: what is known of it. What an op does to it stands in `effects` and `fold`."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, NamedTuple

from db.domain.names import CLOSED_FOREVER

STATES = (
    "draft",
    "reported",
    "verifying",
    "returned",
    "accepted",
    "dispatched",
    "handling",
    "paused",
    "checking",
    "closed",
    "archived",
    "rejected",
    "void",
    "merged",
)
OUTCOMES = ("resolved", "partial", "explained", "not_true", "out_of_scope", "transferred")
SATISFACTIONS = ("very", "ok", "basic", "no")
SOURCES = (
    "grid",
    "hotline12345",
    "online",
    "visit",
    "leader",
    "patrol",
    "sensor",
    "district",
    "phone",
)

LEVELS = ("grid", "village", "town", "district")
"""Who holds an incident, from the smallest: up is 上报, down is 下派."""
PRECISIONS = ("gps", "map", "grid_centre", "text")
"""How a place is known, from the best; `text`: by words only."""
CARDS = ("urge", "yellow", "red", "black")
"""What an escalation raises, from the mildest: 催办, 黄牌, 红牌, 黑牌."""
WAITING = frozenset({"sent", "signed", "reworked"})
"""States of an assignment whose unit still owes an answer."""

HEAD_START = {"critical": 30 * 86_400_000, "urgent": 86_400_000, "normal": 0}
"""Milliseconds by which urgency moves an incident forward in the queue."""
NO_DUE = 2**52


# Never changed, but not frozen, here and below: made per op, and a frozen one takes three times as
# long to make.
@dataclass(slots=True)
class Timer:
    """One clock of one stage, pinned to the limit it was born with."""

    stage: str
    unit: str
    limit_unit: str
    amount: int
    start_at: int
    due_at: int
    policy: str
    ended_at: int | None = None
    step: str = ""
    """The step of a limit of several (停工, 处罚, 拆除), empty for an ordinary one."""


@dataclass(slots=True)
class Assignment:
    """One unit's part in an incident (part: lead or co)."""

    unit: str
    part: str = "lead"
    state: str = "sent"
    task: str = ""
    sent_at: int | None = None
    signed_at: int | None = None
    signed_by: str = ""
    due_at: int | None = None
    feedback_at: int | None = None
    feedback: str = ""
    sent_by: str = ""
    reason: str = ""
    """Why the unit refused, or why it was withdrawn."""
    proposed: str = ""
    """The unit that a refusing one names in its place."""
    result: str = ""


@dataclass(frozen=True, slots=True)
class Pause:
    """Time in which every clock of the incident stands; `to_at` is None while it lasts.

    `until_at`: when it is over without anybody's act, None where only an act ends it.
    """

    from_at: int = 0
    to_at: int | None = None
    reason: str = ""
    until_at: int | None = None
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Application:
    """What somebody asked for and another person decides.

    `state`: pending, approved, rejected, withdrawn. `amount` is in the unit of the limit it would
    lengthen.
    """

    key: str
    kind: str = ""
    state: str = "pending"
    asked_by: str = ""
    asked_name: str = ""
    asked_at: int = 0
    unit: str = ""
    amount: int = 0
    until_at: int | None = None
    value: str = ""
    """The class, the level or the outcome asked for; for an extension, the unit of its limit."""
    reason: str = ""
    text: str = ""
    reply: str = ""
    """What the callers are told, where it closes the incident; `text` is for the room alone."""
    decided_by: str = ""
    decided_name: str = ""
    decided_at: int | None = None
    opinion: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One urging or supervision, raised by a rule or a person; `key` makes it come once."""

    key: str
    rule: str = ""
    card: str = "urge"
    at: int = 0
    unit: str = ""
    text: str = ""
    notify: str = ""
    reply_due_at: int | None = None
    replied_at: int | None = None
    reply: str = ""


@dataclass(frozen=True, slots=True)
class Child:
    """An incident merged into this one; `valid` is 0 once it was taken out again."""

    id: str
    number: str = ""
    caller: str = ""
    valid: int = 1


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that belongs to an incident: the digest of its encrypted bytes, its plain size."""

    blob: str
    size: int
    media: str
    envelope: str
    at: int
    actor_name: str


_due_at = attrgetter("due_at")


class Due(NamedTuple):
    """A stage, and the instant by which it must be done."""

    stage: str
    at: int


@dataclass(slots=True)
class Incident:
    """The state of an incident after some of its ops. Instants are UTC milliseconds."""

    id: str
    number: str = ""
    title: str = ""
    content: str = ""
    class_code: str = ""
    urgency: str = "normal"
    secrecy: int = 0
    source: str = "phone"
    source_no: str = ""
    source_unit: str = ""
    source_status: str = ""
    source_reply: str = ""
    source_replied_at: int | None = None
    category: str = ""
    reporter: str = ""
    caller: str = ""
    reported_at: int = 0
    taken_in_at: int = 0
    area_code: str = ""
    address: str = ""
    lon_e6: int | None = None
    lat_e6: int | None = None
    precision: str = "text"
    level: str = "town"
    state: str = "draft"
    lead_unit: str = ""
    outcome: str = ""
    public_reply: str = ""
    satisfaction: str = ""
    callback_attempts: int = 0
    callback_done: int = 0
    closed_at: int | None = None
    archived_at: int | None = None
    updated_at: int = 0
    conflicts: int = 0
    policy: str = ""
    """The version of the lists it was accepted under; until then of those it was reported under."""
    merged_into: str = ""
    merged_from: str = ""
    """The state it had before it was merged."""
    rework_count: int = 0
    return_count: int = 0
    """How often a unit has refused it."""
    reopen_count: int = 0
    forced: int = 0
    """Whether it was closed by order: not counted as closed in time."""
    solved: str = ""
    blocked_note: str = ""
    timers: tuple[Timer, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    pauses: tuple[Pause, ...] = ()
    applications: tuple[Application, ...] = ()
    cards: tuple[Card, ...] = ()
    children: tuple[Child, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something; a disagreement is never closed away."""
        return self.conflicts > 0 or self.state not in CLOSED_FOREVER

    @property
    def platform(self) -> str:
        """The platform letters of its class, empty while unclassed."""
        return self.class_code[:2]

    @property
    def running(self) -> tuple[Timer, ...]:
        """Timers that have not ended."""
        return tuple([timer for timer in self.timers if timer.ended_at is None])

    @property
    def pause(self) -> Pause | None:
        """The pause that lasts, of several the longest; None while the clocks run."""
        lasting = [one for one in self.pauses if one.to_at is None]
        if not lasting:
            return None
        return max(lasting, key=lambda one: (one.until_at is None, one.until_at or 0))

    @property
    def next_due(self) -> Timer | None:
        """The running timer that is due first; none while the clocks stand."""
        if self.pause:
            return None
        return min(self.running, key=_due_at, default=None)

    @property
    def due(self) -> Due | None:
        """What is due first and when: a timer, or for a paused incident to go on."""
        pause, timer = self.pause, self.next_due
        if pause:
            return Due("resume", pause.until_at) if pause.until_at is not None else None
        return Due(timer.stage, timer.due_at) if timer else None

    @property
    def sort_at(self) -> int:
        """Queue order: the next deadline, moved forward by urgency."""
        due = self.due
        return (due.at if due else NO_DUE) - HEAD_START.get(self.urgency, 0)

    def pending(self, kind: str) -> Application | None:
        """Return what is asked for of a kind and not decided: never more than one."""
        return next(
            (one for one in self.applications if one.kind == kind and one.state == "pending"), None
        )


NOTHING = Incident(id="")
"""What is known before the first op."""


class Collection(NamedTuple):
    """Rows of an incident that ops upsert by a key: the payload's word, and where they stand."""

    word: str
    kind: type
    key: str
    field: str
    table: str


COLLECTIONS = (
    Collection("units", Assignment, "unit", "assignments", "assignment"),
    Collection("pauses", Pause, "from_at", "pauses", "pause"),
    Collection("asks", Application, "key", "applications", "application"),
    Collection("cards", Card, "key", "cards", "card"),
    Collection("children", Child, "id", "children", "child"),
)
KEY_OF_WORD = {one.word: one.key for one in COLLECTIONS}
PLURAL = frozenset({"timers", "attachments", *(item.field for item in COLLECTIONS)})
"""Fields of an incident that hold rows of their own."""
NOT_SETTABLE = frozenset({"id", "state", "updated_at", "conflicts"}) | PLURAL
SETTABLE = frozenset(item.name for item in fields(Incident)) - NOT_SETTABLE


@dataclass(slots=True)
class Step:
    """One line of an incident's history."""

    kind: str
    from_state: str
    to_state: str
    at: int
    actor: str
    actor_name: str
    opinion: str
    unit: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
