"""`griddesk caller`, `erase`, `erased`: who called, erasing that, and showing that it is gone."""

from dataclasses import asdict
from pathlib import Path

import click

from desktop.cli.common import json_option, open_store, person, print_json, user_option
from desktop.language import on_paper

_reason_option = click.option(
    "--reason", required=True, metavar="原因", help="为什么；记入日志，不写个人信息。"
)


@click.command("caller", help="查看来电人：姓名、号码、备注和正文里的号码；谁看、为什么都记录。")
@click.argument("number")
@_reason_option
@user_option
@json_option
def caller_command(number: str, reason: str, user: str | None, as_json: bool) -> int:
    """Show who called."""
    from db.commands.incidents import view_caller
    from desktop.caller_words import caller_lines

    with open_store() as store:
        actor, scope = person(store, user)
        caller, _ = view_caller(store, actor, scope, number, reason)
    if as_json:
        print_json(asdict(caller) if caller else None)
        return 0
    for line in caller_lines(caller):
        click.echo(line)
    return 0


@click.command(
    "erase",
    help="删除一件事件的来电人信息、正文里的号码和附件密钥：本机、备份、其他站点都删，不能恢复。",
)
@click.argument("number")
@_reason_option
@click.option("--yes", is_flag=True, help="不再问。")
@user_option
@json_option
def erase_command(number: str, reason: str, yes: bool, user: str | None, as_json: bool) -> int:
    """Erase who called."""
    from db.commands.erasure import erase_caller
    from db.store.shredding import settle

    with open_store() as store:
        actor, _ = person(store, user)
        if not yes:
            click.confirm(
                f"{number} 的来电人、正文里的号码和附件将从各处删除，不能恢复。继续？",
                abort=True, err=True,
            )  # fmt: skip
        erased = erase_caller(store, actor, number, reason)
        settled = settle(store)
    if as_json:
        print_json(
            {"number": number, "envelopes": erased.envelopes,
             "ops": [":".join(map(str, ref)) for ref in erased.refs],
             "copies": [str(path) for path in settled.done],
             "unreached": {str(path): code for path, code in settled.left.items()}}
        )  # fmt: skip
        return 0
    click.echo(f"已删除 {number} 的来电人信息 {erased.envelopes} 处，备份 {len(settled.done)} 份。")
    _tell_left(settled.left)
    click.echo(f"证明：griddesk erased {number}")
    return 0


@click.command("erased", help="删除证明：谁要求、什么时候、哪条记录，现在各处还有没有。")
@click.argument("number")
@click.option("--pdf", type=click.Path(path_type=Path), help="另存为 PDF，可打印签字。")
@user_option
@json_option
def erased_command(number: str, pdf: Path | None, user: str | None, as_json: bool) -> int:
    """Show what every place has of an erased caller."""
    from db.store.queries.sheets import sheet_head
    from db.sync.proving import prove_erasure
    from desktop.erasure_words import asked_lines, place_text, result_text, verdict_text
    from desktop.sheets import MadeSheet, save_sheet

    with open_store(read_only=pdf is None) as store:
        actor, _ = person(store, user)
        proof = prove_erasure(store, actor, number)
        if pdf is not None:
            from desktop.reports.erasure import make_erasure

            head = store.read(lambda c: sheet_head(c, actor.name, store.clock()))
            with on_paper():
                sheet = MadeSheet(make_erasure(proof, head), pdf.name, "erasure", number)
            save_sheet(store, actor, sheet, pdf)
    if as_json:
        print_json({**asdict(proof), "gone": proof.is_gone})
        return 0 if proof.is_gone else 1
    click.echo(verdict_text(proof))
    for one in proof.asked:
        for line in asked_lines(one):
            click.echo(f"  {line}")
    for check in proof.checks:
        click.echo(f"  {place_text(check)}  {result_text(check)}")
    return 0 if proof.is_gone else 1


def _tell_left(left: dict[Path, str]) -> None:
    from desktop.erasure_words import unreached_text

    for path, code in left.items():
        click.echo(f"▲ {unreached_text(path, code)}", err=True)
