"""The op: one signed-for fact, and its canonical bytes.

An op is named by (site, epoch, seq). Its bytes are made once by the author and never re-encoded:
UTF-8 JSON, keys sorted, no blanks, integers only. Its hash is H(previous hash || bytes), so a
chain of ops cannot be changed or reordered unseen.
"""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import starmap
from typing import Any, NamedTuple

import orjson

from db.domain import suites
from db.domain.errors import BugError, InputError

FORMAT = 1
GENESIS = bytes(32)
MAX_OP_BYTES = 64 * 1024
_ROOM = 1024
"""Bytes a new op leaves free, so that it can be written again with the name it had."""
MAX_INT = 2**53
MAX_DEPTH = 16

_NAME = re.compile(r"[a-z][a-z_]{0,47}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_ID = re.compile(r"[0-9A-Za-z._-]{1,64}")


class OpRef(NamedTuple):
    """The name of an op: site id, epoch, sequence number from 1."""

    site: str
    epoch: int
    seq: int


class Was(NamedTuple):
    """The name an op once had, and the hex digest that linked it there: two may have had one."""

    site: str
    epoch: int
    seq: int
    digest: str


class Hlc(NamedTuple):
    """Hybrid logical clock: wall milliseconds and a counter. Orders the display only."""

    ms: int
    counter: int


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: recorded in the op, whoever carries it later."""

    user: str
    name: str
    roles: tuple[str, ...]
    unit: str = ""
    session: str = ""


SYSTEM = Actor(user="system", name="系统", roles=("system",))
"""The program itself."""


# Not frozen: made by the hundred thousand, and a frozen one takes three times as long to make.
@dataclass(slots=True)
class Op:
    """A decoded op, never changed. `at` is the author's wall clock in UTC milliseconds.

    `was`: the op it stands for, where that one lost its name to another branch of its chain.
    """

    ref: OpRef
    hlc: Hlc
    at: int
    actor: Actor
    ent: str
    id: str
    kind: str
    payload: dict[str, Any]
    parents: tuple[OpRef, ...]
    version: int = FORMAT
    was: Was | None = None
    suite: str = suites.DEFAULT


def encode(op: Op) -> bytes:
    """Return the canonical bytes of an op; raises BugError for a float or an oversized op."""
    _check_plain(op.payload, 0)
    body = orjson.dumps(
        {
            "v": op.version,
            "sx": op.suite,
            "site": op.ref.site,
            "epoch": op.ref.epoch,
            "seq": op.ref.seq,
            "hlc": [op.hlc.ms, op.hlc.counter],
            "at": op.at,
            "tz": "Asia/Shanghai",
            "actor": {
                "user": op.actor.user,
                "name": op.actor.name,
                "roles": list(op.actor.roles),
                "unit": op.actor.unit,
                "session": op.actor.session,
            },
            "ent": op.ent,
            "id": op.id,
            "kind": op.kind,
            "p": op.payload,
            "par": [list(ref) for ref in op.parents],
            **({"was": list(op.was)} if op.was else {}),
        },
        option=orjson.OPT_SORT_KEYS,
    )
    limit = MAX_OP_BYTES if op.was else MAX_OP_BYTES - _ROOM
    if len(body) > limit:
        raise InputError("op_too_large", limit=limit)
    return body


def decode(body: bytes) -> Op:
    """Read an op's envelope strictly; the payload of an unknown kind is not looked into.

    Raises InputError: op_malformed for anything another program could have got wrong, op_too_large,
    suite_unknown for a chain that a newer program has to verify.
    """
    if len(body) > MAX_OP_BYTES:
        raise InputError("op_too_large", limit=MAX_OP_BYTES)
    try:
        raw = orjson.loads(body)
        actor = raw["actor"]
        hlc, payload = raw["hlc"], raw["p"]
        op = Op(
            as_ref(raw["site"], raw["epoch"], raw["seq"]),
            Hlc(_integer(hlc[0]), _integer(hlc[1])),
            _integer(raw["at"]),
            _actor(
                actor["user"],
                actor["name"],
                tuple(actor["roles"]),
                actor.get("unit", ""),
                actor.get("session", ""),
            ),
            _name(raw["ent"]),
            _id(raw["id"]),
            _name(raw["kind"]),
            payload,
            tuple(starmap(as_ref, raw["par"])),
            _integer(raw["v"]),
            _was(raw["was"]) if "was" in raw else None,
            _suite(raw.get("sx", suites.DEFAULT), body),
        )
        if type(payload) is not dict:
            raise TypeError("payload")
        if orjson.dumps(raw, option=orjson.OPT_SORT_KEYS) != body:
            json.loads(body, object_pairs_hook=_single)
    except (LookupError, TypeError, ValueError, RecursionError) as error:
        raise InputError("op_malformed", reason=type(error).__name__) from error
    return op


def chain_hash(previous: bytes, body: bytes) -> bytes:
    """Return the 32-byte hash that links `body` to the op before it, by the suite it names.

    Empty, which equals no hash, for a suite that is not known here.
    """
    return suites.linked(previous, body)


def _single(pairs: list[tuple[str, Any]]) -> None:
    """Refuse a key said twice: two readers could take another one each."""
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key twice")


def _check_plain(value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise BugError("payload_too_deep")
    if isinstance(value, float):
        raise BugError("payload_has_float")
    if isinstance(value, dict):
        for item in value.values():
            _check_plain(item, depth + 1)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _check_plain(item, depth + 1)


def _integer(value: Any) -> int:
    if type(value) is not int or not -MAX_INT < value < MAX_INT:
        raise ValueError("integer")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 200:
        raise ValueError("text")
    return value


# The same few people, sites and kinds stand in op after op.
@lru_cache(maxsize=1024)
def _actor(user: Any, name: Any, roles: tuple[Any, ...], unit: Any, session: Any) -> Actor:
    return Actor(
        _text(user), _text(name), tuple(_text(role) for role in roles), _text(unit), _text(session)
    )


@lru_cache(maxsize=1024)
def _name(value: Any) -> str:
    return _match(_NAME, value)


@lru_cache(maxsize=4096)
def _id(value: Any) -> str:
    return _match(_ID, value)


def _match(pattern: re.Pattern[str], value: Any) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError("name")
    return value


def _suite(value: Any, body: bytes) -> str:
    """Return the suite an op names, which must be the one its hash is made by."""
    if value == suites.DEFAULT == suites.suite_of(body):
        return suites.DEFAULT
    if _text(value) != suites.suite_of(body):
        raise ValueError("suite")
    return suites.known(value)


def _was(value: Any) -> Was:
    site, epoch, seq, digest = value
    return Was(*as_ref(site, epoch, seq), _match(_DIGEST, digest))


def as_ref(site: Any, epoch: Any, seq: Any) -> OpRef:
    """Return the name of an op from its parts; raises ValueError for what is none."""
    if not (type(epoch) is type(seq) is int and 0 < epoch < MAX_INT and 0 < seq < MAX_INT):
        raise ValueError("ref")
    return OpRef(_id(site), epoch, seq)
