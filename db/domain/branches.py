"""The fold of a history whose authors did not know of each other, and what they disagree on.

Every op names what its author had seen. Of two values that did not see each other neither wins:
both are kept, one is shown, and the disagreement stands until an op resolves it that has seen
them all. No clock takes part in that; clocks only break the tie of what is shown.

Classes of fields (what becomes of two values set apart):

- register: an open conflict (`value`; for the lead unit `dispatch`: two orders were given).
- state: an open conflict; shown is the state that asks for more, so closing hides nothing.
- follows: goes with a move that is itself in dispute; the greatest stands, no conflict.
- union: history, attachments, timers, assignments of different units: all of them, no conflict.
- news: something happened beside a closing that did not know of it: an open conflict.
- undone: a decision was taken back beside work upon it: it stands, and so does an open conflict.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from db.domain.effects import Effect, read_effect
from db.domain.fold import TAKEN_BACK, attachment_of, ended, marked, retimed, step_of, tell_undos
from db.domain.incidents import (
    COLLECTIONS,
    SETTABLE,
    Attachment,
    Collection,
    Incident,
    Step,
    Timer,
)
from db.domain.names import UNDO
from db.domain.ops import Op, OpRef
from db.domain.past import Past
from db.domain.undoing import UNDONE, undone_of

FOLLOWS = frozenset(
    {"reported_at", "taken_in_at", "source_replied_at", "closed_at", "archived_at"}
    | {"callback_attempts", "callback_done", "rework_count", "return_count", "reopen_count"}
    | {"forced", "policy", "merged_from"}
)
REGISTERS = SETTABLE - FOLLOWS
ROW_REGISTERS = {
    "units": frozenset({"part", "state", "task", "feedback", "reason", "proposed", "result"}),
    "pauses": frozenset(),
    "asks": frozenset({"state"}),
    "cards": frozenset({"reply"}),
    "children": frozenset({"valid"}),
}
"""Of rows; their instants, and who did it, follow their state."""
KIND_OF = {"state": "state", "lead_unit": "dispatch"}
NEWS = "news"
"""The field under which something beside a closing stands in dispute."""
CLOSINGS = frozenset({"closed", "archived", "rejected", "void", "merged"})
PASSIVE = frozenset(
    {"caller_viewed", "caller_erased", "conflict_resolved", "escalation_raised", "loop_mended"}
    | {UNDO}
)
"""Kinds that are no news to whoever closed an incident."""
_ALERT = (
    "void", "merged", "rejected", "archived", "closed",
    "draft", "reported", "returned", "verifying", "accepted", "checking", "dispatched",
    "paused", "handling",
)  # fmt: skip
"""States from the least to the most that asks for somebody: open work is never hidden."""
CLOCKS = "clocks"
"""The word under which limits stand in dispute."""
_PREFIX = {"units": "unit"}
_WORD = {prefix: word for word, prefix in _PREFIX.items()}
_EVERYTHING = -1
"""The bits of all ops."""
_RANK = {state: rank for rank, state in enumerate(_ALERT)}


class Tip(NamedTuple):
    """One side of a disagreement: who said what, and in which op."""

    ref: OpRef
    at: int
    actor_name: str
    value: Any


class Conflict(NamedTuple):
    """A disagreement that stands. `kind`: value, state, dispatch or news.

    An undo in dispute (field UNDONE) is news too: it, too, is looked at and not chosen.
    """

    field: str
    kind: str
    tips: tuple[Tip, ...]


class Folded(NamedTuple):
    """What has become of a history."""

    incident: Incident
    steps: list[Step]
    conflicts: list[Conflict]


@dataclass(slots=True)
class _Said:
    """A value and the op that set it, by its place in the causal order.

    `replaces`: the ops whose values it takes the place of, as bits.
    """

    op: int
    value: Any
    replaces: int = 0


class _Register:
    """The values of one field that no op has resolved."""

    def __init__(self, past: Past) -> None:
        self._past = past
        self._said: list[_Said] = []
        self._newest: list[_Said] = []

    def restate(self, op: int, value: Any, *, resolves: bool = False) -> None:
        """Note a value unless its author only says what he had seen: that is no news."""
        seen = self._live(self._past.of(op))
        if resolves or not seen or any(one.value != value for one in seen):
            self.put(op, value, resolves=resolves)

    def put(self, op: int, value: Any, *, resolves: bool = False) -> None:
        """Note a value: it replaces what its author had seen, unless that was in dispute.

        What others replaced unseen by its author counts for nothing here: the clock decides which
        of them comes first.
        """
        live = self._live(self._past.of(op))
        replaces = sum(1 << one.op for one in live) if resolves or _is_agreed(live) else 0
        said = _Said(op, value, replaces)
        self._said.append(said)
        seen = self._past.of(op)
        self._newest = [*(one for one in self._newest if not seen >> one.op & 1), said]

    @property
    def standing(self) -> list[_Said]:
        """The values in dispute; none where there is no dispute."""
        live = self._live(_EVERYTHING)
        return [] if _is_agreed(live) else live

    def _live(self, among: int) -> list[_Said]:
        """Return the values that none of these ops replaced."""
        said = [one for one in self._said if among >> one.op & 1]
        replaced = 0
        for one in said:
            replaced |= one.replaces
        return [one for one in said if not replaced >> one.op & 1]

    @property
    def newest(self) -> list[Any]:
        """The values that no later one has seen, in causal order."""
        return [one.value for one in self._newest]


def fold_branches(ops: Sequence[Op]) -> Folded:
    """Fold a whole history given in causal order; raises InputError for an op that lies."""
    history = _History(ops)
    for number in range(len(ops)):
        history.apply(number)
    return history.folded()


class _History:
    """A history on its way into an incident."""

    def __init__(self, ops: Sequence[Op]) -> None:
        self._ops = ops
        self._effects = [read_effect(op) for op in ops]
        self._past = Past(ops)
        self._undone = undone_of(ops, self._effects)
        self._looks = [
            (n, effect.resolves)
            for n, effect in enumerate(self._effects)
            if {NEWS, UNDONE} & set(effect.resolves) and n not in self._undone.taken
        ]
        self._registers: dict[str, _Register] = {}
        self._rows: dict[tuple[Collection, Any], dict[str, _Register]] = {}
        self._timers: list[tuple[int, Timer]] = []
        self._limits: dict[str, _Register] = {}
        self._files: list[Attachment] = []
        self._steps: list[Step] = []

    def apply(self, number: int) -> None:
        """Fold the op at a place of the causal order."""
        op, effect, before = self._ops[number], self._effects[number], self._state()
        if number in self._undone.taken:
            step = step_of(op, effect, before, effect.to or before)
            self._steps.append(marked(step, TAKEN_BACK))
            return
        values = dict(effect.values)
        if effect.to is not None:
            values["state"] = effect.to
        for name, value in values.items():
            register = self._registers.setdefault(name, _Register(self._past))
            register.put(number, value, resolves=name in effect.resolves)
        for one in COLLECTIONS:
            for row in effect.rows.get(one.word, ()):
                self._put_row(number, one, row, effect)
        self._run_timers(number, op, effect)
        if effect.file:
            self._files.append(attachment_of(op, effect.file))
        self._steps.append(step_of(op, effect, before, self._state()))

    def folded(self) -> Folded:
        """Return what has become of it all."""
        tell_undos(self._steps, self._ops, self._effects, self._undone)
        conflicts = list(self._conflicts())
        values = {name: _shown(name, register.newest) for name, register in self._registers.items()}
        rows: dict[str, Any] = {one.field: self._rows_of(one) for one in COLLECTIONS}
        incident = replace(
            Incident(id=self._ops[0].id),
            **values,
            updated_at=max(0, *(op.at for op in self._ops)),
            conflicts=len(conflicts),
            timers=tuple(self._held(timer) for _, timer in self._timers),
            attachments=tuple(self._files),
            **rows,
        )
        return Folded(incident, self._steps, conflicts)

    def _state(self) -> str:
        register = self._registers.get("state")
        return _shown("state", register.newest) if register else "draft"

    def _put_row(self, number: int, one: Collection, row: Any, effect: Effect) -> None:
        key = row[one.key]
        registers = self._rows.setdefault((one, key), {})
        for name, value in row.items():
            register = registers.setdefault(name, _Register(self._past))
            register.put(number, value, resolves=row_field(one.word, key, name) in effect.resolves)

    def _rows_of(self, wanted: Collection) -> tuple[Any, ...]:
        return tuple(
            one.kind(**{name: _shown(name, found.newest, True) for name, found in row.items()})
            for (one, _), row in self._rows.items()
            if one is wanted
        )

    def _run_timers(self, number: int, op: Op, effect: Effect) -> None:
        """Stop and change only timers the author had seen run: nobody stops one unknown to him."""
        if effect.retimes:
            self._timers = [
                (by, retimed(timer, effect.retimes) if self._past.has(number, by) else timer)
                for by, timer in self._timers
            ]
        if effect.ends:
            self._timers = [
                (by, ended(timer, effect.ends, op.at) if self._past.has(number, by) else timer)
                for by, timer in self._timers
            ]
        self._timers += [(number, timer) for timer in effect.starts]
        for timer in (*effect.retimes, *effect.starts):
            field = limit_field(timer)
            register = self._limits.setdefault(field, _Register(self._past))
            said = limit_text(timer.limit_unit, timer.amount)
            register.restate(number, said, resolves=field in effect.resolves)

    def _held(self, timer: Timer) -> Timer:
        """Return a running timer with the limit that stands: two acts apart may each give one."""
        register = self._limits[limit_field(timer)]
        unit, amount = limit_said(register.newest[-1])
        if timer.ended_at is not None or (timer.limit_unit, timer.amount) == (unit, amount):
            return timer
        return replace(timer, limit_unit=unit, amount=amount)

    def _conflicts(self) -> Iterable[Conflict]:
        for name, register in self._registers.items():
            if name not in FOLLOWS and register.standing:
                yield self._conflict(name, KIND_OF.get(name, "value"), register.standing)
        for (one, key), row in self._rows.items():
            for name in sorted(ROW_REGISTERS[one.word] & set(row)):
                if row[name].standing:
                    field = row_field(one.word, key, name)
                    yield self._conflict(field, "value", row[name].standing)
        for field, register in self._limits.items():
            if register.standing:
                yield self._conflict(field, "value", register.standing)
        for field, found in ((NEWS, self._news()), (UNDONE, self._contested())):
            if found:
                yield self._conflict(field, NEWS, found)

    def _news(self) -> list[_Said]:
        """Return what happened beside a closing that nobody has looked at since."""
        found: dict[int, _Said] = {}
        for closing, effect in enumerate(self._effects):
            if effect.to not in CLOSINGS or closing in self._undone.taken:
                continue
            for number, op in enumerate(self._ops):
                is_apart = self._past.are_apart(closing, number)
                if is_apart and self._is_news(number) and not self._is_seen(NEWS, closing, number):
                    found[closing] = _Said(closing, effect.to)
                    found[number] = _Said(number, op.kind)
        return [found[number] for number in sorted(found)]

    def _is_news(self, number: int) -> bool:
        is_done = self._effects[number].to is None and self._ops[number].kind not in PASSIVE
        return is_done and number not in self._undone.taken

    def _contested(self) -> list[_Said]:
        """Return the undos without force, with what stands upon what they would take back."""
        found: dict[int, _Said] = {}
        for undo, upon in self._undone.contested.items():
            for number in upon:
                if not self._is_seen(UNDONE, undo, number):
                    found |= {one: _Said(one, self._ops[one].kind) for one in (undo, number)}
        return [found[number] for number in sorted(found)]

    def _is_seen(self, field: str, one: int, other: int) -> bool:
        """Whether somebody has looked at two events that did not know of each other."""
        both = 1 << one | 1 << other
        return any(
            field in resolves and self._past.of(later) & both == both
            for later, resolves in self._looks
        )

    def _conflict(self, name: str, kind: str, said: Iterable[_Said]) -> Conflict:
        tips = []
        for one in said:
            op = self._ops[one.op]
            tips.append(Tip(op.ref, op.at, op.actor.name, one.value))
        return Conflict(name, kind, tuple(tips))


def row_field(word: str, key: str, name: str) -> str:
    """Return the name under which a field of a row stands in dispute."""
    return f"{_PREFIX.get(word, word)}:{key}:{name}"


def limit_field(timer: Timer) -> str:
    """Return the name under which a clock's limit stands in dispute."""
    name = ".".join((timer.stage, timer.unit, timer.step))
    return row_field(CLOCKS, f"{name}@{timer.start_at}", "limit")


def limit_text(unit: str, amount: int) -> str:
    """Return a limit as a side of a dispute says it."""
    return f"{unit} {amount}"


def limit_said(text: str) -> tuple[str, int]:
    """Return the limit that a side of a dispute says."""
    unit, amount = text.split()
    return unit, int(amount)


def part_field(unit: str, name: str) -> str:
    """Return the name under which a field of a unit's part stands in dispute."""
    return row_field("units", unit, name)


class Place(NamedTuple):
    """What a field in dispute stands for: a row's collection and key, empty for a plain field."""

    word: str
    key: str
    name: str

    @property
    def unit(self) -> str:
        """The unit whose part it is, empty for any other field."""
        return self.key if self.word == "units" else ""


def place_of(field: str) -> Place:
    """Return what a field in dispute stands for."""
    prefix, colon, rest = field.partition(":")
    if not colon:
        return Place("", "", field)
    key, _, name = rest.rpartition(":")
    return Place(_WORD.get(prefix, prefix), key, name)


def _is_agreed(said: Sequence[_Said]) -> bool:
    return all(one.value == said[0].value for one in said)


def _shown(name: str, values: Sequence[Any], is_part: bool = False) -> Any:
    """Return which of several values is shown."""
    if not is_part and name == "state":
        return max(values, key=lambda state: _RANK[state])
    if name == "secrecy":
        # Nothing becomes readable because two spoke apart.
        return max(values)
    if name in FOLLOWS or (is_part and name.endswith("_at")):
        # Instants and counters; a word among them is that of the one move they all follow.
        return max(values, key=lambda value: (value is not None, 0 if value is None else value))
    return values[-1]
