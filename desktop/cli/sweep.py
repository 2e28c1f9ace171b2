"""`griddesk sweep`: raise what is due, without the window."""

import click

from desktop.cli.common import json_option, open_store, print_json


@click.command("sweep", help="催办督办：按督查规则补发到期的卡，恢复挂起到期的事件；可反复执行。")
@json_option
def sweep_command(as_json: bool) -> int:
    """Run the escalation sweep once."""
    from db.commands.escalation import sweep

    with open_store() as store:
        swept = sweep(store)
    if as_json:
        print_json({"cards": swept.cards, "resumed": swept.resumed})
    else:
        click.echo(f"新发催办督办 {swept.cards} 张，恢复处置 {swept.resumed} 件。")
    return 0
