"""Making and opening a hub on PostgreSQL: its tables, and who it is.

The hub's identity is made once, in the database. Its private keys stand there sealed; what opens
them is kept in the data folder, as a workstation keeps the key of its record. Services on several
machines that are one hub have copies of that folder.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, cast

import psycopg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg import errors

from db.commands.site import describe
from db.domain import suites
from db.domain.erasing import KIND as ERASED
from db.domain.errors import EnvironmentError_
from db.domain.ops import GENESIS, SYSTEM, Hlc, Op, OpRef, chain_hash, encode
from db.hub.pg_journal import PgJournal
from db.hub.pg_pool import PgConnection, connect_first, explain
from db.hub.postgres import PgLedger
from db.store.clock import Clock, system_clock
from db.store.driver import Connection
from db.store.epochs import new_epoch
from db.store.erasure import catch_up
from db.store.ids import new_id
from db.store.keys import Ask, create_key, load_key
from db.store.lock import release_lock, take_lock
from db.store.parcels import Range
from db.store.store import SITE_FILE, Site, read_site, write_site
from db.sync.peers import HUB_CODE

VERSION = 2
_SCHEMA = Path(__file__).with_name("pg_schema.sql")
_LOCK, _LOCK_SECONDS = "hub.lock", 30
_NONCE = 12
_SEALED_AS = b"griddesk hub key "
_SINCE_1 = """
CREATE INDEX envelope_id ON envelope (id);
CREATE TABLE erased (env text COLLATE "C" NOT NULL, town text COLLATE "C" NOT NULL,
incident text COLLATE "C" NOT NULL, PRIMARY KEY (env, town, incident));
CREATE INDEX fork_envelope ON fork (envelope);
UPDATE meta SET v = '2' WHERE k = 'version';
"""
_MAYBE = "SELECT body FROM op WHERE position(?::bytea in body) > 0"
_BEGUN = "SELECT v FROM meta WHERE k = 'version' FOR UPDATE"
_HAS_META = """SELECT 1 FROM information_schema.tables
WHERE table_schema = current_schema() AND table_name = 'meta'"""
_VALUE = "SELECT v FROM meta WHERE k = ?"
_PUT_META = "INSERT INTO meta VALUES (?, ?)"
_PUT_SECRET = "INSERT INTO secret VALUES (?, ?)"  # noqa: S105 - a statement


class NewHub(NamedTuple):
    """What a hub is to be, where the database has none yet; `town` is the district it serves."""

    name: str
    town: str = ""
    key_kind: str = "auto"
    suite: str = suites.DEFAULT


def open_ledger(
    url: str,
    home: Path,
    new: NewHub | None = None,
    *,
    ask: Ask | None = None,
    clock: Clock = system_clock,
) -> PgLedger:
    """Open a hub's record, making what is not there yet if `new` says what.

    Raises EnvironmentError_: hub_database_unreachable, hub_database_refused (the server answers
    and lets nobody in), hub_database_absent (it has no such database), hub_database_unsafe,
    schema_newer,
    hub_key_missing (another folder has the key of the hub in this database), hub_record_missing
    (the hub of this folder is not in this database), key_wrong.
    """
    line = connect_first(url)
    try:
        _make_tables(line)
        connection = cast("Connection", line)
        if new and not _value(connection, "site"):
            _make_hub(line, home, new, ask, clock)
        site, keys = _identify(connection, home, ask)
    except psycopg.Error as error:
        raise explain(error) from error
    finally:
        line.close()
    ledger = PgLedger(url, home, site, keys, clock)
    ledger.begin()
    return ledger


def _make_tables(line: PgConnection) -> None:
    """Make the tables where there are none; of two services that begin at once, one makes them."""
    connection = cast("Connection", line)
    if connection.execute(_HAS_META).fetchone() is None:
        # The other one's stand there then: its commit was waited for.
        taken = (errors.UniqueViolation, errors.DuplicateTable, errors.DuplicateObject)
        with suppress(*taken), line.raw.transaction():
            line.raw.execute(_SCHEMA.read_text(encoding="utf-8"))
            connection.execute(_PUT_META, ("version", str(VERSION)))
    with line.raw.transaction():
        found = int(connection.execute(_BEGUN).fetchone()[0])
        if found == 1:
            line.raw.execute(_SINCE_1)
            rows = connection.execute(_MAYBE, (ERASED.encode(),)).fetchall()
            catch_up(PgJournal(connection, system_clock), (row[0] for row in rows))
    if found > VERSION:
        raise EnvironmentError_("schema_newer", found=found, known=VERSION)


def _make_hub(line: PgConnection, home: Path, new: NewHub, ask: Ask | None, clock: Clock) -> None:
    """Make the hub's identity; of two services that begin at once, one does."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(home, clock):
        if (home / SITE_FILE).exists():
            site = read_site(home)
            key = load_key(home, site.key_place, ask)
        else:
            key, place = create_key(home, new.key_kind, ask)
            site = Site(new_id(clock()), new.name, new.town, HUB_CODE, place)
            # First of all: without the key's place nobody could open what the database holds.
            write_site(home, site)
        with suppress(errors.UniqueViolation), line.raw.transaction():
            _put_identity(PgJournal(cast("Connection", line), clock), site, key, new.suite)


@contextmanager
def _alone(home: Path, clock: Clock) -> Iterator[None]:
    lock = take_lock(home / _LOCK, "hub", clock(), _LOCK_SECONDS)
    try:
        yield
    finally:
        release_lock(lock)


def _put_identity(journal: PgJournal, site: Site, key: bytes, suite: str) -> None:
    """Write who the hub is: its private keys, and the first op of its chain, which tells others."""
    connection, now = journal.connection, journal.clock()
    sign_key, box_key = suites.new_signing_key(suite), X25519PrivateKey.generate()
    ref = OpRef(site.id, new_epoch(now), 1)
    meta = {
        "site": site.id,
        "epoch": str(ref.epoch),
        "suite": suite,
        "incarnation": secrets.token_hex(8),
    }
    for item in meta.items():
        connection.execute(_PUT_META, item)
    for name, private in (("sign_key", sign_key), ("box_key", box_key)):
        sealed = _seal(key, name, private.private_bytes_raw())
        connection.execute(_PUT_SECRET, (name, sealed))
    op = Op(
        ref=ref,
        hlc=Hlc(now, 0),
        at=now,
        actor=SYSTEM,
        ent="site",
        id=site.id,
        kind="site_started",
        payload=describe(site, sign_key, box_key),
        parents=(),
        suite=suite,
    )
    body = encode(op)
    journal.receive(Range(ref.site, ref.epoch, 1, GENESIS, [body], chain_hash(GENESIS, body)))


def _identify(connection: Connection, home: Path, ask: Ask | None) -> tuple[Site, dict[str, bytes]]:
    """Return who the hub in a database is, by the data folder that has its key."""
    found = _value(connection, "site")
    if not found:
        raise EnvironmentError_("hub_record_missing", path=str(home))
    site = read_site(home) if (home / SITE_FILE).exists() else None
    if site is None or site.id != found:
        raise EnvironmentError_("hub_key_missing", path=str(home))
    key = load_key(home, site.key_place, ask)
    rows = connection.execute("SELECT k, v FROM secret").fetchall()
    return site, {name: _unseal(key, name, sealed) for name, sealed in rows}


def _value(connection: Connection, name: str) -> str:
    row = connection.execute(_VALUE, (name,)).fetchone()
    return str(row[0]) if row else ""


def _seal(key: bytes, name: str, plain: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, _SEALED_AS + name.encode())


def _unseal(key: bytes, name: str, sealed: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], _SEALED_AS + name.encode())
    except InvalidTag as error:
        raise EnvironmentError_("key_wrong", detail="hub") from error
