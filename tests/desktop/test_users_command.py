"""`griddesk users`, and how a command asks who comes: by a password file, at a real terminal."""

import os
import pty
import subprocess
import sys
import time

import orjson
import pytest

from db.commands.accounts import _totp
from db.domain.ops import decode
from db.domain.scope import scope_of
from db.store.queries.accounts import account_of, accounts, policy_of
from desktop.cli import run
from desktop.settings import load_settings
from tests.db.commands import apart
from tests.db.commands.test_accounts import (
    BOSS,
    CLERK,
    LEADER,
    OTHER,
    PASSWORD,
    SAFETY,
    _claimed,
    claimed_home,
)
from tests.db.store import rig
from tests.db.store.conftest import _made_home, home

__all__ = ["_claimed", "_made_home", "claimed_home", "home"]


@pytest.fixture
def secret_file(tmp_path, monkeypatch):
    """Name a file with the password that all of these tests have."""
    path = tmp_path / "password"
    path.touch(0o600)
    path.write_text(PASSWORD + "\n", encoding="utf-8")
    monkeypatch.setenv("GRIDDESK_PASSWORD_FILE", str(path))
    return path


@pytest.fixture
def fresh(home, monkeypatch):
    monkeypatch.setenv("GRIDDESK_HOME", str(home))
    return home


@pytest.fixture
def ours(claimed_home, monkeypatch):
    monkeypatch.setenv("GRIDDESK_HOME", str(claimed_home))
    return claimed_home


def said(capsys, *arguments, code=0):
    assert run(arguments) == code, capsys.readouterr().err
    return capsys.readouterr()


def state_of(home, key):
    with rig.open_store(home) as store:
        found = store.read(lambda c: accounts(c, scope_of(apart.ADMIN)))
    return next(row for row in found if row.key == key)


def test_before_anybody_signs_in_the_program_sets_up(fresh, capsys):
    said(capsys, "users", "add", "zhou", "周岚", "--role", "duty_officer", "--role", "supervisor")
    said(
        capsys,
        "users",
        "change",
        "zhou",
        "--class",
        "ZF02",
        "--secrecy",
        "1",
        "--area",
        rig.VILLAGE,
    )
    row = state_of(fresh, "zhou")
    assert (row.roles, row.classes, row.secrecy) == ("duty_officer supervisor", "ZF02", 1)
    said(capsys, "users", "change", "zhou", "--all-classes", "--name", "周岚岚")
    assert (state_of(fresh, "zhou").classes, state_of(fresh, "zhou").name) == ("*", "周岚岚")
    assert "没有写入" in said(capsys, "users", "add", "zhou", "别人", code=1).err
    assert "不能由一个人兼任" in said(
        capsys, "users", "change", "zhou", "--role", "admin", "--role", "auditor", code=1
    ).err  # fmt: skip
    said(capsys, "users", "leave", "zhou")
    assert state_of(fresh, "zhou").left
    said(capsys, "users", "change", "zhou", "--back")
    assert not state_of(fresh, "zhou").left
    assert "nobody" in said(capsys, "users", "leave", "nobody", code=1).err


def test_nobody_works_everywhere_by_an_area_left_empty(fresh, capsys):
    said(capsys, "users", "add", "zhou", "周岚", "--role", "duty_officer")
    assert state_of(fresh, "zhou").area == rig.TOWN
    for command in (("add", "he", "何砚"), ("change", "zhou")):
        assert "区域是空的" in said(capsys, "users", *command, "--area", " ", code=2).err


@pytest.mark.parametrize(("town", "areas"), [("990102003", 143), ("990102", 1)])
def test_the_example_lists_follow_the_town(tmp_path, monkeypatch, capsys, town, areas):
    monkeypatch.setenv("GRIDDESK_HOME", str(tmp_path / "home"))
    said(capsys, "init", "--key", "file", "--town", town)
    codes = [row["code"] for row in orjson.loads(said(capsys, "list", "--areas", "--json").out)]
    assert len(codes) == len(set(codes))
    assert sum(code.startswith(town) for code in codes) == areas
    assert {code[: len(town)] for code in codes} <= {town, town[:6]}
    people = orjson.loads(said(capsys, "users", "list", "--json").out)
    assert {row["area"] for row in people} == {town}


def test_the_first_administrator_claims_and_from_then_on_people_sign_in(
    fresh, capsys, secret_file, monkeypatch
):
    said(capsys, "users", "claim", "boss", "温岑")
    assert "已有管理员" in said(capsys, "users", "claim", "two", "别人", code=1).err
    assert orjson.loads(said(capsys, "users", "list", "--as", "boss", "--json").out)[0][
        "has_password"
    ]
    said(capsys, "users", "add", "safe", "苏砚", "--role", "security_admin", "--as", "boss")
    made = orjson.loads(
        said(capsys, "users", "reset-password", "safe", "--as", "boss", "--json").out
    )
    assert len(made["password"]) == 12
    secret_file.write_text("falsch", encoding="utf-8")
    assert "不对" in said(capsys, "users", "list", "--as", "boss", code=1).err
    secret_file.write_text(made["password"], encoding="utf-8")
    assert "要先更换" in said(capsys, "users", "list", "--as", "safe", code=1).err
    secret_file.chmod(0o644)
    assert "别人也能用" in said(capsys, "users", "list", "--as", "boss", code=3).err
    secret_file.unlink()
    assert "读不了口令文件" in said(capsys, "users", "list", "--as", "boss", code=3).err
    monkeypatch.delenv("GRIDDESK_PASSWORD_FILE")
    assert "没有终端" in said(capsys, "users", "list", "--as", "boss", code=1).err


def test_a_command_shows_what_the_person_who_signed_in_may_see(ours, capsys, secret_file):
    said(capsys, "list", "--as", CLERK)
    given = ("--content", "河边路路灯不亮，已三晚", "--address", "河边路")
    said(capsys, "act", "new", "report", *given, "--as", CLERK)
    assert "河边" in said(capsys, "list", "--as", CLERK).out
    assert "河边" not in said(capsys, "list", "--as", BOSS).out
    assert "要动态码" in said(capsys, "list", "--as", LEADER, code=1).err


DOORS = {
    "peers": ("peers", "--add", "https://192.0.2.21:8472"),
    "users": ("list", "--users"),
    "units": ("list", "--units"),
    "rebuild": ("rebuild",),
    "backup": ("backup", "--to", "{disk}"),
    "restore": ("restore", "{disk}", "--yes", "--key", "file"),
}


@pytest.mark.parametrize("name", DOORS)
def test_no_door_stands_open_beside_the_others(ours, tmp_path, capsys, secret_file, name):
    disk = tmp_path / "disk"
    disk.mkdir()
    said(capsys, "backup", "--to", str(disk), "--as", CLERK)
    command = [one.format(disk=disk) for one in DOORS[name]]
    secret_file.write_text("falsch", encoding="utf-8")
    before = sorted(disk.iterdir()), load_settings(ours).room_peers
    shown = said(capsys, *command, "--as", CLERK, code=1)
    assert "不对" in shown.err
    assert shown.out == ""
    assert (sorted(disk.iterdir()), load_settings(ours).room_peers) == before
    assert not list(ours.glob("set-aside*"))
    secret_file.write_text(PASSWORD, encoding="utf-8")
    said(capsys, *command, "--as", CLERK)
    with rig.open_store(ours) as store:
        bodies = rig.rows(store, "SELECT body FROM op ORDER BY recv")
    done = [decode(body) for (body,) in bodies]
    written = {
        "backup": ("export_made", "form", "backup"),
        "peers": ("setting_changed", "setting", "room_peers"),
        "restore": ("setting_changed", "setting", "restored"),
    }.get(name)
    if written:
        kind, field, value = written
        last = [op for op in done if op.kind == kind and op.payload[field] == value][-1]
        assert last.actor.user == CLERK


def test_a_sweep_by_the_clock_prints_counts_alone(ours, capsys, monkeypatch):
    monkeypatch.delenv("GRIDDESK_PASSWORD_FILE", raising=False)
    assert set(orjson.loads(said(capsys, "sweep", "--json").out)) == {
        "cards", "resumed", "erased", "unreached",
    }  # fmt: skip


def test_a_password_stands_in_no_argument(ours, capsys, secret_file):
    """Others see the arguments of a process: none of the commands takes a password there."""
    from desktop.cli import griddesk
    from tests.desktop.test_scopes_of_commands import leaves

    assert "users password" in set(leaves(griddesk))
    options = {
        name for command in griddesk.commands["users"].commands.values()
        for one in command.params for name in one.opts
    }  # fmt: skip
    assert not {name for name in options if "pass" in name}


def test_the_policy_is_seen_by_all_and_set_within_bounds(ours, capsys, monkeypatch):
    assert "idle_minutes  10" in said(capsys, "users", "policy").out
    assert said(capsys, "users", "policy", "--set", "tone=1", code=1).err
    with rig.open_store(ours) as store:
        assert store.read(policy_of).idle_minutes == 10


class Terminal:
    """A command at a terminal of its own; answers are typed when they are asked for."""

    def __init__(self, home, *arguments):
        self.master, slave = pty.openpty()
        environment = {**os.environ, "GRIDDESK_HOME": str(home)}
        environment.pop("GRIDDESK_PASSWORD_FILE", None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "desktop", *arguments],
            stdin=slave, stdout=slave, stderr=slave, env=environment, cwd=rig.ROOT,
            start_new_session=True,
        )  # fmt: skip
        os.close(slave)
        self.seen = ""

    def type(self, prompt, answer):
        """Wait for a prompt, then type."""
        self._read(lambda: prompt in self.seen)
        self.seen = ""
        os.write(self.master, f"{answer}\n".encode())

    def end(self):
        self._read(lambda: False)
        os.close(self.master)
        return self.process.wait(timeout=60), self.seen

    def _read(self, is_enough):
        until = time.monotonic() + 90
        while not is_enough() and time.monotonic() < until:
            try:
                data = os.read(self.master, 4096)
            except OSError:
                return
            if not data:
                return
            self.seen += data.decode("utf-8", "replace")


def code_of(factors, key):
    return _totp(factors[key]).generate(int(time.time())).decode()


def test_at_a_terminal_password_and_code_are_asked_for(ours, factors, clock_is_real):
    terminal = Terminal(ours, "users", "emergency-code", "--as", SAFETY)
    terminal.type("口令", PASSWORD)
    terminal.type("动态码", code_of(factors, SAFETY))
    code, seen = terminal.end()
    assert code == 0, seen
    assert seen.strip().count("-") == 5
    assert PASSWORD not in seen


@pytest.mark.parametrize("command", [("users", "password"), ("undo", "nosuch")], ids=" ".join)
def test_at_a_terminal_an_old_password_is_changed_first(ours, clock_is_real, command):
    with rig.open_store(ours, clock_is_real) as store:
        from db.commands.accounts import reset_password
        from db.store.queries.town import actor_named

        safety = store.read(lambda c: actor_named(c, SAFETY))[0]
        one_time = reset_password(store, safety, CLERK)
    terminal = Terminal(ours, "list", "--as", CLERK)
    terminal.type("口令", one_time)
    code, seen = terminal.end()
    assert (code, "要先更换" in seen) == (1, True), seen
    terminal = Terminal(ours, *command, "--as", CLERK)
    terminal.type("口令", one_time)
    terminal.type("新口令", OTHER)
    terminal.type("再输一次", OTHER)
    code, seen = terminal.end()
    assert (code == 0) is (command[0] == "users"), seen
    with rig.open_store(ours, clock_is_real) as store:
        assert not store.read(lambda c: account_of(c, CLERK)).must_change


def test_a_second_person_types_at_the_same_terminal(ours, factors, clock_is_real):
    with rig.open_store(ours, clock_is_real) as store:
        number = apart_report(store)
    act = ("act", number, "set_secrecy", "--secrecy", "2", "--text", "涉及举报人")
    terminal = Terminal(ours, *act, "--as", CLERK)
    terminal.type("口令", PASSWORD)
    code, seen = terminal.end()
    assert (code, "需要两个人" in seen) == (1, True), seen
    terminal = Terminal(ours, *act, "--as", CLERK, "--second", LEADER)
    terminal.type(f"{CLERK} 的口令", PASSWORD)
    terminal.type(f"{LEADER} 的口令", PASSWORD)
    terminal.type("动态码", code_of(factors, LEADER))
    code, seen = terminal.end()
    assert code == 0, seen
    with rig.open_store(ours, clock_is_real) as store:
        assert rig.rows(store, "SELECT secrecy FROM incident") == [(2,)]


def apart_report(store):
    from db.commands.incidents import Report, report_incident
    from db.store.queries.town import actor_named

    clerk = store.read(lambda c: actor_named(c, CLERK))[0]
    given = {"content": "河边路路灯不亮，已三晚", "address": "河边路"}
    return report_incident(store, clerk, Report(given)).number


@pytest.fixture
def factors(request):
    """The secrets of second factors."""
    return request.getfixturevalue("_claimed")[1]


@pytest.fixture
def clock_is_real():
    from db.store.clock import system_clock

    return system_clock
