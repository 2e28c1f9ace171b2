"""Key places: entered, corrected, taken off the map."""

from collections.abc import Iterable
from dataclasses import asdict, replace

from db.commands.town import Defined, check_ground_role
from db.domain.errors import InputError, RuleError
from db.domain.ops import Actor
from db.domain.places import Place, check_place
from db.store.changes import Changes
from db.store.driver import Connection
from db.store.journal import Journal
from db.store.queries.places import place_by_code
from db.store.store import Store


def define_places(store: Store, actor: Actor, places: Iterable[Place]) -> Defined:
    """Enter places that say something else than the record, all of them or none.

    Raises RuleError (ground_role_forbids), InputError for a place that cannot be or lies in an
    area that is not known, with `row`, its 1-based place among those given.
    """
    check_ground_role(actor)
    given = list(places)

    def work(journal: Journal) -> tuple[int, int]:
        added = changed = 0
        for number, place in enumerate(given, start=1):
            _check(journal.connection, place, number)
            known = place_by_code(journal.connection, place.code)
            if known != place or _is_disputed(journal.connection, place.code):
                _append(journal, actor, place)
                added, changed = added + (known is None), changed + (known is not None)
        return added, changed

    (added, changed), changes = store.write(work)
    return Defined(added, changed, len(given) - added - changed, changes)


def remove_place(store: Store, actor: Actor, code: str) -> Changes:
    """Take a place off the map; it keeps its code. Raises RuleError (place_unknown)."""
    check_ground_role(actor)

    def work(journal: Journal) -> None:
        known = place_by_code(journal.connection, code)
        if known is None or known.removed:
            raise RuleError("place_unknown", value=code)
        _append(journal, actor, replace(known, removed=True))

    return store.write(work).changes


def _is_disputed(connection: Connection, code: str) -> bool:
    """Whether two stations said different things of it: entering it again settles that."""
    sql = "SELECT 1 FROM conflict JOIN place ON place.rid = subject WHERE code = ?"
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
