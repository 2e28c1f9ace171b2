"""What a workstation remembers: its data folder, theme, the person last on duty."""

import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from db.store.files import write_file

HOME_ENV = "GRIDDESK_HOME"
_FILE = "settings.json"


@dataclass(frozen=True, slots=True)
class Settings:
    """Choices of this workstation; a damaged or missing file gives the defaults."""

    theme: str = "light"
    duty_user: str = ""
    font_size: int = 14
    backup_folder: str = ""
    backup_at: str = "12:30"


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
        raw: dict[str, Any] = orjson.loads((home / _FILE).read_bytes())
        known = {
            name: raw[name]
            for name, default in asdict(Settings()).items()
            if type(raw.get(name)) is type(default)
        }
    except (OSError, ValueError, AttributeError):
        return Settings()
    return replace(Settings(), **known)


def save_settings(home: Path, settings: Settings) -> None:
    """Keep the settings of a data folder."""
    write_file(home / _FILE, orjson.dumps(asdict(settings), option=orjson.OPT_INDENT_2))
