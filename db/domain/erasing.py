"""The op by which what is known of a caller is erased: who may, why, and what it names."""

import re
from typing import Any

from db.domain.ops import Op

KIND = "caller_erased"
REQUEST, RETENTION, LISTED = "request", "retention", "listed"
REASONS = (REQUEST, RETENTION, LISTED)
"""On request, which takes a person and words; by the rule of how long callers are kept; said once
more by a record that was put back from a copy made before, of which the list beside it knew."""
ERASERS = frozenset({"security_admin", "system"})
MAX_ENVELOPES = 500
"""Envelopes that one op names."""
MARKS = "marks"
_SEALED = ("caller", "file", MARKS, "sealed")
"""Where an op names its envelope: caller, file, numbers in its texts, an account's secret."""
_ID = re.compile(r"[0-9A-Za-z._-]{1,64}")


def erasing(envelopes: list[str], reason: str, opinion: str = "") -> dict[str, Any]:
    """Return the payload of an op that erases some envelopes of its incident."""
    payload: dict[str, Any] = {"env": envelopes[:MAX_ENVELOPES], "reason": reason}
    return {**payload, "opinion": opinion} if opinion else payload


def envelopes_in(op: Op) -> list[str]:
    """Return the envelopes an op erases; none for an op that is no erasure or says it wrongly."""
    named = op.payload.get("env")
    if op.kind != KIND or op.ent != "incident" or not isinstance(named, list):
        return []
    found = [one for one in named if isinstance(one, str) and _ID.fullmatch(one)]
    return found if len(found) == len(named) <= MAX_ENVELOPES else []


def sealed_in(op: Op) -> dict[str, Any]:
    """Return how an op names the envelope beside it; nothing where it names none."""
    named = next((op.payload[name] for name in _SEALED if op.payload.get(name)), None)
    return named if isinstance(named, dict) else {}


def sealed_by(op: Op) -> str:
    """Return the envelope beside an op, empty where there is none."""
    env = sealed_in(op).get("env")
    return env if isinstance(env, str) else ""
