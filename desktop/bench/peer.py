"""A district's hub against a PouchDB server that takes in the same documents."""

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import orjson

from db.domain.ops import decode
from db.hub.store import HubStore
from desktop.bench.figures import Figure, in_turn, median_ratio, timed
from desktop.bench.hub import Load, load_of, pushing

LIMIT = 4.0
ROUNDS = 7
PACKAGES = ("express-pouchdb@4.2.0", "pouchdb@9.0.0")
AS_OF = "2025-09-01"
"""What those two stand on is taken as it was on this day."""
_DONE = "made"
_INSTALL_SECONDS = 600
# It ends with its standard input, so also where this process is killed.
_SERVER = """
const PouchDB = require('pouchdb').defaults({prefix: process.argv[1] + '/'});
const kept = {inMemoryConfig: true, logPath: process.argv[1] + '/log.txt'};
const app = require('express-pouchdb')(PouchDB, kept);
const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit()).resume();
"""


class PeerMissing(RuntimeError):
    """The other server cannot be had on this machine; says in Chinese what is missing."""


def measure_peer(data: Path) -> list[Figure]:
    """Time 10,000 ops brought to our hub against the same documents brought to PouchDB over HTTP.

    Both get them in batches of 5,000 on the loopback, made before the clock runs, each time into a
    new place of a server that is warm. Ours are signed; signature, chain and each op are checked,
    and the answer comes after PostgreSQL synced its log to the disk. Theirs are `_bulk_docs` with
    the op's place in its chain as `_id`, unsigned, the answer not compressed; LevelDB hands its
    log to the system and does not sync it, so a power cut may lose what was answered. What is sent
    again neither keeps twice. Theirs runs as it comes, with all of CouchDB's routes; with the few
    that a replication needs (`minimumForPouchDB`) it was measured at nearly twice the speed.

    A machine without node, npm or the packages measures nothing, which counts as short.
    """
    try:
        with _pouchdb(data) as address:
            return [Figure("hub_peer", _ratio(data, address), LIMIT, better="higher")]
    except PeerMissing as error:
        return [Figure("hub_peer", 0.0, LIMIT, better="higher", missing=str(error))]


def _ratio(data: Path, address: str) -> float:
    load = load_of(data)
    requests, places = _requests(load), count(1)
    with pushing(data, load) as push:
        ours, theirs = in_turn(
            lambda: push(HubStore),
            lambda: _bulk_docs(f"{address}/ops{next(places)}", requests),
            ROUNDS,
        )
    return median_ratio(theirs, ours)


def _requests(load: Load) -> list[bytes]:
    return [orjson.dumps({"docs": [_document(body) for body in batch]}) for batch in load.bodies]


def _document(body: bytes) -> dict[str, object]:
    ref = decode(body).ref
    return {"_id": f"{ref.site}-{ref.epoch}-{ref.seq:08d}", **orjson.loads(body)}


def _bulk_docs(place: str, requests: Sequence[bytes]) -> float:
    """Make a database and send it documents; return the seconds of the sending."""
    headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
    with httpx.Client(timeout=60, trust_env=False, headers=headers) as line:
        line.put(place).raise_for_status()
        answers: list[httpx.Response] = []
        took = timed(
            lambda: answers.extend(line.post(f"{place}/_bulk_docs", content=r) for r in requests)
        )
    if not all(said.get("ok") for answer in answers for said in answer.raise_for_status().json()):
        raise RuntimeError("PouchDB refused a document")
    return took


@contextmanager
def _pouchdb(data: Path) -> Iterator[str]:
    """Run a PouchDB server, in a process and a folder of its own; gives its address."""
    home = _installed(data)
    with (
        TemporaryDirectory(dir=data) as folder,
        subprocess.Popen(  # noqa: S603 - the program found on the machine
            [_program("node"), "-e", _SERVER, folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=home,
        ) as running,
    ):
        assert running.stdout is not None
        try:
            port = running.stdout.readline().decode().strip()
            if not port:
                raise PeerMissing("PouchDB 起不来")
            yield f"http://127.0.0.1:{port}"
        finally:
            running.kill()


def _installed(data: Path) -> Path:
    """Return the folder with the packages, installed there the first time."""
    home = data / "peer"
    wanted = " ".join((*PACKAGES, AS_OF))
    done = home / _DONE
    if done.exists() and done.read_text(encoding="ascii") == wanted:
        return home
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    # No package's own program runs here: what LevelDB needs comes built.
    how = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", f"--before={AS_OF}")
    try:
        subprocess.run(  # noqa: S603 - the program found on the machine
            [_program("npm"), "install", "--prefix", str(home), *how, *PACKAGES],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            timeout=_INSTALL_SECONDS,
        )
    except subprocess.SubprocessError as error:
        raise PeerMissing("npm 装不上 PouchDB") from error
    done.write_text(wanted, encoding="ascii")
    return home


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise PeerMissing(f"缺 {name}")
    return found
