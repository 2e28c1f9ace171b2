"""Two real stations that work apart and meet: what they carry to each other is what travels."""

from contextlib import contextmanager

from db.commands.conflicts import resolve
from db.commands.incidents import Report, act, report_incident
from db.domain.ops import Actor
from db.domain.scope import scope_of
from db.store.queries.conflicts import open_conflicts
from db.sync.exchange import collect, head_of, known_key, own_heads, take_in
from db.sync.wire import Want
from tests.db.store import rig

LEADER = Actor("shen", "沈砚", ("shift_leader", "duty_officer", "dispatcher", "supervisor"))
ADMIN = Actor("wen", "温岑", ("admin",))
ALL = scope_of(LEADER)
PLACED = {"class_code": "ZF09", "area_code": rig.GRID}


@contextmanager
def two(folder):
    """Open the records of two stations of one town."""
    stores = []
    for station in ("A1", "B1"):
        rig.make_site(folder / station, station)
        stores.append(rig.open_store(folder / station))
    try:
        yield stores
    finally:
        for store in stores:
            store.close()


def carry(source, target):
    """Take what one record has and the other lacks, as a batch does."""
    key = source.read(lambda c: known_key(c, source.site.id))
    wants = []
    for head in own_heads(source):
        if head.site != target.site.id:
            known = target.read(lambda c, h=head: head_of(c, h.site, h.epoch))
            wants.append(Want(head.site, head.epoch, known.seq + 1))
    batch = collect(source, wants)
    if batch is not None:
        take_in(target, batch.data, key_of=lambda *_: key)


def meet(one, other):
    """Let two stations learn all of each other."""
    carry(one, other)
    carry(other, one)


def report(store, **values):
    """Take in an incident; return its number."""
    given = {"content": "河边路路灯不亮，已三晚", "address": "河边路 8 号"} | values
    return report_incident(store, rig.CLERK, Report(given)).number


def do(store, number, action, **values):
    return act(store, LEADER, ALL, number, action, values)


def say(store, number, kind="source_updated", **payload):
    """Write an op as another part of the program, or a newer one, does."""
    id = rig.rows(store, "SELECT id FROM incident WHERE number = ?", number)[0][0]
    store.write(lambda journal: journal.append(kind, id, payload, LEADER))


def disputes(store, number):
    """What stands in dispute of an incident, by field."""
    rid = rig.rows(store, "SELECT rid FROM incident WHERE number = ?", number)[0][0]
    return {item.field: item for item in store.read(lambda c: open_conflicts(c, rid))}


def settle(store, number, field, choice, actor=LEADER, seen=None):
    seen = disputes(store, number)[field].seen if seen is None else seen
    return resolve(store, actor, scope_of(actor), number, field, choice, seen)


def value(store, number, name):
    return rig.rows(store, f"SELECT {name} FROM incident WHERE number = ?", number)[0][0]
