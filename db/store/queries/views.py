"""The views of the duty desk that a person keeps."""

from typing import NamedTuple

import orjson

from db.store.driver import Connection

VIEWS = "views:"
"""Setting of the record, by user: in the encrypted file, for its words may name somebody; not an
op, for it is nobody else's."""


class SavedView(NamedTuple):
    """A line of words that a person keeps under a name."""

    name: str
    words: str


def saved_views(connection: Connection, user: str) -> tuple[SavedView, ...]:
    """Return the views a person keeps at this workstation, in the order they were kept in."""
    row = connection.execute("SELECT v FROM meta WHERE k = ?", (VIEWS + user,)).fetchone()
    return tuple(SavedView(*pair) for pair in (orjson.loads(row[0]).items() if row else ()))
