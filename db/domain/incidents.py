"""An incident: what is known of it. What an op does to it stands in `effects` and `fold`."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

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
CLOSED_FOREVER = frozenset({"archived", "rejected", "void", "merged"})
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

HEAD_START = {"critical": 30 * 86_400_000, "urgent": 86_400_000, "normal": 0}
"""Milliseconds by which urgency moves an incident forward in the queue."""
NO_DUE = 2**52


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that belongs to an incident: the digest of its encrypted bytes, its plain size."""

    blob: str
    size: int
    media: str
    envelope: str
    at: int
    actor_name: str


@dataclass(frozen=True, slots=True)
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
    timers: tuple[Timer, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    attachments: tuple[Attachment, ...] = ()

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
        return tuple(timer for timer in self.timers if timer.ended_at is None)

    @property
    def next_due(self) -> Timer | None:
        """The running timer that is due first."""
        return min(self.running, key=lambda timer: timer.due_at, default=None)

    @property
    def sort_at(self) -> int:
        """Queue order: the next deadline, moved forward by urgency."""
        due = self.next_due
        return (due.due_at if due else NO_DUE) - HEAD_START.get(self.urgency, 0)


NOT_SETTABLE = frozenset(
    {"id", "state", "updated_at", "conflicts", "timers", "assignments", "attachments"}
)
SETTABLE = frozenset(item.name for item in fields(Incident)) - NOT_SETTABLE


@dataclass(frozen=True, slots=True)
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
