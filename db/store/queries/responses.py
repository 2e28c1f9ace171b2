"""Responses that were declared."""

from db.domain.responses import Response
from db.store.driver import Connection

ALL = (
    "SELECT id, name, level, factor, classes, areas, from_at, to_at, doc FROM response"
    " ORDER BY from_at, id"
)
ACTIVE = (
    "SELECT id, name, level, factor, classes, areas, from_at, to_at, doc FROM response"
    " WHERE from_at <= :at AND (to_at IS NULL OR to_at > :at) ORDER BY from_at, id"
)


def responses(connection: Connection) -> list[Response]:
    """Return every response ever declared, oldest first."""
    return [_response(row) for row in connection.execute(ALL).fetchall()]


def active_responses(connection: Connection, at: int) -> list[Response]:
    """Return the responses in force at an instant."""
    return [_response(row) for row in connection.execute(ACTIVE, {"at": at}).fetchall()]


def _response(row: tuple[object, ...]) -> Response:
    id, name, level, factor, classes, areas, from_at, to_at, doc = row
    return Response(
        str(id),
        str(name),
        str(level),
        int(str(factor)),
        tuple(str(classes).split()),
        tuple(str(areas).split()),
        int(str(from_at)),
        None if to_at is None else int(str(to_at)),
        str(doc),
    )
