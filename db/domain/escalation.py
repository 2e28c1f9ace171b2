"""The escalation ladder (E0 to E6): which cards an incident has earned, and since when.

One idempotent sweep: what is found depends on the facts and the instant alone, and each card has a
key, so however often and wherever it runs, a machine that slept all weekend raises each card once,
dated at the instant it became due. The rules are a list that the town may change.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from db.domain.calendar import Calendar
from db.domain.deadlines import due_at, late_days, share_used
from db.domain.incidents import Incident, Timer
from db.domain.lists import Limit
from db.domain.rules.base import own_limit, pauses_of

RECURRENCE_DAYS = 30
"""E5: days in which the same spot and class count as the same trouble coming back."""
MARK = "mark"
"""The action of a rule that only colours a row (E0)."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the ladder.

    `trigger` is used_percent, unsigned, late, reworked, reopened, recurrence, reply_missed or
    returned; `threshold` is in `unit`. `urgency` limits it to one, `reply_days` are working days
    in which the unit answers, 0 where nothing is asked.
    """

    id: str
    trigger: str
    threshold: int
    unit: str
    card: str
    action: str
    notify: str
    reply_days: int
    urgency: str


class Raised(NamedTuple):
    """A card that became due: its key, and the instant."""

    key: str
    rule: Rule
    at: int
    unit: str


def parse_rules(rows: Iterable[Mapping[str, str]]) -> tuple[Rule, ...]:
    """Return the ladder from the rows of its list, which were checked at the door."""
    return tuple(
        Rule(
            id=row["id"],
            trigger=row["trigger"],
            threshold=int(row["threshold"] or 0),
            unit=row["threshold_unit"],
            card=row["card"] or "urge",
            action=row["action"],
            notify=row["notify"],
            reply_days=int(row["reply_work_days"] or 0),
            urgency=row.get("urgency", ""),
        )
        for row in rows
    )


def raised(
    incident: Incident,
    rules: Sequence[Rule],
    calendar: Calendar,
    now: int,
    recurrences: int = 0,
) -> list[Raised]:
    """Return the cards an incident has earned and does not have yet, oldest first.

    `recurrences`: how often the same class came up at the same spot within thirty days, this one
    with them.
    """
    known = frozenset(item.key for item in incident.cards)
    found = [
        item
        for rule in rules
        if rule.action != MARK and rule.urgency in ("", incident.urgency)
        for item in _TRIGGERS[rule.trigger](
            _Case(incident, rule, calendar, now, recurrences, known)
        )
    ]
    return sorted(found, key=lambda item: (item.at, item.key))


def card_of(item: Raised, calendar: Calendar, now: int) -> dict[str, object]:
    """Return a card as it stands in an op.

    Its reply is due from now on, not from the instant it was earned: the unit hears of it now.
    """
    rule = item.rule
    reply_due_at = None
    if rule.reply_days:
        reply_due_at = due_at(now, Limit("work_day", rule.reply_days), calendar)
    return {
        "key": item.key,
        "rule": rule.id,
        "card": rule.card,
        "at": item.at,
        "unit": item.unit,
        "text": rule.trigger,
        "notify": rule.notify,
        "reply_due_at": reply_due_at,
    }


class _Case(NamedTuple):
    incident: Incident
    rule: Rule
    calendar: Calendar
    now: int
    recurrences: int
    known: frozenset[str]

    def key(self, about: str) -> str:
        """Return what makes a card of this rule come once."""
        return f"{self.rule.id}/{self.rule.trigger}/{self.rule.threshold}/{about}"

    def earned(self, at: int, about: str, unit: str = "") -> Iterator[Raised]:
        key = self.key(about)
        if at <= self.now and key not in self.known:
            yield Raised(key, self.rule, at, unit)

    def clocks(self, stage: str) -> Iterator[tuple[Timer, int]]:
        """Yield the clocks of a stage, and until when each ran.

        One that has stopped still earns a card it had earned before, but nobody is urged to do
        what is done.
        """
        for timer in self.incident.timers:
            is_named = timer.stage == stage and self.key(_name(timer)) not in self.known
            is_running = timer.ended_at is None
            if is_named and (is_running or self.rule.card != "urge"):
                yield timer, self.now if timer.ended_at is None else timer.ended_at

    def first(self, low: int, high: int, holds: Callable[[int], bool]) -> int | None:
        """Return when something that stays true first holds, None if it does not by `high`."""
        if not holds(high):
            return None
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if holds(middle) else (middle + 1, high)
        return high


def _used(case: _Case) -> Iterator[Raised]:
    """E0, E2: so many percent of a handling limit are used, in its own measure."""
    pauses, mark = pauses_of(case.incident), case.rule.threshold * 10
    for timer, until in case.clocks("handle"):

        def holds(at: int, timer: Timer = timer) -> bool:
            used = share_used(timer.start_at, own_limit(timer), at, case.calendar, pauses)
            return used >= mark

        at = case.first(timer.start_at, until, holds)
        if at is not None:
            yield from case.earned(at, _name(timer), timer.unit)


def _unsigned(case: _Case) -> Iterator[Raised]:
    """E1, E6: not signed for in the rule's time, or in the order's own where that is shorter."""
    pauses = pauses_of(case.incident)
    for timer, until in case.clocks("sign"):
        by_rule = due_at(timer.start_at, _limit(case.rule), case.calendar, pauses)
        at = min(timer.due_at, by_rule)
        if at < until and not _stands(case.incident, at):
            yield from case.earned(at, _name(timer), timer.unit)


def _late(case: _Case) -> Iterator[Raised]:
    """E3 to E5: a handling limit is passed, by more than so many working days."""
    pauses = pauses_of(case.incident)
    for timer, until in case.clocks("handle"):
        if until <= timer.due_at:
            continue

        def holds(at: int, timer: Timer = timer) -> bool:
            days = late_days(timer.due_at, at, case.calendar, pauses)
            return days > case.rule.threshold

        at = case.first(timer.due_at, until, holds)
        if at is not None and not _stands(case.incident, at):
            yield from case.earned(at, _name(timer), timer.unit)


def _reworked(case: _Case) -> Iterator[Raised]:
    """E4: worked over so many times; since the last of them began."""
    if case.incident.rework_count >= case.rule.threshold:
        yield from case.earned(_last_start(case.incident), "", case.incident.lead_unit)


def _reopened(case: _Case) -> Iterator[Raised]:
    """E5: reopened so many times."""
    if case.incident.reopen_count >= case.rule.threshold:
        yield from case.earned(_last_start(case.incident), "", case.incident.lead_unit)


def _recurring(case: _Case) -> Iterator[Raised]:
    """E5: the same trouble at the same spot; since this one was taken in."""
    if case.recurrences >= case.rule.threshold:
        yield from case.earned(case.incident.taken_in_at, "", case.incident.lead_unit)


def _unreplied(case: _Case) -> Iterator[Raised]:
    """E4: a card was not answered when its reply was due."""
    for card in case.incident.cards:
        until = card.replied_at if card.replied_at is not None else case.now
        if card.reply_due_at is not None and card.reply_due_at < until:
            yield from case.earned(card.reply_due_at, card.key, card.unit)


def _returned(case: _Case) -> Iterator[Raised]:
    """T4: sent back to the reporter, and nothing came for so many working days."""
    lasting = case.incident.pause
    if case.incident.state == "returned" and lasting is not None:
        at = due_at(lasting.from_at, _limit(case.rule), case.calendar)
        yield from case.earned(at, str(lasting.from_at))


_TRIGGERS: Mapping[str, Callable[[_Case], Iterator[Raised]]] = {
    "used_percent": _used,
    "unsigned": _unsigned,
    "late": _late,
    "reworked": _reworked,
    "reopened": _reopened,
    "recurrence": _recurring,
    "reply_missed": _unreplied,
    "returned": _returned,
}
TRIGGERS = tuple(_TRIGGERS)
"""Words that a rule of the list may name."""


def _limit(rule: Rule) -> Limit:
    """Return a rule's threshold as a limit; hours are kept in minutes."""
    if rule.unit == "minute":
        return Limit("urgent_hour", rule.threshold)
    return Limit(rule.unit, rule.threshold * (60 if rule.unit.endswith("_hour") else 1))


def _name(timer: Timer) -> str:
    """Return what tells one run of a clock from another."""
    return ".".join(filter(None, (timer.stage, timer.step, timer.unit, str(timer.start_at))))


def _last_start(incident: Incident) -> int:
    return max((item.start_at for item in incident.timers if item.stage == "handle"), default=0)


def _stands(incident: Incident, at: int) -> bool:
    """Whether the clocks stood at an instant: nothing is late then."""
    return any(
        item.from_at <= at and (item.to_at is None or at < item.to_at) for item in incident.pauses
    )
