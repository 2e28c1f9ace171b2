"""A district's fleet comes back in the same minute: all are served soon, and their ops are there.

A twelfth of it here, all 755 sites in the long run.
"""

import asyncio
from statistics import quantiles
from time import monotonic

import psycopg
import pytest

from db.domain.ops import decode
from desktop.bench.fleet import OPS, SITES, come_back, know, service, station, stations
from tests.db.hub.authors import Author
from tests.db.hub.cluster import running_cluster
from tests.faults.soak import scaled
from tests.flows.growing import ROOT

FEW, FEW_OPS = 60, 20
SECONDS, SLOWEST = 300.0, 5.0
"""Until all are done, and what one request of a hundred may take at most."""
_COUNTED = """SELECT count(*), count(DISTINCT (site, epoch, seq)),
(SELECT sum(head_seq) FROM chain) FROM op"""


def serve(folder, fleet):
    """Let a fleet come back to a hub; return the seconds it took and those of each request."""
    with running_cluster() as cluster:
        url = cluster.place()
        know(url, folder / "hub", fleet)
        with service(url, folder / "hub") as address:
            began = monotonic()
            took = asyncio.run(come_back(address, fleet))
            seconds = monotonic() - began
        with psycopg.connect(url) as connection:
            rows, names, last = connection.execute(_COUNTED).fetchone()
    assert rows == names == last == sum(one.head.seq for one in fleet) + 1
    return seconds, took


def check(folder, fleet):
    seconds, took = serve(folder, fleet)
    p99 = quantiles(took, n=100)[98]
    print(
        f"{len(fleet)} sites with {fleet[0].head.seq} ops each: {seconds:.1f} s,"
        f" {len(took)} requests, one of a hundred above {p99:.2f} s, the slowest {max(took):.2f} s"
    )
    assert seconds <= SECONDS
    assert p99 <= SLOWEST


def test_a_part_of_a_fleet_comes_back(tmp_path):
    said = [decode(body) for body in Author().write(FEW_OPS).bodies[1:]]
    check(tmp_path, [station(number, said) for number in range(FEW)])


@pytest.mark.soak
def test_a_whole_fleet_comes_back(tmp_path):
    data = ROOT / "build" / "bench-data"
    data.mkdir(parents=True, exist_ok=True)
    check(tmp_path, stations(data, scaled(SITES), OPS))
