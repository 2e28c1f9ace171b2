"""Commands on a station's own keys."""

import click

from desktop.cli.common import json_option, open_store, person, print_json, user_option


@click.group("keys", help="本站点自己的密钥：换新的。")
def keys_command() -> None:
    """Change the keys that a station signs with and others seal to."""


@keys_command.command("rotate", help="换一对新密钥；以前签的照样有效，断网时也能换。")
@user_option
@json_option
def rotate(user: str | None, as_json: bool) -> int:
    """Change the keys and say the fingerprint of the new ones."""
    from db.commands.keys import fingerprint
    from db.sync.exchange import own_site
    from db.sync.rotation import rotate_keys

    with open_store() as store:
        actor, _ = person(store, user)
        rotate_keys(store, actor)
        own = store.read(own_site)
    words = fingerprint(own.sign_key, own.box_key)
    said = f"已更换密钥，新指纹 {words}；下次交换时各处随之改认。"
    print_json({"fingerprint": words}) if as_json else click.echo(said)
    return 0
