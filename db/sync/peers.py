"""Who this record exchanges with, and how far the hub has confirmed what was written here."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from db.store.driver import Connection
from db.store.journal import Journal
from db.store.parcels import Head

HUB, STATION = "hub", "station"
_CONFIRMED = "hub_confirmed"

_PUT = "INSERT OR REPLACE INTO peer VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_HUB = """SELECT id, name, url, town, station, sign_key, box_key, seen_at FROM peer
WHERE kind = 'hub'"""
_OWN_CHAINS = """SELECT site.id, epoch, head_seq FROM chain JOIN site ON site.n = chain.site
WHERE site.id = (SELECT v FROM meta WHERE k = 'site')"""


@dataclass(frozen=True, slots=True)
class Peer:
    """Another record that is known here by its keys. `url` is where a hub answers."""

    id: str
    name: str
    url: str
    town: str
    station: str
    sign_key: bytes
    box_key: bytes
    seen_at: int | None = None


def hub_of(connection: Connection) -> Peer | None:
    """Return the hub this site is enrolled at, None before."""
    row = connection.execute(_HUB).fetchone()
    return Peer(*row) if row else None


def unsent(connection: Connection) -> int:
    """Return how many ops written here the hub has not confirmed: for display, never a cursor."""
    row = connection.execute("SELECT v FROM meta WHERE k = ?", (_CONFIRMED,)).fetchone()
    confirmed: dict[str, Any] = orjson.loads(row[0]) if row else {}
    return sum(
        max(0, head - int(confirmed.get(_chain(site, epoch), 0)))
        for site, epoch, head in connection.execute(_OWN_CHAINS)
    )


def keep_hub(journal: Journal, hub: Peer, stations: Iterable[Peer]) -> None:
    """Keep the hub, instead of any before it, and the stations it vouches for."""
    journal.connection.execute("DELETE FROM peer WHERE kind = 'hub'")
    journal.set_meta(_CONFIRMED, "{}")
    put_peer(journal, HUB, hub)
    for station in stations:
        put_peer(journal, STATION, station)


def put_peer(journal: Journal, kind: str, peer: Peer) -> None:
    """Keep a peer under its kind."""
    journal.connection.execute(
        _PUT,
        (
            peer.id,
            kind,
            peer.name,
            peer.url,
            peer.town,
            peer.station,
            peer.sign_key,
            peer.box_key,
            peer.seen_at,
        ),
    )


def keep_confirmed(journal: Journal, hub: str, heads: Iterable[Head], now: int) -> None:
    """Remember what the hub said it holds of this site's chains, and when it was reached."""
    confirmed = {
        _chain(head.site, head.epoch): head.seq for head in heads if head.site == journal.site
    }
    journal.set_meta(_CONFIRMED, orjson.dumps(confirmed).decode())
    journal.connection.execute("UPDATE peer SET seen_at = ? WHERE id = ?", (now, hub))


def _chain(site: str, epoch: int) -> str:
    return f"{site}:{epoch}"
