"""`griddesk export-table`: incidents as a table for other programs."""

from pathlib import Path

import click

from db.commands.exports import letting_out
from db.domain.errors import InputError
from db.publish.queries import count_table, table_pages
from desktop.cli.common import json_option, open_store, person, print_json, user_option
from desktop.cli.leaving import purpose_option


@click.command("export-table", help="导出事件表：一件一行，只有代码、时间、次数，没有文字。")
@click.option("--from", "first", required=True, metavar="日期", help="从哪天收件的起。")
@click.option("--to", "last", required=True, metavar="日期", help="到哪天为止，含当天。")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True,
    metavar="文件.csv 或 文件.parquet", help="写到哪里；已有的不覆盖。",
)  # fmt: skip
@purpose_option
@user_option
@json_option
def export_table_command(
    first: str, last: str, out: Path, purpose: str, user: str | None, as_json: bool
) -> int:
    """Write the table that a hub gives to whoever bears the word for it."""
    from db.publish.tables import (  # lazy: it brings the web server
        MEDIA,
        days_between,
        write_pieces,
    )

    form = out.suffix.removeprefix(".").lower()
    if form not in MEDIA:
        raise InputError("export_format", value=out.suffix)
    from_at, to_at = days_between(first, last)
    with open_store() as store:
        actor, scope = person(store, user)
        days = f"{first}—{last}"
        with letting_out(
            store, actor, "export_table", "table", out, purpose=purpose, about=days
        ) as leaving:
            span = store.read(lambda c: count_table(c, scope, from_at, to_at))
            pages = table_pages(store.read, span, store.clock())
            with leaving.part.open("xb") as file:
                file.writelines(write_pieces(form, pages, span.rows))
            leaving.rows = span.rows
    if as_json:
        print_json({"file": str(out), "rows": span.rows})
    else:
        click.echo(f"已写出 {span.rows} 件：{out}")
    return 0
