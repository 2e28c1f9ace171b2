"""What the stations of a hub say of themselves, and how they stand: for people, never a cursor."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import orjson

from db.domain.ops import MAX_INT
from db.store.driver import Connection
from db.store.journal import Journal
from db.store.parcels import Head
from db.sync import wire
from db.sync.attests import Until, revoked_until
from db.sync.keyline import Change, change_to_json, changes_of
from db.sync.peers import Peer

_TOLD = "told:"
_MAX_APP = 40
_SCHEMES = ("http://", "https://")

_STATIONS = """SELECT kind, id, name, url, town, station, sign_key, box_key, seen_at FROM peer
WHERE kind IN ('station', 'revoked')
AND (substr(town, 1, ?) = ? OR substr(CAST(? AS TEXT), 1, length(town)) = town)
ORDER BY town, station, id"""
_LINES = """SELECT peer.id, peer.kind, peer.name, peer.town, peer.station, peer.seen_at,
coalesce(meta.v, '{}'), (
  SELECT count(DISTINCT fork.epoch) FROM fork JOIN site ON site.n = fork.site
  WHERE site.id = peer.id
)
FROM peer LEFT JOIN meta ON meta.k = 'told:' || peer.id
WHERE peer.kind IN ('station', 'revoked', 'carried')
ORDER BY peer.town, peer.station, peer.id"""


class Told(NamedTuple):
    """What a station said of itself last; None where it said nothing.

    `known` is how many ops it knows of all the chains it is shown, `held` how many of those wait
    there, `unsent` how many of its own it has still to bring, `skew_ms` the hub's clock less its
    own. `url` is where it serves its room, empty where it does not.
    """

    app: str | None = None
    held: int | None = None
    unsent: int | None = None
    skew_ms: int | None = None
    known: int | None = None
    url: str | None = None


class Known(NamedTuple):
    """A station that others are told of.

    `changes` are those of its keys; `until` is how far one that was revoked is still believed.
    """

    peer: Peer
    is_revoked: bool
    changes: list[Change]
    until: Until | None

    def told(self) -> dict[str, Any]:
        """Return what is told beside its name and keys."""
        told: dict[str, Any] = {"url": self.peer.url, "revoked": self.is_revoked}
        if self.changes:
            told["rekeyed"] = [change_to_json(change) for change in self.changes]
        if self.until is not None:
            told["until"] = [{"epoch": epoch, "seq": seq} for epoch, seq in self.until.items()]
        return told


class Line(NamedTuple):
    """How a station stands. `kind` is station, revoked or carried; `forks` counts chains.

    `lag` is how many ops the hub would show it that it has not said to know of.
    """

    id: str
    kind: str
    name: str
    town: str
    station: str
    seen_at: int | None
    told: Told
    forks: int
    lag: int | None = None


class Overview(NamedTuple):
    """How a hub stands: its stations, the ops and the bytes of disk it has, what keeps them.

    `trouble` is the part that does not work (record, disk), empty where all does.
    """

    lines: list[Line]
    ops: int
    free: int | None
    store: str
    trouble: str


def read_told(raw: Mapping[str, Any]) -> Told:
    """Read what a station says of itself beside its heads: all of it optional."""
    url = raw.get("url")
    if url is not None and not (url == "" or wire.text(url).startswith(_SCHEMES)):
        raise ValueError("url")
    app, held, unsent, skew = (raw.get(name) for name in ("app", "held", "unsent", "skew_ms"))
    return Told(
        None if app is None else wire.text(app, _MAX_APP),
        None if held is None else wire.integer(held),
        None if unsent is None else wire.integer(unsent),
        None if skew is None else wire.integer(skew, 1 - MAX_INT),
        None,
        url,
    )


def known_of(have: Iterable[Head], theirs: Iterable[Head]) -> int:
    """Return how many of the ops in `have` a station knows whose heads are `theirs`."""
    ends = {(head.site, head.epoch): head.seq for head in theirs}
    return sum(min(head.seq, ends.get((head.site, head.epoch), 0)) for head in have)


def put_told(journal: Journal, site: str, told: Told, now: int) -> None:
    """Keep what a station said, and that it was heard of now."""
    connection = journal.connection
    connection.execute("UPDATE peer SET seen_at = ? WHERE id = ?", (now, site))
    if told.url is not None:
        put_url(journal, site, told.url)
    row = connection.execute("SELECT v FROM meta WHERE k = ?", (_TOLD + site,)).fetchone()
    before = orjson.loads(row[0]) if row else {}
    said = {name: value for name, value in _said(told).items() if value is not None}
    if said:
        journal.set_meta(_TOLD + site, orjson.dumps({**before, **said}).decode())


def put_url(journal: Journal, site: str, url: str) -> None:
    """Keep where a station serves its room, and nothing else of it."""
    journal.connection.execute("UPDATE peer SET url = ? WHERE id = ?", (url, site))


def stations(connection: Connection, town: str) -> list[Known]:
    """Return the stations that ever enrolled here of a town, those below it and its district's."""
    return [
        Known(
            Peer(*row[1:]),
            row[0] == "revoked",
            changes_of(connection, row[1]),
            revoked_until(connection, row[1]),
        )
        for row in connection.execute(_STATIONS, (len(town), town, town)).fetchall()
    ]


def lines(connection: Connection) -> list[Line]:
    """Return how the stations stand, by town and station."""
    return [
        Line(id, kind, name, town, station, seen_at, Told(**orjson.loads(told)), forks)
        for id, kind, name, town, station, seen_at, told, forks in connection.execute(_LINES)
    ]


def _said(told: Told) -> dict[str, Any]:
    """Return what is kept beside the peer's own row."""
    return {name: value for name, value in told._asdict().items() if name != "url"}
