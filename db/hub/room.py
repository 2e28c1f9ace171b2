"""A workstation that serves its room: what a hub answers, over its own record.

Whoever is believed here and of the same town is shown all of it: a workstation has nothing that is
not its town's. It believes whom the hub vouches for, or in a room without one who enrolled here;
what its own record lacks of its own chain it takes back; and which branch of a chain stands is
`healing`'s to say.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from db.commands.keys import accept_room_keys
from db.domain.errors import InputError, RuleError
from db.hub.enrolling import Enrolled, Request
from db.hub.server import add_code
from db.hub.stations import Told, put_url
from db.hub.store import Comparison, HubStore
from db.store.driver import Connection
from db.store.keys import Ask
from db.store.parcels import Head
from db.store.store import Store
from db.sync.exchange import Collected, Taken, current_chains, head_of, heads_of, take_in
from db.sync.healing import Healing
from db.sync.peers import STATION, Peer, hub_of, station_by
from db.sync.wire import Want

QUIET_SECONDS = 2.0
OnHealed = Callable[[tuple[str, ...]], None]
"""Told what had to give way, as `SyncResult.healed` has it; on a thread of the service."""


class RoomStore(HubStore):
    """A workstation's own record as others of its room find it."""

    kind = STATION

    def __init__(self, store: Store, on_healed: OnHealed = lambda _: None) -> None:
        super().__init__(store)
        self._record = store
        self._on_healed = on_healed
        self._working = 0
        self._quiet_at = float("-inf")

    @property
    def is_busy(self) -> bool:
        """Whether a batch is being taken in or made, or was a moment ago: more may follow."""
        return self._working > 0 or monotonic() < self._quiet_at

    def station(self, site: str) -> Peer:
        """Return a station of this town that is believed here."""
        known = super().station(site)
        peer = self._record.read(lambda connection: station_by(connection, site))
        if peer is None or known.town != self.town:
            raise InputError("unknown_key", site=site)
        return peer

    def compare(self, caller: Peer, heads: Sequence[Head]) -> Comparison:
        """Compare as a hub does; want also what others know of the chains written here."""
        said = super().compare(caller, heads)
        lacking = self._record.read(lambda connection: _own_tails(connection, heads))
        return said._replace(want=[*said.want, *lacking])

    def shows(self, caller: Peer, site: str, town: str) -> bool:
        """Whether a caller is told of a chain: of all that are here."""
        return True

    def take(self, data: bytes, aside: Collection[tuple[str, int]] = ()) -> Taken:
        """Take in a batch, making room for what stands; returns after it is durable."""
        with self._at_work():
            return self._take(data, aside)

    def collect(self, caller: Peer, wants: Iterable[Want], max_bytes: int) -> Collected | None:
        """Make a batch of what a caller asks for."""
        with self._at_work():
            return super().collect(caller, wants, max_bytes)

    def snapshot(self, caller: Peer) -> None:
        """Keep nothing ready: somebody works at this station."""

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        # Counted by several threads: a count that is off for a moment does no harm.
        self._working += 1
        try:
            yield
        finally:
            self._working -= 1
            self._quiet_at = monotonic() + QUIET_SECONDS

    def _take(self, data: bytes, aside: Collection[tuple[str, int]]) -> Taken:
        healing = Healing(self.town)

        def key_of(_: Connection, site: str) -> bytes:
            return self.station(site).sign_key

        taken = take_in(self._record, data, key_of=key_of, admit=healing.admit, aside=aside)
        if taken.added:
            accept_room_keys(self._record)
        if healing.healed:
            self._on_healed(tuple(healing.healed))
        return taken

    def heard(self, site: str, told: Told) -> None:
        """Note where a station serves; that it was heard of is not worth a write each time."""
        peer = self._record.read(lambda connection: station_by(connection, site))
        if peer and told.url not in (None, peer.url):
            url = told.url or ""
            # The address alone: whoever was read may be believed no more by now.
            self._record.write(lambda journal: put_url(journal, site, url))

    def enrol(self, request: Request) -> Enrolled:
        """Make a station known that shows a code of this one's; raises RuleError (room_has_hub)."""
        if not request.names_next_key:
            self._record.read(refuse_with_hub)
        if request.peer.station == self._record.site.station:
            raise RuleError("station_taken", station=request.peer.station)
        return super().enrol(request)

    def _heads(self, connection: Connection, caller: Peer) -> list[Head]:
        return heads_of(connection)


def issue_room_code(home: Path, *, ask: Ask | None = None) -> str:
    """Make a one-time code for another station of this workstation's room, also while it works.

    Raises RuleError (room_has_hub) where the hub is to do that.
    """
    with Store.open(home, ask=ask, read_only=True) as store:
        store.read(refuse_with_hub)
    return add_code(home, store.site.town, ask=ask)


def refuse_with_hub(connection: Connection) -> None:
    """Refuse to vouch for others where a hub does."""
    if hub_of(connection) is not None:
        raise RuleError("room_has_hub")


def _own_tails(connection: Connection, heads: Iterable[Head]) -> list[Want]:
    """Return what others know beyond this record of the chains that it writes."""
    own = current_chains(connection)
    known = {(head.site, head.epoch): head.seq for head in heads if (head.site, head.epoch) in own}
    here = {chain: head_of(connection, *chain).seq for chain in known}
    return [Want(*chain, here[chain] + 1) for chain, seq in known.items() if seq > here[chain]]
