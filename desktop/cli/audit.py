"""Commands on the audit: read it, export it signed, verify such a file anywhere."""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from db.domain.auditing import GROUPS
from db.domain.errors import InputError
from db.store.medium import Watch
from desktop.audit_words import (
    GROUP_NAMES,
    about_text,
    day_span,
    field_text,
    kind_text,
    who_text,
)
from desktop.cli.common import json_option, open_store, person, print_json, user_option
from desktop.i18n import instant

if TYPE_CHECKING:
    from collections.abc import Callable

    from db.store.queries.audit import AuditFilter

_PATH = click.Path(path_type=Path, dir_okay=False)
_GROUPS = {GROUP_NAMES.written[group]: group for group in GROUPS}


def _filters(command: "Callable[..., int]") -> "Callable[..., int]":
    for option in (
        click.option("--who", default="", metavar="账号", help="只看这个人的动作。"),
        click.option(
            "--kind", default="", metavar="种类", help=f"只看一类：{'、'.join(_GROUPS)}。"
        ),
        click.option("--number", default="", metavar="编号", help="只看一件事件的。"),
        click.option("--since", default="", metavar="日期", help="从哪天起。"),
        click.option("--until", default="", metavar="日期", help="到哪天为止，含当天。"),
    ):
        command = option(command)
    return command


@click.command("audit", help="查看审计：谁、何时、在哪个工位、做了什么；新的在前。")
@_filters
@click.option(
    "--limit", default=100, show_default=True, type=click.IntRange(1, 100_000), help="最多几条。"
)
@click.option("--fields", is_flag=True, help="逐项列出每条记录的内容。")
@user_option
@json_option
def audit_command(
    who: str, kind: str, number: str, since: str, until: str, limit: int, fields: bool,
    user: str | None, as_json: bool,
) -> int:  # fmt: skip
    """Print what was done."""
    from db.commands.audit import open_audit
    from db.store.queries.audit import audit_detail, audit_page, begin_audit

    wanted = _filter(who, kind, number, since, until)
    with open_store() as store:
        actor, scope = person(store, user)
        open_audit(store, actor)
        walk = store.read(lambda c: begin_audit(c, scope, wanted))
        page = store.read(lambda c: audit_page(c, scope, walk, limit=limit, seconds=None))
        shown = []
        for row in page.rows:
            told = {}
            if fields or as_json:
                ref = row.ref
                found = store.read(lambda c, ref=ref: audit_detail(c, scope, ref))  # type: ignore[misc]
                told = dict(map(field_text, found.fields))
            shown.append((row, told))
    if as_json:
        print_json([{**row._asdict(), "ref": list(row.ref), "fields": told} for row, told in shown])
        return 0
    for row, told in shown:
        parts = (instant(row.at), kind_text(row.kind), about_text(row), who_text(row), row.station)
        click.echo("  ".join(filter(None, parts)))
        for name, text in told.items():
            click.echo(f"    {name}：{text}")
    return 0


@click.command("audit-export", help="导出审计：每行一条 JSON，末行是本工位的签名；附各链的末端。")
@click.argument("file", type=_PATH)
@_filters
@click.option("--purpose", required=True, help="做什么用，记在日志里。")
@user_option
@json_option
def audit_export_command(
    file: Path, who: str, kind: str, number: str, since: str, until: str, purpose: str,
    user: str | None, as_json: bool,
) -> int:  # fmt: skip
    """Write the audit into a signed file."""
    from db.commands.audit import open_audit
    from db.sync.audit_file import write_audit

    wanted = _filter(who, kind, number, since, until)
    with open_store() as store:
        actor, scope = person(store, user)
        open_audit(store, actor)
        made = write_audit(store, actor, scope, wanted, file, purpose=purpose, watch=_watch())
    if as_json:
        print_json({**made._asdict(), "path": str(made.path)})
    else:
        click.echo(f"已导出 {made.rows} 条：{made.path}\nSHA-256：{made.sha256}\n密钥：{made.key}")
    return 0


@click.command("audit-verify", help="核对审计文件：不要数据目录，任何机器上都行。")
@click.argument("file", type=_PATH)
@click.option("--key", default="", metavar="密钥编号", help="导出工位说的密钥编号；不同就拒绝。")
@json_option
def audit_verify_command(file: Path, key: str, as_json: bool) -> int:
    """Say whether a file is as it was signed, and by whom."""
    from db.sync.audit_file import verify_audit

    found = verify_audit(file, key)
    if as_json:
        print_json(found._asdict())
        return 0
    click.echo(
        f"✓ 签名和内容都对：{found.rows} 条，{found.chains} 条链\n"
        f"{found.station}（{found.town}，站点 {found.site}）\n"
        f"{instant(found.made_at)} {found.by} 导出，用途：{found.purpose}\n密钥：{found.key}"
    )
    if not key:
        click.echo("▲ 请向该工位核对密钥编号，或用 --key 写明", err=True)
    return 0


def _filter(who: str, kind: str, number: str, since: str, until: str) -> "AuditFilter":
    from db.store.queries.audit import AuditFilter

    if kind and kind not in _GROUPS and kind not in GROUPS:
        raise click.BadParameter(f"只有：{'、'.join(_GROUPS)}", param_hint="--kind")
    span = day_span(_day(since), _day(until))
    return AuditFilter(who, _GROUPS.get(kind, kind), number.strip(), *span)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InputError("day_malformed", value=text) from error


def _watch() -> Watch:
    """Show how many are written on a terminal; nothing where output is kept."""
    if not sys.stderr.isatty():
        return Watch()
    return Watch(lambda _, done, __: click.echo(f"\r{done}    ", nl=False, err=True))
