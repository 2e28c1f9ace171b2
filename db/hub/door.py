"""Who may look at the hub's page and figures: this machine, or whoever has the word for it."""

import base64
import hmac
import secrets
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path

from starlette.requests import Request

from db.domain.errors import EnvironmentError_, InputError
from db.store.files import write_file

MIN_TOKEN = 16
_MAX_TOKEN = 200


class Door:
    """Without a word the door is open to this machine alone; with one, to who says it."""

    def __init__(self, token: str = "") -> None:
        self._token = token

    def check(self, request: Request) -> None:
        """Refuse who may not look; raises InputError: token_missing, status_closed."""
        if self._token:
            said = _said(request.headers.get("Authorization", ""))
            if not hmac.compare_digest(said.encode(), self._token.encode()):
                raise InputError("token_missing")
        elif not _is_local(request):
            raise InputError("status_closed")


def read_token(path: Path) -> str:
    """Return the word in a file, which is made with a new one where there is none.

    Raises InputError (status_token_short), EnvironmentError_ where the file cannot be used.
    """
    if not path.exists():
        write_file(path, f"{secrets.token_urlsafe(24)}\n".encode())
    try:
        token = path.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise EnvironmentError_("file_unreadable", path=str(path), detail=str(error)) from error
    if not MIN_TOKEN <= len(token) <= _MAX_TOKEN:
        raise InputError("status_token_short", path=str(path), limit=MIN_TOKEN)
    return token


def _said(header: str) -> str:
    """Return the word of a bearer, or the password that a browser asked for."""
    kind, _, value = header.partition(" ")
    if kind.lower() == "bearer":
        return value.strip()
    with suppress(ValueError):
        if kind.lower() == "basic":
            return base64.b64decode(value, validate=True).decode().partition(":")[2]
    return ""


def _is_local(request: Request) -> bool:
    """Whether a request comes from this machine and was meant for it.

    What a relay on this machine passes on comes from here too, but names another host; so does
    a page elsewhere that has a browser here ask in its place.
    """
    host = request.url.hostname or ""
    client = request.client.host if request.client else ""
    return _is_loopback(client) and (host == "localhost" or _is_loopback(host))


def _is_loopback(address: str) -> bool:
    with suppress(ValueError):
        return ip_address(address).is_loopback
    return False
