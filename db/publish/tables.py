"""Incidents as a table, CSV or Parquet: one row each, codes, times and counts, no texts.

Made piece by piece, so that ten years of it need no more memory than a day. A table is as long as
was said before it began, or it breaks off.
"""

import csv
import hashlib
import hmac
import io
import logging
import re
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, get_type_hints

import anyio
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Send
from starlette.types import Scope as AsgiScope

from db.answers import problem
from db.domain.calendar import OFFSET, day_start
from db.domain.errors import EnvironmentError_, InputError
from db.domain.scope import Scope
from db.imports.cells import guard
from db.publish.queries import Span, TableRow, count_table, table_pages
from db.publish.record import Publishing
from db.store.files import write_file

PATH = "/export/incidents"
TOKEN_FILE = "export-token"  # noqa: S105  a name, and in the file stands only a digest
COUNT_HEADER = "X-Row-Count"
COUNT_KEY = "griddesk.rows"
"""Under which a Parquet file's own metadata say how many rows it has."""
AN_HOUR = 12
"""Tables that may be begun within an hour; never two at a time."""
EXPORT_SECONDS = 1_800
"""How long somebody may take to fetch one."""
MEDIA = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}
NO_PARQUET = "Parquet needs the package pyarrow on the hub: pip install 'griddesk[parquet]'"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ANYBODY = Scope("export", frozenset())
_TYPES = get_type_hints(TableRow)
_BOOLS = {None: "", True: "1", False: "0"}

log = logging.getLogger(__name__)

Pages = Iterable[list[TableRow]]


# who may fetch one


def new_token(data: Path) -> str:
    """Make the word by which tables are fetched from a hub, and forget the one before.

    Only its digest is kept: the word is of 256 random bits, which nobody finds by trying.
    """
    token = secrets.token_urlsafe(32)
    write_file(data / TOKEN_FILE, _digest(token).encode())
    return token


def check_token(data: Path, header: str) -> None:
    """Refuse whoever does not bear the word; raises InputError (export_token)."""
    kind, _, said = header.partition(" ")
    try:
        kept = (data / TOKEN_FILE).read_bytes()
    except FileNotFoundError:
        kept = b""
    except OSError as error:
        raise EnvironmentError_("file_unreadable", path=TOKEN_FILE, detail=str(error)) from error
    is_good = hmac.compare_digest(_digest(said.strip()).encode(), kept)
    if kind.lower() != "bearer" or not is_good:
        raise InputError("export_token")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


# what is asked


def days_between(first: str, last: str) -> tuple[int, int]:
    """Return from when to before when, UTC milliseconds, of days of the calendar in China.

    Both days count. Raises InputError (export_days) for what are no days, or stand in wrong order.
    """
    try:
        if not (_DAY.fullmatch(first) and _DAY.fullmatch(last)):
            raise ValueError
        begin, end = date.fromisoformat(first), date.fromisoformat(last) + timedelta(days=1)
        if begin >= end:
            raise ValueError
    except (ValueError, OverflowError):
        raise InputError("export_days", first=first[:10], last=last[:10]) from None
    return day_start(begin), day_start(end)


# how it is written


def write_pieces(form: str, pages: Pages, count: int) -> Iterator[bytes]:
    """Return a table as pieces of a file; `form` is csv or parquet, `count` its rows.

    Raises EnvironmentError_ (parquet_missing) where the package for it is not installed.
    """
    if form == "csv":
        return _csv(pages)
    if not has_parquet():
        raise EnvironmentError_("parquet_missing")
    return _parquet(pages, count)


def has_parquet() -> bool:
    """Whether Parquet can be written here."""
    return find_spec("pyarrow") is not None


def _csv(pages: Pages) -> Iterator[bytes]:
    yield _lines([TableRow._fields]).encode("utf-8-sig")
    for rows in pages:
        columns = zip(*rows, strict=True)
        cells = [map(write, column) for write, column in zip(_WRITES, columns, strict=True)]
        yield _lines(zip(*cells, strict=True)).encode()


def _lines(rows: Iterable[Iterable[Any]]) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()


def _local(at: int | None) -> str:
    """Return an instant as local time; a spreadsheet takes it for one."""
    if at is None:
        return ""
    return str(datetime.fromtimestamp((at + OFFSET) // 1_000, UTC).replace(tzinfo=None))


def _writes(name: str) -> Callable[[Any], Any]:
    """Return what makes the cells of a column."""
    if name.endswith("_at"):
        return _local
    return _BOOLS.__getitem__ if name.endswith("_met") else guard


_WRITES = [_writes(name) for name in TableRow._fields]


def _parquet(pages: Pages, count: int) -> Iterator[bytes]:
    import pyarrow  # lazy: only where it is installed and asked for
    from pyarrow.parquet import ParquetWriter

    schema = pyarrow.schema([(name, _arrow_type(pyarrow, name)) for name in TableRow._fields])
    sink = _Sink()
    with ParquetWriter(sink, schema, compression="zstd") as writer:
        for rows in pages:
            columns = zip(*rows, strict=True)
            arrays = [
                pyarrow.array(list(column), field.type)
                for column, field in zip(columns, schema, strict=True)
            ]
            writer.write_batch(pyarrow.record_batch(arrays, schema=schema))
            yield sink.taken()
        writer.add_key_value_metadata({COUNT_KEY: str(count)})
    yield sink.taken()


def _arrow_type(pyarrow: Any, name: str) -> Any:
    if name.endswith("_at"):
        return pyarrow.timestamp("ms", tz="UTC")
    if name.endswith("_met"):
        return pyarrow.bool_()
    return pyarrow.string() if _TYPES[name] is str else pyarrow.int32()


class _Sink(io.RawIOBase):
    """Takes what is written until it is fetched."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []
        self._length = 0

    def writable(self) -> bool:
        """Say yes."""
        return True

    def tell(self) -> int:
        """Return how much was written, fetched or not."""
        return self._length

    def write(self, data: Any) -> int:
        """Keep some bytes."""
        part = bytes(data)
        self._parts.append(part)
        self._length += len(part)
        return len(part)

    def taken(self) -> bytes:
        """Return what was written since the last time."""
        parts, self._parts = self._parts, []
        return b"".join(parts)


# over the line


class Tables:
    """GET of `/export/incidents`: for whoever bears the word, one at a time."""

    def __init__(self, publishing: Publishing) -> None:
        self._record = publishing.record
        self._data = publishing.data
        self._begun: deque[float] = deque(maxlen=AN_HOUR)
        self._is_busy = False

    async def table(self, request: Request) -> Response:
        """Give the table of a span of days."""
        header = request.headers.get("Authorization", "")
        await anyio.to_thread.run_sync(check_token, self._data, header)
        asked = request.query_params
        from_at, to_at = days_between(asked.get("from", ""), asked.get("to", ""))
        form = asked.get("format", "csv")
        if form not in MEDIA:
            raise InputError("export_format", value=form[:20])
        if form == "parquet" and not has_parquet():
            return problem("parquet_missing", 501, {"detail": NO_PARQUET})
        self._begin()
        try:
            count = partial(count_table, scope=_ANYBODY, from_at=from_at, to_at=to_at)
            span = await anyio.to_thread.run_sync(self._record.read, count)
        except BaseException:
            self._end()
            raise
        return _Streamed(form, span, self._pieces(form, span), self._end)

    def _pieces(self, form: str, span: Span) -> Iterator[bytes]:
        pages = table_pages(self._record.read, span, self._record.clock())
        return write_pieces(form, pages, span.rows)

    def _begin(self) -> None:
        now = time.monotonic()
        is_often = len(self._begun) == AN_HOUR and now - self._begun[0] < 3_600
        if self._is_busy or is_often:
            raise InputError("export_busy")
        self._begun.append(now)
        self._is_busy = True

    def _end(self) -> None:
        self._is_busy = False


class _Streamed(StreamingResponse):
    """A table on its way. One that fails breaks off: the other side sees that it is not whole."""

    def __init__(
        self, form: str, span: Span, pieces: Iterator[bytes], on_end: Callable[[], None]
    ) -> None:
        name = f"incidents.{form}"
        headers = {
            COUNT_HEADER: str(span.rows),
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
            "Content-Type": MEDIA[form],
        }
        super().__init__(pieces, headers=headers)
        self._on_end = on_end

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            with anyio.move_on_after(EXPORT_SECONDS):
                await super().__call__(scope, receive, send)
        except Exception as error:
            # The server would log what the error says.
            log.error("table broken off: %s", type(error).__name__)
        finally:
            self._on_end()
