"""Every step of every way through the loop, taken back: all rows are as they were before it."""

import pytest

from db.commands.undo import undo
from db.domain.scope import scope_of
from tests.model import desks

HISTORY = {"heads", "step"}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    found = desks.make_desks(tmp_path_factory.mktemp("undone"), 1)
    yield found[0]
    for desk in found:
        desk.connection.close()


@pytest.fixture
def desk(made):
    made.begin()
    yield made
    made.undo()


def rows(desk):
    """All that is shown of all incidents but their history."""
    names = [row[1] for row in desk.rows("PRAGMA table_info(incident)")]
    found = {name: value for name, value in desk.dump().items() if name not in HISTORY}
    last = names.index("updated_at")
    found["incident"] = [(*row[:last], *row[last + 1 :]) for row in found["incident"]]
    return found


@pytest.mark.parametrize("way", desks.WAYS, ids=" ".join)
def test_each_step_of_a_way_can_be_taken_back(desk, way):
    desk.report("i1", 0)
    desk.report("i2", 0)
    for step in way:
        desk.now += 1
        before = rows(desk)
        rid = desk.incidents()[0]
        desk.go(desk.incident(rid), step)
        assert rows(desk) != before or step == "note", step
        actor = desks.SEATS[int(step.partition(":")[0] in desks.DECIDING)]
        desk.now += 1
        undo(desk, actor, scope_of(actor), "i1")
        assert rows(desk) == before, step
        kinds = desk.rows("SELECT kind, detail ->> '$.undone' FROM step WHERE incident = ?", rid)
        assert kinds[-1][0] == "decision_undone"
        assert kinds[-2][1] == 1
        desk.go(desk.incident(rid), step)
    grown = desk.dump()
    desk.rebuild()
    assert desk.dump() == grown


def test_all_that_one_person_did_is_taken_back_step_by_step(desk):
    desk.report("i1", 0)
    desk.report("i2", 0)
    seen = []
    way = ("accept", "dispatch", "sign", "ask_extend", "withdraw", "feedback", "check_pass")
    for step in way:
        seen.append(rows(desk))
        desk.now += 1
        desk.go(desk.incident(desk.incidents()[0]), step)
    actor = desks.SEATS[0]
    while seen:
        desk.now += 1
        undo(desk, actor, scope_of(actor), "i1")
        assert rows(desk) == seen.pop()
    desk.rebuild()
    assert desk.incident(desk.incidents()[0]).state == "reported"
