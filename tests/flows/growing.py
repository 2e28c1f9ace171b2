"""Growing out of one machine with PostgreSQL's own means, and what each step gives.

`make growing` prints a line a step: what serves, and the ops a second that a whole fleet brought.
Every step ends with the journal counted: what was acknowledged is there, once.
"""

import asyncio
import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from db.hub.pg_journal import number_of_town
from desktop.bench.cluster import Cluster
from desktop.bench.fleet import OPS, SITES, come_back, know, service, stations

ROOT = Path(__file__).resolve().parents[2]

# A partition on another server can only stand below a table that has no key of its own; each part
# has one, and a site's ops are all in one part, so that no name is given twice.
DIVIDE = """
ALTER TABLE op RENAME TO op_near;
CREATE TABLE op (LIKE op_near INCLUDING DEFAULTS) PARTITION BY RANGE (site);
CREATE FOREIGN TABLE op_far PARTITION OF op FOR VALUES FROM ({at}) TO (MAXVALUE)
  SERVER far OPTIONS (schema_name 'public', table_name 'op_far', batch_size '500');
INSERT INTO op_far (recv, site, epoch, seq, hash, body)
  SELECT recv, site, epoch, seq, hash, body FROM op_near WHERE site >= {at};
ALTER TABLE op_near DISABLE TRIGGER op_never_changed;
DELETE FROM op_near WHERE site >= {at};
ALTER TABLE op_near ENABLE TRIGGER op_never_changed;
ALTER TABLE op ATTACH PARTITION op_near FOR VALUES FROM (MINVALUE) TO ({at});
"""
FAR = """CREATE TABLE op_far (recv bigint NOT NULL, site bigint NOT NULL, epoch bigint NOT NULL,
seq bigint NOT NULL, hash bytea NOT NULL, body bytea NOT NULL, PRIMARY KEY (site, epoch, seq))"""
READ = "SELECT count(*), sum(length(body)) FROM op"


class Replica(Cluster):
    """A copy of another server that follows it and is only read."""

    def __init__(self, origin):
        self._origin = origin
        super().__init__()

    def _run(self, program, *arguments):
        if program == "initdb":
            program = "pg_basebackup"
            arguments = ("-R", "-X", "stream", "-c", "fast", "-h", "127.0.0.1", "-U", "postgres",
                         "-p", str(self._origin.port))  # fmt: skip
        super()._run(program, *arguments)


class District:
    """A hub on a server, and a fleet that has been away from it."""

    def __init__(self, cluster, folder, fleet):
        self.cluster, self.fleet, self.folder = cluster, fleet, folder
        self.url = cluster.place()
        self.home = folder / self.url.partition("@")[0].rpartition("/")[2]
        know(self.url, self.home, fleet)

    def back(self, address):
        """Let the fleet come back; return its ops a second."""
        begin = time.perf_counter()
        asyncio.run(come_back(address, self.fleet))
        seconds = time.perf_counter() - begin
        with psycopg.connect(self.url) as connection:
            row = connection.execute(
                "SELECT count(*), count(DISTINCT (site, epoch, seq)), (SELECT sum(head_seq)"
                " FROM chain) FROM op"
            ).fetchone()
        assert set(map(int, row)) == {len(self.fleet) * OPS + 1}, row
        return len(self.fleet) * OPS / seconds

    def divide(self, far):
        """Put the journal of the upper half of the towns on another server."""
        at = number_of_town(sorted(one.peer.town for one in self.fleet)[len(self.fleet) // 2])
        user = self.url.partition("@")[0].rpartition("/")[2]
        with far.admin() as connection:
            connection.execute(FAR)
        with self.cluster.admin() as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS postgres_fdw")
            connection.execute(
                "CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS"
                f" (host '127.0.0.1', port '{far.port}', dbname 'postgres', async_capable 'true')"
            )
            connection.execute(f"GRANT USAGE ON FOREIGN SERVER far TO {user}")
            # No password between servers of one machine; a real one has it here.
            connection.execute(
                f"CREATE USER MAPPING FOR {user} SERVER far"
                " OPTIONS (user 'postgres', password_required 'false')"
            )
        with psycopg.connect(self.url) as connection:
            connection.execute(DIVIDE.format(at=at))


@contextmanager
def balanced(folder, addresses):
    """One address before several services: a balancer that knows nothing of what it passes."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    servers = "\n".join(
        f"  server s{number} {address.removeprefix('http://')} check inter 2s"
        for number, address in enumerate(addresses)
    )
    config = folder / "haproxy.cfg"
    config.write_text(
        "defaults\n  mode tcp\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n"
        f"listen hub\n  bind 127.0.0.1:{port}\n  balance leastconn\n{servers}\n"
    )
    running = subprocess.Popen(["haproxy", "-db", "-q", "-f", str(config)])
    try:
        until_open(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait()


def until_open(port):
    while True:
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)


@contextmanager
def reading(url):
    """Somebody who reads the whole journal again and again, as a platform's evaluation does."""
    is_over, rounds = threading.Event(), []

    def read():
        with psycopg.connect(url, autocommit=True) as connection:
            while not is_over.is_set():
                rounds.append(connection.execute(READ).fetchone())

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield rounds
    finally:
        is_over.set()
        thread.join()


def main():
    data = ROOT / "build" / "bench-data"
    data.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("GRIDDESK_WITNESS", str(data / "witness"))
    fleet = stations(data, int(sys.argv[1]) if len(sys.argv) > 1 else SITES, OPS)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))

        def cluster(kind=Cluster, *arguments):
            made = kind(*arguments)
            stack.callback(made.destroy)
            return made

        near, far = cluster(), cluster()

        def step(what, how, services=2):
            district = District(near, folder, fleet)
            how_far = how(district) if how else None
            with ExitStack() as running:
                addresses = [
                    running.enter_context(service(district.url, district.home))
                    for _ in range(services)
                ]
                address = (
                    running.enter_context(balanced(folder, addresses))
                    if services > 1 else addresses[0]
                )  # fmt: skip
                rounds = running.enter_context(reading(how_far)) if how_far else None
                speed = district.back(address)
            read = f", journal read {len(rounds)} times" if rounds is not None else ""
            sys.stdout.write(f"{what}: {speed:.0f} ops/s{read}\n")
            sys.stdout.flush()

        step("one service, one server", None, services=1)
        step("two services behind a balancer, one server", None)
        step("two services, half the towns' journal on a second server",
             lambda district: district.divide(far))  # fmt: skip
        step("two services, one server that is read as well", lambda district: district.url)
        replica = cluster(Replica, near)
        step("two services, one server, a replica that is read",
             lambda district: district.url.replace(str(near.port), str(replica.port)))  # fmt: skip


if __name__ == "__main__":
    main()
