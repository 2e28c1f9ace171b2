"""A record that is not where and what it was left as goes on in a new epoch; any other does not."""

import os
import random
import shutil
import signal
import sys

import pytest

from db.domain.errors import EnvironmentError_
from db.domain.ops import SYSTEM, decode
from db.hub.server import init_hub, open_hub
from db.store.store import Store, read_site
from db.store.verify import verify
from db.store.witness import LIMIT, Witness, witness_path
from tests.db.store import rig

NOISE = random.Random(1).randbytes(5000)
PRINTED = {"sheet": "daily", "about": "", "sha256": "0" * 64, "pages": 1}


def go_on(store, count=1):
    """Write small ops, each in a commit of its own; return their refs."""

    def work(journal):
        return journal.append("sheet_printed", f"p-{rig.count_ops(store)}", PRINTED, SYSTEM).ref

    return [store.write(work).result for _ in range(count)]


def worked(home, count=1):
    """Open a record, write to it, close it; return why it was renewed and what was written."""
    with rig.open_store(home) as store:
        return store.renewed, go_on(store, count)


def renewed(home):
    with rig.open_store(home) as store:
        assert store.read(verify).is_ok
        return store.renewed


def site_of(home):
    return read_site(home).id


def put_back(copy, home):
    """Put a copy in the place of a record: the folder is another one then."""
    shutil.rmtree(home)
    shutil.copytree(copy, home)


def pour_back(copy, home):
    """Write a copy over a record: the files stay the same ones."""
    for path in copy.iterdir():
        shutil.copyfile(path, home / path.name)


@pytest.fixture
def home(home):
    """A record that has been worked on and closed."""
    assert worked(home, 3)[0] == ""
    return home


# what is as it was left


def test_closing_and_opening_never_renews(home):
    epochs = set()
    for _ in range(20):
        why, refs = worked(home)
        assert why == ""
        epochs |= {ref.epoch for ref in refs}
    assert len(epochs) == 1


def test_a_new_site_is_not_doubted(tmp_path):
    home = rig.make_site(tmp_path / "new")
    assert worked(home)[0] == ""


def test_looking_notes_nothing(home):
    path = witness_path(site_of(home))
    before = path.read_bytes()
    with rig.open_store(home, read_only=True) as store:
        assert (store.renewed, store.witness_error) == ("", "")
    shutil.rmtree(path.parent)
    rig.open_store(home, read_only=True).close()
    assert not path.exists()
    assert before


def test_a_record_of_an_earlier_version_is_adopted(home, tmp_path):
    rig.unbound(home)
    witness_path(site_of(home)).unlink()
    assert worked(home)[0] == ""
    assert worked(shutil.copytree(home, tmp_path / "copy"))[0] == "copied"


KILLED = """
import os, sys
from pathlib import Path
from db.domain.ops import SYSTEM
from db.store.store import Store, read_site
store = Store.open(Path(sys.argv[1]))
print("renewed:" + store.renewed, flush=True)
for n in range(10_000):
    about = {"sheet": "daily", "about": "", "sha256": "0" * 64, "pages": 1}
    store.write(lambda j: j.append("sheet_printed", f"{sys.argv[2]}-{n}", about, SYSTEM))
    print(n, flush=True)
"""


def test_twenty_kills_right_after_a_commit_never_renew(home):
    rng = random.Random(7)
    acked = 0
    for run in range(20):
        with rig.run(KILLED, home, run) as child:
            assert child.stdout.readline() == "renewed:\n"
            for _ in range(rng.randint(1, 5)):
                child.stdout.readline()
                acked += 1
            child.send_signal(signal.SIGKILL)
            acked += len(child.stdout.read().split("\n")[:-1])
    with rig.open_store(home) as store:
        assert store.renewed == ""
        assert rig.rows(store, "SELECT count(*) FROM op WHERE body LIKE '%sheet_printed%'")[0][0]
        assert rig.count_ops(store) >= acked
        assert store.read(verify).is_ok


STRUCK = """
import os, sys
from pathlib import Path
from db.store import witness
from tests.db.store import rig
witness.append_file = lambda *_: os._exit(9)
if sys.argv[2] == "make":
    rig.make_site(Path(sys.argv[1]))
else:
    rig.open_store(Path(sys.argv[1])).close()
"""


def strike(home, what):
    """Die between a commit and its line in the witness."""
    with rig.run(STRUCK, home, what) as child:
        assert child.wait() == 9


def test_a_death_before_the_very_first_line(tmp_path):
    strike(tmp_path / "new", "make")
    assert not list(witness_path("x").parent.glob("*"))
    assert worked(tmp_path / "new")[0] == ""


def test_a_death_between_a_new_epoch_and_its_line(home, tmp_path):
    copy = shutil.copytree(home, tmp_path / "copy")
    strike(copy, "open")
    assert renewed(copy) == ""
    with rig.open_store(copy) as store:
        assert rig.rows(store, "SELECT count(*) FROM chain") == [(2,)]
        assert go_on(store)[0].seq == 2


# what is not


@pytest.mark.parametrize("put", [put_back, pour_back])
def test_a_restored_record_goes_on_in_a_new_epoch(home, tmp_path, put):
    copy = shutil.copytree(home, tmp_path / "backup")
    _, later = worked(home, 4)
    put(copy, home)
    with rig.open_store(home) as store:
        assert store.renewed == "restored"
        ref = go_on(store)[0]
        assert ref.epoch != later[0].epoch
        assert ref.seq == 2
        body = rig.rows(store, "SELECT body FROM op WHERE epoch = ? AND seq = 1", ref.epoch)
        first = decode(body[0][0])
        assert first.kind == "epoch_started"
        assert first.payload["reason"] == "restored"
        assert first.payload["left"]["seq"] == later[0].seq - 1
    assert worked(home)[0] == ""


def test_what_followed_under_the_same_name_is_seen(home, tmp_path):
    """As many ops as the witness saw, but other ones."""
    copy = shutil.copytree(home, tmp_path / "backup")
    worked(home, 2)
    witness = witness_path(site_of(home))
    known = witness.read_bytes()
    pour_back(copy, home)
    witness.unlink()
    rig.unbound(home)
    with rig.open_store(home) as store:
        store.write(lambda journal: journal.append("sheet_printed", "else", PRINTED, SYSTEM))
        go_on(store)
    witness.write_bytes(known)
    assert renewed(home) == "restored"


def test_lost_ops_of_others_are_seen_too(tmp_path):
    home = tmp_path / "hub"
    init_hub(home, "区级服务", "file")
    with open_hub(home) as hub:
        before = rig.rows(hub, "SELECT v FROM meta WHERE k = 'incarnation'")
    witness = witness_path(site_of(home))
    line = witness.read_text().split()[-1].replace('"recv":1', '"recv":900')
    assert "900" in line
    witness.write_text(line + "\n")
    with open_hub(home) as hub:
        assert hub.renewed == "restored"
        assert rig.rows(hub, "SELECT v FROM meta WHERE k = 'incarnation'") != before


def test_two_copies_part_once(home, tmp_path):
    copy = shutil.copytree(home, tmp_path / "copy")
    with rig.open_store(copy) as second, rig.open_store(home) as first:
        assert (first.renewed, second.renewed) == ("", "copied")
        assert go_on(first)[0].epoch != go_on(second)[0].epoch
    # Both are noted in the same file; neither is taken for the other from then on.
    for _ in range(3):
        assert (worked(home, 2)[0], worked(copy)[0]) == ("", "")


def test_a_moved_folder_counts_as_a_copy(home, tmp_path):
    moved = home.rename(tmp_path / "moved")
    assert worked(moved)[0] == "copied"
    assert worked(moved)[0] == ""


def test_another_machine(home, monkeypatch, tmp_path):
    monkeypatch.setattr("db.store.place._MACHINE", tmp_path / "machine-id")
    (tmp_path / "machine-id").write_text("another\n")
    assert worked(home)[0] == "copied"


def test_a_copied_hub_is_another_incarnation(tmp_path):
    init_hub(tmp_path / "hub", "区级服务", "file")
    copy = shutil.copytree(tmp_path / "hub", tmp_path / "copy")
    ask = "SELECT v FROM meta WHERE k = 'incarnation'"
    with open_hub(tmp_path / "hub") as first, open_hub(copy) as second:
        assert (first.renewed, second.renewed) == ("", "copied")
        assert rig.rows(first, ask) != rig.rows(second, ask)


def test_a_log_cut_short_is_a_restored_record(home):
    with rig.run(KILLED, home, "cut") as child:
        for _ in range(12):
            child.stdout.readline()
        child.kill()
    log = home / "griddesk.db-wal"
    whole = log.read_bytes()
    main, witness = rig.record(home).read_bytes(), witness_path(site_of(home))
    noted = witness.read_bytes()
    found = []
    for cut in range(0, len(whole) + 1, max(1, len(whole) // 24)):
        for tail in (b"", os.urandom(5000)):
            rig.record(home).write_bytes(main)
            (home / "griddesk.db-shm").unlink(missing_ok=True)
            log.write_bytes(whole[:cut] + tail)
            witness.write_bytes(noted)
            with rig.open_store(home) as store:
                assert store.read(verify).is_ok
                assert store.renewed in ("", "restored")
                seqs = rig.rows(store, "SELECT seq FROM op ORDER BY epoch, seq")
                assert seqs
                found.append((cut, store.renewed))
                go_on(store)
    assert found[0][1] == "restored"
    assert found[len(found) // 2][1] == "restored"
    rig.record(home).write_bytes(main)
    log.write_bytes(whole)
    witness.write_bytes(noted)
    assert renewed(home) == ""


def test_a_record_of_which_nothing_is_left(tmp_path):
    home = rig.make_site(tmp_path / "new")
    from db.store import driver

    key = rig.key_of(home)
    for name in ("griddesk.db", "griddesk.db-wal", "griddesk.db-shm"):
        (home / name).unlink(missing_ok=True)
    driver.create(rig.record(home), key)
    with pytest.raises(EnvironmentError_) as caught:
        rig.open_store(home)
    assert caught.value.code == "record_emptied"


# the witness itself


def test_a_lost_witness_costs_an_epoch_once(home):
    witness_path(site_of(home)).unlink()
    assert worked(home)[0] == "witness_lost"
    assert worked(home)[0] == ""


@pytest.mark.parametrize(
    "content",
    [
        b"",
        NOISE[:3000],
        NOISE * 1000,
        b"[]\n{}\nnull\n1\n" * 100,
        b'{"site":"SITE","epoch":"a","seq":1,"recv":1,"hash":"","binding":""}\n',
        b'{"site":"SITE","epoch":1,"seq":1' + b"0" * 400 + b',"recv":1,"hash":"","binding":""}\n',
        b'{"site":"another","epoch":1,"seq":9,"recv":9,"hash":"00","binding":"x"}\n',
    ],
    ids=range(7),
)
def test_a_witness_of_rubbish_is_a_lost_one(home, content):
    path = witness_path(site_of(home))
    path.write_bytes(content.replace(b"SITE", site_of(home).encode()))
    assert worked(home)[0] == "witness_lost"
    assert worked(home)[0] == ""


@pytest.mark.parametrize("tail", [b'\n{"site":"', b"\n\x00\xff", NOISE[:2000]], ids=range(3))
def test_a_torn_last_line_is_passed_over(home, tail):
    path = witness_path(site_of(home))
    with path.open("ab") as file:
        file.write(tail)
    why, refs = worked(home)
    assert why == ""
    # What is written after it stands on a line of its own.
    newest = next(Witness(site_of(home), rig.record(home), rig.Clock()).lines())
    assert (newest.mark.epoch, newest.mark.seq) == refs[0][1:]


def test_a_witness_that_cannot_be_written_stops_nobody(home, tmp_path, monkeypatch, caplog):
    caplog.set_level("INFO", "db.store.witness")
    (tmp_path / "file").touch()
    monkeypatch.setenv("GRIDDESK_WITNESS", str(tmp_path / "file" / "below"))
    with rig.open_store(home) as store:
        assert store.renewed == "witness_lost"
        go_on(store, 3)
        store.write(lambda journal: None)
        assert "Not a directory" in store.witness_error
    assert [record.message[:11] for record in caplog.records] == ["the witness"]
    with rig.open_store(home) as store:
        monkeypatch.setenv("GRIDDESK_WITNESS", str(tmp_path / "fine"))
        go_on(store)
        store.write(lambda journal: None)
        assert store.witness_error == ""


def test_the_witness_stays_small_and_is_private(home):
    path = witness_path(site_of(home))
    with rig.open_store(home) as store:
        go_on(store, 400)
    assert path.stat().st_size < LIMIT + 1000
    assert renewed(home) == ""
    assert path.stat().st_mode & 0o077 == 0
    assert str(home).encode() not in path.read_bytes()


def test_a_commit_without_ops_writes_no_line(home):
    path = witness_path(site_of(home))
    with rig.open_store(home) as store:
        go_on(store)
        store.write(lambda journal: None)
        before = path.read_bytes()
        store.write(lambda journal: journal.set_meta("x", "y"))
        store.write(lambda journal: None)
        assert path.read_bytes() == before


def test_the_witness_lies_outside_of_the_data(home, monkeypatch):
    monkeypatch.delenv("GRIDDESK_WITNESS")
    monkeypatch.setenv("XDG_STATE_HOME", "/state")
    assert str(witness_path("../a/b")) == "/state/griddesk/.._a_b.witness"
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", "/home/zhou")
    assert str(witness_path("s")) == "/home/zhou/.local/state/griddesk/s.witness"


# one writer


QUICK = """
import sys, time
from pathlib import Path
from db.store.store import Store, read_site
with Store.open(Path(sys.argv[1]), what="window"):
    print("open", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def test_the_refusal_says_who_writes(home):
    with rig.run(QUICK, home, 60) as child:
        assert child.stdout.readline() == "open\n"
        with pytest.raises(EnvironmentError_) as caught:
            rig.open_store(home)
        child.kill()
    found = caught.value.params
    assert (found["pid"], found["what"]) == (str(child.pid), "window")
    assert found["since"] > 0
    assert found["user"]
    assert found["host"] == os.uname().nodename


def test_two_quick_commands_do_not_collide(home):
    with rig.run(QUICK, home, 0.3) as child:
        assert child.stdout.readline() == "open\n"
        Store.open(home, wait=5).close()


@pytest.mark.parametrize("left", [b"", b"27277", b"\xff\x00", b"[1]", b'{"pid":1}'])
def test_a_lock_that_was_left_behind_stops_nobody(home, left):
    (home / "griddesk.lock").write_bytes(left)
    rig.open_store(home).close()


@pytest.mark.skipif(sys.platform == "win32", reason="flock")
def test_a_strange_lock_is_told_without_a_name(home):
    import fcntl

    with (home / "griddesk.lock").open("wb") as file:
        file.write(b"\xff")
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(EnvironmentError_) as caught:
            rig.open_store(home)
    assert caught.value.params["pid"] == "—"
