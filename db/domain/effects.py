"""What an op does to an incident, read from its payload and checked word by word.

A payload is effect-generic, so a new transition needs no new fold: `set` assigns fields, `to`
moves the state, `starts`/`ends`/`retimes` run the timers, `units`, `pauses`, `asks`, `cards` and
`children` upsert rows by their keys, `file` adds an attachment, `resolves` names the disagreements
it ends, `undoes` the ops it takes back; `opinion` stays in the history.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from typing import Any, NamedTuple

from db.domain.errors import InputError
from db.domain.geometry import is_place_e6
from db.domain.incidents import (
    COLLECTIONS,
    LEVELS,
    PRECISIONS,
    SETTABLE,
    STATES,
    Collection,
    Incident,
    Timer,
)
from db.domain.lists import LIMIT_UNITS, TIMER_STAGES, URGENCIES
from db.domain.names import UNDO
from db.domain.ops import MAX_INT, Op, OpRef, as_ref

MAX_AMOUNT = {"urgent_hour": 1_000_000, "work_hour": 1_000_000}
MAX_DAYS = 10_000
"""The largest limits that are believed, minutes of the hour kinds and days of the others: the
calendar knows no later day."""
MAX_ROWS = 1_000
"""Rows of one kind in one op; more is no work of a person."""
_SECRECY = range(3)
_TEXT, _INTEGER, _INSTANT = (str,), (int,), (int, type(None))
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Effect(NamedTuple):
    """What one op does. `rows` and `file` hold the fields of Assignment, Attachment and the like.

    `rows` are by the word of their collection; `retimes` are running timers as they are from now
    on; `undoes` names the ops of the incident that an undo takes back.
    """

    values: Mapping[str, Any]
    to: str | None
    starts: tuple[Timer, ...]
    ends: frozenset[tuple[str, ...]]
    retimes: tuple[Timer, ...]
    rows: Mapping[str, tuple[Mapping[str, Any], ...]]
    file: Mapping[str, Any] | None
    resolves: tuple[str, ...]
    opinion: str
    undoes: tuple[OpRef, ...] = ()


TOLD = ("contact", "reason")
"""Texts that a line of the history keeps beside the opinion: who was on the phone, a reason."""
_LISTS = ("starts", "ends", "retimes", "resolves", "undoes", *(one.word for one in COLLECTIONS))


def read_effect(op: Op) -> Effect:
    """Read a payload; raises InputError("op_malformed") for a word or a type not known here.

    Names this version does not know are passed over.
    """
    payload = op.payload
    try:
        _check_told(payload)
        starts = tuple(map(_timer, payload["starts"])) if "starts" in payload else ()
        found = Effect(
            _values(payload["set"]) if "set" in payload else {},
            _one_of(STATES, payload["to"]) if "to" in payload else None,
            starts,
            _ends(payload.get("ends", ()), starts),
            tuple(map(_timer, payload["retimes"])) if "retimes" in payload else (),
            {
                one.word: tuple([_row(one, item) for item in payload[one.word]])
                for one in COLLECTIONS
                if one.word in payload
            },
            _file(payload["file"]) if "file" in payload else None,
            tuple(map(_text, payload["resolves"])) if "resolves" in payload else (),
            _text(payload["opinion"]) if "opinion" in payload else "",
            tuple(as_ref(*item) for item in payload["undoes"]) if "undoes" in payload else (),
        )
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise InputError("op_malformed", reason=type(error).__name__) from error
    if op.kind == UNDO and builds(found):
        raise InputError("op_malformed", reason="undo")
    return found


def builds(effect: Effect) -> bool:
    """Whether an op changes anything of the incident beside its history."""
    return bool(
        effect.values or effect.to or effect.starts or effect.ends or effect.retimes
        or effect.rows or effect.file or effect.resolves
    )  # fmt: skip


def _check_told(payload: Mapping[str, Any]) -> None:
    """Raise InputError for what the history could not show, and for more rows than are believed."""
    for name in TOLD:
        if name in payload:
            _text(payload[name])
    for value in payload["was"].values() if "was" in payload else ():
        if value is not None and type(value) not in (str, int, bool):
            raise InputError("op_malformed", reason="type")
    for name in _LISTS:
        if name in payload and len(payload[name]) > MAX_ROWS:
            raise InputError("op_malformed", reason="rows")


def _types(kind: type, names: frozenset[str]) -> dict[str, Any]:
    """Return the types that a value of each field of a dataclass may have."""
    defaults = {item.name: "" if item.default is MISSING else item.default for item in fields(kind)}
    return {
        name: _INSTANT if default is None else _TEXT if type(default) is str else _INTEGER
        for name, default in defaults.items()
        if name in names
    }


_FIELDS = _types(Incident, SETTABLE)
_ROWS = {
    one.word: _types(one.kind, frozenset(item.name for item in fields(one.kind)))
    for one in COLLECTIONS
}


def _values(given: Mapping[str, Any]) -> Mapping[str, Any]:
    found = _known(_FIELDS, given)
    if "urgency" in found:
        _one_of(URGENCIES, found["urgency"])
    if "level" in found:
        _one_of(LEVELS, found["level"])
    if "precision" in found:
        _one_of(PRECISIONS, found["precision"])
    if found.get("secrecy", 0) not in _SECRECY:
        raise InputError("op_malformed", reason="word")
    if ("lon_e6" in found or "lat_e6" in found) and not is_place_e6(
        found.get("lon_e6") or 0, found.get("lat_e6") or 0
    ):
        raise InputError("op_malformed", reason="place")
    return found


def _known(types: Mapping[str, Any], given: Mapping[str, Any]) -> Mapping[str, Any]:
    found = given
    if not given.keys() <= types.keys():
        found = {name: value for name, value in given.items() if name in types}
    for name, value in found.items():
        # What most values are needs no call.
        if type(value) is not str or types[name] is not _TEXT:
            _typed(types[name], value)
    return found


def _typed(wanted: Any, value: Any) -> Any:
    """Return a foreign value if it has the type of the field; an op that lies is held."""
    if type(value) not in wanted or (type(value) is int and not -MAX_INT < value < MAX_INT):
        raise InputError("op_malformed", reason="type")
    return value


def _text(value: Any) -> str:
    return str(_typed(_TEXT, value))


def _one_of(known: tuple[str, ...], value: Any) -> str:
    """Return a word this version knows; an op with another one is held until an update."""
    if value not in known:
        raise InputError("op_malformed", reason="word")
    return str(value)


def _timer(item: Mapping[str, Any]) -> Timer:
    (limit_unit, amount), start, due = item["limit"], item["start"], item["due"]
    unit, policy, step = item.get("unit", ""), item.get("policy", ""), item.get("step", "")
    if not (type(unit) is type(policy) is type(step) is str):
        raise InputError("op_malformed", reason="type")
    if not (type(amount) is type(start) is type(due) is int):
        raise InputError("op_malformed", reason="type")
    if not (
        0 < amount <= MAX_AMOUNT.get(limit_unit, MAX_DAYS)
        and -MAX_INT < start < MAX_INT
        and -MAX_INT < due < MAX_INT
    ):
        raise InputError("op_malformed", reason="amount")
    stage, limit_unit = _one_of(TIMER_STAGES, item["stage"]), _one_of(LIMIT_UNITS, limit_unit)
    return Timer(stage, unit, limit_unit, amount, start, due, policy, None, step)


def _ends(named: Iterable[Any], starts: Iterable[Timer]) -> frozenset[tuple[str, ...]]:
    """Return the timers that stop: those named, and those that start anew.

    A name is a stage, a unit and perhaps a step.
    """
    ends: list[tuple[str, ...]] = [(stage, unit, *step) for stage, unit, *step in named]
    ends += [(timer.stage, timer.unit) for timer in starts]
    return frozenset(ends)


def _row(one: Collection, item: Mapping[str, Any]) -> Mapping[str, Any]:
    found = _known(_ROWS[one.word], item)
    if one.key not in found:
        raise KeyError(one.key)
    return found


def _file(item: Mapping[str, Any]) -> dict[str, Any]:
    if not _DIGEST.fullmatch(item["blob"]) or _typed(_INTEGER, item["size"]) < 0:
        raise InputError("op_malformed", reason="file")
    return {
        "blob": item["blob"],
        "size": item["size"],
        "media": _text(item["media"]),
        "envelope": _text(item["env"]),
    }
