"""What an auditor is shown of the journal: kinds in groups, and of a payload only what is named."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

OTHER = "other"
_KINDS = {
    "account_locked": ("account", "sign_in"),
    "emergency_code_used": ("emergency", "sign_in"),
    "caller_viewed": ("incident", "caller"),
    "caller_erased": ("incident", "caller"),
}
"""Kinds of another group than the rest of their entity."""
_ENTITIES = {
    "sitting": "sign_in",
    "account": "rights", "emergency": "rights", "user": "rights", "policy": "rights",
    "list": "settings", "area": "settings", "unit": "settings", "post": "settings",
    "place": "settings", "response": "settings", "setting": "settings",
    "incident": "decision", "claim": "decision",
    "search": "caller", "erasure": "caller",
    "sheet": "print", "export": "export", "import": "import",
    "site": "exchange", "epoch": "exchange",
    "site_key": "keys", "room_key": "keys", "key": "keys",
    "audit": "audit",
}  # fmt: skip
GROUPS = (
    "sign_in", "rights", "settings", "decision", "caller", "print", "export", "import",
    "exchange", "keys", "audit", OTHER,
)  # fmt: skip
"""The parts of the journal an auditor asks for by name."""

ENTITIES = frozenset(_ENTITIES)
"""The entities whose groups are known."""
OF_INCIDENTS = frozenset({"incident", "claim"})
_MAX_TEXT = 200

# Of an incident nothing that somebody wrote: where it went, why a caller was shown, who stood by.
_OF_INCIDENT = ("from", "to", "action", "second", "by", "user")
_LOOK_FIELDS = ("opinion", "reason", "fields")
_OF_OFFICE = (
    "user", "name", "account", "roles", "unit", "area", "classes", "secrecy", "left", "until",
    "must_change", "must", "reason", "by", "second", "session", "length",
    "setting", "before", "after",
    "form", "sheet", "about", "to", "town", "station", "purpose", "ops", "rows", "callers",
    "attachments", "pages", "sha256", "outputs", "filter",
    "kind", "version", "valid_from", "part", "of", "level", "factor", "from_at", "to_at",
    "site", "epoch", "room_key", "key_id", "suite", "place", "lane",
    "file", "added", "updated", "unchanged", "rejected", "found",
    "min_length", "kinds", "max_age_days", "history", "lock_after", "lock_minutes",
    "idle_minutes", "callers_alone", "keep_caller_days", "second_factor_roles",
)  # fmt: skip
_SEALED = frozenset({"env", "caller", "sealed", "secret", "cipher", "wrapped", "envelope", "marks"})


class Told(NamedTuple):
    """One field of a payload: its name, and what it says; None where that is sealed or withheld.

    `is_sealed` where it lies in an envelope, which only its key opens.
    """

    name: str
    text: str | None
    is_sealed: bool = False


def group_of(kind: str, entity: str) -> str:
    """Return the group that a kind of op belongs to; `other` for one of a later version."""
    return _KINDS[kind][1] if kind in _KINDS else _ENTITIES.get(entity, OTHER)


def entities_of(group: str) -> frozenset[str]:
    """Return the entities whose ops may belong to a group; none for `other`, which is any."""
    whole = {entity for entity, name in _ENTITIES.items() if name == group}
    return frozenset(whole | {entity for entity, name in _KINDS.values() if name == group})


def marks_of(group: str) -> list[tuple[str, str]]:
    """Return fields of an op and their values: each op of a group says one of them.

    None for `other`, which is what no group knows.
    """
    kinds = [("kind", kind) for kind, (_, name) in _KINDS.items() if name == group]
    return kinds + [("ent", entity) for entity, name in _ENTITIES.items() if name == group]


def told_of(kind: str, entity: str, payload: Mapping[str, Any]) -> list[Told]:
    """Return a payload field by field, by name: what is not named as harmless is withheld.

    An envelope is sealed; of an incident's texts nothing is told, nor of phones, keys or rows.
    """
    shown = _OF_OFFICE
    if entity in OF_INCIDENTS:
        shown = (*_OF_INCIDENT, *(_LOOK_FIELDS if kind in _KINDS else ()))
    return [_told(name, payload[name], name in shown) for name in sorted(payload)]


def _told(name: str, value: Any, is_shown: bool) -> Told:
    if name in _SEALED or (isinstance(value, dict) and "env" in value):
        return Told(name, None, is_sealed=True)
    return Told(name, "；".join(_texts(name, value))[:_MAX_TEXT] if is_shown else None)


def _texts(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        # Of a person the name, of a file its name, size and digest.
        yield " ".join(str(one) for one in value.values() if isinstance(one, str | int))
    elif isinstance(value, list) and name == "found":
        yield str(len(value))
    elif isinstance(value, list):
        for one in value:
            yield from _texts(name, one)
    elif value is not None:
        yield str(value)
