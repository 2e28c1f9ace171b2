"""The ops of an incident as they are folded: in causal order, each told once."""

from db.domain.ops import Op, OpRef, decode
from db.domain.renames import follow_names
from db.store.driver import Connection
from db.store.projections import causal_order

FOLDED_OF = "SELECT body FROM op WHERE subject = ? AND state = 0"
_BEHIND = """SELECT body, subject FROM op
WHERE site = (SELECT n FROM site WHERE id = ?) AND epoch = ? AND seq > ? ORDER BY seq"""
_BEFORE = """SELECT body, subject FROM op
WHERE site = (SELECT n FROM site WHERE id = ?) AND epoch = ? AND seq < ? ORDER BY seq DESC"""


def history(connection: Connection, rid: int) -> list[Op]:
    """Return the ops of a subject that are folded, in causal order."""
    found = connection.execute(FOLDED_OF, (rid,)).fetchall()
    return causal_order(follow_names([decode(body) for (body,) in found]).ops)


def along_with(connection: Connection, ref: OpRef, kinds: frozenset[str]) -> list[tuple[int, Op]]:
    """Return the ops of some kinds that follow an op in its chain at once, with their subjects."""
    found = []
    for body, rid in connection.execute(_BEHIND, tuple(ref)):
        op = decode(body)
        if op.kind not in kinds:
            break
        found.append((int(rid), op))
    return found


def brought_by(connection: Connection, ref: OpRef, kinds: frozenset[str]) -> int | None:
    """Return the subject of the op that ops of some kinds follow at once, None where none is."""
    for body, rid in connection.execute(_BEFORE, tuple(ref)):
        if decode(body).kind not in kinds:
            return int(rid)
    return None
