"""`griddesk response`: declare a response, end it, list them."""

import click

from desktop.cli.common import json_option, open_store, person, print_json, user_option
from desktop.i18n import instant


@click.group("response", help="等级响应：启动期间新开的时限按比例缩短；已在走的时限不动。")
def response_command() -> None:
    """Declare and end responses."""


@response_command.command("start", help="启动一级响应：griddesk response start 防台风 III。")
@click.argument("name")
@click.argument("level")
@click.option("--factor", type=int, default=50, show_default=True, help="时限按百分之几。")
@click.option("--class", "classes", multiple=True, help="只管这些分类，可多次；不写管全部。")
@click.option("--area", "areas", multiple=True, help="只管这些区域代码，可多次；不写管全部。")
@click.option("--doc", default="", help="依据文号。")
@user_option
def start_command(
    name: str,
    level: str,
    factor: int,
    classes: tuple[str, ...],
    areas: tuple[str, ...],
    doc: str,
    user: str | None,
) -> int:
    """Declare a response."""
    from db.commands.responses import Declaration, declare_response

    with open_store() as store:
        actor, _ = person(store, user)
        declare_response(
            store, actor, Declaration(name, level.upper(), factor, classes, areas, doc)
        )
    click.echo(f"已启动 {name}（{level.upper()} 级）：新开的时限按 {factor}% 计。")
    return 0


@response_command.command("stop", help="结束响应。")
@click.argument("name")
@user_option
def stop_command(name: str, user: str | None) -> int:
    """End a response."""
    from db.commands.responses import end_response

    with open_store() as store:
        actor, _ = person(store, user)
        end_response(store, actor, name)
    click.echo(f"已结束 {name}。")
    return 0


@response_command.command("list", help="列出启动过的响应。")
@json_option
def list_command(as_json: bool) -> int:
    """Print every response."""
    from db.store.queries.responses import responses

    with open_store(read_only=True) as store:
        found = store.read(responses)
    if as_json:
        print_json(found)
        return 0
    for item in found:
        until = instant(item.to_at) if item.to_at is not None else "在响应"
        click.echo(
            f"{item.name}  {item.level} 级  {item.factor}%  {instant(item.from_at)} 至 {until}"
        )
    if not found:
        click.echo("没有启动过响应。", err=True)
    return 0
