"""Commands on keys: a station's own, its record's, its room's, and the recovery code."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from db.domain.ops import Actor
from db.domain.suites import SUITES
from db.store.files import read_secret
from db.store.keys import KINDS
from db.store.store import Site, Store
from desktop.cli.common import (
    ask,
    json_option,
    keeper,
    open_store,
    person,
    print_json,
    second_option,
    second_person,
    user_option,
    watch_steps,
)

Command = Callable[..., Any]
KEY_PLACES = {
    "keyring": "密钥在系统密钥库中",
    "passphrase": "密钥由口令保护",
    "file": "注意：密钥未受系统保护（仅有 0600 密钥文件）",
}
_PATH = click.Path(path_type=Path)


def suite_option(help_text: str, default: str | None = None) -> Callable[[Command], Command]:
    """Add `--suite`, by which a station signs and links, to a command."""
    return click.option(
        "--suite",
        default=default,
        show_default=bool(default),
        type=click.Choice(SUITES),
        help=help_text,
    )


@click.group("keys", help="密钥：站点的、数据文件的、指挥室的，恢复码。")
def keys_command() -> None:
    """Change the keys of a station, of its record, of its room."""


@keys_command.command("rotate", help="换一对站点密钥；以前签的照样有效，断网时也能换。")
@suite_option("换用另一套签名算法，从此另起一条链；不写就不变。")
@user_option
@json_option
def rotate(suite: str | None, user: str | None, as_json: bool) -> int:
    """Change the keys and say the fingerprint of the new ones."""
    from db.commands.keys import fingerprint
    from db.sync.exchange import own_site
    from db.sync.rotation import rotate_keys

    with open_store() as store:
        actor, _ = person(store, user)
        rotate_keys(store, actor, suite or "")
        own = store.read(own_site)
    words = fingerprint(own.sign_key, own.box_key)
    said = f"已更换密钥，新指纹 {words}；下次交换时各处随之改认。"
    print_json({"fingerprint": words}) if as_json else click.echo(said)
    return 0


@keys_command.command("room", help="换一把指挥室密钥，交给原来有的各席；停用的工位没有。")
@user_option
@second_option
@json_option
def room(user: str | None, second: str | None, as_json: bool) -> int:
    """Change the key by which callers are sealed."""
    from db.commands.keys import renew_room_key

    with open_store() as store:
        actor, _ = person(store, user)
        done = renew_room_key(store, actor, second_person(store, second))
    if as_json:
        print_json(done._asdict())
    else:
        click.echo(f"已更换指挥室密钥，交给 {len(done.given)} 个工位；下次同步后生效。")
    return 0


@keys_command.command("place", help="数据文件的密钥换个地方放：系统密钥库、口令、文件。")
@click.argument("kind", metavar="方式", type=click.Choice(KINDS))
@click.option(
    "--passphrase-file", type=_PATH, metavar="文件", help="从文件读新口令；不写就在终端问两遍。"
)
@user_option
@second_option
@json_option
def place(
    kind: str, passphrase_file: Path | None, user: str | None, second: str | None, as_json: bool
) -> int:
    """Keep the key of the record elsewhere."""
    from db.commands.keys import move_key

    with open_store() as store:
        actor, beside = _keepers(store, user, second)
        passphrase = _new_passphrase(passphrase_file) if kind == "passphrase" else ""
        move_key(store, actor, kind, passphrase=passphrase, ask=ask(), second=beside)
    print_json({"key": kind}) if as_json else click.echo(f"已改：{KEY_PLACES[kind]}。")
    return 0


@keys_command.command("renew", help="数据文件换一把新密钥；恢复码随之换新，旧备份照样打得开。")
@click.option("--stick", type=_PATH, metavar="目录", help="新恢复码写成文件，放进保险柜的U盘。")
@user_option
@second_option
@json_option
def renew(stick: Path | None, user: str | None, second: str | None, as_json: bool) -> int:
    """Encrypt the record under a new key."""
    from db.commands.keys import renew_record_key
    from db.store.keys import new_code

    with open_store() as store:
        actor, beside = _keepers(store, user, second)
        code = new_code()
        # Shown before it counts: killed in between, there is a code nobody needs, none too few.
        path = _hand_out(code, store.site, stick, as_json=as_json)
        done = renew_record_key(store, actor, code, ask=ask(), second=beside, watch=watch_steps())
    if as_json:
        print_json({**done._asdict(), **_handed(code, path)})
    else:
        click.echo(f"已换新密钥，用了 {done.seconds:.1f} 秒（{done.bytes / 1e6:.0f} MB）。")
        click.echo("请马上做一次备份；旧备份用本机的密钥、旧的或新的恢复码都能打开。")
    return 0


@keys_command.command("recovery", help="换一个新的恢复码：抄在纸上，或写到保险柜的U盘。")
@click.option("--stick", type=_PATH, metavar="目录", help="写成文件，不在屏幕上显示。")
@user_option
@second_option
@json_option
def recovery(stick: Path | None, user: str | None, second: str | None, as_json: bool) -> int:
    """Make a new recovery code."""
    from db.commands.keys import renew_recovery_code
    from db.store.keys import new_code

    with open_store() as store:
        actor, beside = _keepers(store, user, second)
        code = new_code()
        path = _hand_out(code, store.site, stick, as_json=as_json)
        renew_recovery_code(store, actor, code, beside)
    if as_json:
        print_json(_handed(code, path))
    else:
        click.echo("恢复码已换。以后的备份凭它打开；请马上做一次备份。")
    return 0


def _hand_out(code: str, site: Site, stick: Path | None, *, as_json: bool) -> Path | None:
    """Put a new code on paper or on a stick; return its file, if it got one."""
    if stick is not None:
        from db.store.recovery_file import write_code

        path = write_code(stick, site, code)
        if not as_json:
            click.echo(f"恢复码在：{path}。请放进保险柜，不要和备份放在一起。")
        return path
    if not as_json:
        click.echo(f"恢复码：{code}")
        click.echo("请抄在纸上，交单位保管。只显示这一次；以后的备份凭它在任何机器上打开。")
    return None


def _handed(code: str, path: Path | None) -> dict[str, str]:
    return {"file": str(path)} if path else {"code": code}


def _keepers(store: Store, user: str | None, second: str | None) -> tuple[Actor, Actor | None]:
    """Return who changes a key and who stands by, before a code is shown or a passphrase asked."""
    from db.commands.keys import answered

    actor, _ = keeper(store, user)
    beside = second_person(store, second)
    answered(store, actor, "keep_key", beside)
    return actor, beside


def _new_passphrase(path: Path | None) -> str:
    if path is None:
        typed: str = click.prompt("新口令", hide_input=True, confirmation_prompt="再输入一遍")
        return typed
    return read_secret(path)
