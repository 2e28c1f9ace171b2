"""The line of a site's keys: each is named by the one before it, in the site's own chain.

A change is a statement signed by both keys, so it counts whoever brings it. It stands as an op in
every chain that the site is writing: what stands before it is vouched for by the older key, what
follows by the newer. Nothing that was signed before becomes invalid.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from db.domain.ops import OpRef, decode
from db.domain.suites import SigningKey, is_signed, signing_key
from db.store import keyline
from db.store.driver import Connection
from db.store.journal import Journal
from db.sync import wire
from db.sync.signing import Signer, key_id, rekey_text

MAX_CHANGES = 64
"""Changes of keys that are told of one station at a time."""

_SECRET = "SELECT v FROM secret WHERE k = ?"  # noqa: S105 - a statement
_FIRST = """SELECT body FROM op
WHERE site = (SELECT n FROM site WHERE id = ?) AND epoch = ? AND seq = 1"""
_KNOWN = "SELECT sign_key FROM peer WHERE id = ?"
_FOLLOW = "UPDATE peer SET sign_key = ?, box_key = ? WHERE id = ? AND sign_key = ?"


@dataclass(frozen=True, slots=True)
class Change:
    """A site's word that a key follows another one of its own, signed by both."""

    old: bytes
    sign_key: bytes
    box_key: bytes
    by_old: bytes
    by_new: bytes


class Step(NamedTuple):
    """A change that holds, and the ops that say so."""

    change: Change
    at: tuple[OpRef, ...]


def make_change(signer: Signer, new: SigningKey, box_key: bytes) -> Change:
    """Let a site's key name the next one, and that one say so too."""
    sign_key = new.public_key().public_bytes_raw()
    text = rekey_text(signer.site, signer.public_key, sign_key, box_key)
    return Change(signer.public_key, sign_key, box_key, signer.sign(text), new.sign(text))


def change_to_json(change: Change) -> dict[str, str]:
    """Return a change as it is sent, and as its op says it."""
    return {field.name: getattr(change, field.name).hex() for field in fields(change)}


def change_from_json(raw: Mapping[str, Any]) -> Change:
    """Read a change; its signatures are not checked here."""
    old, sign_key = (wire.sign_key(raw[name]) for name in ("old", "sign_key"))
    by_old, by_new = (wire.signature(raw[name]) for name in ("by_old", "by_new"))
    return Change(old, sign_key, wire.octets(raw["box_key"], wire.KEY), by_old, by_new)


def steps_of(connection: Connection, site: str) -> list[Step]:
    """Return the changes of a site's keys that are known here and hold."""
    found: dict[Change, tuple[OpRef, ...]] = {}
    for op in keyline.rekeyed_ops(connection, site):
        change = _read(op.payload)
        if change:
            found[change] = (*found.get(change, ()), op.ref)
    for raw in keyline.told_of(connection, site):
        found.setdefault(change_from_json(raw), ())
    return [Step(change, at) for change, at in found.items() if _holds(site, change)]


def changes_of(connection: Connection, site: str) -> list[Change]:
    """Return the changes of a site's keys that are known here and hold."""
    return [step.change for step in steps_of(connection, site)]


def keys_at(connection: Connection, site: str, known: bytes, epoch: int, seq: int) -> list[bytes]:
    """Return the keys that may vouch for a place in a chain: of the line that a known key is of.

    A key counts no more behind the op that names the next one, nor in a chain begun behind it.
    """
    steps = _linked(known, steps_of(connection, site))
    if not steps:
        return [known]
    passed = _passed(steps, _reached(connection, site, epoch, seq))
    line = {known, *(key for step in steps for key in (step.change.old, step.change.sign_key))}
    return sorted(line - {step.change.old for step in passed})


def key_in_force(connection: Connection, site: str, first: bytes, epoch: int, seq: int) -> bytes:
    """Return the key with which a site vouches for a place in its own chain."""
    passed = _passed(steps_of(connection, site), _reached(connection, site, epoch, seq))
    followers = {step.change.old: step.change.sign_key for step in passed}
    key = first
    for _ in followers:
        key = followers.get(key, key)
    return key


def successors(site: str, key: bytes, changes: Iterable[Change]) -> dict[bytes, Change | None]:
    """Return a key and those that follow it, each with the change that names it."""
    sound = [change for change in changes if _holds(site, change)]
    found: dict[bytes, Change | None] = {key: None}
    for _ in sound:
        found = {**{one.sign_key: one for one in sound if one.old in found}, **found}
    return found


def follow(journal: Journal, ref: OpRef) -> None:
    """Believe a station by the key that an op of its chain names as the next."""
    for change, at in steps_of(journal.connection, ref.site):
        if ref in at:
            row = (change.sign_key, change.box_key, ref.site, change.old)
            journal.connection.execute(_FOLLOW, row)


def follow_told(journal: Journal, site: str, sign_key: bytes, changes: Sequence[Change]) -> None:
    """Believe a station by a key that it uses now, if changes lead there from the one known."""
    keep_changes(journal, site, changes)
    row = journal.connection.execute(_KNOWN, (site,)).fetchone()
    known = bytes(row[0]) if row else b""
    change = successors(site, known, changes_of(journal.connection, site)).get(sign_key)
    if change:
        journal.connection.execute(_FOLLOW, (sign_key, change.box_key, site, known))


def keep_changes(journal: Journal, site: str, changes: Iterable[Change]) -> None:
    """Keep changes of a site's keys that were told beside its chains, as far as they hold."""
    kept = changes_of(journal.connection, site)
    news = [one for one in changes if one not in kept and _holds(site, one)]
    if news:
        told = [*keyline.told_of(journal.connection, site), *map(change_to_json, news)]
        keyline.keep_told(journal, site, told[-MAX_CHANGES:])


def own_secret(connection: Connection, sign_key: bytes) -> bytes:
    """Return the secret half of a signing key that this record uses no more."""
    row = connection.execute(_SECRET, (retired("sign_key", sign_key),)).fetchone()
    return bytes(row[0])


def own_keys(connection: Connection) -> tuple[bytes, bytes]:
    """Return the public halves of the two keys that this record uses."""
    rows = (connection.execute(_SECRET, (name,)) for name in ("sign_key", "box_key"))
    sign_key, box_key = (bytes(row.fetchone()[0]) for row in rows)
    return (
        signing_key(sign_key).public_key().public_bytes_raw(),
        X25519PrivateKey.from_private_bytes(box_key).public_key().public_bytes_raw(),
    )


def retired(name: str, public_key: bytes) -> str:
    """Return the name under which a key is kept that another one followed."""
    return f"{name}:{key_id(public_key)}"


def _read(payload: Mapping[str, Any]) -> Change | None:
    try:
        return change_from_json(payload)
    except (KeyError, TypeError, ValueError):
        return None


@lru_cache(maxsize=1024)
def _holds(site: str, change: Change) -> bool:
    """Whether both keys have signed a change."""
    text = rekey_text(site, change.old, change.sign_key, change.box_key)
    return is_signed(change.old, change.by_old, text) and is_signed(
        change.sign_key, change.by_new, text
    )


def _linked(key: bytes, steps: list[Step]) -> list[Step]:
    """Return the steps that a key is linked to, forwards or backwards."""
    line, linked = {key}, []
    for _ in steps:
        linked = [one for one in steps if {one.change.old, one.change.sign_key} & line]
        line.update(key for one in linked for key in (one.change.old, one.change.sign_key))
    return linked


def _passed(steps: Iterable[Step], reached: Mapping[int, int]) -> list[Step]:
    return [step for step in steps if any(ref.seq <= reached.get(ref.epoch, 0) for ref in step.at)]


def _reached(connection: Connection, site: str, epoch: int, seq: int) -> dict[int, int]:
    """Return how far an author had come, chain by chain, who wrote an op of his chain."""
    reached: dict[int, int] = {}
    while isinstance(epoch, int) and isinstance(seq, int) and epoch not in reached:
        reached[epoch] = seq
        row = connection.execute(_FIRST, (site, epoch)).fetchone()
        left = decode(row[0]).payload.get("left") if row else None
        if not isinstance(left, dict):
            break
        epoch, seq = left.get("epoch", 0), left.get("seq", 0)
    return reached
