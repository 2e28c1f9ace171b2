"""The records the bench works on: made once, kept in the bench's own folder, never a user's."""

import shutil
import sys
from pathlib import Path

from db.demo.bulk import fill_up, make_record
from db.store.clock import system_clock

VERSION = 4
"""Raise it when records must be made anew."""
OPEN_ROWS = 1_000
"""What a busy town has open; the same in every record, however old it is."""
_SIZES = {"town10": 290_000, "m1": 1_000_000, "m2": 2_000_000}
_DONE = "made"


def record(data: Path, name: str) -> Path:
    """Return the folder of a record (town10: ten years of one town; m1, m2: so many millions)."""
    home = data / f"v{VERSION}" / name
    if (home / _DONE).exists():
        return home
    shutil.rmtree(home, ignore_errors=True)
    sys.stderr.write(f"正在准备测速数据 {name}……\n")
    if name == "month":
        make_record(home, system_clock())
        fill_up(home, 0, OPEN_ROWS, system_clock())
    else:
        # Two million are the one million and as many again: the open set is the same rows.
        below = "m1" if name == "m2" else "month"
        copy_of(record(data, below), home)
        fill_up(home, _SIZES[name] - _SIZES.get(below, 0), 0, system_clock())
    (home / _DONE).touch()
    return home


def copy_of(home: Path, target: Path) -> Path:
    """Copy a record to a new folder and return that: what is written to must not be kept."""
    shutil.copytree(home, target, ignore=shutil.ignore_patterns(_DONE))
    return target
