"""The lists that stand: those bundled with the program, and over them those the town published.

A version of a list is named by a digest of what it says. Of the versions of a kind the one with
the newest `valid_from` that has come is in force; two of the same instant follow by when they were
published, then by name, so that every station of a town has the same one. What other stations
published is believed only as far as it can be: a version whose parts are not what its name says,
or that no rule could work with, is passed over, and the one before it stays.
"""

import csv
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import orjson

import resources
from db.domain.errors import InputError
from db.domain.lists import (
    KINDS,
    Policy,
    Stage,
    Unit,
    list_version,
    parse_policy,
    parse_stages,
    parse_unit,
)
from db.domain.ops import MAX_INT, Op
from db.store.driver import Connection

if TYPE_CHECKING:
    from db.domain.areas import Area
    from db.domain.calendar import Calendar

T = TypeVar("T")
Rows = tuple[dict[str, str], ...]

POLICY_KINDS = ("classes", "limits")
"""What an incident keeps as it was born: its version names these, in this order."""
DEFAULT_VIEW = "five"
DEFAULT_HOURS = "08:00-12:00,14:00-18:00"

# A part is one of so many: one that counts them otherwise does not belong to the rest.
# A district has the lists of all its towns in its record; for it those of a district count.
_OF_DISTRICT = """SELECT 1 FROM op JOIN site ON site.n = op.site
JOIN station ON station.id = site.id WHERE op.subject = list_version.rid
AND length(station.town) = 6"""
_IS_TOWN = """(SELECT length(town) FROM station
WHERE id = (SELECT v FROM meta WHERE k = 'site')) IS NOT 6"""
COMPLETE = f"""SELECT kind, version, valid_from FROM list_version WHERE valid_from <= ?
AND ({_IS_TOWN} OR EXISTS ({_OF_DISTRICT}))
GROUP BY kind, version, valid_from, parts HAVING count(*) = parts
ORDER BY valid_from DESC, max(at) DESC, version DESC"""
PARTS = """SELECT valid_from, parts, content FROM list_version
WHERE kind = ? AND version = ? ORDER BY valid_from, parts, part"""


def list_row(op: Op) -> dict[str, Any]:
    """Return the row of a published part; raises ValueError and the like for one that lies."""
    from db.domain.list_checks import cell_errors, has_columns, is_sound  # lazy: off the start path

    raw = op.payload
    rows = [{str(name): str(value) for name, value in row.items()} for row in raw["rows"]]
    if rows != raw["rows"] or not rows or not has_columns(raw["kind"], rows):
        raise ValueError("rows")
    if next(cell_errors(raw["kind"], rows), None):
        raise ValueError("cells")
    if not (0 < raw["part"] <= raw["parts"] and 0 <= raw["valid_from"] < MAX_INT):
        raise ValueError("part")
    if op.id != part_id(raw["kind"], raw["version"], raw["valid_from"], raw["part"]):
        raise ValueError("id")
    if raw["parts"] == 1 and (
        list_version(rows) != raw["version"] or not is_sound(raw["kind"], rows)
    ):
        raise ValueError("version")
    names = ("kind", "version", "valid_from", "part", "parts")
    told = {name: raw[name] for name in ("base", "approved_by", "doc_no", "note")}
    if not all(type(text) is str for text in told.values()):
        raise TypeError("text")
    return {
        **{name: raw[name] for name in names},
        "content": orjson.dumps(rows, option=orjson.OPT_SORT_KEYS).decode(),
        **told,
        "at": op.at,
        "actor_name": op.actor.name,
    }


def part_id(kind: str, version: str, valid_from: int, part: int) -> str:
    """Return the id of a part: two stations that publish the same thing speak of one subject."""
    return f"{kind}-{version}-{valid_from}-{part}"


@cache
def bundled_rows(kind: str) -> Rows:
    """Return a list as it comes with the program."""
    return tuple(read_rows(resources.path(f"lists/{kind}.csv")))


@cache
def bundled_version(kind: str) -> str:
    """Return the version of a list as it comes with the program."""
    return list_version(bundled_rows(kind))


class Publication(NamedTuple):
    """A version and from when it counts (UTC milliseconds); a version may be published again."""

    version: str
    valid_from: int


def in_force_at(
    connection: Connection, at: int, kinds: Sequence[str] = KINDS
) -> dict[str, Publication]:
    """Return what is in force of each kind at an instant; the bundled ones count from 0."""
    found: dict[str, Publication] = {}
    for kind, *publication in connection.execute(COMPLETE, (at,)).fetchall():
        version = publication[0]
        if (
            kind in kinds
            and kind not in found
            and published_rows(connection, kind, version) is not None
        ):
            found[kind] = Publication(*publication)
    return {kind: found.get(kind) or Publication(bundled_version(kind), 0) for kind in kinds}


def versions_at(connection: Connection, at: int, kinds: Sequence[str] = KINDS) -> dict[str, str]:
    """Return which version of each kind is in force at an instant."""
    return {kind: found.version for kind, found in in_force_at(connection, at, kinds).items()}


def rows_of(connection: Connection, kind: str, version: str) -> Rows:
    """Return the rows of a version; of one that is not here, or not whole, the bundled ones."""
    return published_rows(connection, kind, version) or bundled_rows(kind)


def published_rows(connection: Connection, kind: str, version: str) -> Rows | None:
    """Return the rows of a version; None for one that is not here whole or cannot be used."""
    if version == bundled_version(kind):
        return bundled_rows(kind)
    found: dict[tuple[int, int], list[str]] = {}
    for valid_from, parts, content in connection.execute(PARTS, (kind, version)).fetchall():
        found.setdefault((valid_from, parts), []).append(content)
    sets = (_read_parts(kind, version, tuple(contents)) for contents in found.values())
    return next(filter(None, sets), None)


@lru_cache(maxsize=64)
def _read_parts(kind: str, version: str, contents: tuple[str, ...]) -> Rows | None:
    """Return the rows that parts make; None where they are not this version, or not sound."""
    from db.domain.list_checks import is_sound  # lazy: what is bundled is sound

    rows = tuple(row for content in contents for row in orjson.loads(content))
    return rows if list_version(rows) == version and is_sound(kind, rows) else None


def rows_at(connection: Connection, kind: str, at: int) -> Rows:
    """Return the rows of a kind that are in force at an instant."""
    return rows_of(connection, kind, versions_at(connection, at, (kind,))[kind])


_ROWS_OF_POLICY = ("platforms", "classes", "limits", "responsibilities")
_ROWS_OF_CALENDAR = ("calendar", "options")
_POLICIES: dict[tuple[str, ...], Policy] = {}
"""Policies made so far, by the versions of their lists; a version is what the list says."""


def policy_at(connection: Connection, at: int) -> Policy:
    """Return the policy in force at an instant; its `version` is what an incident keeps."""
    return _policy(connection, versions_at(connection, at, _ROWS_OF_POLICY))


def rules_at(connection: Connection, at: int, born: str = "") -> tuple[Policy, "Calendar"]:
    """Return policy and calendar for a decision at an instant, asking once what is in force.

    `born` is the version of an incident that keeps its classes and limits as they were then, empty
    for those in force; who is responsible, and how platforms are called, is as at `at`. An incident
    older than published lists was born under the bundled ones.
    """
    versions = versions_at(connection, at, (*_ROWS_OF_POLICY, *_ROWS_OF_CALENDAR))
    policy = _policy(connection, versions | _born(born) if born else versions)
    return policy, _calendar(connection, versions)


def _born(version: str) -> dict[str, str]:
    """Return the versions that an incident's policy names, the bundled ones where it does not."""
    named = dict(zip(POLICY_KINDS, version.split("."), strict=False)) if "." in version else {}
    return {kind: bundled_version(kind) for kind in POLICY_KINDS} | named


@cache
def default_policy() -> Policy:
    """Return the bundled policy."""
    rows = [bundled_rows(kind) for kind in _ROWS_OF_POLICY]
    return parse_policy(_policy_version({k: bundled_version(k) for k in POLICY_KINDS}), *rows)


def _policy(connection: Connection, versions: Mapping[str, str]) -> Policy:
    key = tuple(versions[kind] for kind in _ROWS_OF_POLICY)
    if key in _POLICIES:
        return _POLICIES[key]
    found = {kind: published_rows(connection, kind, versions[kind]) for kind in _ROWS_OF_POLICY}
    rows = [published or bundled_rows(kind) for kind, published in found.items()]
    policy = parse_policy(_policy_version(versions), *rows)
    if all(found.values()):
        # Else an incident came before its list: what stands in for it must not stay.
        _POLICIES[key] = policy
    return policy


def _policy_version(versions: Mapping[str, str]) -> str:
    return ".".join(versions[kind] for kind in POLICY_KINDS)


def option_at(connection: Connection, key: str, at: int) -> str:
    """Return what the town chose, empty where it chose nothing."""
    return _option(rows_at(connection, "options", at), key)


def _option(rows: Rows, key: str) -> str:
    return {row["key"]: row["value"] for row in rows}.get(key, "")


def stages_at(connection: Connection, at: int) -> tuple[Stage, ...]:
    """Return the stages of the loop in the view the town chose."""
    views = parse_stages(rows_at(connection, "stages", at))
    chosen = option_at(connection, "stage_view", at)
    return views.get(chosen) or views.get(DEFAULT_VIEW) or next(iter(views.values()))


class ListsInForce(NamedTuple):
    """What a window shows of the lists."""

    policy: Policy
    stages: tuple[Stage, ...]


def lists_at(connection: Connection, at: int) -> ListsInForce:
    """Return the lists in force at an instant, for a window to speak of."""
    return ListsInForce(policy_at(connection, at), stages_at(connection, at))


_CALENDARS: "dict[tuple[str, str], Calendar]" = {}


def calendar_at(connection: Connection, at: int) -> "Calendar":
    """Return the working calendar in force: the town's days and hours, else the program's own."""
    return _calendar(connection, versions_at(connection, at, _ROWS_OF_CALENDAR))


def _calendar(connection: Connection, versions: Mapping[str, str]) -> "Calendar":
    from db.domain.calendar import DEFAULT_CALENDAR, parse_calendar  # lazy: off the start path

    key = (versions["calendar"], versions["options"])
    if key == (bundled_version("calendar"), bundled_version("options")):
        return DEFAULT_CALENDAR
    if key not in _CALENDARS:
        days = rows_of(connection, "calendar", versions["calendar"])
        options = rows_of(connection, "options", versions["options"])
        hours = _option(options, "working_hours") or DEFAULT_HOURS
        _CALENDARS[key] = parse_calendar(".".join(key), hours, days)
    return _CALENDARS[key]


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


def read_areas(path: Path | None = None) -> "list[Area]":
    """Read an area list; without a path the bundled example town.

    Raises InputError naming the row of a code that does not fit its level or its parent.
    """
    from db.domain.list_checks import check_tree  # lazy: off the start path

    source = path or resources.path("lists/areas.csv")
    found = parse_rows(source, _area)
    check_tree(found, [row.get("parent") or "" for row in read_rows(source)])
    return found


def _area(row: dict[str, str]) -> "Area":
    from db.domain.areas import Area, check_area  # lazy: off the start path

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
