"""Attached files on the line: after the ops, resumed where it was cut, right or not at all."""

import os

import pytest

from db.commands.attachments import attach, open_attachment
from db.domain.errors import EnvironmentError_
from db.domain.scope import scope_of
from db.store import blobs
from db.sync import files
from db.sync.client import sync_once
from db.sync.files import FileCarrier
from db.sync.line import HubClient, connect
from tests.db.sync import rig

SCOPE = scope_of(rig.OFFICER)
PDF = b"%PDF-1.7\n" + os.urandom(3 * files.PIECE + 70)


@pytest.fixture
def pair(open_sites, enrol):
    a, b = open_sites("A1"), open_sites("B1", lists=False)
    for store in (a, b):
        enrol(store)
    for store in (a, b):
        sync_once(store)
    return a, b


def put_in(store, folder, content=PDF):
    number = rig.report(store, 1)[0].number
    (folder / "现场.pdf").write_bytes(content)
    attach(store, rig.OFFICER, SCOPE, number, folder / "现场.pdf")
    return number, rig.rows(store, "SELECT blob FROM attachment ORDER BY at DESC LIMIT 1")[0][0]


def carry(store, carrier=None, **options):
    with connect(store) as client:
        return (carrier or FileCarrier(store, **options)).carry(client)


def test_a_file_goes_by_way_of_the_hub_byte_for_byte(pair, tmp_path):
    a, b = pair
    number, blob = put_in(a, tmp_path)
    came = []
    for store in (a, b):
        sync_once(store)
    assert carry(a) == (1, 0, 0)
    assert carry(b, on_fetched=came.append) == (0, 1, 0)
    assert came == [blob]
    blobs.check(b.home, blob)
    assert blobs.blob_path(a.home, blob).read_bytes() == blobs.blob_path(b.home, blob).read_bytes()
    assert open_attachment(a, SCOPE, number, blob).content == PDF


def test_what_was_carried_is_not_asked_for_again(pair, tmp_path, monkeypatch):
    a, _ = pair
    put_in(a, tmp_path)
    sync_once(a)
    carrier = FileCarrier(a)
    assert carry(a, carrier).sent == 1
    monkeypatch.setattr(HubClient, "ask_file", None)
    assert carry(a, carrier) == (0, 0, 0)


@pytest.mark.parametrize("method", ["put_file", "get_file"])
def test_a_cut_line_goes_on_where_it_stopped(pair, tmp_path, monkeypatch, method):
    a, b = pair
    put_in(a, tmp_path)
    for store in (a, b):
        sync_once(store)
    if method == "get_file":
        carry(a)
    mover, sound = (a if method == "put_file" else b), getattr(HubClient, method)
    starts = []

    def cut(self, blob, start, *rest):
        starts.append(start)
        if len(starts) == 3:
            raise EnvironmentError_("hub_unreachable", url="x")
        return sound(self, blob, start, *rest)

    monkeypatch.setattr(HubClient, method, cut)
    with pytest.raises(EnvironmentError_):
        carry(mover)
    done = carry(mover)
    assert done.sent + done.fetched == 1
    assert starts == [0, files.PIECE, 2 * files.PIECE, 2 * files.PIECE, 3 * files.PIECE]


def test_a_peer_that_gives_other_bytes_gives_nothing(pair, tmp_path, monkeypatch):
    a, b = pair
    _, blob = put_in(a, tmp_path)
    for store in (a, b):
        sync_once(store)
    carry(a)
    sound = HubClient.get_file
    monkeypatch.setattr(HubClient, "get_file", lambda self, *rest: b"\0" + sound(self, *rest)[1:])
    with pytest.raises(EnvironmentError_, match="blob_damaged"):
        carry(b)
    assert not blobs.exists(b.home, blob)
    monkeypatch.undo()
    assert carry(b).fetched == 1
    blobs.check(b.home, blob)


def test_what_somebody_waits_for_comes_first(pair, tmp_path):
    a, b = pair
    first = put_in(a, tmp_path, PDF[:5_000])[1]
    put_in(a, tmp_path, PDF[:6_000])
    for store in (a, b):
        sync_once(store)
    carry(a)
    came = []
    carry(b, on_fetched=came.append, wanted=lambda: [first])
    assert came[0] == first
    assert len(came) == 2


def test_what_nobody_has_is_said_and_waits(pair, tmp_path):
    a, b = pair
    put_in(a, tmp_path)
    for store in (a, b):
        sync_once(store)
    assert carry(b) == (0, 0, 1)


def test_it_ends_when_it_is_told_to(pair, tmp_path):
    a, _ = pair
    put_in(a, tmp_path)
    sync_once(a)
    asked = []

    def is_cancelled():
        asked.append(1)
        return len(asked) > 2

    with connect(a) as client, pytest.raises(EnvironmentError_, match="exchange_cancelled"):
        FileCarrier(a).carry(client, is_cancelled)
    assert carry(a).sent == 1


def test_a_damaged_file_holds_up_no_other_and_does_not_travel(pair, tmp_path, monkeypatch):
    a, b = pair
    older = put_in(a, tmp_path, PDF[:5_000])[1]
    spoilt = put_in(a, tmp_path, PDF[:6_000])[1]
    path = blobs.blob_path(a.home, spoilt)
    sound = path.read_bytes()
    path.write_bytes(bytes(len(sound)))
    put_file, went = HubClient.put_file, []

    def watched(self, blob, *rest):
        went.append(blob)
        return put_file(self, blob, *rest)

    monkeypatch.setattr(HubClient, "put_file", watched)
    for store in (a, b):
        sync_once(store)
    with pytest.raises(EnvironmentError_, match="blob_damaged"):
        carry(a)
    assert went == [older]
    path.write_bytes(sound)
    assert carry(a).sent == 1
    assert carry(b).fetched == 2


def test_a_file_that_a_peer_refuses_or_spoils_holds_up_no_other(pair, tmp_path, monkeypatch):
    a, b = pair
    older = put_in(a, tmp_path, PDF[:5_000])[1]
    spoilt = put_in(a, tmp_path, PDF[:6_000])[1]
    for store in (a, b):
        sync_once(store)
    sound = {name: getattr(HubClient, name) for name in ("put_file", "get_file")}

    def spoiling(self, blob, start, total, piece):
        return sound["put_file"](
            self, blob, start, total, bytes(len(piece)) if blob == spoilt else piece
        )

    def spoilt_on_the_way(self, blob, *rest):
        piece = sound["get_file"](self, blob, *rest)
        return bytes(len(piece)) if blob == spoilt else piece

    monkeypatch.setattr(HubClient, "put_file", spoiling)
    with pytest.raises(EnvironmentError_, match="bad_hash"):
        carry(a)
    monkeypatch.undo()
    assert carry(a).sent == 1
    monkeypatch.setattr(HubClient, "get_file", spoilt_on_the_way)
    with pytest.raises(EnvironmentError_, match="blob_damaged"):
        carry(b)
    assert blobs.exists(b.home, older)
    assert not blobs.exists(b.home, spoilt)
