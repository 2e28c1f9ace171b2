"""The command line: everything a room does in a day, without the window.

Exit codes: 0 done, 1 refused by a rule or bad input, 2 wrong use, 3 the environment.
"""

from collections.abc import Sequence

import click

from db.domain.errors import GridDeskError
from desktop.cli.attach import attach_command, attachments_command
from desktop.cli.audit import audit_command, audit_export_command, audit_verify_command
from desktop.cli.classing import classing_command
from desktop.cli.common import print_json
from desktop.cli.conflicts import conflicts_command, resolve_command
from desktop.cli.duplicates import duplicates_command
from desktop.cli.erasure import caller_command, erase_command, erased_command
from desktop.cli.exchange import enrol_command, hub_command, sync_command
from desktop.cli.figures import figures_command
from desktop.cli.ground import areas_command, places_command, positions_command, tiles_command
from desktop.cli.keys import keys_command
from desktop.cli.lists import lists_command
from desktop.cli.maintain import (
    backup_command,
    drill_command,
    export_command,
    repair_command,
    restore_command,
)
from desktop.cli.record import (
    bench_command,
    demo_command,
    init_command,
    rebuild_command,
    verify_command,
)
from desktop.cli.response import response_command
from desktop.cli.room import peers_command, room_command
from desktop.cli.rules import rules_command
from desktop.cli.search import search_command
from desktop.cli.stick import stick_command
from desktop.cli.sweep import sweep_command
from desktop.cli.table import export_table_command
from desktop.cli.users import users_command
from desktop.cli.work import (
    act_command,
    claim_command,
    import_command,
    list_command,
    report_command,
    show_command,
    undo_command,
)
from desktop.i18n import describe
from desktop.outline import outline


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
    except Exception as error:
        # Where it came from, and no message: that may hold what somebody entered.
        title, hint = describe(error)
        click.echo(outline(error), err=True)
        click.echo(f"{title}。{hint}", err=True)
        return 3
    return int(result or 0)


def _show_error(error: GridDeskError, *, as_json: bool) -> None:
    title, hint = describe(error)
    if as_json:
        print_json({"error": {"code": error.code, "title": title, "hint": hint}})
    click.echo(f"{title}。{hint}", err=True)


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


for _command in (
    init_command,
    demo_command,
    import_command,
    list_command,
    search_command,
    rules_command,
    show_command,
    act_command,
    undo_command,
    claim_command,
    report_command,
    sweep_command,
    caller_command,
    erase_command,
    erased_command,
    figures_command,
    response_command,
    lists_command,
    areas_command,
    places_command,
    positions_command,
    tiles_command,
    classing_command,
    attach_command,
    attachments_command,
    conflicts_command,
    resolve_command,
    duplicates_command,
    hub_command,
    enrol_command,
    sync_command,
    room_command,
    peers_command,
    stick_command,
    keys_command,
    users_command,
    verify_command,
    rebuild_command,
    backup_command,
    restore_command,
    drill_command,
    repair_command,
    export_command,
    export_table_command,
    audit_command,
    audit_export_command,
    audit_verify_command,
    bench_command,
):
    griddesk.add_command(_command)
