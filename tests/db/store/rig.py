"""Records as real files in a folder of the test's own, and ways to look at them from outside."""

import subprocess
import sys
from pathlib import Path

from db.commands.site import TownLists, init_site
from db.demo.mark import mark_as_demo
from db.domain.areas import Area
from db.domain.lists import Unit
from db.domain.ops import GENESIS, Actor, chain_hash
from db.domain.suites import DEFAULT
from db.store import driver
from db.store.keys import KeyPlace, load_key
from db.store.parcels import Range
from db.store.projections import KEY_OF_TABLE, PROJECTION_TABLES
from db.store.store import RECORD, Store

ROOT = Path(__file__).resolve().parents[3]
NOW = 1_795_415_520_000
"""2026-11-23 06:32 UTC, half past two on a Monday afternoon in the room."""
TOWN = "990101001"
VILLAGE, OTHER_VILLAGE = TOWN + "001", TOWN + "002"
GRID, OTHER_GRID = VILLAGE + "001", OTHER_VILLAGE + "001"
SZS, CGZD = f"{TOWN}-szs", f"{TOWN}-cgzd"
CLERK = Actor("zhou", "周岚", ("duty_officer", "dispatcher", "village_clerk"))
SUPERVISOR = Actor("he", "何砚", ("supervisor", "evaluator"))
NAME, PHONE = "欧阳锋芒", "13912345678"
AREAS = (
    Area("990101", "示例区", "district"),
    Area(TOWN, "示例街道", "town"),
    Area(VILLAGE, "兴禾社区", "village"),
    Area(OTHER_VILLAGE, "柳湾村", "village"),
    Area(GRID, "兴禾一网格", "grid"),
    Area(OTHER_GRID, "柳湾一网格", "grid"),
)
UNITS = tuple(
    Unit(f"{TOWN}-{key}", key, name, name, "team", "00:00-24:00", 10)
    for key, name in (("szs", "市政所"), ("cgzd", "城管中队"))
)


class Clock:
    """A clock that a test moves."""

    def __init__(self, now=NOW):
        self.now = now

    def __call__(self):
        return self.now


class Undone(Exception):
    """Carries something out of a transaction that leaves nothing."""


def make_site(home, station="A1", *, clock=None, has_room_key=True, suite=DEFAULT):
    init_site(
        home,
        town=TOWN,
        name=f"席位{station}",
        station=station,
        key_kind="file",
        has_room_key=has_room_key,
        lists=TownLists(AREAS, UNITS),
        suite=suite,
        clock=clock or Clock(),
    )
    return home


def as_demo(home):
    """Return a record at which people sit down by being chosen, as in a demo: nobody signs in."""
    with Store.open(home) as store:
        mark_as_demo(store)
    return unbound(home)


def unbound(home):
    """Return a record that has forgotten its place: copies of it are opened without a doubt."""
    connection = driver.open_writer(record(home), key_of(home))
    connection.execute("DELETE FROM meta WHERE k = 'binding'")
    connection.close()
    return home


def key_of(home):
    return load_key(home, KeyPlace("file"))


def rows(store, sql, *parameters):
    return store.read(lambda connection: connection.execute(sql, parameters).fetchall())


def count_ops(store):
    return rows(store, "SELECT count(*) FROM op")[0][0]


def undone(store, work):
    """Run work in a transaction that is rolled back; return what it returned."""

    def carry(journal):
        raise Undone(work(journal))

    try:
        store.write(carry)
    except Undone as carried:
        return carried.args[0]


def projection(connection):
    """Every projected row and every head, by ids that mean the same in every file."""
    ask = connection.execute
    ids = dict(ask("SELECT rid, ent || ':' || id FROM subject").fetchall())
    dump = {"held": sorted(ask("SELECT count(*) FROM op WHERE state <> 0").fetchall())}
    sites = dict(ask("SELECT n, id FROM site").fetchall())
    dump["heads"] = sorted(
        (ids[rid], sorted(_head(sites, item) for item in heads.split()))
        for rid, heads in ask("SELECT rid, heads FROM subject").fetchall()
    )
    for table in PROJECTION_TABLES:
        names = [row[1] for row in ask(f"PRAGMA table_info({table})").fetchall()]
        key = names.index(KEY_OF_TABLE[table])
        dump[table] = sorted(
            tuple(ids[value] if at == key else value for at, value in enumerate(row))
            for row in ask(f"SELECT * FROM {table}").fetchall()
        )
    return dump


def _head(sites, item):
    number, epoch, seq = map(int, item.split(":"))
    return sites[number], epoch, seq


def as_range(site, bodies, first=1, last=None, epoch=1):
    """Return ops `first`..`last` of a chain as a range that hashes to its end."""
    digests = [GENESIS]
    for body in bodies:
        digests.append(chain_hash(digests[-1], body))
    last = len(bodies) if last is None else last
    return Range(site, epoch, first, digests[first - 1], bodies[first - 1 : last], digests[last])


def run(program, *arguments, **options):
    """Start a Python program in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
        **options,
    )


def open_store(home, clock=None, **options):
    return Store.open(home, clock=clock or Clock(), **options)


def record(home):
    return home / RECORD
