"""What a workstation remembers: its data folder, theme, the person last on duty."""

import os
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from db.store.files import write_file
from desktop.language import Words

HOME_ENV = "GRIDDESK_HOME"
_FILE = "settings.json"
FONT_SIZES = range(12, 29)
"""Pixels, before the screen's own scale."""
PORTS = range(1024, 65536)
"""Where a program may serve that nobody gave special rights to."""
_DAMAGED = f"{_FILE}.damaged"
_CHANGING = threading.Lock()
MATTERS = (
    "backup_folder", "backup_at", "room_serves", "room_port", "room_finds", "room_peers",
)  # fmt: skip
"""Settings whose change is recorded: where backups go, whom this workstation serves and meets."""
LANGUAGES = Words({"zh": "中文", "en": "English"})


@dataclass(frozen=True, slots=True)
class Settings:
    """Choices of this workstation; a damaged or missing file gives the defaults."""

    theme: str = "light"
    duty_user: str = ""
    font_size: int = 14
    sound: bool = True
    language: str = "zh"
    backup_folder: str = ""
    backup_at: str = "12:30"
    tiles: str = ""
    """The .mbtiles file under the map, empty for none."""
    tiles_crs: str = "wgs84"
    """The coordinate system its tiles are drawn in: domestic ones mostly in gcj02."""
    positions: str = ""
    """The table of teams' positions that another program writes again and again, empty for none."""
    positions_crs: str = "wgs84"
    """The coordinate system of that table."""
    room_serves: bool = False
    """Whether this workstation serves the others of its room."""
    room_port: int = 8472
    room_finds: bool = True
    """Whether it looks for the others on the room's network, and is found there if it serves."""
    room_peers: str = ""
    """Addresses of others that somebody named, with blanks between them."""


def data_home() -> Path:
    """Return the data folder: GRIDDESK_HOME, else the platform's place for such data."""
    named = os.environ.get(HOME_ENV)
    if named:
        return Path(named).expanduser().resolve()
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "GridDesk"
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local/share")) / "griddesk"


def load_settings(home: Path) -> Settings:
    """Read the settings of a data folder."""
    try:
        raw = _read(home)
        known = {
            name: raw[name]
            for name, default in asdict(Settings()).items()
            if type(raw.get(name)) is type(default)
        }
    except (OSError, ValueError):
        return Settings()
    found = replace(Settings(), **known)
    if found.room_port not in PORTS:
        found = replace(found, room_port=Settings().room_port)
    return found if found.font_size in FONT_SIZES else replace(found, font_size=14)


def set_damaged_aside(home: Path) -> bool:
    """Keep settings that nobody can read beside the new ones; tell whether they were damaged."""
    with _CHANGING:
        return _set_damaged_aside(home)


def _set_damaged_aside(home: Path) -> bool:
    try:
        _read(home)
    except OSError:
        return False
    except ValueError:
        with suppress(OSError):
            os.replace(home / _FILE, home / _DAMAGED)
        return True
    return False


def _read(home: Path) -> dict[str, Any]:
    raw = orjson.loads((home / _FILE).read_bytes())
    if not isinstance(raw, dict):
        raise ValueError(_FILE)
    return raw


def change_settings(home: Path, **values: object) -> Settings:
    """Keep some settings of a data folder and leave the others; return all of them.

    May be called from any thread. Raises EnvironmentError_ (file_unwritable).
    """
    with _CHANGING:
        _set_damaged_aside(home)
        settings = replace(load_settings(home), **values)  # type: ignore[arg-type]
        write_file(home / _FILE, orjson.dumps(asdict(settings), option=orjson.OPT_INDENT_2))
        return settings
