"""What can stand in the way of a start: a typed error in words, and not a byte changed."""

import hashlib
import os
import random
import re
import shutil
import subprocess
from functools import partial
from pathlib import Path

import pytest

from db.commands.incidents import Report, report_incident
from db.domain.errors import EnvironmentError_
from db.domain.ops import SYSTEM, decode
from db.migrations import SCHEMA_VERSION
from db.store import driver
from db.store.clock import EARLIEST, LATEST, clock_doubt
from db.store.ids import new_id
from db.store.journal import Journal
from db.store.place import is_writable, refuse_share, share_of
from db.store.store import Store
from db.store.verify import verify
from desktop.i18n import CLOCK_DOUBTS, RENEWED, describe
from tests.db.store import rig

PAGE = 4096
PRINTED = {"sheet": "daily", "about": "", "sha256": "0" * 64, "pages": 1}
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + random.Random(1).randbytes(50_000)
PLAIN = driver.PLAIN_HEADER + random.Random(2).randbytes(50_000)
CALM = re.compile("没有丢失|没有改动|保持原样|没有写入|不会丢失|不丢")
ADVICE = re.compile("请")


def content_of(home):
    """Every file by its name; the lock, the index of the log and an empty log tell nothing."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in home.iterdir()
        if path.is_file()
        and path.name not in ("griddesk.lock", "griddesk.db-shm")
        and (path.name != "griddesk.db-wal" or path.stat().st_size)
    }


def refused(home, **options):
    """Open what cannot be opened; return the error, having looked at its words and the files."""
    before = content_of(home)
    with pytest.raises(EnvironmentError_) as caught:
        Store.open(home, **options)
    assert content_of(home) == before
    title, hint = describe(caught.value)
    assert not title.startswith("程序内部错误")
    assert re.search("[\u4e00-\u9fff]", title)
    assert CALM.search(title + hint), (title, hint)
    assert ADVICE.search(hint), hint
    assert "—" not in title + hint
    return caught.value


@pytest.fixture(params=[False, True], ids=["to write", "to read"])
def read_only(request):
    return request.param


# the file


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "record_damaged"),
        (JPEG, "key_wrong"),
        (PLAIN, "record_not_encrypted"),
        (bytes(50_000), "record_damaged"),
    ],
    ids=["empty", "jpeg", "plain", "zeroes"],
)
def test_a_file_that_is_no_record(home, content, code, read_only):
    rig.record(home).write_bytes(content)
    assert refused(home, read_only=read_only).code == code


def test_a_first_page_of_zeroes(home, read_only):
    with rig.record(home).open("r+b") as file:
        file.write(bytes(PAGE))
    assert refused(home, read_only=read_only).code == "record_damaged"


def looked_at(home):
    """What is said of a record that may be damaged."""
    try:
        with Store.open(home, read_only=True) as store:
            return "whole" if store.read(verify).is_ok else "found"
    except EnvironmentError_ as error:
        return error.code


def test_a_page_of_zeroes_in_the_middle_is_found(home):
    size = rig.record(home).stat().st_size
    said = []
    for page in range(1, size // PAGE, 3):
        copy = shutil.copytree(home, home.with_name(f"page{page}"))
        with rig.record(copy).open("r+b") as file:
            file.seek(page * PAGE)
            file.write(bytes(PAGE))
        before = content_of(copy)
        said.append(looked_at(copy))
        assert content_of(copy) == before
    assert looked_at(home) == "whole"
    # A page of the schema cannot even be opened; all the others are found by looking.
    assert set(said) <= {"found", "record_damaged"}
    assert said.count("found") > len(said) / 2


def written_to(home, epoch):
    """What becomes of a write to a record that may be damaged."""
    try:
        with rig.open_store(home) as store:
            work = partial(Journal.append, kind="sheet_printed", id="x", actor=SYSTEM)
            done = store.write(lambda journal: work(journal, payload=PRINTED))
            return "same epoch" if done.result.ref.epoch == epoch else store.renewed
    except EnvironmentError_ as error:
        return error.code


def test_a_damaged_record_gives_no_name_twice(home):
    with rig.open_store(home) as store:
        epoch = rig.rows(store, "SELECT epoch FROM chain")[0][0]
    said = set()
    for page in range(2, rig.record(home).stat().st_size // PAGE, 4):
        copy = shutil.copytree(home, home.with_name(f"write{page}"))
        with rig.record(copy).open("r+b") as file:
            file.seek(page * PAGE + 100)
            file.write(random.Random(page).randbytes(200))
        said.add(written_to(copy, epoch))
    assert said <= {"copied", "restored", "record_damaged", "key_wrong", "record_damaged_paused"}
    assert {"copied", "record_damaged_paused"} <= said


def test_the_wrong_key(home, read_only):
    assert refused(home, key=bytes(32), read_only=read_only).code == "key_wrong"


def test_the_key_of_another_record(home, tmp_path, read_only):
    other = rig.make_site(tmp_path / "other")
    shutil.copy(other / "key", home / "key")
    assert refused(home, read_only=read_only).code == "key_wrong"


def test_a_record_of_a_newer_program(home, read_only):
    connection = driver.open_writer(rig.record(home), rig.key_of(home))
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    assert refused(home, read_only=read_only).code == "schema_newer"


def test_the_description_of_another_site(home, tmp_path, read_only):
    other = rig.make_site(tmp_path / "other")
    shutil.copy(other / "site.json", home / "site.json")
    assert refused(home, read_only=read_only).code == "site_mismatch"


def test_the_record_of_another_site(home, tmp_path, read_only):
    other = rig.make_site(tmp_path / "other")
    for name in ("griddesk.db", "key"):
        shutil.copy(other / name, home / name)
    assert refused(home, read_only=read_only).code == "site_mismatch"


LEFT = """
import os, sys
from pathlib import Path
from db.domain.ops import SYSTEM
from db.store.store import Store
store = Store.open(Path(sys.argv[1]))
for n in range(10):
    about = {"sheet": "daily", "about": "", "sha256": "0" * 64, "pages": 1}
    store.write(lambda j: j.append("sheet_printed", f"left-{n}", about, SYSTEM))
store.write(lambda j: None)
os._exit(0)
"""


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 0.98])
def test_a_log_written_by_halves_opens_and_is_noticed(home, share):
    with rig.run(LEFT, home) as child:
        child.wait()
    log = home / "griddesk.db-wal"
    whole = log.read_bytes()
    assert whole
    # Without its file of locks, as after a power cut.
    (home / "griddesk.db-shm").unlink()
    log.write_bytes(whole[: int(len(whole) * share)] + random.Random(3).randbytes(3000))
    with rig.open_store(home) as store:
        assert store.renewed == "restored"
        assert store.read(verify).is_ok
        names = [
            op.id
            for (body,) in rig.rows(store, "SELECT body FROM op ORDER BY recv")
            if (op := decode(body)).kind == "sheet_printed"
        ]
        assert names == [f"left-{n}" for n in range(len(names))]
        assert len(names) < 10
    assert CALM.search("".join(RENEWED["restored"])) or "没有丢失" in RENEWED["restored"][1]


# the folder

LOCAL = """22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
40 27 0:50 / /srv rw - ext4 /dev/vdb rw
"""


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("41 40 0:51 / /srv/town rw - nfs4 server:/town rw,vers=4.2", "nfs4"),
        ("41 40 0:51 / /srv rw - cifs //server/town rw", "cifs"),
        ("41 40 0:51 / /srv/town rw,nosuid master:1 - fuse.sshfs a@b:/ rw", "fuse.sshfs"),
        ("41 40 0:51 / /srv/town rw - 9p host rw", "9p"),
        ("41 40 0:51 / /srv/town rw - smb3 //s/t rw", "smb3"),
        ("41 40 0:51 / /srv/tow rw - nfs server:/town rw", ""),
        ("41 40 0:51 / /srv/town/home/below rw - nfs server:/town rw", ""),
        ("41 27 0:51 / / rw - nfs server:/root rw", ""),
        ("41 40 0:51 / /srv/town rw - tmpfs tmpfs rw", ""),
        ("41 40 0:51 / /srv/town rw - fuse.gvfsd-fuse x rw", ""),
        ("nonsense", ""),
        ("41 40 0:51 / /srv/town", ""),
    ],
)
def test_which_folders_are_shares(line, kind):
    assert share_of(Path("/srv/town/home"), f"{LOCAL}{line}\n") == kind


def test_a_point_with_blanks_and_one_mounted_over():
    lines = LOCAL + "41 40 0:5 / /srv/my\\040town rw - nfs4 s:/ rw\n"
    assert share_of(Path("/srv/my town/home"), lines) == "nfs4"
    lines += "42 41 0:6 / /srv/my\\040town rw - ext4 /dev/vdc rw\n"
    assert share_of(Path("/srv/my town/home"), lines) == ""


def test_this_disk_is_no_share(tmp_path):
    refuse_share(tmp_path)
    refuse_share(Path("/dev/shm") / "not" / "there")


@pytest.mark.skipif(os.name != "posix", reason="mounts")
def test_a_folder_on_a_share_is_refused(home, read_only, monkeypatch, tmp_path):
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"{LOCAL}41 27 0:51 / {home.parent} rw - nfs4 server:/town rw\n")
    monkeypatch.setattr("db.store.place._MOUNTS", mounts)
    error = refused(home, read_only=read_only)
    assert (error.code, error.params["kind"]) == ("home_on_network", "nfs4")


@pytest.fixture
def sealed(home):
    """A data folder mounted read-only; where nobody may mount, one without the right to write."""
    if os.geteuid() != 0:
        home.chmod(0o500)
        yield home
        home.chmod(0o700)
        return
    if subprocess.run(["mount", "--bind", home, home], capture_output=True).returncode:
        pytest.skip("root, for whom every folder is writable, and mounting is not allowed")
    subprocess.run(["mount", "-o", "remount,ro,bind", home], check=True, capture_output=True)
    yield home
    subprocess.run(["umount", home], check=True, capture_output=True)


def test_a_sealed_folder_is_read_and_not_written(sealed):
    assert not is_writable(sealed)
    assert refused(sealed).code == "home_readonly"
    before = content_of(sealed)
    with Store.open(sealed, read_only=True) as store:
        assert store.read(verify).is_ok
        assert rig.count_ops(store) > 5
    assert content_of(sealed) == before


def test_a_sealed_folder_with_a_log_in_it(home, request):
    with rig.run(LEFT, home) as child:
        child.wait()
    assert (home / "griddesk.db-wal").stat().st_size
    sealed = request.getfixturevalue("sealed")
    assert refused(sealed, read_only=True).code == "record_unmerged"


def test_a_record_that_may_not_be_written(home, monkeypatch):
    rig.record(home).chmod(0o400)
    if os.geteuid() == 0:
        # Rights mean nothing to root: ask what anybody else would be told.
        mode = os.access
        monkeypatch.setattr(
            os, "access", lambda path, _: mode(path, 0) and path != rig.record(home)
        )
    assert refused(home).code == "home_readonly"


def test_two_instances_at_once(home):
    with rig.open_store(home, what="window"):
        with rig.run(SECOND, home) as second:
            text = second.stdout.read()
        assert re.search(rf"窗口使用（\d{{4}}-\d\d-\d\d \d\d:\d\d 起，进程 {os.getpid()}，", text)
        assert "没有丢失" in text
    with rig.run(SECOND, home) as second:
        assert second.stdout.read() == "opened\n"


SECOND = """
import sys
from pathlib import Path
from db.domain.errors import GridDeskError
from db.store.store import Store
from desktop.i18n import describe
try:
    with Store.open(Path(sys.argv[1])):
        print("opened")
except GridDeskError as error:
    print(*describe(error))
"""


# the clock

YEAR = 365 * 86_400_000


@pytest.mark.parametrize(
    ("now", "last", "doubt"),
    [
        (rig.NOW, None, ""),
        (rig.NOW, rig.NOW, ""),
        (rig.NOW, rig.NOW + 9 * 60_000, ""),
        (rig.NOW, rig.NOW + 11 * 60_000, "clock_behind"),
        (rig.NOW, rig.NOW - YEAR, ""),
        (rig.NOW, rig.NOW - 401 * 86_400_000, "clock_ahead"),
        (EARLIEST - 1, None, "clock_behind"),
        (EARLIEST, None, ""),
        (0, None, "clock_behind"),
        (-YEAR, None, "clock_behind"),
        (LATEST - 1, None, ""),
        (LATEST, None, "clock_ahead"),
    ],
)
def test_what_is_odd_about_a_clock(now, last, doubt):
    assert clock_doubt(now, last) == doubt
    assert not doubt or CALM.search("".join(CLOCK_DOUBTS[doubt]))


MOMENTS = {
    "1970": 1_000,
    "before": -40 * YEAR,
    "2036": LATEST + 1_000,
    "2038": 2_147_483_648_000,
    "2099": 4_070_908_800_000,
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_work_goes_on_whatever_the_clock_says(home, moment):
    values = {"content": "井盖破损，有人受伤", "area_code": rig.GRID, "urgency": "urgent"}
    now = MOMENTS[moment]
    ops = "SELECT body FROM op ORDER BY epoch, seq"
    numbers = []
    # Right, wrong, right again: the order of one site's ops is kept through all of it.
    for at in (rig.NOW, now, now - 5, rig.NOW + 60_000):
        with rig.open_store(home, rig.Clock(at)) as store:
            assert store.renewed == ""
            if at in (now, now - 5):
                assert store.clock_doubt in CLOCK_DOUBTS
            done = report_incident(store, rig.CLERK, Report(values))
            numbers.append(done.number)
            stamps = [decode(body).hlc for (body,) in rig.rows(store, ops)]
            assert stamps == sorted(set(stamps))
            assert store.read(verify).is_ok
    assert len(set(numbers)) == len(numbers)
    with rig.open_store(home, rig.Clock(rig.NOW + 60_000)) as store:
        assert store.clock_doubt == ""


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_site_made_and_renewed_at_an_odd_hour(tmp_path, moment):
    clock = rig.Clock(MOMENTS[moment])
    home = rig.make_site(tmp_path / "new", clock=clock)
    moved = home.rename(tmp_path / "moved")
    with rig.open_store(moved, clock) as store:
        assert store.renewed == "copied"
        epochs = [row[0] for row in rig.rows(store, "SELECT epoch FROM chain")]
        assert all(0 < epoch < 2**53 for epoch in epochs)
        assert len(set(epochs)) == 2


@pytest.mark.parametrize("now", [*MOMENTS.values(), 2**60, -(2**60)])
def test_ids_are_valid_at_any_hour(now):
    ids = {new_id(now) for _ in range(100)}
    assert len(ids) == 100
    form = r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    assert all(re.fullmatch(form, one) for one in ids)
