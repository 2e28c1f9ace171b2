"""Backups are proven, keep apart from what they are of, and go by a rule of dates."""

import errno
import os
import shutil
import signal
import subprocess
import threading
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.commands.incidents import Report, report_incident
from db.commands.positions import take_positions
from db.domain.errors import EnvironmentError_, GridDeskError
from db.domain.ops import SYSTEM
from db.domain.positions import Position
from db.store import blobs, driver
from db.store.backup import folder_name, keep_before, last_backup, make_backup
from db.store.keys import new_code, unwrap_with_code, wrap_with_code
from db.store.manifest import damaged_backups, list_backups, prove, read_backup
from db.store.medium import Watch, explain_medium
from db.store.retention import removable
from db.store.store import RECORD
from db.store.verify import is_check_due
from tests.db.store import rig

DAY = 86_400_000
TEXT = {"content": "河边路路灯不亮，夜间行人看不清台阶", "address": "河边路 8 号"}


@pytest.fixture
def target(tmp_path):
    folder = tmp_path / "usb"
    folder.mkdir()
    return folder


@pytest.fixture
def key(home):
    return rig.key_of(home)


def report(store):
    return report_incident(store, rig.CLERK, Report(TEXT, rig_caller())).number


def rig_caller():
    from db.store.envelopes import Caller

    return Caller(rig.NAME, rig.PHONE)


def refused(code):
    return pytest.raises(GridDeskError, check=lambda error: error.code == code)


def names(target):
    return sorted(path.name for folder in target.iterdir() for path in folder.iterdir())


@contextmanager
def small_disk(folder, size):
    if os.geteuid() != 0:
        pytest.skip("only root mounts a small disk")
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder])
    if done.returncode != 0:
        pytest.skip("no small disk can be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


# making


def test_a_backup_is_what_the_record_was(store, target, key):
    report(store)
    made = make_backup(store, target, "席位A1").backup
    prove(made, key)
    assert made.ops == rig.count_ops(store)
    connection = driver.open_any(made.record, key)
    copied = rig.projection(connection)
    connection.close()
    assert copied == store.read(rig.projection)
    assert made.path.parent.name == folder_name(store.site)
    assert made.newest == rig.rows(store, "SELECT max(number) FROM incident")[0][0]
    assert sorted(path.name for path in made.path.iterdir()) == [
        RECORD, "manifest.json", "site.json"
    ]  # fmt: skip
    assert last_backup(store.home).made_at == made.made_at


def test_the_medium_holds_no_plain_text_and_no_key(store, target, key):
    report(store)
    folder = make_backup(store, target, "").backup.path
    content = b"".join(path.read_bytes() for path in folder.iterdir())
    for secret in (key, key.hex().encode(), rig.PHONE.encode(), TEXT["address"].encode()):
        assert secret not in content


def test_no_kept_copy_says_where_teams_were(store, target, key):
    place = Position(rig.SZS, 125_000_000, 29_500_000, store.clock(), "对讲")
    take_positions(store, SYSTEM, [place])
    assert rig.rows(store, "SELECT count(*) FROM position") == [(1,)]
    made = make_backup(store, target, "").backup
    keep_before(store.home / RECORD, key, 1)
    (before,) = list_backups(store.home / "backups")
    for copied in (made, before):
        connection = driver.open_any(copied.record, key)
        assert connection.execute("SELECT count(*) FROM position").fetchone() == (0,)
        connection.close()
    assert rig.rows(store, "SELECT count(*) FROM position") == [(1,)]


def test_a_record_from_before_there_were_positions_can_be_copied(tmp_path, key):
    old = driver.open_any(old_record(tmp_path, key), key)
    driver.copy(old, tmp_path / "copy.db", key, lambda done, total: None)
    old.close()
    connection = driver.open_any(tmp_path / "copy.db", key)
    assert connection.execute("SELECT v FROM meta").fetchall() == [("1",)]
    connection.close()


def old_record(folder, key):
    connection = driver._connect(folder / "old.db", "rwc", key)
    connection.execute("CREATE TABLE meta (k TEXT, v TEXT)")
    connection.execute("INSERT INTO meta VALUES ('a', '1')")
    connection.close()
    return folder / "old.db"


def test_what_is_deleted_from_a_record_is_zeroed(home, key):
    """The library does so of itself where a file is encrypted; former positions hang on it."""
    for opened in (driver.open_writer, driver.open_any):
        connection = opened(rig.record(home), key)
        assert connection.execute("PRAGMA secure_delete").fetchone() == (1,)
        connection.close()


def test_a_backup_stands_while_others_write(store, target, key):
    done = threading.Event()
    written = []

    def write():
        while not done.is_set():
            written.append(report(store))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = make_backup(store, target, "").backup
    finally:
        done.set()
        writer.join()
    prove(made, key)
    assert 0 < made.ops <= rig.count_ops(store)
    assert written


def test_a_folder_inside_the_record_is_refused(store):
    inside = store.home / "copies"
    inside.mkdir()
    with refused("backup_inside_home"):
        make_backup(store, inside, "")


def test_an_absent_medium_is_never_made(store, tmp_path):
    with refused("backup_folder_missing"):
        make_backup(store, tmp_path / "media" / "usb", "")
    assert not (tmp_path / "media").exists()


def once(step, work):
    """Return who does some work the first time a step is told."""
    told = []

    def on_progress(name, *_):
        if name == step and not told:
            told.append(name)
            work()

    return Watch(on_progress)


def test_a_folder_that_vanishes_meanwhile_is_not_made(store, target):
    report(store)
    with refused("medium_error"):
        make_backup(store, target, "", once("check", target.rmdir))
    assert not target.exists()
    assert last_backup(store.home) is None


def test_another_medium_in_its_place_is_not_written(store, target):
    with ExitStack() as stack:
        other = once("check", lambda: stack.enter_context(small_disk(target, "8m")))
        with refused("medium_error"):
            make_backup(store, target, "", other)
        assert not list(target.iterdir())


def test_same_disk_and_no_code_are_said(store, target):
    assert make_backup(store, target, "").warnings == ("same_disk", "no_recovery")


def test_a_second_one_at_once_is_refused(store, target):
    caught = []

    def on_progress(*_):
        if not caught:
            with refused("backup_running") as told:
                make_backup(store, target, "")
            caught.append(told)

    make_backup(store, target, "", Watch(on_progress))
    assert caught


def test_cancelling_leaves_nothing(store, target):
    for step in ("check", "copy", "read", "prove"):
        seen = []
        watch = Watch(lambda name, *_, seen=seen: seen.append(name), lambda s=step, n=seen: s in n)
        with pytest.raises(GridDeskError) as told:
            make_backup(store, target, "", watch)
        assert told.value.code in ("work_cancelled", "check_cancelled")
        assert names(target) == []


def test_attached_files_are_copied_once(store, target, clock):
    blob = blobs.put(store.home, b"cipher")
    first = make_backup(store, target, "").backup
    copied = blobs.blob_path(first.path.parent, blob)
    before = copied.stat()
    clock.now += DAY
    second = make_backup(store, target, "").backup
    assert second.blobs == {blob: 6}
    after = copied.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    copied.unlink()
    with refused("backup_bad"):
        prove(second, store.key)


def test_a_spoilt_file_does_not_replace_the_good_one_on_the_medium(store, target, clock):
    blob = blobs.put(store.home, b"the whole file")
    first = make_backup(store, target, "").backup
    clock.now += DAY
    blobs.blob_path(store.home, blob).write_bytes(b"the who")
    second = make_backup(store, target, "").backup
    blobs.check(second.path.parent, blob)
    assert second.blobs == first.blobs == {blob: 14}
    prove(second, store.key)


def test_one_cut_short_on_the_medium_is_copied_again(store, target, clock):
    blob = blobs.put(store.home, b"the whole file")
    copied = blobs.blob_path(make_backup(store, target, "").backup.path.parent, blob)
    clock.now += DAY
    copied.write_bytes(b"the who")
    prove(make_backup(store, target, "").backup, store.key)
    blobs.check(copied.parents[2], blob)


def test_a_file_swept_while_others_are_copied_is_passed_over(store, target):
    first, second = sorted(blobs.put(store.home, content) for content in (b"one", b"two"))

    def on_progress(step, *_):
        if step == "blobs":
            blobs.remove(store.home, second)

    made = make_backup(store, target, "", Watch(on_progress)).backup
    assert made.blobs == {first: 3}


def test_damage_found_ends_the_writing_and_a_good_check_is_remembered(home, target, clock):
    with rig.open_store(home, clock) as store:
        make_backup(store, target, "")
        assert not is_check_due(store)
    flip_a_byte(home)
    with rig.open_store(home, clock) as store:
        with refused("backup_record_damaged"):
            make_backup(store, target, "")
        assert store.guard.health.damaged
        with refused("record_damaged_paused"):
            report(store)


def flip_a_byte(home):
    with rig.record(home).open("r+b") as file:
        file.seek(4096 * 20 + 99)
        byte = file.read(1)
        file.seek(4096 * 20 + 99)
        file.write(bytes([byte[0] ^ 1]))


def test_a_note_that_cannot_be_written_does_not_undo_the_backup(store, target, key):
    (store.home / "backup.json.part").mkdir()
    made = make_backup(store, target, "").backup
    prove(made, key)
    assert last_backup(store.home) is None


def test_only_another_backup_is_called_one(store, target):
    (store.home / "backup.lock").mkdir()
    with refused("home_unwritable"):
        make_backup(store, target, "")


def test_a_damaged_record_is_not_backed_up_and_nothing_old_goes(home, target, clock):
    with rig.open_store(home, clock) as store:
        for _ in range(3):
            make_backup(store, target, "")
            clock.now += 40 * DAY
    kept = names(target)
    clock.now += 400 * DAY
    flip_a_byte(home)
    with rig.open_store(home, clock, read_only=True) as store, refused("backup_record_damaged"):
        make_backup(store, target, "")
    assert names(target) == kept


def test_superfluous_ones_go_after_a_good_one(store, target, clock):
    for _ in range(12):
        make_backup(store, target, "")
        clock.now += DAY
    left = {one.made_at for one in list_backups(target)}
    assert len(left) < 12
    assert not removable(left, clock.now - DAY)


# proving


@pytest.mark.parametrize("name", [RECORD, "site.json", "manifest.json"])
def test_one_flipped_bit_is_recognised(store, target, key, name):
    made = make_backup(store, target, "").backup
    path = made.path / name
    size = path.stat().st_size
    original = path.read_bytes()
    # In the manifest the digits of a digest; white space there means nothing.
    places = [original.index(b'"files"') + 40] if name == "manifest.json" else [0, size // 2]
    for at in places:
        changed = bytearray(original)
        changed[at] ^= 1
        path.write_bytes(changed)
        with pytest.raises(GridDeskError) as told:
            prove(read_backup(made.path), key)
        assert told.value.code == "backup_bad"
    path.write_bytes(original)
    prove(read_backup(made.path), key)


def test_a_record_of_other_heads_is_recognised(store, target, key):
    older = make_backup(store, target, "").backup
    report(store)
    newer = make_backup(store, target, "").backup
    shutil.copy(older.record, newer.record)
    raw = orjson.loads((newer.path / "manifest.json").read_bytes())
    raw["files"][RECORD] = dict(older.files)[RECORD]
    (newer.path / "manifest.json").write_bytes(orjson.dumps(raw))
    with refused("backup_bad"):
        prove(read_backup(newer.path), key)


def test_one_that_fails_its_proof_is_kept_aside(store, target, clock, monkeypatch):
    good = make_backup(store, target, "").backup
    clock.now += DAY
    folder = good.path.parent

    def on_progress(step, *_):
        if step == "read":
            part = next(folder.glob("*.part"))
            with (part / RECORD).open("r+b") as file:
                file.seek(5000)
                file.write(b"\0\0\0\0")

    with refused("backup_bad"):
        make_backup(store, target, "", Watch(on_progress))
    assert [path.suffix for path in sorted(folder.iterdir())] == ["", ".bad"]
    assert [one.path for one in list_backups(target)] == [good.path]


def test_lists_find_backups_from_the_medium_the_site_or_the_backup(store, target, clock):
    first = make_backup(store, target, "").backup
    clock.now += 60_000
    second = make_backup(store, target, "").backup
    (target / "other.txt").write_text("x")
    for folder in (target, first.path.parent):
        assert [one.path for one in list_backups(folder)] == [second.path, first.path]
    assert list_backups(first.path) == [first]


def test_one_with_a_damaged_manifest_is_named(store, target, clock):
    first = make_backup(store, target, "").backup
    clock.now += 60_000
    second = make_backup(store, target, "").backup
    (second.path / "manifest.json").write_bytes(b'{"format": 1')
    assert list_backups(target) == [first]
    for folder in (target, second.path.parent, second.path):
        assert damaged_backups(folder) == [second.path]


def test_the_record_on_the_medium_is_for_its_owner_only(store, target):
    was = os.umask(0o022)
    try:
        made = make_backup(store, target, "").backup
    finally:
        os.umask(was)
    assert {path.stat().st_mode & 0o777 for path in made.path.iterdir()} == {0o600}


# media


def test_a_full_medium_is_said_and_older_backups_stand(store, target, key):
    with small_disk(target, "2m"):
        first = make_backup(store, target, "").backup
        (target / "filler").write_bytes(b"x" * (2_097_152 - first.record.stat().st_size - 200_000))
        with refused("medium_full"):
            make_backup(store, target, "")
        assert names_of_backups(target) == [first.path.name]
        prove(first, key)


def test_a_medium_that_refuses_a_large_file_is_said(store, target):
    import resource

    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, old[1]))
    try:
        with refused("medium_error"):
            make_backup(store, target, "")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, handler)
    assert names_of_backups(target) == []


FOUR_GB = 1 << 32


@pytest.mark.parametrize(
    ("size", "error", "code"),
    [
        (FOUR_GB + 5, EnvironmentError_("work_cancelled"), "work_cancelled"),
        (FOUR_GB - 5, EnvironmentError_("work_cancelled"), "work_cancelled"),
        (FOUR_GB + 5, OSError(errno.ENOSPC, "full"), "medium_full"),
        (FOUR_GB + 5, EnvironmentError_("disk_full"), "medium_full"),
        (FOUR_GB + 5, OSError(errno.EIO, "pulled out"), "medium_error"),
        (FOUR_GB - 5, EnvironmentError_("disk_error"), "medium_small_files"),
        (5, OSError(errno.EFBIG, "too large"), "medium_small_files"),
        (5, EnvironmentError_("disk_error"), "medium_error"),
    ],
)
def test_what_a_medium_refuses_with_a_large_record_is_called_by_its_name(
    tmp_path, size, error, code
):
    path = tmp_path / RECORD
    with path.open("wb") as file:
        file.truncate(size)  # a hole: it takes no room
    assert explain_medium(error, path).code == code


def names_of_backups(target):
    return sorted(path.name for path in target.glob("griddesk-*/*") if path.name != "blobs")


# before a change of schema


def test_a_copy_before_a_change_is_made_once(home, key):
    path = rig.record(home)
    keep_before(path, key, 1)
    keep_before(path, key, 1)
    (kept,) = list_backups(home / "backups")
    prove(kept, key)


@pytest.mark.parametrize("ending", [".part", ".bad"])
def test_only_a_proven_copy_counts_before_a_change(home, key, ending):
    path = rig.record(home)
    keep_before(path, key, 1)
    (kept,) = list_backups(home / "backups")
    kept.path.rename(kept.path.with_name(kept.path.name + ending))
    keep_before(path, key, 1)
    (again,) = list_backups(home / "backups")
    prove(again, key)


def test_a_copy_before_an_earlier_change_does_not_stand_in_for_this_one(home, key):
    path = rig.record(home)
    keep_before(path, key, 1)
    (kept,) = list_backups(home / "backups")
    kept.path.rename(kept.path.with_name("before-v1-20250101T000000Z"))
    keep_before(path, key, 1)
    assert len(list_backups(home / "backups")) == 2


def test_a_damaged_copy_of_before_does_not_keep_the_record_shut(home, key):
    path = rig.record(home)
    keep_before(path, key, 1)
    (kept,) = list_backups(home / "backups")
    (kept.path / "manifest.json").write_bytes(b"torn")
    keep_before(path, key, 1)
    (again,) = list_backups(home / "backups")
    assert again.path != kept.path
    prove(again, key)


def test_attached_files_are_not_doubled_before_a_change(home, key):
    blobs.put(home, b"cipher")
    keep_before(rig.record(home), key, 1)
    (kept,) = list_backups(home / "backups")
    assert not kept.blobs
    assert not (home / "backups" / "blobs").exists()


# the recovery code


def test_a_code_opens_the_key_however_it_was_typed(key):
    code = new_code()
    place = wrap_with_code(key, code)
    assert len(code) == 35
    assert not set("01IO") & set(code)
    for typed in (code, code.lower(), code.replace("-", " "), code.replace("L", "1")):
        assert unwrap_with_code(place, typed) == key


def test_a_wrong_code_is_refused_in_words(key):
    place = wrap_with_code(key, new_code())
    with refused("code_wrong"):
        unwrap_with_code(place, new_code())
    for typed in ("", "ABCDE", new_code()[:-1], new_code()[:-1] + "0"):
        with refused("code_malformed"):
            unwrap_with_code(place, typed)


# the rule of dates

moments = st.lists(st.integers(1_700_000_000_000, 1_800_000_000_000), max_size=60)


@given(moments, st.integers(0, 40 * DAY))
def test_the_newest_and_the_young_never_go(made, later):
    now = max(made, default=0) + later
    gone = removable(made, now)
    assert gone <= set(made)
    assert not made or max(made) not in gone
    assert all(now - at >= DAY for at in gone)


@given(moments, st.integers(0, 40 * DAY))
def test_the_rule_keeps_no_more_than_it_says_and_is_stable(made, later):
    now = max(made, default=0) + later
    left = set(made) - removable(made, now)
    assert len([at for at in left if now - at >= DAY]) <= 7 + 4 + 12
    assert removable(left, now) == set()


@given(moments)
def test_the_newest_of_each_of_the_last_days_stays(made):
    left = set(made) - removable(made, max(made, default=0) + 50 * DAY)
    days = {}
    for at in sorted(made):
        days[(at + 8 * 3_600_000) // DAY] = at
    assert {days[day] for day in sorted(days)[-7:]} <= left


def test_a_year_of_daily_backups():
    start = int(datetime(2026, 1, 1, 4, 30, tzinfo=UTC).timestamp() * 1000)
    left: set[int] = set()
    for day in range(400):
        now = start + day * DAY
        left |= {now}
        left -= removable(left, now)
    ages = sorted((now - at) // DAY for at in left)
    assert ages[:7] == list(range(7))
    assert len(left) in range(18, 24)
    assert ages[-1] > 300
