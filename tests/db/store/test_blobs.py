"""Blobs: written whole, named by what is on the disk, opened by one key, found out when changed."""

import hashlib
import os
import stat

import pytest

from db.domain.errors import EnvironmentError_
from db.store import blobs

PLAIN = b"\xff\xd8\xff\xe0" + "井盖缺失".encode() * 500


@pytest.fixture
def kept(tmp_path):
    key, cipher = blobs.encrypt(PLAIN)
    return key, blobs.put(tmp_path, cipher)


def refused(code, work, *arguments):
    with pytest.raises(EnvironmentError_) as caught:
        work(*arguments)
    assert caught.value.code == code


def test_what_is_put_comes_back(tmp_path, kept):
    key, blob = kept
    path = tmp_path / "blobs" / blob[:2] / blob
    assert blobs.load(tmp_path, blob, key) == PLAIN
    assert hashlib.sha256(path.read_bytes()).hexdigest() == blob
    blobs.check(tmp_path, blob)
    assert blobs.exists(tmp_path, blob)


def test_nothing_of_it_lies_in_clear(tmp_path, kept):
    path = blobs.blob_path(tmp_path, kept[1])
    assert "井盖".encode() not in path.read_bytes()
    assert sorted(item.name for item in path.parent.iterdir()) == [path.name]
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) & 0o077 == 0


def test_two_of_the_same_have_nothing_in_common(tmp_path, kept):
    key, cipher = blobs.encrypt(PLAIN)
    assert key != kept[0]
    assert blobs.put(tmp_path, cipher) != kept[1]


@pytest.mark.parametrize("at", [0, 12, 400, -1])
def test_a_flipped_byte_is_found(tmp_path, kept, at):
    key, blob = kept
    path = blobs.blob_path(tmp_path, blob)
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)
    refused("blob_damaged", blobs.load, tmp_path, blob, key)
    refused("blob_damaged", blobs.check, tmp_path, blob)


@pytest.mark.parametrize("content", [b"", b"short"])
def test_a_cut_blob_is_damaged(tmp_path, kept, content):
    key, blob = kept
    blobs.blob_path(tmp_path, blob).write_bytes(content)
    refused("blob_damaged", blobs.load, tmp_path, blob, key)


def test_a_blob_that_is_gone_is_missing(tmp_path, kept):
    key, blob = kept
    blobs.remove(tmp_path, blob)
    blobs.remove(tmp_path, blob)
    refused("blob_missing", blobs.load, tmp_path, blob, key)
    refused("blob_missing", blobs.check, tmp_path, blob)
    assert not blobs.exists(tmp_path, blob)


def test_another_key_opens_nothing(tmp_path, kept):
    refused("blob_damaged", blobs.load, tmp_path, kept[1], bytes(32))


@pytest.mark.parametrize("name", ["../../key", "", "A" * 64, "0" * 63, "/etc/passwd"])
def test_a_name_that_is_no_digest_leads_nowhere(tmp_path, name):
    (tmp_path / "key").write_bytes(b"secret")
    refused("blob_missing", blobs.load, tmp_path / "home", name, bytes(32))
    assert not blobs.exists(tmp_path, name)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs a folder that refuses")
def test_a_folder_that_refuses_is_named(tmp_path):
    tmp_path.chmod(0o500)
    refused("file_unwritable", blobs.put, tmp_path, b"x")
    tmp_path.chmod(0o700)


def test_a_folder_that_is_a_file_is_named(tmp_path):
    (tmp_path / "blobs").write_bytes(b"")
    refused("file_unwritable", blobs.put, tmp_path, b"x")
