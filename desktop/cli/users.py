"""`griddesk users`: who has an account, and what goes with it."""

from dataclasses import asdict, replace
from typing import Any

import click

from db.domain.errors import InputError
from desktop.cli.common import (
    json_option,
    keeper,
    name_of_person,
    open_store,
    person,
    print_json,
    print_rows,
    user_option,
)

_key = click.argument("key", metavar="账号")


@click.group("users", help="账号：列出、增改、停用，口令、动态码、安全策略、应急码。")
def users_command() -> None:
    """Look after accounts."""


def _said_area(_: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """Refuse an area said and empty: it would be all there is."""
    if value is not None and not value.strip():
        raise click.BadParameter("区域是空的；管全镇的写镇街代码", param=option)
    return value


def _scope_options(command: Any) -> Any:
    for option in (
        click.option("--role", "roles", multiple=True, help="角色代码，可多次。"),
        click.option("--unit", help="单位代码；联络员要写。"),
        click.option("--area", callback=_said_area, help="管的区域代码前缀；新加的缺省本镇。"),
        click.option("--class", "classes", multiple=True, help="只看这些分类，可多次。"),
        click.option("--all-classes", is_flag=True, help="看全部分类。"),
        click.option("--secrecy", type=click.IntRange(0, 2), help="最高看到的密级；缺省随角色。"),
    ):
        command = option(command)
    return command


@users_command.command("claim", help="设第一个系统管理员；从此都要登录。")
@_key
@click.argument("name", metavar="姓名")
def claim_users_command(key: str, name: str) -> int:
    """Make the first administrator."""
    from db.commands.accounts import first_administrator
    from desktop.cli.signing_in import new_password

    with open_store() as store:
        first_administrator(store, key, name, new_password(key))
    click.echo(f"{name} 是系统管理员；从现在起要登录。请任命安全管理员和审计管理员。")
    return 0


@users_command.command("list", help="列出账号：角色、范围、口令和动态码有没有、锁到几时。")
@user_option
@json_option
def list_users_command(user: str | None, as_json: bool) -> int:
    """Print all accounts."""
    from db.store.queries.accounts import accounts

    with open_store(read_only=True) as store:
        _, scope = keeper(store, user)
        found = store.read(lambda connection: accounts(connection, scope))
    print_rows(found, as_json)
    return 0


@users_command.command("add", help="加一个人。没有角色的看不到事件；角色由安全管理员给。")
@_key
@click.argument("name", metavar="姓名")
@_scope_options
@user_option
def add_user_command(key: str, name: str, user: str | None, **given: Any) -> int:
    """Enter a person."""
    from db.commands.town import User, define_users

    with open_store() as store:
        actor, _ = keeper(store, user)
        made = User(key, name, (), area=store.site.town)
        define_users(store, actor, [_changed(made, given)], are_new=True)
    click.echo(f"已加 {name}（{key}）。")
    return 0


@users_command.command("change", help="改一个人的姓名、角色、单位、区域、分类、密级。")
@_key
@click.option("--name", help="姓名。")
@_scope_options
@click.option("--back", is_flag=True, help="停用的账号重新启用。")
@user_option
def change_user_command(
    key: str, name: str | None, back: bool, user: str | None, **given: Any
) -> int:
    """Correct what is known of a person."""
    from db.commands.town import define_users

    with open_store() as store:
        actor, _ = keeper(store, user)
        known = _changed(_known(store, key), given)
        known = replace(known, name=name or known.name, left=known.left and not back)
        define_users(store, actor, [known])
    click.echo(f"已改 {known.name}（{key}）。")
    return 0


@users_command.command("leave", help="停用账号：不能再登录，名单里不再出现；办过的都在。")
@_key
@user_option
def leave_command(key: str, user: str | None) -> int:
    """End an account."""
    from db.commands.town import define_users

    with open_store() as store:
        actor, _ = keeper(store, user)
        define_users(store, actor, [replace(_known(store, key), left=True)])
    click.echo(f"已停用 {key}。")
    return 0


@users_command.command("unlock", help="解锁输错口令太多的账号。")
@_key
@user_option
def unlock_command(key: str, user: str | None) -> int:
    """Unlock an account."""
    from db.commands.accounts import unlock

    with open_store() as store:
        unlock(store, person(store, user)[0], key)
    click.echo(f"已解锁 {key}。")
    return 0


@users_command.command("password", help="换自己的口令。")
@user_option
def password_command(user: str | None) -> int:
    """Change one's own password."""
    from desktop.cli.signing_in import change_own

    with open_store() as store:
        change_own(store, name_of_person(store, user))
    click.echo("口令已更换。")
    return 0


@users_command.command("reset-password", help="给一个一次性口令，只显示一次；登录后要换。")
@_key
@user_option
@json_option
def reset_password_command(key: str, user: str | None, as_json: bool) -> int:
    """Give an account a one-time password."""
    from db.commands.accounts import reset_password

    with open_store() as store:
        made = reset_password(store, person(store, user)[0], key)
    print_json({"password": made}) if as_json else click.echo(made)
    return 0


@users_command.command("reset-factor", help="动态码丢了：清除，本人下次登录时重设。")
@_key
@user_option
def reset_factor_command(key: str, user: str | None) -> int:
    """Take away a lost second factor."""
    from db.commands.accounts import reset_factor

    with open_store() as store:
        reset_factor(store, person(store, user)[0], key)
    click.echo(f"已清除 {key} 的动态码。")
    return 0


@users_command.command("policy", help="看安全策略；写了 --set 就改，如 --set idle_minutes=5。")
@click.option("--set", "changes", multiple=True, metavar="名=值", help="改一项，可多次。")
@user_option
@json_option
def policy_command(changes: tuple[str, ...], user: str | None, as_json: bool) -> int:
    """Print the rules of safety, or change them."""
    from db.commands.accounts import set_policy
    from db.store.queries.accounts import policy_of

    with open_store(read_only=not changes) as store:
        policy = store.read(policy_of)
        if changes:
            policy = replace(policy, **_policy_values(changes))
            set_policy(store, person(store, user)[0], policy)
    values = asdict(policy)
    if as_json:
        print_json(values)
        return 0
    for name, value in values.items():
        click.echo(f"{name}  {' '.join(value) if isinstance(value, tuple) else value}")
    return 0


@users_command.command("emergency-code", help="换一个应急码，只显示一次；抄在纸上封存。")
@user_option
@json_option
def emergency_command(user: str | None, as_json: bool) -> int:
    """Make a new emergency code."""
    from db.commands.accounts import set_emergency_code

    with open_store() as store:
        code = set_emergency_code(store, person(store, user)[0])
    print_json({"code": code}) if as_json else click.echo(code)
    return 0


def _known(store: Any, key: str) -> Any:
    from db.commands.town import user_of

    found = store.read(lambda connection: user_of(connection, key))
    if found is None:
        raise InputError("user_unknown", value=key)
    return found


def _changed(user: Any, given: dict[str, Any]) -> Any:
    """Return a person with what was given of roles and scope."""
    values = {
        name: given[name]
        for name in ("roles", "unit", "area", "secrecy")
        if given[name] not in (None, ())
    }
    if given["classes"] or given["all_classes"]:
        values["classes"] = given["classes"] or None
    return replace(user, **values)


def _policy_values(changes: tuple[str, ...]) -> dict[str, Any]:
    from db.domain.accounts import BOUNDS

    values: dict[str, Any] = {}
    for change in changes:
        name, is_pair, text = change.partition("=")
        if name == "second_factor_roles" and is_pair:
            values[name] = tuple(text.split())
        elif name in BOUNDS and text.isdecimal():
            values[name] = int(text)
        else:
            raise InputError("policy_unknown", value=change, known=[*BOUNDS, "second_factor_roles"])
    return values
