"""Rows of the simple entities: an op gives its row whole, or is not believed."""

from collections.abc import Sequence
from typing import Any

import orjson

from db.domain.accounts import policy_from_dict, policy_to_dict
from db.domain.areas import Area, check_area
from db.domain.errors import InputError
from db.domain.geometry import SYSTEMS, is_place_e6
from db.domain.lists import parse_duty
from db.domain.ops import MAX_INT, Op
from db.domain.places import Place, check_place
from db.domain.responses import RESPONSE_LEVELS
from db.domain.scope import ALL_CLASSES
from db.store.lists import list_row


def plain_row(op: Op) -> dict[str, Any]:
    """Return the row of a simple entity; raises InputError for one that cannot be kept."""
    try:
        columns = PLAIN[op.ent](op)
        if not all(_is_storable(name, value) for name, value in columns.items()):
            raise TypeError("column")
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise InputError("op_malformed", reason=str(error)) from error
    return columns


def _is_storable(name: str, value: Any) -> bool:
    if value is None:
        return name in ("lon_e6", "lat_e6", "to_at")
    return type(value) is str or (type(value) is int and -MAX_INT < value < MAX_INT)


def _area_row(op: Op) -> dict[str, Any]:
    raw = op.payload
    ring = tuple((lon, lat) for lon, lat in raw["ring"])
    centre, crs = tuple(raw["centre"]), raw.get("crs", "")
    if not all(is_place_e6(*point) for point in (*ring, *((centre,) if centre else ()))):
        raise ValueError("place")
    if crs not in ("", *SYSTEMS):
        raise ValueError("crs")
    area = check_area(Area(op.id, raw["name"], raw["level"], raw["grid_type"], raw["households"]))
    return {
        "code": area.code,
        "name": area.name,
        "level": area.level,
        "parent": area.parent,
        "grid_type": area.grid_type,
        "households": area.households,
        "lon_e6": centre[0] if centre else None,
        "lat_e6": centre[1] if centre else None,
        "ring": orjson.dumps(ring).decode(),
        "crs": crs,
    }


def _columns(op: Op, names: Sequence[str]) -> dict[str, Any]:
    return {name: op.payload[name] for name in names}


def _unit_row(op: Op) -> dict[str, Any]:
    names = ("key", "name", "short_name", "kind", "duty", "capacity", "phone_day", "phone_night")
    parse_duty(op.payload["duty"])
    return {"code": op.id, **_columns(op, names)}


def _post_row(op: Op) -> dict[str, Any]:
    return _columns(op, ("area_code", "role", "name", "phone"))


def _user_row(op: Op) -> dict[str, Any]:
    raw = op.payload
    classes, secrecy, left = raw.get("classes"), raw.get("secrecy", -1), raw.get("left", False)
    if type(left) is not bool or secrecy not in (-1, 0, 1, 2):
        raise ValueError("user")
    return {
        "key": op.id,
        "roles": " ".join(raw["roles"]),
        **_columns(op, ("name", "unit", "area")),
        "classes": ALL_CLASSES if classes is None else " ".join(classes),
        "secrecy": secrecy,
        "ended": int(left),
    }


def _policy_row(op: Op) -> dict[str, Any]:
    if "security_admin" not in op.actor.roles:
        raise ValueError("policy")
    rules = policy_to_dict(policy_from_dict(op.payload))
    return {"id": op.id, "rules": orjson.dumps(rules, option=orjson.OPT_SORT_KEYS).decode()}


def _response_row(op: Op) -> dict[str, Any]:
    raw, to_at = op.payload, op.payload["to_at"]
    names = ("name", "level", "factor", "from_at", "doc")
    if not 0 < raw["factor"] <= 100 or raw["level"] not in RESPONSE_LEVELS:
        raise ValueError("response")
    found = {"id": op.id, **_columns(op, names), "to_at": to_at}
    return found | {name: " ".join(raw[name]) for name in ("classes", "areas")}


def _place_row(op: Op) -> dict[str, Any]:
    names = ("name", "kind", "area_code", "lon_e6", "lat_e6", "note", "removed")
    row = {"code": op.id, **_columns(op, names)}
    check_place(Place(**row))
    if type(row["removed"]) is not bool:
        raise TypeError("removed")
    return row | {"removed": int(row["removed"])}


def _station_row(op: Op) -> dict[str, Any]:
    names = ("name", "town", "station", "sign_key", "box_key")
    if op.id != op.ref.site:
        raise ValueError("a site speaks for itself alone")
    return {"id": op.ref.site, **_columns(op, names)}


PLAIN = {
    "area": _area_row,
    "unit": _unit_row,
    "post": _post_row,
    "user": _user_row,
    "policy": _policy_row,
    "list": list_row,
    "response": _response_row,
    "place": _place_row,
    "site": _station_row,
}
"""By entity: what makes its one row of an op."""
