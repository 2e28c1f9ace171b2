"""Between the command line and the exchange: opening the right record, plain results."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from db.commands.keys import grant_room_key
from db.domain.errors import InputError
from db.domain.ops import Actor
from db.store.queries.town import stations
from db.store.store import Store


def new_code(data: Path, town: str, ask: Callable[[bool], str] | None) -> str:
    """Issue a one-time enrolment code at a hub's data folder, also while the hub runs."""
    from db.hub.server import issue_code

    return issue_code(data, town, ask=ask)


def grant(store: Store, actor: Actor, who: str) -> None:
    """Give the room's key to a station named by id or by its two-letter code."""
    found = [
        row
        for row in store.read(stations)
        if who in (row.id, row.station) and row.id != store.site.id
    ]
    if len(found) != 1:
        raise InputError("station_unknown", value=who)
    grant_room_key(store, actor, found[0].id)


def enrol(store: Store, url: str, code: str, *, ca: Path | None, allow_plain: bool) -> str:
    """Enrol this site at a hub; return the hub's name. `ca` is a certificate to trust."""
    from db.sync.line import HubClient

    with HubClient(store, url, ca or True, allow_plain=allow_plain) as client:
        return client.enrol(code).name


def sync(store: Store) -> dict[str, Any]:
    """Exchange once; return what travelled."""
    from db.sync.client import sync_once

    done = sync_once(store)
    return {
        "pushed": done.pushed,
        "pulled": done.pulled,
        "held": done.held,
        "unsent": done.unsent,
        "skew_ms": done.skew_ms,
        "troubles": [error.code for error in done.troubles],
    }
