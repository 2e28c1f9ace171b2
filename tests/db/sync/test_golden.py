"""What a sender of any format once wrote is read for ever: batches, sticks, cards."""

import orjson
import pytest

from db.commands.attachments import open_attachment
from db.commands.incidents import view_caller
from db.domain.scope import scope_of
from db.stick.cards import believe, read_card, take_heads
from db.stick.read import preview, take
from db.sync.batch import decode_batch
from db.sync.exchange import held_count, take_in
from tests.db.store import rig as store_rig
from tests.db.sync import rig
from tests.db.sync.golden import FOLDER, PHOTO, digests, recipient

GOLDEN = sorted(path.name for path in FOLDER.iterdir())


@pytest.fixture(params=GOLDEN)
def golden(request):
    return FOLDER / request.param


@pytest.fixture
def sender(golden):
    return orjson.loads((golden / "sender.json").read_bytes())


@pytest.fixture
def home(golden, tmp_path):
    """A record of the station that the files were written for, which believes their sender."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        made = recipient(golden, tmp_path / "home", monkeypatch)
    with made as store:
        card = read_card(store, golden / "card.gdc")
        believe(store, store_rig.CLERK, golden / "card.gdc", card.fingerprint)
        yield store


def states(store):
    return dict(rig.rows(store, "SELECT number, state FROM incident"))


def test_nobody_has_edited_them(golden):
    assert (golden / "SHA256").read_text(encoding="ascii") == digests(golden)


def test_there_is_one_of_todays_format():
    assert {"v1", "v1-sm2"} <= set(GOLDEN)


def test_a_batch_is_read(golden, sender, open_sites):
    data = (golden / "batch.eopb").read_bytes()
    key = bytes.fromhex(sender["sign_key"])
    assert decode_batch(data, lambda _: key).sender.site == sender["site"]
    store = open_sites("C3", town=store_rig.TOWN, lists=False)
    taken = take_in(store, data, key_of=lambda *_: key)
    assert taken.held == 0
    assert states(store) == sender["states"]
    assert rig.rows(store, "SELECT count(*) FROM step")[0][0] == sender["steps"]


def test_a_stick_is_read(golden, sender, home):
    shown = preview(home, golden / "stick.gdx")
    assert (shown.header.site, shown.trouble) == (sender["site"], None)
    taken = take(home, golden / "stick.gdx")
    assert (taken.added, taken.troubles, taken.files) == (shown.header.ops, [], 1)
    assert states(home) == sender["states"]
    assert held_count(home.reader()) == 0


def test_its_attachment_and_its_caller_are_read(golden, home):
    """With the room's key, which came along sealed to this station."""
    take(home, golden / "stick.gdx")
    scope = scope_of(store_rig.CLERK, "")
    number, blob = rig.rows(
        home, "SELECT number, blob FROM attachment JOIN incident ON incident = incident.rid"
    )[0]
    assert open_attachment(home, scope, number, blob).content == PHOTO
    (caller,) = rig.rows(home, "SELECT number FROM incident WHERE caller <> '' LIMIT 1")[0]
    shown, _ = view_caller(home, store_rig.CLERK, scope, caller, "回拨核实")
    assert shown.phone == store_rig.PHONE


def test_cards_are_read(golden, sender, home):
    card = read_card(home, golden / "card.gdc")
    assert (card.peer.id, card.is_known) == (sender["site"], True)
    assert take_heads(home, golden / "heads.gdh").site == sender["site"]
