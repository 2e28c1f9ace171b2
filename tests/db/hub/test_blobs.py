"""Attached files at the hub: in pieces, whole or not at all, and only for whom they concern."""

import hashlib
import os
import time

import httpx
import pytest

from db.domain.errors import EnvironmentError_, InputError
from db.hub import blobs as hub_blobs
from db.hub.blobs import MAX_BLOB, FileBlobs
from db.hub.server import init_hub, open_hub
from db.store import blobs
from db.sync.line import HubClient
from tests.db.hub.asking import ask, is_problem
from tests.db.store.disks import mount, small_disk
from tests.db.sync import rig

PIECE = 1 << 20
FILE = os.urandom(2 * PIECE + 345)
BLOB = hashlib.sha256(FILE).hexdigest()
PATH = f"/v1/blob/{BLOB}"


@pytest.fixture
def site(open_sites, enrol):
    store = open_sites("A1", lists=False)
    enrol(store)
    return store


@pytest.fixture
def elsewhere(open_sites, enrol):
    store = open_sites("A1", town=rig.OTHER_TOWN, lists=False)
    enrol(store)
    return store


@pytest.fixture
def district(open_sites, enrol):
    store = open_sites("D1", town=rig.DISTRICT, lists=False)
    enrol(store)
    return store


def put(store, url, start, content=FILE, total=None, path=PATH):
    piece = content[start : start + PIECE]
    span = f"bytes {start}-{start + len(piece) - 1}/{total or len(content)}"
    return ask(store, url, "PUT", path, piece, {"Content-Range": span})


def bring(store, url, content=FILE):
    path = f"/v1/blob/{hashlib.sha256(content).hexdigest()}"
    for start in range(0, len(content), PIECE):
        answer = put(store, url, start, content, path=path)
    assert answer.status_code == 200
    return path


def test_a_file_goes_up_and_comes_down_in_pieces(site, url, hub):
    assert ask(site, url, "HEAD", PATH).status_code == 404
    assert is_problem(ask(site, url, "GET", PATH), 404, "blob_missing")
    for start, status in ((0, 308), (PIECE, 308), (2 * PIECE, 200)):
        answer = put(site, url, start)
        assert answer.status_code == status
        done = min(start + PIECE, len(FILE))
        assert answer.headers["Upload-Offset"] == str(done)
        if status == 308:
            half = ask(site, url, "HEAD", PATH)
            assert (half.status_code, half.headers["Upload-Offset"]) == (404, str(done))
    whole = ask(site, url, "HEAD", PATH)
    assert (whole.status_code, whole.headers["Content-Length"]) == (200, str(len(FILE)))
    assert ask(site, url, "GET", PATH).content == FILE
    part = ask(site, url, "GET", PATH, headers={"Range": f"bytes=1000-{PIECE}"})
    assert part.status_code == 206
    assert part.headers["Content-Range"] == f"bytes 1000-{PIECE}/{len(FILE)}"
    assert part.content == FILE[1000 : PIECE + 1]
    tail = ask(site, url, "GET", PATH, headers={"Range": f"bytes={2 * PIECE}-"})
    assert tail.content == FILE[2 * PIECE :]
    beyond = ask(site, url, "GET", PATH, headers={"Range": f"bytes={len(FILE)}-"})
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(FILE)}")
    assert put(site, url, 0).headers["Upload-Offset"] == str(len(FILE))
    assert not any(FileBlobs(hub)._part(site.site.town, BLOB).parent.iterdir())


def test_an_upload_goes_on_where_it_was_cut(tmp_path, open_sites):
    process = rig.HubProcess(tmp_path / "hub")
    store = open_sites("A1", lists=False)
    with HubClient(store, process.url) as line:
        line.enrol(rig.code_for(process))
    put(store, process.url, 0)
    process.kill()
    process.start()
    assert ask(store, process.url, "HEAD", PATH).headers["Upload-Offset"] == str(PIECE)
    again = is_problem(put(store, process.url, 0), 409, "blob_offset")
    assert again["expected"] == PIECE
    answer = is_problem(put(store, process.url, 2 * PIECE), 409, "blob_offset")
    assert answer["expected"] == PIECE
    put(store, process.url, PIECE)
    assert put(store, process.url, 2 * PIECE).status_code == 200
    process.kill()
    process.start()
    assert ask(store, process.url, "GET", PATH).content == FILE
    process.stop()


@pytest.mark.parametrize("pieces", [0, 1])
def test_a_file_that_goes_while_it_is_given_is_cut_short(site, url, monkeypatch, caplog, pieces):
    bring(site, url)
    read, given = FileBlobs.read, []

    def lose(self, *where):
        if len(given) == pieces:
            blobs.blob_path(self._find(*where[:2]), BLOB).unlink()
        given.append(where)
        return read(self, *where)

    monkeypatch.setattr(FileBlobs, "read", lose)
    if pieces:
        with pytest.raises(httpx.RemoteProtocolError):
            ask(site, url, "GET", PATH)
        assert "a file was cut short: blob_missing" in caplog.text
    else:
        assert ask(site, url, "GET", PATH).status_code == 404
    assert not any(record.exc_info for record in caplog.records)
    assert is_problem(ask(site, url, "GET", PATH), 404, "blob_missing")


def test_other_bytes_than_announced_are_no_file(site, url):
    other = os.urandom(len(FILE))
    for start in (0, PIECE):
        assert put(site, url, start, other).status_code == 308
    is_problem(put(site, url, 2 * PIECE, other), 422, "bad_hash")
    empty = ask(site, url, "HEAD", PATH)
    assert (empty.status_code, empty.headers["Upload-Offset"]) == (404, "0")
    bring(site, url)
    assert ask(site, url, "GET", PATH).content == FILE


def test_a_file_is_for_its_town_and_those_above_and_below(site, elsewhere, district, url):
    path = bring(site, url)
    assert ask(district, url, "GET", path).content == FILE
    assert ask(elsewhere, url, "HEAD", path).status_code == 404
    is_problem(ask(elsewhere, url, "GET", path), 404, "blob_missing")
    theirs = bring(district, url, b"from above")
    assert ask(site, url, "GET", theirs).content == b"from above"
    assert ask(elsewhere, url, "GET", theirs).content == b"from above"
    bring(elsewhere, url)
    assert ask(elsewhere, url, "GET", path).content == FILE


@pytest.mark.parametrize(
    "span",
    [None, "", "bytes 0-9/", "bytes 0-8/10", "bytes 0-9/9", "bytes 1-0/9", "bytes */10",
     "bytes -1-9/10", "bytes 0-9/" + "9" * 40, "bytes ٠-9/10"],
)  # fmt: skip
def test_odd_ranges_are_refused(site, url, span):
    headers = {} if span is None else {"Content-Range": span.encode()}
    is_problem(ask(site, url, "PUT", PATH, b"0123456789", headers), 400, "request_malformed")


def test_limits(site, url):
    span = {"Content-Range": f"bytes 0-9/{MAX_BLOB + 1}"}
    is_problem(ask(site, url, "PUT", PATH, b"0123456789", span), 413, "too_large")
    big = bytes(PIECE + 1)
    span = {"Content-Range": f"bytes 0-{PIECE}/{PIECE + 1}"}
    is_problem(ask(site, url, "PUT", PATH, big, span), 413, "too_large")


@pytest.mark.parametrize(
    "name",
    ["..%2f..%2fkey", "%2e%2e/key", "../../key", "a" * 63, "A" * 64, "a" * 64 + "%00", "x" * 64],
)
def test_names_that_lead_elsewhere_are_not_found(site, url, hub, name):
    before = sorted(hub.home.rglob("*"))
    for method in ("GET", "HEAD", "PUT"):
        span = {"Content-Range": "bytes 0-1/2"}
        assert ask(site, url, method, f"/v1/blob/{name}", b"ab", span).status_code == 404
    assert sorted(hub.home.rglob("*")) == before


def test_only_for_whom_signs(site, url, open_sites):
    stranger = open_sites("X1", lists=False)
    is_problem(ask(stranger, url, "GET", PATH), 401, "unknown_key")
    is_problem(put(stranger, url, 0), 401, "unknown_key")
    is_problem(ask(site, url, "PUT", PATH, b"x", signed=b"y"), 422, "bad_signature")
    is_problem(ask(site, url, "GET", PATH, nonce="1"), 401, "stale_nonce")


def test_half_files_are_swept_after_a_day(hub, monkeypatch):
    shelf = FileBlobs(hub)
    first, second = ("a" * 64), ("b" * 64)
    shelf.put(rig.TOWN, first, 0, 100, b"half")
    part = shelf._part(rig.TOWN, first)
    os.utime(part, (time.time() - 90_000,) * 2)
    shelf.put(rig.TOWN, second, 0, 100, b"half")
    assert part.exists()  # looked for once an hour
    monkeypatch.setattr(hub_blobs, "_SWEEP_SECONDS", 0)
    shelf.put(rig.TOWN, second, 4, 100, b"half")
    assert not part.exists()
    assert shelf.received(rig.TOWN, second) == 8


def test_a_workstation_keeps_its_rooms_files_where_its_own_lie(open_sites):
    store = open_sites("A1", lists=False)
    shelf = FileBlobs(store)
    assert shelf.put(rig.TOWN, BLOB, 0, len(FILE), FILE) == len(FILE)
    blobs.check(store.home, BLOB)
    mine = blobs.put(store.home, b"cipher")
    assert shelf.size(rig.TOWN, mine) == 6
    assert shelf.size(rig.OTHER_TOWN, mine) is None
    with pytest.raises(InputError, match="wrong_town"):
        shelf.size("../..", mine)


@pytest.fixture
def disk(tmp_path):
    """A folder on a file system of two megabytes."""
    with small_disk(tmp_path / "small", 2) as folder:
        yield folder


def test_a_full_disk_is_said_and_the_half_goes_on_later(tmp_path, disk):
    init_hub(tmp_path / "hub", "区级交换", "file")
    (tmp_path / "hub" / "towns").symlink_to(disk)
    with open_hub(tmp_path / "hub") as record:
        shelf = FileBlobs(record)
        shelf.put(rig.TOWN, BLOB, 0, len(FILE), FILE[:PIECE])
        with pytest.raises(EnvironmentError_, match="disk_full"):
            shelf.put(rig.TOWN, BLOB, PIECE, len(FILE), FILE[PIECE:])
        assert shelf.received(rig.TOWN, BLOB) == PIECE
        mount("-o", "remount,size=4m", disk)
        assert shelf.put(rig.TOWN, BLOB, PIECE, len(FILE), FILE[PIECE:]) == len(FILE)
        assert shelf.size(rig.TOWN, BLOB) == len(FILE)
