"""Files of an incident on a real record: whole or not at all, readable here, nowhere in clear."""

import hashlib
import os
import random
import signal
import threading
import time

import pytest

from db.commands.attachments import attach, attach_all, open_attachment, sweep
from db.commands.incidents import Report, act, report_incident
from db.domain.attachments import MAX_ATTACHMENTS
from db.domain.errors import EnvironmentError_, GridDeskError, InputError, RuleError
from db.domain.ops import Actor, decode
from db.domain.scope import scope_of
from db.store import blobs
from db.store.envelopes import seal_document
from db.store.epochs import renew_epoch
from db.store.queries.incidents import incident_by_number
from db.store.rebuild import rebuild
from db.store.verify import verify
from tests.db.domain.test_attachments import GOOD
from tests.db.store import rig

VALUES = {"content": "楼下下水道堵塞", "area_code": rig.GRID, "class_code": "GZ01"}
SCOPE = scope_of(rig.CLERK)
JPEG = b"\xff\xd8\xff\xe0" + "井盖缺失照片像素".encode() * 40
NAME = "枫桥路井盖特写.jpg"
DAY = 86_400_000
KILLS = 10


@pytest.fixture
def number(store):
    return report_incident(store, rig.CLERK, Report(VALUES)).number


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "in" / NAME
    path.parent.mkdir()
    path.write_bytes(JPEG)
    return path


def put_in(store, number, path):
    return attach(store, rig.CLERK, SCOPE, number, path)


def shown(store, number):
    return store.read(lambda c: incident_by_number(c, SCOPE, number, rig.NOW))


def blob_files(store):
    return sorted(item for item in (store.home / "blobs").rglob("*") if item.is_file())


def refused(store, code, work, *arguments):
    ops, files = rig.count_ops(store), blob_files(store)
    with pytest.raises(GridDeskError) as caught:
        work(*arguments)
    assert caught.value.code == code
    assert (rig.count_ops(store), blob_files(store)) == (ops, files)
    return caught.value


# in and out


@pytest.mark.parametrize(("name", "content", "media"), GOOD, ids=[item[0] for item in GOOD])
def test_a_file_comes_back_as_it_went_in(store, number, tmp_path, name, content, media):
    (tmp_path / name).write_bytes(content)
    done = put_in(store, number, tmp_path / name)
    row = shown(store, number).attachments[0]
    assert (row.name, row.media, row.size) == (done.name, media, len(content))
    assert (row.actor_name, row.at) == (rig.CLERK.name, rig.NOW)
    opened = open_attachment(store, SCOPE, number, row.blob)
    assert (opened.name, opened.media, opened.content) == (done.name, media, content)


def test_the_op_says_no_more_than_it_must(store, number, photo):
    put_in(store, number, photo)
    op = decode(rig.rows(store, "SELECT body FROM op ORDER BY recv DESC LIMIT 1")[0][0])
    [path] = blob_files(store)
    [(id, cipher, seq)] = rig.rows(store, "SELECT id, cipher, seq FROM envelope")
    assert (op.kind, op.ent, op.ref.seq) == ("attachment_added", "incident", seq)
    assert op.payload["file"] == {
        "blob": hashlib.sha256(path.read_bytes()).hexdigest(),
        "size": len(JPEG),
        "media": "image/jpeg",
        "env": id,
        "hash": hashlib.sha256(cipher).hexdigest(),
    }


def test_it_is_a_step_and_moves_nothing(store, number, photo):
    before = shown(store, number).incident
    done = put_in(store, number, photo)
    after = shown(store, number)
    assert (after.incident.state, after.incident.timers) == (before.state, before.timers)
    assert after.steps[-1].kind == "attachment_added"
    assert done.changes.ids == {done.rid}


def test_a_rebuild_brings_the_same_rows(store, number, photo, tmp_path):
    put_in(store, number, photo)
    before = rig.rows(store, "SELECT * FROM attachment")
    rebuild(store)
    assert rig.rows(store, "SELECT * FROM attachment") == before != []


def test_nothing_lies_in_clear(store, number, photo):
    put_in(store, number, photo)
    words = [JPEG[4:60], NAME.encode(), NAME[:-4].encode(), "枫桥路井盖".encode("utf-16-le")]
    files = [item for item in store.home.rglob("*") if item.is_file()]
    assert {"griddesk.db", "griddesk.db-wal"} <= {item.name for item in files}
    for path in files:
        content = path.read_bytes()
        assert not [word for word in words if word in content], path
    for (body,) in rig.rows(store, "SELECT body FROM op"):
        assert NAME.encode() not in body


def test_erasing_the_key_erases_the_file(store, number, photo):
    put_in(store, number, photo)
    blob = shown(store, number).attachments[0].blob
    store.write(
        lambda journal: journal.connection.execute("UPDATE envelope SET wrapped_key = NULL") and 0
    )
    refused(store, "attachment_locked", open_attachment, store, SCOPE, number, blob)
    assert shown(store, number).attachments[0].name == ""


def test_another_key_in_the_envelope_opens_nothing(store, number, photo):
    put_in(store, number, photo)
    row = shown(store, number).attachments[0]
    with pytest.raises(EnvironmentError_) as caught:
        blobs.load(store.home, row.blob, os.urandom(32))
    assert caught.value.code == "blob_damaged"


@pytest.mark.parametrize(("change", "code"), [("flip", "blob_damaged"), ("drop", "blob_missing")])
def test_a_blob_that_is_not_in_order_is_said_to_be(store, number, photo, change, code):
    put_in(store, number, photo)
    [path] = blob_files(store)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x40
    path.write_bytes(content) if change == "flip" else path.unlink()
    row = shown(store, number).attachments[0]
    assert row.name == NAME
    refused(store, code, open_attachment, store, SCOPE, number, row.blob)


@pytest.mark.parametrize(
    ("document", "shown_as", "code"),
    [
        ({"name": "../../\u202exe.gpj", "key": "zz"}, "xe.gpj", "attachment_locked"),
        ({"name": "CON", "key": "00" * 16}, "_CON", "attachment_locked"),
        ({"key": "00" * 32}, "附件", "blob_missing"),
        ({}, "", "attachment_locked"),
    ],
)
def test_what_another_program_sealed_is_not_trusted(store, number, document, shown_as, code):
    def work(journal):
        sealed = seal_document(journal, "e1", document)
        file = {"blob": "ab" * 32, "size": 5, "media": "image/x", **sealed.reference()}
        id = shown(store, number).incident.id
        done = journal.append("attachment_added", id, {"file": file}, rig.CLERK)
        journal.add_envelope(sealed.at(done.ref))

    store.write(work)
    [row] = shown(store, number).attachments
    assert (row.name, row.family) == (shown_as, "document")
    refused(store, code, open_attachment, store, SCOPE, number, row.blob)


# what is refused


def test_the_same_file_is_refused_a_second_time(store, number, photo, tmp_path):
    put_in(store, number, photo)
    again = tmp_path / "别名.jpg"
    again.write_bytes(JPEG)
    error = refused(store, "attachment_duplicate", put_in, store, number, again)
    assert error.params == {"file": "别名.jpg", "other": NAME}
    other = report_incident(store, rig.CLERK, Report(VALUES)).number
    put_in(store, other, again)


def test_twenty_are_enough(store, number, tmp_path):
    paths = []
    for n in range(MAX_ATTACHMENTS + 2):
        paths.append(tmp_path / f"{n}.jpg")
        paths[-1].write_bytes(JPEG + bytes([n]))
    outcome = attach_all(store, rig.CLERK, SCOPE, number, paths)
    assert refused(store, "attachments_full", put_in, store, number, paths[-1])
    assert len(outcome.added) == MAX_ATTACHMENTS
    assert [item.error.code for item in outcome.refused] == ["attachments_full"] * 2
    assert len(blob_files(store)) == MAX_ATTACHMENTS


def test_who_may_not_and_what_is_not_seen(store, number, photo):
    auditor = Actor("au", "审", ("auditor",))
    refused(store, "role_forbids", attach, store, auditor, SCOPE, number, photo)
    elsewhere = scope_of(rig.CLERK, rig.OTHER_VILLAGE)
    refused(store, "incident_unknown", attach, store, rig.CLERK, elsewhere, number, photo)
    put_in(store, number, photo)
    blob = shown(store, number).attachments[0].blob
    refused(store, "incident_unknown", open_attachment, store, elsewhere, number, blob)
    refused(store, "attachment_unknown", open_attachment, store, SCOPE, number, "0" * 64)


def test_a_file_cannot_be_typed_in(store, number):
    refused(
        store, "field_file", act, store, rig.CLERK, SCOPE, number, "attach", {"file": "/etc/passwd"}
    )


def test_what_is_no_file_is_refused(store, number, tmp_path):
    refused(store, "file_missing", put_in, store, number, tmp_path / "none.jpg")
    refused(store, "attachment_type", put_in, store, number, tmp_path)
    if os.name == "posix":
        os.mkfifo(tmp_path / "pipe.jpg")
        refused(store, "attachment_type", put_in, store, number, tmp_path / "pipe.jpg")
    (tmp_path / "big.pdf").write_bytes(b"%PDF-1.4" + bytes(50_000_000))
    refused(store, "attachment_too_large", put_in, store, number, tmp_path / "big.pdf")


def test_a_site_without_the_rooms_key_takes_in_no_file(tmp_path, photo):
    with rig.open_store(rig.make_site(tmp_path / "bare", has_room_key=False)) as store:
        number = report_incident(store, rig.CLERK, Report(VALUES)).number
        before = rig.count_ops(store)
        with pytest.raises(EnvironmentError_) as caught:
            put_in(store, number, photo)
        assert caught.value.code == "room_key_missing"
        assert rig.count_ops(store) == before


def test_bad_ones_do_not_keep_good_ones_out(store, number, photo, tmp_path):
    bad = tmp_path / "木马.exe"
    bad.write_bytes(b"MZ" + bytes(50))
    second = tmp_path / "说明.txt"
    second.write_text("已到现场", encoding="utf-8")
    told = []
    outcome = attach_all(
        store, rig.CLERK, SCOPE, number, [bad, photo, second], lambda *step: told.append(step)
    )
    assert [item.name for item in outcome.added] == [NAME, "说明.txt"]
    assert [(item.file, type(item.error)) for item in outcome.refused] == [("木马.exe", InputError)]
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


# what a crash leaves

KILLED = """
import sys
from pathlib import Path
from db.commands import attachments
from db.domain.scope import scope_of
from db.store import blobs
from tests.db.store import rig

put = blobs.put

def told(home, cipher):
    blob = put(home, cipher)
    print(blob, flush=True)
    return blob

blobs.put = told
with rig.open_store(Path(sys.argv[1])) as store:
    for n in range(1000):
        path = Path(sys.argv[3]) / f"{n}.jpg"
        path.write_bytes(b"\\xff\\xd8\\xff" + sys.argv[4].encode() + bytes([n % 256]) * 5000)
        number = sys.argv[2].split()[n % 12]
        attachments.attach(store, rig.CLERK, scope_of(rig.CLERK), number, path)
"""


def test_no_kill_leaves_an_op_without_its_blob(home, tmp_path):
    rng = random.Random(23)
    with rig.open_store(home) as store:
        numbers = [report_incident(store, rig.CLERK, Report(VALUES)).number for _ in range(12)]
    written = set()
    for run in range(KILLS):
        folder = tmp_path / str(run)
        folder.mkdir()
        child = rig.run(KILLED, home, " ".join(numbers), folder, run)
        for _ in range(rng.randint(1, 3)):
            written.add(child.stdout.readline().strip())
        time.sleep(run % 2 * rng.random() * 0.004)
        child.send_signal(signal.SIGKILL)
        written.update(line for line in child.stdout.read().split("\n")[:-1])
        child.wait()
    clock = rig.Clock(time.time_ns() // 1_000_000)
    with rig.open_store(home, clock) as store:
        named = {row[0] for row in rig.rows(store, "SELECT blob FROM attachment")}
        for blob in named:
            blobs.check(store.home, blob)
        orphans = {path.name for path in blob_files(store)} - named
        assert written <= named | orphans
        assert orphans, "no kill fell between a blob and its op"
        assert sweep(store) == 0
        clock.now += DAY + 60_000
        assert sweep(store) == len(orphans)
        assert {path.name for path in blob_files(store)} == named
        for number in numbers:
            for row in shown(store, number).attachments:
                open_attachment(store, SCOPE, number, row.blob)
        found = store.read(verify)
        assert found.is_ok, found.problems


def test_what_only_an_op_names_is_not_swept(store, clock, number, photo):
    put_in(store, number, photo)
    stray = blobs.put(store.home, b"left over")
    part = store.home / "blobs" / "ab" / ("ab" * 32 + ".part")
    part.parent.mkdir(exist_ok=True)
    part.write_bytes(b"half")
    (store.home / "blobs" / "ab" / "notes.txt").write_bytes(b"somebody's own")
    store.write(lambda journal: journal.connection.execute("DELETE FROM attachment") and None)
    clock.now = time.time_ns() // 1_000_000 + DAY + 60_000
    assert sweep(store) == 2
    assert not blobs.exists(store.home, stray)
    assert len(blob_files(store)) == 2
    assert sweep(store) == 0


def stray_of(store, clock, content=b"left over"):
    blob = blobs.put(store.home, content)
    clock.now = time.time_ns() // 1_000_000 + DAY + 60_000
    return blob


def test_nothing_is_swept_where_ops_may_stand_elsewhere(store, clock):
    """After a restore the op of a blob is in the record set aside, or at the hub."""
    blob = stray_of(store, clock)
    store.write(lambda journal: renew_epoch(journal, "restored") and None)
    assert sweep(store) == 0
    assert blobs.exists(store.home, blob)


def test_no_decision_waits_while_the_journal_is_searched(store, clock, number, monkeypatch):
    """The search goes on beside the writer; what was written meanwhile is looked at after it."""
    from db.commands import attachments

    named, gone = stray_of(store, clock), stray_of(store, clock, b"another")
    real, searched = attachments._is_in_op, []

    def search(connection, path, after=0):
        found = real(connection, path, after)
        if path.name == named and not searched:
            searched.append(path)
            writer = threading.Thread(target=name_it)
            writer.start()
            writer.join(10)
            assert not writer.is_alive(), "a writer waits for the search"
        return found

    def name_it():
        id = shown(store, number).incident.id
        file = {"blob": named, "size": 9, "media": "image/jpeg", "env": "e1", "hash": "ab" * 32}
        store.write(
            lambda journal: journal.append("attachment_added", id, {"file": file}, rig.CLERK)
        )

    monkeypatch.setattr(attachments, "_is_in_op", search)
    assert sweep(store) == 1
    assert blobs.exists(store.home, named)
    assert not blobs.exists(store.home, gone)


def test_nothing_is_swept_when_ops_left_their_places_meanwhile(
    store, clock, number, photo, monkeypatch
):
    """A row id that a losing branch left is taken again: counting on from it would miss ops."""
    from db.commands import attachments

    blob = stray_of(store, clock)
    put_in(store, number, photo)
    real = attachments._last_op
    monkeypatch.setattr(
        attachments, "_last_op",
        lambda connection, recv=None: real(connection, recv)._replace(
            **({"hash": b"another"} if recv is None else {})
        ),
    )  # fmt: skip
    assert sweep(store) == 0
    assert blobs.exists(store.home, blob)


def test_a_refusal_after_the_blob_takes_it_away(store, number, photo, monkeypatch):
    from db.commands import attachments

    real = attachments.blobs.put

    def close_first(home, cipher):
        act(store, rig.CLERK, SCOPE, number, "note", {"text": "x"})
        store.write(
            lambda journal: journal.append(
                "source_updated", shown(store, number).incident.id, {"to": "void"}, rig.CLERK
            )
        )
        return real(home, cipher)

    monkeypatch.setattr(attachments.blobs, "put", close_first)
    with pytest.raises(RuleError) as caught:
        put_in(store, number, photo)
    assert caught.value.code == "state_forbids"
    assert blob_files(store) == []
