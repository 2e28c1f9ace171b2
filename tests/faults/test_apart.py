"""Two values set apart are both kept and shown as a conflict, whatever the clocks said."""

import orjson
import pytest

from db.store.journal import Journal
from db.sync.exchange import collect, head_of, known_key, own_heads, take_in
from db.sync.wire import Want
from tests.db.store import rig

HOUR = 3_600_000
CONFLICTS = "SELECT field, kind, tips FROM conflict ORDER BY field"


@pytest.fixture
def pair(tmp_path):
    stores = []
    for station in ("A1", "B1"):
        rig.make_site(tmp_path / station, station)
        stores.append(rig.open_store(tmp_path / station))
    yield stores
    for store in stores:
        store.close()


def carry(source, target):
    key = source.read(lambda c: known_key(c, source.site.id))
    wants = [
        Want(
            head.site,
            head.epoch,
            target.read(lambda c, h=head: head_of(c, h.site, h.epoch)).seq + 1,
        )
        for head in own_heads(source)
        if head.site != target.site.id
    ]
    batch = collect(source, wants)
    take_in(target, batch.data, key_of=lambda *_: key)


def say(store, id, status, at):
    def work(journal: Journal):
        payload = {"set": {"source_status": status}}
        journal.append("source_updated", id, payload, rig.CLERK, at)

    store.write(work)


@pytest.mark.parametrize("ahead", [-24 * HOUR, 0, 24 * HOUR])
def test_both_are_kept(pair, ahead):
    from db.commands.incidents import Report, report_incident

    a, b = pair
    values = {"content": "河边路路灯不亮", "address": "河边路 8 号"}
    number = report_incident(a, rig.CLERK, Report(values)).number
    id = rig.rows(a, "SELECT id FROM incident WHERE number = ?", number)[0][0]
    carry(a, b)
    b.clock.now += ahead
    say(a, id, "办理中", a.clock())
    say(b, id, "已退回", b.clock())
    carry(a, b)
    carry(b, a)
    for store in pair:
        ((field, kind, tips),) = rig.rows(store, CONFLICTS)
        assert (field, kind) == ("source_status", "value")
        assert {"办理中", "已退回"} == {tip[-1] for tip in orjson.loads(tips)}
    shown = [rig.rows(store, "SELECT source_status, conflicts FROM incident") for store in pair]
    assert shown[0] == shown[1]
    assert shown[0][0][1] == 1
