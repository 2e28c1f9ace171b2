"""`griddesk export-table`: incidents as a table for other programs."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import click

from db.domain.errors import EnvironmentError_, InputError
from db.domain.permissions import require
from db.publish.queries import count_table, table_pages
from desktop.cli.common import json_option, open_store, person, print_json, user_option
from desktop.cli.leaving import purpose_option
from desktop.leaving import tell_left


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
        require(actor, "export_table")
        span = store.read(lambda c: count_table(c, scope, from_at, to_at))
        pages = table_pages(store.read, span, store.clock())
        _write(out, write_pieces(form, pages, span.rows))
        days = f"{first}—{last}"
        tell_left(store, actor, "table", out, purpose=purpose, rows=span.rows, about=days)
    if as_json:
        print_json({"file": str(out), "rows": span.rows})
    else:
        click.echo(f"已写出 {span.rows} 件：{out}")
    return 0


def _write(out: Path, pieces: Iterator[bytes]) -> None:
    """Write a new file, whole or not at all."""
    try:
        file = out.open("xb")
    except OSError as error:
        raise EnvironmentError_("file_unwritable", path=str(out), detail=str(error)) from error
    try:
        with file:
            file.writelines(pieces)
    except BaseException as error:
        with suppress(OSError):
            out.unlink()
        if isinstance(error, OSError):
            detail = error.strerror or type(error).__name__
            raise EnvironmentError_("file_unwritable", path=str(out), detail=detail) from error
        raise
