"""What every command needs: the record, the person, plain output."""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING, Any

import click
import orjson

from db.domain.errors import InputError
from db.domain.ops import SYSTEM, Actor
from db.domain.scope import Scope, scope_of
from db.store.store import Store
from desktop.duty import first_officer
from desktop.i18n import CLOCK_DOUBTS, RENEWED
from desktop.settings import data_home, load_settings

if TYPE_CHECKING:
    from db.store.medium import Watch

USER_ENV = "GRIDDESK_USER"
DEFAULT_TOWN = "990101001"
LOCK_WAIT = 2.0
"""Seconds a command waits for another one to end."""


def print_json(value: Any) -> None:
    """Print a value as one line of JSON."""
    click.echo(orjson.dumps(value, default=_as_dict).decode())


def _as_dict(row: Any) -> Any:
    """Return a named row inside of something larger as its fields."""
    return row._asdict()


def _ask_passphrase(is_retry: bool) -> str:
    text = "口令不对，请再输入一次" if is_retry else "口令"
    answer: str = click.prompt(text, hide_input=True, err=True)
    return answer


def ask() -> Callable[[bool], str] | None:
    """Return what asks for a passphrase, None where nobody can be asked."""
    return _ask_passphrase if sys.stdin.isatty() else None


def open_store(*, read_only: bool = False) -> Store:
    """Open the record of the data folder; what is odd about it is said beside the output."""
    store = Store.open(data_home(), ask=ask(), read_only=read_only, wait=LOCK_WAIT)
    for known, found in ((RENEWED, store.renewed), (CLOCK_DOUBTS, store.clock_doubt)):
        if found:
            click.echo("。".join(known[found]), err=True)
    return store


def person(store: Store, name: str | None) -> tuple[Actor, Scope]:
    """Return who acts: the person named, else who was last on duty, else the first officer.

    On a record that is somebody's that person signs in first.
    """
    from db.store.queries.accounts import is_claimed
    from db.store.queries.town import actor_named

    name = name_of_person(store, name)
    if store.read(is_claimed):
        from desktop.cli.signing_in import signed_in

        return signed_in(store, name)
    return store.read(lambda connection: actor_named(connection, name))


def name_of_person(store: Store, name: str | None) -> str:
    """Return the account of who acts; raises InputError (user_needed)."""
    from db.store.queries.town import users

    name = name or os.environ.get(USER_ENV) or load_settings(store.home).duty_user
    name = name or first_officer(store.read(users))
    if not name:
        raise InputError("user_needed", variable=USER_ENV)
    return name


def keeper(store: Store, name: str | None) -> tuple[Actor, Scope]:
    """Return who looks after the record: as `person`; before anybody signs in, the program."""
    from db.store.queries.accounts import is_claimed

    if name or store.read(is_claimed):
        return person(store, name)
    return SYSTEM, scope_of(SYSTEM)


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--json` to a command."""
    return click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")(command)


def user_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--as` to a command."""
    return click.option("--as", "user", metavar="用户", help=f"以谁的身份（也可用 {USER_ENV}）。")(
        command
    )


def second_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--second` to a command that may take two persons."""
    return click.option("--second", metavar="用户", help="一起确认的第二个人；在终端输入口令。")(
        command
    )


def second_person(store: Store, key: str | None) -> Actor | None:
    """Return who is named by `--second`, having typed the own password; None for nobody."""
    if not key:
        return None
    from desktop.cli.signing_in import second_signed

    return second_signed(store, key)


def print_rows(rows: Sequence[Any], as_json: bool) -> None:
    """Print rows of a query, as JSON or a line each."""
    plain = [asdict(row) if is_dataclass(row) else row._asdict() for row in rows]  # type: ignore[arg-type]
    if as_json:
        print_json(plain)
        return
    for row in plain:
        click.echo("  ".join(str(value) for value in row.values()))


def progress_line(done: int, total: int) -> None:
    """Show progress on a terminal; nothing where output is kept."""
    if sys.stderr.isatty():
        click.echo(f"\r{done}/{total}", nl=done >= total, err=True)


def watch_steps() -> "Watch":
    """Show steps of long work on a terminal; nothing where output is kept."""
    from db.store.medium import Watch
    from desktop.i18n import BACKUP_STEPS

    if not sys.stderr.isatty():
        return Watch()
    return Watch(
        lambda step, done, total: click.echo(
            f"\r{BACKUP_STEPS[step]} {done}/{total}    ", nl=False, err=True
        )
    )
