"""Commands between sites: the hub, enrolment, one exchange."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from db.commands.audit import record_settings
from db.commands.keys import fingerprint_of, grant_room_key
from db.commands.site import check_may_enrol
from db.domain.errors import EnvironmentError_, InputError, RuleError
from db.domain.ops import SYSTEM, Actor
from db.domain.permissions import require
from db.domain.suites import DEFAULT
from db.store.driver import Connection
from db.store.queries import town as town_queries
from db.store.store import Store
from desktop.cli.common import (
    ask,
    json_option,
    keeper,
    open_store,
    person,
    print_json,
    print_rows,
    progress_line,
    second_option,
    second_person,
    user_option,
)
from desktop.cli.keys import suite_option
from desktop.cli.room import meet_room, name_address
from desktop.i18n import RENEWED
from desktop.settings import data_home

if TYPE_CHECKING:
    from db.publish.record import Publishing


def _said_store(_: click.Context, option: click.Parameter, value: str | None) -> str:
    """Refuse an address said and empty, as by a variable that is not set."""
    if value is not None and not value.strip():
        raise click.BadParameter("地址是空的；记录放在文件里的，不写 --store", param=option)
    return value or ""


store_option = click.option(
    "--store",
    "database",
    callback=_said_store,
    metavar="postgresql://…",
    envvar="GRIDDESK_HUB_STORE",
    help="记录放在 PostgreSQL 里；不写就放在数据目录的文件里。",
)


@click.command("hub", help="区级交换服务：保存、校验、转发各站点的记录。")
@click.option("--data", type=click.Path(path_type=Path), required=True, help="服务的数据目录。")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8471, show_default=True, type=click.IntRange(0, 65535))
@store_option
@click.option("--revoke", metavar="站点或工位", help="停用一个站点后退出；服务开着也能用。")
@click.option("--rotate-keys", is_flag=True, help="换服务自己的密钥后退出；服务先停。")
@click.option("--restored", is_flag=True, help="记下数据是从备份还原的，然后退出。")
@click.option("--name", default="区级交换", show_default=True)
@click.option("--town", default="", metavar="区代码", help="服务所在的区：登记码只发给它的镇街。")
@click.option("--tls-cert", type=click.Path(path_type=Path))
@click.option("--tls-key", type=click.Path(path_type=Path))
@click.option(
    "--status-token",
    type=click.Path(path_type=Path),
    metavar="文件",
    help="凭这个文件里的口令，也能从别的机器看状态页；没有文件就生成。",
)
@click.option(
    "--publish",
    type=click.Path(path_type=Path),
    metavar="数据目录",
    help="把这台机器上一个工位的事件对外提供：Open311、事件表。缺省不提供。",
)
@click.option(
    "--publish-classes",
    type=click.Path(path_type=Path),
    metavar="文件.csv",
    help="Open311 公布哪些事项分类；不写就用自带的清单。",
)
@click.option("--new-token", "renew_token", is_flag=True, help="发取事件表的口令后退出，旧的作废。")
@click.option("--log-json", is_flag=True, help="每个请求写一行 JSON 到标准错误。")
@click.option(
    "--key", "key_kind", default="auto", show_default=True,
    type=click.Choice(["auto", "keyring", "passphrase", "file"]), help="密钥存放方式。",
)  # fmt: skip
@suite_option("新建服务、换密钥时用的签名算法。")
@json_option
def hub_command(
    data: Path,
    host: str,
    port: int,
    database: str,
    revoke: str | None,
    rotate_keys: bool,
    restored: bool,
    name: str,
    town: str,
    tls_cert: Path | None,
    tls_key: Path | None,
    status_token: Path | None,
    publish: Path | None,
    publish_classes: Path | None,
    renew_token: bool,
    log_json: bool,
    key_kind: str,
    suite: str | None,
    as_json: bool,
) -> int:
    """Serve the exchange until stopped."""
    from db.hub import logs
    from db.hub.door import read_token
    from db.hub.server import serve
    from db.sync.line import LOOPBACK
    from desktop.reports.hub_page import hub_page

    done = _done_at_once(
        data, database, suite or "",
        revoke=revoke, rotate_keys=rotate_keys, restored=restored, renew_token=renew_token,
    )  # fmt: skip
    if done:
        plain, said = done
        print_json(plain) if as_json else click.echo(said)
        return 0
    if tls_key and not tls_cert:
        raise click.UsageError("只有 --tls-key，没有 --tls-cert：请两个都写")
    _make_if_missing(data, database, name, town, key_kind, suite or DEFAULT)
    publishing = _publishing(publish, data, name, publish_classes)
    if log_json:
        logs.log_json()

    def say_ready(url: str) -> None:
        print_json({"url": url}) if as_json else click.echo(f"交换服务已启动：{url}")
        if not tls_cert and host not in LOOPBACK:
            click.echo("▲ 线路没有加密，同一网络的人看得到；请加 --tls-cert、--tls-key", err=True)

    serve(
        data,
        host,
        port,
        tls_cert=tls_cert,
        tls_key=tls_key,
        on_ready=say_ready,
        url=database,
        ask=ask(),
        token=read_token(status_token) if status_token else "",
        page=hub_page,
        publishing=publishing,
    )
    return 0


def _done_at_once(
    data: Path,
    database: str,
    suite: str,
    *,
    revoke: str | None,
    rotate_keys: bool,
    restored: bool,
    renew_token: bool,
) -> tuple[dict[str, str], str] | None:
    """Do what needs no serving; return what is said of it, None where nothing of it was asked."""
    from db.hub.server import revoke_station, rotate_hub, tell_restored
    from db.publish.tables import new_token

    if revoke:
        revoked = revoke_station(data, revoke, url=database, ask=ask())
        return {"revoked": revoked}, f"已停用 {revoke}；它已经发来的记录保留。"
    if rotate_keys:
        hub = rotate_hub(data, suite, url=database, ask=ask())
        return {"hub": hub.id}, "已换密钥；各站点下次同步时随之改认，旧版本的站点先要升级。"
    if restored:
        incarnation = tell_restored(data, url=database, ask=ask())
        said = "已记下：数据是还原的。各站点下次同步时补齐备份以后的记录。"
        return {"incarnation": incarnation}, said
    if renew_token:
        made = new_token(data)
        return {"token": made}, made
    return None


def _make_if_missing(
    data: Path, database: str, name: str, town: str, key_kind: str, suite: str
) -> None:
    from db.hub.server import init_district, init_hub

    if database:
        init_district(data, database, name, key_kind, town=town, suite=suite, ask=ask())
    elif not (data / "site.json").exists():
        init_hub(data, name, key_kind, town=town, suite=suite, ask=ask())


@click.command("enrol", help="登记：站点向服务登记，服务发放一次性登记码，或授权另一工位。")
@click.argument("url", required=False)
@click.argument("code", required=False)
@click.option("--new-code", is_flag=True, help="发一个登记码：在服务的数据目录里，或由本工位发。")
@click.option("--data", type=click.Path(path_type=Path), help="服务的数据目录（配合 --new-code）。")
@store_option
@click.option("--town", metavar="代码", help="登记码属于哪个镇街（配合 --data）。")
@click.option("--grant", metavar="站点或工位", help="把指挥室密钥授予另一工位。")
@click.option("--stations", is_flag=True, help="列出已知的工位。")
@click.option("--ca", type=click.Path(path_type=Path), help="信任的服务证书文件。")
@click.option("--plain", is_flag=True, help="允许不加密的线路（只在自己的局域网里用）。")
@click.option("--fingerprint", metavar="指纹", help="向另一工位登记时对方念的指纹，四组字符。")
@user_option
@second_option
@json_option
def enrol_command(
    url: str | None,
    code: str | None,
    new_code: bool,
    data: Path | None,
    database: str,
    town: str | None,
    grant: str | None,
    stations: bool,
    ca: Path | None,
    plain: bool,
    fingerprint: str | None,
    user: str | None,
    second: str | None,
    as_json: bool,
) -> int:
    """Let sites know each other."""
    if new_code and data is None:
        _say_room_code(user, as_json)
        return 0
    if new_code:
        assert data is not None
        if not town:
            raise click.UsageError("请用 --town 写明登记码属于哪个镇街")
        made = _new_code(data, town, database, ask())
        print_json({"code": made}) if as_json else click.echo(made)
        return 0
    if stations:
        with open_store(read_only=True) as store:
            _say_stations(store.read(_stations), as_json)
        return 0
    with open_store() as store:
        if grant:
            actor, _ = person(store, user)
            words = _grant(store, actor, grant, second_person(store, second))
            click.echo(f"已授权 {grant}（指纹 {words}）；下次同步后生效。")
            return 0
        if not (url and code):
            raise click.UsageError("用法：griddesk enrol 服务地址 登记码")
        check_may_enrol(store, keeper(store, user)[0])
        hub = _enrol_at_station(store, url, code, fingerprint) if not (ca or plain) else ""
        hub = hub or _enrol(store, url, code, ca=ca, allow_plain=plain)
        record_settings(store, SYSTEM, {}, {"exchange": url})
    print_json({"hub": hub}) if as_json else click.echo(f"已登记到 {hub}")
    return 0


@click.command("sync", help="与服务、与本室其他席位交换一次：先发后收。")
@json_option
def sync_command(as_json: bool) -> int:
    """Exchange once."""
    with open_store() as store:
        result = _sync(store)
    has_hub = result["unsent"] is not None
    if as_json:
        print_json(result)
    else:
        for met in result["room"]:
            said = f"▲ {met['why']}" if "error" in met else _travelled(met)
            click.echo(f"{met['name']}  {said}")
        if has_hub:
            click.echo(f"{_travelled(result)}，待发 {result['unsent']}")
        for reason in result["healed"]:
            click.echo(f"▲ {'。'.join(RENEWED[reason])}", err=True)
    is_reached = has_hub or any("error" not in met for met in result["room"])
    return 0 if is_reached else EnvironmentError_.exit_code


def _travelled(done: dict[str, Any]) -> str:
    return f"发出 {done['pushed']}，收到 {done['pulled']}"


def _publishing(
    home: Path | None, data: Path, name: str, classes: Path | None
) -> "Publishing | None":
    """Open what a hub is to show to those who are no stations: nothing without a folder."""
    from db.publish.record import open_publishing

    if home is None:
        return None
    return open_publishing(home, data, name, classes, ask=ask())


def _new_code(data: Path, town: str, database: str, ask: Callable[[bool], str] | None) -> str:
    """Issue a one-time enrolment code at a hub's data folder, also while the hub runs."""
    from db.hub.server import issue_code

    return issue_code(data, town, url=database, ask=ask)


class _StationLine(NamedTuple):
    """A station as it is listed. The fingerprint is that of its keys."""

    id: str
    name: str
    town: str
    station: str
    fingerprint: str
    revoked: bool


def _say_stations(lines: list[_StationLine], as_json: bool) -> None:
    if as_json:
        print_rows(lines, as_json)
        return
    for line in lines:
        state = ["▲ 已停用"] if line.revoked else []
        click.echo("  ".join([*line[:-1], *state]))


def _stations(connection: Connection) -> list[_StationLine]:
    """Return the stations known here; one without readable keys has no fingerprint."""
    from db.sync.peers import revoked

    stopped = revoked(connection)
    return [
        _StationLine(*row, _fingerprint(connection, row.id), row.id in stopped)
        for row in town_queries.stations(connection)
    ]


def _fingerprint(connection: Connection, site_id: str) -> str:
    try:
        return fingerprint_of(connection, site_id)
    except RuleError:
        return ""


def _grant(store: Store, actor: Actor, who: str, second: Actor | None) -> str:
    """Give the room's key to a station named by id or by its code; return its fingerprint."""
    found = [
        row
        for row in store.read(town_queries.stations)
        if who in (row.id, row.station) and row.id != store.site.id
    ]
    if len(found) != 1:
        raise InputError("station_unknown", value=who)
    grant_room_key(store, actor, found[0].id, second)
    return store.read(lambda connection: fingerprint_of(connection, found[0].id))


def _say_room_code(user: str | None, as_json: bool) -> None:
    """Issue a code for another station of this one's room; say by which key this one is known."""
    from db.hub.room import issue_room_code
    from db.sync.exchange import own_site
    from db.sync.tls import spoken

    with open_store(read_only=True) as store:
        require(keeper(store, user)[0], "let_in_station")
        made = issue_room_code(data_home(), ask=ask())
        words = spoken(store.read(own_site).sign_key)
    if as_json:
        print_json({"code": made, "fingerprint": words})
    else:
        click.echo(f"{made}\n本工位的登记指纹：{words}")


def _enrol_at_station(store: Store, url: str, code: str, fingerprint: str | None) -> str:
    """Enrol at another workstation; return its name, empty where a hub's service answers.

    Its fingerprint is compared with the one given, else by whoever sits here.
    """
    from db.sync.line import enrol_at_station

    def confirm(words: str) -> bool:
        if fingerprint is not None:
            return "".join(fingerprint.split()).lower() == "".join(words.split())
        click.echo(f"对方的登记指纹：{words}")
        if not click.confirm("打电话核对，与对方念的完全相同吗？"):
            raise RuleError("enrol_declined")
        return True

    peer = enrol_at_station(store, url, code, confirm)
    if peer is not None:
        name_address(store.home, url)
    return peer.name if peer else ""


def _enrol(store: Store, url: str, code: str, *, ca: Path | None, allow_plain: bool) -> str:
    """Enrol this site at a hub; return the hub's name. `ca` is a certificate to trust."""
    from db.sync.line import HubClient

    with HubClient(store, url, ca.resolve() if ca else True, allow_plain=allow_plain) as client:
        return client.enrol(code).name


def _sync(store: Store) -> dict[str, Any]:
    """Exchange once with the room and the hub; return what travelled.

    Without a hub nothing waits for it: `unsent` is None.
    """
    from db.sync.client import SyncResult, sync_once
    from db.sync.peers import hub_of

    room = meet_room(store)
    is_alone = bool(room) and store.read(hub_of) is None
    done = (
        SyncResult(0, 0, 0, 0, 0, ()) if is_alone else sync_once(store, on_progress=progress_line)
    )
    return {
        "room": room,
        "pushed": done.pushed,
        "pulled": done.pulled,
        "held": done.held,
        "unsent": None if is_alone else done.unsent,
        "skew_ms": done.skew_ms,
        "healed": list(done.healed),
        "troubles": [error.code for error in done.troubles],
    }
