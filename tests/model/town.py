"""A town's sites at a hub that answers over a real line, and what may happen to their files."""

import shutil
from contextlib import ExitStack, contextmanager
from functools import cache
from itertools import count

from db.domain.incidents import Incident
from db.domain.ops import decode
from db.domain.scope import scope_of
from db.domain.transitions import decide
from db.hub.server import Server, init_district, init_hub, open_service
from db.store.facts import facts_at
from db.store.ids import new_id
from db.store.numbers import next_number
from db.store.store import RECORD, Store
from db.store.verify import verify
from db.store.witness import witness_path
from db.sync.client import sync_once
from db.sync.exchange import chain_key, collect, own_heads, take_in
from db.sync.line import HubClient
from db.sync.wire import Want
from tests.db.store.rig import unbound
from tests.db.sync import rig

OF_CHAIN = ("epoch_started", "site_started", "room_key_granted")


class Town:
    """Sites by name, each a folder; `said` is all that was ever written, by content."""

    def __init__(self, folder, hub, url, code):
        self.folder, self.hub, self.url, self.code = folder, hub, url, code
        self.stores = {}
        self.said = set()

    def add(self, station, lists=True):
        store = rig.make_site(
            self.folder / station, station, town=self.code, lists=lists, has_room_key=lists
        )
        self.stores[station] = store
        self.enrol(station)
        return store

    def enrol(self, station):
        with HubClient(self.stores[station], self.url) as client:
            client.enrol(rig.new_code(self.hub(), self.code))

    def close(self, name):
        self.stores.pop(name).close()

    def open(self, name):
        self.stores[name] = Store.open(self.folder / name)
        return self.stores[name]

    def write(self, name, size, random=None):
        """Write ops in one transaction: new incidents, and further ones on what is there."""
        store = self.stores[name]
        prefix = f"{self.code}-{store.site.station}-"

        def work(journal):
            facts = facts_at(journal.connection, journal.clock(), scope_of(rig.OFFICER))
            known = [
                row[0]
                for row in journal.connection.execute(
                    "SELECT id FROM incident ORDER BY id"
                ).fetchall()
            ]
            for number in range(size):
                if known and random and random.random() < 0.5:
                    values = {"title": f"{name}{random.random()}"}
                    subject = random.choice(known)
                    journal.append("source_updated", subject, {"set": values}, rig.OFFICER)
                    continue
                id = new_id(journal.clock())
                values = {"content": f"{name}{number}路面积水", "address": "河边"}
                kind, payload, *_ = decide(Incident(id=id), "report", values, rig.OFFICER, facts)
                payload["set"]["number"] = next_number(journal, prefix)
                journal.append(kind, id, payload, rig.OFFICER)
                known.append(id)

        store.write(work)
        self.said |= contents(store)

    def sync(self, *names, rounds=1):
        """Exchange; nothing may be left for a person to do."""
        results = []
        for _ in range(rounds):
            for name in names:
                result = sync_once(self.stores[name])
                assert result.troubles == ()
                assert result.unsent == 0
                results.append(result)
        return results

    def copy(self, name, target):
        """Copy a closed site's folder."""
        shutil.copytree(self.folder / name, self.folder / target)

    def restore(self, name, kept):
        """Put an older copy in a closed site's place."""
        for item in (self.folder / name).glob(f"{RECORD}*"):
            item.unlink()
        shutil.copy(self.folder / kept / RECORD, self.folder / name / RECORD)

    def forget(self, name, site):
        """Lose everything outside the record that knows how far it had come."""
        witness_path(site).unlink(missing_ok=True)
        unbound(self.folder / name)

    def check(self):
        """Everything that was ever written is at the hub and everywhere, in the same rows."""
        hub = contents(self.hub())
        assert self.said <= hub
        first, *others = self.stores.values()
        for store in self.stores.values():
            assert self.said <= contents(store)
            report = store.read(verify)
            assert report.is_ok, report
        for store in others:
            assert rig.projection(store) == rig.projection(first)
            assert rig.bodies(store) == rig.bodies(first)


def contents(store):
    """What was said, under whatever name it stands."""
    return set(map(said, rig.bodies(store).values())) - {None}


@cache
def said(body):
    """What an op says, None where that is nothing but how its chain began."""
    op = decode(body)
    return None if op.kind in OF_CHAIN else rig.said(op)


def stick(source, target):
    """Carry what one record lacks of another straight into it, as a stick does."""
    here = {(head.site, head.epoch): head.seq for head in own_heads(target)}
    wants = [
        Want(head.site, head.epoch, here.get((head.site, head.epoch), 0) + 1)
        for head in own_heads(source)
        if head.seq > here.get((head.site, head.epoch), 0)
    ]
    batch = collect(source, wants) if wants else None
    if batch is None:
        return None
    key = source.read(lambda connection: chain_key(connection, source.site.id))
    return take_in(target, batch.data, key_of=lambda *_: key)


class Hub:
    """A hub's record and its service, which can be stopped and put back.

    The record is a file, or in the PostgreSQL at `database`.
    """

    def __init__(self, home, database=""):
        self.home, self.database = home, database
        self.towns = count(101)
        if database:
            init_district(home, database, "区级交换", "file")
        else:
            init_hub(home, "区级交换", "file")
        self._start()

    def __call__(self):
        return self.store

    def _start(self):
        self._running = ExitStack()
        hub = self._running.enter_context(open_service(self.home, self.database))
        self.store = hub._store
        self.url = self._running.enter_context(rig.serving(Server(hub, "127.0.0.1", 0)))

    @contextmanager
    def stopped(self):
        """Close the record for what is done to its files; it answers elsewhere afterwards."""
        self.close()
        yield
        self._start()

    def close(self):
        self._running.close()
