"""Sites and hubs as real files, and ways to look at them from outside."""

import gc
import os
import re
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import orjson

from db.commands.incidents import Report, report_incident
from db.commands.site import TownLists, init_site
from db.domain.areas import Area
from db.domain.ops import SYSTEM, Actor
from db.domain.suites import DEFAULT
from db.hub.enrolling import CODE_HOURS, put_code
from db.hub.lookout import Lookout
from db.hub.server import Server, init_hub, open_hub
from db.hub.store import HubStore
from db.store.envelopes import Caller
from db.store.projections import KEY_OF_TABLE, PROJECTION_TABLES
from db.store.store import Store

TOWN = "990101103"
OTHER_TOWN = "990101104"
DISTRICT = "990101"
OFFICER = Actor("wang", "王值班", ("duty_officer", "dispatcher", "shift_leader"))
NAME, PHONE = "欧阳锋芒", "13912345678"
ROOT = Path(__file__).resolve().parents[3]


def areas(town=TOWN):
    return (
        Area(DISTRICT, "示例区", "district"),
        Area(town, "示例镇", "town"),
        Area(town + "001", "示例村", "village"),
    )


def make_site(
    home, station="A1", *, town=TOWN, lists=True, has_room_key=True, name="", suite=DEFAULT
):
    init_site(
        home,
        town=town,
        name=name or f"席位{station}",
        station=station,
        key_kind="file",
        has_room_key=has_room_key,
        lists=TownLists(areas(town)) if lists else None,
        suite=suite,
    )
    return Store.open(home)


def report(store, count=1, *, name=NAME, phone=PHONE, text="河边路面积水严重"):
    return [
        report_incident(
            store,
            OFFICER,
            Report({"content": f"{text}{n}", "address": "河边"}, Caller(name, phone)),
        )
        for n in range(count)
    ]


def note(store, count):
    """Write many small ops in one transaction."""

    def work(journal):
        for n in range(count):
            payload = {"sheet": "daily", "about": str(n), "sha256": f"{n:064d}", "pages": 1}
            journal.append("sheet_printed", f"{store.site.station}-{n}", payload, SYSTEM)

    store.write(work)


def rows(store, sql, *parameters):
    return store.read(lambda connection: connection.execute(sql, parameters).fetchall())


def bodies(store):
    """Every op by its name: the author's bytes."""
    found = rows(store, "SELECT site.id, epoch, seq, body FROM op JOIN site ON site.n = op.site")
    return {(site, epoch, seq): body for site, epoch, seq, body in found}


def unattested(store):
    """The chains whose newest ops their own site has not vouched for here."""
    return rows(
        store,
        "SELECT site.id, chain.epoch FROM chain JOIN site ON site.n = chain.site"
        " WHERE site.id <> ? AND NOT EXISTS (SELECT 1 FROM attest WHERE attest.site = chain.site"
        " AND attest.epoch = chain.epoch AND attest.seq = chain.head_seq)",
        store.site.id,
    )


def said(op):
    """What an op says, under whatever name it stands: a number may have got a mark since."""
    values = dict(op.payload.get("set", {}))
    if "number" in values:
        values["number"] = re.sub("-[A-Z]{3}$", "", values["number"])
    dump = orjson.dumps({**op.payload, "set": values}, option=orjson.OPT_SORT_KEYS)
    return op.kind, op.id, op.at, dump


def own_bodies(store):
    return {ref: body for ref, body in bodies(store).items() if ref[0] == store.site.id}


def count_ops(store):
    return rows(store, "SELECT count(*) FROM op")[0][0]


def projection(store):
    """Every projected row, by the ids that mean the same in every file."""
    ids = dict(rows(store, "SELECT rid, ent || ':' || id FROM subject"))
    dump = {}
    for table in PROJECTION_TABLES:
        names = [row[1] for row in rows(store, f"PRAGMA table_info({table})")]
        key = names.index(KEY_OF_TABLE[table])
        dump[table] = sorted(
            tuple(ids[value] if at == key else value for at, value in enumerate(row))
            for row in rows(store, f"SELECT * FROM {table}")
        )
    return dump


def everything(store):
    """All that stands in a record, as one run of bytes."""
    parts = []
    for (table,) in rows(store, "SELECT name FROM sqlite_master WHERE type = 'table'"):
        for row in rows(store, f"SELECT * FROM {table}"):
            parts += (item if isinstance(item, bytes) else str(item).encode() for item in row)
    return b"\0".join(parts)


@contextmanager
def serving(server):
    """Let a server answer on a thread; gives its address."""
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server.url
    finally:
        server.should_exit = True
        thread.join()


def running(store, cert=None, key=None):
    """Serve a hub's record on a thread; gives its address."""
    return serving(Server(HubStore(store), "127.0.0.1", 0, cert, key))


class HubProcess:
    """A hub in a process of its own, to be killed."""

    def __init__(self, home):
        init_hub(home, "区级交换", "file")
        self.home = home
        self.port = 0
        self.start()

    def start(self):
        program = (
            "import sys; from pathlib import Path; from db.hub.server import serve;"
            "from desktop.reports.hub_page import hub_page;"
            "serve(Path(sys.argv[1]), '127.0.0.1', int(sys.argv[2]), page=hub_page,"
            " on_ready=lambda url: print(url, flush=True))"
        )
        self.process = subprocess.Popen(
            [sys.executable, "-c", program, str(self.home), str(self.port)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        self.url = self.process.stdout.readline().strip()
        assert self.url
        self.port = int(self.url.rsplit(":", 1)[1])

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        self.process.terminate()
        code = self.process.wait(15)
        self.process.stdout.close()
        return code

    def read(self, look):
        store = open_hub(self.home)
        try:
            return look(store)
        finally:
            store.close()


def new_code(hub, town=TOWN, hours=CODE_HOURS):
    """A one-time code of a hub's record that is open here."""
    district, now = hub.site.town, hub.clock()
    return hub.write(lambda j: put_code(j.connection, town, district, now, hours)).result


def code_for(process, town=TOWN):
    from db.hub.server import issue_code

    return issue_code(process.home, town)


def until(is_true, seconds=5):
    """Wait until something is so."""
    ends_at = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < ends_at
        time.sleep(0.005)


def waits(store):
    """Whether a hub of this process has a station waiting, and has looked for news for it."""
    lookouts = [one for one in gc.get_objects() if type(one) is Lookout]
    found = [one._waiters.get(store.site.id) for one in lookouts]
    return any(one is not None and not one.is_new for one in found)
