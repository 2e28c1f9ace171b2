"""Files of an incident between stations: the op comes first, the key with it, the bytes later."""

import shutil

import pytest

from db.commands.attachments import attach, open_attachment
from db.commands.keys import grant_room_key
from db.domain.errors import EnvironmentError_, RuleError
from db.domain.scope import scope_of
from db.store.queries.incidents import incident_by_number
from db.sync.client import sync_once
from tests.db.sync import rig

SCOPE = scope_of(rig.OFFICER)
JPEG = b"\xff\xd8\xff\xe0" + "河边路面积水".encode() * 90
NAME = "河边积水现场.jpg"


@pytest.fixture
def pair(open_sites, enrol):
    """Two stations of one room: what one may read, the other may."""
    a, b = open_sites("A1"), open_sites("B1", lists=False, has_room_key=False)
    enrol(a)
    enrol(b)
    for store in (b, a):
        sync_once(store)
    grant_room_key(a, rig.OFFICER, b.site.id)
    for store in (a, b):
        sync_once(store)
    return a, b


def put_in(store, number, folder, name, content):
    (folder / name).write_bytes(content)
    return attach(store, rig.OFFICER, SCOPE, number, folder / name)


def rows(store, number):
    detail = store.read(lambda c: incident_by_number(c, SCOPE, number, store.clock()))
    return detail.attachments


def test_a_file_is_known_first_and_read_when_it_has_come(pair, hub, tmp_path):
    a, b = pair
    number = rig.report(a, 1)[0].number
    put_in(a, number, tmp_path, NAME, JPEG)
    for store in (a, b):
        assert sync_once(store).troubles == ()
    [row] = rows(b, number)
    assert (row.name, row.media, row.size) == (NAME, "image/jpeg", len(JPEG))
    with pytest.raises(EnvironmentError_) as caught:
        open_attachment(b, SCOPE, number, row.blob)
    assert caught.value.code == "blob_missing"
    shutil.copytree(a.home / "blobs", b.home / "blobs")
    assert open_attachment(b, SCOPE, number, row.blob).content == JPEG
    dump = rig.everything(hub)
    assert NAME.encode() not in dump
    assert NAME[:4].encode("utf-16-le") not in dump


def test_without_the_rooms_key_there_is_no_name(open_sites, enrol, tmp_path):
    a, b = open_sites("A1"), open_sites("B1", lists=False, has_room_key=False)
    enrol(a)
    enrol(b)
    number = rig.report(a, 1)[0].number
    put_in(a, number, tmp_path, NAME, JPEG)
    for store in (a, b):
        sync_once(store)
    [row] = rows(b, number)
    assert row.name == ""
    shutil.copytree(a.home / "blobs", b.home / "blobs")
    with pytest.raises(RuleError) as caught:
        open_attachment(b, SCOPE, number, row.blob)
    assert caught.value.code == "attachment_locked"


def test_two_who_add_at_once_both_find_both(pair, tmp_path):
    a, b = pair
    number = rig.report(a, 1)[0].number
    for store in (a, b):
        sync_once(store)
    put_in(a, number, tmp_path, "甲.jpg", JPEG)
    put_in(b, number, tmp_path, "乙.jpg", JPEG + b"2")
    for store in (a, b, a):
        assert sync_once(store).troubles == ()
    assert rows(a, number) == rows(b, number)
    assert {row.name for row in rows(a, number)} == {"甲.jpg", "乙.jpg"}
    assert rig.rows(a, "SELECT conflicts FROM incident WHERE number = ?", number) == [(0,)]
    assert rig.projection(a) == rig.projection(b)
