"""Who this record exchanges with, and how far the hub has confirmed what was written here."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import orjson

from db.domain.errors import RuleError
from db.store.driver import Connection
from db.store.journal import Journal
from db.store.parcels import Head
from db.sync.attests import Until, ends_of, keep_until, revoked_until
from db.sync.keyline import Change, changes_of, keep_changes

HUB, STATION, REVOKED = "hub", "station", "revoked"
HUB_CODE = "HB"
"""What stands for a hub where a station's code is expected."""
_CONFIRMED, _VOUCHER, _TOLD_URL = "hub_confirmed", "room_voucher", "told_url:"

_PUT = "INSERT INTO peer VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_HUB = """SELECT id, name, url, town, station, sign_key, box_key, seen_at FROM peer
WHERE kind = 'hub'"""
_STATION = """SELECT id, name, url, town, station, sign_key, box_key, seen_at FROM peer
WHERE kind = 'station'"""
_BELIEVED = f"{_STATION} AND town = ? ORDER BY station, id"
_STATION_BY = {name: f"{_STATION} AND {name} = ?" for name in ("sign_key", "id")}
_KEPT = "SELECT kind, name, url, town, station, sign_key, box_key FROM peer WHERE id = ?"
_OWN_CHAINS = """SELECT site.id, epoch, head_seq FROM chain JOIN site ON site.n = chain.site
WHERE site.id = (SELECT v FROM meta WHERE k = 'site')"""


@dataclass(frozen=True, slots=True)
class Peer:
    """Another record that is known here by its keys. `url` is where it answers, if it does."""

    id: str
    name: str
    url: str
    town: str
    station: str
    sign_key: bytes
    box_key: bytes
    seen_at: int | None = None


class Known(NamedTuple):
    """A station that a voucher knows, and whether it is believed no more.

    `changes` are those of its keys; `until` is how far one that was revoked is still believed.
    """

    peer: Peer
    is_revoked: bool
    changes: tuple[Change, ...] = ()
    until: Until | None = None


def hub_of(connection: Connection) -> Peer | None:
    """Return the hub this site is enrolled at, None before."""
    row = connection.execute(_HUB).fetchone()
    return Peer(*row) if row else None


def voucher_of(connection: Connection) -> str:
    """Return the id of who says which stations are to be believed, empty for nobody.

    The hub; in a room without one the station at which this one enrolled.
    """
    hub = hub_of(connection)
    if hub:
        return hub.id
    row = connection.execute("SELECT v FROM meta WHERE k = ?", (_VOUCHER,)).fetchone()
    return str(row[0]) if row else ""


def believed(connection: Connection, town: str) -> list[Peer]:
    """Return the other stations of a town that are believed, by station."""
    return [Peer(*row) for row in connection.execute(_BELIEVED, (town,))]


def station_by(connection: Connection, key: bytes | str) -> Peer | None:
    """Return the station that is believed by its signing key, or its id; None where none is."""
    name = "sign_key" if isinstance(key, bytes) else "id"
    row = connection.execute(_STATION_BY[name], (key,)).fetchone()
    return Peer(*row) if row else None


def revoked(connection: Connection) -> frozenset[str]:
    """Return the ids of the stations that are believed no more."""
    rows = connection.execute("SELECT id FROM peer WHERE kind = ?", (REVOKED,))
    return frozenset(row[0] for row in rows)


def unsent(connection: Connection) -> int:
    """Return how many ops written here the hub has not confirmed: for display, never a cursor."""
    row = connection.execute("SELECT v FROM meta WHERE k = ?", (_CONFIRMED,)).fetchone()
    confirmed: dict[str, Any] = orjson.loads(row[0]) if row else {}
    return sum(
        max(0, head - int(confirmed.get(_chain(site, epoch), 0)))
        for site, epoch, head in connection.execute(_OWN_CHAINS)
    )


def own_ends(connection: Connection) -> dict[tuple[str, int], int]:
    """Return the last number of each chain written here."""
    return {(site, epoch): head for site, epoch, head in connection.execute(_OWN_CHAINS)}


def keep_hub(journal: Journal, hub: Peer, stations: Iterable[Peer]) -> None:
    """Keep the hub, instead of any before it, and the stations it vouches for."""
    journal.connection.execute("DELETE FROM peer WHERE kind = 'hub'")
    journal.set_meta(_CONFIRMED, "{}")
    put_peer(journal, HUB, hub)
    for station in stations:
        put_peer(journal, STATION, station)


def keep_voucher(journal: Journal, voucher: Peer, stations: Iterable[Peer]) -> None:
    """Keep a station at which this one enrolled, and the stations it vouches for."""
    journal.set_meta(_VOUCHER, voucher.id)
    for station in (voucher, *stations):
        put_peer(journal, STATION, station)


def news_of_stations(connection: Connection, told: Iterable[Known]) -> list[Known]:
    """Return what a voucher says of other stations that is not kept here as it says it.

    A station with two network cards tells each peer the address that leads there: the voucher's is
    news only where the voucher itself said another one before.
    """
    own = connection.execute("SELECT v FROM meta WHERE k = 'site'").fetchone()[0]
    news = []
    for known in told:
        row = connection.execute(_KEPT, (known.peer.id,)).fetchone()
        kind = REVOKED if known.is_revoked else STATION
        is_other = known.peer.id != own and not (row and row[0] == HUB)
        is_moved = known.peer.url != _told_url(connection, known.peer.id)
        if row and not is_moved:
            known = known._replace(peer=replace(known.peer, url=row[2]))
        is_news = is_moved or row != (kind, *_saying(known.peer)) or _is_more(connection, known)
        if is_other and is_news:
            news.append(known)
    return news


def keep_stations(journal: Journal, told: Iterable[Known]) -> None:
    """Keep what a voucher says of stations: keys, where they serve, who is believed no more."""
    said = list(told)
    urls = {known.peer.id: known.peer.url for known in said}
    for known in news_of_stations(journal.connection, said):
        id = known.peer.id
        journal.set_meta(_TOLD_URL + id, urls[id])
        keep_changes(journal, id, known.changes)
        until = known.until
        if known.is_revoked and until is None:
            until = revoked_until(journal.connection, id) or ends_of(journal.connection, id)
        keep_until(journal.connection, id, until)
        put_peer(journal, REVOKED if known.is_revoked else STATION, known.peer)


def _told_url(connection: Connection, id: str) -> str:
    row = connection.execute("SELECT v FROM meta WHERE k = ?", (_TOLD_URL + id,)).fetchone()
    return str(row[0]) if row else ""


def _is_more(connection: Connection, known: Known) -> bool:
    """Whether a voucher says of a station's keys what is not kept here."""
    here, id = changes_of(connection, known.peer.id), known.peer.id
    is_bounded = known.until is not None and known.until != revoked_until(connection, id)
    return is_bounded or not set(known.changes) <= set(here)


def revoke(journal: Journal, id: str) -> None:
    """Believe a station no more; raises RuleError for one that was never believed."""
    row = journal.connection.execute(_KEPT, (id,)).fetchone()
    if row is None or row[0] not in (STATION, REVOKED):
        raise RuleError("station_unknown", value=id)
    if row[0] == STATION:
        keep_until(journal.connection, id, ends_of(journal.connection, id))
    journal.connection.execute("UPDATE peer SET kind = ? WHERE id = ?", (REVOKED, id))


def _saying(peer: Peer) -> tuple[str | bytes, ...]:
    return peer.name, peer.url, peer.town, peer.station, peer.sign_key, peer.box_key


def put_peer(journal: Journal, kind: str, peer: Peer) -> None:
    """Keep a peer under its kind."""
    journal.connection.execute("DELETE FROM peer WHERE id = ?", (peer.id,))
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
