"""`griddesk keys …`, as a technician types it; and a machine that dies."""

import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from db.commands import keys
from db.commands.incidents import view_caller
from db.commands.keys import grant_room_key
from db.domain.ops import SYSTEM
from db.domain.scope import scope_of
from db.store.backup import make_backup
from db.store.manifest import list_backups
from db.store.store import Store, read_site
from db.sync.client import sync_once
from db.sync.exchange import current_chain
from desktop.cli import run
from tests.db.sync import rig
from tests.db.sync.fixtures import enrol, hub, open_sites, url

__all__ = ["enrol", "hub", "open_sites", "url"]

WHO = ["--as", "周岚"]


@pytest.fixture
def home(tmp_path, monkeypatch):
    folder = tmp_path / "home"
    monkeypatch.setenv("GRIDDESK_HOME", str(folder))
    monkeypatch.delenv("GRIDDESK_PASSPHRASE_FILE", raising=False)
    assert run(["init", "--key", "file"]) == 0
    return folder


@pytest.fixture
def told(capsys):
    def ask(*arguments, code=0):
        capsys.readouterr()
        assert run([*arguments, "--json"]) == code
        return orjson.loads(capsys.readouterr().out)

    return ask


def settings(home):
    """What was recorded of keys: what, and what it is now."""
    with Store.open(home, read_only=True) as store:
        bodies = store.read(lambda c: c.execute("SELECT body FROM op ORDER BY recv").fetchall())
    ops = (orjson.loads(body) for (body,) in bodies)
    return [(op["p"]["setting"], op["p"]["after"]) for op in ops if op["kind"] == "setting_changed"]


def test_a_key_in_a_file_is_recorded_once(home, told):
    assert settings(home) == [("key_place", "file")]
    told("keys", "rotate", *WHO)
    assert settings(home) == [("key_place", "file")]


def test_another_place(home, told, tmp_path, monkeypatch, capsys):
    secret = tmp_path / "passphrase"
    secret.touch(0o600)
    secret.write_text("枫桥路十二号门前\n", encoding="utf-8")
    asked = ("keys", "place", "passphrase", "--passphrase-file", str(secret))
    assert told(*asked) == {"key": "passphrase"}
    assert not (home / "key").exists()
    assert run(["verify"]) == 3
    monkeypatch.setenv("GRIDDESK_PASSPHRASE_FILE", str(secret))
    assert run(["verify"]) == 0
    assert run(["keys", "place", "keyring"]) == 3
    assert read_site(home).key_place.kind == "passphrase"
    assert told("keys", "place", "file") == {"key": "file"}
    assert run(["keys", "place", "file"]) == 1
    assert "密钥已经是这样保存的" in capsys.readouterr().err
    kinds = [after for name, after in settings(home) if name == "key_place"]
    # The one that could not be was taken back.
    assert kinds == ["file", "passphrase", "keyring", "passphrase", "file"]


def test_a_new_key_and_a_code_for_the_safe(home, told, tmp_path):
    (tmp_path / "stick").mkdir()
    (tmp_path / "disk").mkdir()
    before = (home / "key").read_text()
    code = told("keys", "recovery")["code"]
    told("backup", "--to", str(tmp_path / "disk"))
    file = told("keys", "renew", "--stick", str(tmp_path / "stick"))["file"]
    assert (home / "key").read_text() != before
    told("backup", "--to", str(tmp_path / "disk"))
    newest, oldest = list_backups(tmp_path / "disk")
    for backup in (newest, oldest):
        elsewhere = str(tmp_path / f"new-{backup.path.name}")
        asked = ("restore", str(backup.path), "--home", elsewhere, "--key", "file")
        assert told(*asked, "--code-file", file)["ops"] == backup.ops
    assert code not in Path(file).read_text(encoding="utf-8")
    assert [name for name, _ in settings(home)] == ["key_place", "recovery_code", "record_key"]
    assert run(["keys", "renew", "--stick", str(tmp_path / "absent")]) == 3


def test_while_the_window_is_open_it_waits_for_another_day(home, capsys):
    with Store.open(home, what="window"):
        assert run(["keys", "renew"]) == 3
    assert "数据正被另一个窗口使用" in capsys.readouterr().err


def test_another_suite_and_a_new_room_key(home, told):
    assert told("keys", "room", *WHO)["given"] == []
    with Store.open(home) as store:
        before = store.read(current_chain)
    told("keys", "rotate", "--suite", "sm2+sm3", *WHO)
    with Store.open(home) as store:
        assert store.read(current_chain) != before
    assert run(["keys", "rotate", "--suite", "rsa"]) == 2


def test_who_may_not(home):
    assert run(["keys", "place", "passphrase", "--as", "林绣"]) == 1


@pytest.mark.parametrize("asked", [("recovery",), ("renew",), ("place", "keyring")])
def test_where_people_sign_in_two_answer_for_a_key(home, monkeypatch, capsys, asked):
    """Refused before a code is shown; what is allowed is recorded before it is done."""
    before = read_site(home)
    with monkeypatch.context() as claimed:
        claimed.setattr(keys, "is_claimed", lambda _: True)
        assert run(["keys", *asked, *WHO]) == 1
        said = capsys.readouterr()
        assert "恢复码：" not in said.out
        assert "需要两个人" in said.err
    assert read_site(home) == before
    assert run(["backup", "--new-code"]) == 2


@pytest.mark.parametrize("name", ["renew_code", "renew_key", "change_place"])
def test_the_op_stands_before_the_deed(home, monkeypatch, name):
    def ended(*_, **__):
        raise KeyboardInterrupt

    works = {
        "renew_code": lambda store: keys.renew_recovery_code(store, SYSTEM),
        "renew_key": lambda store: keys.renew_record_key(store, SYSTEM, ""),
        "change_place": lambda store: keys.move_key(store, SYSTEM, "keyring"),
    }
    monkeypatch.setattr(keys, name, ended)
    known = len(settings(home))
    with Store.open(home) as store, pytest.raises(KeyboardInterrupt):
        works[name](store)
    assert len(settings(home)) > known


def test_no_memory_goes_to_the_disk(tmp_path):
    code = (
        "import sys, resource; from unittest import mock; import desktop.__main__ as m;"
        "sys.argv = ['griddesk', '--version']; code = m.main();"
        "sys.exit(resource.getrlimit(resource.RLIMIT_CORE) != (0, 0))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_machine_dies_and_another_goes_on(
    open_sites, hub, enrol, tmp_path, told, monkeypatch, capsys
):
    """What is left: a backup on another disk, the recovery code in a safe, the hub, the room."""
    dead, other = open_sites("A1"), open_sites("B1", lists=False, has_room_key=False)
    enrol(dead), enrol(other)
    for store in (other, dead):
        sync_once(store)
    grant_room_key(dead, rig.OFFICER, other.site.id)
    old = rig.report(dead, 2)[0].number
    for store in (dead, other):
        sync_once(store)
    (tmp_path / "disk").mkdir(), (tmp_path / "safe").mkdir()
    monkeypatch.setenv("GRIDDESK_HOME", str(dead.home))
    dead.close()
    file = told("keys", "recovery", "--stick", str(tmp_path / "safe"))["file"]
    with Store.open(dead.home) as store:
        make_backup(store, tmp_path / "disk", "t")
        late = rig.report(store, 1)[0].number
        sync_once(store)
        chain, ops = store.read(current_chain), rig.own_bodies(store)
    # Another machine: no data folder, no key file, no witness, another key store.
    monkeypatch.setenv("GRIDDESK_WITNESS", str(tmp_path / "other-machine"))
    fresh = tmp_path / "fresh"
    monkeypatch.setenv("GRIDDESK_HOME", str(fresh))
    asked = ("restore", str(tmp_path / "disk"), "--key", "file", "--code-file", file)
    told(*asked)
    with Store.open(fresh) as store:
        assert store.renewed in ("restored", "copied")
        assert store.site.id == chain[0]
        assert store.read(current_chain) != chain
        assert sync_once(store).troubles == ()
        assert ops.items() <= rig.bodies(store).items()
        scope = scope_of(rig.OFFICER, "")
        for number in (old, late):
            assert view_caller(store, rig.OFFICER, scope, number, "回拨")[0].phone == rig.PHONE
        new = rig.report(store, 1)[0].number
        assert sync_once(store).troubles == ()
        sync_once(other)
        assert view_caller(other, rig.OFFICER, scope, new, "回拨")[0].phone == rig.PHONE
