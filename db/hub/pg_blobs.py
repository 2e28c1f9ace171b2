"""What a hub on PostgreSQL keeps beside its ops: attached files, in the same database."""

import hashlib
import time
from collections.abc import Iterator

from db.domain.errors import EnvironmentError_, GridDeskError, InputError
from db.hub.beside import Probe
from db.hub.blobs import MAX_BLOB, Blobs
from db.hub.postgres import PgLedger
from db.store.driver import Connection
from db.store.journal import Journal

_DAY_MS = 86_400_000
_SWEEP_SECONDS = 3_600
_SIZE = "SELECT size FROM blob WHERE hash = ? AND town = ?"
_FIND = """SELECT town, size FROM blob WHERE hash = ?
AND (substr(town, 1, length(?)) = ? OR substr(?, 1, length(town)) = town) ORDER BY town"""
_RECEIVED = "SELECT coalesce(sum(size), 0) FROM blob_piece WHERE hash = ? AND town = ?"
_PUT_PIECE = "INSERT INTO blob_piece VALUES (?, ?, ?, ?, ?, ?)"
_PUT = "INSERT INTO blob VALUES (?, ?, ?)"
_STARTS = "SELECT start FROM blob_piece WHERE hash = ? AND town = ? ORDER BY start"
_PIECE = "SELECT bytes FROM blob_piece WHERE hash = ? AND town = ? AND start = ?"
_OVERLAPPING = """SELECT start, bytes FROM blob_piece
WHERE hash = ? AND town = ? AND start < ? AND start + size > ? ORDER BY start"""
_DROP = "DELETE FROM blob_piece WHERE hash = ? AND town = ?"
_SWEEP = """DELETE FROM blob_piece WHERE at < ? AND NOT EXISTS (
  SELECT 1 FROM blob WHERE blob.hash = blob_piece.hash AND blob.town = blob_piece.town)"""


class PgBlobs:
    """Attached files in pieces, as they came. Half ones are swept a day after their last piece."""

    def __init__(self, ledger: PgLedger) -> None:
        self._ledger = ledger
        self._swept_at = float("-inf")

    def size(self, town: str, blob: str) -> int | None:
        """Return the bytes of a whole file, as `Blobs` has it."""
        found = self._ledger.read(lambda connection: _find(connection, town, blob))
        return found[1] if found else None

    def received(self, town: str, blob: str) -> int:
        """Return how far a half is, as `Blobs` has it."""
        return self._ledger.read(lambda connection: _received(connection, town, blob))

    def put(self, town: str, blob: str, start: int, total: int, piece: bytes) -> int:
        """Take a piece, as `Blobs` has it."""
        if max(total, start + len(piece)) > MAX_BLOB:
            raise InputError("too_large", limit=MAX_BLOB)
        now = self._ledger.clock()
        self._sweep(now)

        def work(journal: Journal) -> int | None:
            """Return how far the file is here; None where its bytes were the wrong ones."""
            ask = journal.connection.execute
            if ask(_SIZE, (blob, town)).fetchone():
                return total
            expected = _received(journal.connection, town, blob)
            if start != expected:
                raise InputError("blob_offset", expected=expected)
            end = start + len(piece)
            ask(_PUT_PIECE, (blob, town, start, len(piece), piece, now))
            if end >= total:
                if _digest(journal.connection, town, blob) != blob:
                    ask(_DROP, (blob, town))
                    return None
                ask(_PUT, (blob, town, end))
            return end

        end = self._ledger.write(work).result
        if end is None:
            raise InputError("bad_hash")
        return end

    def read(self, town: str, blob: str, start: int, size: int) -> bytes:
        """Return a piece, as `Blobs` has it."""

        def query(connection: Connection) -> bytes:
            found = _find(connection, town, blob)
            if found is None:
                raise EnvironmentError_("blob_missing")
            rows = connection.execute(_OVERLAPPING, (blob, found[0], start + size, start))
            return b"".join(
                piece[max(0, start - begin) : start + size - begin] for begin, piece in rows
            )

        return self._ledger.read(query)

    def _sweep(self, now: int) -> None:
        """Take away halves that nobody went on with, once an hour at most."""
        if time.monotonic() < self._swept_at + _SWEEP_SECONDS:
            return
        self._swept_at = time.monotonic()
        self._ledger.write(lambda journal: journal.connection.execute(_SWEEP, (now - _DAY_MS,)))


class BesidePg:
    """The surroundings of a record in PostgreSQL: another machine's disk is not seen from here."""

    kind = "PostgreSQL"

    def __init__(self, ledger: PgLedger) -> None:
        self._ledger = ledger
        self.blobs: Blobs = PgBlobs(ledger)

    def probe(self) -> Probe:
        """Ask whether the database answers."""
        try:
            self._ledger.read(lambda connection: connection.execute("SELECT 1").fetchone())
        except GridDeskError:
            return Probe(None, "record")
        return Probe(None, "")


def _find(connection: Connection, town: str, blob: str) -> tuple[str, int] | None:
    """Return under which town a town finds a file, and its size."""
    row = connection.execute(_FIND, (blob, town, town, town)).fetchone()
    return (str(row[0]), int(row[1])) if row else None


def _received(connection: Connection, town: str, blob: str) -> int:
    return int(connection.execute(_RECEIVED, (blob, town)).fetchone()[0])


def _digest(connection: Connection, town: str, blob: str) -> str:
    digest = hashlib.sha256()
    for piece in _pieces(connection, town, blob):
        digest.update(piece)
    return digest.hexdigest()


def _pieces(connection: Connection, town: str, blob: str) -> Iterator[bytes]:
    """Yield the pieces one by one: a whole file is not held in memory."""
    for (start,) in connection.execute(_STARTS, (blob, town)).fetchall():
        yield connection.execute(_PIECE, (blob, town, start)).fetchone()[0]
