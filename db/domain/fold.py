"""How an op becomes fact: one after another here, in `branches` where people worked apart."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from operator import attrgetter
from typing import Any

from db.domain.effects import TOLD, Effect, read_effect
from db.domain.incidents import (
    COLLECTIONS,
    KEY_OF_WORD,
    NOTHING,
    Attachment,
    Collection,
    Incident,
    Step,
    Timer,
)
from db.domain.ops import Op
from db.domain.undoing import Undone

_FIELDS = tuple(item.name for item in fields(Incident))
_values_of = attrgetter(*_FIELDS)
TAKEN_BACK, IDLE = "undone", "idle"
"""Marks of lines of the history: it was taken back; it is an undo without force."""
_DETAIL = (*TOLD, "was")
"""What a line of the history keeps of a payload; `was` is what stood before."""


class Draft:
    """An incident on its way through a run of ops that each saw all before it."""

    def __init__(self, before: Incident | None, id: str) -> None:
        known = before or NOTHING
        # Kept in the order of the fields: an incident is made of values much quicker than by names.
        self._values = dict(zip(_FIELDS, _values_of(known), strict=True))
        self._values["id"] = id
        self._state = known.state
        self._updated_at = known.updated_at
        self._timers = list(known.timers)
        self._rows: dict[str, dict[Any, dict[str, Any]]] = {}
        self._files = list(known.attachments)

    def apply(self, op: Op, effect: Effect) -> Step:
        """Fold one op by what was read from it."""
        state = self._state
        self._values.update(effect.values)
        self._state = effect.to or state
        if op.at > self._updated_at:
            self._updated_at = op.at
        # A clock that stood is set right before it stops: its lateness is judged by that.
        if effect.retimes:
            self._timers = [retimed(timer, effect.retimes) for timer in self._timers]
        if effect.ends:
            self._timers = [
                timer if timer.ended_at is not None else ended(timer, effect.ends, op.at)
                for timer in self._timers
            ]
        self._timers += effect.starts
        if effect.rows:
            self._put(effect.rows)
        if effect.file:
            self._files.append(attachment_of(op, effect.file))
        return step_of(op, effect, state, self._state)

    def strike(self, op: Op, effect: Effect) -> Step:
        """Pass over an op that was taken back; return its line of the history."""
        self._updated_at = max(self._updated_at, op.at)
        return marked(step_of(op, effect, self._state, effect.to or self._state), TAKEN_BACK)

    def _put(self, rows: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
        for word, given in rows.items():
            key, found = KEY_OF_WORD[word], self._rows.setdefault(word, {})
            for row in given:
                found.setdefault(row[key], {}).update(row)

    def incident(self) -> Incident:
        """Return what has come of it."""
        values = self._values | {
            "state": self._state,
            "updated_at": self._updated_at,
            "timers": tuple(self._timers),
            "attachments": tuple(self._files),
        }
        for one in COLLECTIONS:
            if one.word in self._rows:
                values[one.field] = tuple(self._made(one, self._rows[one.word]))
        return Incident(*values.values())

    def _made(self, one: Collection, rows: Mapping[Any, dict[str, Any]]) -> Iterable[Any]:
        new = dict(rows)
        for known in self._values[one.field]:
            yield replace(known, **new.pop(getattr(known, one.key), {}))
        for row in new.values():
            yield one.kind(**row)


def fold(incident: Incident | None, op: Op) -> tuple[Incident, Step]:
    """Return the incident after an op that saw all before it, and the history line it adds.

    Fields this version does not know are passed over (their bytes stay in the journal), so a
    newer program's op of a known kind still folds.
    """
    draft = Draft(incident, op.id)
    step = draft.apply(op, read_effect(op))
    return draft.incident(), step


def ended(timer: Timer, ends: frozenset[tuple[str, ...]], at: int) -> Timer:
    """Return a timer as it is after those of `ends` (stage, unit, perhaps a step) were stopped."""
    if timer.ended_at is not None:
        return timer
    name = (timer.stage, timer.unit)
    if name not in ends and (*name, timer.step) not in ends:
        return timer
    # `dataclasses.replace` takes five times as long, and this runs per op.
    return Timer(
        timer.stage, timer.unit, timer.limit_unit, timer.amount, timer.start_at, timer.due_at,
        timer.policy, at, timer.step,
    )  # fmt: skip


def retimed(timer: Timer, retimes: Iterable[Timer]) -> Timer:
    """Return a running timer with the limit and the deadline it gets; its start stays."""
    if timer.ended_at is not None:
        return timer
    name = (timer.stage, timer.unit, timer.step, timer.start_at)
    for given in retimes:
        if (given.stage, given.unit, given.step, given.start_at) == name:
            return given
    return timer


def attachment_of(op: Op, file: Mapping[str, Any]) -> Attachment:
    """Return the attachment an op adds."""
    return Attachment(**file, at=op.at, actor_name=op.actor.name)


def step_of(op: Op, effect: Effect, before: str, after: str) -> Step:
    """Return the history line of an op that moved the state from `before` to `after`."""
    units = effect.rows.get("units")
    first = units[0] if units else {}
    return Step(
        op.kind,
        before,
        after,
        op.at,
        op.actor.user,
        op.actor.name,
        effect.opinion or first.get("feedback", ""),
        first.get("unit", ""),
        _detail(op, effect),
    )


def tell_undos(
    steps: Sequence[Step], ops: Sequence[Op], effects: Sequence[Effect], undone: Undone
) -> None:
    """Let the line of each undo say what it took back and from which state, or is without force.

    That follows from what it names, not from what its author says of it.
    """
    for number, aim in undone.aims.items():
        step = steps[number]
        step.detail = {**step.detail, "undid": ops[aim].kind}
        if number not in undone.idle:
            step.from_state = effects[aim].to or step.to_state
    for number in undone.idle:
        marked(steps[number], IDLE)


def marked(step: Step, mark: str) -> Step:
    """Return a line of the history with a mark: taken back, or an undo without force."""
    step.detail = {**step.detail, mark: True}
    return step


def _detail(op: Op, effect: Effect) -> dict[str, Any]:
    found = {name: op.payload[name] for name in _DETAIL if name in op.payload}
    if effect.resolves:
        found["resolves"] = list(effect.resolves)
    second = op.payload.get("second")
    if isinstance(second, dict) and type(second.get("name")) is str:
        found["second"] = second["name"]
    return found
