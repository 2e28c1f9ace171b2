"""Attached files between this record and a peer: sent where they lack, fetched where they are.

They come after the ops, piece by piece and one at a time: a cut line loses one piece, and no op
ever waits for a file. They are encrypted under keys of their own and stay so on the way.
"""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from db.domain.errors import EnvironmentError_, InputError
from db.store import blobs
from db.store.driver import Connection
from db.store.store import Store
from db.sync.cancel import IsCancelled
from db.sync.line import HubClient

PIECE = 1024 * 1024
PARTS = "parts"
"""Where halves lie, with those that others send here; swept a day after their last piece."""
MAX_FILE = 51 * 1024 * 1024
"""No half is longer; encrypting adds a few bytes to what may be attached."""
_OF_ONE_FILE = frozenset({"bad_hash", "blob_damaged", "blob_missing", "too_large"})
"""What is wrong with one file: the others go on."""
_KNOWN = "SELECT blob FROM attachment GROUP BY blob ORDER BY max(at) DESC"


class Carried(NamedTuple):
    """How many attached files went and came, and how many the peer has not got either."""

    sent: int
    fetched: int
    absent: int


class FileCarrier:
    """Carries files to and from one peer; remembers what it was seen to have.

    `on_fetched(blob)` is called for each that came; `wanted()` names those that somebody is
    waiting for: they come first.
    """

    def __init__(
        self,
        store: Store,
        on_fetched: Callable[[str], None] = lambda _: None,
        wanted: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        self._store = store
        self._on_fetched = on_fetched
        self._wanted = wanted
        self._there: set[str] = set()

    def carry(self, client: HubClient, is_cancelled: IsCancelled = lambda: False) -> Carried:
        """Bring both sides level; raises EnvironmentError_ for a line that fails or is cancelled.

        A peer of an older version refuses the first file (hub_refused). A file that is damaged or
        refused is left; that is raised when all others have been carried.
        """
        sent = fetched = absent = 0
        done: set[str] = set()
        trouble: EnvironmentError_ | None = None
        while (blob := self._next(done)) is not None:
            if is_cancelled():
                raise EnvironmentError_("exchange_cancelled")
            done.add(blob)
            try:
                if not blobs.exists(self._store.home, blob):
                    is_fetched = self._fetch(client, blob, is_cancelled)
                    fetched += is_fetched
                    absent += not is_fetched
                elif blob not in self._there:
                    sent += self._send(client, blob, is_cancelled)
            except EnvironmentError_ as error:
                if error.code not in _OF_ONE_FILE:
                    raise
                trouble = trouble or error
        if trouble:
            raise trouble
        return Carried(sent, fetched, absent)

    def _next(self, done: set[str]) -> str | None:
        """Return the next file to be carried: those waited for first, then the newest."""
        for blob in (*self._wanted(), *self._store.read(_known)):
            is_level = blob in self._there and blobs.exists(self._store.home, blob)
            if blob not in done and not is_level:
                return blob
        return None

    def _send(self, client: HubClient, blob: str, is_cancelled: IsCancelled) -> bool:
        there = client.ask_file(blob)
        path = blobs.blob_path(self._store.home, blob)
        if there.size is None:
            blobs.check(self._store.home, blob)  # damaged, it would be refused when all of it went
            total, start = path.stat().st_size, there.received
            with path.open("rb") as file:
                while start < total:
                    if is_cancelled():
                        raise EnvironmentError_("exchange_cancelled")
                    file.seek(start)
                    try:
                        start = client.put_file(blob, start, total, file.read(PIECE))
                    except InputError as error:
                        expected = error.params.get("expected")
                        if error.code != "blob_offset" or not isinstance(expected, int):
                            raise
                        start = expected
        self._there.add(blob)
        return there.size is None

    def _fetch(self, client: HubClient, blob: str, is_cancelled: IsCancelled) -> bool:
        """Fetch a file, from where it stopped last; tell whether the peer had it."""
        part = self._part(blob)
        size = client.ask_file(blob).size
        if size is None or size > MAX_FILE:
            return False
        with part.open("ab") as file:
            while (start := file.tell()) < size:
                if is_cancelled():
                    raise EnvironmentError_("exchange_cancelled")
                piece = client.get_file(blob, start, PIECE)
                if not piece:
                    raise EnvironmentError_("blob_missing")
                file.write(piece)
        cipher = part.read_bytes()
        part.unlink()
        if hashlib.sha256(cipher).hexdigest() != blob:
            raise EnvironmentError_("blob_damaged")
        blobs.put(self._store.home, cipher)
        self._there.add(blob)
        self._on_fetched(blob)
        return True

    def _part(self, blob: str) -> Path:
        folder = self._store.home / PARTS
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder / f"{blobs.blob_path(self._store.home, blob).name}.get"


def _known(connection: Connection) -> list[str]:
    return [row[0] for row in connection.execute(_KNOWN)]
