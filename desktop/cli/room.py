"""Commands of a room: serve it without a window, name addresses of others, believe one no more."""

from pathlib import Path
from typing import Any, NamedTuple

import click

from db.commands.audit import record_settings
from db.domain.errors import InputError, RuleError
from db.domain.permissions import require
from db.store.driver import Connection
from db.store.store import Store
from desktop.cli.common import (
    json_option,
    keeper,
    open_store,
    print_json,
    print_rows,
    user_option,
)
from desktop.i18n import describe
from desktop.settings import change_settings, data_home, load_settings


@click.command("room", help="不开窗口，用本工位的数据为本室其他席位提供交换。")
@click.option("--port", type=click.IntRange(1024, 65535), help="端口，缺省用设置里的（8472）。")
@click.option("--plain", is_flag=True, help="不加密（只在自己的局域网里用）。")
@json_option
def room_command(port: int | None, plain: bool, as_json: bool) -> int:
    """Serve the room until stopped."""
    from desktop.headless import serve_room

    def say_ready(url: str) -> None:
        print_json({"url": url}) if as_json else click.echo(f"本室交换已启动：{url}")

    with open_store() as store:
        serve_room(store, port, is_plain=plain, on_ready=say_ready)
    return 0


@click.command("peers", help="本室其他席位：列出、写明地址、停用。")
@click.option("--add", metavar="地址", help="写明一个席位的地址，如 https://192.0.2.21:8472。")
@click.option("--remove", metavar="地址", help="去掉写明的地址。")
@click.option("--plain", is_flag=True, help="允许写明不加密的地址（配合 --add）。")
@click.option("--revoke", metavar="站点或工位", help="不再相信一个席位（没有交换服务的指挥室）。")
@user_option
@json_option
def peers_command(
    add: str | None,
    remove: str | None,
    plain: bool,
    revoke: str | None,
    user: str | None,
    as_json: bool,
) -> int:
    """List the others of the room, or change what is known of them."""
    if add or remove:
        named = _change(add, remove, user, allow_plain=plain)
        said = "\n".join(named) or "没有写明的地址"
        print_json({"named": named}) if as_json else click.echo(said)
        return 0
    if revoke:
        with open_store() as store:
            require(keeper(store, user)[0], "revoke_station")
            name = _revoke(store, revoke)
        said = f"已停用 {name}；它已经写下的记录保留。"
        print_json({"revoked": name}) if as_json else click.echo(said)
        return 0
    with open_store(read_only=True) as store:
        print_rows(store.read(lambda connection: _peers(connection, store)), as_json)
    return 0


class _PeerLine(NamedTuple):
    """A workstation of the room as it is listed."""

    id: str
    name: str
    station: str
    url: str
    fingerprint: str


def _peers(connection: Connection, store: Store) -> list[_PeerLine]:
    from db.sync.peers import believed
    from db.sync.tls import spoken

    return [
        _PeerLine(peer.id, peer.name, peer.station, peer.url, spoken(peer.sign_key))
        for peer in believed(connection, store.site.town)
    ]


def _change(
    add: str | None, remove: str | None, user: str | None, *, allow_plain: bool
) -> list[str]:
    """Name an address, or no more, and record it; return those that are named."""
    before = load_settings(data_home()).room_peers
    with open_store() as store:
        actor, _ = keeper(store, user)
        named = _named(store.home, add, remove, allow_plain=allow_plain)
        record_settings(store, actor, {"room_peers": before}, {"room_peers": " ".join(named)})
    return named


def _named(home: Path, add: str | None, remove: str | None, *, allow_plain: bool) -> list[str]:
    from db.sync.line import checked_url

    if add:
        name_address(home, checked_url(add, allow_plain))
    named = load_settings(home).room_peers.split()
    if remove:
        if remove.rstrip("/") not in named:
            raise InputError("peer_unnamed", value=remove)
        named.remove(remove.rstrip("/"))
        change_settings(home, room_peers=" ".join(named))
    return named


def name_address(home: Path, url: str) -> None:
    """Keep the address of a workstation of this room."""
    named = dict.fromkeys([*load_settings(home).room_peers.split(), url.rstrip("/")])
    change_settings(home, room_peers=" ".join(named))


def _revoke(store: Store, who: str) -> str:
    """Believe a station no more, by id or code; raises RuleError where another has that say."""
    from db.sync.peers import believed, revoke, voucher_of

    if store.read(voucher_of):
        raise RuleError("revoke_elsewhere")
    others = store.read(lambda connection: believed(connection, store.site.town))
    found = [peer for peer in others if who in (peer.id, peer.station)]
    if len(found) != 1:
        raise InputError("station_unknown", value=who)
    store.write(lambda journal: revoke(journal, found[0].id))
    return found[0].name


def meet_room(store: Store) -> list[dict[str, Any]]:
    """Exchange once with each workstation of the room; return what travelled, or why not."""
    from db.domain.errors import GridDeskError
    from db.sync.client import sync_once
    from db.sync.rooms import Rooms, connect_place

    met: list[dict[str, Any]] = []
    named = load_settings(store.home).room_peers.split()
    for place in Rooms(store).look(named, {}):
        error = place.error
        if error is None:
            try:
                with connect_place(store, place) as client:
                    done = sync_once(store, client)
                met.append({"name": place.peer.name, "pushed": done.pushed, "pulled": done.pulled})
            except GridDeskError as failed:
                error = failed
        if error is not None:
            why = "。".join(describe(error))
            met.append({"name": place.peer.name, "error": error.code, "why": why})
    return met
