"""A PostgreSQL of our own for as long as it is needed: on the loopback, fsync on."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from itertools import count
from pathlib import Path
from typing import Any

_INSTALLED = Path("/usr/lib/postgresql")
_SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 60
shared_buffers = '64MB'
log_min_messages = fatal
"""


class Cluster:
    """A server with data of its own."""

    def __init__(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="griddesk-pg-"))
        self._names = count(1)
        self.port = _free_port()
        if user := _as_user():
            shutil.chown(self._home, **user)
        # Not synced in the making alone: nothing of it is worth a wait.
        how = ("-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync")
        self._run("initdb", *how)
        with (self._home / "data" / "postgresql.conf").open("a", encoding="ascii") as file:
            file.write(f"{_SETTINGS}port = {self.port:d}\n")
        self.start()

    def start(self) -> None:
        """Start the server; returns when it answers."""
        self._run("pg_ctl", "-l", str(self._home / "log"), "-w", "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop the server: `fast` lets it tidy up, `immediate` is as if it crashed."""
        self._run("pg_ctl", "-m", mode, "-w", "stop")

    def destroy(self) -> None:
        """Stop the server and leave nothing of it."""
        self.stop("immediate")
        shutil.rmtree(self._home)

    def admin(self, url: str = "") -> Any:
        """Return a connection that may do everything."""
        import psycopg  # lazy: only where there is a PostgreSQL

        address = url or f"postgresql://postgres@127.0.0.1:{self.port:d}/postgres"
        return psycopg.connect(address, autocommit=True)

    def place(self) -> str:
        """Return the address of a place for a hub: a user with a schema, made in no time."""
        name = f"hub{next(self._names)}"
        with self.admin() as connection:
            connection.execute(f"CREATE ROLE {name} LOGIN")
            connection.execute(f"CREATE SCHEMA AUTHORIZATION {name}")
        return f"postgresql://{name}@127.0.0.1:{self.port:d}/postgres"

    def _run(self, program: str, *arguments: str) -> None:
        command = [_binary(program), "-D", str(self._home / "data"), *arguments]
        # Its output goes to a file: the server that is started would hold a pipe open.
        with (self._home / "said").open("w+b") as said:
            done = subprocess.run(  # noqa: S603 - the system's own program
                command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd=self._home,
                check=False, **_as_user(),
            )  # fmt: skip
            said.seek(0)
            if done.returncode:
                raise RuntimeError(said.read().decode(errors="replace"))


def _binary(name: str) -> str:
    found = [str(path) for path in sorted(_INSTALLED.glob(f"*/bin/{name}"))]
    other = shutil.which(name)
    if not found and other is None:
        raise RuntimeError("PostgreSQL is missing: packaging/debian/test-packages.txt")
    return found[-1] if found else str(other)


def _as_user() -> dict[str, Any]:
    """Return as whom it runs: it refuses to be root."""
    if os.geteuid() != 0:
        return {}
    names = {one.pw_name for one in pwd.getpwall()}
    name = "postgres" if "postgres" in names else "nobody"
    return {"user": name, "group": pwd.getpwnam(name).pw_gid}


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
