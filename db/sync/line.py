"""The line to a peer: requests, signed with the site's key, and what their answers mean.

A peer is the hub, or another workstation of the room that answers the same questions.

Everything here blocks, `abort` alone excepted; the desktop calls it off its own thread.
"""

import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import monotonic
from types import TracebackType
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

import httpx
import orjson

from db.domain.errors import EnvironmentError_, InputError, RuleError
from db.store.driver import Connection
from db.store.journal import Journal
from db.store.parcels import Head
from db.store.store import Store
from db.sync import tls, wire
from db.sync.batch import MAX_BATCH
from db.sync.exchange import own_site
from db.sync.keyline import (
    MAX_CHANGES,
    Change,
    change_from_json,
    change_to_json,
    changes_of,
    follow_told,
)
from db.sync.peers import HUB, Known, Peer, hub_of, keep_hub, keep_voucher, station_by
from db.sync.refusals import MAX_TOLD, refusal_of
from db.sync.signing import enrol_text, request_text, signer_of
from db.sync.wire import Want

PROTOCOL = 1
MAX_ANSWER = 4 * 1024 * 1024
BATCH_TYPE = "application/octet-stream"
JSON_TYPE = "application/json"
WAIT_SECONDS = 25
"""Less than a proxy between gives an answer."""
ROOM_PORT = 8472
Verify = Path | Literal[True] | ssl.SSLContext
_TIMEOUT = httpx.Timeout(60.0, connect=10.0)
# A station that is off does not even say so: the others must not wait for it.
_ROOM_TIMEOUT = httpx.Timeout(40.0, connect=3.0)
# A hub lets an idle line go after five seconds: one it is just letting go is not to be used.
_LINES = httpx.Limits(keepalive_expiry=2.0)
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_CONNECTED = frozenset({"connection.connect_tcp.complete", "connection.start_tls.complete"})
_ANSWERS = frozenset({200, 204})
_FILE_ANSWERS = frozenset({200, 206, 404})
_PUT_ANSWERS = frozenset({200, 308})
_CA, _PLAIN = "hub_ca", "hub_plain"


class Hello(NamedTuple):
    """What a peer says of itself to anybody. `skew_ms` is its clock less ours.

    `erases` is whether it destroys what erasures name: an older version only keeps them.
    """

    hub_id: str
    incarnation: str
    skew_ms: int
    nonce: str
    kind: str = HUB
    erases: bool = False


class Comparison(NamedTuple):
    """What a hub says to our heads."""

    want: list[Want]
    have: list[Head]
    forks: list[Head]
    rewound: list[Head]


class Pushed(NamedTuple):
    """What the hub holds durably of the chains of a batch, and how many ops it had before."""

    heads: list[Head]
    duplicates: int


class FileThere(NamedTuple):
    """The bytes of a whole attached file at a peer, None where it has none; how far a half is."""

    size: int | None
    received: int


class Ready(NamedTuple):
    """What a peer keeps ready of a town's journal: its name, where it begins, its size in bytes.

    `batches` are each told with where it ends; reading on raises InputError (snapshot_bad) where
    that is no row of batches.
    """

    name: str
    start: int
    size: int
    batches: Iterator[tuple[int, bytes]]


class Pulled(NamedTuple):
    """A batch from the hub, empty when it had nothing, and whether it has more."""

    data: bytes
    more: bool


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: httpx.Headers
    body: bytes


class HubClient:
    """Speaks to one peer, the hub unless another is named. Close it, or use it in a `with`.

    `verify` is True for the system's certificates, the path of the one to trust, or a context. A
    line without TLS is refused unless it stays on this machine or `allow_plain` says that it may
    be. What is under way at `ends_at`, a reading of the monotonic clock, is given up.
    """

    def __init__(
        self,
        store: Store,
        url: str,
        verify: Verify = True,
        *,
        allow_plain: bool = False,
        peer: Peer | None = None,
    ) -> None:
        self.url = checked_url(url, allow_plain)
        self._store = store
        self._verify = verify
        self._allow_plain = allow_plain
        self._signer = store.read(lambda connection: signer_of(connection, store.site.town))
        self.is_hub = peer is None
        self.peer = peer or store.read(hub_of)
        self._hello: Hello | None = None
        self.ends_at: float | None = None
        self._is_aborted = Event()
        self._stream: Any = None
        # The room's line leads straight to the hub: proxy settings of the desktop do not apply.
        self._http = httpx.Client(
            base_url=self.url,
            verify=_tls(verify, self.url),
            timeout=_TIMEOUT if self.is_hub else _ROOM_TIMEOUT,
            limits=_LINES,
            trust_env=False,
            follow_redirects=False,
            headers={"Accept-Encoding": "identity"},
        )

    def close(self) -> None:
        """Let the line go."""
        self._http.close()

    def abort(self) -> None:
        """End the request under way, and refuse any more; may be called from any thread.

        Whoever waits for an answer gets EnvironmentError_ (exchange_cancelled).
        """
        self._is_aborted.set()
        self._cut()

    def __enter__(self) -> "HubClient":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def hello(self) -> Hello:
        """Ask who answers; raises EnvironmentError_ where that is not the hub enrolled at."""
        asked_at = self._store.clock()
        answer = self._send("GET", "/v1/hello", b"", {}, MAX_ANSWER)
        now = (asked_at + self._store.clock()) // 2
        with _answer_reading():
            raw = wire.mapping(orjson.loads(answer.body))
            hello = Hello(
                wire.identifier(raw["hub_id"]),
                wire.text(raw["incarnation"]),
                wire.integer(raw["now"]) - now,
                wire.text(raw["nonce"]),
                wire.text(raw.get("kind", HUB)),
                raw.get("erases") is True,
            )
            told = wire.items(raw.get("rekeyed", []), change_from_json, MAX_CHANGES)
            sign_key = wire.sign_key(raw["sign_key"]) if told else b""
            protocols = wire.items(raw["proto"], wire.integer)
        if PROTOCOL not in protocols:
            raise EnvironmentError_("hub_protocol", known=PROTOCOL, found=protocols[:8])
        if self.peer and hello.hub_id != self.peer.id:
            raise EnvironmentError_("hub_changed", url=self.url)
        if self.peer and told and sign_key != self.peer.sign_key:
            self._follow(self.peer.id, sign_key, told)
        self._hello = hello
        return hello

    def _follow(self, site: str, sign_key: bytes, changes: list[Change]) -> None:
        """Believe the hub by the key it uses now, if changes lead there from the one known."""
        self._store.write(lambda journal: follow_told(journal, site, sign_key, changes))
        if self.is_hub:
            self.peer = self._store.read(hub_of)

    def enrol(self, code: str, sign_key: bytes | None = None) -> Peer:
        """Make this site known to a peer with a one-time code, and keep the peer's keys.

        A peer that does not sign by `sign_key`, where one is given, is not kept.
        """
        self.peer = None
        hello = self.hello()
        answer = self._ask_in(code)
        with _answer_reading():
            raw = wire.mapping(orjson.loads(answer.body))
            peer = _peer(raw["hub"], self.url)
            stations = wire.items(raw["stations"], _peer)
        if peer.id != hello.hub_id or sign_key not in (None, peer.sign_key):
            raise EnvironmentError_("hub_changed", url=self.url)
        self.is_hub = hello.kind == HUB
        keep = self._keep if self.is_hub else keep_voucher
        self._store.write(lambda journal: keep(journal, peer, stations))
        self.peer = peer
        return peer

    def _ask_in(self, code: str) -> _Answer:
        """Ask to be known by this site's keys; without a code, on the word of those before them."""
        own = self._store.read(own_site)
        document: dict[str, Any] = {
            "code": code,
            "site": own.id,
            "name": own.name,
            "town": own.town,
            "station": own.station,
            "sign_key": own.sign_key.hex(),
            "box_key": own.box_key.hex(),
        }
        if changes := self._own_changes():
            document["rekeyed"] = [change_to_json(change) for change in changes]
        document["signature"] = self._signer.sign(enrol_text(document)).hex()
        body = wire.canonical(document)
        return self._send("POST", "/v1/enrol", body, {"Content-Type": JSON_TYPE}, MAX_ANSWER)

    def _own_changes(self) -> list[Change]:
        return self._store.read(lambda connection: changes_of(connection, self._store.site.id))

    def stations(self) -> list[Known]:
        """Ask a peer which stations it knows, and which of them are no longer believed."""
        answer = self._signed("GET", "/v1/stations", b"", JSON_TYPE, MAX_ANSWER)
        with _answer_reading():
            raw = wire.mapping(orjson.loads(answer.body))
            return wire.items(raw["stations"], _known)

    def heads(self, heads: list[Head], told: Mapping[str, Any] | None = None) -> Comparison:
        """Tell a peer what is here; learn what it lacks and what it has.

        `told` is what this station says of itself beside that.
        """
        said = [wire.head_to_json(head) for head in heads]
        body = wire.canonical({**(told or {}), "heads": said})
        answer = self._signed("POST", "/v1/heads", body, JSON_TYPE, MAX_ANSWER)
        with _answer_reading():
            raw = wire.mapping(orjson.loads(answer.body))
            return Comparison(
                wire.items(raw["want"], wire.want_from_json, wire.MAX_HEADS),
                wire.items(raw["have"], wire.head_from_json, wire.MAX_HEADS),
                wire.items(raw["forks"], wire.head_from_json, wire.MAX_HEADS),
                wire.items(raw["rewound"], wire.head_from_json),
            )

    def wait(self, known: list[Head], seconds: int = WAIT_SECONDS) -> bool:
        """Wait at the hub until it holds more than `known` of what others wrote; tell whether.

        Raises EnvironmentError_ (hub_busy, hub_refused) where the hub keeps nobody waiting.
        """
        heads = [wire.head_to_json(head) for head in known]
        body = wire.canonical({"heads": heads, "seconds": seconds})
        answer = self._signed("POST", "/v1/wait", body, JSON_TYPE, MAX_ANSWER)
        with _answer_reading():
            return bool(wire.mapping(orjson.loads(answer.body))["news"])

    def push(self, batch: bytes) -> Pushed:
        """Send a batch; returns only when the hub holds it durably."""
        answer = self._signed("POST", "/v1/batch", batch, BATCH_TYPE, MAX_ANSWER)
        with _answer_reading():
            raw = wire.mapping(orjson.loads(answer.body))
            heads = wire.items(raw["heads"], wire.head_from_json)
            return Pushed(heads, wire.integer(raw["dup"]))

    def pull(self, wants: list[Want], max_bytes: int = MAX_BATCH) -> Pulled:
        """Fetch one batch of what is lacking here."""
        ranges = [wire.want_to_json(want) for want in wants]
        body = wire.canonical({"ranges": ranges, "max_bytes": max_bytes})
        answer = self._signed("POST", "/v1/pull", body, JSON_TYPE, MAX_BATCH)
        return Pulled(answer.body, answer.headers.get("X-More") == "1")

    @contextmanager
    def snapshot(self, name: str = "", start: int = 0) -> Iterator[Ready | None]:
        """Open what a peer keeps ready for a new station; None where that is nothing.

        Where `name` still stands it goes on at `start`. It is read as it comes: what is not taken
        yet waits on the line.
        """
        where = {"If-Range": f'"{name}"', "Range": f"bytes={start}-"} if name else {}
        path = "/v1/snapshot"
        headers = {**where, **self._seal(self._hello or self.hello(), "GET", path, b"")}
        with self._open("GET", path, b"", headers) as response:
            if response.status_code not in (200, 206):
                yield None  # an older hub knows of none
                return
            with _answer_reading():
                tag = wire.text(response.headers["ETag"].strip('"'))
                begin = start if response.status_code == 206 else 0
                size = begin + int(response.headers["Content-Length"])
            yield Ready(tag, begin, size, self._framed(response, begin))

    def _framed(self, response: httpx.Response, end: int) -> Iterator[tuple[int, bytes]]:
        left, length = bytearray(), wire.FRAME.size
        for chunk in self._chunks(response):
            left += chunk
            while len(left) >= wire.FRAME.size:
                length = wire.FRAME.size + wire.FRAME.unpack_from(left)[0]
                if length > wire.FRAME.size + MAX_BATCH:
                    raise InputError("snapshot_bad", site=self.peer.id if self.peer else "")
                if len(left) < length:
                    break
                end += length
                yield end, bytes(left[wire.FRAME.size : length])
                del left[:length]
        if left:
            raise InputError("snapshot_bad", site=self.peer.id if self.peer else "")

    def ask_file(self, blob: str) -> FileThere:
        """Ask how an attached file stands at the peer."""
        answer = self._signed("HEAD", f"/v1/blob/{blob}", b"", BATCH_TYPE, 0, fine=_FILE_ANSWERS)
        with _answer_reading():
            if answer.status == 404:
                return FileThere(None, int(answer.headers.get("Upload-Offset", "0")))
            size = int(answer.headers["Content-Length"])
            return FileThere(size, size)

    def put_file(self, blob: str, start: int, total: int, piece: bytes) -> int:
        """Send a piece of an attached file; return how far it is there, `total` for whole."""
        where = {"Content-Range": f"bytes {start}-{start + len(piece) - 1}/{total}"}
        path = f"/v1/blob/{blob}"
        answer = self._signed("PUT", path, piece, BATCH_TYPE, MAX_ANSWER, where, _PUT_ANSWERS)
        with _answer_reading():
            return int(answer.headers["Upload-Offset"])

    def get_file(self, blob: str, start: int, size: int) -> bytes:
        """Fetch at most `size` bytes of an attached file from `start` on."""
        where = {"Range": f"bytes={start}-{start + size - 1}"}
        path = f"/v1/blob/{blob}"
        return self._signed("GET", path, b"", BATCH_TYPE, size, where, _FILE_ANSWERS).body

    def _keep(self, journal: Journal, hub: Peer, stations: list[Peer]) -> None:
        keep_hub(journal, hub, stations)
        journal.set_meta(_CA, str(self._verify) if isinstance(self._verify, Path) else "")
        journal.set_meta(_PLAIN, "1" if self._allow_plain else "")

    def _signed(
        self,
        method: str,
        path: str,
        body: bytes,
        kind: str,
        limit: int,
        more: Mapping[str, str] | None = None,
        fine: frozenset[int] = _ANSWERS,
    ) -> _Answer:
        """Send a request under this site's signature, once more if its nonce was too old.

        Where a peer knows this site by a key it had before, it is told of the one that followed.
        `more` are headers beside it, `fine` the statuses that are an answer.
        """

        def send(hello: Hello) -> _Answer:
            headers = {**(more or {}), **self._seal(hello, method, path, body)}
            return self._send(method, path, body, {"Content-Type": kind, **headers}, limit, fine)

        try:
            return send(self._hello or self.hello())
        except EnvironmentError_ as error:
            if error.code == "bad_signature" and self._own_changes():
                self._ask_in("")
            elif error.code != "stale_nonce":
                raise
        return send(self.hello())

    def _seal(self, hello: Hello, method: str, path: str, body: bytes) -> dict[str, str]:
        message = request_text(hello.hub_id, method, path, hello.nonce, body)
        return {
            "X-Site": self._signer.site,
            "X-Nonce": hello.nonce,
            "X-Signature": self._signer.sign(message).hex(),
        }

    def _send(
        self,
        method: str,
        path: str,
        body: bytes,
        headers: dict[str, str],
        limit: int,
        fine: frozenset[int] = _ANSWERS,
    ) -> _Answer:
        with self._open(method, path, body, headers) as response:
            content = self._read_capped(response, limit)
            answer = _Answer(response.status_code, response.headers, content)
        if answer.status not in fine:
            raise refusal_of(answer.status, answer.headers, answer.body)
        return answer

    @contextmanager
    def _open(
        self, method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> Iterator[httpx.Response]:
        """Send a request; what breaks while the answer is read is told in our words."""
        self._check_aborted()
        try:
            with self._http.stream(
                method, path, content=body, headers=headers, extensions={"trace": self._trace}
            ) as response:
                yield response
        except httpx.TimeoutException as error:
            raise EnvironmentError_("hub_silent", url=self.url) from error
        except httpx.HTTPError as error:
            self._check_aborted()
            is_new = self.peer is None and self.url.startswith("http:")
            is_cut = isinstance(error, httpx.RemoteProtocolError | httpx.ReadError)
            # Somebody listens, whom nobody has heard yet, and does not answer to this.
            lost = "hub_not_plain" if is_new and is_cut else "hub_unreachable"
            code = "hub_untrusted" if _is_tls_failure(error) else lost
            raise EnvironmentError_(code, url=self.url, detail=str(error)[:MAX_TOLD]) from error

    def _read_capped(self, response: httpx.Response, limit: int) -> bytes:
        """Read an answer as it is on the line: what is not asked for is not unpacked."""
        content = bytearray()
        for chunk in self._chunks(response):
            content += chunk
            if len(content) > limit:
                raise EnvironmentError_("hub_answer_odd")
        return bytes(content)

    def _chunks(self, response: httpx.Response) -> Iterator[bytes]:
        for chunk in response.iter_raw():
            yield chunk
            if self.ends_at is not None and monotonic() > self.ends_at:
                raise EnvironmentError_("hub_silent", url=self.url)
        self._check_aborted()

    def _check_aborted(self) -> None:
        if self._is_aborted.is_set():
            raise EnvironmentError_("exchange_cancelled")

    def _trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Remember the socket in use: closing the client would not wake who waits on it."""
        if event in _CONNECTED:
            self._stream = info["return_value"]
            if self._is_aborted.is_set():
                self._cut()

    def _cut(self) -> None:
        found = self._stream and self._stream.get_extra_info("socket")
        if found:
            with suppress(OSError):
                # Not the method of an SSL socket: that one takes the reader's state away.
                socket.socket.shutdown(found, socket.SHUT_RDWR)


def connect(store: Store) -> HubClient:
    """Return a client of the hub this site is enrolled at; raises RuleError before enrolment."""
    hub = store.read(hub_of)
    if hub is None:
        raise RuleError("hub_missing")
    path = store.read(lambda connection: _meta(connection, _CA))
    is_plain = store.read(lambda connection: _meta(connection, _PLAIN))
    return HubClient(store, hub.url, Path(path) if path else True, allow_plain=bool(is_plain))


def connect_station(
    store: Store, url: str, station: Peer | None = None, *, allow_plain: bool = False
) -> HubClient:
    """Return a client of a workstation that is believed here: of this one, or whoever answers.

    Raises EnvironmentError_: peer_unknown (nobody known answers), peer_untrusted, hub_unreachable.
    """
    parts = urlsplit(checked_url(url, allow_plain))
    where = (str(parts.hostname), parts.port or ROOM_PORT)
    if parts.scheme == "http":
        station = station or _plain_station(store, url, allow_plain)
        return HubClient(store, url, allow_plain=allow_plain, peer=station)
    if station is None:
        key = tls.fetch(*where).sign_key
        station = store.read(lambda connection: station_by(connection, key))
    if station is None:
        raise EnvironmentError_("peer_unknown", url=url)
    return HubClient(store, url, tls.trusting(*where, station.sign_key), peer=station)


def enrol_at_station(
    store: Store, url: str, code: str, confirm: Callable[[str], bool]
) -> Peer | None:
    """Enrol at a workstation that issued a code; None where none but a hub's service answers.

    `confirm` is given the short form of the key that answers, and says whether it is the one that
    the other side reads out; raises EnvironmentError_ (peer_untrusted) where it is not.
    """
    parts = urlsplit(checked_url(url, allow_plain=False))
    if parts.scheme != "https":
        return None
    where = (str(parts.hostname), parts.port or ROOM_PORT)
    try:
        shown = tls.fetch(*where)
    except EnvironmentError_ as error:
        if error.code != "peer_untrusted":
            raise
        return None
    if not confirm(tls.spoken(shown.sign_key)):
        raise EnvironmentError_("peer_untrusted", url=url)
    with HubClient(store, url, tls.trusting(*where, shown.sign_key)) as client:
        return client.enrol(code, shown.sign_key)


def _plain_station(store: Store, url: str, allow_plain: bool) -> Peer:
    """Return who answers without TLS, which is believed by its signature on each batch alone."""
    with HubClient(store, url, allow_plain=allow_plain) as client:
        client.peer = None
        id = client.hello().hub_id
    station = store.read(lambda connection: station_by(connection, id))
    if station is None:
        raise EnvironmentError_("peer_unknown", url=url)
    return station


def _meta(connection: Connection, name: str) -> str:
    row = connection.execute("SELECT v FROM meta WHERE k = ?", (name,)).fetchone()
    return str(row[0]) if row else ""


def checked_url(url: str, allow_plain: bool) -> str:
    """Return an address that may be used; raises InputError for one that is none, or not safe."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise InputError("hub_url_malformed", value=url)
    if parts.scheme == "http" and parts.hostname not in LOOPBACK and not allow_plain:
        raise InputError("hub_url_insecure", value=url)
    return url.rstrip("/")


def _tls(verify: Verify, url: str) -> ssl.SSLContext:
    if isinstance(verify, ssl.SSLContext):
        return verify
    if not url.startswith("https:"):
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody, and is quick to make
    try:
        return ssl.create_default_context(cafile=None if verify is True else str(verify))
    except OSError as error:
        raise EnvironmentError_("certificate_unreadable", path=str(verify)) from error


def _is_tls_failure(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _peer(raw: Any, url: str = "") -> Peer:
    return Peer(
        id=wire.identifier(raw["id"]),
        name=wire.text(raw["name"], MAX_TOLD),
        url=url,
        town=wire.text(raw["town"]),
        station=wire.text(raw["station"]),
        sign_key=wire.sign_key(raw["sign_key"]),
        box_key=wire.octets(raw["box_key"], wire.KEY),
    )


def _known(raw: Any) -> Known:
    url = wire.text(raw.get("url") or "")
    if url and urlsplit(url).scheme not in ("http", "https"):
        raise ValueError("url")
    changes = wire.items(raw.get("rekeyed", []), change_from_json, MAX_CHANGES)
    until = raw.get("until")
    ends = None if until is None else dict(wire.items(until, _end))
    return Known(_peer(raw, url), raw.get("revoked") is True, tuple(changes), ends)


def _end(raw: Any) -> tuple[int, int]:
    return wire.integer(raw["epoch"], 1), wire.integer(raw["seq"])


@contextmanager
def _answer_reading() -> Iterator[None]:
    """Read an answer no hub of ours would give as the line's fault."""
    try:
        yield
    except (KeyError, TypeError, ValueError) as error:
        raise EnvironmentError_("hub_answer_odd") from error
