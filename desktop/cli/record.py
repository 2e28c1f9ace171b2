"""Commands on the record itself: make it, fill it, check it."""

import sys
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from db.domain.suites import DEFAULT
from desktop.cli.common import (
    DEFAULT_TOWN,
    ask,
    json_option,
    keeper,
    open_store,
    print_json,
    progress_line,
    user_option,
)
from desktop.cli.keys import KEY_PLACES, suite_option
from desktop.settings import data_home

if TYPE_CHECKING:
    from db.commands.site import TownLists
    from db.domain.areas import Area


@click.command("init", help="建立数据目录：加密数据文件、站点密钥、本镇清单。")
@click.option("--town", default=DEFAULT_TOWN, show_default=True, help="9 位镇街代码，区级 6 位。")
@click.option("--name", default="综合指挥室", show_default=True, help="本工位名称。")
@click.option("--station", default="A1", show_default=True, help="两位工位代码，写进事件编号。")
@click.option(
    "--key", "key_kind", default="auto", show_default=True,
    type=click.Choice(["auto", "keyring", "passphrase", "file"]), help="密钥存放方式。",
)  # fmt: skip
@suite_option("签名算法；以后换密钥时还能换。", default=DEFAULT)
@click.option("--areas", type=click.Path(path_type=Path), help="区划清单 CSV（缺省为示例镇）。")
@click.option("--units", type=click.Path(path_type=Path), help="单位清单 CSV（缺省为示例）。")
@click.option("--users", type=click.Path(path_type=Path), help="用户清单 CSV（缺省为示例）。")
@click.option("--join", is_flag=True, help="加入已有指挥室：不建清单，等同步取回。")
@click.option("--demo", is_flag=True, help="试看：人员没有口令，选人就坐；不能转为正式。")
@json_option
def init_command(
    town: str,
    name: str,
    station: str,
    key_kind: str,
    suite: str,
    areas: Path | None,
    units: Path | None,
    users: Path | None,
    join: bool,
    demo: bool,
    as_json: bool,
) -> int:
    """Make a data folder."""
    from db.commands.site import TownLists, init_site

    home = data_home()
    site = init_site(
        home,
        town=town,
        name=name,
        station=station,
        key_kind=key_kind,
        ask=ask(),
        lists=TownLists() if join else _lists(town, areas, units, users),
        has_room_key=not join,
        suite=suite,
    )
    if demo:
        _mark_as_demo(home)
    if not site.key_place.is_protected:
        _note_open_key(home)
    if as_json:
        print_json(
            {"home": str(home), "site": site.id, "station": site.station,
             "key": site.key_place.kind}
        )  # fmt: skip
        return 0
    click.echo(f"已建立：{home}")
    click.echo(f"站点 {site.id}，工位 {site.station}，{KEY_PLACES[site.key_place.kind]}")
    if not join and areas is None:
        click.echo("区划、单位、用户用的是示例清单；正式使用请用 --areas --units --users 指定。")
    return 0


def _lists(town: str, areas: Path | None, units: Path | None, users: Path | None) -> "TownLists":
    """Return a town's lists as the files say, those of the example where none is named."""
    import resources
    from db.commands.site import TownLists, read_users
    from db.store.lists import read_areas, read_units

    return TownLists(
        areas=tuple(read_areas(areas) if areas else _example_areas(town)),
        units=tuple(read_units(town, units)),
        users=tuple(read_users(town, users or resources.path("lists/users.csv"))),
    )


def _example_areas(town: str) -> "list[Area]":
    """Return the areas of the example town under another town's code.

    Of a district the district alone: it hears of its towns from themselves.
    """
    from db.domain.areas import CODE_LENGTH
    from db.store.lists import read_areas

    length = CODE_LENGTH["district"]
    district, *below = read_areas()
    own = [replace(district, code=town[:length])]
    if len(town) > length:
        own += [replace(area, code=town + area.code[len(DEFAULT_TOWN) :]) for area in below]
    return own


def _mark_as_demo(home: Path) -> None:
    from db.demo.mark import mark_as_demo
    from db.store.store import Store

    with Store.open(home) as store:
        mark_as_demo(store)


def _note_open_key(home: Path) -> None:
    """Record that the key of a new record is guarded by nothing but file permissions."""
    from db.commands.keys import note_key_place
    from db.domain.ops import SYSTEM
    from db.store.store import Store

    with Store.open(home) as store:
        note_key_place(store, SYSTEM)


@click.command("demo", help="生成演示镇和演示月份，或离屏演一遍。")
@click.option("--town", default=DEFAULT_TOWN, show_default=True, help="99 开头的 9 位代码。")
@click.option("--months", default=1, show_default=True, type=click.IntRange(1, 240))
@click.option("--seed", default=1, show_default=True)
@click.option("--per-day", default=79, show_default=True, type=click.IntRange(1, 2000))
@click.option("--if-missing", is_flag=True, help="已有数据时什么也不做。")
@click.option(
    "--play",
    type=click.Path(path_type=Path),
    help="离屏演一件工单的全过程，截图和 PDF 放到此目录。",
)
@json_option
def demo_command(
    town: str,
    months: int,
    seed: int,
    per_day: int,
    if_missing: bool,
    play: Path | None,
    as_json: bool,
) -> int:
    """Fill a new data folder with an invented town."""
    home = data_home()
    if play is not None:
        from desktop.play import play_day

        return play_day(home, play)
    if if_missing and (home / "site.json").exists():
        click.echo(f"已有演示数据：{home}")
        return 0
    from db.demo.fill import DemoPlan, fill_demo
    from db.store.clock import system_clock

    plan = DemoPlan(town, months, seed, system_clock(), per_day)
    click.echo(f"正在生成 {months} 个月的演示数据……", err=True)
    count = fill_demo(home, plan, "auto", progress_line)
    if as_json:
        print_json({"home": str(home), "incidents": count})
    else:
        click.echo(f"已生成 {count} 件演示事件：{home}")
    return 0


@click.command("verify", help="核对数据：每页可读，每条链完整。")
@click.option("--data", type=click.Path(path_type=Path), help="数据目录；缺省为 GRIDDESK_HOME。")
@json_option
def verify_command(data: Path | None, as_json: bool) -> int:
    """Check the record."""
    from db.store.verify import MAX_PROBLEMS, verify_home
    from desktop.problems import problem_text

    found = verify_home(data or data_home(), ask())
    if as_json:
        print_json(
            {"ok": found.is_ok, "ops": found.ops, "chains": found.chains,
             "problems": found.problems}
        )  # fmt: skip
    else:
        verdict = "完整" if found.is_ok else f"发现 {len(found.problems)} 个问题"
        if len(found.problems) == MAX_PROBLEMS:
            verdict += "，只列出这些"
        click.echo(f"{found.chains} 条链，{found.ops} 条记录，{verdict}")
        for problem in found.problems:
            click.echo(f"  {problem_text(problem)}")
    return 0 if found.is_ok else 1


@click.command("rebuild", help="由日志重建全部数据表；日志不变。")
@user_option
@json_option
def rebuild_command(user: str | None, as_json: bool) -> int:
    """Make the projections anew."""
    from db.store.rebuild import rebuild

    with open_store() as store:
        keeper(store, user)
        folded = rebuild(store, progress=progress_line)
    print_json({"ops": folded}) if as_json else click.echo(f"已由 {folded} 条记录重建。")
    return 0


@click.command("bench", help="测速：打印每项的值和限额，写 build/bench.json。")
@click.option("--out", type=click.Path(path_type=Path), default=Path("build/bench.json"))
@click.option("--only", multiple=True, help="只测某项。")
@json_option
def bench_command(out: Path, only: tuple[str, ...], as_json: bool) -> int:
    """Measure."""
    from desktop.bench import run_bench

    if not as_json:
        return run_bench(out, only)
    with redirect_stdout(sys.stderr):
        code = run_bench(out, only)
    if out.exists():
        click.echo(out.read_text(encoding="utf-8").strip())
    return code
