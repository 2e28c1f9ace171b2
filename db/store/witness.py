"""A witness outside the data folder of how far a record had come, and what follows from it.

A record that was put back from a copy looks whole: nothing in it says that newer ops once stood
there. Going on under the same op names would make two different ops of one name. So each commit
leaves a line in another directory, and the record keeps the binding (machine, path, file) it was
last opened under. Where they do not fit, this site goes on in a new epoch: that costs nothing,
and being wrong would.
"""

import logging
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import orjson

from db.domain.errors import EnvironmentError_, GridDeskError
from db.domain.ops import decode
from db.store import driver
from db.store.clock import Clock
from db.store.epochs import renew_epoch
from db.store.files import append_file, write_file
from db.store.journal import Journal
from db.store.lanes import CURRENT
from db.store.place import binding

log = logging.getLogger(__name__)

FOLDER_ENV = "GRIDDESK_WITNESS"
LIMIT = 64 * 1024
"""Bytes beyond which only the newest line of each binding is kept."""
_TAIL = 4 * LIMIT
_KEPT = 64
"""Bindings remembered: as many copies of one site on one machine are told apart."""
_MAX = 2**53
_FIRST = 1
"""A chain's first op: a crash may come between it and its line."""

# Of a district's chains the one it wrote to last: what it wrote before then stands behind that.
_CURRENT = f"""FROM chain JOIN site ON site.n = chain.site
LEFT JOIN op ON op.site = chain.site AND op.epoch = chain.epoch AND op.seq = chain.head_seq
WHERE site.id = (SELECT v FROM meta WHERE k = 'site') AND chain.epoch IN ({CURRENT})
ORDER BY op.recv DESC LIMIT 1"""
_OWN = f"""SELECT chain.epoch, head_seq, head_hash, (SELECT ifnull(max(recv), 0) FROM op)
{_CURRENT}"""
_NEWEST = f"SELECT op.body {_CURRENT}"
_AT = """SELECT op.hash FROM op JOIN site ON site.n = op.site
WHERE site.id = ? AND op.epoch = ? AND op.seq = ?"""


class Mark(NamedTuple):
    """How far a record had come: the head of its own chain, and how many ops it held in all."""

    epoch: int
    seq: int
    hash: str
    recv: int


class Line(NamedTuple):
    """A mark as it was noted, under the binding of the record then."""

    binding: str
    mark: Mark


class Witness:
    """The witness file of one site. `error` says why it could not be written, empty if it was."""

    def __init__(self, site: str, record: Path, clock: Clock, place: Path | None = None) -> None:
        self.site = site
        self.record = record
        self.binding = binding(record, place)
        self.error = ""
        self._clock = clock
        self._noted: Mark | None = None

    def note(self, connection: driver.Connection) -> None:
        """Write how far the record has come, if that has changed. Never raises: work goes on."""
        try:
            mark = own_mark(connection)
            if mark is None or mark == self._noted:
                return
            path = witness_path(self.site)
            line = _encode(self.site, Line(self.binding, mark), self._clock())
            try:
                size = append_file(path, line)
            except FileNotFoundError:
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                size = append_file(path, line)
            self._noted, self.error = mark, ""
            if size > LIMIT:
                self._compact(path)
        except (OSError, RuntimeError, driver.SqliteError, GridDeskError) as error:
            if not self.error:
                log.info("the witness cannot be written: %s", error)
            self.error = str(error)

    def lines(self) -> Iterator[Line]:
        """Yield what was noted of this site, newest first; what cannot be read is passed over."""
        try:
            with witness_path(self.site).open("rb") as file:
                file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL))
                raw = file.read(_TAIL)
        except (OSError, RuntimeError):
            return
        for text in reversed(raw.split(b"\n")):
            if line := _decode(self.site, text):
                yield line

    def _compact(self, path: Path) -> None:
        newest: dict[str, Line] = {}
        for line in self.lines():
            newest.setdefault(line.binding, line)
        kept = reversed(list(newest.values())[:_KEPT])
        write_file(path, b"".join(_encode(self.site, line, self._clock()) for line in kept))


def witness_path(site: str) -> Path:
    """Return where the witness of a site lies: never in the data folder, which is what it watches.

    Raises RuntimeError where the home directory is unknown.
    """
    return _folder() / f"{re.sub('[^0-9A-Za-z._-]', '_', site)[:64]}.witness"


def own_mark(connection: driver.Connection) -> Mark | None:
    """Return how far a record has come, None before its chain was started."""
    row = connection.execute(_OWN).fetchone()
    return Mark(row[0], row[1], bytes(row[2]).hex(), row[3]) if row else None


def own_words(connection: driver.Connection) -> tuple[str, int | None]:
    """Return which site a record is of, and the wall time of its newest own op."""
    row = connection.execute("SELECT v FROM meta WHERE k = 'site'").fetchone()
    site = str(row[0]) if row else ""
    newest = connection.execute(_NEWEST).fetchone()
    return site, decode(newest[0]).at if newest and newest[0] else None


def recognise(journal: Journal, witness: Witness) -> str:
    """Compare a record with its witness and, where they do not fit, renew its epoch.

    Returns why (restored, copied, witness_lost), empty where all is as it was left. To be called
    before anything else is written. Raises EnvironmentError_ (record_emptied) for a record whose
    every op is gone.
    """
    lines, own = witness.lines(), own_mark(journal.connection)
    if own is None:
        if next(lines, None):
            raise EnvironmentError_("record_emptied", path=str(witness.record))
        reason = ""
    else:
        reason = _doubt(journal, own, witness.binding, lines)
    if reason:
        renew_epoch(journal, reason)
        if not journal.projects:
            journal.set_meta("incarnation", secrets.token_hex(8))
    if journal.meta("binding") != witness.binding:
        journal.set_meta("binding", witness.binding)
    return reason


def rebind(record: Path, key: bytes, site: str, clock: Clock, place: Path | None = None) -> None:
    """Tell a record that this program itself has put it where it is: it is no copy.

    `place` is where it is about to put it, by renaming the file.
    """
    witness, connection = Witness(site, record, clock, place), driver.open_writer(record, key)
    try:
        with driver.transaction(connection):
            put = "INSERT OR REPLACE INTO meta VALUES ('binding', ?)"
            connection.execute(put, (witness.binding,))
        witness.note(connection)
    finally:
        connection.close()


def _doubt(journal: Journal, own: Mark, here: str, lines: Iterator[Line]) -> str:
    bound = journal.meta("binding")
    # Two copies on one machine share the file: each is measured by what it noted itself.
    mark = next((line.mark for line in lines if line.binding == bound or not bound), None)
    if mark and not _has_reached(journal, own, mark):
        return "restored"
    if bound != here and (bound or mark):
        return "copied"
    if bound and not mark and own.seq > _FIRST:
        return "witness_lost"
    return ""


def _has_reached(journal: Journal, own: Mark, mark: Mark) -> bool:
    """Whether a record holds all that was noted of it."""
    if own.recv < mark.recv:
        return False
    row = journal.connection.execute(_AT, (journal.site, mark.epoch, mark.seq)).fetchone()
    return mark.seq == 0 or (row is not None and bytes(row[0]).hex() == mark.hash)


def _folder() -> Path:
    if named := os.environ.get(FOLDER_ENV):
        return Path(named)
    if os.name == "nt":
        local = os.environ.get("LOCALAPPDATA")
        return Path(local or Path.home() / "AppData" / "Local") / "GridDesk" / "witness"
    state = os.environ.get("XDG_STATE_HOME")
    return Path(state or Path.home() / ".local" / "state") / "griddesk"


def _encode(site: str, line: Line, at: int) -> bytes:
    # The line break before it ends a line that a crash left torn.
    raw = {"site": site, "at": at, "binding": line.binding, **line.mark._asdict()}
    return b"\n" + orjson.dumps(raw) + b"\n"


def _decode(site: str, text: bytes) -> Line | None:
    try:
        raw = orjson.loads(text)
        numbers = [raw[name] for name in ("epoch", "seq", "recv")]
        words = raw["binding"], raw["hash"]
        is_sound = raw["site"] == site and all(isinstance(word, str) for word in words)
        is_sound &= all(type(number) is int and 0 <= number < _MAX for number in numbers)
    except (ValueError, KeyError, TypeError, IndexError):
        return None
    return Line(words[0], Mark(numbers[0], numbers[1], words[1], numbers[2])) if is_sound else None
