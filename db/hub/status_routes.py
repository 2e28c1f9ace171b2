"""What a hub tells of itself: whether it is well, figures to collect, a page for a technician."""

from collections.abc import Awaitable, Callable
from importlib.metadata import version
from typing import Any, NamedTuple

import anyio
from starlette.requests import Request
from starlette.responses import Response

from db.answers import json_answer
from db.hub.describing import describe
from db.hub.door import Door
from db.hub.metrics import MEDIA_TYPE, metrics
from db.hub.stations import Overview
from db.hub.store import HubStore
from db.hub.watch import Refusal, Watch
from db.publish.describing import with_published

HEALTH_SECONDS = 5.0
"""How long a disk may take to answer before the hub calls itself ill."""
_GUARDED_PAGE = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
}

Run = Callable[..., Awaitable[Any]]


class Standing(NamedTuple):
    """How a hub stands, for its page. `refusals` begin with the newest, `refused` counts by code.

    `now` is UTC milliseconds, `uptime` seconds.
    """

    name: str
    version: str
    now: int
    uptime: float
    overview: Overview
    waiting: int
    requests: int
    refusals: list[Refusal]
    refused: dict[str, int]


Page = Callable[[Standing], str]
"""Makes the page's HTML: `db` has no words of its own."""


class StatusRoutes:
    """GET of `/health`, `/metrics`, `/v1/openapi.json` and `/`."""

    def __init__(
        self,
        hub: HubStore,
        watch: Watch,
        door: Door,
        run: Run,
        waiting: Callable[[], int],
        page: Page | None,
        *,
        publishes: bool,
    ) -> None:
        self._hub = hub
        self._watch = watch
        self._door = door
        self._run = run
        self._waiting = waiting
        self._page = page
        self._publishes = publishes
        self._version = version("griddesk")
        self._one = anyio.CapacityLimiter(1)

    async def health(self, _: Request) -> Response:
        """Say whether all works, to anybody: a relay asks before it sends somebody here."""
        part = "record"
        with anyio.move_on_after(HEALTH_SECONDS):
            # A disk that hangs keeps its thread: the next to ask waits for it, and says so too.
            part = await anyio.to_thread.run_sync(
                self._hub.trouble, abandon_on_cancel=True, limiter=self._one
            )
        answer = json_answer({"ok": False, "part": part} if part else {"ok": True})
        answer.status_code = 503 if part else 200
        return answer

    async def description(self, _: Request) -> Response:
        """Give the OpenAPI document of the service."""
        document = describe(self._version)
        return json_answer(with_published(document) if self._publishes else document)

    async def metrics(self, request: Request) -> Response:
        """Give the figures."""
        self._door.check(request)
        overview = await self._run(self._hub.overview)
        text = metrics(self._watch, overview, self._waiting(), self._version)
        return Response(text, media_type=MEDIA_TYPE)

    async def page(self, request: Request) -> Response:
        """Show a technician how things are."""
        self._door.check(request)
        overview = await self._run(self._hub.overview)
        watch = self._watch
        standing = Standing(
            self._hub.name,
            self._version,
            self._hub.now(),
            watch.uptime,
            overview,
            self._waiting(),
            watch.requests.total(),
            list(reversed(watch.refusals)),
            dict(watch.refused.most_common()),
        )
        assert self._page is not None
        text = await self._run(self._page, standing)
        return Response(text, headers=_GUARDED_PAGE, media_type="text/html; charset=utf-8")
