"""What helps to take in a call while it is typed: where it is, what is alike, by when it is due."""

from dataclasses import dataclass
from typing import NamedTuple

from db.domain.addresses import AddressBook, Said, learn_addresses, place_said
from db.domain.areas import CODE_LENGTH
from db.domain.deadlines import due_at
from db.domain.duplicates import Account
from db.domain.geometry import PointE6
from db.domain.incidents import Incident
from db.domain.lists import Limit
from db.domain.rules.base import limit_of
from db.domain.scope import Scope
from db.store.driver import Connection
from db.store.facts import facts_at
from db.store.queries.duplicates import Likeness, likely_of
from db.store.queries.scope import visible

ADDRESSES_READ = 4_000
"""Addresses a book is made of, the newest: more than a town names in a month, read in 0.1 s."""
LIKELY_SHOWN = 3
ADDRESSES = (
    "SELECT address, area_code FROM incident INDEXED BY incident_taken_in"
    " WHERE length(area_code) = :length AND {conditions}"
    " ORDER BY taken_in_at DESC, rid DESC LIMIT :limit"
)
AREAS = "SELECT code, name FROM area WHERE level IN ('village', 'grid')"


@dataclass(frozen=True, slots=True)
class Draft:
    """A report as far as it has been typed."""

    content: str = ""
    address: str = ""
    title: str = ""
    class_code: str = ""
    area_code: str = ""
    urgency: str = "normal"
    point: PointE6 | None = None


class Ahead(NamedTuple):
    """The limits that a report will be under; `accept_due` in UTC milliseconds, if saved now."""

    accept: Limit
    accept_due: int
    handle: Limit


def address_book(connection: Connection, scope: Scope) -> AddressBook:
    """Return where addresses lay lately, as far as a scope sees incidents."""
    conditions, parameters = visible(scope)
    parameters |= {"length": CODE_LENGTH["grid"], "limit": ADDRESSES_READ}
    rows = connection.execute(ADDRESSES.format(conditions=conditions), parameters)
    return learn_addresses(rows)


def draft_place(connection: Connection, book: AddressBook, draft: Draft) -> Said | None:
    """Return the area that a report speaks of, None where it names none surely."""
    areas = connection.execute(AREAS).fetchall()
    return place_said(book, areas, (draft.address, draft.title, draft.content))


def draft_likely(
    connection: Connection, scope: Scope, draft: Draft, now: int
) -> tuple[Likeness, ...]:
    """Return the incidents that may be the same matter as a report, the surest first."""
    lon, lat = draft.point or (None, None)
    account = Account(
        title=draft.title,
        content=draft.content,
        class_code=draft.class_code,
        area_code=draft.area_code,
        address=draft.address,
        lon_e6=lon,
        lat_e6=lat,
        precision="map" if draft.point else "text",
        reported_at=now,
    )
    return likely_of(connection, scope, account)[:LIKELY_SHOWN]


def limits_ahead(connection: Connection, scope: Scope, draft: Draft, now: int) -> Ahead:
    """Return the limits of a report by the lists in force; raises RuleError (limit_missing)."""
    facts = facts_at(connection, now, scope)
    incident = Incident(
        id="", class_code=draft.class_code, urgency=draft.urgency, area_code=draft.area_code
    )
    accept, handle = (limit_of(incident, facts, stage) for stage in ("accept", "handle"))
    return Ahead(accept, due_at(now, accept, facts.calendar), handle)
