"""A session bus of its own, with a key store that works, that never answers, or with none.

`python -m tests.db.store.in_session MODE COMMAND …` runs within `dbus-run-session`, starts what
MODE says (real, hanging, none), runs the command and returns its code.
"""

import os
import subprocess
import sys
import time

from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

from tests.db.store import rig

NAME = "org.freedesktop.secrets"
CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir={folder}</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/>
<allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
"""
"""Without folders of services: nothing starts on the bus but what a test starts."""


def in_session(folder, mode, *command, **env):
    """Run a command on a bus of its own; `folder` is the home of whoever sits there."""
    folder.mkdir(exist_ok=True)
    folder.chmod(0o700)
    config = folder / "bus.conf"
    config.write_text(CONFIG.format(folder="/tmp"))
    home = {name: str(folder) for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_DATA_HOME")}
    return subprocess.run(
        ["dbus-run-session", f"--config-file={config}", "--", sys.executable, "-m",
         "tests.db.store.in_session", mode, *command],
        env={**os.environ, **home, "PYTHONPATH": str(rig.ROOT), **env},
        cwd=rig.ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def main():
    mode, *command = sys.argv[1:]
    service = None
    if mode == "real":
        service = subprocess.Popen(
            ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        service.stdin.write(b"secret")
        service.stdin.close()
    elif mode == "hanging":
        service = subprocess.Popen([sys.executable, "-m", "tests.db.store.in_session", "serve"])
    elif mode == "serve":
        return never_answer()
    try:
        if service is not None:
            wait_for_name()
        return subprocess.run(command, check=False).returncode
    finally:
        if service is not None:
            service.kill()
            service.wait()


def never_answer():
    """Own the name of the key store, and be silent."""
    connection = open_dbus_connection()
    connection.send_and_get_reply(message_bus.RequestName(NAME))
    while True:
        connection.receive()


def wait_for_name():
    connection = open_dbus_connection()
    ends_at = time.monotonic() + 20
    while not connection.send_and_get_reply(message_bus.NameHasOwner(NAME)).body[0]:
        assert time.monotonic() < ends_at
        time.sleep(0.02)
    connection.close()


if __name__ == "__main__":
    sys.exit(main())
