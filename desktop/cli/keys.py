"""Commands on a station's own keys."""

from collections.abc import Callable
from typing import Any

import click

from db.domain.suites import SUITES
from desktop.cli.common import json_option, open_store, person, print_json, user_option

Command = Callable[..., Any]


def suite_option(help_text: str, default: str) -> Callable[[Command], Command]:
    """Add `--suite`, by which a station signs and links, to a command."""
    return click.option(
        "--suite",
        default=default,
        show_default=bool(default),
        type=click.Choice(SUITES),
        help=help_text,
    )


@click.group("keys", help="本站点自己的密钥：换新的。")
def keys_command() -> None:
    """Change the keys that a station signs with and others seal to."""


@keys_command.command("rotate", help="换一对新密钥；以前签的照样有效，断网时也能换。")
@suite_option("换用另一套签名算法，从此另起一条链；不写就不变。", default="")
@user_option
@json_option
def rotate(suite: str, user: str | None, as_json: bool) -> int:
    """Change the keys and say the fingerprint of the new ones."""
    from db.commands.keys import fingerprint
    from db.sync.exchange import own_site
    from db.sync.rotation import rotate_keys

    with open_store() as store:
        actor, _ = person(store, user)
        rotate_keys(store, actor, suite)
        own = store.read(own_site)
    words = fingerprint(own.sign_key, own.box_key)
    said = f"已更换密钥，新指纹 {words}；下次交换时各处随之改认。"
    print_json({"fingerprint": words}) if as_json else click.echo(said)
    return 0
