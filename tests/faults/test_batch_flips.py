"""One flipped bit anywhere in a batch on its way to a hub: refused, and nothing of it written."""

import random

import pytest

from db.domain.errors import InputError
from db.hub.enrolling import Request
from db.hub.server import init_hub, open_hub
from db.hub.store import HubStore
from db.sync.exchange import Limits, collect, own_heads, own_site
from db.sync.wire import Want
from tests.db.sync import rig
from tests.faults.soak import SEED, scaled

SMALL, LARGE = 4_096, 1 << 20
NIGHTLY = 100_000


@pytest.fixture
def open_pair(tmp_path):
    """A hub and a station known to it: (the hub's store, the station)."""
    init_hub(tmp_path / "hub", "区级交换", "file")
    store = rig.make_site(tmp_path / "site", lists=False)
    with open_hub(tmp_path / "hub") as record:
        hub = HubStore(record)
        hub.enrol(Request(rig.new_code(record), store.read(own_site)))
        yield record, hub, store
    store.close()


def batch_of(store, ops, raw):
    """What a station would bring of its chain."""
    head = next(head for head in own_heads(store) if head.site == store.site.id)
    return collect(store, [Want(head.site, head.epoch, 1)], Limits(ops=ops, raw=raw)).data


def flipped(data, bit):
    at, shift = divmod(bit, 8)
    changed = bytearray(data)
    changed[at] ^= 1 << shift
    return bytes(changed)


def refuse_each(record, hub, data, bits):
    """Bring a batch with each of these bits flipped; then as it is."""
    before = rig.everything(record)
    codes = set()
    for bit in bits:
        with pytest.raises(InputError) as caught:
            hub.take(flipped(data, bit))
        codes.add(caught.value.code)
    assert rig.everything(record) == before
    assert hub.take(data).added > 0
    return codes


def test_every_bit_of_a_batch(open_pair):
    record, hub, store = open_pair
    words = random.Random(1)
    for _ in range(20):  # so that it does not pack too well
        rig.report(store, 1, text="".join(chr(words.randrange(0x4E00, 0x9FA5)) for _ in range(60)))
    data = batch_of(store, 9, SMALL * 4)
    assert SMALL * 0.9 < len(data) < SMALL * 2
    codes = refuse_each(record, hub, data, range(len(data) * 8))
    assert {"bad_signature", "batch_magic", "unknown_key"} <= codes


@pytest.mark.soak
def test_bits_of_a_large_batch(open_pair):
    print(f"SOAK_SEED={SEED}")
    record, hub, store = open_pair
    dice = random.Random(SEED)

    def work(journal):
        for n in range(5_000):
            payload = {"sheet": "daily", "about": dice.randbytes(160).hex(), "pages": n}
            journal.append("sheet_printed", str(n), payload, rig.SYSTEM)

    store.write(work)
    data = batch_of(store, 5_000, 3_500_000)
    assert LARGE * 0.8 < len(data) < LARGE * 1.5
    bits = (dice.randrange(len(data) * 8) for _ in range(scaled(NIGHTLY)))
    refuse_each(record, hub, data, bits)
