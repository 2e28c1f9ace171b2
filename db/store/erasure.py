"""Erasing what is sealed: an op names the envelopes, and every place destroys its own copy of them.

The wrapped key and the ciphertext are overwritten in the same transaction that takes the op in, in
the journal's envelopes and in those of branches that gave way. What comes later of an erased
envelope is not kept. A hub, which folds nothing, does the same: it looks for this one kind.

It is believed of a station of the town whose envelope it is, and of a person (or the program) that
may erase; and it touches nothing but what stands beside ops of the incident it is about.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import orjson

from db.domain.erasing import ERASERS, KIND, envelopes_in, sealed_by
from db.domain.ops import Op, OpRef, decode
from db.store.lanes import lane_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.store.driver import Connection
    from db.store.journal import Journal
    from db.store.parcels import Envelope

LAST = "erasures"
"""The setting that holds the number of the last erasure of each chain."""
_PEER_TOWN = "SELECT town FROM peer WHERE id = ?"
_FIRST_BODIES = """SELECT op.body FROM op
WHERE op.site = (SELECT n FROM site WHERE id = ?) AND op.seq = 1 ORDER BY op.epoch"""
_SEALED = """SELECT site.n, site.id, envelope.epoch, envelope.seq, op.body FROM envelope
JOIN op ON op.site = envelope.site AND op.epoch = envelope.epoch AND op.seq = envelope.seq
JOIN site ON site.n = envelope.site WHERE envelope.id = ?
AND (envelope.wrapped_key IS NOT NULL OR length(envelope.cipher) > 0)"""
_SEALED_ASIDE = """SELECT site.n, site.id, fork.epoch, fork.seq, fork.body FROM fork
JOIN site ON site.n = fork.site WHERE fork.envelope = ?
AND (fork.wrapped_key IS NOT NULL OR length(fork.cipher) > 0)"""
DESTROY = """UPDATE envelope SET cipher = ?, wrapped_key = NULL
WHERE site = ? AND epoch = ? AND seq = ? AND id = ?"""
"""Takes no bytes, the site's number, epoch, seq and the envelope."""
DESTROY_ASIDE = """UPDATE fork SET cipher = NULL, wrapped_key = NULL
WHERE site = ? AND epoch = ? AND seq = ? AND envelope = ?"""
_OF_SUBJECT = "SELECT body FROM op WHERE subject = ? ORDER BY recv"
_NOTED = "SELECT town, incident FROM erased WHERE env = ?"
_AMONG = "SELECT env FROM erased WHERE env IN ({})"
_MANY = 500
"""Envelopes asked for at a time."""
_NOTE = "INSERT INTO erased VALUES (?, ?, ?)"
_BODY = """SELECT body FROM op
WHERE site = (SELECT n FROM site WHERE id = ?) AND epoch = ? AND seq = ?"""


def take_erasure(journal: "Journal", op: Op) -> None:
    """Destroy the envelopes that an op names, as far as its author may speak of them."""
    town = _home_of(journal.connection, op.ref.site)
    if ERASERS.isdisjoint(op.actor.roles) or not town:
        return
    journal.shred()
    named = envelopes_in(op)
    journal.envelopes.update(named)
    for env in named:
        erase(journal.connection, env, town, op.id)
    if journal.projects:
        _note_last(journal, op.ref)


def catch_up(journal: "Journal", bodies: Iterable[bytes]) -> None:
    """Take in the erasures that came when this record was kept by a version that knew of none."""
    for body in bodies:
        op = decode(bytes(body))
        if op.kind == KIND:
            take_erasure(journal, op)


def erase(connection: "Connection", env: str, town: str, incident: str) -> None:
    """Destroy one envelope of an incident on the word of a town, now and whenever it comes."""
    if (town, incident) not in connection.execute(_NOTED, (env,)).fetchall():
        connection.execute(_NOTE, (env, town, incident))
    _destroy(connection, env, town, incident)


def erase_again(journal: "Journal", envelopes: Iterable[str]) -> None:
    """Destroy what is there of some envelopes although an erasure of them was taken in.

    Where several write at a time, an erasure and an envelope may not have seen each other.
    """
    for env in sorted(_noted_among(journal.connection, list(envelopes))):
        for town, incident in journal.connection.execute(_NOTED, (env,)).fetchall():
            if _destroy(journal.connection, env, town, incident):
                journal.shred()


def _destroy(connection: "Connection", env: str, town: str, incident: str) -> int:
    """Overwrite an envelope wherever a town may have that done; return in how many places."""
    done = 0
    for n, site, epoch, seq, body in connection.execute(_SEALED, (env,)).fetchall():
        if _is_meant(connection, OpRef(site, epoch, seq), body, town, incident):
            connection.execute(DESTROY, (b"", n, epoch, seq, env))
            done += 1
    for n, site, epoch, seq, body in connection.execute(_SEALED_ASIDE, (env,)).fetchall():
        if _is_meant(connection, OpRef(site, epoch, seq), body, town, incident):
            connection.execute(DESTROY_ASIDE, (n, epoch, seq, env))
            done += 1
    return done


def _note_last(journal: "Journal", ref: OpRef) -> None:
    """Remember the last erasure of a chain, so that it can be told who has it."""
    chain, known = f"{ref.site}:{ref.epoch}", orjson.loads(journal.meta(LAST) or "{}")
    known[chain] = max(ref.seq, known.get(chain, 0))
    journal.set_meta(LAST, orjson.dumps(known).decode())


def is_erased(connection: "Connection", envelope: "Envelope", body: bytes | None = None) -> bool:
    """Whether an envelope was erased; `body` is its op's, read where it is not given."""
    noted = connection.execute(_NOTED, (envelope.id,)).fetchall()
    if not noted:
        return False
    if body is None:
        row = connection.execute(_BODY, tuple(envelope.ref)).fetchone()
        body = row[0] if row else None
    return body is not None and any(
        _is_meant(connection, envelope.ref, body, town, incident) for town, incident in noted
    )


def not_erased(connection: "Connection", envelopes: "Sequence[Envelope]") -> "list[Envelope]":
    """Return those of some envelopes that were not erased."""
    noted = _noted_among(connection, [envelope.id for envelope in envelopes])
    return [one for one in envelopes if one.id not in noted or not is_erased(connection, one)]


def is_noted(connection: "Connection", env: str) -> bool:
    """Whether an envelope was named by an erasure."""
    return connection.execute(_NOTED, (env,)).fetchone() is not None


def left_to_erase(connection: "Connection", rid: int, site: str) -> list[str]:
    """Return the envelopes that ops of an incident name, here or not, and a site may have erased.

    Those that an erasure has named are none of them, unless they are here all the same.
    """
    # lazy: it stands on the journal, which stands on this
    from db.store.envelopes import envelopes_of

    town, live = _home_of(connection, site), set(envelopes_of(connection, rid))
    found: dict[str, None] = {}
    for (body,) in connection.execute(_OF_SUBJECT, (rid,)):
        op = decode(body)
        env = sealed_by(op)
        is_left = env in live or not is_noted(connection, env)
        if env and is_left and town in _towns_of(connection, op.ref):
            found[env] = None
    return list(found)


def _is_meant(connection: "Connection", ref: OpRef, body: bytes, town: str, incident: str) -> bool:
    """Whether a town may have the envelope beside an op erased, for an incident."""
    op = decode(bytes(body))
    return (op.ent, op.id) == ("incident", incident) and town in _towns_of(connection, ref)


def _towns_of(connection: "Connection", ref: OpRef) -> tuple[str | None, ...]:
    """Return whose an op is: its site's town, and the one that a lane is for."""
    return _home_of(connection, ref.site), lane_of(connection, ref.site, ref.epoch)


def _home_of(connection: "Connection", site: str) -> str:
    """Return the town of a site, as the hub vouched for it or as its own chain says."""
    row = connection.execute(_PEER_TOWN, (site,)).fetchone()
    if row and row[0]:
        return str(row[0])
    for (body,) in connection.execute(_FIRST_BODIES, (site,)):
        op = decode(bytes(body))
        if op.kind == "site_started" and op.id == site and op.payload.get("town"):
            return str(op.payload["town"])
    return ""


def _noted_among(connection: "Connection", envelopes: "Sequence[str]") -> set[str]:
    """Return those of some envelopes of which an erasure was taken in."""
    noted: set[str] = set()
    for at in range(0, len(envelopes), _MANY):
        asked = envelopes[at : at + _MANY]
        marks = ", ".join("?" * len(asked))
        noted |= {row[0] for row in connection.execute(_AMONG.format(marks), asked)}
    return noted
