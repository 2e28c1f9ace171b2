"""Where the file's key is kept, and what happens when its place does not answer."""

import os
import subprocess
import sys
import time

import pytest

from db.domain.errors import EnvironmentError_, RuleError
from db.store import files, keys
from db.store.keys import KeyPlace, create_key, key_store_answers, load_key, needs_passphrase
from tests.db.store import rig

HANGS = "import time; time.sleep(60)"
FAILS = "import sys; sys.exit('no backend')"


@pytest.fixture(autouse=True)
def _no_passphrase_from_outside(monkeypatch):
    monkeypatch.delenv(keys.PASSPHRASE_ENV, raising=False)


def agent(monkeypatch, program):
    monkeypatch.setattr(keys, "_agent_command", lambda: [sys.executable, "-c", program])


def wait_at_most(monkeypatch, seconds):
    assert keys._agent.__kwdefaults__ == {"timeout": keys.AGENT_TIMEOUT}
    monkeypatch.setitem(keys._agent.__kwdefaults__, "timeout", seconds)


def refusal(work, *arguments, **options):
    with pytest.raises(EnvironmentError_) as caught:
        work(*arguments, **options)
    return caught.value


# a key file


def test_a_key_file_is_the_owners_alone(tmp_path):
    key, place = create_key(tmp_path, "file")
    path = tmp_path / "key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(key) == 32
    assert load_key(tmp_path, place) == key
    assert not place.is_protected
    for mode in (0o640, 0o604, 0o660, 0o644):
        path.chmod(mode)
        assert refusal(load_key, tmp_path, place).code == "key_file_open"
    path.chmod(0o400)
    assert load_key(tmp_path, place) == key


def test_two_keys_are_never_alike(tmp_path):
    (tmp_path / "b").mkdir()
    assert create_key(tmp_path, "file")[0] != create_key(tmp_path / "b", "file")[0]


def test_an_existing_key_is_never_overwritten(tmp_path):
    key, place = create_key(tmp_path, "file")
    assert refusal(create_key, tmp_path, "file").code == "key_file_exists"
    assert load_key(tmp_path, place) == key


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "key_file_missing"),
        (b"", "key_wrong"),
        (b"00" * 31, "key_wrong"),
        (b"zz" * 32, "key_wrong"),
        ("钥".encode(), "key_file_missing"),
    ],
)
def test_a_key_file_that_holds_no_key(tmp_path, content, code):
    if content is not None:
        (tmp_path / "key").write_bytes(content)
        (tmp_path / "key").chmod(0o600)
    assert refusal(load_key, tmp_path, KeyPlace("file")).code == code


# a passphrase


@pytest.fixture
def cheap(monkeypatch):
    monkeypatch.setattr(keys, "_ARGON", {"time_cost": 1, "memory_cost": 8, "parallelism": 1})


def passphrase_file(tmp_path, monkeypatch, text):
    path = tmp_path / "passphrase"
    path.touch(0o600)
    path.write_text(text, encoding="utf-8")
    monkeypatch.setenv(keys.PASSPHRASE_ENV, str(path))
    return path


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
def test_a_passphrase_that_others_may_use_is_not_taken(tmp_path, monkeypatch, mode):
    passphrase_file(tmp_path, monkeypatch, "枫桥路十二号门前").chmod(mode)
    assert refusal(create_key, tmp_path, "passphrase").code == "secret_file_open"


def test_another_persons_passphrase_is_not_taken(tmp_path, monkeypatch):
    path = passphrase_file(tmp_path, monkeypatch, "枫桥路十二号门前")
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    assert refusal(create_key, tmp_path, "passphrase").code == "secret_file_open"


def test_a_passphrase_is_read_from_a_small_file_alone(tmp_path, monkeypatch):
    """A pipe nobody writes into would keep the program waiting for ever."""
    path = passphrase_file(tmp_path, monkeypatch, "x" * files.MAX_SECRET)
    assert create_key(tmp_path, "passphrase")[1].kind == "passphrase"
    path.write_text("x" * (files.MAX_SECRET + 1), encoding="utf-8")
    assert refusal(create_key, tmp_path, "passphrase").code == "secret_file_odd"
    path.unlink()
    path.mkdir(0o700)
    assert refusal(create_key, tmp_path, "passphrase").code == "secret_file_odd"
    path.rmdir()
    os.mkfifo(path, 0o600)
    assert refusal(create_key, tmp_path, "passphrase").code == "secret_file_odd"


def test_a_passphrase_from_a_file(tmp_path, monkeypatch, cheap):
    path = passphrase_file(tmp_path, monkeypatch, "枫桥路十二号门前\r\n")
    key, place = create_key(tmp_path, "auto")
    assert place.kind == "passphrase"
    assert place.is_protected
    assert not (tmp_path / "key").exists()
    assert key.hex() not in repr(place)
    assert load_key(tmp_path, place) == key
    assert not needs_passphrase(place)
    path.write_text("枫桥路十二号门前", encoding="utf-8")
    assert load_key(tmp_path, place) == key
    path.write_text("枫桥路十二号门后", encoding="utf-8")
    assert refusal(load_key, tmp_path, place).code == "passphrase_wrong"
    path.unlink()
    assert refusal(load_key, tmp_path, place).code == "secret_file_unreadable"
    path.touch(0o600)
    path.write_bytes(b"\xff\xfe")
    assert refusal(load_key, tmp_path, place).code == "secret_file_unreadable"
    monkeypatch.delenv(keys.PASSPHRASE_ENV)
    assert needs_passphrase(place)
    assert refusal(load_key, tmp_path, place).code == "passphrase_needed"


def test_a_person_is_asked_again(tmp_path, cheap):
    key, place = create_key(tmp_path, "passphrase", lambda is_retry: "correct horse")
    asked, answers = [], iter(["wrong horse", "", "correct horse"])

    def ask(is_retry):
        asked.append(is_retry)
        return next(answers)

    assert load_key(tmp_path, place, ask) == key
    assert asked == [False, True, True]


def test_a_short_passphrase_is_refused(tmp_path, cheap):
    with pytest.raises(RuleError) as caught:
        create_key(tmp_path, "passphrase", lambda is_retry: "1234567")
    assert (caught.value.code, caught.value.params) == ("passphrase_short", {"minimum": 8})


def test_the_derivation_is_a_slow_one():
    assert keys._ARGON["memory_cost"] >= 65536
    assert keys._ARGON["time_cost"] >= 3


# a key store


BACKEND = """
import json, os, pathlib
from keyring.backend import KeyringBackend

class Backend(KeyringBackend):
    priority = 5
    path = pathlib.Path(os.environ["TEST_KEY_STORE"])

    def _all(self):
        return json.loads(self.path.read_text()) if self.path.exists() else {}

    def set_password(self, service, name, password):
        self.path.write_text(json.dumps(self._all() | {service + name: password}))

    def get_password(self, service, name):
        return self._all().get(service + name)

    def delete_password(self, service, name):
        kept = self._all()
        del kept[service + name]
        self.path.write_text(json.dumps(kept))
"""


@pytest.fixture
def key_store(tmp_path, monkeypatch):
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "test_key_store.py").write_text(BACKEND)
    paths = (str(tmp_path / "modules"), str(rig.ROOT))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "test_key_store.Backend")
    monkeypatch.setenv("TEST_KEY_STORE", str(tmp_path / "store.json"))
    # What is tested here is the answer, not how fast a loaded machine starts a process.
    wait_at_most(monkeypatch, 30.0)
    return tmp_path / "store.json"


def test_the_best_place_is_the_key_store(tmp_path, key_store):
    key, place = create_key(tmp_path, "auto")
    assert (place.kind, place.is_protected) == ("keyring", True)
    assert not (tmp_path / "key").exists()
    assert load_key(tmp_path, place) == key
    # The probe has left nothing.
    assert key_store.read_text().count(":") == 1
    key_store.unlink()
    assert refusal(load_key, tmp_path, place).code == "key_store_missing"


def test_the_key_is_never_an_argument(tmp_path, monkeypatch):
    seen = []
    run = subprocess.run

    def watched(command, **options):
        seen.append((command, options["input"]))
        return run(command, **options)

    agent(monkeypatch, "print('ok')")
    monkeypatch.setattr(subprocess, "run", watched)
    key, _ = create_key(tmp_path, "keyring")
    command, request = seen[-1]
    assert key.hex() not in " ".join(command)
    assert key.hex().encode() in request


def test_a_silent_key_store_is_not_waited_for(tmp_path, monkeypatch):
    agent(monkeypatch, HANGS)
    assert keys.AGENT_TIMEOUT <= 3
    wait_at_most(monkeypatch, 0.4)
    begin = time.monotonic()
    assert not key_store_answers()
    assert 0.4 <= time.monotonic() - begin < 5
    monkeypatch.setattr(keys, "UNLOCK_TIMEOUT", 1)
    error = refusal(load_key, tmp_path, KeyPlace("keyring", name="x"))
    assert (error.code, error.params) == ("key_store_silent", {"seconds": 1})


@pytest.mark.parametrize("program", [HANGS, FAILS])
def test_a_machine_without_a_key_store_takes_a_file(tmp_path, monkeypatch, program):
    agent(monkeypatch, program)
    wait_at_most(monkeypatch, 0.4)
    assert not key_store_answers()
    key, place = create_key(tmp_path, "auto")
    assert place.kind == "file"
    assert load_key(tmp_path, place) == key


def test_a_person_who_can_be_asked_is_asked_before_a_file_is_taken(tmp_path, monkeypatch, cheap):
    agent(monkeypatch, FAILS)
    place = create_key(tmp_path, "auto", lambda is_retry: "correct horse")[1]
    assert place.kind == "passphrase"


def test_the_real_agent_says_when_there_is_no_backend(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    wait_at_most(monkeypatch, 30.0)
    error = refusal(load_key, tmp_path, KeyPlace("keyring", name="x"))
    assert error.code == "key_store_missing"
    assert "no key store" in error.params["detail"]


def test_an_agent_that_cannot_start(tmp_path, monkeypatch):
    monkeypatch.setattr(keys, "_agent_command", lambda: [str(tmp_path / "nowhere")])
    assert refusal(load_key, tmp_path, KeyPlace("keyring", name="x")).code == "key_store_missing"
