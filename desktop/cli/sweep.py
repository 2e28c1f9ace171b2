"""`griddesk sweep`: raise what is due and let go what was kept long enough, without the window."""

import click

from desktop.cli.common import json_option, open_store, print_json


@click.command(
    "sweep",
    help="到期的事：补发催办督办，恢复挂起到期的事件，删除超过保存期的来电人信息"
    "（本机和够得着的备份）；可反复执行。",
)
@json_option
def sweep_command(as_json: bool) -> int:
    """Do once what the window does by the clock."""
    from db.commands.erasure import erase_due
    from db.commands.escalation import sweep
    from db.store.shredding import settle
    from desktop.erasure_words import unreached_text

    with open_store() as store:
        swept = sweep(store)
        erased = erase_due(store)
        settled = settle(store)
    if as_json:
        print_json(
            {"cards": swept.cards, "resumed": swept.resumed, "erased": erased,
             "unreached": {str(path): code for path, code in settled.left.items()}}
        )  # fmt: skip
    else:
        click.echo(f"新发催办督办 {swept.cards} 张，恢复处置 {swept.resumed} 件。")
        click.echo(f"来电人信息到期删除 {erased} 件。")
        for path, code in settled.left.items():
            click.echo(f"▲ {unreached_text(path, code)}", err=True)
    return 0
