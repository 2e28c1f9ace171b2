"""What a hub saw since it was started: requests, what was refused and whose it was.

Kept in memory and counted; of several services on one record each has its own. Nothing of what
the ops say, no names and no codes of enrolment get here.
"""

import logging
import time
from collections import Counter, deque
from collections.abc import Mapping
from typing import Any, NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from db.domain.errors import GridDeskError
from db.store.clock import Clock

MAX_REFUSALS = 100
REQUEST = "request"
"""Under which a record of the log carries the fields of a request."""
_EVERYDAY = frozenset({"stale_nonce", "hub_busy", "blob_missing", "blob_offset", "token_missing"})
"""What honest stations are told in passing: counted, not listed."""
_METHODS = frozenset(
    {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"}
)
_TOLD = ("site", "epoch", "seq", "expected", "station", "limit")

log = logging.getLogger("db.hub.requests")


class Refusal(NamedTuple):
    """Something refused. `site` is who brought it, as it says; known where `is_signed`.

    `host` is the address it came from, `about` what the refusal names: a chain, a limit.
    """

    at: int
    route: str
    site: str
    is_signed: bool
    host: str
    code: str
    about: Mapping[str, Any]


class Watch:
    """Counts the requests of one service. Used on the thread of its event loop alone."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._begun = time.monotonic()
        self.requests: Counter[tuple[str, str, int]] = Counter()
        self.seconds: Counter[str] = Counter()
        self.bytes: Counter[str] = Counter()
        self.ops: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.refusals: deque[Refusal] = deque(maxlen=MAX_REFUSALS)

    @property
    def uptime(self) -> float:
        """Seconds since the service was started."""
        return time.monotonic() - self._begun

    def note(self, request: "_Passing", route: str, status: int) -> None:
        """Count a request that was answered."""
        self.requests[request.method, route, status] += 1
        self.seconds[route] += request.seconds  # type: ignore[assignment]
        self.bytes["in"] += request.received
        self.bytes["out"] += request.sent
        if (error := request.error) is not None:
            self.refused[error.code] += 1
            if error.code not in _EVERYDAY:
                self.refusals.append(self._refusal(request, route, error))
        log.info("request", extra={REQUEST: request.fields(route, status)})

    def _refusal(self, request: "_Passing", route: str, error: GridDeskError) -> Refusal:
        about = {name: error.params[name] for name in _TOLD if name in error.params}
        return Refusal(
            self._clock(),
            route,
            request.site,
            request.is_signed,
            request.host,
            error.code,
            about,
        )


class Watched:
    """The service, with each of its requests seen by a `Watch`."""

    def __init__(self, app: ASGIApp, watch: Watch, routes: frozenset[str]) -> None:
        self._app = app
        self._watch = watch
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and note how it was answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        passing = _Passing(scope, receive, send)
        try:
            await self._app(scope, passing.receive, passing.send)
        finally:
            self._watch.note(passing, self._route(scope["path"]), passing.status)

    def _route(self, path: str) -> str:
        """Return the route that a path is of, "other" where it is of none of them."""
        parent = path.rpartition("/")[0]
        found = [route for route in self._routes if route.rpartition("/{")[0] == parent]
        return path if path in self._routes else next(iter(found), "other")


class _Passing:
    """A request on its way through."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._state: dict[str, Any] = scope.setdefault("state", {})
        self._begun = time.monotonic()
        self._claimed = _header(scope, b"x-site")
        # Anybody may make up methods: each would be counted, and kept, under its own name.
        self.method = scope["method"] if scope["method"] in _METHODS else "other"
        self.host = str((scope.get("client") or ("",))[0])
        self.received = self.sent = 0
        self.status = 499  # until an answer begins: the caller hung up

    async def receive(self) -> Message:
        message = await self._receive()
        self.received += len(message.get("body", b""))
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        self.sent += len(message.get("body", b""))
        await self._send(message)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._begun

    @property
    def is_signed(self) -> bool:
        """Whether the signature held."""
        return "site" in self._state

    @property
    def site(self) -> str:
        return str(self._state.get("site", self._claimed))

    @property
    def error(self) -> GridDeskError | None:
        return self._state.get("refused")

    def fields(self, route: str, status: int) -> dict[str, Any]:
        """Return what the log says of it."""
        return {
            "site": self.site,
            "signed": self.is_signed,
            "method": self.method,
            "route": route,
            "status": status,
            "code": self.error.code if self.error else "",
            "ms": round(self.seconds * 1000),
            "in": self.received,
            "out": self.sent,
        }


def _header(scope: Scope, name: bytes) -> str:
    """Return a header that may hold an id and nothing else."""
    value = next((value for key, value in scope["headers"] if key == name), b"")
    text = value.decode("ascii", "replace")
    return text if len(text) <= 64 and text.replace("-", "").isalnum() else ""
