"""Which peers are known to have the erasures that are known here: told to people, never a cursor.

A peer that holds a chain up to an erasure has destroyed what it names, if it told that its version
does so: taking it in is one transaction with that.
"""

from collections.abc import Iterable

import orjson

from db.store.driver import Connection
from db.store.erasure import LAST
from db.store.parcels import Head
from db.store.store import Store

_REACHED = "erasures_at:"
_META = "SELECT v FROM meta WHERE k = ?"

Ends = dict[str, int]
"""By chain (`site:epoch`) the number of its last erasure."""


def last_erasures(connection: Connection) -> Ends:
    """Return the last erasure of each chain here that has one."""
    return _read(connection, LAST)


def reached(connection: Connection, peer: str) -> Ends:
    """Return up to which erasure of each chain a peer is known to be."""
    return _read(connection, _REACHED + peer)


def note_reached(store: Store, peer: str, heads: Iterable[Head]) -> None:
    """Remember the erasures that a peer has, by the heads it told of."""
    last = store.read(last_erasures)
    if not last:
        return
    told = {f"{head.site}:{head.epoch}": head.seq for head in heads}
    known = store.read(lambda connection: reached(connection, peer))
    now = known | {chain: seq for chain, seq in last.items() if told.get(chain, 0) >= seq}
    if now != known:
        words = orjson.dumps(now).decode()
        store.write(lambda journal: journal.set_meta(_REACHED + peer, words))


def _read(connection: Connection, name: str) -> Ends:
    row = connection.execute(_META, (name,)).fetchone()
    return dict(orjson.loads(row[0])) if row else {}
