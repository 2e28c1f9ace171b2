"""Putting another record in the place of this one: old or new, whole, whenever it is killed.

The new files are made complete in a folder beside the old ones. Then one small file says that
they are to take their place; from there on every start finishes what it says.
"""

import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from db.domain.errors import EnvironmentError_
from db.store.files import sync_folder, write_file
from db.store.lock import hold
from db.store.store import RECORD, SITE_FILE, SWAP

STAGE = "stage-"
NAMES = (f"{RECORD}-wal", f"{RECORD}-shm", RECORD, "key", SITE_FILE)
"""The files of a record, in the order they change places: never a log beside a foreign file."""


def make_stage(home: Path, stamp: str) -> Path:
    """Return an empty folder for the new files; leftovers of a broken attempt go."""
    clear_stages(home)
    stage = home / f"{STAGE}{stamp}.part"
    stage.mkdir(mode=0o700)
    return stage


def clear_stages(home: Path) -> None:
    """Remove new files that nothing announced; the record itself is not touched."""
    if not (home / SWAP).exists():
        for left in home.glob(f"{STAGE}*.part"):
            shutil.rmtree(left, ignore_errors=True)


def announce(home: Path, stage: Path, aside: str) -> Path:
    """Say that the files in `stage` replace the record, which goes to the folder `aside`.

    They do when the record is next opened. Returns the folder the present record will be in.
    """
    new = [name for name in NAMES if (stage / name).exists()]
    with suppress(OSError):
        sync_folder(stage)
    plan = {"stage": stage.name, "aside": aside, "new": new}
    write_file(home / SWAP, orjson.dumps(plan))
    return home / aside


def finish_swap(home: Path) -> None:
    """Finish an announced change of places; raises EnvironmentError_ while the record is open."""
    with hold(home):
        change_places(home)


def change_places(home: Path) -> None:
    """Do as announced. The caller holds the data folder; does nothing where nothing is announced.

    May be broken off at any moment and called again.
    """
    plan = _plan(home)
    if plan is None:
        return
    stage, aside = home / plan["stage"], home / plan["aside"]
    try:
        # Without its folder all has been done but taking the word back.
        for name in NAMES if stage.exists() else ():
            _change(home, stage, aside, name, is_new=name in plan["new"])
        with suppress(OSError):
            sync_folder(home)
        shutil.rmtree(stage, ignore_errors=True)
        (home / SWAP).unlink(missing_ok=True)
        with suppress(OSError):
            sync_folder(home)
    except OSError as error:
        raise EnvironmentError_("home_unwritable", path=str(home), detail=str(error)) from error


def _change(home: Path, stage: Path, aside: Path, name: str, *, is_new: bool) -> None:
    new, place = stage / name, home / name
    if is_new and not new.exists():
        return  # in its place already
    if place.exists():
        aside.mkdir(mode=0o700, exist_ok=True)
        place.rename(aside / name)
    if is_new:
        new.rename(place)


def _plan(home: Path) -> dict[str, Any] | None:
    try:
        return dict(orjson.loads((home / SWAP).read_bytes()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise EnvironmentError_("site_file_damaged", path=str(home / SWAP)) from error
