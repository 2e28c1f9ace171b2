"""Where a site's chains say that other keys follow: found by name, not by a search of the journal.

What such an op says is not believed here; `db.sync.keyline` verifies it whenever it counts.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson

from db.domain.ops import Op, OpRef, decode
from db.store.driver import Connection

if TYPE_CHECKING:
    from db.store.journal import Journal

KIND = "site_rekeyed"
_AT, _TOLD = "rekeyed:", "keys:"
_META = "SELECT v FROM meta WHERE k = ?"
_BODY = """SELECT body FROM op
WHERE site = (SELECT n FROM site WHERE id = ?) AND epoch = ? AND seq = ?"""


def note_rekeyed(journal: "Journal", op: Op) -> None:
    """Remember where an op stands that names other keys of its site."""
    refs = _list(journal.connection, _AT + op.ref.site)
    if (ref := [op.ref.epoch, op.ref.seq]) not in refs:
        journal.set_meta(_AT + op.ref.site, orjson.dumps([*refs, ref]).decode())


def rekeyed_ops(connection: Connection, site: str) -> list[Op]:
    """Return the ops of a site that name other keys, oldest arrival first.

    Where another branch of the chain took its place, what was noted stands there no more.
    """
    found = []
    for epoch, seq in _list(connection, _AT + site):
        row = connection.execute(_BODY, (site, epoch, seq)).fetchone()
        op = decode(row[0]) if row else None
        if op and op.kind == KIND and op.ref == OpRef(site, epoch, seq):
            found.append(op)
    return found


def told_of(connection: Connection, site: str) -> list[Any]:
    """Return what was told of a site's keys beside its chains."""
    return _list(connection, _TOLD + site)


def keep_told(journal: "Journal", site: str, told: list[Mapping[str, str]]) -> None:
    """Keep what was told of a site's keys, instead of what was kept."""
    journal.set_meta(_TOLD + site, orjson.dumps(told).decode())


def _list(connection: Connection, name: str) -> list[Any]:
    row = connection.execute(_META, (name,)).fetchone()
    return list(orjson.loads(row[0])) if row else []
