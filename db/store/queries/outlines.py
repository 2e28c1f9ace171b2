"""The areas of the record whole, with their outlines."""

import orjson

from db.domain.areas import Area
from db.store.driver import Connection

OUTLINES = (
    "SELECT code, name, level, grid_type, households, lon_e6, lat_e6, ring, crs FROM area"
    " WHERE code >= :prefix AND code < :prefix_end ORDER BY code"
)


def area_outlines(connection: Connection, prefix: str = "") -> list[Area]:
    """Return the areas whose code begins so, by code; those without an outline too."""
    asked = {"prefix": prefix, "prefix_end": prefix + "~"}
    return [
        Area(
            code,
            name,
            level,
            grid_type,
            households,
            None if lon is None else (lon, lat),
            tuple((x, y) for x, y in orjson.loads(ring)),
            crs,
        )
        for code, name, level, grid_type, households, lon, lat, ring, crs in connection.execute(
            OUTLINES, asked
        )
    ]
