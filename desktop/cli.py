"""The command line: everything a room does in a day, without the window.

Exit codes: 0 done, 1 refused by a rule or bad input, 2 wrong use, 3 the environment.
"""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson

from db.domain.errors import GridDeskError, InputError
from db.domain.ops import Actor
from db.domain.scope import Scope, scope_of
from db.store.store import Store
from desktop.i18n import (
    ACTION_NAMES,
    SOURCE_NAMES,
    STATE_NAMES,
    URGENCY_NAMES,
    describe,
    due_text,
    instant,
)
from desktop.settings import data_home, load_settings

if TYPE_CHECKING:
    from db.imports.plan import Plan

USER_ENV = "GRIDDESK_USER"
DEFAULT_TOWN = "990101001"
_DUTY_ROLE = "duty_officer"


def run(arguments: Sequence[str]) -> int:
    """Run one command; every error becomes a sentence and an exit code."""
    try:
        result = griddesk.main(list(arguments), prog_name="griddesk", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("已取消。", err=True)
        return 1
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except GridDeskError as error:
        _show_error(error, as_json="--json" in arguments)
        return error.exit_code
    except BrokenPipeError:
        return 0
    return int(result or 0)


def _show_error(error: GridDeskError, *, as_json: bool) -> None:
    title, hint = describe(error)
    if as_json:
        _print_json({"error": {"code": error.code, "title": title, "hint": hint}})
    click.echo(f"{title}。{hint}", err=True)


def _print_json(value: Any) -> None:
    click.echo(orjson.dumps(value).decode())


def _ask_passphrase(is_retry: bool) -> str:
    text = "口令不对，请再输入一次" if is_retry else "口令"
    answer: str = click.prompt(text, hide_input=True, err=True)
    return answer


def _ask() -> Callable[[bool], str] | None:
    return _ask_passphrase if sys.stdin.isatty() else None


def _open(*, read_only: bool = False) -> Store:
    return Store.open(data_home(), ask=_ask(), read_only=read_only)


def _person(store: Store, name: str | None) -> tuple[Actor, Scope]:
    """Return who acts: the person named, else who was last on duty, else the first officer."""
    from db.commands.town import actor_named
    from db.store.queries.town import users

    name = name or os.environ.get(USER_ENV) or load_settings(store.home).duty_user
    if not name:
        officers = [user.key for user in store.read(users) if _DUTY_ROLE in user.roles.split()]
        # The desk's own account before a shared one: it may do more.
        name = max(officers, key=len, default="") if len(officers) > 1 else "".join(officers)
    if not name:
        raise InputError("user_needed", variable=USER_ENV)
    actor, area = store.read(lambda connection: actor_named(connection, name))
    return actor, scope_of(actor, area)


def _json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")(command)


def _user_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--as", "user", metavar="用户", help=f"以谁的身份（也可用 {USER_ENV}）。")(
        command
    )


def _print_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        click.echo(f"griddesk {version('griddesk')}")
        context.exit()


@click.group(
    invoke_without_command=True,
    help="GridDesk 网格指挥台。不带命令时打开窗口；GRIDDESK_HOME 指定数据目录。",
)
@click.option("--self-test", is_flag=True, help="自检：加密文件、窗口、PDF、本机交换，然后退出。")
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version,
    help="显示版本。",
)  # fmt: skip
@click.pass_context
def griddesk(context: click.Context, self_test: bool) -> int:
    """Open the window, or run the command named."""
    if self_test:
        from desktop.selftest import run_self_test

        return run_self_test()
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
    return 0


@griddesk.command("init", help="建立数据目录：加密数据文件、站点密钥、本镇清单。")
@click.option("--town", default=DEFAULT_TOWN, show_default=True, help="9 位镇街代码。")
@click.option("--name", default="综合指挥室", show_default=True, help="本工位名称。")
@click.option("--station", default="A1", show_default=True, help="两位工位代码，写进事件编号。")
@click.option(
    "--key", "key_kind", default="auto", show_default=True,
    type=click.Choice(["auto", "keyring", "passphrase", "file"]), help="密钥存放方式。",
)  # fmt: skip
@click.option("--areas", type=click.Path(path_type=Path), help="区划清单 CSV（缺省为示例镇）。")
@click.option("--units", type=click.Path(path_type=Path), help="单位清单 CSV（缺省为示例）。")
@click.option("--users", type=click.Path(path_type=Path), help="用户清单 CSV（缺省为示例）。")
@click.option("--join", is_flag=True, help="加入已有指挥室：不建清单，等同步取回。")
@_json_option
def init_command(
    town: str,
    name: str,
    station: str,
    key_kind: str,
    areas: Path | None,
    units: Path | None,
    users: Path | None,
    join: bool,
    as_json: bool,
) -> int:
    """Make a data folder."""
    import resources
    from db.commands.site import TownLists, init_site, read_users
    from db.store.lists import read_areas, read_units

    lists = TownLists()
    if not join:
        lists = TownLists(
            areas=tuple(read_areas(areas)),
            units=tuple(read_units(town, units)),
            users=tuple(read_users(town, users or resources.path("lists/users.csv"))),
        )
    home = data_home()
    site = init_site(
        home,
        town=town,
        name=name,
        station=station,
        key_kind=key_kind,
        ask=_ask(),
        lists=lists,
        has_room_key=not join,
    )
    if as_json:
        _print_json(
            {"home": str(home), "site": site.id, "station": site.station,
             "key": site.key_place.kind}
        )  # fmt: skip
        return 0
    click.echo(f"已建立：{home}")
    click.echo(f"站点 {site.id}，工位 {site.station}，{_key_line(site.key_place.kind)}")
    if not join and areas is None:
        click.echo("区划、单位、用户用的是示例清单；正式使用请用 --areas --units --users 指定。")
    return 0


def _key_line(kind: str) -> str:
    return {
        "keyring": "密钥在系统密钥库中",
        "passphrase": "密钥由口令保护",
        "file": "注意：密钥未受系统保护（仅有 0600 密钥文件）",
    }[kind]


@griddesk.command("demo", help="生成演示镇和演示月份，或离屏演一遍。")
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
@_json_option
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
    count = fill_demo(home, plan, "auto", _progress_line)
    if as_json:
        _print_json({"home": str(home), "incidents": count})
    else:
        click.echo(f"已生成 {count} 件演示事件：{home}")
    return 0


def _progress_line(done: int, total: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{done}/{total}", nl=done >= total, err=True)


@griddesk.command("import", help="导入工单文件（.xlsx、.csv）；先用 --preview 看对应关系。")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--preview", is_flag=True, help="只看不写：每张表、每一列怎样处理。")
@click.option("--errors", type=click.Path(path_type=Path), help="错误清单放在哪里。")
@_user_option
@_json_option
def import_command(
    file: Path, preview: bool, errors: Path | None, user: str | None, as_json: bool
) -> int:
    """Take in a file of orders."""
    from db.imports.orders import import_orders, read_orders
    from db.imports.take_in import order_writer
    from desktop.screens.imports.summary import export_errors

    with _open(read_only=preview) as store:
        actor, _ = _person(store, user)
        plan = read_orders(file)
        if not as_json:
            _print_plan(plan)
        if preview:
            if as_json:
                _print_json({"orders": len(plan.orders), "problems": len(plan.problems)})
            return 0
        result = import_orders(plan, order_writer(store, actor), on_progress=_progress_line)
        error_file = None
        if result.rejected:
            error_file = export_errors(plan, result.problems, errors or store.home / "sheets")
    if as_json:
        _print_json(
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


@griddesk.command("list", help="列出事件（缺省为待办），或用户、单位。")
@click.option("--state", type=click.Choice(sorted(STATE_NAMES)), multiple=True, help="只看某状态。")
@click.option("--late", is_flag=True, help="只看已超时。")
@click.option("--archive", is_flag=True, help="全部事件，新的在前，含已归档。")
@click.option("--text", default="", help="编号、标题、内容、地址中的字。")
@click.option("--limit", default=200, show_default=True, type=click.IntRange(1, 1_000_000))
@click.option("--users", "what", flag_value="users", help="列出用户。")
@click.option("--units", "what", flag_value="units", help="列出单位。")
@click.option("--areas", "what", flag_value="areas", help="列出区划。")
@_user_option
@_json_option
def list_command(
    state: tuple[str, ...],
    late: bool,
    archive: bool,
    text: str,
    limit: int,
    what: str | None,
    user: str | None,
    as_json: bool,
) -> int:
    """Print rows."""
    from db.store.queries import incidents, town

    with _open(read_only=True) as store:
        if what:
            rows = store.read(getattr(town, what))
            _print_plain_rows(rows, as_json)
            return 0
        _, scope = _person(store, user)
        now = store.clock()
        wanted = incidents.QueueFilter(states=state, is_late=late, text=text, is_archive=archive)
        ids = store.read(lambda c: incidents.queue_ids(c, scope, wanted, now))[:limit]
        found = store.read(lambda c: incidents.queue_rows(c, scope, ids))
        rows = [row for row in found if row]
    if as_json:
        _print_json([row._asdict() for row in rows])
        return 0
    for row in rows:
        click.echo(
            "  ".join(
                (
                    row.number,
                    URGENCY_NAMES[row.urgency],
                    STATE_NAMES[row.state],
                    due_text(row.due_at, now),
                    row.lead_name or "—",
                    row.title,
                )
            )
        )
    click.echo(f"{len(rows)} 件", err=True)
    return 0


def _print_plain_rows(rows: Sequence[Any], as_json: bool) -> None:
    from dataclasses import asdict, is_dataclass

    plain = [asdict(row) if is_dataclass(row) else row._asdict() for row in rows]  # type: ignore[arg-type]
    if as_json:
        _print_json(plain)
        return
    for row in plain:
        click.echo("  ".join(str(value) for value in row.values()))


@griddesk.command("show", help="看一件事件：内容、时限、交办、经过。")
@click.argument("number")
@_user_option
@_json_option
def show_command(number: str, user: str | None, as_json: bool) -> int:
    """Print one incident."""
    from dataclasses import asdict

    from db.domain.errors import RuleError
    from db.domain.transitions import available
    from db.store.queries.incidents import incident_by_number

    with _open(read_only=True) as store:
        actor, scope = _person(store, user)
        now = store.clock()
        detail = store.read(lambda c: incident_by_number(c, scope, number, now))
        if detail is None:
            raise RuleError("incident_unknown", value=number)
        actions = [item.action for item in available(detail.incident, actor)]
    if as_json:
        _print_json({**asdict(detail), "actions": actions})
        return 0
    incident = detail.incident
    due = incident.next_due
    click.echo(f"{incident.number}  {URGENCY_NAMES[incident.urgency]}  {incident.title}")
    click.echo(f"状态 {STATE_NAMES[incident.state]}  {due_text(due.due_at if due else None, now)}")
    click.echo(f"地点 {detail.area_path} {incident.address}  来源 {SOURCE_NAMES[incident.source]}")
    click.echo(incident.content)
    for recommendation in detail.recommendations[:2]:
        click.echo(f"建议 {recommendation.unit.code} {recommendation.unit.name}"
                   f"（{recommendation.basis}，在手 {recommendation.load} 件）")  # fmt: skip
    for step in detail.steps:
        click.echo(f"  {instant(step.at)}  {step.actor_name}  {step.kind}  {step.opinion}")
    click.echo("可用动作：" + "、".join(f"{name}（{ACTION_NAMES[name]}）" for name in actions))
    return 0


@griddesk.command(
    "act",
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    help="对一件事件做一个动作：griddesk act 编号 accept --class_code ZF09 --area_code …；"
    "新事件用 griddesk act new report --content … --address …。",
)
@click.argument("number")
@click.argument("action")
@_user_option
@_json_option
@click.pass_context
def act_command(
    context: click.Context, number: str, action: str, user: str | None, as_json: bool
) -> int:
    """Do one decision."""
    from db.commands.incidents import Report, act, report_incident
    from db.store.envelopes import Caller

    values = _pairs(context.args)
    with _open() as store:
        actor, scope = _person(store, user)
        if number == "new":
            caller = Caller(values.pop("caller_name", ""), values.pop("caller_phone", ""))
            done = report_incident(store, actor, Report(values, caller))
        else:
            done = act(store, actor, scope, number, action, values)
    if as_json:
        _print_json({"number": done.number, "state": done.state})
    else:
        click.echo(f"{done.number}  {ACTION_NAMES[action]}  →  {STATE_NAMES[done.state]}")
    return 0


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


@griddesk.command("report", help="生成事件处理单（slip 编号）或日报（daily）的 PDF。")
@click.argument("sheet", type=click.Choice(["slip", "daily"]))
@click.argument("number", required=False)
@click.option("--day", help="日报的日期，如 2026-11-23；缺省今天。")
@click.option("--out", type=click.Path(path_type=Path), help="文件或目录；缺省当前目录。")
@_user_option
@_json_option
def report_command(
    sheet: str,
    number: str | None,
    day: str | None,
    out: Path | None,
    user: str | None,
    as_json: bool,
) -> int:
    """Write a sheet."""
    from desktop.sheets import make_sheet, save_sheet

    if sheet == "slip" and not number:
        raise click.UsageError("请给出事件编号：griddesk report slip 编号")
    with _open() as store:
        actor, scope = _person(store, user)
        made = make_sheet(store, actor, scope, sheet, number or day or "")
        path = save_sheet(store, actor, made, out or Path.cwd())
    if as_json:
        _print_json({"file": str(path), "sha256": made.digest, "pages": made.pages})
    else:
        click.echo(str(path))
    return 0


@griddesk.command("hub", help="区级交换服务：保存、校验、转发各站点的记录。")
@click.option("--data", type=click.Path(path_type=Path), required=True, help="服务的数据目录。")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8471, show_default=True, type=click.IntRange(0, 65535))
@click.option("--name", default="区级交换", show_default=True)
@click.option("--tls-cert", type=click.Path(path_type=Path))
@click.option("--tls-key", type=click.Path(path_type=Path))
@click.option(
    "--key", "key_kind", default="auto", show_default=True,
    type=click.Choice(["auto", "keyring", "passphrase", "file"]), help="密钥存放方式。",
)  # fmt: skip
def hub_command(
    data: Path,
    host: str,
    port: int,
    name: str,
    tls_cert: Path | None,
    tls_key: Path | None,
    key_kind: str,
) -> int:
    """Serve the exchange until stopped."""
    from db.hub.server import init_hub, serve

    if not (data / "site.json").exists():
        init_hub(data, name, key_kind)
    serve(
        data,
        host,
        port,
        tls_cert=tls_cert,
        tls_key=tls_key,
        on_ready=lambda url: click.echo(f"交换服务已启动：{url}"),
    )
    return 0


@griddesk.command("enrol", help="登记：站点向服务登记，服务发放一次性登记码，或授权另一工位。")
@click.argument("url", required=False)
@click.argument("code", required=False)
@click.option("--new-code", is_flag=True, help="在服务的数据目录里发一个登记码。")
@click.option("--data", type=click.Path(path_type=Path), help="服务的数据目录（配合 --new-code）。")
@click.option("--town", default=DEFAULT_TOWN, show_default=True, help="登记码属于哪个镇街。")
@click.option("--grant", metavar="站点或工位", help="把指挥室密钥授予另一工位。")
@click.option("--stations", is_flag=True, help="列出已知的工位。")
@click.option("--ca", type=click.Path(path_type=Path), help="信任的服务证书文件。")
@click.option("--plain", is_flag=True, help="允许不加密的线路（只在自己的局域网里用）。")
@_user_option
@_json_option
def enrol_command(
    url: str | None,
    code: str | None,
    new_code: bool,
    data: Path | None,
    town: str,
    grant: str | None,
    stations: bool,
    ca: Path | None,
    plain: bool,
    user: str | None,
    as_json: bool,
) -> int:
    """Let sites know each other."""
    from db.store.queries.town import stations as known_stations
    from desktop import exchange_cli

    if new_code:
        if data is None:
            raise click.UsageError("--new-code 需要 --data 服务的数据目录")
        made = exchange_cli.new_code(data, town, _ask())
        _print_json({"code": made}) if as_json else click.echo(made)
        return 0
    if stations:
        with _open(read_only=True) as store:
            _print_plain_rows(store.read(known_stations), as_json)
        return 0
    with _open() as store:
        if grant:
            actor, _ = _person(store, user)
            exchange_cli.grant(store, actor, grant)
            click.echo(f"已授权 {grant}；下次同步后生效。")
            return 0
        if not (url and code):
            raise click.UsageError("用法：griddesk enrol 服务地址 登记码")
        hub = exchange_cli.enrol(store, url, code, ca=ca, allow_plain=plain)
    _print_json({"hub": hub}) if as_json else click.echo(f"已登记到 {hub}")
    return 0


@griddesk.command("sync", help="与服务交换一次：先发后收。")
@_json_option
def sync_command(as_json: bool) -> int:
    """Exchange once."""
    from desktop import exchange_cli

    with _open() as store:
        result = exchange_cli.sync(store)
    if as_json:
        _print_json(result)
    else:
        click.echo(f"发出 {result['pushed']}，收到 {result['pulled']}，待发 {result['unsent']}")
    return 0


@griddesk.command("verify", help="核对数据：每页可读，每条链完整。")
@click.option("--data", type=click.Path(path_type=Path), help="数据目录；缺省为 GRIDDESK_HOME。")
@_json_option
def verify_command(data: Path | None, as_json: bool) -> int:
    """Check the record."""
    from db.store.verify import verify

    with Store.open(data or data_home(), ask=_ask(), read_only=True) as store:
        found = store.read(verify)
    if as_json:
        _print_json(
            {"ok": found.is_ok, "ops": found.ops, "chains": found.chains,
             "problems": found.problems}
        )  # fmt: skip
    else:
        verdict = "完整" if found.is_ok else f"发现 {len(found.problems)} 个问题"
        click.echo(f"{found.chains} 条链，{found.ops} 条记录，{verdict}")
        for problem in found.problems:
            click.echo(f"  {problem}")
    return 0 if found.is_ok else 1


@griddesk.command("rebuild", help="由日志重建全部数据表；日志不变。")
@_json_option
def rebuild_command(as_json: bool) -> int:
    """Make the projections anew."""
    with _open() as store:
        folded = store.write(lambda journal: journal.rebuild()).result
    _print_json({"ops": folded}) if as_json else click.echo(f"已由 {folded} 条记录重建。")
    return 0


@griddesk.command("bench", help="测速：打印每项的值和限额，写 build/bench.json。")
@click.option("--out", type=click.Path(path_type=Path), default=Path("build/bench.json"))
@click.option("--only", multiple=True, help="只测某项。")
def bench_command(out: Path, only: tuple[str, ...]) -> int:
    """Measure."""
    from desktop.bench import run_bench

    return run_bench(out, only)
