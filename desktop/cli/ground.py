"""Commands on the ground: boundaries, key places, teams' positions, the raster map."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from db.domain.errors import InputError
from db.domain.geometry import SYSTEMS
from desktop.cli.common import (
    json_option,
    keeper,
    open_store,
    person,
    print_json,
    user_option,
)
from desktop.cli.leaving import purpose_option
from desktop.leaving import tell_left

_PATH = click.Path(path_type=Path)


def _crs_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--crs`: it has no default, the numbers do not tell it."""
    return click.option(
        "--crs",
        type=click.Choice(SYSTEMS),
        required=True,
        help="坐标系：wgs84（含 CGCS2000）、gcj02（高德等）、bd09（百度）。",
    )(command)


def _errors_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--errors", type=_PATH, help="把退回的连同原因写到这个文件。")(command)


@click.group("areas", help="区划和边界：检查、导入、导出 GeoJSON。")
def areas_command() -> None:
    """Gather the commands on boundaries."""


def _file_command(name: str, help: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Add a command on a file of outlines."""

    def add(function: Callable[..., int]) -> Callable[..., int]:
        made: Callable[..., Any] = json_option(function)
        for option in (
            click.option("--name", "name_property", help='哪个属性是名称；写 "" 不改名称。'),
            click.option("--code", "code_property", help="哪个属性是编码。"),
            _errors_option,
            _crs_option,
            click.argument("file", type=_PATH),
        ):
            made = option(made)
        areas_command.command(name, help=help)(made)
        return function

    return add


@_file_command("check", "检查边界文件（GeoJSON）：有什么问题、改动多少；不写入。")
def _check(file: Path, crs: str, as_json: bool, **options: Any) -> int:
    with open_store(read_only=True) as store:
        geo, plan = _plan(store, file, crs, options)
    _report(plan, as_json)
    _write_errors(options["errors"], geo, plan)
    return 1 if plan.rejected else 0


@_file_command("import", "导入边界文件（GeoJSON）：好的写入，有问题的退回。")
@user_option
def _import(file: Path, crs: str, as_json: bool, user: str | None, **options: Any) -> int:
    from db.commands.ground import import_areas

    with open_store() as store:
        actor, _ = person(store, user)
        geo, plan = _plan(store, file, crs, options)
        import_areas(store, actor, plan.areas)
    _report(plan, as_json)
    _write_errors(options["errors"], geo, plan)
    return 1 if plan.rejected else 0


@areas_command.command("export", help="把区划和边界写成 GeoJSON（WGS-84），可以再导入。")
@click.argument("file", type=_PATH)
@purpose_option
@user_option
def _export(file: Path, purpose: str, user: str | None) -> int:
    import orjson

    from db.imports.polygons import areas_as_features
    from db.store.files import write_file
    from db.store.queries.outlines import area_outlines

    with open_store() as store:
        actor, _ = keeper(store, user)
        areas = store.read(area_outlines)
        write_file(file, orjson.dumps(areas_as_features(areas)))
        tell_left(store, actor, "areas", file, purpose=purpose, rows=len(areas))
    click.echo(f"已写 {file}，{sum(bool(area.ring) for area in areas)} 个边界。")
    return 0


def _plan(store: Any, file: Path, crs: str, options: Mapping[str, Any]) -> Any:
    from db.imports.geojson import read_geojson
    from db.imports.polygons import plan_areas
    from db.store.queries.outlines import area_outlines

    geo = read_geojson(file)
    known = store.read(area_outlines)
    plan = plan_areas(geo, known, crs, options["code_property"], options["name_property"])
    return geo, plan


def _report(plan: Any, as_json: bool) -> None:
    from desktop.ground_words import finding_lines, plan_text, system_note

    lines = finding_lines(plan.findings)
    if as_json:
        print_json(
            {
                "added": plan.added,
                "changed": plan.changed,
                "unchanged": plan.unchanged,
                "rejected": len({error.params["row"] for error in plan.rejected}),
                "crs": plan.crs,
                "advised": plan.advised,
                "offset": plan.offset,
                "code_property": plan.code_property,
                "name_property": plan.name_property,
                "findings": [
                    {
                        "level": item.level,
                        "code": item.error.code,
                        "feature": item.error.params["row"],
                        "property": item.error.params["column"],
                    }
                    for item in plan.findings
                ],
            }
        )
        return
    for line in lines:
        column = f"  {line.column}" if line.column else ""
        click.echo(f"{line.mark} {line.where}{column}：{line.text}")
    click.echo(system_note(plan))
    click.echo(plan_text(plan))


def _write_errors(path: Path | None, geo: Any, plan: Any) -> None:
    if path is None or not plan.rejected:
        return
    from db.imports.geojson import write_features
    from desktop.ground_words import reasons

    write_features(path, geo.raw, reasons(plan))
    click.echo(f"退回的图形写在 {path}", err=True)


@click.group("places", help="重点场所：导入、列出、撤下。")
def places_command() -> None:
    """Gather the commands on key places."""


@places_command.command("import", help="导入重点场所表（.csv、.xlsx）。")
@click.argument("file", type=_PATH)
@_crs_option
@_errors_option
@user_option
@json_option
def _import_places(
    file: Path, crs: str, errors: Path | None, user: str | None, as_json: bool
) -> int:
    from db.commands.ground import define_places
    from db.imports.ground_rows import read_places
    from db.store.queries.town import area_names

    with open_store() as store:
        actor, _ = person(store, user)
        plan = read_places(file, crs, store.read(area_names))
        done = define_places(store, actor, plan.rows)
    counts = {"added": done.added, "changed": done.changed, "unchanged": done.unchanged}
    _report_rows(plan, counts, errors, as_json)
    return 1 if plan.errors else 0


@places_command.command("list", help="列出重点场所。")
@click.option("--area", default="", help="只列这个区划代码下面的。")
@json_option
def _list_places(area: str, as_json: bool) -> int:
    from db.store.queries.places import places_in_area
    from desktop.ground_words import PLACE_KIND_NAMES

    with open_store(read_only=True) as store:
        found = store.read(lambda connection: places_in_area(connection, area))
    if as_json:
        print_json(found)
        return 0
    for one in found:
        point = f"{one.lon_e6 / 1e6:.6f},{one.lat_e6 / 1e6:.6f}"
        parts = (one.code, PLACE_KIND_NAMES[one.kind], one.name, one.area_code, point, one.note)
        click.echo("  ".join(filter(None, parts)))
    return 0


@places_command.command("remove", help="撤下一处重点场所。")
@click.argument("code")
@user_option
def _remove_place(code: str, user: str | None) -> int:
    from db.commands.ground import remove_place

    with open_store() as store:
        actor, _ = person(store, user)
        remove_place(store, actor, code)
    click.echo(f"已撤下 {code}。")
    return 0


@click.command("positions", help="队伍最近位置：给文件就更新，不给就列出。每队只留一个，不留轨迹。")
@click.argument("file", type=_PATH, required=False)
@click.option("--crs", type=click.Choice(SYSTEMS), help="文件的坐标系；给文件时必填。")
@click.option("--follow", is_flag=True, help="窗口开着时每分钟看这个文件，变了就更新。")
@click.option("--unfollow", is_flag=True, help="不再看文件。")
@_errors_option
@user_option
@json_option
def positions_command(
    file: Path | None,
    crs: str | None,
    follow: bool,
    unfollow: bool,
    errors: Path | None,
    user: str | None,
    as_json: bool,
) -> int:
    """Take in where teams are, list it, or say which table the window follows."""
    if unfollow or (follow and file):
        return _follow(None if unfollow else file, crs or "")
    if not file:
        return _list_positions(as_json)
    return _take(file, crs or "", errors, user, as_json)


def _follow(file: Path | None, crs: str) -> int:
    from desktop.positions_file import follow
    from desktop.settings import data_home

    follow(data_home(), file, crs)
    click.echo(f"窗口开着时每分钟看一次 {file}。" if file else "不再看文件。")
    return 0


def _take(file: Path, crs: str, errors: Path | None, user: str | None, as_json: bool) -> int:
    from db.commands.positions import take_positions
    from db.imports.ground_rows import read_positions
    from db.store.queries.town import units

    with open_store() as store:
        actor, _ = keeper(store, user)
        plan = read_positions(file, crs, store.read(units), store.clock())
        done = take_positions(store, actor, plan.rows)
    counts = {"taken": done.taken, "older": done.older, "off_duty": done.off_duty}
    _report_rows(plan, counts, errors, as_json)
    return 1 if plan.errors else 0


def _list_positions(as_json: bool) -> int:
    from db.store.queries.positions import positions
    from desktop.ground_words import age_text

    with open_store(read_only=True) as store:
        found = store.read(lambda connection: positions(connection, store.clock()))
    if as_json:
        print_json(found)
        return 0
    for one in found:
        point = f"{one.lon_e6 / 1e6:.6f},{one.lat_e6 / 1e6:.6f}"
        click.echo(f"{one.unit}  {one.name}  {point}  {age_text(one)}")
    return 0


_COUNTS = {
    "added": "新增",
    "changed": "更改",
    "unchanged": "不变",
    "taken": "更新",
    "older": "没有更新的",
    "off_duty": "不在班的",
}


def _report_rows(plan: Any, counts: dict[str, int], errors: Path | None, as_json: bool) -> None:
    """Say what became of a table's rows; write those that stayed out where asked."""
    from db.imports.lists import write_bad_rows
    from desktop.ground_words import named, reason

    if errors and plan.errors:
        write_bad_rows(errors, plan.raw, [named(error) for error in plan.errors], reason)
    if as_json:
        bad = [{"row": one.params["row"], "code": one.code} for one in plan.errors]
        print_json({**counts, "rejected": len(plan.errors), "errors": bad})
        return
    for error in plan.errors:
        click.echo(f"✕ 第 {error.params['row']} 行：{reason(error)}")
    told = [f"{_COUNTS[name]} {count}" for name, count in counts.items()]
    click.echo(" · ".join([*told, f"退回 {len(plan.errors)}"]))


@click.command("tiles", help="地图的底图（.mbtiles，只读）：选用、看现用的、不用。")
@click.argument("file", type=_PATH, required=False)
@click.option("--crs", type=click.Choice(SYSTEMS), help="底图的坐标系；选用时必填。")
@click.option("--none", "is_none", is_flag=True, help="不用底图。")
def tiles_command(file: Path | None, crs: str | None, is_none: bool) -> int:
    """Choose the raster map of this workstation, or say which it is."""
    from desktop.settings import data_home, load_settings
    from desktop.tiles import choose_tiles, forget_tiles

    home = data_home()
    if is_none:
        forget_tiles(home)
    elif file is not None:
        if crs is None:
            raise InputError("crs_unknown", value="", known=list(SYSTEMS))
        info = choose_tiles(home, file, crs)
        zooms = f"{info.min_zoom}–{info.max_zoom}"
        click.echo(f"已选用 {info.name or file.name}，{info.format}，级别 {zooms}。")
        return 0
    settings = load_settings(home)
    click.echo(f"{settings.tiles}  {settings.tiles_crs}" if settings.tiles else "没有底图。")
    return 0
