"""Ops of people who had been removed when those ops became known here.

Whoever was away may not have heard of it: what was written counts, and the history says so. What
decides is the order in which this record learnt of both, not the clock of either.
"""

from typing import Any

from db.domain.ops import decode
from db.store.driver import Connection

AFTER_REMOVAL = "after_removal"
"""Marks a line of a history: its author was removed when it became known here."""

_GONE = """SELECT "key", rid FROM user WHERE roles = ''
AND "key" IN (SELECT actor FROM step WHERE incident = ?)"""
_OPS = "SELECT recv, body FROM op WHERE subject = ? AND state = 0 ORDER BY recv"


def late_steps(connection: Connection, rid: int) -> frozenset[tuple[Any, ...]]:
    """Return kind, instant and actor of those ops of an incident that came after a removal.

    A person without any role is removed.
    """
    gone = {
        key: _removed_at(connection, user)
        for key, user in connection.execute(_GONE, (rid,)).fetchall()
    }
    if not gone:
        return frozenset()
    known = ((recv, decode(body)) for recv, body in connection.execute(_OPS, (rid,)))
    return frozenset(
        (op.kind, op.at, op.actor.user)
        for recv, op in known
        if op.actor.user in gone and recv > gone[op.actor.user]
    )


def _removed_at(connection: Connection, user: int) -> int:
    """Return when this record learnt that a person has no role any more, by arrival."""
    since = 0
    for recv, body in connection.execute(_OPS, (user,)):
        since = 0 if decode(body).payload["roles"] else since or recv
    return since
