"""Reads tables of key places and of teams' positions; bad rows come back with their reasons.

The columns are found by what they are called. The coordinate system is asked, never guessed: the
numbers do not tell it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from db.domain.errors import InputError
from db.domain.geometry import E6, SYSTEMS, PointE6, to_e6, to_wgs84
from db.domain.identity import without_numbers
from db.domain.lists import Unit
from db.domain.places import PLACE_KINDS, Place, check_place
from db.domain.positions import MAX_SOURCE, Position, check_position
from db.imports.aliases import normalise
from db.imports.cells import Cell, as_text
from db.imports.error_file import EXTRA_TITLES
from db.imports.identity import is_identity_title
from db.imports.lists import RawList
from db.imports.reading import Sheet, read_sheets
from db.imports.values import parse_coordinate, parse_time

T = TypeVar("T", covariant=True)

PLACES = {
    "code": ("code", "编码", "代码", "编号", "场所编码", "场所编号", "placecode", "id"),
    "name": ("name", "名称", "场所名称", "单位名称", "重点场所", "placename"),
    "kind": ("kind", "类别", "类型", "场所类别", "场所类型", "placekind", "type"),
    "area_code": ("areacode", "网格编码", "网格代码", "区划代码", "所属网格编码", "gridcode"),
    "lon": ("lon", "经度", "lng", "longitude", "x"),
    "lat": ("lat", "纬度", "latitude", "y"),
    "note": ("note", "备注", "说明", "remark"),
}
POSITIONS = {
    "unit": ("unit", "单位", "队伍", "单位代码", "单位编码", "队伍代码", "单位名称", "队伍名称",
             "unitcode", "teamcode", "team"),
    "lon": PLACES["lon"],
    "lat": PLACES["lat"],
    "at": ("at", "时间", "定位时间", "更新时间", "gpstime", "time"),
}  # fmt: skip
_REQUIRED = frozenset({"code", "name", "kind", "lon", "lat", "unit", "at"})
_HEADER_ROWS = 20
KIND_WORDS: Mapping[str, tuple[str, ...]] = {
    "school": ("学校", "幼儿园", "小学", "中学"),
    "hospital": ("医院", "卫生院", "卫生服务中心", "卫生服务站"),
    "care_home": ("养老院", "敬老院", "养老机构"),
    "market": ("市场", "菜市场", "农贸市场", "商场"),
    "chemical": ("危化品", "危化品场所", "危化品仓库", "危险化学品"),
    "fuel": ("加油站", "加气站", "加油加气站"),
    "station": ("车站", "公交站", "客运站", "地铁站"),
    "shelter": ("避灾点", "避灾安置点", "应急避难场所", "避难场所"),
    "flood_point": ("防汛点", "泵站", "水闸", "易涝点"),
    "utility": ("水电气", "变电站", "水厂", "燃气站"),
    "site": ("工地", "建筑工地"),
    "office": ("办公场所", "政府机关", "社区办公室"),
    "other": ("其他",),
}
"""What a person may call a kind of place; the first is what the program calls it."""
_KINDS = {word: kind for kind, words in KIND_WORDS.items() for word in (*words, kind)}


@dataclass(frozen=True, slots=True)
class RowsPlan(Generic[T]):
    """The sound rows of a table in file order, and what is wrong with the others, by file row."""

    raw: RawList = field(repr=False)
    rows: tuple[T, ...]
    numbers: tuple[int, ...]
    errors: tuple[InputError, ...]


def read_places(path: Path, crs: str, areas: Iterable[str]) -> RowsPlan[Place]:
    """Read key places; `areas` are the codes that are known.

    Raises InputError (crs_unknown, list_column_missing, list_empty) and what `read_sheets` raises.
    """
    known = frozenset(areas)

    def place(row: Mapping[str, str]) -> Place:
        lon, lat = _point(row, crs)
        kind = _KINDS.get(row["kind"])
        if kind is None:
            names = [KIND_WORDS[one][0] for one in PLACE_KINDS]
            raise InputError("field_choice", column="kind", value=row["kind"], choices=names)
        if row["area_code"] and row["area_code"] not in known:
            raise InputError("field_area", column="area_code", value=row["area_code"])
        return check_place(
            Place(row["code"], row["name"], kind, row["area_code"], lon, lat, row["note"])
        )

    return _read(path, crs, PLACES, place, lambda one: one.code)


def read_positions(path: Path, crs: str, units: Iterable[Unit], now: int) -> RowsPlan[Position]:
    """Read teams' positions; a team is named by its code, its list key or its name.

    Raises what `read_places` raises.
    """
    named = {
        name: unit.code
        for unit in units
        for name in (unit.short_name, unit.name, unit.key, unit.code)
    }
    source = path.name[-MAX_SOURCE:]

    def position(row: Mapping[str, str]) -> Position:
        if row["unit"] not in named:
            raise InputError("position_unit_unknown", column="unit", value=row["unit"])
        at = parse_time(row["at"])
        if at is None:
            raise InputError("position_time_malformed", column="at", value=row["at"])
        return check_position(Position(named[row["unit"]], *_point(row, crs), at, source), now)

    return _read(path, crs, POSITIONS, position, None)


def is_of_positions(path: Path) -> bool:
    """Whether the titles of a table are those of teams' positions rather than of places."""
    rows = [row for sheet in read_sheets(path) for row in sheet.rows[:_HEADER_ROWS]]
    return max((_score(row, _known(POSITIONS)) for row in rows), default=0) > max(
        (_score(row, _known(PLACES)) for row in rows), default=0
    )


def _known(fields: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {normalise(alias): name for name, aliases in fields.items() for alias in aliases}


def _read(
    path: Path,
    crs: str,
    fields: Mapping[str, Sequence[str]],
    make: Callable[[Mapping[str, str]], T],
    key: Callable[[T], str] | None,
) -> RowsPlan[T]:
    if crs not in SYSTEMS:
        raise InputError("crs_unknown", value=crs, known=list(SYSTEMS))
    raw = _table(path, fields)
    rows: list[T] = []
    numbers: list[int] = []
    errors: list[InputError] = []
    first: dict[str, int] = {}
    for number, row in zip(raw.numbers, raw.rows, strict=True):
        try:
            for column in fields:
                if column in _REQUIRED and not row[column]:
                    raise InputError("field_missing", column=column)
            made = make(row)
            if key and first.setdefault(key(made), number) != number:
                raise InputError("list_row_twice", column="code", first=first[key(made)])
        except InputError as error:
            placed = {"column": "", **error.params, "row": number}
            errors.append(InputError(error.code, **placed))
            continue
        rows.append(made)
        numbers.append(number)
    return RowsPlan(raw, tuple(rows), tuple(numbers), tuple(errors))


def _table(path: Path, fields: Mapping[str, Sequence[str]]) -> RawList:
    """Read the first table of a file whose titles say what it holds, without identity numbers."""
    sheets = [sheet for sheet in read_sheets(path) if any(sheet.rows)]
    if not sheets:
        raise InputError("list_empty", row=0, column="")
    known = _known(fields)
    rows = [
        (sheet, number, row)
        for sheet in sheets
        for number, row in enumerate(sheet.rows[:_HEADER_ROWS], start=1)
    ]
    sheet, header, _ = max(rows, key=lambda found: _score(found[2], known))
    return _rows(sheet, header, fields, known)


def _score(row: Sequence[Cell], known: Mapping[str, str]) -> int:
    return len({known[title] for cell in row if (title := normalise(as_text(cell))) in known})


def _rows(
    sheet: Sheet, header: int, fields: Mapping[str, Sequence[str]], known: Mapping[str, str]
) -> RawList:
    titles = [as_text(cell).strip() for cell in sheet.rows[header - 1]]
    kept = [
        index
        for index, title in enumerate(titles)
        if not is_identity_title(normalise(title)) and title not in EXTRA_TITLES
    ]
    columns: dict[str, int] = {}
    for index in kept:
        if name := known.get(normalise(titles[index])):
            columns.setdefault(name, index)
    for name in fields:
        if name in _REQUIRED and name not in columns:
            raise InputError("list_column_missing", row=0, column=name)
    filled = [
        (number, _cleaned(row))
        for number, row in enumerate(sheet.rows[header:], start=header + 1)
        if row
    ]
    return RawList(
        titles=tuple(titles[index] for index in kept),
        cells=tuple(tuple(_at(row, index) for index in kept) for _, row in filled),
        numbers=tuple(number for number, _ in filled),
        rows=tuple(
            {name: _at(row, columns[name]) if name in columns else "" for name in fields}
            for _, row in filled
        ),
        unused=tuple(
            titles[index] for index in kept if titles[index] and index not in columns.values()
        ),
    )


def _cleaned(row: Sequence[Cell]) -> list[str]:
    return [without_numbers(as_text(cell).strip())[0] for cell in row]


def _at(row: Sequence[str], index: int) -> str:
    return row[index] if index < len(row) else ""


def _point(row: Mapping[str, str], crs: str) -> PointE6:
    """Return the point of a row in WGS-84; raises InputError for numbers that are none."""
    found = []
    for column, bound in (("lon", 180), ("lat", 90)):
        try:
            degrees = parse_coordinate(row[column], bound)
        except ValueError as error:
            raise InputError("point_malformed", column=column, value=row[column]) from error
        assert degrees is not None
        found.append(degrees / E6)
    return to_e6(to_wgs84(crs, (found[0], found[1])))
