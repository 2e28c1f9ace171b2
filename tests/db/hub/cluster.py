"""A PostgreSQL of the tests' own: made, restarted and hurt as they like."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

_SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 60
shared_buffers = '64MB'
log_min_messages = fatal
"""


class Cluster:
    """A server on a port of its own. It writes to the disk like any other: fsync is on."""

    def __init__(self, settings=""):
        self._home = Path(tempfile.mkdtemp(prefix="griddesk-pg-"))
        self._data = self._home / "data"
        self._names = count(1)
        self.port = _free_port()
        self._own(self._home)
        # --no-sync is of the making alone: nothing of it is worth a wait.
        self._run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C",
                  "--no-sync", "-D", str(self._data))  # fmt: skip
        text = f"{_SETTINGS}port = {self.port}\n{settings}\n"
        with (self._data / "postgresql.conf").open("a") as file:
            file.write(text)
        self.start()

    def start(self):
        self._run("pg_ctl", "-D", str(self._data), "-l", str(self._home / "log"), "-w", "start")

    def stop(self, mode="fast"):
        self._run("pg_ctl", "-D", str(self._data), "-m", mode, "-w", "stop")

    def restart(self, mode="fast"):
        self.stop(mode)
        self.start()

    def destroy(self):
        self.stop("immediate")
        shutil.rmtree(self._home)

    def hub(self):
        """The address of a place for a hub: a user with a schema, made in no time."""
        name = f"hub{next(self._names)}"
        with self.admin() as connection:
            connection.execute(f"CREATE ROLE {name} LOGIN")
            connection.execute(f"CREATE SCHEMA AUTHORIZATION {name}")
        return f"postgresql://{name}@127.0.0.1:{self.port}/postgres"

    def database(self, template="template1"):
        """The address of a database of its own, a copy of another that nobody is using."""
        name = f"data{next(self._names)}"
        with self.admin() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template.rsplit('/', 1)[-1]}")
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def admin(self, url=""):
        return psycopg.connect(
            url or f"postgresql://postgres@127.0.0.1:{self.port}/postgres", autocommit=True
        )

    def kill_backend(self, pid):
        """End a server process as the system would: the server starts all of them anew."""
        os.kill(pid, signal.SIGKILL)

    def _run(self, program, *arguments):
        done = subprocess.run(
            [_binary(program), *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL, cwd=self._home, check=False, **_as_user(),
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()

    def _own(self, folder):
        if os.geteuid() == 0:
            shutil.chown(folder, *_as_user().values())


@contextmanager
def running_cluster(settings=""):
    made = Cluster(settings)
    try:
        yield made
    finally:
        made.destroy()


def _binary(name):
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}")) or [shutil.which(name)]
    assert found[-1], "PostgreSQL is missing: packaging/debian/test-packages.txt"
    return str(found[-1])


def _as_user():
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    name = "postgres" if any(one.pw_name == "postgres" for one in pwd.getpwall()) else "nobody"
    return {"user": name, "group": pwd.getpwnam(name).pw_gid}


def _free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]
