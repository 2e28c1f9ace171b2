"""Who acts on the command line: on a record that is somebody's, whoever knows the password.

A password comes from the terminal, or from the file that GRIDDESK_PASSWORD_FILE names; never from
an argument or the environment itself, where other programs could read it.
"""

import os
import sys
from pathlib import Path

import click

from db.commands.accounts import (
    SignedIn,
    authenticate_second,
    begin_factor,
    change_password,
    confirm_factor,
    sign_in,
)
from db.domain.errors import InputError, RuleError
from db.domain.ops import Actor
from db.domain.scope import Scope
from db.store.files import read_secret
from db.store.queries.accounts import is_claimed
from db.store.store import Store

PASSWORD_ENV = "GRIDDESK_PASSWORD_FILE"  # noqa: S105 - names a variable


def signed_in(store: Store, key: str) -> tuple[Actor, Scope]:
    """Ask for the password, and for a code where one is wanted; return who signed in.

    What has to be done first, a new password or a second factor, is asked for at a terminal, by a
    command that writes.
    Raises RuleError and EnvironmentError_ as `sign_in`; InputError (password_needed).
    """
    password = known_password(key)
    found = _with_code(store, key, password)
    while found.must:
        if not (sys.stdin.isatty() and store.can_write):
            code = "password_expired" if found.must == "password" else "factor_missing"
            raise RuleError(code, name=found.actor.name)
        if found.must == "password":
            password = _renewed(store, found, password)
        else:
            _enrol_factor(store, found)
        found = _with_code(store, key, password)
    return found.actor, found.scope


def change_own(store: Store, key: str) -> None:
    """Change one's own password, also one that has to be changed before anything else."""
    old = known_password(key)
    found = _with_code(store, key, old)
    change_password(store, found.actor, found.actor.user, old, asked_twice(key))


def second_signed(store: Store, key: str) -> Actor:
    """Return a second person, who types the own password at this terminal."""
    if not store.read(is_claimed):
        return authenticate_second(store, key, "")
    if not sys.stdin.isatty():
        raise InputError("second_needs_terminal")
    password = _asked(key)
    try:
        return authenticate_second(store, key, password)
    except RuleError as error:
        if error.code != "factor_needed":
            raise
    return authenticate_second(store, key, password, _code(key))


def new_password(key: str) -> str:
    """Return a new password: asked for twice at a terminal, else from the file."""
    if PASSWORD_ENV in os.environ or not sys.stdin.isatty():
        return known_password(key)
    return asked_twice(key)


def known_password(key: str) -> str:
    """Return the password of an account: from the file, else asked for.

    Raises InputError (password_needed), EnvironmentError_ as `read_secret`.
    """
    named = os.environ.get(PASSWORD_ENV)
    if named:
        return read_secret(Path(named))
    if not sys.stdin.isatty():
        raise InputError("password_needed", variable=PASSWORD_ENV)
    return _asked(key)


def _with_code(store: Store, key: str, password: str) -> SignedIn:
    try:
        return sign_in(store, key, password)
    except RuleError as error:
        if error.code != "factor_needed" or not sys.stdin.isatty():
            raise
    return sign_in(store, key, password, _code(key))


def _renewed(store: Store, found: SignedIn, old: str) -> str:
    click.echo("口令要先更换。", err=True)
    new = asked_twice(found.actor.user)
    change_password(store, found.actor, found.actor.user, old, new)
    return new


def _enrol_factor(store: Store, found: SignedIn) -> None:
    """Set up a second factor: the secret goes to the terminal, once."""
    factor = begin_factor(store, found.actor)
    click.echo(f"请把这个密钥输入手机的动态码程序：{factor.secret}", err=True)
    confirm_factor(store, found.actor, factor.secret, _code(found.actor.user))


def asked_twice(key: str) -> str:
    """Return a new password that was typed twice alike at the terminal."""
    answer: str = click.prompt(
        f"{key} 的新口令", hide_input=True, confirmation_prompt="再输一次", err=True
    )
    return answer


def _asked(key: str) -> str:
    answer: str = click.prompt(f"{key} 的口令", hide_input=True, err=True)
    return answer


def _code(key: str) -> str:
    answer: str = click.prompt(f"{key} 的动态码", err=True)
    return answer
