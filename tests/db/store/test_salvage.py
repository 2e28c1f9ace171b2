"""A damaged record is made good from its backup and from all that can still be read of it."""

import random
import shutil
from contextlib import closing, suppress
from dataclasses import replace
from types import SimpleNamespace

import pytest

from db.commands.incidents import Report, act, report_incident
from db.domain.errors import GridDeskError
from db.domain.ops import Actor, decode
from db.domain.scope import scope_of
from db.store import blobs, driver
from db.store.backup import make_backup
from db.store.envelopes import Caller
from db.store.export import export_ops
from db.store.manifest import list_backups
from db.store.parcels import Range
from db.store.repair import repair
from db.store.salvage import Salvage
from db.store.store import RECORD
from db.store.verify import verify
from desktop.recovery import repaired_lines, repaired_title
from tests.db.store import rig

PAGE = 4096
TEXT = {"content": "河边路路灯不亮，夜间行人看不清台阶", "address": "河边路 8 号"}
CLERK = Actor("zhou", "周岚", ("duty_officer", "dispatcher"))


def fill(store, count, first=0):
    scope = scope_of(CLERK, "")
    for number in range(first, first + count):
        caller = Caller(rig.NAME, rig.PHONE) if number % 3 == 0 else Caller("", "")
        values = {**TEXT, "content": f"{TEXT['content']}（第{number}件）"}
        done = report_incident(store, CLERK, Report(values, caller))
        act(store, CLERK, scope, done.number, "accept",
            {"class_code": "GZ01", "area_code": rig.GRID, "not_duplicate": True})  # fmt: skip


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A record with a backup in its middle, and which of its pages are leaves of the journal."""
    folder = tmp_path_factory.mktemp("worked")
    home, target = rig.make_site(folder / "home"), folder / "usb"
    target.mkdir()
    with rig.open_store(home) as store:
        fill(store, 40)
        make_backup(store, target, "")
        fill(store, 40, 40)
        ops = rig.rows(store, "SELECT hash FROM op ORDER BY recv")
        before = store.read(rig.projection)
    squeeze(home)
    return SimpleNamespace(home=home, target=target, ops=ops, before=before, pages=leaves(home))


@pytest.fixture
def worked(template, tmp_path):
    home = shutil.copytree(template.home, tmp_path / "home")
    (backup,) = list_backups(shutil.copytree(template.target, tmp_path / "usb"))
    values = {**vars(template), "home": home, "backup": backup, "key": rig.key_of(home)}
    return SimpleNamespace(**values)


def squeeze(home):
    connection = driver.open_writer(rig.record(home), rig.key_of(home))
    driver.checkpoint(connection, truncates=True)
    connection.close()


def leaves(home):
    """Every page that holds ops and nothing else, in their order: with it gone, some ops read and
    some do not.
    """
    path = rig.record(home)
    whole = path.read_bytes()
    found = []
    for page in range(1, len(whole) // PAGE):
        flip(path, page)
        if not reads(home, "op") and (reads(home, "op", 1) or reads(home, "op", 160)):
            found.append((first_lost(home), page))
        path.write_bytes(whole)
    return [page for _, page in sorted(found)]


def first_lost(home):
    connection = driver.open_any(rig.record(home), rig.key_of(home))
    kept = 0
    with closing(connection), suppress(driver.SqliteError):
        for recv, _ in connection.execute("SELECT recv, body FROM op NOT INDEXED ORDER BY recv"):
            kept = recv
    return kept + 1


def reads(home, name, at=0):
    try:
        connection = driver.open_any(rig.record(home), rig.key_of(home))
    except GridDeskError:
        return False
    try:
        where = f"WHERE recv = {at}" if at else ""
        connection.execute(f"SELECT body FROM {name} NOT INDEXED {where}").fetchall()
        return True
    except driver.SqliteError:
        return False
    finally:
        connection.close()


def flip(path, page):
    with path.open("r+b") as file:
        file.seek(page * PAGE + 200)
        byte = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte[0] ^ 1]))


def mended(made, backups=None):
    done = repair(made.home, made.key, [made.backup] if backups is None else backups,
                  clock=rig.Clock())  # fmt: skip
    with rig.open_store(made.home, read_only=True) as store:
        assert store.read(verify).is_ok
        hashes = set(rig.rows(store, "SELECT hash FROM op"))
        after = store.read(rig.projection)
    return done, hashes, after


def known_ops(made):
    return set(made.ops)


def test_rows_around_a_damaged_page_are_read(worked):
    pages = worked.pages
    assert len(pages) > 8
    for page in (pages[2], pages[-1]):
        whole = rig.record(worked.home).read_bytes()
        flip(rig.record(worked.home), page)
        salvage = Salvage(rig.record(worked.home), worked.key)
        found = list(salvage.by_row_id("op", "hash"))
        salvage.close()
        assert set(found) <= set(worked.ops)
        assert 0 < len(worked.ops) - len(found) < 40
        rig.record(worked.home).write_bytes(whole)


def test_a_page_after_the_backup_costs_what_stands_behind_it(worked):
    page = worked.pages[-3]
    flip(rig.record(worked.home), page)
    damaged = rig.record(worked.home).read_bytes()
    done, hashes, _ = mended(worked)
    assert done.base.path == worked.backup.path
    assert done.salvaged > 0
    lost = known_ops(worked) - hashes
    (gap,) = done.gaps
    assert gap.missing == len(lost)
    assert 0 < gap.again < gap.missing
    assert done.missing == gap.missing - gap.again
    assert not done.has_hub
    assert (done.aside / RECORD).read_bytes() == damaged


def test_a_page_the_backup_has_costs_nothing(worked):
    """The hole lies before the backup's head: everything after it proves itself from there."""
    page = worked.pages[1]
    flip(rig.record(worked.home), page)
    done, hashes, after = mended(worked)
    assert known_ops(worked) <= hashes
    assert done.gaps == []
    assert after["incident"] == worked.before["incident"]
    assert after["step"] == worked.before["step"]


def test_without_a_backup_what_proves_itself_stays(worked):
    page = worked.pages[-2]
    flip(rig.record(worked.home), page)
    done, hashes, _ = mended(worked, [])
    assert done.base is None
    assert len(hashes & known_ops(worked)) > 100
    assert done.gaps


def test_a_damaged_backup_is_passed_over(worked):
    content = bytearray(worked.backup.record.read_bytes())
    content[9000] ^= 1
    worked.backup.record.write_bytes(content)
    flip(rig.record(worked.home), worked.pages[-2])
    done, _, _ = mended(worked)
    assert done.base is None


def test_a_file_that_tells_nothing_gives_the_backup(worked):
    path = rig.record(worked.home)
    path.write_bytes(random.Random(1).randbytes(path.stat().st_size))
    done, hashes, _ = mended(worked)
    assert done.salvaged == 0
    assert worked.backup.ops < len(hashes) < worked.backup.ops + 3
    with rig.open_store(worked.home) as store:
        fill(store, 1, 900)


def test_with_nothing_at_all_the_file_stays_as_it_is(worked):
    path = rig.record(worked.home)
    path.write_bytes(b"\1" * 100_000)
    with pytest.raises(GridDeskError) as told:
        repair(worked.home, worked.key, [])
    assert told.value.code == "repair_impossible"
    assert path.read_bytes() == b"\1" * 100_000
    assert not list(worked.home.glob("stage-*"))


def test_callers_and_keys_come_over(worked):
    flip(rig.record(worked.home), worked.pages[-2])
    with rig.open_store(worked.home, read_only=True) as store:
        envelopes = set(rig.rows(store, "SELECT epoch, seq, id, cipher FROM envelope"))
        secrets = set(rig.rows(store, "SELECT k, v FROM secret"))
    mended(worked)
    with rig.open_store(worked.home, read_only=True) as store:
        assert set(rig.rows(store, "SELECT k, v FROM secret")) == secrets
        kept = set(rig.rows(store, "SELECT epoch, seq, id, cipher FROM envelope"))
    assert kept <= envelopes
    assert len(kept) > len(envelopes) // 2


FORKS = (
    "SELECT site.id, epoch, seq, hash, body, sig, envelope, cipher, room_key, wrapped_key,"
    " seen_from, at FROM fork JOIN site ON site.n = fork.site ORDER BY 1, 2, 3, 4"
)


def lose_branches(home, count):
    """Put branches that lost beside the journal: this site's, and another one's."""

    def work(journal):
        for id in (journal.site, "site-b"):
            number = journal.subjects.site_number(id)
            for seq in range(1, count + 1):
                row = (number, 7, seq, random.Random(seq).randbytes(32), b"{}", b"sig",
                       f"env-{seq}", b"cipher", "room", b"wrapped", "hub", rig.NOW)  # fmt: skip
                journal.connection.execute(
                    f"INSERT INTO fork VALUES ({', '.join('?' * len(row))})", row
                )

    with rig.open_store(home) as store:
        store.write(work)
        forks = rig.rows(store, FORKS)
    squeeze(home)
    return forks


@pytest.mark.parametrize("with_backup", [True, False])
def test_branches_that_lost_come_over_with_their_envelopes(worked, with_backup):
    forks = lose_branches(worked.home, 30)
    assert len(forks) == 60
    flip(rig.record(worked.home), worked.pages[-2])
    mended(worked, None if with_backup else [])
    with rig.open_store(worked.home, read_only=True) as store:
        assert rig.rows(store, FORKS) == forks


def test_an_erased_branch_does_not_come_back_from_the_backup(worked, tmp_path):
    lose_branches(worked.home, 3)
    (tmp_path / "later").mkdir()
    with rig.open_store(worked.home) as store:
        later = make_backup(store, tmp_path / "later", "").backup
        store.write(
            lambda journal: journal.connection.execute(
                "UPDATE fork SET wrapped_key = NULL WHERE seq = 2"
            )
        )
    squeeze(worked.home)
    flip(rig.record(worked.home), worked.pages[-2])
    mended(worked, [later])
    with rig.open_store(worked.home, read_only=True) as store:
        left = rig.rows(store, "SELECT seq FROM fork WHERE wrapped_key IS NOT NULL ORDER BY 1")
        assert left == [(1,), (1,), (3,), (3,)]


def test_the_fullest_backup_is_the_base_whatever_a_clock_said(worked, tmp_path):
    ahead = replace(worked.backup, made_at=worked.backup.made_at + 10**12)
    (tmp_path / "later").mkdir()
    with rig.open_store(worked.home) as store:
        fuller = make_backup(store, tmp_path / "later", "").backup
    squeeze(worked.home)
    assert ahead.made_at > fuller.made_at
    flip(rig.record(worked.home), worked.pages[-2])
    done, _, _ = mended(worked, [ahead, fuller])
    assert done.base == fuller


def test_a_backup_without_its_attached_files_is_still_the_base(worked, tmp_path):
    blob = blobs.put(worked.home, b"cipher")
    (tmp_path / "later").mkdir()
    with rig.open_store(worked.home) as store:
        later = make_backup(store, tmp_path / "later", "").backup
    blobs.blob_path(later.path.parent, blob).unlink()
    flip(rig.record(worked.home), worked.pages[-2])
    done, _, _ = mended(worked, [later])
    assert done.base == later


def test_an_erased_caller_does_not_come_back_from_the_backup(worked):
    with rig.open_store(worked.home) as store:
        store.write(
            lambda journal: journal.connection.execute("UPDATE envelope SET wrapped_key = NULL")
        )
    squeeze(worked.home)
    flip(rig.record(worked.home), worked.pages[-2])
    mended(worked)
    with rig.open_store(worked.home, read_only=True) as store:
        left = "SELECT count(*) FROM envelope WHERE wrapped_key IS NOT NULL"
        assert rig.rows(store, left) == [(0,)]


def test_it_goes_on_in_a_new_epoch(worked):
    flip(rig.record(worked.home), worked.pages[-2])
    mended(worked)
    with rig.open_store(worked.home) as store:
        fill(store, 1, 500)
        epochs = rig.rows(store, "SELECT count(DISTINCT epoch) FROM op")
        assert epochs[0][0] >= 2
        assert store.read(verify).is_ok


@pytest.mark.parametrize("seed", range(6))
def test_whatever_pages_go_the_backup_is_the_least(worked, seed, tmp_path):
    home = shutil.copytree(worked.home, tmp_path / "again")
    path = rig.record(home)
    count = path.stat().st_size // PAGE
    for page in random.Random(seed).sample(range(count), 3):
        flip(path, page)
    made = SimpleNamespace(home=home, backup=worked.backup, key=worked.key)
    _, hashes, _ = mended(made)
    assert set(worked.ops[: worked.backup.ops]) <= hashes


# what a hole costs, and what it must not


def salvaged(path, key):
    salvage = Salvage(path, key)
    try:
        return {number for (number,) in salvage.by_row_id("op", "recv")}
    finally:
        salvage.close()


def unreadable(home, count):
    """Every op that cannot be read when asked for by itself, on a connection of its own."""
    lost = set()
    for number in range(1, count + 1):
        if not reads(home, "op", number):
            lost.add(number)
    return lost


def test_the_op_in_front_of_a_damaged_page_is_read(worked):
    path = rig.record(worked.home)
    flip(path, worked.pages[3])
    lost = unreadable(worked.home, len(worked.ops))
    assert 0 < len(lost) < 40
    assert salvaged(path, worked.key) == set(range(1, len(worked.ops) + 1)) - lost


@pytest.mark.parametrize("cut", [PAGE, 1000, 5 * PAGE + 77])
def test_a_file_cut_short_gives_what_is_left(worked, cut):
    path = rig.record(worked.home)
    left = (max(worked.pages) + 1) * PAGE - cut
    with path.open("r+b") as file:
        file.truncate(left)
    cut_short = path.read_bytes()
    assert len(salvaged(path, worked.key)) > len(worked.ops) - 30
    done, hashes, _ = mended(worked, [])
    assert len(hashes & known_ops(worked)) > len(worked.ops) - 60
    assert done.gaps
    assert (done.aside / RECORD).read_bytes() == cut_short


def test_what_only_the_witness_knows_is_missing(worked):
    """With a file that tells nothing at all the backup is no whole success."""
    with rig.open_store(worked.home) as store:
        fill(store, 1, 800)
        asked = (
            "SELECT epoch, head_seq FROM chain WHERE epoch = (SELECT v + 0 FROM meta WHERE k = ?)"
        )
        ((epoch, head),) = rig.rows(store, asked, "epoch")
    path = rig.record(worked.home)
    with path.open("r+b") as file:
        file.write(random.Random(1).randbytes(path.stat().st_size))
    done, _, _ = mended(worked)
    (gap,) = done.gaps
    assert (gap.epoch, gap.last, gap.missing) == (epoch, 0, head)
    assert done.missing == head > 0
    assert repaired_title(done) == f"已修复，但缺 {done.missing} 条记录"
    (line,) = (line for line in repaired_lines(done) if "断了" in line)
    assert "同步" not in line
    assert "同步时会补来" in "".join(repaired_lines(replace(done, has_hub=True)))


def test_own_ops_behind_a_hole_are_written_again(worked):
    flip(rig.record(worked.home), worked.pages[-6])
    with rig.open_store(worked.home, read_only=True) as store:
        callers = rig.rows(store, "SELECT count(DISTINCT id) FROM envelope")
        last = rig.rows(store, "SELECT id FROM subject WHERE ent = 'incident' ORDER BY rid DESC")[0]
    done, hashes, _ = mended(worked)
    (gap,) = done.gaps
    with rig.open_store(worked.home, read_only=True) as store:
        again = [
            op
            for (body,) in rig.rows(store, "SELECT body FROM op ORDER BY recv")
            if (op := decode(body)).was
        ]
        incident = rig.rows(
            store, "SELECT number FROM incident JOIN subject USING (rid)"
            " WHERE subject.id = ?", *last
        )  # fmt: skip
        sealed = rig.rows(store, "SELECT count(DISTINCT id) FROM envelope")
        beside = rig.rows(store, "SELECT epoch, seq FROM envelope")
    assert {op.ref[1:] for op in again} & set(beside)
    assert len(again) == gap.again > 0
    lost = {digest.hex() for (digest,) in known_ops(worked) - hashes}
    assert {op.was.digest for op in again} <= lost
    assert [op.was.seq for op in again] == sorted(op.was.seq for op in again)
    assert incident
    assert callers[0][0] - sealed[0][0] <= 3


def test_what_a_hub_sends_back_is_not_told_twice(worked):
    """The originals of ops written again may come back: each is told once."""
    bodies = {}
    with rig.open_store(worked.home, read_only=True) as store:
        for digest, body in rig.rows(store, "SELECT hash, body FROM op"):
            bodies[decode(body).ref] = bytes(digest), bytes(body)
    flip(rig.record(worked.home), worked.pages[-3])
    done, _, _ = mended(worked)
    (gap,) = done.gaps
    refs = [(gap.site, gap.epoch, gap.last + number) for number in range(gap.missing + 1)]
    back = Range(
        gap.site, gap.epoch, gap.last + 1, bodies[refs[0]][0],
        [bodies[ref][1] for ref in refs[1:]], bodies[refs[-1]][0],
    )  # fmt: skip
    with rig.open_store(worked.home) as store:
        store.write(lambda journal: journal.receive(back))
        after = store.read(rig.projection)
    assert after["incident"] == worked.before["incident"]
    assert after["step"] == worked.before["step"]
    assert after["held"] == worked.before["held"]


def test_what_can_be_read_of_a_damaged_file_is_exported(worked, tmp_path):
    path = rig.record(worked.home)
    flip(path, worked.pages[3])
    lost = unreadable(worked.home, len(worked.ops))
    done = export_ops(path, worked.key, tmp_path / "out.jsonl")
    assert done.ops == len(worked.ops) - len(lost)
    assert done.unread == len(lost)
    assert len((tmp_path / "out.jsonl").read_bytes().splitlines()) == done.ops
