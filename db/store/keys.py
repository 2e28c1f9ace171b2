"""The key of the encrypted file: where it is kept, and how it is found again.

In order of preference: the system's key store, a passphrase, a key file that only the owner may
read. Which one is written in `site.json` beside the record; the key itself never is.
"""

import os
import secrets
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from db.domain.errors import EnvironmentError_, InputError, RuleError
from db.store.files import read_secret

KINDS = ("keyring", "passphrase", "file")
PASSPHRASE_ENV = "GRIDDESK_PASSPHRASE_FILE"  # noqa: S105 - names a variable
MIN_PASSPHRASE = 8
AGENT_TIMEOUT = 3.0
"""Seconds a key store may take to show that it answers; a locked D-Bus can hang for ever."""
UNLOCK_TIMEOUT = 30.0
"""Seconds for reading the key itself: the desktop may be asking somebody to unlock its store."""

Ask = Callable[[bool], str]
"""Asks for the passphrase; the argument tells whether a wrong one was given before."""

CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0, 1, I, O: 32 letters, five bits each."""
CODE_GROUPS = 6
_GROUP = 5
_LOOK_ALIKES = str.maketrans("1I", "LL")
_SEALED_AS = b"griddesk file key"
_ARGON = {"time_cost": 3, "memory_cost": 65536, "parallelism": 2}


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """Where the file's key is kept.

    `wrapped` and `salt` serve a passphrase or a recovery code, `name` a key store.
    """

    kind: str
    name: str = ""
    salt: str = field(default="", repr=False)
    wrapped: str = field(default="", repr=False)

    @property
    def is_protected(self) -> bool:
        """Whether something beside file permissions guards the key."""
        return self.kind != "file"


def create_key(home: Path, kind: str, ask: Ask | None = None) -> tuple[bytes, KeyPlace]:
    """Make a key and keep it; `auto` takes the best place this machine has."""
    key = secrets.token_bytes(32)
    return key, place_key(home, key, kind, ask)


def place_key(home: Path, key: bytes, kind: str, ask: Ask | None = None) -> KeyPlace:
    """Keep a key for a data folder; `auto` takes the best place this machine has."""
    chosen = _best_kind(ask) if kind == "auto" else kind
    if chosen == "keyring":
        name = f"{home.name}-{secrets.token_hex(6)}"
        _agent("set", name, key.hex())
        return KeyPlace("keyring", name=name)
    if chosen == "passphrase":
        return wrap_with_passphrase(key, _passphrase(ask, is_retry=False))
    keep_key_file(home, key)
    return KeyPlace("file")


def wrap_with_passphrase(key: bytes, passphrase: str) -> KeyPlace:
    """Return the key as only a passphrase opens it; raises RuleError passphrase_short."""
    if len(passphrase) < MIN_PASSPHRASE:
        raise RuleError("passphrase_short", minimum=MIN_PASSPHRASE)
    return _wrap(key, passphrase, "passphrase")


def keep_key_file(home: Path, key: bytes) -> None:
    """Write the file that a key place `file` means."""
    _write_private(home / "key", key.hex())


def drop_key(home: Path, place: KeyPlace) -> None:
    """Keep a key no more where it was; a key store that does not answer is passed over."""
    if place.kind == "file":
        (home / "key").unlink(missing_ok=True)
    elif place.kind == "keyring":
        with suppress(EnvironmentError_):
            _agent("drop", place.name)


def new_code() -> str:
    """Return a fresh recovery code: six groups of five letters, 150 bits, to be put on paper."""
    letters = [secrets.choice(CODE_LETTERS) for _ in range(CODE_GROUPS * _GROUP)]
    groups = ("".join(letters[at : at + _GROUP]) for at in range(0, len(letters), _GROUP))
    return "-".join(groups)


def wrap_with_code(key: bytes, code: str) -> KeyPlace:
    """Return the key as only the recovery code opens it."""
    return _wrap(key, plain_code(code), "code")


def unwrap_with_code(place: KeyPlace, code: str) -> bytes:
    """Return the key; raises InputError code_malformed, EnvironmentError_ code_wrong."""
    plain = plain_code(code)
    key = _open_sealed(place, plain)
    if key is None:
        raise EnvironmentError_("code_wrong")
    return key


def wrap_older(key: bytes, by: bytes) -> KeyPlace:
    """Return a key that is used no more as only the one in use opens it."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # lazy: off the start path

    nonce = secrets.token_bytes(12)
    sealed = nonce + AESGCM(by).encrypt(nonce, key, _SEALED_AS)
    return KeyPlace("older", wrapped=b64encode(sealed).decode())


def open_older(places: Iterable[KeyPlace], by: bytes) -> list[bytes]:
    """Return the keys that were wrapped by the one in use, as far as they open."""
    from cryptography.exceptions import InvalidTag  # lazy: off the start path
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    found = []
    for place in places:
        with suppress(InvalidTag, ValueError):
            sealed = b64decode(place.wrapped)
            found.append(AESGCM(by).decrypt(sealed[:12], sealed[12:], _SEALED_AS))
    return found


def unwrap_spoken(places: Sequence[KeyPlace], ask: Ask | None) -> bytes:
    """Return the key that a person's passphrase opens, kept in one of several places.

    Asks until it does. Raises EnvironmentError_ as `load_key`.
    """
    is_retry = False
    while True:
        typed = _passphrase(ask, is_retry=is_retry)
        for place in places:
            key = _open_sealed(place, typed)
            if key is not None:
                return key
        if ask is None or PASSPHRASE_ENV in os.environ:
            raise EnvironmentError_("passphrase_wrong")
        is_retry = True


def plain_code(code: str) -> str:
    """Return the letters alone, however they were typed from the paper."""
    typed = code.upper().translate(_LOOK_ALIKES)
    plain = "".join(letter for letter in typed if letter.isalnum())
    if len(plain) != CODE_GROUPS * _GROUP or set(plain) - set(CODE_LETTERS):
        raise InputError("code_malformed")
    return plain


def load_key(home: Path, place: KeyPlace, ask: Ask | None = None) -> bytes:
    """Fetch the key from its place; raises EnvironmentError_ saying what is missing."""
    if place.kind == "keyring":
        return _as_key(_agent("get", place.name, timeout=UNLOCK_TIMEOUT))
    if place.kind == "passphrase":
        return unwrap_spoken((place,), ask)
    path = home / "key"
    try:
        if path.stat().st_mode & 0o077 and os.name == "posix":
            raise EnvironmentError_("key_file_open", path=str(path))
        return _as_key(path.read_text(encoding="ascii").strip())
    except (OSError, UnicodeDecodeError) as error:
        raise EnvironmentError_("key_file_missing", path=str(path)) from error


def key_store_answers() -> bool:
    """Whether a real key store writes, reads and deletes within the time allowed."""
    try:
        return _agent("probe", secrets.token_hex(8)) == "ok"
    except EnvironmentError_:
        return False


def needs_passphrase(place: KeyPlace) -> bool:
    """Whether somebody must be asked before the file can be opened."""
    return place.kind == "passphrase" and PASSPHRASE_ENV not in os.environ


def _best_kind(ask: Ask | None) -> str:
    if PASSPHRASE_ENV in os.environ:
        return "passphrase"
    if key_store_answers():
        return "keyring"
    return "passphrase" if ask else "file"


def _agent_command() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, "key-agent"]
    return [sys.executable, "-m", "db.store.keyagent"]


def _agent(*request: str, timeout: float = AGENT_TIMEOUT) -> str:
    """Ask the key store in a process of its own: it may hang, and its library is slow to load.

    The secret goes through the pipe, never through an argument.
    """
    import subprocess  # lazy: a key in a file needs none, and a start is timed

    root = str(Path(__file__).resolve().parents[2])
    try:
        answer = subprocess.run(  # noqa: S603 - our own program
            _agent_command(),
            input=orjson.dumps(request),
            capture_output=True,
            timeout=timeout,
            check=False,
            cwd=None if getattr(sys, "frozen", False) else root,
        )
    except subprocess.TimeoutExpired as error:
        raise EnvironmentError_("key_store_silent", seconds=int(timeout)) from error
    except OSError as error:
        raise EnvironmentError_("key_store_missing", detail=str(error)) from error
    if answer.returncode != 0:
        detail = answer.stderr.decode(errors="replace").strip()[-200:]
        raise EnvironmentError_("key_store_missing", detail=detail)
    return answer.stdout.decode().strip()


def _as_key(text: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError as error:
        raise EnvironmentError_("key_wrong", detail="format") from error
    if len(key) != 32:
        raise EnvironmentError_("key_wrong", detail="length")
    return key


def _passphrase(ask: Ask | None, *, is_retry: bool) -> str:
    named = os.environ.get(PASSPHRASE_ENV)
    if named:
        return read_secret(Path(named))
    if ask is None:
        raise EnvironmentError_("passphrase_needed", variable=PASSPHRASE_ENV)
    return ask(is_retry)


def _derive(passphrase: str, salt: bytes) -> bytes:
    from argon2.low_level import Type, hash_secret_raw  # lazy: only where a passphrase is used

    return hash_secret_raw(passphrase.encode(), salt, hash_len=32, type=Type.ID, **_ARGON)


def _wrap(key: bytes, secret: str, kind: str) -> KeyPlace:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # lazy: off the start path

    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    sealed = nonce + AESGCM(_derive(secret, salt)).encrypt(nonce, key, _SEALED_AS)
    return KeyPlace(kind, salt=b64encode(salt).decode(), wrapped=b64encode(sealed).decode())


def _open_sealed(place: KeyPlace, secret: str) -> bytes | None:
    from cryptography.exceptions import InvalidTag  # lazy: off the start path
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        salt, sealed = b64decode(place.salt), b64decode(place.wrapped)
    except ValueError as error:
        raise EnvironmentError_("site_file_damaged", path="site.json") from error
    try:
        return AESGCM(_derive(secret, salt)).decrypt(sealed[:12], sealed[12:], _SEALED_AS)
    except InvalidTag:
        return None


def _write_private(path: Path, text: str) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise EnvironmentError_("key_file_exists", path=str(path)) from error
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def place_to_dict(place: KeyPlace) -> dict[str, Any]:
    """Return what `site.json` says of the key's place."""
    return {"kind": place.kind, "name": place.name, "salt": place.salt, "wrapped": place.wrapped}
