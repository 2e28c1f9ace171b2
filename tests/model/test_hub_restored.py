"""A hub put back from an older backup gets everything again from whoever has it."""

import random
import shutil

import pytest

from db.domain.errors import EnvironmentError_
from db.hub.postgres import WITNESS
from db.store import driver
from db.store.store import RECORD
from db.store.witness import witness_path
from db.sync.client import sync_once
from db.sync.exchange import current_chain
from desktop.i18n import MESSAGES
from tests.db.hub.cluster import running_cluster
from tests.db.store.rig import unbound
from tests.db.sync import rig
from tests.model.town import Hub, Town, contents


class FileHub(Hub):
    """A hub whose record is a file, and its backup another."""

    def keep(self):
        """Back the hub up."""
        source = driver.open_any(self.home / RECORD, self.store.key)
        driver.copy(source, self.home / "kept", self.store.key, lambda *_: None)
        source.close()

    def put_back(self, *, has_witness):
        """Restore the record from the backup."""
        with self.stopped():
            for item in self.home.glob(f"{RECORD}*"):
                item.unlink()
            shutil.copy(self.home / "kept", self.home / RECORD)
            if not has_witness:
                witness_path(self.store.site.id).unlink()
                unbound(self.home)


class ServerHub(Hub):
    """A hub whose record is in a PostgreSQL, and its backup another database."""

    def __init__(self, home, cluster):
        self._cluster = cluster
        super().__init__(home, cluster.database())

    def keep(self):
        """Back the hub up."""
        # Only a database that nobody uses can be copied.
        with self.stopped():
            self._kept = self._cluster.database(self.database)

    def put_back(self, *, has_witness):
        """Restore the record from the backup."""
        # As if it had served some seconds longer: how far it was is noted that often.
        self.store._witness._noted_at = 0.0
        self.store.write(lambda journal: None)
        with self.stopped():
            self.database = self._kept
            if not has_witness:
                (self.home / WITNESS).unlink()


@pytest.fixture(scope="module")
def cluster():
    with running_cluster() as made:
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def hub(request, tmp_path):
    home = tmp_path / "hub"
    is_file = request.param == "sqlite"
    made = FileHub(home) if is_file else ServerHub(home, request.getfixturevalue("cluster"))
    yield made
    made.close()


@pytest.fixture
def town(hub, tmp_path):
    made = Town(tmp_path / "town", hub, hub.url, rig.TOWN)
    made.add("A1")
    made.add("B1", lists=False)
    made.sync("A1", "B1", "A1")
    yield made
    for name in list(made.stores):
        made.close(name)


def moved(hub, town):
    """Let the town's stations know where the hub answers by now."""
    for store in town.stores.values():
        store.write(
            lambda j: j.connection.execute("UPDATE peer SET url = ? WHERE kind = 'hub'", (hub.url,))
        )
    town.url = hub.url


def put_back(hub, town, *, has_witness):
    """Restore the hub's record from the backup."""
    hub.put_back(has_witness=has_witness)
    moved(hub, town)


@pytest.mark.parametrize("has_witness", [True, False])
@pytest.mark.parametrize("case", range(3))
def test_everything_is_back_within_one_round(hub, town, case, has_witness):
    dice = random.Random(case)
    town.write("A1", dice.randint(1, 20), dice)
    town.sync("A1", "B1")
    hub.keep()
    moved(hub, town)
    chain, incarnation = hub().read(current_chain), meta(hub(), "incarnation")
    town.write("A1", dice.randint(1, 20), dice)
    town.sync("A1", "B1")
    town.write("B1", dice.randint(1, 20), dice)
    town.sync("B1", "A1")
    town.write("A1", dice.randint(1, 20), dice)
    put_back(hub, town, has_witness=has_witness)
    if not hub.database:
        assert (hub().renewed == "restored") == has_witness
        assert (hub().read(current_chain) != chain) == has_witness
    assert (meta(hub(), "incarnation") != incarnation) == has_witness
    assert not town.said <= contents(hub())
    town.sync("A1")
    assert contents(town.stores["A1"]) <= contents(hub())
    town.sync("B1")
    town.sync("A1")
    town.check()
    assert rig.bodies(hub()) == rig.bodies(town.stores["A1"])


def test_a_site_enrolled_since_the_backup_is_told_to_enrol_again(hub, town):
    town.write("A1", 3)
    town.sync("A1", "B1")
    hub.keep()
    moved(hub, town)
    late = town.add("C1", lists=False)
    town.write("A1", 1)
    town.sync("A1", "C1")
    town.write("C1", 4)
    town.sync("C1", "A1")
    town.write("C1", 2)
    put_back(hub, town, has_witness=True)
    before = rig.bodies(late)
    with pytest.raises(EnvironmentError_) as caught:
        sync_once(late)
    assert caught.value.code == "unknown_key"
    assert "登记" in MESSAGES["unknown_key"][1]
    assert rig.bodies(late) == before
    town.sync("A1")
    town.enrol("C1")
    town.sync("C1", "A1", "B1", "C1")
    town.check()


def meta(store, name):
    return rig.rows(store, "SELECT v FROM meta WHERE k = ?", name)[0][0]
