"""Running a hub: make its record, hand out codes, serve until told to stop."""

import errno
import secrets
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import uvicorn

from db.commands.site import start_chain
from db.domain import suites
from db.domain.errors import EnvironmentError_, InputError
from db.domain.ops import SYSTEM
from db.hub import WITNESS
from db.hub.app import create_app
from db.hub.enrolling import put_code, put_revoked, station_named
from db.hub.forgetting import carrying
from db.hub.protocol import HubProtocol
from db.hub.status_routes import Page
from db.hub.store import HubStore, put_incarnation
from db.publish.record import Publishing
from db.store import driver
from db.store.clock import Clock, system_clock
from db.store.ids import new_id
from db.store.keys import Ask, load_key
from db.store.store import RECORD, SITE_FILE, Site, Store, create_site, read_site
from db.sync.peers import HUB_CODE
from db.sync.rotation import rotate_keys

if TYPE_CHECKING:
    from db.hub.postgres import PgLedger

T = TypeVar("T")

STOP_SECONDS = 20

OnReady = Callable[[str], None]
"""Told the address once the service answers."""


def init_hub(
    home: Path,
    name: str,
    key_kind: str = "auto",
    *,
    town: str = "",
    suite: str = suites.DEFAULT,
    ask: Ask | None = None,
    clock: Clock = system_clock,
) -> Site:
    """Make a hub's record with a chain and keys of its own; `town` is the district it serves.

    A hub is never given a room's key: it cannot read who called.
    """
    _check_district(town)
    suites.known(suite)
    site = create_site(
        home,
        site_id=new_id(clock()),
        name=name,
        town=town,
        station=HUB_CODE,
        key_kind=key_kind,
        ask=ask,
    )
    with open_hub(home, ask=ask, clock=clock) as store:
        start_chain(store, SYSTEM, has_room_key=False, suite=suite)
        incarnation = secrets.token_hex(8)
        store.write(lambda journal: journal.set_meta("incarnation", incarnation))
    return site


def check_folder(home: Path, *, url: str = "") -> None:
    """Refuse a folder that is no hub's, or a hub's whose record is elsewhere than is said.

    Raises InputError: hub_workstation, hub_store_needed.
    """
    if not (home / SITE_FILE).exists():
        return
    if read_site(home).station != HUB_CODE:
        raise InputError("hub_workstation", path=str(home))
    if not url and (home / WITNESS).exists() and not (home / RECORD).exists():
        raise InputError("hub_store_needed", path=str(home))


def _check_district(town: str) -> None:
    if town and not (len(town) in (6, 9) and town.isascii() and town.isdigit()):
        raise InputError("town_code_malformed", value=town)


def open_hub(
    home: Path,
    *,
    ask: Ask | None = None,
    clock: Clock = system_clock,
    read_only: bool = False,
) -> Store:
    """Open a hub's record: it keeps ops without folding them."""
    check_folder(home)
    return Store.open(home, ask=ask, read_only=read_only, clock=clock, projects=False, what="hub")


@contextmanager
def open_service(home: Path, url: str = "", *, ask: Ask | None = None) -> Iterator[HubStore]:
    """Open what a service serves: the record in a folder, or that in a PostgreSQL."""
    if not url:
        with open_hub(home, ask=ask) as store, carrying(store):
            yield HubStore(store)
        return
    with _driver():
        from db.hub.pg_blobs import BesidePg

    with _ledger(home, url, ask) as ledger:
        yield HubStore(ledger, BesidePg(ledger))


def init_district(
    home: Path,
    url: str,
    name: str,
    key_kind: str = "auto",
    *,
    town: str = "",
    suite: str = suites.DEFAULT,
    ask: Ask | None = None,
) -> None:
    """Make a hub in a PostgreSQL that has none yet, and its key in a folder."""
    _check_district(town)
    check_folder(home, url=url)
    with _driver():
        from db.hub.pg_start import NewHub, open_ledger

    if (home / WITNESS).exists():
        return  # It has served before.
    open_ledger(url, home, NewHub(name, town, key_kind, suites.known(suite)), ask=ask).close()


@contextmanager
def _driver() -> Iterator[None]:
    """Import within what stands on the driver: it is only where there is a district."""
    try:
        yield
    except ImportError as error:
        raise EnvironmentError_("hub_driver_missing") from error


def _ledger(home: Path, url: str, ask: Ask | None) -> "PgLedger":
    with _driver():
        from db.hub.pg_start import open_ledger

    return open_ledger(url, home, ask=ask)


def issue_code(
    home: Path, town: str, *, url: str = "", ask: Ask | None = None, clock: Clock = system_clock
) -> str:
    """Make a one-time code at a hub, also while it is serving."""
    check_folder(home, url=url)
    return add_code(home, town, url=url, ask=ask, clock=clock)


def add_code(
    home: Path, town: str, *, url: str = "", ask: Ask | None = None, clock: Clock = system_clock
) -> str:
    """Make a one-time code in any record that is served, for a town that is within its own.

    The lock on the record guards the journal's one writer; a code is a row of its own table, for
    which the database's own lock is enough.
    """
    district = read_site(home).town
    return _beside(home, url, ask, lambda connection: put_code(connection, town, district, clock()))


def revoke_station(home: Path, who: str, *, url: str = "", ask: Ask | None = None) -> str:
    """Believe a station no more, also while the hub is serving: a row of its own table again.

    It is named by its id or its code. Returns the id; raises RuleError for one that never enrolled
    at this hub, and for a code that several have.
    """

    def revoke(connection: driver.Connection) -> str:
        site = station_named(connection, who)
        put_revoked(connection, site)
        return site

    check_folder(home, url=url)
    return _beside(home, url, ask, revoke)


def rotate_hub(home: Path, suite: str = "", *, url: str = "", ask: Ask | None = None) -> Site:
    """Have a hub that is not serving sign with new keys; its stations follow when they exchange.

    Raises InputError: hub_rotate_file (its record is in a PostgreSQL); EnvironmentError_
    record_in_use.
    """
    if url:
        raise InputError("hub_rotate_file")
    with open_hub(home, ask=ask) as store:
        rotate_keys(store, SYSTEM, suite)
        return store.site


def tell_restored(home: Path, *, url: str = "", ask: Ask | None = None) -> str:
    """Say that a hub's record was put back from a copy; return its new incarnation."""
    check_folder(home, url=url)
    return _beside(home, url, ask, put_incarnation)


def _beside(home: Path, url: str, ask: Ask | None, work: Callable[[driver.Connection], T]) -> T:
    """Run one transaction beside a hub that may be serving.

    A reader refuses an older schema, a writer would bring it up to date under the hub's feet.
    """
    if url:
        with _ledger(home, url, ask) as ledger:
            return ledger.write(lambda journal: work(journal.connection)).result
    key = load_key(home, read_site(home).key_place, ask)
    driver.open_reader(home / RECORD, key).close()
    connection = driver.open_writer(home / RECORD, key)
    try:
        with driver.transaction(connection):
            return work(connection)
    except driver.SqliteError as error:
        raise driver.explain(error) from error
    finally:
        connection.close()


def serve(
    home: Path,
    host: str,
    port: int,
    tls_cert: Path | None = None,
    tls_key: Path | None = None,
    on_ready: OnReady | None = None,
    *,
    url: str = "",
    token: str = "",
    page: Page | None = None,
    publishing: Publishing | None = None,
    ask: Ask | None = None,
) -> None:
    """Serve a hub's record until SIGTERM or SIGINT; requests under way are finished first.

    `url` is the PostgreSQL that it is in; empty for the file in the folder.
    """
    with open_service(home, url, ask=ask) as hub:
        Server(
            hub, host, port, tls_cert, tls_key, on_ready,
            token=token, page=page, publishing=publishing,
        ).run()  # fmt: skip


class Server(uvicorn.Server):
    """The service on a socket of its own. `should_exit` stops it from another thread.

    `tls` is a context ready for use, instead of the files of a certificate; `token`, `page` and
    `publishing` are those of `create_app`.
    """

    def __init__(
        self,
        hub: HubStore,
        host: str,
        port: int,
        tls_cert: Path | None = None,
        tls_key: Path | None = None,
        on_ready: OnReady | None = None,
        *,
        tls: ssl.SSLContext | None = None,
        token: str = "",
        page: Page | None = None,
        publishing: Publishing | None = None,
    ) -> None:
        self._listening = _listen(host, port)
        self._on_ready = on_ready
        try:
            app = create_app(hub, token=token, page=page, publishing=publishing)
            config = uvicorn.Config(
                app,
                http=HubProtocol,
                loop="asyncio",
                ws="none",
                lifespan="off",
                access_log=False,
                log_config=None,
                server_header=False,
                timeout_graceful_shutdown=STOP_SECONDS,
                ssl_certfile=tls_cert,
                ssl_keyfile=tls_key,
                ssl_context_factory=(lambda *_: tls) if tls else None,
            )
            config.load()
        except OSError as error:
            self._listening.close()
            lacks_key = isinstance(error, ssl.SSLError) and tls_key is None
            code = "certificate_without_key" if lacks_key else "certificate_unreadable"
            raise EnvironmentError_(code, path=str(tls_cert)) from error
        super().__init__(config)
        self._lookout = app.state.lookout

    @property
    def url(self) -> str:
        """Where it answers, also where port 0 was asked for."""
        scheme = "https" if self.config.is_ssl else "http"
        host, port = self._listening.getsockname()[:2]
        return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until told to stop."""
        super().run(sockets=sockets or [self._listening])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, and say so."""
        await super().startup(sockets=sockets)
        if self._on_ready and not self.should_exit:
            self._on_ready(self.url)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Send home who only waits, and finish what is under way."""
        self._lookout.close()
        await super().shutdown(sockets)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        is_elsewhere = isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL
        code = "host_elsewhere" if is_elsewhere else "port_unavailable"
        raise EnvironmentError_(code, host=host, port=port) from error
    return listening
