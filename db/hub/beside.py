"""What a hub keeps beside its ops, and how the machine that keeps it is."""

from typing import NamedTuple, Protocol

from db.hub.blobs import Blobs, FileBlobs
from db.store.health import PAUSED
from db.store.store import Store
from db.sync.ledger import Ledger


class Probe(NamedTuple):
    """Bytes of disk that are free, None where that is another machine's; what does not work.

    `trouble` is record, disk, or empty.
    """

    free: int | None
    trouble: str


class Beside(Protocol):
    """The surroundings of a record."""

    @property
    def kind(self) -> str:
        """The name of the database."""

    @property
    def blobs(self) -> Blobs:
        """The attached files."""

    def probe(self) -> Probe:
        """Look how things are."""


class BesideFile:
    """The folder in which a record of SQLite lies."""

    kind = "SQLite"

    def __init__(self, store: Ledger) -> None:
        assert isinstance(store, Store)
        self._store = store
        self.blobs: Blobs = FileBlobs(store)

    def probe(self) -> Probe:
        """Look at the disk, and whether the record was found damaged."""
        health = self._store.guard.probe()
        trouble = "disk" if health.trouble or health.level == PAUSED else ""
        return Probe(health.free, "record" if health.damaged else trouble)
