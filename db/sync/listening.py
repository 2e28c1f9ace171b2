"""Hearing soon of what others wrote: a thread that waits at a peer. Light to import.

It never says that the line is broken, nor tries it again: the exchange does, at its own pace, and
each exchange that went well sets it listening again.
"""

from collections.abc import Callable
from functools import partial
from random import SystemRandom
from threading import Condition, Thread
from time import monotonic
from typing import TYPE_CHECKING

from db.domain.errors import GridDeskError
from db.store.store import Store
from db.sync.pace import next_delay

if TYPE_CHECKING:
    from db.store.parcels import Head
    from db.sync.line import HubClient

SHORTEST = 1.0
"""Seconds below which an answer without news is no waiting: such a hub is not asked in a loop."""
_LINE_CODES = frozenset({"hub_unreachable", "hub_silent", "exchange_cancelled"})

OnNews = Callable[[], None]
OnError = Callable[[Exception], None]
Connect = Callable[[], "HubClient"]


class Listening:
    """Calls `on_news` on its own thread when the other end holds more than was known last.

    Then it is silent until it is told what is known by now. `on_error` hears of what is neither a
    refusal nor a fault of the line; `connect` makes the line, to the hub where it is not given.
    """

    def __init__(
        self, store: Store, on_news: OnNews, on_error: OnError, connect: Connect | None = None
    ) -> None:
        self._store = store
        self._on_news = on_news
        self._on_error = on_error
        self._connect = connect
        self._random = SystemRandom()
        self._turn = Condition()
        self._known: list[Head] | None = None
        self._client: HubClient | None = None
        self._thread: Thread | None = None
        self._refusals = 0
        self._not_before = 0.0
        self._is_stopped = False

    def know(self, heads: "list[Head]") -> None:
        """Listen for what goes beyond these heads. It reads the record: not for a GUI's thread."""
        from db.sync.line import connect  # lazy: httpx is slow to load

        if self._is_stopped or monotonic() < self._not_before:
            return
        client = self._client or (self._connect or partial(connect, self._store))()
        with self._turn:
            if self._is_stopped:
                client.close()
                return
            self._client, self._known = client, heads
            if self._thread is None:
                self._thread = Thread(target=self._run, name="griddesk-listen", daemon=True)
                self._thread.start()
            self._turn.notify()

    def drop(self) -> None:
        """Leave a line that turned out to be broken: an answer would never come.

        Who answers on it when it is whole again may let wait who was turned away before.
        """
        with self._turn:
            client, self._client, self._known = self._client, None, None
            self._refusals, self._not_before = 0, 0.0
        if client:
            client.abort()

    def stop(self) -> None:
        """End for good, at once; nothing is called any more but what is just being called."""
        with self._turn:
            self._is_stopped = True
            self._turn.notify()
        self.drop()

    def _run(self) -> None:
        while turn := self._next():
            client, known = turn
            began = monotonic()
            try:
                has_news = client.wait(known)
            except Exception as error:
                client.close()
                self._after_error(client, error)
            else:
                self._after_answer(known, has_news, monotonic() - began)

    def _next(self) -> "tuple[HubClient, list[Head]] | None":
        with self._turn:
            self._turn.wait_for(lambda: self._is_stopped or self._known is not None)
            if self._is_stopped or self._client is None or self._known is None:
                return None
            return self._client, self._known

    def _after_answer(self, known: "list[Head]", has_news: bool, seconds: float) -> None:
        with self._turn:
            if not has_news and seconds < SHORTEST:
                self._known = None
                self._pause(0)
                return
            self._refusals = 0
            # Told anew meanwhile: what is known by now may be that news.
            is_heard = has_news and self._known is known and not self._is_stopped
            if is_heard:
                self._known = None
        # Not in a turn: who listens may take time over it, and another may want to stop.
        if is_heard:
            self._on_news()

    def _after_error(self, client: "HubClient", error: Exception) -> None:
        with self._turn:
            if self._client is client:
                self._client, self._known = None, None
            if not isinstance(error, GridDeskError) or error.code not in _LINE_CODES:
                self._pause(getattr(error, "params", {}).get("seconds", 0))
        if not isinstance(error, GridDeskError):
            self._on_error(error)

    def _pause(self, at_least: float) -> None:
        """Leave a hub alone that does not want to be waited at: an older one, or a full one."""
        self._refusals += 1
        delay = max(next_delay(self._refusals, self._random), at_least)
        self._not_before = monotonic() + delay
