"""Commands on the lists: show, check, compare, publish, export."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click

from db.commands.lists import Approval, Preview, preview_list, publish_list
from db.domain.calendar import day_start
from db.domain.deadlines import DAY
from db.domain.errors import InputError
from db.domain.list_checks import SPECS
from db.domain.lists import KINDS
from db.imports.lists import RawList, list_as_csv, read_list, write_bad_rows
from db.store.driver import Connection
from db.store.files import write_file
from db.store.lists import Rows, policy_at, rows_of, versions_at
from db.store.queries.lists import list_versions
from db.store.queries.responsibility import responsibility_gaps
from db.store.store import Store
from desktop.cli.common import (
    json_option,
    keeper,
    open_store,
    person,
    print_json,
    user_option,
)
from desktop.cli.leaving import purpose_option
from desktop.i18n import LIST_NAMES, instant
from desktop.leaving import tell_left
from desktop.list_words import (
    STANDINGS,
    TITLES,
    Finding,
    cell_text,
    changes,
    named,
    problems,
    reason,
    touched_text,
    verdict,
    words_of,
)

_KIND = click.Choice(KINDS)
_PATH = click.Path(path_type=Path)


@click.group("lists", help="清单：查看、检查、对比、发布、导出。")
def lists_command() -> None:
    """Gather the commands on lists."""


def _command(name: str, help: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Add a command on one kind of list, with `--json`."""

    def add(function: Callable[..., int]) -> Callable[..., int]:
        with_kind = click.argument("kind", type=_KIND)(json_option(function))
        lists_command.command(name, help=help)(with_kind)
        return function

    return add


@_command("show", "列出生效的清单；--version 指定某一版本。")
@click.option("--version", help="版本号，见 griddesk lists versions。")
def _show(kind: str, version: str | None, as_json: bool) -> int:
    with open_store(read_only=True) as store:
        version, rows = _rows(store, kind, version)
    if as_json:
        print_json({"kind": kind, "version": version, "rows": rows})
        return 0
    for row in rows:
        click.echo(
            "  ".join(cell_text(kind, name, row.get(name, "")) for name in SPECS[kind].names)
        )
    click.echo(f"{LIST_NAMES[kind]}  版本 {version}  {len(rows)} 行", err=True)
    return 0


@_command("versions", "列出一种清单的全部版本。")
def _versions(kind: str, as_json: bool) -> int:
    with open_store(read_only=True) as store:
        found = store.read(lambda c: list_versions(c, kind, store.clock()))
    if as_json:
        print_json([asdict(item) for item in found])
        return 0
    for item in found:
        rival = f"  ▲ 与 {item.rival} 各自发布" if item.rival else ""
        since = instant(item.valid_from) if item.valid_from else "—"
        told = "  ".join(filter(None, (item.approved_by, item.doc_no, item.note)))
        click.echo(f"{item.version}  {STANDINGS[item.standing]}  自 {since}  {told}{rival}")
    return 0


@_command("check", "检查一个清单文件：错误、改动、涉及哪些事件；不写入。")
@click.argument("file", type=_PATH)
@click.option("--errors", type=_PATH, help="把有错的行连同原因写到这个 CSV。")
@user_option
def _check(kind: str, file: Path, errors: Path | None, user: str | None, as_json: bool) -> int:
    raw = read_list(file, kind, TITLES[kind], words_of(kind))
    with open_store(read_only=True) as store:
        preview = _preview(store, kind, raw, user)
    if errors and preview.checked.errors:
        placed = [named(kind, raw.place(error)) for error in preview.checked.errors]
        write_bad_rows(errors, raw, placed, reason)
    print_json(_preview_fields(preview, raw)) if as_json else _print_check(preview, raw)
    return 0 if preview.is_sound else 1


@_command("diff", "对比一个清单文件和生效的清单。")
@click.argument("file", type=_PATH)
@user_option
def _diff(kind: str, file: Path, user: str | None, as_json: bool) -> int:
    raw = read_list(file, kind, TITLES[kind], words_of(kind))
    with open_store(read_only=True) as store:
        preview = _preview(store, kind, raw, user)
    print_json(_preview_fields(preview, raw)) if as_json else _print_diff(preview)
    return 0


@_command("publish", "检查并发布一个清单文件；有一处错误就整张不发布。")
@click.argument("file", type=_PATH)
@click.option("--from", "since", metavar="日期", help="自哪天生效（2026-12-01）；缺省为现在。")
@click.option("--approved-by", default="", help="批准人；缺省为发布人。")
@click.option("--doc-no", default="", help="批准文号。")
@click.option("--note", default="", help="说明。")
@user_option
def _publish(
    kind: str,
    file: Path,
    since: str | None,
    approved_by: str,
    doc_no: str,
    note: str,
    user: str | None,
    as_json: bool,
) -> int:
    raw = read_list(file, kind, TITLES[kind], words_of(kind))
    valid_from = _day(since) if since else None
    with open_store() as store:
        actor, _ = person(store, user)
        preview = _preview(store, kind, raw, user, valid_from)
        if not preview.is_sound:
            _print_check(preview, raw)
        approval = Approval(valid_from, approved_by, doc_no, note)
        done = publish_list(store, actor, kind, raw.rows, approval, preview.base)
    if as_json:
        print_json({"kind": kind, "version": done.version, "valid_from": done.valid_from})
        return 0
    _print_diff(preview)
    click.echo(f"已发布 {LIST_NAMES[kind]} {done.version}，自 {instant(done.valid_from)} 生效。")
    return 0


@_command("export", "把清单写成可编辑、可再导入的 CSV。")
@click.argument("file", type=_PATH)
@click.option("--version", help="版本号；缺省为生效的。")
@purpose_option
@user_option
def _export(
    kind: str, file: Path, version: str | None, purpose: str, user: str | None, as_json: bool
) -> int:
    with open_store() as store:
        actor, _ = keeper(store, user)
        version, rows = _rows(store, kind, version)
        write_file(file, list_as_csv(kind, rows, TITLES[kind], words_of(kind)))
        tell_left(store, actor, "list", file, purpose=purpose, rows=len(rows), about=kind)
    if as_json:
        print_json({"kind": kind, "version": version, "rows": len(rows), "file": str(file)})
    else:
        click.echo(f"已导出 {LIST_NAMES[kind]} {version}：{len(rows)} 行，{file}")
    return 0


@lists_command.command("gaps", help="权责缺口：派出时清单没有规定由谁办的，按分类和村社。")
@click.option("--days", default=90, show_default=True, help="看最近多少天派出的。")
@user_option
@json_option
def _gaps(days: int, user: str | None, as_json: bool) -> int:
    with open_store(read_only=True) as store:
        _, scope = person(store, user)
        now = store.clock()
        policy = store.read(lambda c: policy_at(c, now))
        found = store.read(lambda c: responsibility_gaps(c, scope, policy, now - days * DAY))
    if as_json:
        print_json([item._asdict() for item in found])
        return 0
    for item in found:
        known = policy.classes.get(item.class_code)
        name = f"{item.class_code} {known.name}" if known else item.class_code
        click.echo(f"{name}  {item.village_name or item.village}  {item.incidents} 件")
    click.echo(f"最近 {days} 天权责缺口 {len(found)} 处", err=True)
    return 0


def _rows(store: Store, kind: str, version: str | None) -> tuple[str, Rows]:
    """Return a version that is known and its rows; the one in force without a name."""

    def work(connection: Connection) -> tuple[str, Rows]:
        now = store.clock()
        wanted = version or versions_at(connection, now)[kind]
        if wanted not in {item.version for item in list_versions(connection, kind, now)}:
            raise InputError("list_version_unknown", kind=kind, value=wanted)
        return wanted, rows_of(connection, kind, wanted)

    return store.read(work)


def _preview(
    store: Store, kind: str, raw: RawList, user: str | None, valid_from: int | None = None
) -> Preview:
    _, scope = person(store, user)
    town, at = store.site.town, store.clock() if valid_from is None else valid_from
    return store.read(lambda c: preview_list(c, scope, town, kind, raw.rows, at))


def _print_check(preview: Preview, raw: RawList) -> None:
    _print_findings(problems(preview, raw))
    click.echo(verdict(preview))
    if preview.is_sound:
        _print_diff(preview)


def _print_diff(preview: Preview) -> None:
    _print_findings(changes(preview))
    click.echo(touched_text(preview))


def _print_findings(found: Iterable[Finding]) -> None:
    for one in found:
        column = f"  {one.column}" if one.column else ""
        click.echo(f"{one.mark} {one.where}{column}：{one.text}")


def _preview_fields(preview: Preview, raw: RawList) -> dict[str, Any]:
    def fields(error: InputError) -> dict[str, Any]:
        placed = raw.place(error)
        return {
            "row": placed.params["row"],
            "column": placed.params["column"],
            "code": placed.code,
            "reason": reason(named(preview.kind, placed)),
        }

    change = preview.diff
    return {
        "kind": preview.kind,
        "version": preview.version,
        "ok": preview.is_sound,
        "errors": [fields(error) for error in preview.checked.errors],
        "warnings": [fields(error) for error in preview.checked.warnings],
        "unused": list(raw.unused),
        "added": change.added,
        "removed": change.removed,
        "changed": change.changed,
        "touched": {
            "incidents": preview.touched.count,
            "numbers": preview.touched.numbers,
            "units": preview.touched.units,
        },
    }


def _day(text: str) -> int:
    try:
        return day_start(date.fromisoformat(text))
    except ValueError as error:
        raise InputError("list_day_malformed", value=text) from error
