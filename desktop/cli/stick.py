"""Commands on files that are carried: exchange files, station cards, cards of heads."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from db.domain.ops import SYSTEM
from db.store.medium import Watch
from db.store.store import Store
from desktop.cli.common import (
    ask,
    json_option,
    keeper,
    open_store,
    person,
    print_json,
    print_rows,
    second_option,
    second_person,
    user_option,
)
from desktop.i18n import instant
from desktop.leaving import tell_left
from desktop.stick_words import (
    STICK_STEPS,
    names_of,
    preview_lines,
    taken_lines,
    written_lines,
)

if TYPE_CHECKING:
    from db.stick.read import TakeBatch

_PATH = click.Path(path_type=Path)


class _Line(NamedTuple):
    """A station that can be written to, as it is listed."""

    id: str
    name: str
    town: str
    station: str
    fingerprint: str


@click.group("stick", help="用U盘交换：写出、读入交换文件；身份卡；对账卡。")
def stick_command() -> None:
    """Gather the commands on sticks."""


def _hub_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--hub",
        type=_PATH,
        metavar="数据目录",
        help="不是本工位，是这个目录里的交换服务（记录在文件里的；要写入的，服务要先停）。",
    )(command)


def _open(hub: Path | None, *, read_only: bool = False) -> Store:
    """Open the record that is spoken for: this station's, or a hub's that is not serving."""
    if hub is None:
        return open_store(read_only=read_only)
    from db.hub.server import open_hub

    return open_hub(hub, ask=ask(), read_only=read_only)


def _out_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--out", type=_PATH, help="U盘上的目录，要已经在。")(command)


@stick_command.command("write", help="写出交换文件：只有收件工位打得开。")
@click.option("--to", "who", required=True, help="收件工位：代码、站点编号或 hub。")
@click.option("--all", "everything", is_flag=True, help="全部，不只是对方还没有的。")
@click.option("--files", is_flag=True, help="带上附件。")
@click.option("--heads", type=_PATH, help="对方的对账卡：按它只写还缺的。")
@click.option("--purpose", default="", help="用途，记在导出记录里。")
@_hub_option
@_out_option
@user_option
@json_option
def _write(
    who: str,
    everything: bool,
    files: bool,
    heads: Path | None,
    purpose: str,
    hub: Path | None,
    out: Path | None,
    user: str | None,
    as_json: bool,
) -> int:
    from db.stick.cards import take_heads
    from db.stick.plan import heard_of, recipient_named
    from db.stick.write import write_for

    folder = _needed(out)
    with _open(hub) as store:
        actor = SYSTEM if hub else person(store, user)[0]
        peer = store.read(lambda c: recipient_named(c, store.site.id, who))
        if heads:
            take_heads(store, heads)
        known = None if everything else store.read(lambda c: heard_of(c, peer.id))
        done = write_for(
            store, actor, peer, folder, known=known, with_files=files, purpose=purpose,
            watch=_watch(), is_recorded=hub is None,
        )  # fmt: skip
    if as_json:
        paths = [str(path) for path in done.paths]
        print_json(
            {"files": paths, "to": done.to.id, "ops": done.ops, "attachments": done.files,
             "absent": done.absent, "bytes": done.size}
        )  # fmt: skip
    else:
        click.echo("\n".join(written_lines(done)))
    return 0


@stick_command.command("read", help="读入交换文件；加 --preview 只看有什么，不写入。")
@click.argument("file", type=_PATH)
@click.option("--preview", "is_preview", is_flag=True, help="只看，不写入。")
@_hub_option
@json_option
def _read(file: Path, is_preview: bool, hub: Path | None, as_json: bool) -> int:
    from db.stick.read import preview, take

    with _open(hub, read_only=is_preview) as store:
        names = store.read(names_of)
        if is_preview:
            shown = preview(store, file, _watch())
            lines, problems = preview_lines(shown, names), [shown.trouble] if shown.trouble else []
            told = {"from": shown.header.site, "ops": shown.header.ops, "new": shown.new,
                    "attachments": shown.header.files, "missing": shown.missing}  # fmt: skip
        else:
            done = take(store, file, _watch(), take_batch=_taking_at(hub, store))
            lines, problems = taken_lines(done, names), done.troubles
            told = {"from": done.header.site, "added": done.added, "duplicates": done.duplicates,
                    "held": done.held, "attachments": done.files, "missing": done.missing,
                    "healed": done.healed}  # fmt: skip
    if as_json:
        print_json({**told, "troubles": [error.code for error in problems]})
    else:
        click.echo("\n".join(lines))
    return 1 if problems else 0


def _taking_at(hub: Path | None, store: Store) -> "TakeBatch | None":
    if hub is None:
        return None
    from db.hub.store import HubStore

    return HubStore(store).take


@stick_command.command("card", help="身份卡：不带文件写出本工位的；带文件查看，核对指纹后收下。")
@click.argument("file", type=_PATH, required=False)
@click.option("--confirm", metavar="指纹", help="电话里核对过的指纹；一致才收下。")
@_hub_option
@_out_option
@user_option
@second_option
@json_option
def _card(
    file: Path | None,
    confirm: str | None,
    hub: Path | None,
    out: Path | None,
    user: str | None,
    second: str | None,
    as_json: bool,
) -> int:
    from db.stick.cards import believe, own_fingerprint, read_card, write_card
    from db.store.queries.town import users

    is_looked_at = file is not None and confirm is None
    with _open(hub, read_only=is_looked_at or (hub is not None and file is None)) as store:
        if file is None:
            actor = SYSTEM if hub else keeper(store, user)[0]
            path, fingerprint = write_card(store, _needed(out)), own_fingerprint(store)
            if hub is None:  # a hub's own chain is shown to every town
                tell_left(store, actor, "card", path)
            whose = "交换服务" if hub else "本工位"
            _say({"file": str(path), "fingerprint": fingerprint}, as_json,
                 f"可以拔出：{path}\n{whose}的指纹：{fingerprint}")  # fmt: skip
            return 0
        if confirm is None:
            card = read_card(store, file)
        else:
            is_empty = hub is not None or not (user or store.read(users))
            actor = SYSTEM if is_empty else person(store, user)[0]
            card = believe(store, actor, file, confirm, second_person(store, second))
    peer, is_known = card.peer, card.is_known or confirm is not None
    state = "已收下" if is_known else "还没有收下；请打电话核对指纹，再加 --confirm"
    _say(
        {"site": peer.id, "name": peer.name, "town": peer.town, "station": peer.station,
         "fingerprint": card.fingerprint, "known": is_known},
        as_json,
        f"{peer.name}  工位 {peer.station}（{peer.town}）\n指纹：{card.fingerprint}\n{state}",
    )  # fmt: skip
    return 0


@stick_command.command("heads", help="对账卡：不带文件写出本工位有什么；带文件记下对方有什么。")
@click.argument("file", type=_PATH, required=False)
@_out_option
@user_option
@json_option
def _heads(file: Path | None, out: Path | None, user: str | None, as_json: bool) -> int:
    from db.stick.cards import take_heads, write_heads

    with open_store() as store:
        if file is None:
            actor, _ = keeper(store, user)
            path = write_heads(store, _needed(out))
            tell_left(store, actor, "heads", path)
            _say({"file": str(path)}, as_json, f"可以拔出：{path}")
            return 0
        told, names = take_heads(store, file), store.read(names_of)
    text = f"已记下 {names.get(told.site, told.site)} 到 {instant(told.at)} 有的记录"
    _say({"site": told.site, "chains": len(told.heads)}, as_json, text)
    return 0


@stick_command.command("list", help="列出可以写给谁：站点编号、名称、镇街、工位、指纹。")
@_hub_option
@json_option
def _list(hub: Path | None, as_json: bool) -> int:
    from db.commands.keys import fingerprint
    from db.stick.plan import recipients

    with _open(hub, read_only=True) as store:
        found = store.read(lambda c: recipients(c, store.site.id))
    shown = [
        _Line(one.id, one.name, one.town, one.station, fingerprint(one.sign_key, one.box_key))
        for one in found
    ]
    print_rows(shown, as_json)
    return 0


def _say(value: dict[str, Any], as_json: bool, text: str) -> None:
    print_json(value) if as_json else click.echo(text)


def _needed(out: Path | None) -> Path:
    if out is None:
        raise click.UsageError("请用 --out 指定U盘上的目录")
    return out


def _watch() -> Watch:
    """Show steps on a terminal; nothing where output is kept."""
    if not sys.stderr.isatty():
        return Watch()
    return Watch(
        lambda step, done, total: click.echo(
            f"\r{STICK_STEPS[step]} {done}/{total}    ", nl=False, err=True
        )
    )
