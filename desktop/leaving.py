"""That a file was written out of the record is recorded, whoever wrote it: window or command line.

No Qt.
"""

from contextlib import suppress
from pathlib import Path

from db.commands.exports import output_of, record_export
from db.domain.errors import EnvironmentError_
from db.domain.ops import Actor
from db.store.store import Store
from desktop.language import say

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


def tell_backup(store: Store, actor: Actor, target: Path) -> None:
    """Record that a backup is about to be made, and into which folder.

    Before, so that the backup holds it: one is never behind the record by its own making. Its
    digests stand in its manifest. What is open elsewhere, or takes nothing more, is backed up all
    the same.
    """
    with suppress(EnvironmentError_):
        record_export(store, actor, "backup", (), purpose=say("备份"), about=str(target))
