"""Three versions in one exchange: an older one's golden batch, this one, and one not yet written.

What the newer one says in ways nobody here knows is carried byte for byte, held, and folded once
this program knows them too: then the rows are those of a station that knew them all along.
"""

import pytest

from db.commands.incidents import act
from db.domain.ops import decode
from db.domain.scope import scope_of
from db.stick.read import preview, take
from db.store import projections
from db.store.rebuild import rebuild
from db.sync.client import sync_once
from db.sync.exchange import held_count, take_in
from tests.db.stick.sticks import hand_over, introduce, write
from tests.db.store import rig as store_rig
from tests.db.sync import rig
from tests.db.sync.test_golden import golden, sender, states

TOWN = store_rig.TOWN
NEW_KINDS = {"drone_sent": "drone", "incident_frozen": "incident", "thaw_noted": "incident"}
SCOPE = scope_of(rig.OFFICER, "")

__all__ = ["golden", "sender"]


@pytest.fixture
def newer(monkeypatch):
    """Lets the program be the newer version for a while."""

    class Newer:
        def __enter__(self):
            for kind, entity in NEW_KINDS.items():
                monkeypatch.setitem(projections.ENTITY_OF_KIND, kind, entity)

        def __exit__(self, *_):
            for kind in NEW_KINDS:
                monkeypatch.delitem(projections.ENTITY_OF_KIND, kind)

    return Newer()


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def speak(store, number):
    """Say things as only a later version does: kinds, fields and values that are not known."""
    (id,) = rig.rows(store, "SELECT id FROM incident WHERE number = ?", number)[0]

    def work(journal):
        journal.append("drone_sent", "d1", {"到": ["东", 7], "deep": {"x": None}}, rig.OFFICER)
        said = {"set": {"address": "河边路 9 号", "altitude": 12}, "weather": {"rain": 3}}
        journal.append("incident_frozen", id, said, rig.OFFICER)
        # Known in itself, but said upon what is not.
        journal.append("note_added", id, {"opinion": "无人机已到", "tone": "calm"}, rig.OFFICER)
        journal.append("thaw_noted", id, {"opinion": "已解冻", "by": [1, 2]}, rig.OFFICER)

    store.write(work)
    return [body for body in rig.own_bodies(store).values() if decode(body).payload]


def golden_in(store, golden, sender):
    key = bytes.fromhex(sender["sign_key"])
    take_in(store, (golden / "batch.eopb").read_bytes(), key_of=lambda *_: key)


def of(store, site):
    return {ref: body for ref, body in rig.bodies(store).items() if ref[0] == site.site.id}


def test_by_sticks(golden, sender, open_sites, stick, newer):
    """newer → this → another of this → a newer one that knew all along."""
    future = open_sites("F1", town=TOWN, lists=False)
    ours = open_sites("B1", town=TOWN, lists=False, has_room_key=False)
    relay = open_sites("C1", town=TOWN, lists=False, has_room_key=False)
    fresh = open_sites("G1", town=TOWN, lists=False, has_room_key=False)
    for one, other in ((future, ours), (ours, relay), (relay, fresh)):
        introduce(stick, one, other)
    golden_in(future, golden, sender)
    number = next(iter(sender["states"]))
    with newer:
        speak(future, number)
    said = of(future, future)
    (path,) = write(future, ours, stick).paths
    assert preview(ours, path).unknown == 3  # the note's kind is known
    take(ours, path)
    act(ours, rig.OFFICER, SCOPE, number, "note", {"text": "照常办理"})  # nobody is blocked
    for one, other in ((ours, relay), (relay, ours)):
        assert hand_over(one, other, stick).troubles == []
    for store in (ours, relay):
        assert of(store, future) == said
        assert held_count(store.reader()) >= 3
        assert set(states(store)) == set(sender["states"])
    with newer:
        for store in (ours, relay):
            rebuild(store)
            assert held_count(store.reader()) == 0
        assert hand_over(relay, fresh, stick, everything=True).troubles == []
        assert of(fresh, future) == said
        assert held_count(fresh.reader()) == 0
        hand_over(fresh, relay, stick)
        assert rig.projection(relay) == rig.projection(fresh)
        kinds = {kind for (kind,) in rig.rows(ours, "SELECT kind FROM step")}
        assert {"incident_frozen", "thaw_noted"} <= kinds


def test_by_the_hub(golden, sender, open_sites, enrol, hub, newer):
    """The hub understands nothing, and carries all."""
    future = open_sites("F1", town=TOWN, lists=False)
    ours = open_sites("B1", town=TOWN, lists=False, has_room_key=False)
    for store in (future, ours):
        enrol(store)
    golden_in(future, golden, sender)
    number = next(iter(sender["states"]))
    with newer:
        speak(future, number)
    said = of(future, future)
    sync_once(future)
    assert of(hub, future) == said
    result = sync_once(ours)
    assert result.held >= 3
    assert of(ours, future) == said
    act(ours, rig.OFFICER, SCOPE, number, "note", {"text": "照常办理"})
    sync_once(ours)
    with newer:
        sync_once(future)
        rebuild(ours)
        assert held_count(ours.reader()) == 0
        assert rig.projection(ours) == rig.projection(future)
