"""A batch comes back as it went, and nothing else comes through."""

import hashlib
import json
import random
import struct
import time
import tracemalloc
from contextlib import suppress

import orjson
import pytest
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from db.domain.errors import InputError
from db.domain.ops import GENESIS, OpRef, chain_hash
from db.store.parcels import Envelope, Head, Range
from db.sync import wire
from db.sync.batch import MAGIC, MAX_BATCH, decode_batch, encode_batch, is_acceptable
from db.sync.signing import Signer

SIGNER = Signer("site-a", "990101103", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
CODES = {
    "batch_too_large", "batch_truncated", "batch_magic", "batch_header", "batch_format",
    "unknown_alg", "batch_encrypted", "unknown_key", "bad_signature", "batch_bomb",
    "batch_frame", "bad_hash", "batch_counts",
}  # fmt: skip


def key_of(site):
    return SIGNER.public_key if site == SIGNER.site else None


def chain(site="site-a", count=3, epoch=7):
    texts = [orjson.dumps({"n": n, "site": site}) for n in range(count)]
    digest = GENESIS
    for body in texts:
        digest = chain_hash(digest, body)
    return Range(site, epoch, 1, GENESIS, texts, digest)


def small():
    ours, theirs = chain(), chain("site-b", 2)
    envelope = Envelope(OpRef("site-a", 7, 2), "env-1", b"\1" * 60, "room:1", b"\2" * 60)
    erased = Envelope(OpRef("site-b", 7, 1), "env-2", b"\3" * 60, "room:1", None)
    attest = SIGNER.attest(Head("site-a", 7, 3, ours.to_hash))
    made = encode_batch(SIGNER, [ours, theirs], [envelope, erased], [attest], created=5, to="hub")
    return made, [ours, theirs], [envelope, erased], [attest]


def parts(data):
    (length,) = struct.unpack_from(">I", data, 6)
    return data[10 : 10 + length], data[10 + length : -64]


def build(header, frame):
    """Sign whatever is given."""
    signed = MAGIC + struct.pack(">I", len(header)) + header + frame
    return signed + SIGNER.sign(signed)


def changed(**values):
    """A signed batch whose header says something else."""
    header, frame = parts(small()[0])
    return build(wire.canonical({**orjson.loads(header), **values}), frame)


def refusal(data):
    with pytest.raises(InputError) as caught:
        decode_batch(data, key_of)
    assert caught.value.code in CODES
    return caught.value.code


def batch_or_refusal(data):
    """Anything but a typed refusal fails the test."""
    with suppress(InputError):
        decode_batch(data, key_of)


def test_round_trip():
    data, ranges, envelopes, attests = small()
    batch = decode_batch(data, key_of)
    assert (batch.ranges, batch.envelopes, batch.attests) == (ranges, envelopes, attests)
    assert (batch.sender.site, batch.to, batch.created) == ("site-a", "hub", 5)


def test_an_empty_batch_is_one():
    assert decode_batch(encode_batch(SIGNER, [], [], [], created=1), key_of).ranges == []


def test_same_content_same_bytes():
    assert small()[0] == small()[0]


def test_every_flipped_bit_is_refused():
    data = small()[0]
    for at in range(len(data)):
        for bit in range(8):
            refusal(data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :])


def test_every_truncation_and_addition_is_refused():
    data = small()[0]
    for length in range(len(data)):
        refusal(data[:length])
    refusal(data + b"\0")
    refusal(data + data)


def test_foreign_and_unknown_signers_are_refused():
    other = Signer("site-a", "990101103", Ed25519PrivateKey.generate())
    assert refusal(encode_batch(other, [chain()], [], [], created=1)) == "unknown_key"
    stranger = Signer("site-x", "990101103", Ed25519PrivateKey.generate())
    assert refusal(encode_batch(stranger, [chain()], [], [], created=1)) == "unknown_key"
    data = small()[0]
    assert refusal(data[:-64] + other.sign(data[:-64])) == "bad_signature"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"fmt": 2}, "batch_format"),
        ({"alg": "sm9+sm3"}, "unknown_alg"),
        ({"alg": "sm2+sm3"}, "bad_signature"),
        ({"enc": {"key": "x"}}, "batch_encrypted"),
        ({"n_ops": 4}, "batch_counts"),
        ({"n_ops": 10_000_000}, "batch_header"),
        ({"envelopes": 3}, "batch_counts"),
        ({"envelopes": 1}, "batch_counts"),
        ({"raw_len": 2**30}, "batch_bomb"),
        ({"raw_len": 10}, "batch_bomb"),
        ({"raw_hash": "0" * 64}, "bad_hash"),
        ({"raw_hash": "0" * 63 + "G"}, "batch_header"),
        ({"created": -1}, "batch_header"),
        ({"created": True}, "batch_header"),
        ({"created": 2**60}, "batch_header"),
        ({"to": "../../etc"}, "batch_header"),
        ({"from": "site-a"}, "batch_header"),
        ({"ranges": {}}, "batch_header"),
        ({"attest": [1]}, "batch_header"),
        ({"ranges": [{}] * 5_000}, "batch_header"),
    ],
)
def test_a_signed_lie_in_the_header_is_refused(values, code):
    assert refusal(changed(**values)) == code


def test_a_chain_may_stand_in_a_batch_once():
    raw = encode_batch(SIGNER, [chain(), chain()], [], [], created=1)
    assert refusal(raw) == "batch_header"


def test_only_one_encoding_of_a_header_is_taken():
    header, frame = parts(small()[0])
    doubled = header.replace(b'{"alg"', b'{"alg":"x","alg"', 1)
    blanks = json.dumps(orjson.loads(header), sort_keys=True).encode()
    unsorted = json.dumps(dict(reversed(orjson.loads(header).items()))).encode()
    for text in (doubled, blanks, unsorted, header + b" "):
        assert refusal(build(text, frame)) == "batch_header"


@pytest.mark.parametrize(
    "text",
    [
        b"", b"null", b"[]", b"{}", b"[" * 100_000, b'{"a":' * 20_000, b"\xff\xfe", b"NaN",
        b'{"fmt":1e999}', b'{"fmt":' + b"9" * 5_000 + b"}", b'{"fmt":"\\ud800"}',
    ],
)  # fmt: skip
def test_odd_documents_are_refused(text):
    assert refusal(build(text, b"")) == "batch_header"


def bomb(size, announced):
    compressed = zstandard.ZstdCompressor(level=19).compress(bytes(size))
    header, _ = parts(small()[0])
    raw_hash = hashlib.sha256(b"").hexdigest()
    values = {**orjson.loads(header), "raw_len": announced, "raw_hash": raw_hash}
    return build(wire.canonical(values), compressed)


@pytest.mark.parametrize("announced", [256 << 20, 16 << 20, 1 << 20, 100])
def test_a_bomb_is_refused_without_unpacking_it(announced):
    data = bomb(256 << 20, announced)
    assert len(data) < 20_000
    tracemalloc.start()
    started = time.perf_counter()
    code = refusal(data)
    took, peak = time.perf_counter() - started, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert code == "batch_bomb"
    assert took < 0.5
    assert peak < 4 << 20


def test_a_frame_that_lies_about_its_size_is_refused():
    honest = zstandard.ZstdCompressor().compress(bytes(1000))
    no_size = zstandard.ZstdCompressor(write_content_size=False).compress(bytes(1000))
    header, _ = parts(small()[0])
    values = wire.canonical({**orjson.loads(header), "raw_len": 1000})
    refusal(build(values, no_size))
    refusal(build(values, honest[:-3]))
    refusal(build(values, honest + honest))
    refusal(build(values, b"\x50\x2a\x4d\x18\x04\0\0\0abcd"))


def test_oversized_things_are_refused():
    assert refusal(MAGIC + bytes(MAX_BATCH)) == "batch_too_large"
    assert refusal(MAGIC + struct.pack(">I", 2**31) + bytes(100)) == "batch_too_large"
    big = Range("site-a", 7, 1, GENESIS, [bytes(64 * 1024 + 1)], GENESIS)
    assert refusal(encode_batch(SIGNER, [big], [], [], created=1)) == "batch_counts"


def test_what_compresses_too_well_is_not_acceptable_beyond_a_megabyte():
    assert is_acceptable(1 << 20, 100)
    assert not is_acceptable(3 << 20, 1000)
    assert is_acceptable(3 << 20, 40_000)


def any_bytes(data):
    refusal(data)
    refusal(MAGIC + data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip
FIELDS = sorted(orjson.loads(parts(small()[0])[0]))


def any_signed_header(values, data):
    header, frame = parts(small()[0])
    document = {**orjson.loads(header), **values}
    if data.draw(st.booleans()):
        document["ranges"] = [{**orjson.loads(header)["ranges"][0], **data.draw(
            st.dictionaries(st.sampled_from(["site", "epoch", "from_seq", "to_seq", "prev_hash"]),
                            json_values, min_size=1))}]  # fmt: skip
    batch_or_refusal(build(orjson.dumps(document, option=orjson.OPT_SORT_KEYS), frame))


def any_signed_payload(raw, envelopes):
    compressed = zstandard.ZstdCompressor().compress(raw)
    header = {
        **orjson.loads(parts(small()[0])[0]),
        "ranges": [], "n_ops": 0, "envelopes": envelopes, "raw_len": len(raw),
        "raw_hash": hashlib.sha256(raw).hexdigest(),
    }  # fmt: skip
    batch_or_refusal(build(wire.canonical(header), compressed))


ODD = {
    any_bytes: (st.binary(max_size=400),),
    any_signed_header: (
        st.dictionaries(st.sampled_from(FIELDS), json_values, min_size=1, max_size=3), st.data(),
    ),
    any_signed_payload: (st.binary(max_size=300), st.integers(0, 3)),
}  # fmt: skip


def play(odd, start, examples):
    few = settings(max_examples=examples, deadline=None, database=None)
    seed(start)(few(given(*ODD[odd])(odd)))()


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd.__name__)
def test_what_is_odd_ends_in_a_batch_or_a_typed_refusal(odd):
    play(odd, 1, 200)


def test_random_damage_to_a_large_batch_is_refused():
    rng = random.Random(5)
    texts = [rng.randbytes(300) for _ in range(3_000)]
    item = Range("site-a", 7, 1, GENESIS, texts, GENESIS)
    data = bytearray(encode_batch(SIGNER, [item], [], [], created=1))
    for _ in range(200):
        at = rng.randrange(len(data))
        data[at] ^= 1 << rng.randrange(8)
        refusal(bytes(data))
        data = bytearray(data)
