"""指挥清单: whom to ring for a unit, in which order, and the order that is read to them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from db.domain.lists import Row
from db.domain.responses import RESPONSE_LEVELS, Response

PLACEHOLDERS = ("number", "class", "place", "limit", "unit")
"""What stands in braces in an order text and is filled in for an incident."""
COMMAND_LEVELS = ("", *RESPONSE_LEVELS)
"""For which response a row counts; empty for ordinary days."""
MAX_DIGITS = 15
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_PHONE = re.compile(r"\+?[0-9][0-9-]{2,19}")
_BETWEEN = re.compile(r"[；;\n]")


class Contact(NamedTuple):
    """One person or desk of a call tree. `name` may be empty: a desk is rung by its role."""

    role: str
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Command:
    """How a unit is called out. `unit` is its list key, `level` a response level or empty."""

    unit: str
    level: str
    contacts: tuple[Contact, ...]
    order_text: str
    forces: str
    equipment: str


def parse_contacts(text: str) -> tuple[Contact, ...]:
    """Read a call tree such as `班长 沈砚 0000-2000101；值班室 0000-1000101`, first called first.

    Raises ValueError for an entry that is not a role, perhaps a name, and a phone, and for none.
    """
    found = []
    for entry in filter(str.strip, _BETWEEN.split(text)):
        role, *name, phone = words if len(words := entry.split()) in (2, 3) else ("", "")
        if not role or not _is_phone(phone):
            raise ValueError(entry)
        found.append(Contact(role, "".join(name), phone))
    if not found:
        raise ValueError(text)
    return tuple(found)


def _is_phone(text: str) -> bool:
    # No phone has more digits (E.164), an ID-card number has: that never gets in here.
    return bool(_PHONE.fullmatch(text)) and sum(map(str.isdigit, text)) <= MAX_DIGITS


def is_order_text(text: str) -> bool:
    """Whether every brace of an order text belongs to a word that is known."""
    rest = _PLACEHOLDER.sub("", text)
    known = all(name in PLACEHOLDERS for name in _PLACEHOLDER.findall(text))
    return known and "{" not in rest and "}" not in rest


def fill_order(text: str, values: Mapping[str, str]) -> str:
    """Return an order with its words filled in; what fills them is never read for words again."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def parse_commands(rows: Iterable[Row]) -> tuple[Command, ...]:
    """Build the call-outs from rows of the list, which has been checked."""
    return tuple(
        Command(
            unit=row["unit"],
            level=row["response_level"],
            contacts=parse_contacts(row["contact_chain"]),
            order_text=row["order_text"],
            forces=row["forces"],
            equipment=row["equipment"],
        )
        for row in rows
    )


def command_for(commands: Iterable[Command], unit: str, level: str) -> Command | None:
    """Return a unit's row for a response level, else that of the next milder one that has a row.

    None for a unit that the list does not name.
    """
    rows = {item.level: item for item in commands if item.unit == unit}
    milder = RESPONSE_LEVELS[RESPONSE_LEVELS.index(level) :] if level in RESPONSE_LEVELS else ()
    return next((rows[name] for name in (*milder, "") if name in rows), None)


def gravest_level(responses: Iterable[Response], class_code: str, area_code: str) -> str:
    """Return the gravest level that covers an incident, empty where none does."""
    covering = {item.level for item in responses if item.covers(class_code, area_code)}
    return next((level for level in RESPONSE_LEVELS if level in covering), "")
