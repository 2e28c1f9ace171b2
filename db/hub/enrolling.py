"""Who is let in: one-time codes, the sites that used one, and those believed no more."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from db.domain.errors import InputError, RuleError
from db.domain.suites import is_signed
from db.store.driver import Connection
from db.store.journal import Journal
from db.sync import wire
from db.sync.attests import ends_of, keep_until
from db.sync.exchange import chain_key, own_site
from db.sync.keyline import (
    MAX_CHANGES,
    Change,
    change_from_json,
    changes_of,
    keep_changes,
    successors,
)
from db.sync.peers import REVOKED, STATION, Peer, put_peer
from db.sync.signing import enrol_text

CARRIED = "carried"
"""A kind of peer: known only through others."""
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 10
CODE_HOURS = 72
_GROUP = 5
_HOUR_MS = 3_600_000

_PEER = """SELECT kind, id, name, url, town, station, sign_key, box_key, seen_at
FROM peer WHERE id = ?"""
_STATIONS_OF = """SELECT id, name, url, town, station, sign_key, box_key, seen_at FROM peer
WHERE kind = 'station' AND town = ? AND id <> ? ORDER BY station"""
_TAKEN_STATION = """SELECT 1 FROM peer WHERE kind = 'station' AND town = ? AND station = ?
AND id <> ?"""
_NAMED = """SELECT id FROM peer WHERE kind IN ('station', 'revoked') AND (id = ? OR station = ?)
AND (kind = 'station' OR id = ?)"""
_CODE = "SELECT town, expires_at, used_by FROM enrol_code WHERE hash = ?"


class Enrolled(NamedTuple):
    """What a newly known site is told: the hub, and the other stations of its town."""

    hub: Peer
    stations: list[Peer]


@dataclass(frozen=True, slots=True)
class Request:
    """A site that asks to be enrolled. Its signature has been checked on reading.

    `changes` say which keys it had before. A site that is known by one of those needs no code.
    """

    code: str
    peer: Peer
    changes: tuple[Change, ...] = ()

    @property
    def names_next_key(self) -> bool:
        """Whether a known site asks to be believed by its next key."""
        return not self.code and bool(self.changes)


def read_request(raw: Mapping[str, Any]) -> Request:
    """Read an enrolment; raises InputError for one that is malformed or not signed."""
    with wire.reading("request_malformed"):
        signature = wire.signature(raw["signature"])
        request = Request(
            wire.text(raw["code"]),
            Peer(
                id=wire.identifier(raw["site"]),
                name=wire.text(raw["name"]),
                url="",
                town=wire.text(raw["town"]),
                station=wire.text(raw["station"]),
                sign_key=wire.sign_key(raw["sign_key"]),
                box_key=wire.octets(raw["box_key"], wire.KEY),
            ),
            tuple(wire.items(raw.get("rekeyed", []), change_from_json, MAX_CHANGES)),
        )
        message = enrol_text(raw)
    if not is_signed(request.peer.sign_key, signature, message):
        raise InputError("bad_signature", site=request.peer.id)
    return request


def put_code(
    connection: Connection, town: str, district: str, now: int, hours: int = CODE_HOURS
) -> str:
    """Keep the digest of a new code and return the code; the town must be of the district."""
    if not (len(town) in (6, 9) and town.isascii() and town.isdigit()):
        raise InputError("town_code_malformed", value=town)
    if not town.startswith(district):
        raise InputError("town_outside_hub", value=town, district=district)
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    connection.execute(
        "INSERT INTO enrol_code VALUES (?, ?, ?, NULL)",
        (_code_hash(letters), town, now + hours * _HOUR_MS),
    )
    return f"{letters[:_GROUP]}-{letters[_GROUP:]}"


def station_named(connection: Connection, who: str) -> str:
    """Return the id of an enrolled station by that or its code; the id of a revoked one, too.

    Raises RuleError: station_unknown, station_ambiguous (of a code: towns may share one).
    """
    found = [row[0] for row in connection.execute(_NAMED, (who, who, who))]
    if len(found) > 1:
        raise RuleError("station_ambiguous", value=who)
    if not found:
        raise RuleError("station_unknown", value=who)
    return str(found[0])


def put_revoked(connection: Connection, site: str) -> None:
    """Believe a station's key no more; raises RuleError for a site that never enrolled."""
    found = find_peer(connection, site)
    if found is None or found[0] not in (STATION, REVOKED):
        raise RuleError("station_unknown", value=site)
    if found[0] == STATION:
        keep_until(connection, site, ends_of(connection, site))
    connection.execute("UPDATE peer SET kind = ? WHERE id = ?", (REVOKED, site))


def enrol(journal: Journal, request: Request) -> Enrolled:
    """Make a site known, using up its code; doing so again with the same key is no error.

    Without a code a station that is known names its next key.
    """
    peer = request.peer
    if request.names_next_key:
        url = _check_next_key(journal.connection, request)
    else:
        is_new = _use_code(journal, request)
        url = _check_newcomer(journal.connection, request, is_new_code=is_new)
    keep_changes(journal, peer.id, request.changes)
    put_peer(journal, STATION, replace(peer, url=url, seen_at=journal.clock()))
    rows = journal.connection.execute(_STATIONS_OF, (peer.town, peer.id))
    return Enrolled(own_site(journal.connection), [Peer(*row) for row in rows])


def _code_hash(code: str) -> bytes:
    plain = "".join(letter for letter in code.upper() if letter in CODE_LETTERS)
    return hashlib.sha256(b"griddesk enrolment " + plain.encode()).digest()


def _use_code(journal: Journal, request: Request) -> bool:
    """Use up a code; tell whether it was not used before."""
    digest = _code_hash(request.code)
    row = journal.connection.execute(_CODE, (digest,)).fetchone()
    if row is None:
        raise RuleError("enrol_code_unknown")
    town, expires_at, used_by = row
    if used_by and used_by != request.peer.id:
        raise RuleError("enrol_code_used")
    if not used_by and expires_at <= journal.clock():
        raise RuleError("enrol_code_expired")
    if town != request.peer.town:
        raise RuleError("enrol_code_town")
    journal.connection.execute(
        "UPDATE enrol_code SET used_by = ? WHERE hash = ?", (request.peer.id, digest)
    )
    return not used_by


def _check_newcomer(connection: Connection, request: Request, *, is_new_code: bool) -> str:
    """Refuse a station code in use, and another key for a site already known by one.

    A record put back to before its keys changed has the older one only: whoever hands out a new
    code lets it in with that. Returns where the station serves its room, as far as it is known.
    """
    peer = request.peer
    if connection.execute(_TAKEN_STATION, (peer.town, peer.station, peer.id)).fetchone():
        raise RuleError("station_taken", station=peer.station)
    found = find_peer(connection, peer.id)
    if found and found[0] == REVOKED:
        raise InputError("key_revoked", site=peer.id)
    known = found[1].sign_key if found else chain_key(connection, peer.id)
    if known is None:
        return ""
    changes = [*changes_of(connection, peer.id), *request.changes]
    is_older = is_new_code and known in successors(peer.id, peer.sign_key, changes)
    if peer.sign_key not in successors(peer.id, known, changes) and not is_older:
        raise InputError("key_mismatch", site=peer.id)
    if found and known == peer.sign_key and found[1].box_key != peer.box_key:
        raise InputError("key_mismatch", site=peer.id)
    return found[1].url if found else ""


def _check_next_key(connection: Connection, request: Request) -> str:
    """Refuse a key that the one known here did not name; return where the station serves."""
    peer = request.peer
    known = known_station(connection, peer.id)
    change = successors(peer.id, known.sign_key, request.changes).get(peer.sign_key)
    is_same = (known.town, known.station) == (peer.town, peer.station)
    if change is None or change.box_key != peer.box_key or not is_same:
        raise InputError("key_mismatch", site=peer.id)
    return known.url


def find_peer(connection: Connection, site: str) -> tuple[str, Peer] | None:
    """Return a peer with its kind, None where it was never heard of."""
    row = connection.execute(_PEER, (site,)).fetchone()
    return (row[0], Peer(*row[1:])) if row else None


def known_station(connection: Connection, site: str) -> Peer:
    """Return an enrolled station; raises InputError (unknown_key, key_revoked)."""
    found = find_peer(connection, site)
    if found is None or found[0] == CARRIED:
        raise InputError("unknown_key", site=site)
    if found[0] == REVOKED:
        raise InputError("key_revoked", site=site)
    return found[1]
