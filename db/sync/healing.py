"""What workstations of one room do about a chain that stands otherwise at each of them.

A room that has a hub leaves it to the hub. In a room without one every workstation comes to the
same end by itself: of two branches that whose first differing op has the lower hash stands. Nobody
chooses, and nothing is lost: the other branch is kept aside whole, and its author writes it anew.

Whoever brings a branch, it is its own site's signature that counts: what is not signed is refused
by the same transaction in which room was made for it.
"""

from typing import Any

from db.domain.errors import InputError
from db.domain.ops import chain_hash
from db.store.driver import Connection
from db.store.epochs import renew_epoch
from db.store.forks import give_way
from db.store.journal import Journal
from db.store.lanes import is_shown, lane_in, lane_of
from db.store.parcels import Range
from db.sync import wire
from db.sync.batch import Batch, last_seq
from db.sync.exchange import current_chains, declared, first_words, hash_at, head_of
from db.sync.peers import HUB, hub_of

_PEER = "SELECT kind, town FROM peer WHERE id = ?"


class Healing:
    """Makes room for what a batch from a workstation of this `town` brings.

    `healed` says what had to be done, as `SyncResult` has it; it counts once the batch is taken in.
    """

    def __init__(self, town: str) -> None:
        self._town = town
        self.healed: list[str] = []

    def admit(self, journal: Journal, batch: Batch) -> None:
        """Refuse what is not of this room; make room for what stands instead of what is here.

        Raises InputError: wrong_town, chain_unknown; fork where what is here stands, or the hub
        has not said yet.
        """
        self.healed.clear()
        has_hub = hub_of(journal.connection) is not None
        for incoming in batch.ranges:
            check_scope(journal.connection, incoming, self._town)
            seq, ours, theirs = _first_difference(journal.connection, incoming)
            chain = (incoming.site, incoming.epoch)
            if not seq:
                self._begin_anew(journal, incoming)
            elif has_hub or ours < theirs:
                raise InputError("fork", site=incoming.site, epoch=incoming.epoch, seq=seq)
            else:
                give_way(journal, *chain, seq - 1, batch.sender.site)
                is_own = incoming.site == journal.site
                self.healed.append("forked" if is_own else "branch_kept")

    def _begin_anew(self, journal: Journal, incoming: Range) -> None:
        """Go on in a new epoch where others know more of the chain written here than this record.

        The rest is then taken back like any other chain's.
        """
        if (incoming.site, incoming.epoch) not in current_chains(journal.connection):
            return
        here = head_of(journal.connection, incoming.site, incoming.epoch)
        if last_seq(incoming) > here.seq:
            renew_epoch(journal, "restored")
            self.healed.append("restored")


def check_scope(connection: Connection, incoming: Range, town: str) -> None:
    """Refuse a chain that a workstation of a town is not to have.

    It has the hub's, its town's, and of a district's those that speak to its town or to all.
    """
    row = connection.execute(_PEER, (incoming.site,)).fetchone()
    if row and row[0] == HUB:
        return
    first = declared(incoming.bodies[0], incoming.site) if incoming.from_seq == 1 else None
    theirs = lane_in(first) if first else lane_of(connection, incoming.site, incoming.epoch)
    if theirs is None:
        theirs = row[1] if row else _declared_town(connection, incoming, first)
    if not is_shown(theirs, town):
        raise InputError("wrong_town", site=incoming.site, epoch=incoming.epoch)


def _declared_town(connection: Connection, incoming: Range, first: dict[str, Any] | None) -> str:
    """Return the town a site says it is of, before all in the first op of its first chain."""
    with wire.reading("chain_unknown", site=incoming.site, epoch=incoming.epoch):
        said = wire.mapping(first_words(connection, incoming.site) or first)
        return wire.town(said["town"])


def _first_difference(connection: Connection, incoming: Range) -> tuple[int, bytes, bytes]:
    """Return the first number under which another op stands here, ours and theirs; 0 for none."""
    digest = incoming.prev_hash
    for seq, body in enumerate(incoming.bodies, incoming.from_seq):
        digest = chain_hash(digest, body)
        here = hash_at(connection, incoming.site, incoming.epoch, seq)
        if here is None:
            break
        if here != digest:
            return seq, here, digest
    return 0, b"", b""
