"""Reading the list files into the rules' own types."""

import csv
import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar

import resources
from db.domain.areas import Area, check_area
from db.domain.errors import InputError
from db.domain.lists import Policy, Unit, parse_policy, parse_unit

T = TypeVar("T")

_POLICY_FILES = ("platforms", "classes", "limits", "responsibilities")


@cache
def default_policy() -> Policy:
    """Return the bundled policy. Its version is a digest of the files' contents."""
    paths = [resources.path(f"lists/{name}.csv") for name in _POLICY_FILES]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:8]
    return parse_policy(digest, *(read_rows(path) for path in paths))


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read a list file: UTF-8 with a header row."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError("list_unreadable", path=path.name, reason=str(error)) from error


def read_units(town: str, path: Path | None = None) -> list[Unit]:
    """Read a unit list for a town; without a path the bundled one."""
    return parse_rows(path or resources.path("lists/units.csv"), lambda row: parse_unit(town, row))


def read_areas(path: Path | None = None) -> list[Area]:
    """Read an area list; without a path the bundled example town."""
    return parse_rows(path or resources.path("lists/areas.csv"), _area)


def _area(row: dict[str, str]) -> Area:
    centre = None
    if row.get("lon") and row.get("lat"):
        centre = (_e6(row["lon"]), _e6(row["lat"]))
    return check_area(
        Area(
            code=row["code"],
            name=row["name"],
            level=row["level"],
            grid_type=row.get("grid_type", ""),
            households=int(row.get("households") or 0),
            centre=centre,
        )
    )


def _e6(text: str) -> int:
    return round(float(text) * 1_000_000)


def parse_rows(path: Path, parse: Callable[[dict[str, str]], T]) -> list[T]:
    """Read a list file into objects; raises InputError naming the row that does not fit."""
    parsed = []
    for number, row in enumerate(read_rows(path), start=2):
        try:
            parsed.append(parse(row))
        except (KeyError, ValueError, TypeError) as error:
            raise InputError(
                "list_row_malformed", row=number, path=path.name, reason=str(error)
            ) from error
    return parsed
