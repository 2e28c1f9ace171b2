"""Stations that wait for news: one look at the record for all of them, a few times a second.

It asks the record, not the requests of this process: several processes may serve one record. A
station's place here is a hint and no more; what it lacks is told by the heads, as ever.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

from db.domain.errors import EnvironmentError_
from db.hub.store import End, HubStore
from db.sync.peers import Peer

MAX_WAITERS = 256
"""Who comes when it is full asks by the clock, as before there was any waiting."""
LOOK_SECONDS = 0.25

Known = Mapping[tuple[str, int], int]
"""The last number that a station knows of each chain, by site and epoch."""
Run = Callable[..., Awaitable[Any]]
"""Does something that blocks on a thread."""
Receive = Callable[[], Awaitable[Any]]

log = logging.getLogger(__name__)


class _Waiter:
    """A station on the line, what it knows, and what it will be told."""

    def __init__(self, caller: Peer, known: Known) -> None:
        self.caller = caller
        self.known = known
        self.is_new = True
        self.news: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def is_told_by(self, end: End, hub: HubStore) -> bool:
        """Whether a chain that moved is news for it: somebody else's, shown to it, not known."""
        is_known = end.seq <= self.known.get((end.site, end.epoch), 0)
        is_shown = hub.shows(self.caller, end.site, end.town)
        return end.site != self.caller.id and not is_known and is_shown

    def tell(self) -> None:
        """Say that there is news."""
        if not self.news.done():
            self.news.set_result(True)

    def turn_away(self) -> None:
        """Let it ask again later."""
        if not self.news.done():
            self.news.set_exception(EnvironmentError_("hub_busy"))


class Lookout:
    """Keeps one waiter a station. It looks only while there are any."""

    def __init__(self, hub: HubStore, run: Run) -> None:
        self._hub = hub
        self._run = run
        self._waiters: dict[str, _Waiter] = {}
        self._looking: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._is_closed = False

    async def wait(self, caller: Peer, known: Known, seconds: float, receive: Receive) -> bool:
        """Tell whether news came within so many seconds; at once where it is here already.

        It ends when the caller hangs up, of which `receive` tells. Raises EnvironmentError_
        (hub_busy) where too many wait, the hub stops, or the same station waits once more.
        """
        is_full = caller.id not in self._waiters and len(self._waiters) >= MAX_WAITERS
        if self._is_closed or is_full:
            raise EnvironmentError_("hub_busy")
        if earlier := self._waiters.get(caller.id):
            earlier.turn_away()
        waiter = self._waiters[caller.id] = _Waiter(caller, known)
        self._look_soon()
        gone = asyncio.ensure_future(_gone(receive))
        ends: set[asyncio.Future[Any]] = {waiter.news, gone}
        try:
            await asyncio.wait(ends, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            return waiter.news.done() and waiter.news.result()
        finally:
            gone.cancel()
            waiter.news.cancel()
            if self._waiters.get(caller.id) is waiter:
                del self._waiters[caller.id]

    def count(self) -> int:
        """Return how many wait."""
        return len(self._waiters)

    def close(self) -> None:
        """End all waiting, and let nobody begin."""
        self._is_closed = True
        self._turn_all_away()

    def _look_soon(self) -> None:
        self._wake.set()
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())

    async def _look(self) -> None:
        try:
            # Not what arrived last: of two services' transactions the earlier may end later.
            before: set[End] = set(await self._run(self._hub.ends))
            while self._waiters:
                self._wake.clear()
                ends = set(await self._run(self._hub.ends))
                await self._tell(ends - before)
                before = ends
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), LOOK_SECONDS)
        except Exception as error:
            log.error("looking for news failed: %s", type(error).__name__)
            self._turn_all_away()
        finally:
            self._looking = None

    async def _tell(self, moved: Iterable[End]) -> None:
        for waiter in tuple(self._waiters.values()):
            if waiter.is_new:
                # What came before it asked: looked at after the ends, so nothing falls between.
                waiter.is_new = False
                is_news = await self._run(self._hub.has_news, waiter.caller, waiter.known)
            else:
                is_news = any(waiter.is_told_by(one, self._hub) for one in moved)
            if is_news:
                waiter.tell()

    def _turn_all_away(self) -> None:
        for waiter in self._waiters.values():
            waiter.turn_away()


async def _gone(receive: Receive) -> None:
    """Return when the caller has hung up."""
    while (await receive())["type"] != "http.disconnect":
        pass
