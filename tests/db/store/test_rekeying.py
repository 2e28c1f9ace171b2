"""The key of the file: kept elsewhere, renewed, and found again whatever was in between."""

import os
import signal
import subprocess
import sys

import pytest

from db.commands.erasure import erase_caller
from db.commands.incidents import Report, report_incident
from db.domain.errors import EnvironmentError_, InputError, RuleError
from db.domain.ops import Actor
from db.store import driver, keys, rekeying, swap
from db.store import store as store_module
from db.store.backup import make_backup, renew_code
from db.store.envelopes import Caller
from db.store.keys import load_key, new_code
from db.store.manifest import list_backups
from db.store.medium import Watch
from db.store.recovery_file import read_code, write_code
from db.store.rekeying import change_place, keys_of, renew_key
from db.store.repair import repair
from db.store.restore import restore, unlock
from db.store.shredding import settle
from db.store.store import RECORD, Store, read_site
from db.store.verify import verify_home
from tests.db.store import rig
from tests.db.store.test_keys import BACKEND, wait_at_most

SECURITY = Actor("an", "安全员", ("security_admin",))
FIRST, SECOND = "枫桥路十二号门前", "溪口村东头老樟树"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch):
    monkeypatch.delenv(keys.PASSPHRASE_ENV, raising=False)
    monkeypatch.setattr(keys, "_ARGON", {"time_cost": 1, "memory_cost": 8, "parallelism": 1})


@pytest.fixture
def key_store(tmp_path, monkeypatch):
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "test_key_store.py").write_text(BACKEND)
    paths = (str(tmp_path / "modules"), str(rig.ROOT))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "test_key_store.Backend")
    monkeypatch.setenv("TEST_KEY_STORE", str(tmp_path / "store.json"))
    wait_at_most(monkeypatch, 30.0)
    return tmp_path / "store.json"


@pytest.fixture
def home(tmp_path):
    made = rig.make_site(tmp_path / "home")
    with Store.open(made) as store:
        report(store)
    return made


def report(store, caller=None):
    said = Report({"content": "河边路面积水严重", "address": "河边"}, caller or Caller("", ""))
    return report_incident(store, rig.CLERK, said)


def say(*words):
    answers = iter(words)
    return lambda is_retry: next(answers)


def always(word):
    return lambda is_retry: word


def numbers(home, ask=None):
    with Store.open(home, ask=ask) as store:
        assert store.renewed == ""
        return store.read(lambda c: c.execute("SELECT number FROM incident").fetchall())


def opens_with(record, key):
    try:
        driver.open_any(record, key).close()
    except EnvironmentError_:
        return False
    return True


# another place


def test_from_a_file_to_a_passphrase_to_the_key_store_and_back(home, key_store):
    key, before = rig.key_of(home), numbers(home)
    assert change_place(home, "passphrase", new=FIRST).kind == "passphrase"
    assert not (home / "key").exists()
    assert numbers(home, always(FIRST)) == before
    assert change_place(home, "passphrase", always(FIRST), SECOND).kind == "passphrase"
    with pytest.raises(EnvironmentError_, match="passphrase_wrong"):
        load_key(home, read_site(home).key_place, _once_only(FIRST))
    assert change_place(home, "keyring", always(SECOND)).kind == "keyring"
    assert numbers(home) == before
    assert key.hex() in key_store.read_text()
    assert change_place(home, "file").kind == "file"
    assert key.hex() not in key_store.read_text()
    assert (rig.key_of(home), numbers(home)) == (key, before)


def _once_only(word):
    def ask(is_retry):
        if is_retry:
            raise EnvironmentError_("passphrase_wrong")
        return word

    return ask


def test_a_record_that_is_open_goes_on_meanwhile(home):
    with Store.open(home) as store:
        change_place(home, "passphrase", new=FIRST)
        report(store)
        renew_code(home, store.key)
    assert len(numbers(home, always(FIRST))) == 2
    assert read_site(home).recovery is not None


def test_a_place_that_does_not_answer_changes_nothing(home, monkeypatch):
    monkeypatch.setattr(keys, "_agent_command", lambda: [sys.executable, "-c", "raise SystemExit"])
    before = read_site(home)
    for kind, new, code in (
        ("keyring", "", "key_wrong"),
        ("passphrase", "kurz", "passphrase_short"),
        ("file", "", "key_place_same"),
    ):
        with pytest.raises((EnvironmentError_, RuleError), match=code):
            change_place(home, kind, new=new)
        assert read_site(home) == before
        assert numbers(home)


# a new key


def test_the_file_opens_with_the_new_key_alone(home):
    old, before = rig.key_of(home), numbers(home)
    done = renew_key(home)
    new = rig.key_of(home)
    assert new != old
    assert done.bytes == (home / RECORD).stat().st_size
    assert opens_with(home / RECORD, new)
    assert not opens_with(home / RECORD, old)
    assert numbers(home) == before
    assert verify_home(home).is_ok
    # Nothing of it lies about: neither the former file nor its key.
    assert sorted(path.name for path in home.iterdir() if path.suffix != ".lock") == sorted(
        ["griddesk.db", "key", "site.json", *_beside(home)]
    )
    assert keys_of(read_site(home), new) == [new, old]
    for path in home.iterdir():
        assert old.hex().encode() not in path.read_bytes() if path.is_file() else True


def _beside(home):
    return [path.name for path in home.glob("griddesk.db-*")]


def open_to_others(home):
    """Return the files of a record that others than its owner may use."""
    files = [path for path in home.rglob("*") if path.is_file() and path.suffix != ".lock"]
    assert len(files) >= 3
    return [path.name for path in files if path.stat().st_mode & 0o077]


def test_no_file_of_a_record_is_open_to_others(home, tmp_path):
    """Whatever has been done with it; one that an earlier version left open is shut."""
    (tmp_path / "disk").mkdir()
    before = os.umask(0o022)
    try:
        renew_key(home)
        assert open_to_others(home) == []
        change_place(home, "passphrase", new=FIRST)
        change_place(home, "file", say(FIRST))
        with Store.open(home) as store:
            made = make_backup(store, tmp_path / "disk", "A1").backup
            report(store)
            assert open_to_others(home) == open_to_others(made.path) == []
        made.record.chmod(0o644)
        restore(made, home, unlock(made, home))
        assert open_to_others(home) == []
        (home / RECORD).chmod(0o644)
        with Store.open(home) as store:
            report(store)
            assert open_to_others(home) == []
            key = store.key
        repair(home, key, list_backups(tmp_path / "disk"))
        assert open_to_others(home) == []
    finally:
        os.umask(before)


def test_it_is_the_same_site_and_goes_on_in_the_same_chain(home):
    with Store.open(home) as store:
        before = store.read(lambda c: c.execute("SELECT epoch, head_seq FROM chain").fetchall())
        number = report(store).number
    renew_key(home)
    with Store.open(home) as store:
        assert store.renewed == ""
        assert (
            store.read(lambda c: c.execute("SELECT epoch, head_seq FROM chain").fetchall())[0][0]
            == before[0][0]
        )
        after = report(store).number
    assert int(after[-4:]) == int(number[-4:]) + 1


@pytest.mark.parametrize("kind", ["passphrase", "keyring"])
def test_it_is_kept_where_the_old_one_was(home, kind, key_store):
    ask = always(FIRST)
    change_place(home, kind, new=FIRST)
    old = load_key(home, read_site(home).key_place, ask)
    renew_key(home, ask=say(FIRST))
    place = read_site(home).key_place
    assert place.kind == kind
    assert load_key(home, place, ask) != old
    assert not (home / "key").exists()
    if kind == "keyring":
        assert old.hex() not in key_store.read_text()


def test_a_code_on_a_stick_is_read_back(home, tmp_path):
    (tmp_path / "stick").mkdir()
    code, site = new_code(), read_site(home)
    path = write_code(tmp_path / "stick", site, code)
    assert path.stat().st_mode & 0o077 == 0
    assert read_code(path) == code
    assert site.id in path.read_text(encoding="utf-8")
    (tmp_path / "other.txt").write_bytes(b"\xff\x00" * 5000)
    for wrong, problem in ((tmp_path / "other.txt", "code_malformed"), (tmp_path, "file_missing")):
        with pytest.raises(InputError, match=problem):
            read_code(wrong)
    with pytest.raises(EnvironmentError_, match="backup_folder_missing"):
        write_code(tmp_path / "absent", site, code)


def test_old_backups_open_as_ever(home, tmp_path):
    """By what this machine has, by the code of then, by the code of now: after two renewals."""
    disk = tmp_path / "disk"
    disk.mkdir()
    codes = []
    for turn in range(3):
        with Store.open(home) as store:
            report(store)
            if not turn:
                codes.append(renew_code(home, store.key))
            make_backup(store, disk, "t")
        codes.append(new_code())
        renew_key(home, code=codes[-1])
    backups = list_backups(disk)
    assert len(backups) == 3
    for backup in backups:
        assert opens_with(backup.record, unlock(backup, home).key)
    # The code of the last renewal is known here alone; those before, to the later backups too.
    for backup in backups:
        assert opens_with(backup.record, unlock(backup, home, codes[3]).key)
    elsewhere = tmp_path / "elsewhere"
    for backup in backups:
        assert opens_with(backup.record, unlock(backup, elsewhere, codes[2]).key)
    oldest = backups[-1]
    assert opens_with(oldest.record, unlock(oldest, elsewhere, codes[0]).key)
    with pytest.raises(EnvironmentError_, match="code_wrong"):
        unlock(oldest, elsewhere, new_code())
    with pytest.raises(InputError, match="code_malformed"):
        unlock(oldest, elsewhere, "x")
    restore(oldest, home, unlock(oldest, home))
    with Store.open(home) as store:
        assert store.renewed in ("restored", "copied")


def test_a_repair_stands_on_a_backup_of_before(home, tmp_path):
    (tmp_path / "disk").mkdir()
    with Store.open(home) as store:
        make_backup(store, tmp_path / "disk", "t")
    before = numbers(home)
    renew_key(home)
    with (home / RECORD).open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(8192))
    done = repair(home, rig.key_of(home), list_backups(tmp_path / "disk"))
    assert done.base is not None
    with Store.open(home) as store:
        assert store.read(lambda c: c.execute("SELECT number FROM incident").fetchall()) == before


def test_an_erasure_reaches_the_backups_of_before(home, tmp_path):
    (tmp_path / "disk").mkdir()
    with Store.open(home) as store:
        number = report(store, Caller("欧阳锋芒", "13912345678")).number
        make_backup(store, tmp_path / "disk", "t")
    renew_key(home)
    with Store.open(home) as store:
        erase_caller(store, SECURITY, number, "本人要求")
        done = settle(store)
    (backup,) = list_backups(tmp_path / "disk")
    assert done.done == (backup.path,)
    assert not done.left
    assert opens_with(backup.record, unlock(backup, home).key)


def test_while_somebody_writes_it_is_refused(home):
    with Store.open(home, what="window"), pytest.raises(EnvironmentError_, match="record_in_use"):
        renew_key(home)
    assert numbers(home)


def test_a_reader_goes_on_reading(home):
    with Store.open(home, read_only=True) as reader:
        count = "SELECT count(*) FROM incident"
        assert reader.read(lambda c: c.execute(count).fetchone()) == (1,)
        renew_key(home)
        assert reader.read(lambda c: c.execute(count).fetchone()) == (1,)


@pytest.mark.parametrize("step", ["copy", "prove", "swap"])
def test_cancelled_it_leaves_all_as_it_was(home, step, monkeypatch):
    old, seen = rig.key_of(home), []
    if step == "swap":
        placed = rekeying.place_key
        monkeypatch.setattr(rekeying, "place_key", lambda *a: seen.append("swap") or placed(*a))
    watch = Watch(lambda name, done, total: seen.append(name), lambda: step in seen)
    with pytest.raises(EnvironmentError_, match="cancelled"):
        renew_key(home, watch=watch)
    assert rig.key_of(home) == old
    assert numbers(home)
    assert not list(home.glob("*.part"))


# killed


STEPS = (
    (driver, "copy"),
    (rekeying, "rebind"),
    (rekeying, "place_key"),
    (rekeying, "write_site"),
    (rekeying, "announce"),
    (swap, "_change"),
    (rekeying, "drop_former"),
    (rekeying.shutil, "rmtree"),
    (rekeying, "drop_key"),
)


def killed_at(count, work):
    """Run in a process of its own, killed before or after its n-th step; whether it was."""
    child = os.fork()
    if not child:
        left = [count]

        def tick():
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

        for module, name in STEPS:
            setattr(module, name, _ticking(getattr(module, name), tick))
        try:
            work()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def _ticking(function, tick):
    def stepped(*arguments, **options):
        tick()
        done = function(*arguments, **options)
        tick()
        return done

    return stepped


def test_killed_at_every_step_of_a_renewal_the_record_opens(home):
    before, count = numbers(home), 0
    while killed_at(count, lambda: renew_key(home)):
        count += 1
        assert numbers(home) == before
        new = rig.key_of(home)
        # A key that was replaced opens nothing more, and no file under it is left.
        assert not list(home.glob("former-key-*"))
        assert opens_with(home / RECORD, new)
        assert store_module.SWAP not in os.listdir(home)
    assert count > 20
    assert numbers(home) == before


@pytest.mark.parametrize(("first", "second"), [("file", "passphrase"), ("passphrase", "file")])
def test_killed_at_every_step_of_a_change_of_place_the_record_opens(home, first, second):
    ask, count = always(FIRST), 0
    if first == "passphrase":
        change_place(home, first, new=FIRST)
    key = load_key(home, read_site(home).key_place, ask)
    while killed_at(count, lambda: change_place(home, second, ask, FIRST)):
        count += 1
        assert numbers(home, ask)
        kind = read_site(home).key_place.kind
        assert (home / "key").exists() == (kind == "file")
        if kind != first:
            change_place(home, first, ask, FIRST)
    assert count >= 4
    assert load_key(home, read_site(home).key_place, ask) == key


def test_no_key_is_in_an_argument_or_in_words_about_it(home, monkeypatch):
    change_place(home, "passphrase", new=FIRST)
    site, key = read_site(home), load_key(home, read_site(home).key_place, always(FIRST))
    assert site.key_place.wrapped not in repr(site)
    seen, run = [], subprocess.run
    monkeypatch.setattr(keys, "_agent_command", lambda: [sys.executable, "-c", "print('ok')"])
    monkeypatch.setattr(
        subprocess, "run", lambda command, **o: seen.append(command) or run(command, **o)
    )
    with pytest.raises(EnvironmentError_) as caught:
        change_place(home, "keyring", always(FIRST))
    for text in (str(caught.value), repr(caught.value.__context__), str(seen)):
        assert key.hex() not in text
