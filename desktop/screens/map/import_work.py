"""What the import panel has done in the background: look at a file, say what is in it, apply it.

No widgets. Shapely is loaded only when outlines are looked at.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from db.commands.ground import Defined, define_places, import_areas
from db.commands.positions import take_positions
from db.domain.ops import Actor
from db.imports.geojson import GeoFile, read_geojson, write_features
from db.imports.ground_rows import RowsPlan, is_of_positions, read_places, read_positions
from db.imports.lists import write_bad_rows
from db.store.mbtiles import Tiles
from db.store.queries.outlines import area_outlines
from db.store.queries.town import area_names, units
from db.store.store import Store
from desktop.ground_words import (
    SHORT_SYSTEMS,
    FindingLine,
    finding_lines,
    named,
    plan_text,
    reason,
    reasons,
    row_line,
    system_note,
    unused_line,
)
from desktop.language import say
from desktop.tiles import choose_tiles

AREAS, PLACES, POSITIONS, TILES = "areas", "places", "positions", "tiles"
Progress = Callable[[int, int], None]
IsCancelled = Callable[[], bool]
Apply = Callable[[Store, Actor, Progress, IsCancelled], str]


class Opened(NamedTuple):
    """A file that was looked at: what it is for, and its outlines where it holds some."""

    path: Path
    kind: str
    geo: GeoFile | None = None

    @property
    def properties(self) -> tuple[str, ...]:
        """What may hold a code or a name."""
        return self.geo.properties if self.geo else ()


class Choice(NamedTuple):
    """What was chosen: the coordinate system, the properties of code and name (None: find them)."""

    crs: str
    code_property: str | None = None
    name_property: str | None = None


class Preview(NamedTuple):
    """What applying would do, in words. `apply` does it and says in words what came of it."""

    lines: list[FindingLine]
    summary: str
    note: str
    is_doubtful: bool
    choice: Choice
    apply: Apply | None
    write_errors: Callable[[Path], None] | None
    suffix: str = ".csv"


def open_file(path: Path) -> Opened:
    """Look at a file; raises what reading it raises."""
    suffix = path.suffix.casefold()
    if suffix in (".geojson", ".json"):
        return Opened(path, AREAS, read_geojson(path))
    if suffix == ".mbtiles":
        return Opened(path, TILES)
    return Opened(path, POSITIONS if is_of_positions(path) else PLACES)


def look(
    store: Store, opened: Opened, choice: Choice, on_progress: Progress, is_cancelled: IsCancelled
) -> Preview:
    """Say what applying a file would do under a choice; writes nothing."""
    if opened.geo is not None:
        return _look_at_areas(store, opened.geo, choice, on_progress, is_cancelled)
    if opened.kind == TILES:
        return _look_at_tiles(store, opened.path, choice)
    if opened.kind == POSITIONS:
        return _look_at_positions(store, opened.path, choice)
    return _look_at_places(store, opened.path, choice)


def _look_at_areas(
    store: Store, geo: GeoFile, choice: Choice, on_progress: Progress, is_cancelled: IsCancelled
) -> Preview:
    from db.imports.polygons import plan_areas  # lazy: shapely

    known = store.read(area_outlines)
    plan = plan_areas(geo, known, *choice, on_progress, is_cancelled)
    chosen = Choice(choice.crs, plan.code_property, plan.name_property)

    def apply(store: Store, actor: Actor, on_progress: Progress, is_cancelled: IsCancelled) -> str:
        done = import_areas(store, actor, plan.areas, on_progress, is_cancelled)
        return _defined_text(done, plan.unchanged)

    def write_errors(path: Path) -> None:
        write_features(path, geo.raw, reasons(plan))

    return Preview(
        lines=list(finding_lines(plan.findings)),
        summary=plan_text(plan),
        note=system_note(plan),
        is_doubtful=bool(plan.advised),
        choice=chosen,
        apply=apply if plan.areas else None,
        write_errors=write_errors if plan.rejected else None,
        suffix=".geojson",
    )


def _look_at_tiles(store: Store, path: Path, choice: Choice) -> Preview:
    tiles = Tiles.open(path)
    tiles.close()
    info = tiles.info
    size = say("{} · 级别 {}–{}").format(info.format.upper(), info.min_zoom, info.max_zoom)

    def apply(store: Store, actor: Actor, on_progress: Progress, is_cancelled: IsCancelled) -> str:
        choose_tiles(store.home, path, choice.crs)
        return say("已选用这份底图，只对本机有效。")

    note = say("按 {} 的底图摆放；只对本机有效，不写入数据").format(SHORT_SYSTEMS[choice.crs])
    if info.attribution:
        note += say("。来源：{}").format(info.attribution)
    summary = f"{info.name or path.name} · {size}"
    return Preview([], summary, note, False, choice, apply, None)


def _look_at_places(store: Store, path: Path, choice: Choice) -> Preview:
    plan = read_places(path, choice.crs, store.read(area_names))

    def apply(store: Store, actor: Actor, on_progress: Progress, is_cancelled: IsCancelled) -> str:
        return _defined_text(define_places(store, actor, plan.rows), 0)

    return _preview_of_rows(plan, choice, apply)


def _look_at_positions(store: Store, path: Path, choice: Choice) -> Preview:
    plan = read_positions(path, choice.crs, store.read(units), store.clock())

    def apply(store: Store, actor: Actor, on_progress: Progress, is_cancelled: IsCancelled) -> str:
        done = take_positions(store, actor, plan.rows)
        passed = say("{} 行没有更新的，{} 行不在班").format(done.older, done.off_duty)
        return say("更新 {} 支队伍的位置；{}，没有收。").format(done.taken, passed)

    return _preview_of_rows(plan, choice, apply)


def _preview_of_rows(plan: RowsPlan[object], choice: Choice, apply: Apply) -> Preview:
    lines = [row_line(error) for error in plan.errors]
    lines += [unused_line(title) for title in plan.raw.unused]

    def write_errors(path: Path) -> None:
        write_bad_rows(path, plan.raw, [named(error) for error in plan.errors], reason)

    system = SHORT_SYSTEMS[choice.crs]
    changed = say("不换算") if choice.crs == "wgs84" else say("按公开公式换算为 WGS-84")
    return Preview(
        lines=lines,
        summary=say("可写入 {} 行 · 退回 {} 行").format(len(plan.rows), len(plan.errors)),
        note=say("坐标按 {} 读入，{}").format(system, changed),
        is_doubtful=False,
        choice=choice,
        apply=apply if plan.rows else None,
        write_errors=write_errors if plan.errors else None,
    )


def _defined_text(done: Defined, unchanged: int) -> str:
    return say("已写入：新增 {}，更改 {}，不变 {}。").format(
        done.added, done.changed, done.unchanged + unchanged
    )
