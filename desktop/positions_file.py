"""Teams' positions out of a table that another program writes again every few minutes.

While the window is open nothing else may write to the record, so the window itself looks at the
file. Only the newest position of each team is kept (`db.commands.positions`).
"""

import logging
from pathlib import Path

from db.domain.errors import GridDeskError, InputError
from db.domain.geometry import SYSTEMS
from db.domain.ops import SYSTEM
from db.store.store import Store
from desktop.settings import change_settings, load_settings

log = logging.getLogger(__name__)


class PositionsFile:
    """The table this workstation follows, and which state of it has been read."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._read: tuple[str, int, int] | None = None

    def take(self) -> int:
        """Take in the table where it has changed since; return how many teams have moved.

        A table that cannot be read changes nothing and disturbs nobody: the positions grow old,
        and the screens show their age. A wrong table is looked at again once it has changed; what
        only could not be read or written now is tried again the next time.
        """
        from db.commands.positions import take_positions  # lazy: off the start path
        from db.imports.ground_rows import read_positions
        from db.store.queries.town import units

        settings = load_settings(self._store.home)
        path = Path(settings.positions)
        state = _state_of(path) if settings.positions else None
        if state is None or state == self._read:
            return 0
        try:
            known = self._store.read(units)
            plan = read_positions(path, settings.positions_crs, known, self._store.clock())
            taken = take_positions(self._store, SYSTEM, plan.rows).taken
        except GridDeskError as error:
            log.warning("the table of positions was not taken: %s", error.code)
            if isinstance(error, InputError):
                self._read = state
            return 0
        self._read = state
        return taken


def follow(home: Path, path: Path | None, crs: str = "") -> None:
    """Follow a table from now on, None for none; raises InputError (crs_unknown)."""
    if path is None:
        change_settings(home, positions="")
        return
    if crs not in SYSTEMS:
        raise InputError("crs_unknown", value=crs, known=list(SYSTEMS))
    change_settings(home, positions=str(path.expanduser().resolve()), positions_crs=crs)


def _state_of(path: Path) -> tuple[str, int, int] | None:
    """Return what changes when a file is written again, None where it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return str(path), found.st_mtime_ns, found.st_size
