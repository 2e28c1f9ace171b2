"""Commands of the day's work: import, list, show, decide, print."""

import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import click

from db.domain.errors import InputError, RuleError
from desktop.cli.common import (
    json_option,
    keeper,
    open_store,
    person,
    print_json,
    print_rows,
    progress_line,
    second_option,
    second_person,
    user_option,
)
from desktop.deadline_words import incident_why
from desktop.i18n import (
    ACTION_NAMES,
    KIND_NAMES,
    SOURCE_NAMES,
    STATE_NAMES,
    URGENCY_NAMES,
    distance_text,
    due_text,
    instant,
    state_text,
    stripped_text,
)
from desktop.loop_words import blocked_lines, claim_text, facts, merged_with, step_note
from desktop.place_words import whole_place

if TYPE_CHECKING:
    from db.imports.plan import Plan
    from db.store.queries.claims import ClaimShown

_NOT_TOLD = {"obstacles", "calendar", "policy"}
"""What an incident is judged by: `actions` says what comes of it."""


@click.command("import", help="导入工单文件（.xlsx、.csv）；先用 --preview 看对应关系。")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--preview", is_flag=True, help="只看不写：每张表、每一列怎样处理。")
@click.option("--errors", type=click.Path(path_type=Path), help="错误清单放在哪里。")
@user_option
@json_option
def import_command(
    file: Path, preview: bool, errors: Path | None, user: str | None, as_json: bool
) -> int:
    """Take in a file of orders."""
    from db.imports.orders import import_orders, read_orders
    from db.imports.take_in import order_writer
    from desktop.screens.imports.summary import export_errors

    with open_store(read_only=preview) as store:
        actor, _ = person(store, user)
        plan = read_orders(file)
        if not as_json:
            _print_plan(plan)
        if preview:
            if as_json:
                print_json({"orders": len(plan.orders), "problems": len(plan.problems)})
            return 0
        result = import_orders(plan, order_writer(store, actor), on_progress=progress_line)
        error_file = None
        if result.rejected:
            folder = store.home / "sheets"
            error_file = export_errors(store, actor, plan, result.problems, folder, errors)
    if as_json:
        print_json(
            {
                "added": result.added,
                "updated": result.updated,
                "unchanged": result.unchanged,
                "rejected": result.rejected,
                "error_file": str(error_file) if error_file else None,
            }
        )
    else:
        click.echo(
            f"新增 {result.added}，更新 {result.updated}，未变 {result.unchanged}，"
            f"退回 {result.rejected}"
        )
        if error_file:
            click.echo(f"退回的行在：{error_file}")
    return 0


def _print_plan(plan: "Plan") -> None:
    """Say what becomes of every sheet and column before anything is written."""
    from desktop.screens.imports.words import field_text, sheet_problem_text, use_text

    for sheet in plan.sheets:
        mapping = sheet.mapping
        if mapping.problem:
            click.echo(f"【{mapping.sheet}】{sheet_problem_text(mapping.problem)}")
        else:
            click.echo(
                f"【{mapping.sheet}】{len(sheet.orders)} 件，标题在第 {mapping.header_row} 行"
            )
        for column in mapping.columns:
            note = use_text(column)
            becomes = field_text(column.field) + (f"（{note}）" if note and column.field else "")
            click.echo(f"  {column.title or '（无列名）'} → {becomes if column.field else note}")
        if sheet.ids_removed:
            click.echo(f"  证件号 {sheet.ids_removed} 处，已删除，不导入")


@click.command("list", help="列出事件（缺省为待办），或用户、单位。")
@click.option("--state", type=click.Choice(sorted(STATE_NAMES)), multiple=True, help="只看某状态。")
@click.option("--late", is_flag=True, help="只看已超时。")
@click.option("--mine", is_flag=True, help="只看自己认领的。")
@click.option("--stuck", is_flag=True, help="只看卡住的：写了卡点，或单位没有按时签收。")
@click.option("--archive", is_flag=True, help="全部事件，新的在前，含已归档。")
@click.option("--text", default="", help="编号、标题、内容、地址中的字。")
@click.option("--limit", default=200, show_default=True, type=click.IntRange(1, 1_000_000))
@click.option("--users", "what", flag_value="users", help="列出用户。")
@click.option("--units", "what", flag_value="units", help="列出单位。")
@click.option("--areas", "what", flag_value="areas", help="列出区划。")
@user_option
@json_option
def list_command(
    state: tuple[str, ...],
    late: bool,
    mine: bool,
    stuck: bool,
    archive: bool,
    text: str,
    limit: int,
    what: str | None,
    user: str | None,
    as_json: bool,
) -> int:
    """Print rows."""
    from db.store.queries import queue, town

    with open_store(read_only=True) as store:
        if what:
            keeper(store, user)
            rows = store.read(getattr(town, what))
            print_rows(rows, as_json)
            return 0
        _, scope = person(store, user)
        now = store.clock()
        wanted = queue.QueueFilter(
            states=state,
            is_late=late,
            text=text,
            is_archive=archive,
            is_mine=mine,
            is_stuck=stuck,
        )
        ids = store.read(lambda c: queue.queue_ids(c, scope, wanted, now))[:limit]
        found = store.read(lambda c: queue.queue_rows(c, scope, ids))
        rows = [row for row in found if row]
    if as_json:
        print_json([row._asdict() for row in rows])
        return 0
    for row in rows:
        click.echo(
            "  ".join(
                (
                    row.number,
                    URGENCY_NAMES[row.urgency],
                    state_text(row.state, has_news=bool(row.has_news)),
                    due_text(row.due_at, now),
                    row.lead_name or "—",
                    row.title,
                )
            )
        )
    click.echo(f"{len(rows)} 件", err=True)
    return 0


@click.command("show", help="看一件事件：内容、时限、交办、经过。")
@click.argument("number")
@click.option("--why", is_flag=True, help="只看到期时间是怎样算出来的。")
@user_option
@json_option
def show_command(number: str, why: bool, user: str | None, as_json: bool) -> int:
    """Print one incident."""
    from db.store.queries.incidents import incident_by_number

    with open_store(read_only=True) as store:
        actor, scope = person(store, user)
        now = store.clock()
        detail = store.read(lambda c: incident_by_number(c, scope, number, now, actor))
        if detail is None:
            raise RuleError("incident_unknown", value=number)
        actions = [name for name, refused in detail.obstacles.items() if refused is None]
    if why:
        print_rows(incident_why(detail.incident, detail.calendar), as_json)
        return 0
    if as_json:
        told = [item.name for item in fields(detail) if item.name not in _NOT_TOLD]
        print_json({**{name: getattr(detail, name) for name in told}, "actions": actions})
        return 0
    incident = detail.incident
    click.echo(f"{incident.number}  {URGENCY_NAMES[incident.urgency]}  {incident.title}")
    state = state_text(incident.state, has_news=detail.has_news)
    due = incident.due
    click.echo(f"状态 {state}  {due_text(due.at if due else None, now)}")
    for fact in (*facts(detail, now), *merged_with(detail)):
        click.echo(f"{fact.name} {fact.text}")
    place = whole_place(detail.area_path, incident.address)
    click.echo(f"地点 {place}  来源 {SOURCE_NAMES[incident.source]}")
    if detail.claim:
        click.echo(claim_text(detail.claim))
    if detail.conflicts:
        click.echo(f"分歧 {len(detail.conflicts)} 项，见 griddesk conflicts {incident.number}")
    click.echo(incident.content)
    for item in detail.recommendations[:2]:
        far = "" if item.distance is None else f"，队伍距现场 {distance_text(item.distance)}"
        click.echo(
            f"建议 {item.unit.code} {item.unit.name}（{item.basis}，在手 {item.load} 件{far}）"
        )
    for step in detail.steps:
        kind = KIND_NAMES.get(step.kind, step.kind)
        line = f"{kind}{step_note(step)}  {step.opinion}"
        click.echo(f"  {instant(step.at)}  {step.actor_name}  {line}")
    click.echo("可用动作：" + "、".join(f"{name}（{ACTION_NAMES[name]}）" for name in actions))
    for line in blocked_lines(incident, detail.obstacles):
        click.echo(f"下一步还不能：{line}")
    return 0


@click.command(
    "act",
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    help="对一件事件做一个动作：griddesk act 编号 accept --class_code ZF09 --area_code …；"
    "新事件用 griddesk act new report --content … --address …。",
)
@click.argument("number")
@click.argument("action")
@click.option(
    "--caller-stdin",
    is_flag=True,
    help="新事件的来电人：从标准输入读三行，姓名、号码、备注（不进命令行和历史记录）。",
)
@user_option
@second_option
@json_option
@click.pass_context
def act_command(
    context: click.Context,
    number: str,
    action: str,
    caller_stdin: bool,
    user: str | None,
    second: str | None,
    as_json: bool,
) -> int:
    """Do one decision."""
    from db.commands.incidents import Report, act, report_incident
    from db.domain.transitions import transition_of
    from db.store.envelopes import Caller

    values = _pairs(context.args)
    with open_store() as store:
        actor, scope = person(store, user)
        try:
            if number == "new":
                if "draft" not in transition_of(action).sources:
                    raise InputError("new_needs_report")
                typed = sys.stdin.read().splitlines()[:3] if caller_stdin else []
                caller = Caller(*(line.strip() for line in (*typed, "", "", "")[:3]))
                done = report_incident(store, actor, Report(values, caller), action)
            else:
                other = second_person(store, second)
                done = act(store, actor, scope, number, action, values, other)
        except InputError as error:
            if error.code == "field_unknown":
                raise _unknown_option(error) from error
            raise
    if as_json:
        print_json({"number": done.number, "state": done.state})
    else:
        click.echo(f"{done.number}  {ACTION_NAMES[action]}  →  {STATE_NAMES[done.state]}")
    if done.stripped:
        click.echo(stripped_text(done.stripped), err=True)
    return 0


def _unknown_option(error: InputError) -> click.UsageError:
    """Name the option as it was typed: whoever types commands knows no names of fields."""
    known = " ".join(f"--{name}" for name in error.params["known"])
    wrong, action = error.params["column"], error.params["action"]
    return click.UsageError(f"动作 {action} 没有选项 --{wrong}；可用的：{known or '无'}")


def _pairs(arguments: Sequence[str]) -> dict[str, str]:
    """Read `--field value` pairs; a field may be written with - or _."""
    values: dict[str, str] = {}
    rest = list(arguments)
    while rest:
        name = rest.pop(0)
        if not name.startswith("--"):
            raise click.UsageError(f"不明白的参数：{name}")
        name, is_joined, value = name[2:].partition("=")
        if not is_joined:
            if not rest:
                raise click.UsageError(f"--{name} 后面缺少值")
            value = rest.pop(0)
        values[name.replace("-", "_")] = value
    return values


@click.command("undo", help="撤销自己在一件事件上刚办的一步：十分钟以内，后来没有新的一步。")
@click.argument("number")
@user_option
@json_option
def undo_command(number: str, user: str | None, as_json: bool) -> int:
    """Take back one's last decision."""
    from db.commands.undo import undo
    from db.store.queries.undo import undo_offer

    with open_store() as store:
        actor, scope = person(store, user)
        now = store.clock()
        offer = store.read(lambda c: undo_offer(c, actor, scope, number, now))
        done = undo(store, actor, scope, number, offer.ref if offer else None)
    kind = offer.kind if offer else ""
    if as_json:
        print_json({"number": done.number, "state": done.state, "undone": kind})
    else:
        name = KIND_NAMES.get(kind, kind)
        click.echo(f"{done.number}  撤销  {name}  →  {STATE_NAMES[done.state]}")
    return 0


@click.command("claim", help="认领一件事件，让别的席位看到谁在办；--release 放下。")
@click.argument("number")
@click.option("--release", "is_release", is_flag=True, help="放下自己认领的。")
@click.option("--take-over", "is_over", is_flag=True, help="别人已经认领的，接过来。")
@user_option
@json_option
def claim_command(
    number: str, is_release: bool, is_over: bool, user: str | None, as_json: bool
) -> int:
    """Take an incident on, or let it go."""
    from db.commands.claims import claim, release_claim
    from db.store.queries.incidents import incident_by_number

    if is_release and is_over:
        raise click.UsageError("--release 和 --take-over 只能给一个")
    with open_store() as store:
        actor, scope = person(store, user)

        def held() -> "ClaimShown | None":
            now = store.clock()
            found = store.read(lambda c: incident_by_number(c, scope, number, now))
            return found.claim if found else None

        if is_release:
            done = release_claim(store, actor, scope, number)
        else:
            before = held() if is_over else None
            done = claim(store, actor, scope, number, before.user if before else "")
        after = held()
    if as_json:
        print_json({"number": done.number, "claim": after})
    else:
        click.echo(f"{done.number}  {claim_text(after) if after else '没有人认领'}")
    return 0


@click.command(
    "report",
    help="生成事件处理单（slip 编号）、日报（daily）、统计表（figures）或按键表（keys）的 PDF。",
)
@click.argument("sheet", type=click.Choice(["slip", "daily", "figures", "keys"]))
@click.argument("number", required=False)
@click.option("--day", help="日报的日期，如 2026-11-23；缺省今天。")
@click.option("--out", type=click.Path(path_type=Path), help="文件或目录；缺省当前目录。")
@click.option("--purpose", default="", help="做什么用，记在日志里；不写就按单据的通常用途。")
@second_option
@user_option
@json_option
def report_command(
    sheet: str,
    number: str | None,
    day: str | None,
    out: Path | None,
    purpose: str,
    second: str | None,
    user: str | None,
    as_json: bool,
) -> int:
    """Write a sheet."""
    from desktop.sheets import make_sheet, save_sheet

    if sheet == "slip" and not number:
        raise click.UsageError("请给出事件编号：griddesk report slip 编号")
    with open_store() as store:
        actor, scope = person(store, user)
        made = make_sheet(store, actor, scope, sheet, number or day or "")
        stands_by = second_person(store, second)
        path = save_sheet(store, actor, made, out or Path.cwd(), purpose=purpose, second=stands_by)
    if as_json:
        print_json({"file": str(path), "sha256": made.digest, "pages": made.pages})
    else:
        click.echo(str(path))
    return 0
