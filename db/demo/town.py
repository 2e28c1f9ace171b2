"""An invented town: division codes, grid polygons, places.

Nothing here is a real place. The ground lies in open sea and the district code starts with 99,
which no division uses. Everything follows from the arguments, so two rooms that make the same
town hold the same town.

Run as `python -m db.demo.town FILE` it writes the bundled area list.
"""

import csv
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Literal

import shapely
from shapely import MultiPoint, Polygon, affinity

Point = tuple[int, int]
Ring = tuple[Point, ...]
Level = Literal["district", "town", "village", "grid"]
GridType = Literal["base", "dedicated", ""]
PlaceKind = Literal["road", "estate", "market", "school", "river", "plant"]

CENTRE: Point = (125_000_000, 29_500_000)
RADIUS = 52_000
"""Mean radius of the town in microdegrees, about 5.5 km."""

COLUMNS = ("code", "name", "level", "parent", "grid_type", "households", "lon", "lat")

_DISTRICT_SCALE = 2.4
_TOWN_NAMES = ("示例", "禾渚", "澄砚", "柳屿", "枫汀", "岚桥")
_COMMUNITY_NAMES = (
    "兴禾 明湾 锦汀 学林 砚湖 云渡 澄苑 望潮 桂塘 青棠 书香 听澜 梧桐 新垦 采薇 映月 银杏 南汐 "
    "同辉 丰泽 芳洲 春晓 百合 悦溪"
)
_VILLAGE_NAMES = (
    "柳湾 桐屿 稻垄 鹭汀 石硖 藕塘 麦岙 樟坞 渔埠 茶坪 竹浦 橘林 苇荡 樵坡 盐垛 莲溇 蟹浪 桑墩"
)
_DEDICATED_SHARE = 0.08
_COMMUNITY_SHARE = 0.625
_HOUSEHOLDS = {"community": (300, 500), "village": (180, 360)}


@dataclass(frozen=True)
class AreaSpec:
    """One area of the division tree.

    `ring` is counter-clockwise and does not repeat its first point; coordinates are integer
    microdegrees (longitude, latitude) in WGS 84. `households` of a higher level is the sum of the
    grids known below it, and 0 for a dedicated grid.
    """

    code: str
    name: str
    level: Level
    parent: str
    grid_type: GridType
    households: int
    ring: Ring
    centre: Point


@dataclass(frozen=True)
class Place:
    """A nameable spot in a grid, such as a house number or a market."""

    area_code: str
    text: str
    lon_e6: int
    lat_e6: int
    kind: PlaceKind


@dataclass(frozen=True)
class Town:
    """A town with all that lies in it; `outline` is the ring of the town itself."""

    district: AreaSpec
    town: AreaSpec
    villages: tuple[AreaSpec, ...]
    grids: tuple[AreaSpec, ...]
    places: tuple[Place, ...]

    @property
    def outline(self) -> Ring:
        """The border of the town."""
        return self.town.ring

    @property
    def areas(self) -> tuple[AreaSpec, ...]:
        """Every area, parents before children."""
        return (self.district, self.town, *self.villages, *self.grids)

    @cached_property
    def by_code(self) -> dict[str, AreaSpec]:
        """Areas by their code."""
        return {area.code: area for area in self.areas}

    @cached_property
    def places_by_grid(self) -> dict[str, tuple[Place, ...]]:
        """Places by the code of their grid."""
        found: dict[str, list[Place]] = {grid.code: [] for grid in self.grids}
        for place in self.places:
            found[place.area_code].append(place)
        return {code: tuple(places) for code, places in found.items()}


@dataclass(frozen=True)
class _Group:
    """Grid cells that make up one village, before it has a name."""

    cells: tuple[Polygon, ...]
    shape: Polygon


def make_town(code: str = "990101001", seed: int = 1, villages: int = 16, grids: int = 126) -> Town:
    """Return the invented town of `code`, nine digits starting with 99.

    `grids` must be at least `villages`; every village gets one grid or more.
    """
    if not (len(code) == 9 and code.isdigit() and code.startswith("99")):
        raise ValueError(f"not an invented town code: {code!r}")
    if not 1 <= villages <= grids:
        raise ValueError(f"{grids} grids do not fill {villages} villages")
    rng = Random(f"{code}/{seed}")
    cells = _cells(rng, _outline(rng), grids)
    groups = _grouped(cells, villages)
    outline = _union(cells)
    named = _named(code, groups, rng)
    village_specs: list[AreaSpec] = []
    grid_specs: list[AreaSpec] = []
    for village_code, name, group in named:
        children = tuple(_grid_specs(village_code, name, group, rng))
        households = sum(grid.households for grid in children)
        village_specs.append(
            _area(village_code, _full(village_code, name), "village", code, group.shape, households)
        )
        grid_specs.extend(children)
    total = sum(village.households for village in village_specs)
    around = affinity.scale(outline, _DISTRICT_SCALE, _DISTRICT_SCALE, origin=CENTRE)
    return Town(
        district=_area(code[:6], "示例区", "district", "", around, total),
        town=_area(code, _town_name(code), "town", code[:6], outline, total),
        villages=tuple(village_specs),
        grids=tuple(grid_specs),
        places=tuple(_places(grid_specs, rng)),
    )


def area_rows(town: Town) -> Iterator[tuple[str, ...]]:
    """Yield the rows of the area list, header first; degrees have six decimals."""
    yield COLUMNS
    for area in town.areas:
        lon, lat = (f"{value / 1e6:.6f}" for value in area.centre)
        yield (
            area.code,
            area.name,
            area.level,
            area.parent,
            area.grid_type,
            str(area.households),
            lon,
            lat,
        )


def write_areas_csv(town: Town, path: Path) -> None:
    """Write the area list of a town as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(area_rows(town))


def _outline(rng: Random) -> Polygon:
    """Return a border with gentle bays: a circle with a few low waves."""
    waves = [
        (order, rng.uniform(0, math.tau), rng.uniform(0.04, 0.16) / order * 2)
        for order in (2, 3, 4, 5, 7)
    ]

    def corner(index: int) -> tuple[float, float]:
        angle = math.tau * index / 72
        reach = RADIUS * (1 + sum(size * math.sin(n * angle + at) for n, at, size in waves))
        return CENTRE[0] + reach * 1.15 * math.cos(angle), CENTRE[1] + reach * math.sin(angle)

    return Polygon([corner(index) for index in range(72)])


def _cells(rng: Random, outline: Polygon, count: int) -> list[Polygon]:
    """Return `count` cells that tile the outline, smaller towards its middle.

    Corners are rounded to integers only after the cells share them, so that neighbours still meet
    exactly and their union has no slivers.
    """
    points = _seeds(rng, outline, count)
    for _ in range(3):
        cells = _voronoi(points, outline)
        points = [(cell.centroid.x, cell.centroid.y) for cell in cells]
    return [_rounded(cell) for cell in _voronoi(points, outline)]


def _seeds(rng: Random, outline: Polygon, count: int) -> list[tuple[float, float]]:
    points: list[tuple[float, float]] = []
    while len(points) < count:
        angle, reach = rng.uniform(0, math.tau), rng.random() ** 0.75 * 1.6 * RADIUS
        x = CENTRE[0] + reach * math.cos(angle)
        y = CENTRE[1] + reach * math.sin(angle)
        if shapely.contains_xy(outline, x, y):
            points.append((x, y))
    return points


def _voronoi(points: Sequence[tuple[float, float]], outline: Polygon) -> list[Polygon]:
    diagram = shapely.voronoi_polygons(MultiPoint(points), extend_to=outline, ordered=True)
    return [_largest(cell.intersection(outline)) for cell in diagram.geoms]


def _largest(shape: shapely.Geometry) -> Polygon:
    """Return the main piece: a bay may cut a crumb off a cell at the border."""
    return max((part for part in shapely.get_parts(shape)), key=lambda part: float(part.area))


def _rounded(cell: Polygon) -> Polygon:
    corners = [(round(x), round(y)) for x, y in cell.exterior.coords]
    kept = [corner for before, corner in pairwise(corners) if corner != before]
    return Polygon(kept)


def _grouped(cells: Sequence[Polygon], count: int) -> list[_Group]:
    """Grow `count` villages over the cells; each is one connected piece.

    The smallest village takes the nearest free neighbour next, which keeps sizes even.
    """
    neighbours = _neighbours(cells)
    middles = [(cell.centroid.x, cell.centroid.y) for cell in cells]
    starts = _spread(middles, count)
    members = [[start] for start in starts]
    free = set(range(len(cells))) - set(starts)
    while free:
        for village in sorted(range(count), key=lambda index: (len(members[index]), index)):
            edge = {other for cell in members[village] for other in neighbours[cell]} & free
            if edge:
                home = middles[starts[village]]
                nearest = min(edge, key=lambda cell: (math.dist(home, middles[cell]), cell))
                members[village].append(nearest)
                free.remove(nearest)
                break
    picked = [[cells[index] for index in indexes] for indexes in members]
    return [_Group(tuple(part), _union(part)) for part in picked]


def _neighbours(cells: Sequence[Polygon]) -> list[set[int]]:
    """Return, for each cell, the cells it shares an edge with."""
    owners: dict[frozenset[tuple[float, float]], list[int]] = {}
    for index, cell in enumerate(cells):
        for edge in pairwise(cell.exterior.coords):
            owners.setdefault(frozenset(edge), []).append(index)
    found: list[set[int]] = [set() for _ in cells]
    for pair in owners.values():
        for index in pair:
            found[index].update(set(pair) - {index})
    return found


def _spread(points: Sequence[tuple[float, float]], count: int) -> list[int]:
    """Return the indexes of `count` points that lie far from each other."""
    chosen = [min(range(len(points)), key=lambda index: math.dist(points[index], CENTRE))]
    while len(chosen) < count:
        rest = (index for index in range(len(points)) if index not in chosen)
        chosen.append(
            max(rest, key=lambda i: (min(math.dist(points[i], points[c]) for c in chosen), -i))
        )
    return chosen


def _union(cells: Sequence[Polygon]) -> Polygon:
    return _largest(shapely.coverage_union_all(list(cells)))


def _named(code: str, groups: Sequence[_Group], rng: Random) -> list[tuple[str, str, _Group]]:
    """Give the inner groups community codes and the outer ones village codes, in code order."""
    inner = sorted(groups, key=lambda group: float(group.shape.centroid.distance(_middle())))
    communities = math.ceil(len(groups) * _COMMUNITY_SHARE)
    found: list[tuple[str, str, _Group]] = []
    for first, part, names in (
        (1, inner[:communities], _COMMUNITY_NAMES),
        (201, inner[communities:], _VILLAGE_NAMES),
    ):
        words = _names(names, len(part), rng)
        shapes = [group.shape for group in part]
        found.extend(
            (f"{code}{first + number:03d}", words[number], part[index])
            for number, index in enumerate(_reading_order(shapes))
        )
    return found


def _middle() -> shapely.Point:
    return shapely.Point(*CENTRE)


def _names(words: str, count: int, rng: Random) -> list[str]:
    """Return `count` different names, with a prefix when the words run out."""
    order = words.split()
    rng.shuffle(order)
    rounds = ("", "新", "东", "西", "南", "北", "上", "下")
    return [rounds[n // len(order)] + order[n % len(order)] for n in range(count)]


def _reading_order(shapes: Sequence[Polygon]) -> list[int]:
    """Return indexes from west to east in rows from north to south."""
    middles = [(float(shape.centroid.x), float(shape.centroid.y)) for shape in shapes]
    if not middles:
        return []
    rows = max(1, round(math.sqrt(len(middles))))
    top = max(y for _, y in middles)
    height = (top - min(y for _, y in middles)) / rows or 1.0

    def place(index: int) -> tuple[int, float]:
        x, y = middles[index]
        return min(rows - 1, int((top - y) / height)), x

    return sorted(range(len(middles)), key=place)


def _grid_specs(village: str, name: str, group: _Group, rng: Random) -> Iterator[AreaSpec]:
    span = _HOUSEHOLDS["community" if village[9:] < "200" else "village"]
    for number, index in enumerate(_reading_order(group.cells), start=1):
        dedicated = number > 1 and rng.random() < _DEDICATED_SHARE
        households = 0 if dedicated else rng.randint(*span)
        label = f"{name} {number:02d} {'专属网格' if dedicated else '网格'}"
        yield _area(
            f"{village}{number:03d}",
            label,
            "grid",
            village,
            group.cells[index],
            households,
            "dedicated" if dedicated else "base",
        )


def _area(
    code: str,
    name: str,
    level: Level,
    parent: str,
    shape: Polygon,
    households: int,
    grid_type: GridType = "",
) -> AreaSpec:
    outer = shapely.orient_polygons(shape).exterior.coords[:-1]
    ring = tuple((round(x), round(y)) for x, y in outer)
    centre = shape.centroid if shape.contains(shape.centroid) else shape.representative_point()
    spot = (round(centre.x), round(centre.y))
    return AreaSpec(code, name, level, parent, grid_type, households, ring, spot)


def _town_name(code: str) -> str:
    """Return a name whose last word fits the range the code lies in."""
    number = int(code[6:])
    word = _TOWN_NAMES[(number - 1) % len(_TOWN_NAMES)]
    if number < 100:
        return f"{word}街道"
    return f"{word}镇" if number < 200 else f"{word}乡"


def _full(code: str, name: str) -> str:
    return f"{name}社区" if code[9:] < "200" else f"{name}村"


_ROAD_FIRST = "明禾春潮云锦柳澄望书鹭岚棠苇采映丰芳悦新永康和瑞景荷汀菱蓝晴"
_ROAD_SECOND = "海湖港桥园林山溪塘庄浦湾堤渡苑荣华达盛祥"
_ROAD_LAST = ("路", "街", "大道", "巷", "弄", "支路")
_ESTATE_LAST = ("苑", "花园", "家园", "新村", "公寓", "名邸", "雅居", "小区", "里", "府")
_MARKET_LAST = ("菜市场", "农贸市场", "商业广场", "便民市集", "美食街", "小商品市场", "生鲜超市")
_SCHOOL_LAST = ("小学", "实验学校", "幼儿园", "中学", "文化礼堂", "少年宫", "卫生服务站", "养老院")
_RIVER_LAST = ("河", "浦", "漕", "溇", "泾", "渠", "塘河", "池塘", "港", "湾")
_PLANT_LAST = ("工业园", "五金厂", "仓库", "物流园", "建材堆场", "加工点", "停车场", "汽修厂")
_PER_GRID: tuple[tuple[PlaceKind, int], ...] = (
    ("road", 4),
    ("estate", 2),
    ("market", 1),
    ("school", 1),
    ("river", 1),
    ("plant", 1),
)


def _places(grids: Iterable[AreaSpec], rng: Random) -> Iterator[Place]:
    for grid in grids:
        for kind, count in _PER_GRID:
            for _ in range(count):
                lon, lat = _spot(grid, rng)
                yield Place(grid.code, _place_text(kind, rng), lon, lat, kind)


def _spot(grid: AreaSpec, rng: Random) -> Point:
    """Return a point well inside a grid, on the way from its centre to a random border point."""
    corner = rng.randrange(len(grid.ring))
    start, end = grid.ring[corner - 1], grid.ring[corner]
    along, reach = rng.random(), math.sqrt(rng.random()) * 0.8
    lon, lat = (
        round(middle + reach * (a + along * (b - a) - middle))
        for middle, a, b in zip(grid.centre, start, end, strict=True)
    )
    return lon, lat


def _place_text(kind: PlaceKind, rng: Random) -> str:
    name = rng.choice(_ROAD_FIRST) + rng.choice(_ROAD_SECOND)
    match kind:
        case "road":
            return f"{name}{rng.choice(_ROAD_LAST)} {rng.randint(1, 899)} 号"
        case "estate":
            house, gate = rng.randint(1, 48), rng.randint(1, 4)
            return f"{name}{rng.choice(_ESTATE_LAST)} {house} 幢 {gate} 单元"
        case "market":
            return f"{name}{rng.choice(_MARKET_LAST)}"
        case "school":
            return f"{name}{rng.choice(_SCHOOL_LAST)}"
        case "river":
            return f"{name}{rng.choice(_RIVER_LAST)}"
        case "plant":
            return f"{name}{rng.choice(_PLANT_LAST)}"


if __name__ == "__main__":
    write_areas_csv(make_town(), Path(sys.argv[1]))
