"""Stations that share no network: what one wrote is at the other once a stick was carried over."""

import hashlib
import re
import shutil
from dataclasses import replace

import pytest

from db.commands.attachments import attach, open_attachment
from db.commands.keys import grant_room_key
from db.commands.town import define_areas
from db.domain.errors import EnvironmentError_, InputError, RuleError
from db.domain.ops import SYSTEM, decode
from db.domain.scope import scope_of
from db.hub.enrolling import put_revoked
from db.stick.cards import (
    believe,
    kind_of_file,
    own_fingerprint,
    read_card,
    take_heads,
    write_card,
    write_heads,
)
from db.stick.format import kind_of, read_header
from db.stick.plan import heard_of, recipients, visible
from db.stick.read import preview, take
from db.stick.write import write_for
from db.store import store as store_module
from db.store.medium import Watch
from db.store.store import Store
from db.sync.exchange import current_chain, hash_at, head_of, own_site
from db.sync.peers import HUB, STATION, put_peer
from tests.db.stick.sticks import hand_over, introduce, left_on, peer_of, write
from tests.db.store.rig import unbound
from tests.db.sync import rig

NAME = re.compile(r"GridDesk-A1-B2-[0-9]{8}-[0-9]{4}-[0-9A-Z]{6}\.gdx")


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def pair(open_sites, stick):
    """Two stations of one town; the second got nothing of anybody yet."""
    first, second = open_sites("A1"), open_sites("B2", lists=False, has_room_key=False)
    introduce(stick, first, second)
    return first, second


def exports(store):
    ops = [decode(body) for body in rig.own_bodies(store).values()]
    return [op.payload for op in ops if op.kind == "export_made"]


def test_two_that_never_saw_each_other_end_alike(pair, stick):
    first, second = pair
    rig.report(first, 2)
    assert hand_over(first, second, stick).added > 5
    grant_room_key(first, rig.OFFICER, second.site.id)
    hand_over(first, second, stick)
    rig.report(second, 2)  # with the key that was granted on the stick
    hand_over(second, first, stick)
    rig.report(first, 1)
    hand_over(first, second, stick)
    hand_over(second, first, stick)
    hand_over(first, second, stick)
    # What the last file's writing recorded is at its writer alone.
    hand_over(second, first, stick)
    hand_over(first, second, stick)
    assert rig.projection(first) == rig.projection(second)
    assert len(rig.rows(second, "SELECT * FROM incident")) == 5
    assert rig.NAME.encode() not in b"".join(path.read_bytes() for path in stick.iterdir())


def test_the_name_says_who_and_when_and_the_content_nothing(pair, stick):
    first, second = pair
    rig.report(first)
    done = write(first, second, stick)
    assert NAME.fullmatch(done.paths[0].name)
    data = done.paths[0].read_bytes()
    assert kind_of(data) == kind_of_file(done.paths[0]) == "stick"
    for secret in (rig.NAME, rig.PHONE, "河边路"):
        assert secret.encode() not in data


def test_only_what_the_other_lacks_is_written(pair, stick):
    first, second = pair
    rig.note(first, 50)
    assert hand_over(first, second, stick).added == 51 + 3
    # The other has said nothing yet: it gets all again, and takes nothing.
    again = hand_over(first, second, stick)
    assert (again.added, again.duplicates) == (1, 54)
    hand_over(second, first, stick)
    assert write(first, second, stick).ops < 5
    assert write(first, second, stick, everything=True).ops > 54


def test_a_file_read_twice_brings_nothing(pair, stick):
    first, second = pair
    rig.report(first, 3)
    path = write(first, second, stick).paths[0]
    first_time, before = take(second, path), rig.projection(second)
    again = take(second, path)
    assert (again.added, again.duplicates, again.troubles) == (0, first_time.added, [])
    assert rig.projection(second) == before
    assert preview(second, path).new == 0


def test_the_preview_counts_what_can_be_taken_of_a_file_that_is_cut(pair, stick):
    first, second = pair
    rig.note(first, 11_000)
    path = write(first, second, stick).paths[0]
    whole = path.read_bytes()
    for size in (len(whole) // 100, len(whole) * 3 // 4, len(whole) - 40):
        path.write_bytes(whole[:size])
        shown = preview(second, path)
        taken = take(second, path)
        assert [error.code for error in taken.troubles] == [shown.trouble.code] == ["stick_cut"]
        assert shown.new == taken.added


def test_the_preview_says_what_comes_and_writes_nothing(pair, stick):
    first, second = pair
    rig.report(first, 3)
    path = write(first, second, stick).paths[0]
    before = rig.everything(second)
    shown = preview(second, path)
    assert rig.everything(second) == before
    assert (shown.header.station, shown.header.town) == ("A1", rig.TOWN)
    assert shown.new == shown.header.ops == take(second, path).added
    assert (shown.missing, shown.trouble) == (0, None)


def test_a_gap_is_told_before_and_asked_for_after(pair, stick):
    first, second = pair
    rig.note(first, 10)
    write(first, second, stick)
    heads = first.read(lambda c: visible(c, first.site.id, peer_of(first, second)))
    rig.note(first, 10)
    peer = peer_of(first, second)
    done = write_for(first, rig.OFFICER, peer, stick, known=heads, with_files=False)
    shown = preview(second, done.paths[0])
    assert [item.code for item in shown.coming] == ["gap"]
    assert (shown.new, shown.missing) == (0, 0)
    taken = take(second, done.paths[0])
    assert [error.code for error in taken.troubles] == ["gap"]
    assert taken.missing > 10
    assert hand_over(first, second, stick, everything=True).missing == 0


def test_a_card_of_heads_spares_what_is_there(pair, stick):
    first, second = pair
    rig.note(first, 50)
    hand_over(first, second, stick)
    old = write_heads(second, stick)
    told = take_heads(first, old)
    assert told.site == second.site.id
    assert write(first, second, stick).ops <= 2
    rig.note(first, 5)
    hand_over(first, second, stick)
    take_heads(first, write_heads(second, stick))
    ops = write(first, second, stick).ops
    take_heads(first, old)
    assert write(first, second, stick).ops <= ops + 1  # an older card says nothing any more


def test_an_export_is_in_the_journal_with_its_digest(pair, stick):
    first, second = pair
    rig.report(first)
    path = write(first, second, stick, purpose="线路中断").paths[0]
    (told,) = exports(first)
    assert (told["form"], told["to"], told["purpose"]) == ("stick", second.site.id, "线路中断")
    (output,) = told["outputs"]
    assert output["name"] == path.name
    assert output["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_attached_files_come_along(pair, stick, tmp_path):
    first, second = pair
    (done,) = rig.report(first)
    photo = tmp_path / "现场.txt"
    photo.write_bytes("积水到膝盖\n".encode() * 200_000)
    scope = scope_of(rig.OFFICER, "")
    attach(first, rig.OFFICER, scope, done.number, photo)
    grant_room_key(first, rig.OFFICER, second.site.id)
    assert hand_over(first, second, stick).files == 0
    written = write(first, second, stick, everything=True, with_files=True)
    assert (written.files, written.absent) == (1, 0)
    assert take(second, written.paths[0]).files == 1
    blob = rig.rows(second, "SELECT blob FROM attachment")[0][0]
    assert open_attachment(second, scope, done.number, blob).content == photo.read_bytes()
    assert take(second, written.paths[0]).files == 0


def test_a_file_that_nothing_names_is_not_kept(pair, stick, tmp_path):
    first, second = pair
    (done,) = rig.report(first)
    photo = tmp_path / "a.txt"
    photo.write_bytes(b"text " * 100)
    attach(first, rig.OFFICER, scope_of(rig.OFFICER, ""), done.number, photo)
    written = write(first, second, stick, with_files=True)
    assert take(second, written.paths[0]).files == 1
    # At a record that lacks the incident the same bytes would stay nowhere.
    blobs = [path for path in (second.home / "blobs").rglob("*") if path.is_file()]
    assert len(blobs) == 1
    second.write(lambda j: j.connection.execute("DELETE FROM attachment"))
    blobs[0].unlink()
    assert take(second, written.paths[0]).files == 0


def test_what_is_too_large_goes_on_several_files(pair, stick):
    first, second = pair
    rig.note(first, 12_000)
    done = write(first, second, stick, limit=30_000)
    assert len(done.paths) > 1
    assert [path.stem[-2:] for path in done.paths] == [f"-{n + 1}" for n in range(len(done.paths))]
    found = [preview(second, path).header for path in done.paths]
    assert [(one.number, one.of) for one in found] == [
        (n + 1, len(done.paths)) for n in range(len(done.paths))
    ]
    assert sum(take(second, path).added for path in done.paths) == done.ops


def test_what_is_written_meanwhile_goes_next_time(pair, stick):
    first, second = pair
    rig.note(first, 6_000)
    steps = []

    def on_progress(step, done, total):
        if not steps:
            rig.note(first, 1)
        steps.append(step)

    planned = write(first, second, stick, watch=Watch(on_progress))
    assert {"stick_write", "stick_prove"} <= set(steps)
    assert take(second, planned.paths[0]).added == planned.ops
    assert rig.rows(first, "SELECT max(seq) FROM op")[0][0] > planned.ops


def test_a_writing_that_is_ended_leaves_nothing(pair, stick):
    first, second = pair
    rig.note(first, 11_000)
    before = rig.bodies(first)
    asked = []

    def is_cancelled():
        asked.append(1)
        return len(asked) > 3

    for step in (1, 4):
        asked[:] = [1] * (step - 1)
        with pytest.raises(EnvironmentError_, match="work_cancelled"):
            write(first, second, stick, watch=Watch(is_cancelled=is_cancelled))
        assert left_on(stick) == []
    assert rig.bodies(first) == before


def test_a_reading_that_is_ended_keeps_what_came(pair, stick):
    first, second = pair
    rig.note(first, 11_000)
    path = write(first, second, stick).paths[0]
    asked = []

    def is_cancelled():
        asked.append(1)
        return len(asked) > 2

    taken = take(second, path, Watch(is_cancelled=is_cancelled))
    assert [error.code for error in taken.troubles] == ["work_cancelled"]
    assert 0 < taken.added < 11_000
    assert take(second, path).added + taken.added == taken.header.ops


def test_nothing_to_write_writes_nothing(pair, stick):
    first, second = pair
    shown = first.read(lambda c: visible(c, first.site.id, peer_of(first, second)))
    with pytest.raises(RuleError, match="stick_nothing"):
        write_for(first, rig.OFFICER, peer_of(first, second), stick, known=shown, with_files=True)
    assert left_on(stick) == []


def test_who_may_not_export_writes_nothing(pair, stick):
    first, second = pair
    worker = rig.Actor("li", "李网格", ("grid_worker",))
    with pytest.raises(RuleError, match="role_forbids"):
        write_for(first, worker, peer_of(first, second), stick, known=None, with_files=False)
    assert left_on(stick) == []


# who is written to, and who is believed


def test_a_town_is_given_nothing_of_another_and_a_district_all(open_sites, stick, tmp_path):
    town, other = open_sites("A1"), open_sites("C3", town=rig.OTHER_TOWN)
    district = open_sites("D1", town=rig.DISTRICT, lists=False)
    with pytest.raises(InputError, match="card_town"):
        introduce(stick, town, other)
    introduce(stick, town, district)
    introduce(stick, other, district)
    rig.note(town, 3)
    rig.note(other, 3)
    for site in (town, other):
        assert hand_over(site, district, stick).troubles == []
    assert len(rig.rows(district, "SELECT DISTINCT site FROM chain")) == 3
    hand_over(district, town, stick, everything=True)
    assert other.site.id not in {ref[0] for ref in rig.bodies(town)}


def test_what_a_district_says_to_all_and_to_one_reaches_them(open_sites, stick):
    """Its lanes travel on a stick as they do over the line; what is its own stays."""
    town = open_sites("A1", lists=False)
    district = open_sites("D1", town=rig.DISTRICT, lists=False)
    introduce(stick, town, district)
    define_areas(district, SYSTEM, rig.areas()[1:])
    rig.note(district, 3)  # what it prints is nobody else's
    first_chain = district.read(current_chain)
    assert hand_over(district, town, stick).troubles == []
    names = {name for (name,) in rig.rows(town, "SELECT name FROM area")}
    assert names == {"示例镇", "示例村"}
    brought = {ref[:2] for ref in rig.bodies(town) if ref[0] == district.site.id}
    assert first_chain not in brought
    assert brought


def test_a_chain_of_another_town_is_refused_from_whoever_brings_it(open_sites, stick):
    town, other = open_sites("A1"), open_sites("C3", town=rig.OTHER_TOWN)
    district = open_sites("D1", town=rig.DISTRICT, lists=False)
    introduce(stick, town, district)
    introduce(stick, other, district)
    rig.note(other, 3)
    hand_over(other, district, stick)
    # The district's record is made to believe that the town's station sits above both.
    peer = peer_of(district, town)
    heads = district.read(lambda c: visible(c, district.site.id, _above(peer)))
    assert other.site.id in {head.site for head in heads}
    done = write_for(district, rig.OFFICER, _above(peer), stick, known=None, with_files=False)
    shown = preview(town, done.paths[0])
    taken = take(town, done.paths[0])
    assert "wrong_town" in {error.code for error in taken.troubles}
    assert other.site.id not in {ref[0] for ref in rig.bodies(town)}
    assert shown.header.ops > taken.added


def _above(peer):
    return replace(peer, town=rig.DISTRICT)


def test_cards_are_believed_on_the_word_of_a_person_who_heard_the_fingerprint(open_sites, stick):
    first, second = open_sites("A1"), open_sites("B2")
    path = write_card(second, stick)
    card = read_card(first, path)
    assert card.fingerprint == own_fingerprint(second)
    assert not card.is_known
    wrong = card.fingerprint[:-1] + ("0" if card.fingerprint[-1] != "0" else "1")
    for heard in (wrong, "", card.fingerprint[:19]):
        with pytest.raises(RuleError, match="card_fingerprint"):
            believe(first, rig.OFFICER, path, heard)
    clerk = rig.Actor("li", "李分流", ("dispatcher",))
    with pytest.raises(RuleError, match="role_forbids"):
        believe(first, clerk, path, card.fingerprint)
    assert first.read(lambda c: recipients(c, first.site.id)) == []
    believe(first, rig.OFFICER, path, card.fingerprint.replace(" ", "").upper())
    assert read_card(first, path).is_known
    with pytest.raises(InputError, match="card_own"):
        read_card(second, path)


def test_a_card_cannot_take_the_place_of_a_station_that_is_known(pair, open_sites, stick):
    first, second = pair
    impostor = open_sites("B2")
    path = write_card(impostor, stick)
    with pytest.raises(RuleError, match="station_taken"):
        read_card(first, path)
    first.write(lambda j: put_revoked(j.connection, second.site.id))
    with pytest.raises(InputError, match="key_revoked"):
        read_card(first, write_card(second, stick))


@pytest.mark.parametrize("of", [write_card, write_heads])
def test_every_bit_of_a_small_file_counts(pair, stick, of):
    first, second = pair
    path = of(second, stick)
    data = path.read_bytes()
    read = read_card if of is write_card else take_heads
    read(first, path)
    before = rig.everything(first)
    for at in range(len(data) * 8):
        flipped = bytearray(data)
        flipped[at // 8] ^= 1 << at % 8
        path.write_bytes(flipped)
        with pytest.raises((InputError, RuleError)):
            read(first, path)
    for size in range(len(data)):
        path.write_bytes(data[:size])
        with pytest.raises(InputError):
            read(first, path)
    assert rig.everything(first) == before


def test_an_unknown_and_a_revoked_sender_are_told_apart(open_sites, stick):
    first, second = open_sites("A1"), open_sites("B2")
    believe(first, rig.OFFICER, write_card(second, stick), own_fingerprint(second))
    path = write(first, second, stick).paths[0]
    for look in (preview, take):
        with pytest.raises(InputError, match="stick_sender_unknown") as caught:
            look(second, path)
    assert caught.value.params["station"] == "A1"
    second.write(lambda j: put_peer(j, STATION, _peer(first)))
    second.write(lambda j: put_revoked(j.connection, first.site.id))
    with pytest.raises(InputError, match="stick_sender_revoked"):
        take(second, path)
    assert not set(rig.bodies(second)) & set(rig.bodies(first))


def _peer(store):
    return store.read(own_site)


def test_a_file_for_somebody_else_and_ones_own_are_told_apart(pair, open_sites, stick):
    first, second = pair
    third = open_sites("C3")
    introduce(stick, first, third)
    path = write(first, second, stick).paths[0]
    with pytest.raises(InputError, match="stick_for_other"):
        take(third, path)
    with pytest.raises(InputError, match="stick_own"):
        take(first, path)


# histories that part


@pytest.fixture
def blind(monkeypatch):
    """Without a witness: only what others have can tell."""
    monkeypatch.setattr(store_module, "recognise", lambda *_: "")


def test_a_station_put_back_goes_on_and_takes_its_tail_from_a_stick(pair, stick, tmp_path, blind):
    first, second = pair
    rig.report(first, 1)
    hand_over(first, second, stick)
    unbound(shutil.copytree(first.home, tmp_path / "copy"))
    rig.report(first, 3)
    hand_over(first, second, stick)
    lost = rig.own_bodies(second) | rig.bodies(second)
    with Store.open(tmp_path / "copy") as restored:
        epoch = restored.read(current_chain)
        take_heads(second, write_heads(restored, stick))
        path = write(second, restored, stick).paths[0]
        assert "rewound" in {item.code for item in preview(restored, path).coming}
        taken = take(restored, path)
        assert (taken.healed, taken.troubles) == (["restored"], [])
        assert lost.items() <= rig.bodies(restored).items()
        assert restored.read(current_chain) != epoch
        rig.report(restored, 1)
        assert hand_over(restored, second, stick).troubles == []
        hand_over(second, restored, stick)
        assert rig.projection(restored) == rig.projection(second)


def test_nobody_makes_a_station_begin_anew_without_its_own_word(pair, stick, tmp_path, blind):
    first, second = pair
    hand_over(first, second, stick)
    unbound(shutil.copytree(first.home, tmp_path / "copy"))
    rig.note(first, 4)
    hand_over(first, second, stick)
    # The other's words of it are its own no more.
    second.write(lambda j: j.connection.execute("UPDATE attest SET sig = zeroblob(64)"))
    with Store.open(tmp_path / "copy") as restored:
        epoch = restored.read(current_chain)
        taken = hand_over(second, restored, stick, everything=True)
        assert {error.code for error in taken.troubles} & {"unattested", "attest_bad"}
        assert (taken.healed, restored.read(current_chain)) == ([], epoch)


def contents(store):
    """What was ever said by anybody, whatever name it stands under."""
    of_chain = ("epoch_started", "site_started", "export_made")
    ops = map(decode, rig.bodies(store).values())
    return sorted(rig.said(op) for op in ops if op.kind not in of_chain)


def _copy_that_wrote(store, before, tmp_path, *, stands):
    """Another copy of a record, whose branch of its chain is the one that stands, or is not.

    Chance says which: it is asked until it says so.
    """
    while True:
        name = f"copy-{len(list(tmp_path.iterdir()))}"
        clone = Store.open(unbound(shutil.copytree(before, tmp_path / name)))
        head = clone.read(lambda c: head_of(c, *current_chain(c)))
        rig.report(clone, 2, text="河边路塌方")
        if (_hash_after(clone, head) < _hash_after(store, head)) == stands:
            return clone
        clone.close()


def _hash_after(store, head):
    return store.read(lambda c: hash_at(c, head.site, head.epoch, head.seq + 1))


@pytest.mark.parametrize("stands", [True, False])
def test_two_copies_of_a_station_lose_nothing_in_a_room_without_a_hub(
    pair, stick, tmp_path, blind, stands
):
    """Whichever branch stands, the station says again what stood in the other."""
    first, second = pair
    hand_over(first, second, stick)
    before = shutil.copytree(first.home, tmp_path / "before")
    rig.report(first, 2, text="河边路积水")
    hand_over(first, second, stick)
    with _copy_that_wrote(first, before, tmp_path, stands=stands) as clone:
        healed = []
        for _ in range(3):
            hand_over(clone, second, stick, everything=True)
            taken = hand_over(second, clone, stick, everything=True)
            healed += taken.healed
            assert taken.troubles == []
        assert healed == ["forked"]
        told = {(kind, id) for kind, id, *_ in contents(second)}
        assert {(kind, id) for kind, id, *_ in contents(clone)} == told
        assert len(rig.rows(second, "SELECT * FROM incident")) == 4
        assert rig.projection(clone) == rig.projection(second)


def test_a_forked_chain_keeps_no_other_back(pair, stick, tmp_path, blind):
    """A room that has a hub leaves a fork to it; what else is in the file is taken."""
    first, second = pair
    hand_over(first, second, stick)
    unbound(shutil.copytree(first.home, tmp_path / "copy"))
    rig.note(first, 4)
    hand_over(first, second, stick)
    with Store.open(tmp_path / "copy") as clone:
        hub = replace(_peer(second), id="a-hub", town=rig.DISTRICT, sign_key=bytes(32))
        for store in (clone, second):
            store.write(lambda j: put_peer(j, HUB, hub))
        rig.report(clone, 2)
        before = rig.bodies(second)
        taken = hand_over(clone, second, stick, everything=True)
        assert [error.code for error in taken.troubles] == ["fork"]
        assert rig.bodies(second) == before
        wrote = rig.own_bodies(second)
        taken = hand_over(second, clone, stick, everything=True)
        assert [error.code for error in taken.troubles] == ["fork"]
        assert wrote.items() <= rig.bodies(clone).items()


def test_heads_are_heard_from_a_file_too(pair, stick):
    first, second = pair
    hand_over(first, second, stick)
    heard = second.read(lambda c: heard_of(c, first.site.id))
    assert {head.site for head in heard} == {first.site.id}
    with write(first, second, stick, everything=True).paths[0].open("rb") as file:
        opened = read_header(file, lambda _: _peer(first).sign_key)
    assert len(opened.header.heads) == 1
