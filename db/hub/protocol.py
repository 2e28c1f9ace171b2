"""HTTP as the hub speaks it: nobody may take for ever to say what he wants, nor flood it."""

import asyncio
from contextlib import suppress
from typing import Any

import h11
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from db.answers import problem

HEADER_SECONDS = 10.0
MAX_CONNECTIONS = 1_500
"""Open at a time, idle ones too. Who comes beyond is told so; what answers takes a file each."""


class HubProtocol(H11Protocol):
    """One connection. A request's head must come within `HEADER_SECONDS`.

    What is no HTTP, or a head longer than uvicorn takes, is answered with a problem document.
    """

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for a head."""
        super().connection_made(transport)
        if len(self.connections) > MAX_CONNECTIONS:
            self.app = _busy
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Take what came; while no request is under way, it has to become one soon."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_waiting()
        else:
            self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self._stop_waiting()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Say what is wrong as everything else here does."""
        self._refuse("request_malformed", 400)

    def _await_head(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(HEADER_SECONDS, self._give_up)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _give_up(self) -> None:
        self._late = None
        if not self.transport.is_closing():
            self._refuse("request_slow", 408)

    def _refuse(self, code: str, status: int) -> None:
        """Answer where nothing was answered yet, and hang up."""
        answer = problem(code, status)
        headers = [*answer.raw_headers, (b"connection", b"close")]
        events = (
            h11.Response(status_code=status, headers=headers),
            h11.Data(data=bytes(answer.body)),
            h11.EndOfMessage(),
        )
        with suppress(h11.LocalProtocolError):
            for event in events:
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


async def _busy(scope: Scope, receive: Receive, send: Send) -> None:
    await problem("hub_busy", 503)(scope, receive, send)
