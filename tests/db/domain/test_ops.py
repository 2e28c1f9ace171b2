"""The bytes of an op: made one way, read strictly."""

import hashlib
from dataclasses import replace

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.domain.errors import BugError, InputError
from db.domain.ops import (
    GENESIS,
    MAX_OP_BYTES,
    Actor,
    Hlc,
    Op,
    OpRef,
    chain_hash,
    decode,
    encode,
)

OP = Op(
    ref=OpRef("site-a", 7, 3),
    hlc=Hlc(1_795_415_520_000, 2),
    at=1_795_415_520_000,
    actor=Actor("zhoulan", "周岚", ("duty_officer",), "u", "s"),
    ent="incident",
    id="0192",
    kind="note_added",
    payload={"opinion": "已联系", "b": 1, "a": [True, None]},
    parents=(OpRef("site-a", 7, 2),),
)
# Written down once: what is signed and hashed must never look different tomorrow.
BYTES = (
    '{"actor":{"name":"周岚","roles":["duty_officer"],"session":"s","unit":"u",'
    '"user":"zhoulan"},"at":1795415520000,"ent":"incident","epoch":7,'
    '"hlc":[1795415520000,2],"id":"0192","kind":"note_added",'
    '"p":{"a":[true,null],"b":1,"opinion":"已联系"},"par":[["site-a",7,2]],"seq":3,'
    '"site":"site-a","sx":"ed25519+sha256","tz":"Asia/Shanghai","v":1}'
).encode()

names = st.from_regex(r"[a-z][a-z_]{0,20}", fullmatch=True)
ids = st.from_regex(r"[0-9A-Za-z._-]{1,64}", fullmatch=True)
integers = st.integers(-(2**53) + 1, 2**53 - 1)
positive = st.integers(1, 2**53 - 1)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
refs = st.builds(OpRef, ids, positive, positive)
values = st.recursive(
    st.none() | st.booleans() | integers | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
ops = st.builds(
    Op,
    ref=refs,
    hlc=st.builds(Hlc, integers, integers),
    at=integers,
    actor=st.builds(Actor, words, words, st.lists(words, max_size=3).map(tuple), words, words),
    ent=names,
    id=ids,
    kind=names,
    payload=st.dictionaries(words, values, max_size=4),
    parents=st.lists(refs, max_size=3).map(tuple),
)


def changed(**values):
    return orjson.dumps(orjson.loads(BYTES) | values)


def test_the_bytes_are_these():
    assert encode(OP) == BYTES


@settings(max_examples=100, deadline=None)
@given(ops)
def test_what_is_written_is_read(op):
    body = encode(op)
    assert decode(body) == op
    assert encode(decode(body)) == body


def test_a_chain_hashes_the_previous_hash_and_the_bytes():
    first = chain_hash(GENESIS, b"one")
    assert first == hashlib.sha256(bytes(32) + b"one").digest()
    assert chain_hash(first, b"two") == hashlib.sha256(first + b"two").digest()
    assert chain_hash(first, b"two") != chain_hash(GENESIS, b"two")


@pytest.mark.parametrize("payload", [{"a": 1.5}, {"a": [1, {"b": 0.0}]}, {"a": (1.0,)}])
def test_a_float_never_enters_the_journal(payload):
    with pytest.raises(BugError) as refused:
        encode(replace(OP, payload=payload))
    assert refused.value.code == "payload_has_float"


def test_depth_and_size_are_bounded():
    deep = []
    for _ in range(20):
        deep = [deep]
    with pytest.raises(BugError) as refused:
        encode(replace(OP, payload={"a": deep}))
    assert refused.value.code == "payload_too_deep"
    for work in (
        lambda: encode(replace(OP, payload={"a": "x" * MAX_OP_BYTES})),
        lambda: decode(b" " * (MAX_OP_BYTES + 1)),
    ):
        with pytest.raises(InputError) as refused:
            work()
        assert refused.value.code == "op_too_large"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"1",
        BYTES[:-1],
        changed(seq=0),
        changed(seq=-1),
        changed(epoch=0),
        changed(seq=1.0),
        changed(seq=True),
        changed(seq="3"),
        changed(seq=2**53),
        changed(at=None),
        changed(at=1.5),
        changed(hlc=[1]),
        changed(hlc=[1, "2"]),
        changed(hlc="12"),
        changed(v="1"),
        changed(site=""),
        changed(site="a b"),
        changed(site="a" * 65),
        changed(site="../x"),
        changed(ent="Incident"),
        changed(kind="drop table"),
        changed(kind=""),
        changed(id=""),
        changed(id="x\n"),
        changed(p=[]),
        changed(p=None),
        changed(par=[["site-a", 7]]),
        changed(par=[7]),
        changed(par=None),
        changed(actor=None),
        changed(actor={"user": "u", "name": "n"}),
        changed(actor={"user": "u", "name": "n", "roles": [1]}),
        changed(actor={"user": "u", "name": "n" * 201, "roles": []}),
    ],
)
def test_a_malformed_op_is_refused(body):
    with pytest.raises(InputError) as refused:
        decode(body)
    assert refused.value.code == "op_malformed"


def test_fields_of_a_newer_program_do_not_disturb():
    body = changed(ctx="abcd", v=2, kind="held_back")
    assert (decode(body).version, decode(body).kind) == (2, "held_back")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60) | st.integers(0, len(BYTES) - 1).map(lambda cut: BYTES[:cut]))
def test_no_bytes_at_all_break_the_reader(body):
    with pytest.raises(InputError):
        decode(body)
