"""What lies where: boundaries from a file; key places, entered, corrected, taken off the map."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from typing import NamedTuple

import orjson

from db.commands.bulk import Progress
from db.commands.town import area_payload
from db.domain.areas import Area, check_area
from db.domain.errors import EnvironmentError_, InputError, RuleError
from db.domain.ops import Actor
from db.domain.permissions import require
from db.domain.places import Place, check_place
from db.store.changes import Changes
from db.store.driver import Connection
from db.store.journal import Journal
from db.store.queries.places import place_by_code
from db.store.store import Store


class Defined(NamedTuple):
    """How many rows of a file were new, said something else than the record, or the same."""

    added: int
    changed: int
    unchanged: int
    changes: Changes


_AREA = "SELECT name, level, grid_type, households, lon_e6, lat_e6, ring FROM area WHERE code = ?"
_DISPUTED_AREA = "SELECT 1 FROM conflict JOIN area ON area.rid = subject WHERE code = ?"
_DISPUTED_PLACE = "SELECT 1 FROM conflict JOIN place ON place.rid = subject WHERE code = ?"


def import_areas(
    store: Store,
    actor: Actor,
    areas: Iterable[Area],
    on_progress: Progress | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> Defined:
    """Enter the areas that say something else than the record, all of them or none.

    Raises RuleError (role_forbids), InputError for an area that cannot be, EnvironmentError_
    (work_cancelled) where it is cancelled on the way; nothing is written then.
    """
    require(actor, "define_areas")
    checked = [check_area(area) for area in areas]

    def work(journal: Journal) -> tuple[int, int]:
        added = changed = 0
        for number, area in enumerate(checked, start=1):
            if is_cancelled and is_cancelled():
                raise EnvironmentError_("work_cancelled")
            known = journal.connection.execute(_AREA, (area.code,)).fetchone()
            is_same = known == _area_row(area)
            if not is_same or _is_disputed(journal.connection, _DISPUTED_AREA, area.code):
                journal.append("area_defined", area.code, area_payload(area), actor)
                added, changed = added + (known is None), changed + (known is not None)
            if on_progress:
                on_progress(number, len(checked))
        return added, changed

    (added, changed), changes = store.write(work)
    return Defined(added, changed, len(checked) - added - changed, changes)


def define_places(store: Store, actor: Actor, places: Iterable[Place]) -> Defined:
    """Enter places that say something else than the record, all of them or none.

    Raises RuleError (role_forbids), InputError for a place that cannot be or lies in an
    area that is not known, with `row`, its 1-based place among those given.
    """
    require(actor, "define_places")
    given = list(places)

    def work(journal: Journal) -> tuple[int, int]:
        added = changed = 0
        for number, place in enumerate(given, start=1):
            _check(journal.connection, place, number)
            known = place_by_code(journal.connection, place.code)
            if known != place or _is_disputed(journal.connection, _DISPUTED_PLACE, place.code):
                _append(journal, actor, place)
                added, changed = added + (known is None), changed + (known is not None)
        return added, changed

    (added, changed), changes = store.write(work)
    return Defined(added, changed, len(given) - added - changed, changes)


def remove_place(store: Store, actor: Actor, code: str) -> Changes:
    """Take a place off the map; it keeps its code. Raises RuleError (place_unknown)."""
    require(actor, "define_places")

    def work(journal: Journal) -> None:
        known = place_by_code(journal.connection, code)
        if known is None or known.removed:
            raise RuleError("place_unknown", value=code)
        _append(journal, actor, replace(known, removed=True))

    return store.write(work).changes


def _is_disputed(connection: Connection, sql: str, code: str) -> bool:
    """Whether two stations said different things of it: entering it again settles that."""
    return connection.execute(sql, (code,)).fetchone() is not None


def _append(journal: Journal, actor: Actor, place: Place) -> None:
    payload = asdict(place)
    journal.append("place_defined", payload.pop("code"), payload, actor)


def _check(connection: Connection, place: Place, number: int) -> None:
    try:
        check_place(place)
        sql = "SELECT 1 FROM area WHERE code = ?"
        if place.area_code and connection.execute(sql, (place.area_code,)).fetchone() is None:
            raise InputError("field_area", column="area_code", value=place.area_code)
    except InputError as error:
        raise InputError(error.code, **{**error.params, "row": number}) from error


def _area_row(area: Area) -> tuple[object, ...]:
    """Return what the record holds of an area entered like this."""
    lon, lat = area.centre or (None, None)
    ring = orjson.dumps(area.ring).decode()
    return (area.name, area.level, area.grid_type, area.households, lon, lat, ring)
