"""All the sites of a district come back at once: the hub on PostgreSQL against bare rows."""

import asyncio
import os
import random
import ssl
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from db.commands.site import describe
from db.demo.bulk import first_ranges
from db.domain.ops import GENESIS, SYSTEM, Hlc, Op, OpRef, chain_hash, decode, encode
from db.hub.pg_start import open_ledger
from db.hub.server import init_district
from db.store.journal import Journal
from db.store.keys import KeyPlace
from db.store.parcels import Head, Range
from db.store.store import Site, Store
from db.sync import wire
from db.sync.batch import encode_batch
from db.sync.peers import STATION, Peer, put_peer
from db.sync.signing import Signer, request_text
from desktop.bench.cluster import Cluster
from desktop.bench.data import record
from desktop.bench.figures import Figure, in_turn, median_ratio, timed

LIMIT = 10.0
SITES, OPS = 755, 100
ROUNDS = 3
IN_FLIGHT = 128
"""Sites that speak at the same moment: more than a service lets in, so some are asked to wait."""
_PAUSE = 2.0
_EPOCH = 7
_BUSY = frozenset({429, 503})
_ROOT = Path(__file__).resolve().parents[2]
_BARE = """CREATE TABLE bare (site bigint, epoch bigint, seq bigint, hash bytea, body bytea,
PRIMARY KEY (site, epoch, seq))"""
_INSERT = "INSERT INTO bare VALUES (%s, %s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Station:
    """A site that has been away: its keys, and a chain that the hub lacks."""

    peer: Peer
    signer: Signer
    chain: Range
    digests: Sequence[bytes]
    batch: bytes

    @property
    def head(self) -> Head:
        """Where its chain stands."""
        return Head(self.chain.site, self.chain.epoch, self.chain.to_seq, self.chain.to_hash)


def measure_fleet(data: Path) -> list[Figure]:
    """Time 755 sites that bring 100 ops each, all at once, against inserting the same rows.

    Each site asks for the hub's greeting, compares heads and pushes. Theirs is one connection
    that inserts the rows of each site in a transaction. Any answer but 200, 429 and 503 ends it.
    """
    fleet = stations(data, SITES, OPS)
    cluster = Cluster()
    try:
        with TemporaryDirectory(dir=data) as folder:
            ours, theirs = in_turn(
                lambda: _come_back(Path(folder), cluster, fleet),
                lambda: _insert(cluster, fleet),
                ROUNDS,
                warm_up=1,
            )
    finally:
        cluster.destroy()
    return [Figure("fleet", median_ratio(ours, theirs), LIMIT)]


def stations(data: Path, count: int, ops: int) -> list[Station]:
    """Make sites in as many towns, each with a chain of ops like those of a month."""
    with Store.open(record(data, "month"), read_only=True) as store:
        found = store.read(lambda connection: first_ranges(connection, ops))
    said = [decode(body) for item in found for body in item.bodies][1:]
    return [station(number, said) for number in range(count)]


def station(number: int, said: Sequence[Op]) -> Station:
    """Make a site that says what others said, under its own name."""
    key, box_key = Ed25519PrivateKey.generate(), X25519PrivateKey.generate()
    site = Site(f"fleet-{number:04d}", "席位", f"{990101100 + number:d}", "A1", KeyPlace("file"))
    first = Op(
        OpRef(site.id, _EPOCH, 1), Hlc(1, 0), 1, SYSTEM, "site", site.id, "site_started",
        describe(site, key, box_key), (),
    )  # fmt: skip
    ops = (replace(op, ref=OpRef(site.id, _EPOCH, seq)) for seq, op in enumerate(said, start=2))
    bodies = [encode(op) for op in (first, *ops)]
    digests = [GENESIS]
    for body in bodies:
        digests.append(chain_hash(digests[-1], body))
    chain = Range(site.id, _EPOCH, 1, GENESIS, bodies, digests[-1])
    signer = Signer(site.id, site.town, key)
    word = signer.attest(Head(site.id, _EPOCH, len(bodies), digests[-1]))
    keys = signer.public_key, box_key.public_key().public_bytes_raw()
    peer = Peer(site.id, site.name, "", site.town, site.station, *keys)
    batch = encode_batch(signer, [chain], [], [word], created=1)
    return Station(peer, signer, chain, digests[1:], batch)


def know(url: str, home: Path, fleet: Sequence[Station]) -> None:
    """Make a hub that knows the sites."""
    init_district(home, url, "区级交换", "file")

    def enrol(journal: Journal) -> None:
        for one in fleet:
            put_peer(journal, STATION, one.peer)

    with open_ledger(url, home) as ledger:
        ledger.write(enrol)


@contextmanager
def service(url: str, home: Path) -> Iterator[str]:
    """Run a service in a process of its own; gives its address."""
    command = [sys.executable, "-m", "desktop", "hub", "--json", "--port", "0"]
    running = subprocess.Popen(  # noqa: S603 - this program
        [*command, "--data", str(home), "--store", url],
        stdout=subprocess.PIPE,
        cwd=_ROOT,
        env=dict(os.environ),
    )
    assert running.stdout is not None
    try:
        yield str(orjson.loads(running.stdout.readline())["url"])
    finally:
        running.terminate()
        running.wait()
        running.stdout.close()


def _come_back(folder: Path, cluster: Cluster, fleet: Sequence[Station]) -> float:
    url = cluster.place()
    home = folder / url.partition("@")[0].rpartition("/")[2]
    know(url, home, fleet)
    with service(url, home) as address:
        return timed(lambda: asyncio.run(come_back(address, fleet)))


async def come_back(address: str, fleet: Sequence[Station]) -> list[float]:
    """Let all sites exchange with a hub, so many at a time; return the seconds of each request.

    Who is asked to wait hangs up and begins anew, sooner than a site would: its patience is no work
    of the hub's. Raises HTTPStatusError for any other refusal.
    """
    took: list[float] = []

    async def note(answer: httpx.Response) -> None:
        await answer.aread()
        took.append(answer.elapsed.total_seconds())

    room = asyncio.Semaphore(IN_FLIGHT)
    # Of no use on a plain line, and slow to make.
    certificates = ssl.create_default_context()

    async def exchange(one: Station) -> None:
        async with room:
            while True:
                async with httpx.AsyncClient(
                    base_url=address, timeout=120, trust_env=False, verify=certificates,
                    event_hooks={"response": [note]},
                ) as line:  # fmt: skip
                    if await _exchange(line, one):
                        return
                await asyncio.sleep(random.uniform(0, _PAUSE))

    await asyncio.gather(*(exchange(one) for one in fleet))
    return took


async def _exchange(line: httpx.AsyncClient, one: Station) -> bool:
    """Push what the hub lacks of a site's chain; False where it has no time."""
    try:
        hello = (await line.get("/v1/hello")).raise_for_status().json()
        heads = orjson.dumps({"heads": [wire.head_to_json(one.head)]})
        said = await _signed(line, one, hello, "/v1/heads", heads)
        if said.json()["want"]:
            await _signed(line, one, hello, "/v1/batch", one.batch)
    except httpx.HTTPStatusError as error:
        if error.response.status_code in _BUSY and "Retry-After" in error.response.headers:
            return False
        raise
    return True


async def _signed(
    line: httpx.AsyncClient, one: Station, hello: dict[str, Any], path: str, body: bytes
) -> httpx.Response:
    message = request_text(hello["hub_id"], "POST", path, hello["nonce"], body)
    headers = {
        "X-Site": one.signer.site,
        "X-Nonce": hello["nonce"],
        "X-Signature": one.signer.sign(message).hex(),
    }
    return (await line.post(path, content=body, headers=headers)).raise_for_status()


def _insert(cluster: Cluster, fleet: Sequence[Station]) -> float:
    with cluster.admin(cluster.place()) as connection:
        connection.execute(_BARE)

        def work() -> None:
            for number, one in enumerate(fleet):
                rows = [
                    (number, _EPOCH, seq, digest, body)
                    for seq, (digest, body) in enumerate(
                        zip(one.digests, one.chain.bodies, strict=True), start=1
                    )
                ]
                with connection.transaction(), connection.cursor() as cursor:
                    cursor.executemany(_INSERT, rows)

        return timed(work)
