"""The system's key store as it is: gnome-keyring; none on the bus; one that never answers."""

import sys
from dataclasses import replace

import pytest

from db.store.keys import KeyPlace
from db.store.store import Store, read_site, write_site
from tests.db.store import rig
from tests.db.store.in_session import in_session

WORK = """
import sys, time
from pathlib import Path
from db.domain.errors import EnvironmentError_
from db.store import keys, rekeying
from db.store.store import Store, read_site
home = Path(sys.argv[1])
keys._agent.__kwdefaults__["timeout"] = float(sys.argv[2])
keys.UNLOCK_TIMEOUT = float(sys.argv[2])
begin = time.monotonic()
try:
    exec(sys.argv[3])
except EnvironmentError_ as error:
    print(error.code, round(time.monotonic() - begin))
"""


@pytest.fixture
def home(tmp_path):
    return rig.make_site(tmp_path / "home")


@pytest.fixture
def ask(tmp_path, home):
    """Run statements on a bus; gives what they say."""

    def run(mode, statements, seconds=60):
        done = in_session(
            tmp_path / "person", mode, sys.executable, "-c", WORK, str(home), str(seconds),
            statements,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.split()

    return run


def numbers(home):
    with Store.open(home) as store:
        return store.read(lambda c: c.execute("SELECT count(*) FROM op").fetchone())


def test_gnome_keyring_keeps_a_key_and_gives_it_again_after_a_restart(home, ask):
    key = rig.key_of(home)
    said = ask(
        "real",
        "print(keys.key_store_answers(), keys._best_kind(None));"
        "print(rekeying.change_place(home, 'keyring').kind)",
    )
    assert said == ["True", "keyring", "keyring"]
    assert not (home / "key").exists()
    # Another session of the same person: the store is on the disk.
    assert ask("real", "print(keys.load_key(home, read_site(home).key_place).hex())") == [key.hex()]
    said = ask(
        "real",
        "rekeying.renew_key(home); print(keys.load_key(home, read_site(home).key_place).hex());"
        "rekeying.change_place(home, 'file'); print(read_site(home).key_place.kind)",
    )
    assert said[0] != key.hex()
    assert (rig.key_of(home).hex(), said[1]) == (said[0], "file")
    assert numbers(home)


def test_a_dead_key_store_is_told_at_once(home, ask):
    _said_to_be_in_the_key_store(home)
    code, seconds = ask("none", "Store.open(home)", 20)
    assert code == "key_store_missing"
    assert int(seconds) < 20
    assert ask("none", "print(keys._best_kind(None))") == ["file"]


def test_a_key_store_that_never_answers_is_not_waited_for(home, ask):
    _said_to_be_in_the_key_store(home)
    code, seconds = ask("hanging", "Store.open(home)", 3)
    assert code == "key_store_silent"
    assert 3 <= int(seconds) <= 8
    before = read_site(home)
    assert ask("hanging", "print(keys._best_kind(None))", 3) == ["file"]
    assert ask("hanging", "rekeying.renew_key(home)", 3)[0] == "key_store_silent"
    assert read_site(home) == before


def _said_to_be_in_the_key_store(home):
    write_site(home, replace(read_site(home), key_place=KeyPlace("keyring", name="home-x")))
    (home / "key").unlink()
