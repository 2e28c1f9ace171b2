"""A file put back from a copy, a folder that was cloned: noticed at once, healed, nothing lost."""

import random
import time

import pytest

from db.sync.exchange import current_chain
from tests.db.sync import rig
from tests.faults.soak import SEED, scaled
from tests.model.desks import refused
from tests.model.town import Hub, Town, stick

CASES, IN_ONE_TOWN = 40, 10
NIGHTLY_CASES, NIGHTLY_SECONDS = 5_000, 900
CLONES = 12


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    made = Hub(tmp_path_factory.mktemp("district") / "hub")
    yield made
    made.close()


@pytest.fixture
def make_town(hub, tmp_path):
    towns = []

    def make():
        number = next(hub.towns)
        towns.append(Town(tmp_path / f"t{number}", hub, hub.url, f"990101{number:03d}"))
        towns[-1].add("A1")
        towns[-1].add("B1", lists=False)
        towns[-1].sync("A1", "B1", "A1")
        return towns[-1]

    yield make
    for town in towns:
        for name in list(town.stores):
            town.close(name)


def restore_one(town, dice, case):
    """Back up at k, write to n, exchange, put the backup back, write m, exchange."""
    k, n, m = (dice.randint(1, 50) for _ in range(3))
    has_witness = dice.random() < 0.5
    print(f"k={k} n={n} m={m} witness={has_witness}")
    town.write("A1", k, dice)
    if dice.random() < 0.5:
        town.sync("A1", "B1")
    site = town.stores["A1"].site.id
    town.close("A1")
    town.copy("A1", f"kept{case}")
    town.open("A1")
    town.write("A1", n, dice)
    town.sync("A1", "B1")
    town.write("B1", 1, dice)
    town.close("A1")
    town.restore("A1", f"kept{case}")
    if not has_witness:
        town.forget("A1", site)
    store = town.open("A1")
    assert store.renewed == ("restored" if has_witness else "")
    if dice.random() < 0.3:
        # The hub is asked before anything is written.
        assert town.sync("A1")[0].healed == (() if has_witness else ("restored",))
        has_witness = True
    town.write("A1", m, dice)
    result = town.sync("A1")[0]
    assert result.healed == (() if has_witness else ("forked",))
    town.write("A1", 1, dice)
    town.sync("A1", "B1", "A1")
    town.check()


@pytest.mark.parametrize("group", range(CASES // IN_ONE_TOWN))
def test_a_restored_site_is_noticed_and_loses_nothing(make_town, group):
    dice = random.Random(group)
    town = make_town()
    for case in range(IN_ONE_TOWN):
        restore_one(town, dice, case)


@pytest.mark.soak
def test_restored_sites_lose_nothing_all_night(make_town):
    ends_at, done = time.monotonic() + scaled(NIGHTLY_SECONDS), 0
    while done < scaled(NIGHTLY_CASES) and time.monotonic() < ends_at:
        dice = random.Random(SEED + done)
        print(f"seed {SEED + done}")
        town = make_town()
        for case in range(IN_ONE_TOWN):
            restore_one(town, dice, case)
            done += 1
        for name in list(town.stores):
            town.close(name)
    print(f"{done} restores")


@pytest.mark.parametrize("case", range(CLONES))
def test_two_copies_of_a_site_are_told_apart_at_first_contact(make_town, case):
    """In any order, over the hub and by stick, on one machine with its witness and without."""
    clone_one(make_town(), random.Random(case), is_known=case % 3 == 0)


def clone_one(town, dice, *, is_known):
    town.write("A1", dice.randint(1, 5), dice)
    if dice.random() < 0.7:
        town.sync("A1", "B1")
    site = town.stores["A1"].site.id
    town.close("A1")
    town.copy("A1", "A2")
    for name in ("A1", "A2"):
        if not is_known:
            town.forget(name, site)
        # What is noted of a commit is noted before the next one.
        town.open(name).write(lambda _: None)
    original, clone = town.stores["A1"], town.stores["A2"]
    assert (original.renewed, clone.renewed) == ("", "copied" if is_known else "")
    noticed = bool(clone.renewed)
    for name in ("A1", "A2"):
        town.write(name, dice.randint(1, 5), dice)
    for _ in range(dice.randint(2, 8)):
        turn = dice.random()
        if turn < 0.4:
            town.write(dice.choice(("A1", "A2", "B1")), dice.randint(1, 3), dice)
        elif turn < 0.7:
            noticed |= bool(town.sync(dice.choice(("A1", "A2", "B1")))[0].healed)
        else:
            noticed |= hand_over(town, dice)
    for _ in range(2):
        noticed |= any(result.healed for result in town.sync("A1", "A2", "B1"))
    assert noticed
    town.write("A1", 1, dice)
    town.write("A2", 1, dice)
    town.sync("A1", "A2", "B1", "A1", "A2")
    assert original.read(current_chain)[1] != clone.read(current_chain)[1]
    town.check()
    if is_known:
        numbers = rig.rows(original, "SELECT number FROM incident")
        assert len(numbers) == len(set(numbers))


def hand_over(town, dice):
    """Carry a stick from one to another; returns whether two histories of one name met."""
    source, target = dice.sample(("A1", "A2", "B1"), 2)
    with refused("fork", "rewound"):
        stick(town.stores[source], town.stores[target])
        return False
    return True
