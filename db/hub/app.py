"""The hub's HTTP service. Refusals are RFC 9457 problem documents; nothing personal is logged."""

import logging
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple, TypeVar

import anyio
import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from db.answers import json_answer, on_gone, on_http, on_refusal, problem
from db.domain.errors import EnvironmentError_, GridDeskError, InputError
from db.domain.suites import is_signed
from db.hub.blob_routes import BlobRoutes, asked_range, streamed
from db.hub.door import Door
from db.hub.enrolling import read_request
from db.hub.lookout import Lookout
from db.hub.stations import Told, known_of, read_told
from db.hub.status_routes import Page, StatusRoutes
from db.hub.store import HubStore
from db.hub.watch import Watch, Watched
from db.publish.open311 import Open311
from db.publish.record import Publishing
from db.publish.tables import PATH, Tables
from db.store.parcels import Head
from db.sync import wire
from db.sync.batch import MAX_BATCH, MAX_FRAME, MAX_HEADER, MAX_OPS, MAX_RAW
from db.sync.keyline import MAX_CHANGES, Change, change_to_json
from db.sync.peers import Peer
from db.sync.signing import request_text

T = TypeVar("T")

PROTOCOLS = (1,)
MIN_CLIENT = "0.1.0"
ERASES = True
"""That what an erasure names is destroyed here: told to those who asked for it."""
MAX_DOCUMENT = 4 * 1024 * 1024
MAX_ENROLMENT = 16 * 1024
MAX_WAIT_DOCUMENT = 512 * 1024
MAX_WAIT_HEADS = 2_000
"""What a waiting station may know: it is kept as long as it waits. Who knows more asks by the
clock."""
MAX_REQUESTS = 64
"""Requests at a time, beside those that only wait: each may hold a whole batch in memory."""
MAX_READING = 4
"""Bodies read at a time of one station: of who says to be it, before the signature is seen."""
SLOW_SECONDS, SLOW_RATE = 20.0, 8 * 1024
"""How long a body may take: so many seconds, and one more for each so many bytes it may have."""
MIN_PULL = 64 * 1024
MAX_WAIT_SECONDS = 25
NONCE_LIFETIME = 15 * 60_000
LIMITS = {
    "batch": MAX_BATCH, "header": MAX_HEADER, "frame": MAX_FRAME, "raw": MAX_RAW, "ops": MAX_OPS
}  # fmt: skip
_THREADS = 8
_PIECE = 64 * 1024
_BLOB = "/v1/blob/{blob}"

log = logging.getLogger(__name__)

Endpoint = Callable[[Request], Awaitable[Response]]


class _Signed(NamedTuple):
    """A request whose signature holds."""

    caller: Peer
    body: bytes


class Service:
    """The endpoints over one hub's record."""

    def __init__(
        self, hub: HubStore, door: Door, page: Page | None, *, publishes: bool = False
    ) -> None:
        self._hub = hub
        self.watch = Watch(hub.now)
        # Few threads: each keeps a reading connection with a cache of its own.
        self._limiter = anyio.CapacityLimiter(_THREADS)
        self._room = anyio.CapacityLimiter(MAX_REQUESTS)
        self.lookout = Lookout(hub, self._run)
        self.blobs = BlobRoutes(hub.blobs, self._signed, self._run)
        self.status = StatusRoutes(
            hub, self.watch, door, self._run, self.lookout.count, page, publishes=publishes
        )
        self._told: dict[str, int] = {}
        self._reading: Counter[str] = Counter()

    async def hello(self, _: Request) -> Response:
        """Say who answers, and give a nonce to sign requests with."""
        hub = self._hub
        changed = await self._run(hub.rekeyed)
        return json_answer(
            {
                "hub_id": hub.id,
                "kind": hub.kind,
                "incarnation": await self._run(hub.incarnation),
                "proto": PROTOCOLS,
                "now": hub.now(),
                "nonce": hub.nonce(NONCE_LIFETIME),
                "limits": LIMITS,
                "min_client": MIN_CLIENT,
                "town_scope": hub.town,
                "erases": ERASES,
                **(_rekeyed(*changed) if changed else {}),
            }
        )

    async def heads(self, request: Request) -> Response:
        """Compare a site's heads with the hub's."""
        caller, body = await self._signed(request, MAX_DOCUMENT)
        with wire.reading("request_malformed"):
            raw = wire.mapping(orjson.loads(body))
            heads = wire.items(raw["heads"], wire.head_from_json, wire.MAX_HEADS)
            told = read_told(raw)
        compared = await self._run(self._hub.compare, caller, heads)
        known = known_of(compared.have, heads)
        self._told[caller.id] = known
        await self._hear(caller.id, told._replace(known=known))
        return json_answer(
            {
                "want": [wire.want_to_json(want) for want in compared.want],
                "have": _heads(compared.have),
                "forks": _heads(compared.forks),
                "rewound": _heads(compared.rewound),
                "incarnation": await self._run(self._hub.incarnation),
            }
        )

    async def wait(self, request: Request) -> Response:
        """Answer when there is something that a site does not know of, or after a while."""
        has_news = await self.lookout.wait(*await self._waiter(request), request.receive)
        return json_answer({"news": has_news})

    async def _waiter(self, request: Request) -> tuple[Peer, dict[tuple[str, int], int], int]:
        """Return who waits, the last number it knows of each chain, and for how many seconds.

        Read apart, so that nothing of the request is held while it waits.
        """
        caller, body = await self._signed(request, MAX_WAIT_DOCUMENT)
        with wire.reading("request_malformed"):
            raw = wire.mapping(orjson.loads(body))
            heads = wire.items(raw["heads"], wire.head_from_json, MAX_WAIT_HEADS)
            seconds = min(wire.integer(raw["seconds"]), MAX_WAIT_SECONDS)
        known = sum(head.seq for head in heads)
        if self._told.get(caller.id) != known:
            self._told[caller.id] = known
            await self._hear(caller.id, Told(known=known))
        return caller, {(head.site, head.epoch): head.seq for head in heads}, seconds

    async def batch(self, request: Request) -> Response:
        """Take in a batch; the answer means that it is on the disk."""
        _, body = await self._signed(request, MAX_BATCH)
        taken = await self._run(self._hub.take, body)
        self.watch.ops.update(new=taken.added, known=taken.duplicates)
        log.info("batch taken: %d new, %d known", taken.added, taken.duplicates)
        return json_answer({"heads": _heads(taken.heads), "dup": taken.duplicates})

    async def pull(self, request: Request) -> Response:
        """Give one batch of what a site lacks; 204 when there is nothing."""
        caller, body = await self._signed(request, MAX_DOCUMENT)
        with wire.reading("request_malformed"):
            raw = wire.mapping(orjson.loads(body))
            wants = wire.items(raw["ranges"], wire.want_from_json)
            max_bytes = wire.integer(raw["max_bytes"], MIN_PULL)
        collected = await self._run(self._hub.collect, caller, wants, max_bytes)
        if collected is None:
            return Response(status_code=204)
        more = {"X-More": "1"} if collected.more else {}
        return Response(collected.data, media_type="application/octet-stream", headers=more)

    async def snapshot(self, request: Request) -> Response:
        """Give all that a town is shown, kept ready, or the end of it; 204 when there is none."""
        caller, _ = await self._signed(request, 0)
        found = await self._run(self._hub.snapshot, caller)
        if found is None:
            return Response(status_code=204)
        tag, size = f'"{found.name}"', len(found.data)
        goes_on = request.headers.get("If-Range") == tag
        start, end = asked_range(request, size) if goes_on else (0, size)
        answer = streamed(_pieces(memoryview(found.data)[start:end]), start, end, size)
        answer.headers["ETag"] = tag
        return answer

    async def stations(self, request: Request) -> Response:
        """Tell which stations there are, with their keys, and who is believed no more."""
        caller, _ = await self._signed(request, 0)
        found = await self._run(self._hub.stations, caller)
        return json_answer({"stations": [{**_peer(known.peer), **known.told()} for known in found]})

    async def enrol(self, request: Request) -> Response:
        """Make a site known that shows a one-time code."""
        body = await _read(request, MAX_ENROLMENT)
        with wire.reading("request_malformed"):
            raw = wire.mapping(orjson.loads(body))
        enrolled = await self._run(self._hub.enrol, await self._run(read_request, raw))
        log.info("site enrolled")
        return json_answer(
            {"hub": _peer(enrolled.hub), "stations": [_peer(item) for item in enrolled.stations]}
        )

    def in_turn(self, endpoint: Endpoint) -> Endpoint:
        """Let so many requests in at a time, and turn the others away for a while."""

        async def answer(request: Request) -> Response:
            try:
                self._room.acquire_nowait()
            except anyio.WouldBlock:
                raise EnvironmentError_("hub_busy") from None
            try:
                return await endpoint(request)
            finally:
                self._room.release()

        return answer

    async def _signed(self, request: Request, limit: int) -> _Signed:
        """Return who asks and what; the body is read only for a site that is known."""
        hub = self._hub
        with wire.reading("request_malformed"):
            site = wire.identifier(request.headers["X-Site"])
            nonce = wire.text(request.headers["X-Nonce"])
            signature = wire.signature(request.headers["X-Signature"])
        caller = await self._run(hub.station, site)
        if not hub.is_fresh(nonce):
            raise InputError("stale_nonce")
        body = await self._body(site, request, limit)
        message = request_text(hub.id, request.method, request.url.path, nonce, body)
        if not await self._run(is_signed, caller.sign_key, signature, message):
            raise InputError("bad_signature", site=site)
        request.state.site = caller.id
        return _Signed(caller, body)

    async def _body(self, site: str, request: Request, limit: int) -> bytes:
        if self._reading[site] >= MAX_READING:
            raise EnvironmentError_("hub_busy")
        self._reading[site] += 1
        try:
            return await _read(request, limit)
        finally:
            self._reading[site] -= 1
            self._reading += Counter()  # forgets who is at none

    async def _hear(self, site: str, told: Told) -> None:
        """Keep what a station said of itself: nothing that a disk in trouble should end for."""
        with suppress(EnvironmentError_):
            await self._run(self._hub.heard, site, told)

    async def _run(self, work: Callable[..., T], *args: Any) -> T:
        return await anyio.to_thread.run_sync(partial(work, *args), limiter=self._limiter)


def create_app(
    hub: HubStore,
    *,
    token: str = "",
    page: Page | None = None,
    publishing: Publishing | None = None,
) -> Starlette:
    """Return the service over a record; who stops it closes `state.lookout` first.

    `page` makes what a technician sees at `/`, which is nowhere without it; `token` opens that and
    the figures to others than this machine. `publishing` is what it shows to those who are no
    stations: nothing without it.
    """
    service = Service(hub, Door(token), page, publishes=publishing is not None)
    routes = _routes(service, has_page=page is not None)
    if publishing is not None:
        routes += Open311(publishing).routes()
        routes.append(Route(PATH, _guarded(Tables(publishing).table), methods=["GET"]))
    app = Starlette(
        routes=routes,
        exception_handlers={
            GridDeskError: on_refusal,
            HTTPException: on_http,
            ClientDisconnect: on_gone,
        },
    )
    paths = frozenset(route.path for route in routes)
    app.add_middleware(Watched, watch=service.watch, routes=paths)
    app.state.lookout = service.lookout
    return app


def _routes(service: Service, *, has_page: bool) -> list[Route]:
    def route(path: str, endpoint: Endpoint, method: str) -> Route:
        return Route(path, _guarded(endpoint), methods=[method])

    turn, blobs = service.in_turn, service.blobs
    # HEAD first: a route for GET would answer it too.
    page = [route("/", service.status.page, "GET")] if has_page else []
    return [
        *page,
        route("/health", service.status.health, "GET"),
        route("/metrics", service.status.metrics, "GET"),
        route("/v1/openapi.json", service.status.description, "GET"),
        route("/v1/hello", turn(service.hello), "GET"),
        route("/v1/heads", turn(service.heads), "POST"),
        route("/v1/wait", service.wait, "POST"),
        route("/v1/batch", turn(service.batch), "POST"),
        route("/v1/pull", turn(service.pull), "POST"),
        route("/v1/snapshot", turn(service.snapshot), "GET"),
        route("/v1/stations", turn(service.stations), "GET"),
        route("/v1/enrol", turn(service.enrol), "POST"),
        route(_BLOB, turn(blobs.ask), "HEAD"),
        route(_BLOB, turn(blobs.put), "PUT"),
        route(_BLOB, turn(blobs.get), "GET"),
    ]


def _guarded(endpoint: Endpoint) -> Endpoint:
    """Answer whatever an endpoint did not foresee.

    A handler of the framework would raise it on to the server, which logs an error's text: that
    may hold what an op says of somebody.
    """

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except (GridDeskError, HTTPException, ClientDisconnect):
            raise
        except Exception as error:
            log.error("failed: %s", type(error).__name__)
            return problem("hub_failed", 500)

    return answer


def _rekeyed(sign_key: bytes, changes: list[Change]) -> dict[str, Any]:
    """Return how a hub's keys changed: each change is signed by the key before it."""
    told = [change_to_json(change) for change in changes[-MAX_CHANGES:]]
    return {"sign_key": sign_key.hex(), "rekeyed": told}


async def _read(request: Request, limit: int) -> bytes:
    """Read a body no further than it may go, nor for longer than a slow line takes."""
    announced = request.headers.get("Content-Length", "0")
    if not announced.isascii() or not announced.isdigit() or int(announced[:20]) > limit:
        raise InputError("too_large", limit=limit)
    body = bytearray()
    try:
        with anyio.fail_after(SLOW_SECONDS + (int(announced) or limit) / SLOW_RATE):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    raise InputError("too_large", limit=limit)
    except TimeoutError:
        raise InputError("request_slow") from None
    return bytes(body)


async def _pieces(data: memoryview) -> AsyncIterator[bytes]:
    for start in range(0, len(data), _PIECE):
        yield bytes(data[start : start + _PIECE])


def _heads(heads: list[Head]) -> list[dict[str, Any]]:
    return [wire.head_to_json(head) for head in heads]


def _peer(peer: Peer) -> dict[str, Any]:
    return {
        "id": peer.id,
        "name": peer.name,
        "town": peer.town,
        "station": peer.station,
        "sign_key": peer.sign_key.hex(),
        "box_key": peer.box_key.hex(),
    }
