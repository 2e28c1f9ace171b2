"""The command that looks for incidents of all years."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desktop.cli.common import (
    json_option,
    open_store,
    person,
    print_json,
    second_option,
    second_person,
    user_option,
)
from desktop.i18n import CHINA, SOURCE_NAMES, STATE_NAMES, instant, state_text

if TYPE_CHECKING:
    from db.store.queries.search import SearchFilter

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("search", help="按字词查全部年份的事件：griddesk search 路灯 兴禾；新的在前。")
@click.argument("text", nargs=-1)
@click.option("--state", type=click.Choice(sorted(STATE_NAMES)), multiple=True, help="只看某状态。")
@click.option("--platform", default="", help="只看某平台（代码）。")
@click.option("--class", "class_code", default="", help="只看某事项分类（代码）。")
@click.option("--area", default="", help="只看某村社或网格（代码）。")
@click.option("--unit", default="", help="只看交办过某单位的（代码）。")
@click.option(
    "--source", type=click.Choice(["", *sorted(SOURCE_NAMES)]), default="", help="只看某来源。"
)
@click.option("--from", "since", type=_DAY, help="从哪天起受理登记，含当天。")
@click.option("--to", "until", type=_DAY, help="到哪天止，含当天。")
@click.option("--late", is_flag=True, help="只看已超时。")
@click.option("--limit", default=200, show_default=True, type=click.IntRange(1, 1_000_000))
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="文件.xlsx",
    help="查到的全部写成表格；已有的不覆盖。",
)  # fmt: skip
@click.option("--purpose", default="", help="做什么用（配合 --out，必写）。")
@click.option("--callers", is_flag=True, help="带来电人姓名、电话（配合 --out）。")
@second_option
@user_option
@json_option
def search_command(
    text: tuple[str, ...],
    state: tuple[str, ...],
    platform: str,
    class_code: str,
    area: str,
    unit: str,
    source: str,
    since: datetime | None,
    until: datetime | None,
    late: bool,
    limit: int,
    out: Path | None,
    purpose: str,
    callers: bool,
    second: str | None,
    user: str | None,
    as_json: bool,
) -> int:
    """Print what is found, or write it into a workbook."""
    from db.store.queries.search import SearchFilter, found_count, found_ids, found_rows

    wanted = SearchFilter(
        text=" ".join(text),
        states=state,
        platform=platform,
        class_code=class_code,
        area=area,
        unit=unit,
        source=source,
        from_at=_at(since) if since else None,
        to_at=_at(until + timedelta(days=1)) if until else None,
        is_late=late,
    )
    if out is not None:
        return _export(wanted, out, purpose, callers, (user, second), as_json)
    with open_store(read_only=True) as store:
        _, scope = person(store, user)
        now = store.clock()
        ids = store.read(lambda c: found_ids(c, scope, wanted, now, limit=limit))
        total = len(ids)
        if total == limit:
            total = store.read(lambda c: found_count(c, scope, wanted, now))
        rows = [row for row in store.read(lambda c: found_rows(c, scope, ids)) if row]
    if as_json:
        print_json({"total": total, "rows": [row._asdict() for row in rows]})
        return 0
    for row in rows:
        state_words = state_text(row.state, has_news=bool(row.has_news))
        click.echo("  ".join((row.number, instant(row.taken_in_at), state_words, row.title)))
    click.echo(f"共 {total} 条，显示前 {len(rows)} 条", err=True)
    return 0


def _export(
    wanted: "SearchFilter",
    out: Path,
    purpose: str,
    with_callers: bool,
    people: tuple[str | None, str | None],
    as_json: bool,
) -> int:
    from db.imports.found_file import Wish, export_found
    from desktop.found_words import class_names, found_layout

    with open_store() as store:
        actor, scope = person(store, people[0])
        second = second_person(store, people[1])
        now = store.clock()
        classes = store.read(lambda c: class_names(c, now))
        layout = found_layout(classes, actor.name, purpose, now)
        wish = Wish(wanted, purpose, with_callers)
        made = export_found(store, actor, scope, wish, out, layout, second=second)
    if as_json:
        print_json({**made._asdict(), "path": str(made.path)})
    else:
        click.echo(f"已导出 {made.rows} 件、{made.callers} 个来电人：{made.path}")
    return 0


def _at(day: datetime) -> int:
    """Return when a day begins in the room, UTC milliseconds."""
    return int(day.replace(tzinfo=CHINA).timestamp()) * 1000
