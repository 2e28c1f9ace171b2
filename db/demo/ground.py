"""What lies in the invented town, and where its invented teams are: seeded, nothing real."""

from collections.abc import Iterable, Iterator, Sequence
from random import Random

from db.demo.town import AreaSpec, Town
from db.domain.calendar import MINUTE
from db.domain.lists import Unit
from db.domain.places import Place
from db.domain.positions import Position

_EACH_VILLAGE = (
    ("school", "小学"),
    ("hospital", "卫生服务站"),
    ("market", "菜市场"),
    ("shelter", "避灾安置点"),
)
_IN_TOWN = (
    ("chemical", "化工品仓库", 3),
    ("care_home", "颐养院", 2),
    ("fuel", "加油站", 3),
    ("station", "公交枢纽", 2),
    ("flood_point", "排涝泵站", 4),
    ("utility", "变电站", 2),
    ("site", "安置房工地", 3),
)
_NOTES = {
    "chemical": "存放清洗剂、油漆稀料（演示）；处置前先问管理单位",
    "flood_point": "警戒水位 2.8 米（演示）",
    "shelter": "可容纳 120 人（演示）",
}
_AGES = (2, 6, 11, 18, 26, 47)
"""Minutes; the last is no longer fresh."""


def key_places(town: Town, seed: int) -> list[Place]:
    """Return key places in every village and some in the town."""
    rng = Random(f"key places/{seed}")
    spots = [*_village_spots(town, rng), *_town_spots(town, rng)]
    return [
        Place(
            f"{town.town.code}-P{number:03d}", name, kind, grid.code, *point, _NOTES.get(kind, "")
        )
        for number, (kind, name, grid, point) in enumerate(spots, start=1)
    ]


def team_positions(town: Town, units: Iterable[Unit], now: int, seed: int) -> list[Position]:
    """Return where the teams and stations among the units are: in the town, some minutes ago."""
    rng = Random(f"positions/{seed}")
    return [
        Position(
            unit.code,
            *_point(rng.choice(town.grids), rng),
            now - rng.choice(_AGES) * MINUTE,
            "演示",
        )
        for unit in sorted(units, key=lambda unit: unit.code)
        if unit.kind in ("team", "station")
    ]


_Spot = tuple[str, str, AreaSpec, tuple[int, int]]


def _village_spots(town: Town, rng: Random) -> Iterator[_Spot]:
    for village in town.villages:
        grids = [grid for grid in town.grids if grid.parent == village.code]
        stem = village.name.removesuffix("社区").removesuffix("村")
        for kind, word in _EACH_VILLAGE:
            grid = rng.choice(grids)
            yield kind, stem + word, grid, _point(grid, rng)


def _town_spots(town: Town, rng: Random) -> Iterator[_Spot]:
    for kind, word, count in _IN_TOWN:
        for grid in rng.sample(town.grids, min(count, len(town.grids))):
            yield kind, f"{grid.name.split()[0]}{word}", grid, _point(grid, rng)


def _point(grid: AreaSpec, rng: Random) -> tuple[int, int]:
    """Return a point between the middle of a grid and one of its corners."""
    corner, reach = _corner(grid.ring, rng), rng.uniform(0.1, 0.7)
    lon, lat = (
        round(middle + reach * (end - middle))
        for middle, end in zip(grid.centre, corner, strict=True)
    )
    return lon, lat


def _corner(ring: Sequence[tuple[int, int]], rng: Random) -> tuple[int, int]:
    return ring[rng.randrange(len(ring))]
