"""One exchange with a peer: compare heads, push what it lacks, pull what is lacking here.

The peer is the hub or another workstation of the room. Only the hub's word makes a branch give way;
where a room has none, `healing` says which of two branches stands.

Whatever breaks, the journal keeps what was written; the next round asks the hub anew what it
holds and goes on from there, so at most one batch travels twice.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache, partial
from importlib.metadata import version
from time import monotonic
from typing import Any, NamedTuple

from db.commands.keys import accept_room_keys
from db.domain.errors import EnvironmentError_, GridDeskError, InputError, RuleError
from db.domain.ops import chain_hash
from db.store.driver import Connection
from db.store.epochs import renew_epoch
from db.store.forks import give_way
from db.store.journal import Journal
from db.store.parcels import Head
from db.store.store import Store
from db.sync.batch import Batch
from db.sync.cancel import Cancel, IsCancelled
from db.sync.exchange import (
    Admit,
    Limits,
    Taken,
    collect,
    current_chains,
    hash_at,
    head_of,
    held_count,
    own_heads,
    take_in,
)
from db.sync.handing import branches_of, not_handed, note_handed
from db.sync.healing import Healing
from db.sync.line import Comparison, HubClient, connect
from db.sync.peers import (
    Peer,
    hub_of,
    keep_confirmed,
    keep_stations,
    news_of_stations,
    unsent,
    voucher_of,
)
from db.sync.reached import note_reached
from db.sync.refusals import CHAIN_CODES
from db.sync.sizes import LARGE, SMALL, batch_size, keep_batch_size
from db.sync.wire import MAX_RANGES, Want

MAX_SECONDS = 5 * 60.0
"""How long one exchange may take; what is left over goes with the next."""

LAST_ANSWER_SECONDS = 60.0
"""How long the answer to its last request may take beyond that."""

MAX_HEALS = 3
"""Rounds of giving way in one exchange; a hub that still disagrees then is a trouble to show."""
MANY = 10_000
"""Ops that a station must lack for the hub to be asked for what it keeps ready."""
_PLACE = "snapshot"
_CUT = frozenset({"hub_silent", "hub_unreachable"})
PROBES = 256
"""Hashes compared in one request when looking for where two branches part."""

Chain = tuple[str, int]
OnProgress = Callable[[int, int], None]


class SyncResult(NamedTuple):
    """What one exchange did. `troubles` are chains that stayed behind, each with its reason.

    `healed` says what had to give way to the hub's history: `restored` (this record was older than
    its hub's; it goes on in a new epoch), `forked` (two copies of this site wrote; what was written
    here stands in a new chain), `branch_kept` (another site's branch was put aside, whole).
    `known` is what the peer said that it holds: whatever it gets beyond that is news.
    """

    pushed: int
    pulled: int
    held: int
    unsent: int
    skew_ms: int
    troubles: tuple[GridDeskError, ...]
    healed: tuple[str, ...] = ()
    known: tuple[Head, ...] = ()


def sync_once(
    store: Store,
    client: HubClient | None = None,
    *,
    is_cancelled: IsCancelled | None = None,
    serves_at: str | None = None,
    asks_stations: bool = True,
    on_progress: OnProgress = lambda *_: None,
) -> SyncResult:
    """Exchange with a peer once; returns when neither side wants anything more or time is up.

    Without a `client` the peer is the hub. `serves_at` is where this station serves its room, for
    the hub to tell others, empty where it does not. `asks_stations` makes whoever vouches for the
    stations of this room say which they are. `on_progress` is told how many ops came of all that
    were lacking. `is_cancelled` is asked before each request; a `Cancel` also ends the one under
    way.
    Raises EnvironmentError_ for a line or peer that fails and for an exchange that was cancelled,
    RuleError before enrolment, and InputError where the hub goes on disagreeing on this site's own
    chain; nothing written here is lost by any of them.
    """
    told = About(serves_at, asks_stations, on_progress)
    if client is not None:
        return _exchange(store, client, is_cancelled, told)
    with connect(store) as own:
        return _exchange(store, own, is_cancelled, told)


def _exchange(
    store: Store, client: HubClient, is_cancelled: IsCancelled | None, about: "About"
) -> SyncResult:
    ending: AbstractContextManager[None] = nullcontext()
    if isinstance(is_cancelled, Cancel):
        ending = is_cancelled.aborting(client.abort)
    with ending:
        ends_at = monotonic() + MAX_SECONDS
        client.ends_at = ends_at + LAST_ANSWER_SECONDS
        try:
            return _Round(store, client, ends_at, is_cancelled, about).run()
        finally:
            client.ends_at = None


class About(NamedTuple):
    """What is told and asked beside the ops."""

    serves_at: str | None
    asks_stations: bool
    on_progress: OnProgress


class _Round:
    """The state of one exchange."""

    def __init__(
        self,
        store: Store,
        client: HubClient,
        ends_at: float,
        is_cancelled: IsCancelled | None,
        about: About,
    ) -> None:
        peer = client.peer
        if peer is None:
            raise RuleError("hub_missing")
        self._store = store
        self._client = client
        self._ends_at = ends_at
        self._is_cancelled = is_cancelled
        self._about = about
        self._peer: Peer = peer
        self._is_hub = client.is_hub
        self._has_hub = store.read(hub_of) is not None
        self._skew_ms = 0
        self._aside: set[Chain] = set()
        self._troubles: list[GridDeskError] = []
        self._healed: list[str] = []
        self._confirmed: dict[Chain, Head] = {}
        self._came = self._lacking = 0
        self._size = store.read(lambda connection: batch_size(connection, peer.id))

    def run(self) -> SyncResult:
        store = self._store
        self._has_time()
        hello = self._client.hello()
        self._skew_ms = hello.skew_ms
        # It may have told by which key it is to be believed from now on.
        self._peer = self._client.peer or self._peer
        self._learn_stations()
        reply = self._agree()
        pushed = self._push(reply.want, own_heads(store))
        here, self._lacking = store.read(partial(_here_and_lacking, reply.have))
        self._begin_with(is_new=self._lacking >= MANY and here <= self._lacking // 4)
        self._pull(reply.have)
        self._hand_over()
        accept_room_keys(store)
        heads = list(self._confirmed.values())
        if self._is_hub:
            name = self._peer.id
            store.write(lambda journal: keep_confirmed(journal, name, heads, journal.clock()))
            self._raise_own()
        if hello.erases:
            note_reached(store, self._peer.id, heads)
        return SyncResult(
            pushed,
            self._came,
            store.read(held_count),
            store.read(unsent),
            self._skew_ms,
            tuple(self._troubles),
            tuple(self._healed),
            tuple(heads),
        )

    def _learn_stations(self) -> None:
        """Ask who is believed, of whoever vouches for them; an older hub does not say."""
        store = self._store
        if not self._about.asks_stations or store.read(voucher_of) != self._peer.id:
            return
        try:
            told = self._client.stations()
        except EnvironmentError_ as error:
            if error.code != "hub_refused":
                raise
            return
        if store.read(lambda connection: news_of_stations(connection, told)):
            store.write(lambda journal: keep_stations(journal, told))

    def _tell(self) -> dict[str, Any]:
        """Return where this station serves, and for a hub's technician how it is."""
        store, url = self._store, self._about.serves_at
        serves = {} if url is None else {"url": url}
        if not self._is_hub:
            return serves
        return {
            **serves,
            "app": app_version(),
            "held": store.read(held_count),
            "unsent": store.read(unsent),
            "skew_ms": self._skew_ms,
        }

    def _confirm(self, heads: list[Head]) -> None:
        self._confirmed |= {(head.site, head.epoch): head for head in heads}

    def _agree(self) -> Comparison:
        """Compare heads until no history here contradicts the peer's; return its last answer.

        Nobody is asked: what loses its name is kept, and written anew where it was ours.
        """
        for _ in range(MAX_HEALS):
            reply = self._compare()
            disputed = self._store.read(partial(_disputed, reply))
            open_ones = {chain: top for chain, top in disputed.items() if self._goes(chain)}
            if not self._begin_anew(reply.rewound) and not open_ones:
                return reply
            for chain, top in open_ones.items():
                self._settle(chain, top)
        reply = self._compare()
        for head in reply.forks:
            if self._goes((head.site, head.epoch)):
                error = InputError("fork", site=head.site, epoch=head.epoch, seq=head.seq)
                self._set_aside((head.site, head.epoch), error)
        return reply

    def _compare(self) -> Comparison:
        self._has_time()
        reply = self._client.heads(own_heads(self._store), self._tell())
        self._confirm(reply.have)
        return reply

    def _begin_anew(self, rewound: list[Head]) -> bool:
        """Start an epoch where the hub remembers more of a chain this site writes than it does.

        The rest of the old chain is pulled like any other's.
        """
        current = self._store.read(current_chains)
        lost = [
            head
            for head in rewound
            if (head.site, head.epoch) in current and self._goes((head.site, head.epoch))
        ]
        if not lost:
            return False
        if self._is_hub:
            self._store.write(lambda journal: renew_epoch(journal, "restored"))
            self._healed.append("restored")
        else:
            self._take_back(lost)
        return True

    def _take_back(self, tops: list[Head]) -> None:
        """Fetch the rest of a chain of one's own from a peer: its own signature is the proof."""
        for top in tops:
            chain = (top.site, top.epoch)
            here = self._store.read(partial(_head_of, chain))
            try:
                self._take(self._fetch(Want(*chain, here.seq + 1)))
            except InputError as error:
                self._set_aside(chain, error)

    def _settle(self, chain: Chain, top: int) -> None:
        """Let one of two branches of a chain stand, as far as that can be said here."""
        if self._is_hub:
            self._make_room(chain, top)
        elif self._has_hub:
            # The hub has not spoken yet: both branches stay where they are.
            self._set_aside(chain, InputError("fork", site=chain[0], epoch=chain[1], seq=top))
        else:
            self._compare_branches(chain, top)

    def _compare_branches(self, chain: Chain, top: int) -> None:
        """Take the peer's branch in, or bring it ours: `healing` on either side says which stands.

        What is refused for the one that stands is kept aside there, whole.
        """
        base = self._common(chain, top)
        want = Want(*chain, base + 1)
        self._has_time()
        try:
            self._take(self._fetch(want))
        except InputError as error:
            if error.code == "fork":
                self._bring(want)
            else:
                self._set_aside(chain, error)

    def _hand_over(self) -> None:
        """Bring a peer those branches of its own chains that gave way here: it writes them anew."""
        if self._is_hub or self._has_hub:
            return
        store, id = self._store, self._peer.id
        count = store.read(lambda connection: not_handed(connection, id))
        if not count:
            return
        for data in branches_of(store, id):
            try:
                self._client.push(data)
            except InputError as error:
                if error.code != "fork":
                    self._troubles.append(error)
                    return
                # Refused for what stands there: it has kept them.
        store.write(lambda journal: note_handed(journal, id, count))

    def _bring(self, want: Want) -> None:
        batch = collect(self._store, [want], to=self._peer.id)
        try:
            if batch:
                self._confirm(self._client.push(batch.data).heads)
        except InputError as error:
            self._set_aside((want.site, want.epoch), error)

    def _make_room(self, chain: Chain, top: int) -> None:
        """Let the hub's branch of a chain stand instead of the one here, in one transaction.

        The hub's word is not enough: the branch has to be there and signed by the chain's site.
        """
        base, hub = self._common(chain, top), self._peer.id
        self._has_time()

        def admit(journal: Journal, batch: Batch) -> None:
            branch = [item for item in batch.ranges if (item.site, item.epoch) == chain]
            here = hash_at(journal.connection, *chain, base + 1)
            if not branch or chain_hash(branch[0].prev_hash, branch[0].bodies[0]) == here:
                raise InputError("unattested", site=chain[0], epoch=chain[1])
            give_way(journal, *chain, base, hub)

        try:
            data = self._fetch(Want(*chain, base + 1))
            take_in(self._store, data, key_of=self._peer_key, admit=admit)
        except InputError as error:
            self._set_aside(chain, error)
        else:
            self._healed.append("forked" if chain[0] == self._store.site.id else "branch_kept")

    def _common(self, chain: Chain, top: int) -> int:
        """Return the last op of a chain that the peer holds alike; `top` it holds otherwise."""
        low, high = 0, top
        while high - low > 1:
            self._has_time()
            seqs = range(low + 1, high, max(1, (high - low) // PROBES))
            heads = self._store.read(partial(_probes, chain, seqs))
            answer = self._client.heads(heads)
            bad = [head.seq for head in answer.forks if (head.site, head.epoch) == chain]
            high = min([high, *bad])
            low = max([low, *(seq for seq in seqs if seq < high)])
        return low

    def _push(self, wanted: list[Want], own: list[Head]) -> int:
        """Send what is wanted of what was here at the start; what is written now goes next time."""
        pushed = 0
        ends = {(head.site, head.epoch): head.seq for head in own}
        cursor = {(want.site, want.epoch): want.from_seq for want in wanted}
        while self._has_time() and (
            wants := [
                Want(*chain, seq)
                for chain, seq in cursor.items()
                if seq <= ends.get(chain, 0) and self._goes(chain)
            ]
        ):
            batch = collect(self._store, wants, Limits(raw=self._size), to=self._peer.id)
            if batch is None and self._is_larger():
                continue
            if batch is None:
                break
            try:
                with self._carrying():
                    reply = self._client.push(batch.data)
            except InputError as error:
                self._give_way(error, cursor)
                continue
            self._confirm(reply.heads)
            for chain, end in batch.ends.items():
                head = self._confirmed.get(chain)
                if head is None or head.seq < end:
                    raise EnvironmentError_("hub_answer_odd")
                cursor[chain] = head.seq + 1
            pushed += batch.n_ops - reply.duplicates
        return pushed

    def _begin_with(self, *, is_new: bool) -> None:
        """Take what the hub keeps ready for a new station, which lacks nearly all.

        Each batch of it is checked like any other and noted with the place where it ends: broken
        off, it is gone on with there, as long as the hub still has it. What is not taken of it,
        and what is refused, is pulled.
        """
        store = self._store
        name, start = store.read(_place)
        if not self._is_hub or not (name or is_new):
            return
        self._has_time()
        with self._client.snapshot(name, start) as ready:
            if ready is None or ready.start != start:
                store.write(_forget_place)
                return
            try:
                for end, data in ready.batches:
                    self._count(self._take(data, partial(_note_place, f"{ready.name} {end}")))
                    if not self._has_time():
                        return
            except InputError as error:
                if error.code not in CHAIN_CODES:
                    self._troubles.append(error)
        store.write(_forget_place)

    def _pull(self, have: list[Head]) -> None:
        while self._has_time() and (
            wants := self._store.read(lambda connection: self._missing(connection, have))
        ):
            with self._carrying():
                reply = self._client.pull(wants, self._size)
            if not reply.data and self._is_larger():
                continue
            if not reply.data:
                break
            try:
                taken = self._take(reply.data)
            except InputError as error:
                self._give_way(error, {})
                continue
            self._count(taken)
            if not (reply.more and taken.added):
                break

    @contextmanager
    def _carrying(self) -> Iterator[None]:
        """Send or fetch a batch: the next is half as large where the line broke, else twice."""
        try:
            yield
        except EnvironmentError_ as error:
            if error.code in _CUT:
                self._set_size(self._size // 2)
            raise
        self._set_size(self._size * 2)

    def _is_larger(self) -> bool:
        """Allow a full batch where a smaller one could hold nothing; tell whether that is more.

        Another site's chain travels no less than from one word of its site to the next.
        """
        was, self._size = self._size, LARGE
        return was < LARGE

    def _set_size(self, size: int) -> None:
        size, peer = min(LARGE, max(SMALL, size)), self._peer.id
        if size != self._size:
            self._size = size
            self._store.write(lambda journal: keep_batch_size(journal, peer, size))

    def _count(self, taken: Taken) -> None:
        self._came += taken.added
        self._about.on_progress(self._came, max(self._came, self._lacking))

    def _take(self, data: bytes, admit: Admit | None = None) -> Taken:
        """Take in what the peer gave; another workstation may bring nothing but its room's."""
        if self._is_hub:
            return take_in(self._store, data, key_of=self._peer_key, admit=admit)
        healing = Healing(self._store.site.town)
        taken = take_in(self._store, data, key_of=self._peer_key, admit=healing.admit)
        self._healed += healing.healed
        return taken

    def _fetch(self, want: Want) -> bytes:
        """Fetch what the peer said it has of a chain; it gives what the chain's site signed."""
        data = self._client.pull([want]).data
        if not data:
            raise InputError("unattested", site=want.site, epoch=want.epoch)
        return data

    def _missing(self, connection: Connection, have: list[Head]) -> list[Want]:
        wants = []
        for head in have:
            here = head_of(connection, head.site, head.epoch)
            if head.seq > here.seq and self._goes((head.site, head.epoch)):
                wants.append(Want(head.site, head.epoch, here.seq + 1))
        return wants[:MAX_RANGES]

    def _peer_key(self, _: Connection, site: str) -> bytes | None:
        """Only the peer's own word counts for what comes over its line."""
        return self._peer.sign_key if site == self._peer.id else None

    def _has_time(self) -> bool:
        """Whether another request may go out; raises EnvironmentError_ where none is wanted."""
        if self._is_cancelled is not None and self._is_cancelled():
            raise EnvironmentError_("exchange_cancelled")
        return monotonic() < self._ends_at

    def _goes(self, chain: Chain) -> bool:
        return chain not in self._aside

    def _give_way(self, error: InputError, cursor: dict[Chain, int]) -> None:
        """Go back to what a gap asks for; leave any other disputed chain aside; else raise."""
        site, epoch, expected = (error.params.get(key) for key in ("site", "epoch", "expected"))
        chain = (str(site), epoch) if isinstance(epoch, int) else None
        if error.code not in CHAIN_CODES or chain is None or not self._goes(chain):
            raise error
        is_earlier = isinstance(expected, int) and 1 <= expected < cursor.get(chain, 0)
        if error.code == "gap" and is_earlier and isinstance(expected, int):
            cursor[chain] = expected
            return
        self._set_aside(chain, error)

    def _set_aside(self, chain: Chain, error: InputError) -> None:
        self._aside.add(chain)
        self._troubles.append(error)

    def _raise_own(self) -> None:
        for trouble in self._troubles:
            if trouble.params.get("site") == self._store.site.id:
                raise trouble


@lru_cache
def app_version() -> str:
    """Return the version of this program."""
    return version("griddesk")


def _disputed(reply: Comparison, connection: Connection) -> dict[Chain, int]:
    """Return the chains that part from the hub's, each with an op that is another one there."""
    disputed = {(head.site, head.epoch): head.seq for head in reply.forks}
    for head in reply.have:
        here = hash_at(connection, head.site, head.epoch, head.seq)
        if here is not None and here != head.hash:
            disputed[head.site, head.epoch] = head.seq
    return disputed


def _place(connection: Connection) -> tuple[str, int]:
    """Return what the hub kept ready was called, and how far it is taken; empty for none."""
    row = connection.execute("SELECT v FROM meta WHERE k = ?", (_PLACE,)).fetchone()
    name, _, end = str(row[0] if row else "").partition(" ")
    return name, int(end or 0)


def _note_place(place: str, journal: Journal, _: Batch) -> None:
    journal.set_meta(_PLACE, place)


def _forget_place(journal: Journal) -> None:
    journal.set_meta(_PLACE, "")


def _here_and_lacking(have: Iterable[Head], connection: Connection) -> tuple[int, int]:
    """Return how many ops of those a peer has are here, and how many are not."""
    here = lacking = 0
    for head in have:
        seq = min(head.seq, head_of(connection, head.site, head.epoch).seq)
        here += seq
        lacking += head.seq - seq
    return here, lacking


def _head_of(chain: Chain, connection: Connection) -> Head:
    return head_of(connection, *chain)


def _probes(chain: Chain, seqs: Iterable[int], connection: Connection) -> list[Head]:
    hashes = ((seq, hash_at(connection, *chain, seq)) for seq in seqs)
    return [Head(*chain, seq, digest) for seq, digest in hashes if digest is not None]


__all__ = ["HubClient", "SyncResult", "sync_once"]
