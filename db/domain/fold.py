"""How an op becomes fact: one after another here, in `branches` where people worked apart."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from db.domain.effects import Effect, read_effect
from db.domain.incidents import Assignment, Attachment, Incident, Step, Timer
from db.domain.ops import Op


class Draft:
    """An incident on its way through a run of ops that each saw all before it."""

    def __init__(self, before: Incident | None, id: str) -> None:
        self._before = before or Incident(id=id)
        self._values: dict[str, Any] = {}
        self._state = self._before.state
        self._updated_at = self._before.updated_at
        self._timers = list(self._before.timers)
        self._parts = {part.unit: part for part in self._before.assignments}
        self._files = list(self._before.attachments)

    def apply(self, op: Op, effect: Effect) -> Step:
        """Fold one op by what was read from it."""
        state = self._state
        self._values.update(effect.values)
        self._state = effect.to or state
        self._updated_at = max(self._updated_at, op.at)
        if effect.ends:
            self._timers = [ended(timer, effect.ends, op.at) for timer in self._timers]
        self._timers += [Timer(**values) for values in effect.starts]
        for values in effect.units:
            known = self._parts.get(values["unit"])
            self._parts[values["unit"]] = (
                replace(known, **values) if known else Assignment(**values)
            )
        if effect.file:
            self._files.append(attachment_of(op, effect.file))
        return step_of(op, effect, state, self._state)

    def incident(self) -> Incident:
        """Return what has come of it."""
        return replace(
            self._before,
            **self._values,
            state=self._state,
            updated_at=self._updated_at,
            timers=tuple(self._timers),
            assignments=tuple(self._parts.values()),
            attachments=tuple(self._files),
        )


def fold(incident: Incident | None, op: Op) -> tuple[Incident, Step]:
    """Return the incident after an op that saw all before it, and the history line it adds.

    Fields this version does not know are passed over (their bytes stay in the journal), so a
    newer program's op of a known kind still folds.
    """
    draft = Draft(incident, op.id)
    step = draft.apply(op, read_effect(op))
    return draft.incident(), step


def ended(timer: Timer, ends: frozenset[tuple[str, str]], at: int) -> Timer:
    """Return a timer as it is after those of `ends` (stage, unit) were stopped."""
    if timer.ended_at is not None or (timer.stage, timer.unit) not in ends:
        return timer
    # Every field by name: `dataclasses.replace` takes five times as long, and this runs per op.
    return Timer(
        stage=timer.stage,
        unit=timer.unit,
        limit_unit=timer.limit_unit,
        amount=timer.amount,
        start_at=timer.start_at,
        due_at=timer.due_at,
        policy=timer.policy,
        ended_at=at,
    )


def attachment_of(op: Op, file: Mapping[str, Any]) -> Attachment:
    """Return the attachment an op adds."""
    return Attachment(**file, at=op.at, actor_name=op.actor.name)


def step_of(op: Op, effect: Effect, before: str, after: str) -> Step:
    """Return the history line of an op that moved the state from `before` to `after`."""
    first = effect.units[0] if effect.units else {}
    return Step(
        kind=op.kind,
        from_state=before,
        to_state=after,
        at=op.at,
        actor=op.actor.user,
        actor_name=op.actor.name,
        opinion=effect.opinion or first.get("feedback", ""),
        unit=first.get("unit", ""),
        detail=_detail(op, effect),
    )


def _detail(op: Op, effect: Effect) -> dict[str, Any]:
    found = {name: op.payload[name] for name in ("contact",) if name in op.payload}
    return found | ({"resolves": list(effect.resolves)} if effect.resolves else {})
