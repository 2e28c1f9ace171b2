"""That a file was written out of the record is recorded, whoever wrote it: window or command line.

No Qt.
"""

from pathlib import Path

from db.commands.exports import output_of, record_export
from db.domain.ops import Actor
from db.store.store import Store

USUAL = "存查"
"""For what something leaves where nobody says otherwise."""


def tell_left(
    store: Store,
    actor: Actor,
    form: str,
    *paths: Path,
    purpose: str = USUAL,
    rows: int = 0,
    callers: int = 0,
    about: str = "",
) -> None:
    """Record that files of a form were written: how many rows and callers are in them."""
    record_export(
        store, actor, form, [output_of(path) for path in paths],
        purpose=purpose or USUAL, rows=rows, callers=callers, about=about,
    )  # fmt: skip
