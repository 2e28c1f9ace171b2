"""Attached files over HTTP, piece by piece both ways, so that a cut line loses one piece."""

import logging
import re
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Send

from db.answers import json_answer
from db.domain.errors import GridDeskError, InputError
from db.hub.blobs import MAX_PIECE, Blobs
from db.sync import wire
from db.sync.peers import Peer

OCTETS = "application/octet-stream"
_READ = 256 * 1024
_NAME = re.compile(r"[0-9a-f]{64}")
_PIECE = re.compile(r"bytes (\d{1,12})-(\d{1,12})/(\d{1,12})", re.ASCII)
_RANGE = re.compile(r"bytes=(\d{1,12})-(\d{0,12})", re.ASCII)

Signed = Callable[[Request, int], Awaitable[tuple[Peer, bytes]]]
"""Reads a request of at most so many bytes and tells whose it is."""
Run = Callable[..., Awaitable[Any]]

log = logging.getLogger("db.hub")


class BlobRoutes:
    """HEAD, PUT and GET of `/v1/blob/{blob}`."""

    def __init__(self, blobs: Blobs, signed: Signed, run: Run) -> None:
        self._blobs = blobs
        self._signed = signed
        self._run = run

    async def ask(self, request: Request) -> Response:
        """Tell the size of a whole file, or how far a half is."""
        caller, blob, size = await self._find(request)
        if size is not None:
            return Response(headers={**_whole(size), "Content-Type": OCTETS})
        received = await self._run(self._blobs.received, caller.town, blob)
        return Response(status_code=404, headers={"Upload-Offset": str(received)})

    async def put(self, request: Request) -> Response:
        """Take in a piece: 308 while more is to come, 200 when the file is whole and right."""
        blob = _name(request)
        caller, piece = await self._signed(request, MAX_PIECE)
        start, total = _announced(request, len(piece))
        end = await self._run(self._blobs.put, caller.town, blob, start, total, piece)
        answer = json_answer({"received": end, "size": total})
        answer.status_code = 200 if end >= total else 308
        answer.headers["Upload-Offset"] = str(end)
        return answer

    async def get(self, request: Request) -> Response:
        """Give a file, or the range of it that is asked for."""
        caller, blob, size = await self._find(request)
        if size is None:
            raise InputError("blob_missing")
        start, end = asked_range(request, size)
        pieces = self._pieces(caller.town, blob, start, end)
        first = await anext(pieces, b"")  # before the answer begins: it can still be refused
        return streamed(_after(first, pieces), start, end, size)

    async def _find(self, request: Request) -> tuple[Peer, str, int | None]:
        blob = _name(request)
        caller, _ = await self._signed(request, 0)
        return caller, blob, await self._run(self._blobs.size, caller.town, blob)

    async def _pieces(self, town: str, blob: str, start: int, end: int) -> AsyncIterator[bytes]:
        while start < end:
            size = min(_READ, end - start)
            piece = await self._run(self._blobs.read, town, blob, start, size)
            if not piece:
                raise InputError("blob_missing")
            start += len(piece)
            yield piece


def streamed(pieces: AsyncIterable[bytes], start: int, end: int, size: int) -> Response:
    """Return an answer that gives a range of so many bytes, piece by piece."""
    headers = {"Accept-Ranges": "bytes", "Content-Length": str(end - start)}
    is_part = (start, end) != (0, size)
    if is_part:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return _Streamed(pieces, 206 if is_part else 200, headers, media_type=OCTETS)


class _Streamed(StreamingResponse):
    """An answer that ends short of what it announced when its source fails.

    Raised further the error would be logged with its text, and nobody can be answered any more.
    """

    async def stream_response(self, send: Send) -> None:
        """Send the pieces; unfinished, the server closes the connection."""
        try:
            await super().stream_response(send)
        except Exception as error:
            name = error.code if isinstance(error, GridDeskError) else type(error).__name__
            log.error("a file was cut short: %s", name)


async def _after(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece


def _name(request: Request) -> str:
    blob = str(request.path_params["blob"])
    if not _NAME.fullmatch(blob):
        raise HTTPException(404)
    return blob


def _announced(request: Request, length: int) -> tuple[int, int]:
    """Return where a piece begins and how long its file is to be."""
    with wire.reading("request_malformed"):
        found = _PIECE.fullmatch(request.headers["Content-Range"])
        if found is None:
            raise ValueError("range")
        start, last, total = map(int, found.groups())
        if last - start + 1 != length or not length or last >= total:
            raise ValueError("range")
    return start, total


def asked_range(request: Request, size: int) -> tuple[int, int]:
    """Return the first byte asked for and the one after the last; all where none is named."""
    found = _RANGE.fullmatch(request.headers.get("Range", ""))
    if found is None:
        return 0, size
    start = int(found[1])
    end = min(int(found[2]) + 1 if found[2] else size, size)
    if start >= end:
        raise HTTPException(416, headers={"Content-Range": f"bytes */{size}"})
    return start, end


def _whole(size: int) -> dict[str, str]:
    return {"Content-Length": str(size), "Accept-Ranges": "bytes"}
