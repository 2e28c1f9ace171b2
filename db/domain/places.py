"""Key places (重点场所): what a dispatcher must know lies there. Facilities, never persons."""

import re
from dataclasses import dataclass

from db.domain.areas import level_of
from db.domain.errors import InputError
from db.domain.geometry import is_place_e6
from db.domain.identity import without_numbers

PLACE_KINDS = (
    "school", "hospital", "care_home", "market", "chemical", "fuel", "station", "shelter",
    "flood_point", "utility", "site", "office", "other",
)  # fmt: skip
MAX_NAME, MAX_NOTE = 60, 200
_CODE = re.compile(r"[0-9A-Za-z._-]{1,64}")


@dataclass(frozen=True, slots=True)
class Place:
    """One place by its code. `area_code` may be empty; the point is WGS-84, degrees times 1e6.

    `removed` says that it is there no longer: it keeps its code and is shown nowhere.
    """

    code: str
    name: str
    kind: str
    area_code: str
    lon_e6: int
    lat_e6: int
    note: str = ""
    removed: bool = False


def check_place(place: Place) -> Place:
    """Return the place if it can be kept; raises InputError naming the field (`column`)."""
    if not _CODE.fullmatch(place.code):
        raise InputError("place_code_malformed", column="code", value=place.code)
    if not place.name.strip():
        raise InputError("field_missing", column="name")
    for column, limit in (("name", MAX_NAME), ("note", MAX_NOTE)):
        if len(getattr(place, column)) > limit:
            raise InputError("field_too_long", column=column, limit=limit)
        if without_numbers(getattr(place, column))[1]:
            raise InputError("place_tells_of_person", column=column)
    if place.kind not in PLACE_KINDS:
        raise InputError("field_choice", column="kind", value=place.kind, choices=PLACE_KINDS)
    if place.area_code:
        level_of(place.area_code)
    if not is_place_e6(place.lon_e6, place.lat_e6):
        raise InputError("point_nowhere", column="lon")
    return place
