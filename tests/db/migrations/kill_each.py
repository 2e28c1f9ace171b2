"""Kills the update of a record at each of its statements, and looks at what is left each time.

`python -m tests.db.migrations.kill_each HOME` prints the schema a kill left, a number a line, in
the order of the statements. Everything is done in forks of this process, see `tests.faults`.
"""

import itertools
import os
import shutil
import signal
import sys
from contextlib import closing
from pathlib import Path

import db.migrations.steps  # noqa: F401 - a fork finds it loaded
from db.store import driver
from db.store.verify import verify
from tests.db.store import rig
from tests.faults.kill_run import finish, fork
from tests.faults.soak import scratch

OPS = "SELECT hash FROM op ORDER BY recv"


def update(say, home, last):
    """Bring a record up to date; die before statement number `last` of the writer."""
    statements = itertools.count()

    def traced(statement):
        if next(statements) == last:
            os.kill(os.getpid(), signal.SIGKILL)

    connect = driver._connect

    def tracing(path, mode, key):
        connection = connect(path, mode, key)
        if mode == "rw":
            connection.set_trace_callback(traced)
        return connection

    driver._connect = tracing
    driver.open_writer(rig.record(home), rig.key_of(home)).close()


def look(say, home, before):
    """Say the schema that was left; the record opens, is sound and has lost nothing."""
    with closing(driver.open_any(rig.record(home), rig.key_of(home))) as connection:
        say(str(driver.schema_of(connection)))
    with rig.open_store(home) as store:
        assert rig.rows(store, OPS)[: len(before)] == before
        assert store.read(verify).is_ok


def read(say, home):
    """Say the hash of each op of a record."""
    with closing(driver.open_any(rig.record(home), rig.key_of(home))) as connection:
        for (digest,) in connection.execute(OPS):
            say(digest.hex())


def kills(first, folder):
    """Yield the schema that each kill left, until the update comes to its end."""
    before = [(bytes.fromhex(digest),) for digest in finish(*fork(read, first))[0]]
    for last in itertools.count():
        home = shutil.copytree(first, folder / "home")
        _, is_killed = finish(*fork(update, home, last), may_be_killed=True)
        if not is_killed:
            return
        yield from finish(*fork(look, home, before))[0]
        shutil.rmtree(home)


def main():
    with scratch() as folder:
        for schema in kills(Path(sys.argv[1]), Path(folder)):
            sys.stdout.write(f"{schema}\n")


if __name__ == "__main__":
    main()
