"""A room on the command line: codes, addresses, a service without a window."""

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from desktop.settings import change_settings, load_settings
from tests.flows.rig import TOWN, free_port, griddesk

ROOT = Path(__file__).parents[2]


@pytest.fixture
def homes(tmp_path):
    for code in ("A1", "B1"):
        home = tmp_path / code
        griddesk(home, "init", "--key", "file", "--town", TOWN, "--station", code, "--join")
        change_settings(home, room_finds=False)
    return tmp_path / "A1", tmp_path / "B1"


@contextmanager
def serving(home, port):
    """Serve a room without a window; gives the address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "desktop", "room", "--port", str(port), "--json"],
        env={**os.environ, "GRIDDESK_HOME": str(home)},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert json.loads(process.stdout.readline())["url"].endswith(f":{port}")
    yield f"https://127.0.0.1:{port}"
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    process.stdout.close()


@pytest.fixture
def room(homes):
    """The first workstation serves without a window."""
    with serving(homes[0], free_port()) as url:
        yield url


def test_two_meet_by_a_code_without_any_hub(homes, room):
    first, second = homes
    said = json.loads(griddesk(first, "enrol", "--new-code", "--json"))
    griddesk(second, "enrol", room, said["code"], "--fingerprint", said["fingerprint"].upper())
    assert load_settings(second).room_peers == room
    [known] = json.loads(griddesk(second, "peers", "--json"))
    assert (known["station"], known["fingerprint"]) == ("A1", said["fingerprint"])
    done = json.loads(griddesk(second, "sync", "--json"))
    assert done["room"][0]["pushed"] > 0
    assert "error" not in done["room"][0]


def test_who_does_not_confirm_the_fingerprint_is_told_that_nothing_changed(homes, room):
    first, second = homes
    code = json.loads(griddesk(first, "enrol", "--new-code", "--json"))["code"]
    done = subprocess.run(
        [sys.executable, "-m", "desktop", "enrol", room, code],
        env={**os.environ, "GRIDDESK_HOME": str(second)},
        cwd=ROOT,
        input="n\n",
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "没有收下，什么也没有改" in done.stderr
    assert json.loads(griddesk(second, "peers", "--json")) == []


def test_addresses_are_named_and_forgotten(homes):
    _, second = homes
    griddesk(second, "peers", "--add", "https://192.0.2.9:8472/")
    griddesk(second, "peers", "--add", "https://192.0.2.10:8472")
    named = json.loads(griddesk(second, "peers", "--remove", "https://192.0.2.9:8472", "--json"))
    assert named == {"named": ["https://192.0.2.10:8472"]}
    with pytest.raises(AssertionError, match="没有加密"):
        griddesk(second, "peers", "--add", "http://192.0.2.9:8472")


def sync(home, *options):
    """Exchange once; return the exit code and what was printed."""
    done = subprocess.run(
        [sys.executable, "-m", "desktop", "sync", *options],
        env={**os.environ, "GRIDDESK_HOME": str(home)},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout


def test_an_exchange_without_a_hub_is_told_in_words(homes):
    first, second = homes
    port = free_port()
    with serving(first, port) as url:
        said = json.loads(griddesk(first, "enrol", "--new-code", "--json"))
        griddesk(second, "enrol", url, said["code"], "--fingerprint", said["fingerprint"])
        code, told = sync(second)
    assert code == 0
    assert re.fullmatch(r".+  发出 \d+，收到 \d+\n", told)
    griddesk(first, "peers", "--revoke", "B1")
    with serving(first, port):
        code, told = sync(second)
        assert (code, told.count("\n")) == (3, 1)
        assert "▲ 本站点已被停用。" in told
        code, told = sync(second, "--json")
    assert (code, json.loads(told)["unsent"]) == (3, None)
    assert json.loads(told)["room"][0]["error"] == "key_revoked"
