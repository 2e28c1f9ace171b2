"""Key places, by the area they lie in or by code."""

from typing import Any

from db.domain.places import Place
from db.store.driver import Connection

MAX_PLACES = 2_000
"""More than a map can show."""
_COLUMNS = "code, name, kind, area_code, lon_e6, lat_e6, note, removed"
IN_AREA = (
    f"SELECT {_COLUMNS} FROM place WHERE removed = 0"
    " AND area_code >= :area AND area_code < :area_end ORDER BY area_code, code LIMIT :limit"
)
BY_CODE = f"SELECT {_COLUMNS} FROM place WHERE code = ?"


def places_in_area(connection: Connection, area: str = "", limit: int = MAX_PLACES) -> list[Place]:
    """Return the places whose area code begins so, all for none, by area and code."""
    asked = {"area": area, "area_end": area + "~", "limit": limit}
    return _places(connection, IN_AREA, asked)


def place_by_code(connection: Connection, code: str) -> Place | None:
    """Return a place by its code, one that was removed too; None where there never was one."""
    found = _places(connection, BY_CODE, (code,))
    return found[0] if found else None


def _places(connection: Connection, sql: str, asked: Any) -> list[Place]:
    return [
        Place(code, name, kind, area, lon, lat, note, bool(removed))
        for code, name, kind, area, lon, lat, note, removed in connection.execute(sql, asked)
    ]
