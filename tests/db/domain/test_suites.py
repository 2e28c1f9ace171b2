"""Suites: what each digests and signs, and that nothing of one passes for the other's."""

import hashlib
import shutil
import subprocess
from dataclasses import replace

import orjson
import pytest

from db.domain import suites
from db.domain.errors import InputError
from db.domain.ops import GENESIS, SYSTEM, Hlc, Op, OpRef, chain_hash, decode, encode
from db.domain.sm2 import Sm2Key, Sm2PublicKey
from db.domain.suites import ED25519_SHA256, SM2_SM3, SUITES, is_signed, new_signing_key

OP = Op(OpRef("site-a", 7, 1), Hlc(1, 0), 1, SYSTEM, "incident", "i", "noted", {"text": "记"}, ())


@pytest.fixture(scope="module", params=SUITES)
def key(request):
    return new_signing_key(request.param)


@pytest.fixture(scope="module")
def sm2():
    return new_signing_key(SM2_SM3)


def public(key):
    return key.public_key().public_bytes_raw()


def test_sm3_is_that_of_the_standard():
    """GB/T 32905, appendix A."""
    expected = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert suites.digest(SM2_SM3, b"abc").hex() == expected
    running = suites.hasher(SM2_SM3)
    running.update(b"a")
    assert running.digest() != running.hexdigest()
    running.update(b"bc")
    assert running.hexdigest() == expected
    assert suites.digest(ED25519_SHA256, b"abc") == hashlib.sha256(b"abc").digest()


def test_a_signature_holds_for_its_message_and_key_alone(key):
    signature, other = key.sign(b"message"), new_signing_key(suites.suite_of_key(public(key)))
    assert len(signature) == suites.SIGNATURE
    assert is_signed(public(key), signature, b"message")
    assert not is_signed(public(key), signature, b"massage")
    assert not is_signed(public(other), signature, b"message")
    for at in (0, 31, 32, 63):
        bent = bytearray(signature)
        bent[at] ^= 1
        assert not is_signed(public(key), bytes(bent), b"message")
    for wrong in (b"", bytes(64), b"\xff" * 64, signature[:-1], signature + b"x"):
        assert not is_signed(public(key), wrong, b"message")


def test_a_key_is_kept_and_found_again(key):
    again = suites.signing_key(key.private_bytes_raw())
    assert public(again) == public(key)
    assert is_signed(public(key), again.sign(b"x"), b"x")


def test_a_secret_is_in_no_words_about_it(sm2):
    assert str(sm2.secret) not in repr(sm2)
    assert f"{sm2.secret:x}" not in repr(sm2)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        bytes(31),
        bytes(33),
        b"\x04" + bytes(32),
        b"\x02" + b"\xff" * 32,  # beyond the field
        b"\x02" + (5).to_bytes(32),  # on no point of the curve
        b"\x02" + bytes(64),
    ],
)
def test_what_is_no_public_key(raw):
    assert not is_signed(raw, bytes(64), b"x")
    with pytest.raises(ValueError, match="sm2 point"):
        Sm2PublicKey(raw)


@pytest.mark.parametrize("raw", [bytes(129), b"\xff" * 129, bytes(64), b"\x00" * 31 + b"\x01"])
def test_what_is_no_private_key(raw):
    with pytest.raises(ValueError):  # noqa: PT011 - whichever says it
        Sm2Key.from_private_bytes(raw)


@pytest.mark.skipif(not shutil.which("openssl"), reason="another program to compare with")
def test_another_program_verifies_it(sm2, tmp_path):
    """OpenSSL: SM2 with SM3 under the usual name, as the standards have it."""
    point = _uncompressed(sm2)
    # SubjectPublicKeyInfo of id-ecPublicKey on the curve sm2 (1.2.156.10197.1.301).
    head = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
    (tmp_path / "key.der").write_bytes(head + point)
    (tmp_path / "data").write_bytes(b"message")
    (tmp_path / "signature").write_bytes(_der(sm2.sign(b"message")))
    command = [
        "openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key.der",
        "-rawin", "-digest", "sm3", "-in", "data", "-sigfile", "signature",
        "-pkeyopt", "distid:1234567812345678",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    (tmp_path / "data").write_bytes(b"massage")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode


def _uncompressed(key):
    from gmalg.sm2 import PC_MODE, bytes_to_point, point_to_bytes

    return point_to_bytes(bytes_to_point(public(key)), PC_MODE.RAW)


def _der(signature):
    parts = b""
    for half in (signature[:32], signature[32:]):
        number = half.lstrip(b"\0")
        number = (b"\0" if number[0] & 0x80 else b"") + number
        parts += b"\x02" + bytes([len(number)]) + number
    return b"\x30" + bytes([len(parts)]) + parts


@pytest.mark.parametrize("suite", SUITES)
def test_an_op_is_linked_by_the_suite_it_names(suite):
    body = encode(replace(OP, suite=suite))
    assert (suites.suite_of(body), decode(body).suite) == (suite, suite)
    assert chain_hash(GENESIS, body) == suites.digest(suite, GENESIS + body)


def test_an_op_that_names_none_is_as_ever():
    raw = orjson.loads(encode(OP))
    del raw["sx"]
    body = orjson.dumps(raw, option=orjson.OPT_SORT_KEYS)
    assert decode(body).suite == ED25519_SHA256
    assert chain_hash(GENESIS, body) == hashlib.sha256(GENESIS + body).digest()


@pytest.mark.parametrize("said", ["sm2+sm3", "rsa+md5"])
def test_what_somebody_writes_names_no_suite(said):
    for payload in ({"text": f'"sx":"{said}"'}, {"sx": said}, {"text": f'","sx":"{said}"}}'}):
        body = encode(replace(OP, payload=payload))
        assert (suites.suite_of(body), decode(body).suite) == (ED25519_SHA256, ED25519_SHA256)


def test_a_suite_nobody_knows_is_refused_and_links_to_nothing():
    body = encode(OP).replace(b"ed25519+sha256", b"sm9+sm3")
    with pytest.raises(InputError, match="suite_unknown"):
        decode(body)
    assert chain_hash(GENESIS, body) == b""
    for work in (suites.known, new_signing_key, suites.hasher):
        with pytest.raises(InputError, match="suite_unknown"):
            work("sm9+sm3")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"sx":"ed25519+sha256"', b'"sx": "sm2+sm3"'),  # read one way, digested another
        (b'"sx":"ed25519+sha256"', b'"sx":7'),
        (b'"sx":"ed25519+sha256","tz"', b'"sx":"sm2+sm3","sx":"ed25519+sha256","tz"'),
        (b'"v":1}', b'"v":1,"x":{"sx":"sm2+sm3"}}'),
    ],
)
def test_an_op_that_could_be_digested_two_ways_is_none(old, new):
    body = encode(OP)
    assert old in body
    with pytest.raises(InputError, match="op_malformed"):
        decode(body.replace(old, new))
