"""A damaged record is made good from its backup and from all that can still be read of it."""

import random
import shutil
from dataclasses import replace
from types import SimpleNamespace

import pytest

from db.commands.incidents import Report, act, report_incident
from db.domain.errors import GridDeskError
from db.domain.ops import Actor
from db.domain.scope import scope_of
from db.store import blobs, driver
from db.store.backup import make_backup
from db.store.envelopes import Caller
from db.store.manifest import list_backups
from db.store.repair import repair
from db.store.salvage import Salvage
from db.store.store import RECORD
from db.store.verify import verify
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
            {"class_code": "GZ01", "area_code": rig.GRID})  # fmt: skip


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
    """Every page that holds ops and nothing else: with it gone, some ops read and some do not."""
    path = rig.record(home)
    whole = path.read_bytes()
    found = []
    for page in range(1, len(whole) // PAGE):
        flip(path, page)
        if not reads(home, "op") and (reads(home, "op", 1) or reads(home, "op", 160)):
            found.append(page)
        path.write_bytes(whole)
    return found


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
    assert 0 < gap.unproven < gap.missing
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
