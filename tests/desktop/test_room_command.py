"""A room on the command line: codes, addresses, a service without a window."""

import json
import os
import signal
import subprocess
import sys
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


@pytest.fixture
def room(homes):
    """The first workstation serves without a window."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "desktop", "room", "--port", str(port), "--json"],
        env={**os.environ, "GRIDDESK_HOME": str(homes[0])},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert json.loads(process.stdout.readline())["url"].endswith(f":{port}")
    yield f"https://127.0.0.1:{port}"
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    process.stdout.close()


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


def test_addresses_are_named_and_forgotten(homes):
    _, second = homes
    griddesk(second, "peers", "--add", "https://192.0.2.9:8472/")
    griddesk(second, "peers", "--add", "https://192.0.2.10:8472")
    named = json.loads(griddesk(second, "peers", "--remove", "https://192.0.2.9:8472", "--json"))
    assert named == {"named": ["https://192.0.2.10:8472"]}
    with pytest.raises(AssertionError, match="没有加密"):
        griddesk(second, "peers", "--add", "http://192.0.2.9:8472")
