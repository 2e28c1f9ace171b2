"""A hub put back from an older backup gets everything again from whoever has it."""

import random
import shutil

import pytest

from db.domain.errors import EnvironmentError_
from db.store import driver
from db.store.store import RECORD
from db.store.witness import witness_path
from db.sync.client import sync_once
from db.sync.exchange import current_chain
from desktop.i18n import MESSAGES
from tests.db.store.rig import unbound
from tests.db.sync import rig
from tests.model.town import Hub, Town, contents


@pytest.fixture
def hub(tmp_path):
    made = Hub(tmp_path / "hub")
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


def keep(hub):
    """Back the hub up."""
    source = driver.open_any(hub.home / RECORD, hub.store.key)
    driver.copy(source, hub.home / "kept", hub.store.key, lambda *_: None)
    source.close()


def put_back(hub, town, *, has_witness):
    """Restore the hub's record from the backup; it answers at the address it had."""
    with hub.stopped():
        for item in hub.home.glob(f"{RECORD}*"):
            item.unlink()
        shutil.copy(hub.home / "kept", hub.home / RECORD)
        if not has_witness:
            witness_path(hub.store.site.id).unlink()
            unbound(hub.home)
    for store in town.stores.values():
        store.write(
            lambda j: j.connection.execute("UPDATE peer SET url = ? WHERE kind = 'hub'", (hub.url,))
        )
    town.url = hub.url


@pytest.mark.parametrize("has_witness", [True, False])
@pytest.mark.parametrize("case", range(3))
def test_everything_is_back_within_one_round(hub, town, case, has_witness):
    dice = random.Random(case)
    town.write("A1", dice.randint(1, 20), dice)
    town.sync("A1", "B1")
    keep(hub)
    chain, incarnation = hub().read(current_chain), meta(hub(), "incarnation")
    town.write("A1", dice.randint(1, 20), dice)
    town.sync("A1", "B1")
    town.write("B1", dice.randint(1, 20), dice)
    town.sync("B1", "A1")
    town.write("A1", dice.randint(1, 20), dice)
    put_back(hub, town, has_witness=has_witness)
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
    keep(hub)
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
