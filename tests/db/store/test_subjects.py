"""Many subjects are found with one question, and what makes them may go without the collector."""

import gc

import pytest

from db.domain.errors import InputError
from db.store.pause import no_collection
from tests.db.store import rig
from tests.db.store.test_journal import OTHER, THIRD, make, notes, receive


def test_many_are_found_as_one_by_one(store):
    receive(store, rig.as_range(OTHER, notes(3)))
    names = [("incident", "i9"), ("area", "i1"), ("incident", "i1"), ("unit", "a b's\"")]

    def both(journal):
        together = journal.subjects.find_all(names)
        return together, {name: journal.subjects.find(*name) for name in names}

    together, alone = store.write(both).result
    assert together == alone
    assert list(together) == names
    assert together["incident", "i1"].heads == ((OTHER, 1, 3),)
    assert len({subject.rid for subject in together.values()}) == len(names)


@pytest.mark.parametrize("was_on", [True, False])
def test_the_collector_comes_back_as_it_was(store, was_on):
    (gc.enable if was_on else gc.disable)()
    try:
        with no_collection():
            assert not gc.isenabled()
        assert gc.isenabled() is was_on
        receive(store, rig.as_range(OTHER, notes(3)))
        with pytest.raises(InputError):
            receive(store, rig.as_range(THIRD, [make(THIRD, 2, {})]))
        assert gc.isenabled() is was_on
    finally:
        gc.enable()
