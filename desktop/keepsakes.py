"""What the program remembers of a person at this workstation: how screens are laid.

Nothing of incidents: it is lost without loss, and is in the clear like the settings.
"""

import threading
from pathlib import Path
from typing import Any

import orjson

from db.domain.errors import EnvironmentError_
from db.store.files import write_file

_FILE = "people.json"
MAX_BYTES = 1_000_000


class Keepsakes:
    """Values by person and name; a damaged or missing file gives none."""

    def __init__(self, home: Path) -> None:
        self._path = home / _FILE
        self._values = _read(self._path)
        self._writing = threading.Lock()
        self._is_changed = False

    def get(self, person: str, name: str, default: Any) -> Any:
        """Return what is kept under a name, the default where it is nothing of that kind."""
        found = self._values.get(person, {}).get(name, default)
        return found if type(found) is type(default) else default

    def put(self, person: str, name: str, value: Any) -> None:
        """Keep a value that JSON can hold, until the program ends; `save` keeps it for longer."""
        self._values.setdefault(person, {})[name] = value
        self._is_changed = True

    def save(self) -> None:
        """Write what is kept, if any of it is new; raises EnvironmentError_ where that cannot be.

        May be called from any thread: what was put before is on the disk when it returns.
        """
        with self._writing:
            if not self._is_changed:
                return
            self._is_changed = False
            try:
                write_file(self._path, orjson.dumps(self._values, option=orjson.OPT_INDENT_2))
            except EnvironmentError_:
                self._is_changed = True
                raise


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        if path.stat().st_size > MAX_BYTES:
            return {}
        raw = orjson.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    if not isinstance(raw, dict):
        return {}
    return {key: value for key, value in raw.items() if isinstance(value, dict)}
