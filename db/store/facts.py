"""What a decision may ask of the record: lists and calendar in force, what exists, who is alike."""

import re
from collections.abc import Iterator, Mapping
from functools import partial

from db.domain.areas import CODE_LENGTH
from db.domain.incidents import Incident
from db.domain.responses import factor_of
from db.domain.rules.base import Facts
from db.domain.scope import Scope
from db.store.driver import Connection
from db.store.ids import new_id
from db.store.lanes import shown_to
from db.store.lists import rules_at
from db.store.projections import load_incident
from db.store.queries.duplicates import likely_numbers
from db.store.queries.responses import active_responses
from db.store.queries.scope import open_tail, rid_of
from db.store.subjects import Subjects

_NAME = (
    "SELECT name FROM unit WHERE code = :code UNION ALL SELECT name FROM area WHERE code = :code"
)
_UNACCEPTED = frozenset({"draft", "reported", "verifying", "returned"})
_TAIL = re.compile("[A-Za-z0-9]{4,10}")
_TOWN = "SELECT town FROM station WHERE id = (SELECT v FROM meta WHERE k = 'site')"


def facts_at(
    connection: Connection, now: int, scope: Scope, incident: Incident | None = None
) -> Facts:
    """Return the facts for a decision on an incident, or on a new one.

    An incident keeps the lists it was accepted under; until then those in force count. `scope` is
    what the person may see: other incidents can be spoken of only within it.
    """
    version = incident.policy if incident and incident.state not in _UNACCEPTED else ""
    policy, calendar = rules_at(connection, now, version)
    return Facts(
        policy=policy,
        now=now,
        units=_Known(connection, "SELECT 1 FROM unit WHERE code = ?"),
        areas=_Known(connection, "SELECT 1 FROM area WHERE code = ?"),
        calendar=calendar,
        level=desk_level(connection),
        incidents=_Incidents(connection, scope),
        likely=partial(likely_numbers, connection, scope),
        limit_factor=partial(factor_of, active_responses(connection, now)),
        name_of=partial(_name_of, connection),
        known_to=partial(_known_to, connection),
        new_id=partial(new_id, now),
    )


def _name_of(connection: Connection, code: str) -> str:
    """Return what a unit or an area is called, its code where it is in no list."""
    row = connection.execute(_NAME, {"code": code}).fetchone()
    return str(row[0]) if row else code


def _known_to(connection: Connection, incident: Incident) -> str:
    """Return the town whose stations have an incident's history, empty where it is the district."""
    subjects = Subjects(connection)
    lane = shown_to(connection, subjects.find("incident", incident.id).heads)
    return lane or ""


def desk_level(connection: Connection) -> str:
    """Return the level of this desk: a site whose code is a district's is that district's."""
    row = connection.execute(_TOWN).fetchone()
    return "district" if row and len(row[0]) == CODE_LENGTH["district"] else "town"


class _Known:
    """Membership in a table's key column, asked of the database one value at a time."""

    def __init__(self, connection: Connection, sql: str) -> None:
        self._connection = connection
        self._sql = sql

    def __contains__(self, value: object) -> bool:
        return self._connection.execute(self._sql, (value,)).fetchone() is not None


class _Incidents(Mapping[str, Incident]):
    """Incidents that a person may see, by number or id, read when asked for."""

    def __init__(self, connection: Connection, scope: Scope) -> None:
        self._connection = connection
        self._scope = scope

    def __getitem__(self, name: str) -> Incident:
        rid = rid_of(self._connection, self._scope, name) if name else None
        if rid is None and _TAIL.fullmatch(name):
            rid = open_tail(self._connection, self._scope, name)
        incident = load_incident(self._connection, rid) if rid is not None else None
        if incident is None:
            raise KeyError(name)
        return incident

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0
