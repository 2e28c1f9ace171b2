"""Open disagreements: what each side said, who said it and where."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson

from db.domain.branches import NEWS, Conflict, Tip, place_of
from db.domain.lists import URGENCIES
from db.domain.ops import OpRef, decode
from db.domain.scope import Scope
from db.domain.undoing import UNDONE
from db.store.driver import Connection
from db.store.envelopes import mask_name, mask_phone, open_caller
from db.store.queries.scope import visible

_OF = "SELECT field, kind, tips FROM conflict WHERE subject = ? ORDER BY kind, field"
_STATION = "SELECT station, name FROM station WHERE id = ?"
_BODY = """SELECT body FROM op
WHERE site = (SELECT n FROM site WHERE id = ?) AND epoch = ? AND seq = ?"""
_INCIDENTS = """SELECT rid, number, title, urgency, state
FROM incident INDEXED BY incident_conflicts
WHERE conflicts > 0 AND {conditions} ORDER BY sort_at, rid"""
_FACTS = """SELECT rid, ent, id FROM subject
WHERE rid IN (SELECT subject FROM conflict) AND ent <> 'incident' ORDER BY ent, id"""
_FACT_RID = "SELECT rid FROM subject WHERE ent = ? AND id = ?"
_NAME_OF = {
    "unit": "SELECT name FROM unit WHERE code = ?",
    "area": "SELECT name FROM area WHERE code = ?",
}


class Side(NamedTuple):
    """One side of a disagreement. `at` is its author's clock, UTC milliseconds.

    `station` and `station_name` are empty for a site that is not known here; `name` is that of a
    unit, an area or a masked caller, empty for other values; `said` the words of an event.
    """

    ref: OpRef
    at: int
    who: str
    station: str
    station_name: str
    value: Any
    name: str
    said: str


class OpenConflict(NamedTuple):
    """A disagreement that stands. `kind`: value, state, dispatch or news.

    `name` is the field, of the part of `unit` where that is given. `seen` are the ops of all that
    was said: what somebody who is shown it has seen.
    """

    field: str
    kind: str
    name: str
    unit: str
    unit_name: str
    sides: tuple[Side, ...]
    seen: tuple[OpRef, ...]


class Dispute(NamedTuple):
    """An incident, or a fact of the town, with all that stands in dispute of it.

    `entity`: incident, area, unit, user …; `id` is an incident's number, a fact's code. `name`
    is an incident's title, and empty for a fact: what it is called may be what is in dispute.
    """

    rid: int
    entity: str
    id: str
    name: str
    urgency: str
    state: str
    conflicts: tuple[OpenConflict, ...]

    @property
    def seen(self) -> tuple[OpRef, ...]:
        """The ops of all that was said."""
        return tuple(dict.fromkeys(ref for item in self.conflicts for ref in item.seen))


def disputes(connection: Connection, scope: Scope) -> list[Dispute]:
    """Return all that stands in dispute and that a person may see, the most urgent first.

    Facts of the town come last, and are shown to those who may settle them.
    """
    conditions, parameters = visible(scope)
    rows = connection.execute(_INCIDENTS.format(conditions=conditions), parameters).fetchall()
    found = [
        Dispute(rid, "incident", number, title, urgency, state, open_conflicts(connection, rid))
        for rid, number, title, urgency, state in rows
    ]
    found.sort(key=lambda one: -_rank(one.urgency))
    if scope.settles_facts:
        found += [
            Dispute(rid, entity, id, "", "", "", _of_fact(connection, rid))
            for rid, entity, id in connection.execute(_FACTS).fetchall()
        ]
    return found


def fact_of(connection: Connection, entity: str, id: str) -> list[Conflict]:
    """Return what stands in dispute of a fact of the town."""
    row = connection.execute(_FACT_RID, (entity, id)).fetchone()
    return conflicts_of(connection, row[0]) if row else []


def _of_fact(connection: Connection, rid: int) -> tuple[OpenConflict, ...]:
    """Return what stands in dispute of a fact: every definition is a side of every field."""
    return tuple(_named(connection, item, item.tips) for item in conflicts_of(connection, rid))


def _rank(urgency: str) -> int:
    return URGENCIES.index(urgency) if urgency in URGENCIES else -1


def conflicts_of(connection: Connection, rid: int) -> list[Conflict]:
    """Return what stands in dispute of a subject."""
    return [
        Conflict(field, kind, tuple(_tip(item) for item in orjson.loads(tips)))
        for field, kind, tips in connection.execute(_OF, (rid,)).fetchall()
    ]


def open_conflicts(connection: Connection, rid: int) -> tuple[OpenConflict, ...]:
    """Return what stands in dispute of a subject, with the names that its sides speak of.

    First what work waits for: who leads, which state.
    """
    found = [_named(connection, item, _told_once(item)) for item in conflicts_of(connection, rid)]
    return tuple(sorted(found, key=lambda item: _ORDER.index(item.kind)))


_ORDER = ("dispatch", "state", "value", NEWS)


def _tip(item: list[Any]) -> Tip:
    site, epoch, seq, at, actor_name, value = item
    return Tip(OpRef(site, epoch, seq), at, actor_name, value)


def _named(connection: Connection, conflict: Conflict, tips: Sequence[Tip]) -> OpenConflict:
    place = place_of(conflict.field)
    unit, name = place.unit, place.name
    return OpenConflict(
        field=conflict.field,
        kind=conflict.kind,
        name=name,
        unit=unit,
        unit_name=_look_up(connection, "unit", unit) if unit else "",
        sides=tuple(_side(connection, name, tip) for tip in tips),
        seen=tuple(tip.ref for tip in conflict.tips),
    )


def _told_once(conflict: Conflict) -> Sequence[Tip]:
    """Leave out what a station said again later: work goes on while a state is in dispute."""
    if conflict.kind == NEWS:
        return conflict.tips
    return list({(tip.ref.site, tip.value): tip for tip in conflict.tips}.values())


def _side(connection: Connection, name: str, tip: Tip) -> Side:
    station, station_name = connection.execute(_STATION, (tip.ref.site,)).fetchone() or ("", "")
    return Side(
        ref=tip.ref,
        at=tip.at,
        who=tip.actor_name,
        station=station,
        station_name=station_name,
        value=tip.value,
        name=_name_of(connection, name, tip.value),
        said=_said(connection, tip.ref) if name in (NEWS, UNDONE) else "",
    )


def _name_of(connection: Connection, name: str, value: Any) -> str:
    if name == "lead_unit":
        return _look_up(connection, "unit", value)
    if name == "area_code":
        return _look_up(connection, "area", value)
    if name == "caller":
        caller = open_caller(connection, value) if value else None
        return f"{mask_name(caller.name)} {mask_phone(caller.phone)}".strip() if caller else ""
    return ""


def _look_up(connection: Connection, table: str, code: str) -> str:
    row = connection.execute(_NAME_OF[table], (code,)).fetchone()
    return str(row[0]) if row else ""


def _said(connection: Connection, ref: OpRef) -> str:
    """Return the words of an event, where it has any."""
    row = connection.execute(_BODY, tuple(ref)).fetchone()
    said = decode(row[0]).payload.get("opinion", "") if row else ""
    return said if isinstance(said, str) else ""
