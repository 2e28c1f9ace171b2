"""How this record and those it exchanges with stand to each other: for display, never a cursor."""

from collections.abc import Iterable
from typing import NamedTuple

from db.stick.plan import Heard, heard_from, recipients
from db.store.driver import Connection
from db.store.parcels import Head
from db.sync.exchange import heads_of
from db.sync.peers import Peer, hub_of, own_ends

Chain = tuple[str, int]
Ends = dict[Chain, int]
"""The last number of each chain."""
_HELD = """SELECT site.id, count(*) FROM op INDEXED BY op_held JOIN site ON site.n = op.site
WHERE op.state <> 0 GROUP BY site.id"""


class Standing(NamedTuple):
    """Whom this record knows and what it holds.

    `peers` are all others, the hub among them; `own` is what was written here, `ends` all that is
    here; `heard` is what a station wrote of itself on a stick, `held` counts the ops of a site
    that are kept and not shown yet.
    """

    hub: Peer | None
    peers: tuple[Peer, ...]
    own: Ends
    ends: Ends
    heard: dict[str, Heard]
    held: dict[str, int]


def standing(connection: Connection, own: str) -> Standing:
    """Return how things stand; `own` is this site's id."""
    peers = tuple(recipients(connection, own))
    return Standing(
        hub_of(connection),
        peers,
        own_ends(connection),
        ends_of(heads_of(connection)),
        {peer.id: heard_from(connection, peer.id) for peer in peers},
        dict(connection.execute(_HELD).fetchall()),
    )


def ends_of(heads: Iterable[Head]) -> Ends:
    """Return the last number of each chain."""
    return {(head.site, head.epoch): head.seq for head in heads}


def lacking(ends: Ends, known: Ends) -> int:
    """Return how many ops of some chains another one is not known to have."""
    return sum(max(0, seq - known.get(chain, 0)) for chain, seq in ends.items())
