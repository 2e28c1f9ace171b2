"""A disk that forgets what was not synced: it records a run and gives what a power cut leaves.

Sure is what was synced before the cut. Of the writes after a file's last sync each sector may be
there or not, in any mixture; so may a truncation or a deletion. `-shm` is memory and not kept.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import apsw

SECTOR = 512
FILES = ("record.db", "record.db-wal")


class Event(NamedTuple):
    """One call to the disk: write (at, data), truncate (at is the size), sync, delete."""

    kind: str
    file: str
    at: int = 0
    data: bytes = b""


class Disk(apsw.VFS):
    """A file system that writes through to real files and records every call that changes one."""

    def __init__(self, name):
        self.name = name
        self.events = []
        super().__init__(name, base="")

    def note(self, kind, path, at=0, data=b""):
        file = Path(path).name
        if file in FILES:
            self.events.append(Event(kind, file, at, data))

    def xOpen(self, name, flags):
        return _File(self, name, flags)

    def xDelete(self, filename, syncdir):
        super().xDelete(filename, syncdir)
        self.note("delete", filename)
        if syncdir:
            self.note("sync", filename)


class _File(apsw.VFSFile):
    def __init__(self, disk, name, flags):
        self.disk = disk
        self.path = name.filename() if isinstance(name, apsw.URIFilename) else name or ""
        super().__init__("", name, flags)

    def xWrite(self, data, offset):
        super().xWrite(data, offset)
        self.disk.note("write", self.path, offset, bytes(data))

    def xTruncate(self, newsize):
        super().xTruncate(newsize)
        self.disk.note("truncate", self.path, newsize)

    def xSync(self, flags):
        self.disk.note("sync", self.path)


@dataclass
class Platter:
    """One file as the disk holds it: what is sure, and what is still under way."""

    sure: bytearray | None
    pending: list

    def take(self, event):
        if event.kind != "sync":
            self.pending.append(event)
            return
        for waiting in self.pending:
            self.sure = _done(self.sure, waiting)
        self.pending = []

    def after_cut(self, rng):
        """Return the file as a cut leaves it now, None where there is none."""
        image = None if self.sure is None else bytearray(self.sure)
        share = rng.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        for event in self.pending:
            for part in _sectors(event):
                if rng.random() < share:
                    image = _done(image, part)
        return image


def _sectors(event):
    """Yield what of a call reaches the platter by itself."""
    if event.kind != "write":
        yield event
        return
    start, end = event.at, event.at + len(event.data)
    while start < end:
        stop = min(end, (start // SECTOR + 1) * SECTOR)
        yield event._replace(at=start, data=event.data[start - event.at : stop - event.at])
        start = stop


def _done(content, event):
    if event.kind == "delete":
        return None
    content = bytearray() if content is None else content
    if event.kind == "truncate":
        del content[event.at :]
        content.extend(bytes(event.at - len(content)))
        return content
    content.extend(bytes(max(0, event.at - len(content))))
    content[event.at : event.at + len(event.data)] = event.data
    return content


def cuts(base, events, points, rng_of):
    """Yield (point, images) for each point in order: `point` calls had been made by then."""
    platters = {file: Platter(bytearray(base[file]) or None, []) for file in FILES}
    done = 0
    for point in sorted(points):
        for event in events[done:point]:
            platters[event.file].take(event)
        done = point
        rng = rng_of(point)
        yield point, {file: platters[file].after_cut(rng) for file in FILES}
