"""A PostgreSQL of the tests' own, restarted and hurt as they like."""

import os
import signal
from contextlib import contextmanager

from desktop.bench.cluster import Cluster


class FrailCluster(Cluster):
    """A server that tests may hurt."""

    def restart(self, mode="fast"):
        self.stop(mode)
        self.start()

    def database(self, template="template1"):
        """The address of a database of its own, a copy of another that nobody is using."""
        name = f"data{next(self._names)}"
        with self.admin() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template.rsplit('/', 1)[-1]}")
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def kill_backend(self, pid):
        """End a server process as the system would: the server starts all of them anew."""
        os.kill(pid, signal.SIGKILL)


@contextmanager
def running_cluster():
    made = FrailCluster()
    try:
        yield made
    finally:
        made.destroy()
