"""A scope as a condition of SQL."""

from typing import Any

import orjson

from db.domain.errors import RuleError
from db.domain.scope import Scope
from db.store.driver import Connection

_TOWN = 9
NOTHING = -1
"""No incident is less secret than 0. A constant in its place could not be planned with indexes."""
OPEN_TAIL = (
    "SELECT rid FROM incident INDEXED BY incident_open"
    " WHERE is_open = 1 AND {conditions} AND substr(number, :length) = :tail LIMIT 2"
)


def visible(scope: Scope) -> tuple[str, dict[str, Any]]:
    """Return a condition on table `incident` and its parameters: what this scope may see.

    An incident without an area belongs to the town until it is placed. Who looks after the program
    sees none.
    """
    parts = ["incident.secrecy <= :scope_secrecy"]
    parameters: dict[str, Any] = {
        "scope_secrecy": NOTHING if scope.is_administrative else scope.secrecy
    }
    if scope.area:
        inside = "(incident.area_code >= :scope_area AND incident.area_code < :scope_area_end)"
        if len(scope.area) <= _TOWN:
            inside = f"({inside} OR incident.area_code = '')"
        parts.append(inside)
        parameters |= {"scope_area": scope.area, "scope_area_end": scope.area + "~"}
    if scope.unit:
        parts.append(
            "EXISTS (SELECT 1 FROM assignment WHERE assignment.incident = incident.rid"
            " AND assignment.unit = :scope_unit)"
        )
        parameters["scope_unit"] = scope.unit
    if scope.classes is not None:
        # No list of marks: an empty one cannot be planned together with INDEXED BY.
        parts.append("incident.class_code IN (SELECT value FROM json_each(:scope_classes))")
        parameters["scope_classes"] = orjson.dumps(sorted(scope.classes)).decode()
    return " AND ".join(parts), parameters


def rid_of(connection: Connection, scope: Scope, name: str) -> int | None:
    """Return the row id of a number or an incident's id, None where it is not to be seen.

    Raises RuleError (number_twice) for a number that two incidents bear: copies of one machine
    can have given it apart. Their ids tell them from each other.
    """
    conditions, parameters = visible(scope)
    for column in ("number", "id"):
        rows = connection.execute(
            f"SELECT rid, id, title FROM incident WHERE {column} = :name AND {conditions}",
            {"name": name, **parameters},
        ).fetchall()
        if len(rows) > 1:
            found = "；".join(f"{id} {title}" for _, id, title in rows)
            raise RuleError("number_twice", value=name, found=found)
        if rows:
            return int(rows[0][0])
    return None


def open_tail(connection: Connection, scope: Scope, tail: str) -> int | None:
    """Return the row id of the one open incident whose number ends so, None for none or several."""
    conditions, parameters = visible(scope)
    rows = connection.execute(
        OPEN_TAIL.format(conditions=conditions),
        {"tail": tail.upper(), "length": -len(tail), **parameters},
    ).fetchall()
    return int(rows[0][0]) if len(rows) == 1 else None
