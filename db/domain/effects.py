"""What an op does to an incident, read from its payload and checked word by word.

A payload is effect-generic, so a new transition needs no new fold: `set` assigns fields, `to`
moves the state, `starts`/`ends` run the timers, `units` upserts assignments, `file` adds an
attachment, `resolves` names the disagreements it ends; `opinion` stays in the history.
"""

import re
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, NamedTuple

from db.domain.errors import InputError
from db.domain.incidents import SETTABLE, STATES, Assignment, Incident
from db.domain.lists import LIMIT_UNITS, STAGES, URGENCIES
from db.domain.ops import MAX_INT, Op

MAX_AMOUNT = 1_000_000
"""The largest limit that is believed, minutes or days."""
_TEXT, _INTEGER, _INSTANT = (str,), (int,), (int, type(None))
_NONE: frozenset[tuple[str, str]] = frozenset()
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Effect(NamedTuple):
    """What one op does. `starts`, `units` and `file` hold the fields of Timer and the like."""

    values: Mapping[str, Any]
    to: str | None
    starts: tuple[Mapping[str, Any], ...]
    ends: frozenset[tuple[str, str]]
    units: tuple[Mapping[str, Any], ...]
    file: Mapping[str, Any] | None
    resolves: tuple[str, ...]
    opinion: str


def read_effect(op: Op) -> Effect:
    """Read a payload; raises InputError("op_malformed") for a word or a type not known here.

    Names this version does not know are passed over.
    """
    payload = op.payload
    try:
        return Effect(
            values=_known(_FIELDS, payload.get("set", {})),
            to=_one_of(STATES, payload["to"]) if "to" in payload else None,
            starts=tuple(_timer(item) for item in payload.get("starts", ())),
            ends=_ends(payload),
            units=tuple(_part(item) for item in payload.get("units", ())),
            file=_file(payload["file"]) if "file" in payload else None,
            resolves=tuple(_typed(_TEXT, name) for name in payload.get("resolves", ())),
            opinion=_typed(_TEXT, payload.get("opinion", "")),
        )
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise InputError("op_malformed", reason=type(error).__name__) from error


def _types(kind: type, names: frozenset[str]) -> dict[str, Any]:
    """Return the types that a value of each field of a dataclass may have."""
    defaults = {item.name: "" if item.default is MISSING else item.default for item in fields(kind)}
    return {
        name: _INSTANT if default is None else _TEXT if type(default) is str else _INTEGER
        for name, default in defaults.items()
        if name in names
    }


_FIELDS = _types(Incident, SETTABLE)
_PARTS = _types(Assignment, frozenset(item.name for item in fields(Assignment)))


def _known(types: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for name, value in given.items():
        wanted = types.get(name)
        if wanted is not None:
            found[name] = value if type(value) is str and wanted is _TEXT else _typed(wanted, value)
    if "urgency" in found and types is _FIELDS:
        _one_of(URGENCIES, found["urgency"])
    return found


def _typed(wanted: Any, value: Any) -> Any:
    """Return a foreign value if it has the type of the field; an op that lies is held."""
    if type(value) not in wanted or (type(value) is int and not -MAX_INT < value < MAX_INT):
        raise InputError("op_malformed", reason="type")
    return value


def _one_of(known: tuple[str, ...], value: Any) -> str:
    """Return a word this version knows; an op with another one is held until an update."""
    if value not in known:
        raise InputError("op_malformed", reason="word")
    return str(value)


def _timer(item: Mapping[str, Any]) -> dict[str, Any]:
    unit, amount = item["limit"]
    if not 0 < _typed(_INTEGER, amount) <= MAX_AMOUNT:
        raise InputError("op_malformed", reason="amount")
    return {
        "stage": _one_of(STAGES, item["stage"]),
        "unit": _typed(_TEXT, item.get("unit", "")),
        "limit_unit": _one_of(LIMIT_UNITS, unit),
        "amount": amount,
        "start_at": _typed(_INTEGER, item["start"]),
        "due_at": _typed(_INTEGER, item["due"]),
        "policy": _typed(_TEXT, item.get("policy", "")),
    }


def _ends(payload: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    """Return the timers that stop: those named, and those that start anew."""
    if "ends" not in payload and "starts" not in payload:
        return _NONE
    named = [(stage, unit) for stage, unit in payload.get("ends", ())]
    named += [(item["stage"], item.get("unit", "")) for item in payload.get("starts", ())]
    return frozenset(named)


def _part(item: Mapping[str, Any]) -> dict[str, Any]:
    return {"unit": _typed(_TEXT, item["unit"]), **_known(_PARTS, item)}


def _file(item: Mapping[str, Any]) -> dict[str, Any]:
    if not _DIGEST.fullmatch(item["blob"]) or _typed(_INTEGER, item["size"]) < 0:
        raise InputError("op_malformed", reason="file")
    return {
        "blob": item["blob"],
        "size": item["size"],
        "media": _typed(_TEXT, item["media"]),
        "envelope": _typed(_TEXT, item["env"]),
    }
