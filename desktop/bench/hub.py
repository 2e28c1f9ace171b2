"""A district's hub: taking in over the line against reading alone; bytes on the line."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from db.domain.ops import chain_hash, decode
from db.hub.pg_blobs import BesidePg
from db.hub.pg_start import open_ledger
from db.hub.server import init_district
from db.hub.store import HubStore
from db.store.changes import Changes
from db.store.parcels import Head
from db.store.store import Store
from db.sync.batch import MAX_OPS, MAX_RAW, decode_batch
from db.sync.exchange import Limits, Taken, collect, heads_of, own_site
from db.sync.peers import STATION, Peer, put_peer
from db.sync.signing import Signer, request_text, signer_for
from db.sync.wire import Want
from desktop.bench.cluster import Cluster
from desktop.bench.data import record
from desktop.bench.figures import Figure, in_turn, median_ratio, timed
from desktop.bench.serving import serving

INGEST_LIMIT, WIRE_LIMIT = 0.33, 0.20
BATCHES = 2
ROUNDS = 7
BATCH = "/v1/batch"
_HOUR = 3_600_000


Push = Callable[[type[HubStore]], float]
"""Brings a load to a new hub of a kind; gives the seconds until the last batch was acknowledged."""


@dataclass(frozen=True, slots=True)
class Load:
    """The first ops of a record's own chain as full signed batches, and who brings them."""

    batches: Sequence[bytes]
    peer: Peer
    signer: Signer

    @property
    def bodies(self) -> list[list[bytes]]:
        """The ops of each batch."""
        opened = (decode_batch(data, lambda _: self.signer.public_key) for data in self.batches)
        return [[body for item in batch.ranges for body in item.bodies] for batch in opened]


def measure_ingest(data: Path) -> list[Figure]:
    """Time 10,000 ops in two signed batches against a hub that only reads them.

    Both unpack, check signature and chain, and decode each op; ours also checks who may bring it,
    writes it to a PostgreSQL and waits for its disk. Each time the chain is new to the hub.
    """
    with pushing(data, load_of(data)) as push:
        ours, theirs = in_turn(lambda: push(HubStore), lambda: push(_ReadingHub), ROUNDS)
    return [Figure("hub_ingest", median_ratio(theirs, ours), INGEST_LIMIT, better="higher")]


def measure_wire(data: Path) -> list[Figure]:
    """Compare batches, signed and with all that goes with them, to their ops as JSON lines."""
    load = load_of(data)
    lines = sum(len(body) + 1 for bodies in load.bodies for body in bodies)
    return [Figure("wire", sum(map(len, load.batches)) / lines, WIRE_LIMIT)]


def load_of(data: Path) -> Load:
    """Make the load of 10,000 ops of a town's month."""
    with Store.open(record(data, "month"), read_only=True) as store:
        return Load(_batches(store), store.read(own_site), signer_for(store))


@contextmanager
def pushing(data: Path, load: Load) -> Iterator[Push]:
    """Keep a PostgreSQL for new hubs while the block lasts; gives what brings them the load."""
    cluster = Cluster()
    try:
        with TemporaryDirectory(dir=data) as folder:

            def push(kind: type[HubStore]) -> float:
                url = cluster.place()
                home = Path(folder) / url.rpartition("@")[0].rpartition("/")[2]
                with _serving(home, url, load.peer, kind) as (address, hub):
                    return _push(address, hub, load)

            yield push
    finally:
        cluster.destroy()


class _ReadingHub(HubStore):
    """A hub that reads a batch as far as it must to believe it, and keeps nothing."""

    def take(self, data: bytes, aside: Collection[tuple[str, int]] = ()) -> Taken:
        """Unpack, check the signature and each chain, and decode every op."""
        batch = decode_batch(data, lambda site: self.station(site).sign_key)
        heads, count = [], 0
        for item in batch.ranges:
            digests = list(accumulate(item.bodies, chain_hash, initial=item.prev_hash))
            if digests[-1] != item.to_hash or [decode(body).ref.seq for body in item.bodies] != [
                *range(item.from_seq, item.to_seq + 1)
            ]:
                raise ValueError("chain")
            count += len(item.bodies)
            heads.append(Head(item.site, item.epoch, item.to_seq, item.to_hash))
        return Taken(batch.sender, count, 0, 0, heads, Changes())


def _batches(store: Store) -> list[bytes]:
    """Return the first ops of a record's own chain as full batches."""
    head, limits, made = store.read(heads_of)[0], Limits(ops=MAX_OPS, raw=MAX_RAW), []
    for number in range(BATCHES):
        want = Want(head.site, head.epoch, number * MAX_OPS + 1)
        collected = collect(store, [want], limits)
        if collected is None or collected.n_ops != MAX_OPS:
            raise RuntimeError("the record is too small")
        made.append(collected.data)
    return made


@contextmanager
def _serving(
    home: Path, url: str, peer: Peer, kind: type[HubStore]
) -> Iterator[tuple[str, HubStore]]:
    """Serve a new hub that knows one station, on a thread; gives its address."""
    init_district(home, url, "区级交换", "file")
    with open_ledger(url, home) as ledger:
        ledger.write(lambda journal: put_peer(journal, STATION, peer))
        hub = kind(ledger, BesidePg(ledger))
        with serving(hub) as address:
            yield address, hub


def _push(address: str, hub: HubStore, load: Load) -> float:
    nonce = hub.nonce(_HOUR)
    requests = [(data, signed_headers(hub.id, nonce, load.signer, data)) for data in load.batches]
    with httpx.Client(base_url=address, timeout=60, trust_env=False) as line:
        line.get("/v1/hello").raise_for_status()

        def work() -> None:
            for data, headers in requests:
                line.post(BATCH, content=data, headers=headers).raise_for_status()

        return timed(work)


def signed_headers(hub: str, nonce: str, signer: Signer, data: bytes) -> dict[str, str]:
    """Return the headers of a batch's request."""
    signature = signer.sign(request_text(hub, "POST", BATCH, nonce, data))
    return {"X-Site": signer.site, "X-Nonce": nonce, "X-Signature": signature.hex()}
