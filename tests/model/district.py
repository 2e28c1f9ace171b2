"""A district's site and those of two towns at one hub, for what has to reach the right ones."""

from db.commands.incidents import Report, report_incident
from db.domain.ops import decode
from db.store.envelopes import Caller
from db.store.rebuild import rebuild_now
from db.store.verify import verify
from db.sync.client import sync_once
from db.sync.exchange import held_count
from db.sync.line import HubClient
from tests.db.sync import rig
from tests.model.town import OF_CHAIN

NOBODY = Caller("", "")


class Sites:
    """A district's site `d` and one of each town, by name; `said` is all that was ever written."""

    numbers = iter(range(10, 99))

    def __init__(self, folder, hub):
        self.folder, self.hub = folder, hub
        district = f"9902{next(self.numbers)}"
        self.towns = {"d": district, "a": f"{district}103", "b": f"{district}104"}
        self.stores = {}
        for name, town in self.towns.items():
            self.stores[name] = rig.make_site(folder / name, town=town, lists=name != "d")
            with HubClient(self.stores[name], hub.url) as client:
                client.enrol(rig.new_code(hub(), town))
        self.said = {name: set() for name in self.stores}
        self.sync("a", "b", "d")

    def __getitem__(self, name):
        return self.stores[name]

    def report(self, name, place="", text="路面积水", caller=NOBODY, **more):
        """Take in an incident at a station, in the village of a town or nowhere."""
        area = f"{self.towns[place]}001" if place else ""
        values = {"address": "河边", "content": f"{text}，情况严重", "area_code": area, **more}
        return report_incident(self[name], rig.OFFICER, Report(values, caller)).number

    def close(self):
        for store in self.stores.values():
            store.close()

    def sync(self, *names):
        results = []
        for name in names or tuple(self.stores):
            results.append(sync_once(self.stores[name]))
            assert results[-1].troubles == ()
            assert results[-1].unsent == 0
        return results

    def level(self):
        for _ in range(3):
            self.sync()

    def note(self):
        for name, store in self.stores.items():
            self.said[name] |= contents(store)

    def counts(self):
        """How many incidents each of them knows."""
        ask = "SELECT count(*) FROM incident"
        return {name: rig.rows(store, ask)[0][0] for name, store in self.stores.items()}

    def check_town(self, name):
        """A town has what the district has of it."""
        town = self.towns[name]
        assert incidents(self[name], town) == incidents(self["d"], town) != []

    def check(self):
        """The district has all, each town all of its own, nobody anything in doubt."""
        district, said = contents(self["d"]), set().union(*self.said.values())
        assert said <= district
        for name, others in (("a", "b"), ("b", "a")):
            store, other = self[name], self.towns[others]
            foreign = [op for op in ops(store) if other in rig.said(op)[-1].decode()]
            foreign += [op for op in ops(store) if towns_of(self["d"]).get(op.ref.site) == other]
            assert foreign == []
            self.check_town(name)
        for store in self.stores.values():
            assert store.read(held_count) == 0
            assert store.read(verify).is_ok
            before = rig.projection(store)
            store.write(rebuild_now)
            assert rig.projection(store) == before


def ops(store):
    return [decode(body) for body in rig.bodies(store).values()]


def contents(store):
    return {rig.said(op) for op in ops(store) if op.kind not in OF_CHAIN}


def towns_of(store):
    return dict(rig.rows(store, "SELECT id, town FROM station"))


def incidents(store, town):
    """What stands of a town's incidents: the row, and the history's length."""
    columns = "id, number, title, state, level, area_code, taken_in_at"
    return sorted(
        rig.rows(
            store,
            f"SELECT {columns}, (SELECT count(*) FROM step WHERE incident = rid) FROM incident"
            " WHERE substr(area_code, 1, 9) = ?",
            town,
        )
    )
