"""What the program remembers of a person at this workstation: saved views, how screens are laid.

Nothing of incidents: it is lost without loss, and is in the clear like the settings.
"""

from pathlib import Path
from typing import Any

import orjson

from db.store.files import write_file

_FILE = "people.json"
MAX_BYTES = 1_000_000


class Keepsakes:
    """Values by person and name; a damaged or missing file gives none."""

    def __init__(self, home: Path) -> None:
        self._path = home / _FILE
        self._values = _read(self._path)

    def get(self, person: str, name: str, default: Any) -> Any:
        """Return what is kept under a name, the default where it is nothing of that kind."""
        found = self._values.get(person, {}).get(name, default)
        return found if type(found) is type(default) else default

    def put(self, person: str, name: str, value: Any) -> None:
        """Keep a value that JSON can hold, until the program ends; `save` keeps it for longer."""
        self._values.setdefault(person, {})[name] = value

    def save(self) -> None:
        """Write what is kept; raises EnvironmentError_ where that cannot be."""
        write_file(self._path, orjson.dumps(self._values, option=orjson.OPT_INDENT_2))


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
