"""Where ops are kept, whichever database that is: what the exchange asks of it, and no more.

A workstation's record is one file of SQLite (`db.store.store.Store`), a district's may be a
PostgreSQL that several services share (`db.hub.postgres.PgLedger`). Both understand the SQL of this
package and of `db.hub.store`: text, integers and bytes, `?` for a value, nothing that one of them
lacks. What they do otherwise stands behind the methods of `Journal`.
"""

from collections.abc import Callable
from typing import Protocol, TypeVar

from db.store.clock import Clock
from db.store.driver import Connection
from db.store.journal import Journal
from db.store.store import Site
from db.store.writer import Written

T = TypeVar("T")


class Ledger(Protocol):
    """A record that ops are read from and taken into."""

    @property
    def site(self) -> Site:
        """Whose record it is."""

    @property
    def clock(self) -> Clock:
        """The clock it is kept by."""

    def read(self, query: Callable[[Connection], T]) -> T:
        """Answer a question."""

    def write(self, work: Callable[[Journal], T]) -> Written[T]:
        """Do a unit of work in one transaction; returns after it is durable.

        The work may be done over from its beginning where another process came in between.
        """

    def secret(self, name: str) -> bytes | None:
        """Return a key that is kept here: sign_key, box_key."""
