"""T22: what is known of a caller stands in envelopes and nowhere else, whatever was done with it.

A record with planted names and numbers is worked through everything. Then all that it left is read
byte by byte: dumps of all tables, logs, batches, sticks, sheets, tables, backups, temp folders. The
planted words may stand in the file they were imported from, and on the screen of who asked.
"""

import io
import logging
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
import zstandard

from db.commands.attachments import attach
from db.commands.erasure import erase_caller
from db.commands.incidents import Report, act, report_incident, view_caller
from db.commands.keys import grant_room_key
from db.commands.search import find_by_phone
from db.commands.town import User, define_users
from db.domain import personal
from db.domain.ops import SYSTEM, Actor
from db.domain.scope import scope_of
from db.hub.enrolling import Request
from db.imports.found_file import Wish, export_found
from db.imports.orders import import_orders, read_orders
from db.imports.take_in import order_writer
from db.stick.cards import believe, own_fingerprint, write_card
from db.store import driver, journal
from db.store.backup import make_backup
from db.store.envelopes import Caller, open_document
from db.store.export import export_ops
from db.store.manifest import list_backups
from db.store.queries.incidents import incident_by_number
from db.store.queries.search import SearchFilter, found_count
from db.store.restore import restore, unlock
from db.store.shredding import holds_any, settle
from db.store.store import RECORD, Store
from db.sync.client import sync_once
from db.sync.exchange import collect, heads_of, own_site
from db.sync.proving import GONE, prove_erasure
from db.sync.wire import Want
from desktop import crash, found_words, sheets
from tests.db.hub.cluster import running_cluster
from tests.db.hub.kept import Kept
from tests.db.stick import sticks
from tests.db.sync import rig
from tests.db.sync.fixtures import enrol, hub, open_sites, url

__all__ = ["enrol", "hub", "open_sites", "url"]
PLANTED = (
    "司徒空明", "13912345678", "独居老人九十二", "13800001234", "057188887777", "0571-88887777",
    "尉迟恭敬", "13700009876", "13600004321", "司徒家门口照片",
)  # fmt: skip
NAME, PHONE, NOTE, MARK, LINE, _, OTHER, OTHER_PHONE, OTHER_MARK, PHOTO = PLANTED
CALLER = Caller(NAME, PHONE, NOTE)
SCOPE = scope_of(rig.OFFICER)
GUARD = Actor("an", "安全员", ("security_admin",))
JPEG = b"\xff\xd8\xff\xe0" + "门口像素".encode() * 40
ALLOWED = {("said-3.txt", PHOTO)}
"""What a file is called is shown with its incident to whoever may see that."""
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")


@pytest.fixture(scope="module")
def cluster():
    with running_cluster() as made:
        yield made


@pytest.fixture
def world(tmp_path, open_sites, enrol, hub, cluster, monkeypatch):
    made = World(tmp_path, open_sites, enrol, hub, cluster, monkeypatch)
    yield made
    made.close()


class World:
    """Two workstations of a room, a hub of either kind, a medium, a stick; and all they left."""

    def __init__(self, folder, open_sites, enrol, hub, cluster, monkeypatch):
        self.out, self.usb, self.stick = (folder / name for name in ("out", "usb", "stick"))
        self.temp = folder / "temp"
        for path in (self.out, self.usb, self.stick, self.temp):
            path.mkdir()
        monkeypatch.setenv("TMPDIR", str(self.temp))
        monkeypatch.setattr("tempfile.tempdir", None)
        self.log = self.out / "griddesk.log"
        self._handler = logging.FileHandler(self.log, encoding="utf-8")
        logging.getLogger().addHandler(self._handler)
        logging.getLogger().setLevel(logging.DEBUG)
        self.hub = hub
        self.a, self.b = open_sites("A1"), open_sites("B1", lists=False, has_room_key=False)
        define_users(self.a, SYSTEM, [User("wang", "王值班", rig.OFFICER.roles)])
        for store in (self.a, self.b):
            enrol(store)
            sync_once(store)
        sync_once(self.a)
        grant_room_key(self.a, rig.OFFICER, self.b.site.id)
        self.pg = Kept(folder / "pg", cluster.place())
        code = self.pg.code(rig.TOWN)
        self.pg.hub.enrol(Request(code, self.a.read(own_site)))
        self.batches = []

    def close(self):
        logging.getLogger().removeHandler(self._handler)
        self._handler.close()
        self.pg.close()

    def work_through_everything(self):
        """Do with the planted callers all that can be done; return the numbers."""
        a = self.a
        values = {"content": f"楼下积水，打{MARK}找我", "address": f"河边 {MARK}"}
        number = report_incident(a, rig.OFFICER, Report(values, CALLER)).number
        note = {"text": f"他爱人的电话是 {LINE[:4]}-{LINE[4:]}，另一个{MARK}"}
        act(a, rig.OFFICER, SCOPE, number, "block", note)
        imported = self._import()
        view_caller(a, rig.OFFICER, SCOPE, number, "回拨核实")
        assert find_by_phone(a, rig.OFFICER, SCOPE, PHONE[-4:]).rids
        photo = self.out.parent / f"{PHOTO}.jpg"
        photo.write_bytes(JPEG)
        attach(a, rig.OFFICER, SCOPE, number, photo)
        for kind, about in (("slip", number), ("daily", "")):
            sheet = sheets.make_sheet(a, rig.OFFICER, SCOPE, kind, about)
            (self.out / f"{kind}.pdf").write_bytes(sheet.pdf)
        wish = Wish(SearchFilter(), "月度汇总")
        layout = found_words.found_layout({}, rig.OFFICER.name, wish.purpose, a.clock())
        export_found(a, rig.OFFICER, SCOPE, wish, self.out / "found.xlsx", layout)
        self.exchange()
        self._carry()
        make_backup(a, self.usb, "A1")
        export_ops(a.home / RECORD, a.key, self.out / "ops.jsonl")
        self._crash()
        self._command_line(number)
        return number, imported

    def _import(self):
        book = openpyxl.Workbook()
        book.active.append(
            ["工单编号", "标题", "主要内容", "受理时间", "事发地址", "来电人", "联系电话"]
        )
        content = f"路灯不亮，请打{OTHER_MARK}"
        row = ["HX1", "路灯", content, "2026-11-20 09:30:00", "河边", OTHER, OTHER_PHONE]
        book.active.append(row)
        path = self.out.parent / "orders.xlsx"
        book.save(path)
        write = order_writer(self.a, rig.OFFICER)
        assert import_orders(read_orders(path), write).added == 1
        # Once more: what is masked here is no news there.
        assert import_orders(read_orders(path), write).unchanged == 1
        rows = rig.rows(self.a, "SELECT number FROM incident WHERE source_no = 'HX1'")
        return rows[0][0]

    def exchange(self):
        for store in (self.a, self.b, self.a):
            assert sync_once(store).troubles == ()
        heads = [one for one in self.a.read(heads_of) if one.site != self.hub.site.id]
        wants = [Want(head.site, head.epoch, 1) for head in heads]
        self.batches.append(collect(self.a, wants, to=self.pg.hub.id).data)
        self.pg.hub.take(self.batches[-1])

    def _carry(self):
        for one, other in ((self.a, self.b), (self.b, self.a)):
            card = write_card(other, self.stick)
            believe(one, rig.OFFICER, card, own_fingerprint(other))
        sticks.hand_over(self.a, self.b, self.stick, everything=True)

    def _crash(self):
        log = crash.CrashLog(self.a.home)
        try:
            raise ValueError(f"{NAME} {PHONE}") from KeyError(MARK)
        except ValueError as error:
            log.note(error)
            logging.getLogger("db").exception("%s", crash.outline(error), exc_info=False)

    def _command_line(self, number):
        """What the command line says of it, in a process of its own."""
        self.a.close()
        env = {**os.environ, "GRIDDESK_HOME": str(self.a.home)}
        for place, arguments in enumerate(
            (
                ["list", "--archive"],
                ["list", "--json"],
                ["show", number],
                ["show", number, "--json"],
                ["search", "积水"],
            )
        ):
            done = subprocess.run(
                [sys.executable, "-m", "desktop", *arguments, "--as", "wang"],
                env=env,
                capture_output=True,
                check=False,
                cwd=rig.ROOT,
            )
            assert done.returncode == 0, done.stderr.decode()
            (self.out / f"said-{place}.txt").write_bytes(done.stdout + done.stderr)
        self.a = Store.open(self.a.home)

    def everything(self):
        """Yield a name and the bytes of all that is left, decrypted where it is encrypted."""
        for name, store in (("a", self.a), ("b", self.b), ("hub", self.hub)):
            yield f"tables of {name}", rig.everything(store)
            for path in sorted(store.home.rglob("*")):
                if path.is_file():
                    yield str(path), path.read_bytes()
        yield "tables of the hub on PostgreSQL", self.pg_dump()
        for number, data in enumerate(self.batches):
            yield f"batch {number}", data + unpacked(data)
        for one in list_backups(self.usb):
            yield f"tables of {one.path}", dump(one.record, self.a.key)
        for folder in (self.out, self.usb, self.stick, self.temp):
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    yield str(path), shown(path)

    def pg_dump(self):
        tables = self.pg.rows(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
        )
        values = (
            value
            for (table,) in tables
            for row in self.pg.rows(f"SELECT * FROM {table}")
            for value in row
        )
        return b"\0".join(as_bytes(value) for value in values)

    def masked(self):
        """Return where a number stands as everybody may see it."""
        return {Path(where).name for where, data in self.everything() if b"138****1234" in data}

    def leaks(self):
        """Return where a planted word stands that has no business there."""
        return [
            (where, word)
            for where, data in self.everything()
            for word in PLANTED
            for encoding in ENCODINGS
            if word.encode(encoding) in data and (Path(where).name, word) not in ALLOWED
        ]


def as_bytes(value):
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def dump(path, key):
    """All that stands in a record nobody has open."""
    connection = driver.open_any(path, key)
    try:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        rows = [row for (name,) in names for row in connection.execute(f"SELECT * FROM {name}")]
    finally:
        connection.close()
    return b"\0".join(as_bytes(value) for row in rows for value in row)


def unpacked(data):
    """The frame of a batch, decompressed."""
    at = data.find(b"\x28\xb5\x2f\xfd")
    return zstandard.ZstdDecompressor().decompressobj().decompress(data[at:])


def shown(path):
    """A file's bytes, and the text in it where it is packed."""
    data = path.read_bytes()
    if path.suffix == ".pdf":
        data += subprocess.run(
            ["pdftotext", str(path), "-"], capture_output=True, check=True
        ).stdout
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            data += b"".join(packed.read(name) for name in packed.namelist())
    return data


def test_the_planted_words_stand_nowhere_but_in_envelopes(world):
    number, imported = world.work_through_everything()
    assert world.leaks() == []
    assert {
        "tables of a", "tables of b", "tables of hub", "tables of the hub on PostgreSQL",
        "batch 0", "slip.pdf", "found.xlsx", "ops.jsonl", "said-2.txt", "said-3.txt",
    } <= world.masked()  # fmt: skip
    for one, words in ((number, (NAME, PHONE, NOTE)), (imported, (OTHER, OTHER_PHONE, ""))):
        caller, _ = view_caller(world.b, rig.OFFICER, SCOPE, one, "回拨核实")
        assert (caller.name, caller.phone, caller.note) == words
    caller, _ = view_caller(world.b, rig.OFFICER, SCOPE, number, "回拨核实")
    assert caller.marks == (MARK, f"{LINE[:4]}-{LINE[4:]}")
    assert world.leaks() == []


def test_no_search_finds_a_planted_word(world):
    world.work_through_everything()

    def count(word):
        wanted = SearchFilter(text=word)
        return world.a.read(lambda c: found_count(c, SCOPE, wanted, world.a.clock()))

    assert count("积水") == 1
    assert [word for word in PLANTED if count(word)] == []


def test_a_leak_is_seen(world, monkeypatch):
    """The grep finds what it is to find: masks that do nothing, a line in a log, a temp file."""
    monkeypatch.setattr(
        journal, "mask_payload", lambda payload, known: personal.Masked(dict(payload), ())
    )
    values = {"content": "楼下积水严重", "address": "河边"}
    number = report_incident(world.a, rig.OFFICER, Report(values)).number
    act(world.a, rig.OFFICER, SCOPE, number, "block", {"text": f"打{MARK}"})
    sync_once(world.a)
    logging.getLogger("db").info("called by %s", NAME)
    (world.temp / "x").write_text(PHONE, encoding="utf-16-le")
    places = {(Path(where).name, word) for where, word in world.leaks()}
    assert {("tables of a", MARK), ("tables of hub", MARK), ("x", PHONE)} <= places
    assert ("griddesk.log", NAME) in places


def test_erased_it_is_nowhere_and_no_older_backup_brings_it_back(world, tmp_path):
    number, imported = world.work_through_everything()
    (backup,) = list_backups(world.usb)
    away = shutil.copytree(world.usb, tmp_path / "away")
    envelopes = [row[0] for row in rig.rows(world.a, "SELECT id FROM envelope")]
    detail = world.a.read(lambda c: incident_by_number(c, SCOPE, number, world.a.clock()))
    gone = [detail.incident.caller, detail.incident.attachments[0].envelope]
    erase_caller(world.b, GUARD, number, "本人申请")
    world.exchange()
    for store in (world.a, world.b):
        assert settle(store).left == {}
    for store in (world.a, world.b, world.hub):
        left = {
            row[0] for row in rig.rows(store, "SELECT id FROM envelope WHERE wrapped_key <> ''")
        }
        assert left.isdisjoint(gone)
        assert left
    assert world.pg.rows("SELECT 1 FROM envelope WHERE id = ? AND wrapped_key <> ''", gone[0]) == []
    assert view_caller(world.a, rig.OFFICER, SCOPE, imported, "回拨")[0].phone == OTHER_PHONE
    proof = prove_erasure(world.a, GUARD, number)
    assert proof.is_gone
    assert {one.result for one in proof.checks if one.kind in ("backup", "record", "forks")} == {
        GONE
    }
    assert [one.result for one in proof.checks if one.kind == "peer"].count(GONE) >= 1
    # The backup in reach is good and has forgotten; the one that was away has not.
    named = [row for row in _named(world.a) if row.env in gone]
    assert not holds_any(backup.record, world.a.key, named)
    old = list_backups(away)[0]
    assert holds_any(old.record, world.a.key, named)
    home, key = world.a.home, world.a.key
    world.a.close()
    restore(old, home, unlock(old, home))
    assert not holds_any(home / RECORD, key, named)
    with Store.open(home) as again:
        for id in gone:
            assert again.read(lambda c, id=id: open_document(c, id)) is None
        others = set(envelopes) - set(gone)
        assert any(again.read(lambda c, id=id: open_document(c, id)) for id in others)
    world.a = Store.open(home)


def _named(store):
    from db.store.shredding import erased_in

    return erased_in(store.home / RECORD, store.key)
