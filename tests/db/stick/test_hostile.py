"""Files that are cut off, damaged, forged or not ours: told apart, refused, and nothing half."""

import io
import os
import random
import struct
import tracemalloc

import orjson
import pytest
import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from db.domain.errors import EnvironmentError_, InputError
from db.stick import format as stick_format
from db.stick.format import (
    MAGIC,
    MAX_HEADER,
    PIECE_MAGIC,
    Header,
    Piece,
    about_stick,
    pack_piece,
    read_header,
    read_parts,
    write_stick,
)
from db.stick.read import preview, take
from db.store.sealing import agree_with, agreed_with_us
from db.sync import wire
from db.sync.batch import MAGIC as BATCH_MAGIC
from db.sync.batch import encode_batch
from db.sync.exchange import own_site
from db.sync.signing import key_id, signer_of
from tests.db.stick.sticks import introduce, write
from tests.db.sync import rig
from tests.faults.soak import SEED, scaled

FLIPS, NIGHTLY = 300, 100_000


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """Two stations that know each other, the second with a record that nothing may get into."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "stick").mkdir()
    first = rig.make_site(folder / "a", "A1", lists=False)
    second = rig.make_site(folder / "b", "B2", lists=False, has_room_key=False)
    introduce(folder / "stick", first, second)
    path = write(first, second, folder / "stick").paths[0]
    yield first, second, path.read_bytes()
    first.close()
    second.close()


@pytest.fixture
def refused(town, tmp_path):
    """Has the second station read some bytes, and holds it to what it was; gives the codes."""
    _, second, _ = town

    def read(data, name="some.gdx"):
        path = tmp_path / name
        path.write_bytes(data)
        before = rig.everything(second)
        codes = []
        for look in (preview, take):
            with pytest.raises(InputError) as caught:
                look(second, path)
            codes.append(caught.value.code)
        assert rig.everything(second) == before
        assert codes[0] == codes[1]
        return codes[0]

    return read


def opened(town, data):
    """Read a file through as its recipient does, without a record to take it into."""
    first, second, _ = town
    key = first.read(own_site).sign_key
    file = io.BytesIO(data)
    found = read_header(file, lambda _: key)
    agreed = second.read(
        lambda c: agreed_with_us(c, found.ephemeral, about_stick(found.header.to_key))
    )
    return found, list(read_parts(file, found, agreed))


def header_of(town, **changes):
    first, second, _ = town
    own, to = first.read(own_site), second.read(own_site)
    values = {
        "site": own.id, "town": own.town, "station": own.station, "key_id": key_id(own.sign_key),
        "to": to.id, "to_key": key_id(to.box_key), "created": 1, "letters": "ABCDEF", "number": 1,
        "of": 1, "parts": 0, "ops": 0, "files": 0, "file_bytes": 0, "ranges": [], "heads": [],
    }  # fmt: skip
    return Header(**{**values, **changes})


def made(town, parts, **changes):
    """A file of the first station with any parts, signed as its own."""
    first, second, _ = town
    file = io.BytesIO()
    signer = first.read(lambda c: signer_of(c, first.site.town))
    header = header_of(town, parts=len(parts), **changes)
    write_stick(file, signer, header, second.read(own_site).box_key, parts)
    return file.getvalue()


def test_the_file_as_it_was_written_is_read(town):
    found, parts = opened(town, town[2])
    assert len(parts) == found.header.parts == 1
    assert parts[0].startswith(BATCH_MAGIC)


def test_every_bit_counts(town):
    """One flipped bit anywhere in a small file: a typed refusal."""
    data = town[2]
    codes = set()
    for at in range(len(data) * 8):
        flipped = bytearray(data)
        flipped[at // 8] ^= 1 << at % 8
        with pytest.raises(InputError) as caught:
            opened(town, bytes(flipped))
        codes.add(caught.value.code)
    assert {"stick_foreign", "stick_signature", "stick_damaged", "stick_cut"} <= codes


def test_every_length_counts(town):
    data = town[2]
    for size in range(len(data)):
        with pytest.raises(InputError) as caught:
            opened(town, data[:size])
        assert caught.value.code == "stick_cut"
    with pytest.raises(InputError, match="stick_damaged"):
        opened(town, data + b"\0")


def flips(town, path, count, dice):
    _, second, data = town
    before = rig.everything(second)
    for _ in range(count):
        flipped = bytearray(data)
        flipped[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        path.write_bytes(flipped)
        try:
            taken = take(second, path)
        except InputError:
            assert rig.everything(second) == before
        else:
            assert taken.troubles
            before = rig.everything(second)


def test_flips_get_nothing_into_a_record(town, tmp_path):
    """What is damaged behind a whole batch gives the batch; no other damage gives anything."""
    flips(town, tmp_path / "some.gdx", FLIPS, random.Random(20261127))


@pytest.mark.soak
def test_many_flips_get_nothing_into_a_record(town, tmp_path):
    flips(town, tmp_path / "some.gdx", scaled(NIGHTLY), random.Random(SEED))


# what is not ours, or of another time


@pytest.mark.parametrize(
    ("start", "code"),
    [
        (b"hello, world, this is a letter", "stick_foreign"),
        (b"\0" * 100, "stick_foreign"),
        (b"EOPQ1\n" + b"x" * 50, "stick_foreign"),
        (b"EOP", "stick_cut"),
        (b"PK\x03\x04" + b"x" * 50, "stick_other_program"),
        (b"%PDF-1.7" + b"x" * 50, "stick_other_program"),
        (b"SQLite format 3\0", "stick_other_program"),
        (b"<html><body>", "stick_other_program"),
        (b"MZ" + b"x" * 50, "stick_other_program"),
        (b"EOPB1\n" + b"x" * 50, "stick_other_kind"),
        (b"EOPC1\n" + b"x" * 50, "stick_other_kind"),
        (b"EOPX0\n" + b"x" * 50, "stick_older"),
        (b"EOPX2\n" + b"x" * 50, "stick_newer"),
        (b"EOPX1\n\0\0", "stick_cut"),
        (b"", "stick_cut"),
    ],
)
def test_what_is_no_file_for_us_is_told_apart(refused, start, code):
    assert refused(start) == code


def resigned(town, change):
    """The file with its header's document changed, signed again by its sender."""
    first, _, data = town
    (length,) = struct.unpack_from(">I", data, len(MAGIC))
    start = len(MAGIC) + 4
    document = orjson.loads(data[start : start + length])
    raw = change(document)
    raw = raw if isinstance(raw, bytes) else wire.canonical(document)
    head = MAGIC + struct.pack(">I", len(raw)) + raw
    signer = first.read(lambda c: signer_of(c, first.site.town))
    return head + signer.sign(head) + data[start + length + 64 :]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda d: d.update(fmt=0), "stick_older"),
        (lambda d: d.update(fmt=2), "stick_newer"),
        (lambda d: d.update(alg="sm9+sm3"), "unknown_alg"),
        (lambda d: d.update(alg="sm2+sm3"), "stick_signature"),
        (lambda d: d.update(parts=-1), "stick_header"),
        (lambda d: d.update(parts=10**7), "stick_header"),
        (lambda d: d.update(ops=10**15), "stick_header"),
        (lambda d: wire.canonical(d).replace(b'"of":1', b'"of":1%d' % 10**40), "stick_header"),
        (lambda d: d.update(created=True), "stick_header"),
        (lambda d: d.update(ephemeral="00"), "stick_header"),
        (lambda d: d.update(ephemeral="00" * 32), "stick_header"),
        (lambda d: d["from"].update(site="../../etc"), "stick_header"),
        (lambda d: d["to"].update(site="x" * 65), "stick_header"),
        (lambda d: d.update(set="../../x"), "stick_header"),
        (lambda d: d["ranges"][0].update(to_seq=0), "stick_header"),
        (lambda d: d["to"].update(site="somebody"), "stick_for_other"),
        (lambda d: d["to"].update(key_id="0" * 16), "stick_for_other"),
        (lambda d: d["from"].update(site="somebody"), "stick_sender_unknown"),
        (lambda d: d["from"].update(key_id="0" * 16), "stick_signature"),
        (lambda d: orjson.dumps(d, option=orjson.OPT_INDENT_2), "stick_header"),
        (lambda d: wire.canonical(d)[:-1] + b',"to":{}}', "stick_header"),
        (lambda d: b'{"fmt":' + b"[" * 500_000, "stick_header"),
        (lambda d: b'{"fmt":NaN}', "stick_header"),
        (lambda d: b'{"fmt":1,"alg":"\xff\xfe"}', "stick_header"),
        (lambda d: b'{"alg":"\\ud800","fmt":1}', "stick_header"),
        (lambda d: b"7", "stick_header"),
    ],
)
def test_a_header_that_says_what_it_should_not(town, refused, change, code):
    assert refused(resigned(town, change)) == code


def test_what_a_later_program_adds_to_a_header_is_passed_over(town, monkeypatch):
    said = stick_format._header_to_json

    def more(header, ephemeral):
        return {**said(header, ephemeral), "mood": "good", "zones": [1, {"a": None}]}

    monkeypatch.setattr(stick_format, "_header_to_json", more)
    assert len(opened(town, made(town, pieces(2)))[1]) == 2


def test_parts_are_bound_to_their_header(town):
    data = resigned(town, lambda d: d.update(created=7))
    with pytest.raises(InputError, match="stick_damaged"):
        opened(town, data)


def test_a_length_that_promises_too_much_is_not_believed(town, refused):
    _, _, data = town
    assert refused(MAGIC + struct.pack(">I", MAX_HEADER + 1) + b"x" * 100) == "stick_header"
    assert refused(MAGIC + struct.pack(">I", 2**32 - 1) + b"x" * 100) == "stick_header"
    (length,) = struct.unpack_from(">I", data, len(MAGIC))
    at = len(MAGIC) + 4 + length + 64
    for size in (0, 1, 16, 2**32 - 1):
        with pytest.raises(InputError, match="stick_damaged"):
            opened(town, data[:at] + struct.pack(">I", size) + data[at + 4 :])


# parts


def parts_of(data):
    """Where header, parts and end of a file lie."""
    (length,) = struct.unpack_from(">I", data, len(MAGIC))
    at = len(MAGIC) + 4 + length + 64
    found = [data[:at]]
    while size := struct.unpack_from(">I", data, at)[0]:
        found.append(data[at : at + 4 + size])
        at += 4 + size
    return [*found, data[at:]]


def pieces(count):
    return [pack_piece(Piece("00" * 32, 0, 5, b"abcde")) for _ in range(count)]


def test_parts_stand_where_they_were_put(town):
    data = made(town, pieces(3))
    assert len(opened(town, data)[1]) == 3
    head, one, two, three, end = parts_of(data)
    for wrong in (
        (head, two, one, three, end),
        (head, one, two, two, end),
        (head, one, three, end),
        (head, one, two, three, three, end),
        (head, one, two, end),
        (head, end),
        (head, one, two, three, end, end),
    ):
        with pytest.raises(InputError) as caught:
            opened(town, b"".join(wrong))
        assert caught.value.code in ("stick_damaged", "stick_cut")


def test_parts_of_another_file_are_not_taken_for_ones_own(town):
    one, other = (parts_of(made(town, pieces(2))) for _ in range(2))
    for at in (1, 2, 3):
        mixed = [*one]
        mixed[at] = other[at]
        with pytest.raises(InputError, match="stick_damaged"):
            opened(town, b"".join(mixed))


def took(town, tmp_path, data):
    path = tmp_path / "some.gdx"
    path.write_bytes(data)
    return take(town[1], path)


def test_batches_of_others_are_not_believed_in_a_file(town, tmp_path):
    """The file's own sender makes its batches; what another signed says nothing here."""
    _, second, _ = town
    signer = second.read(lambda c: signer_of(c, second.site.town))
    batch = encode_batch(signer, [], [], [], created=1, to=second.site.id)
    taken = took(town, tmp_path, made(town, [batch]))
    assert [error.code for error in taken.troubles] == ["unknown_key"]


def test_a_batch_for_another_is_not_taken(town, tmp_path):
    first, _, _ = town
    signer = first.read(lambda c: signer_of(c, first.site.town))
    batch = encode_batch(signer, [], [], [], created=1, to="somebody")
    taken = took(town, tmp_path, made(town, [batch]))
    assert [error.code for error in taken.troubles] == ["batch_for_other"]


def test_a_part_of_a_kind_not_known_is_passed_over(town, tmp_path):
    taken = took(town, tmp_path, made(town, [b"EOPN1\nnews of tomorrow", b"x"]))
    assert [error.code for error in taken.troubles] == ["stick_newer", "stick_newer"]


def test_a_bomb_bursts_nowhere(town, tmp_path):
    """A batch that would unpack to 256 MB, signed by a station we know."""
    first, second, _ = town
    signer = first.read(lambda c: signer_of(c, first.site.town))
    frame = zstandard.ZstdCompressor(level=3).compress(bytes(256 * 1024 * 1024))
    document = {
        "fmt": 1, "alg": "ed25519+sha256", "to": second.site.id, "created": 1, "ranges": [],
        "from": {
            "site": first.site.id, "town": first.site.town, "key_id": key_id(signer.public_key)
        },
        "n_ops": 0, "envelopes": 0, "attest": [], "raw_len": 256 * 1024 * 1024,
        "raw_hash": "00" * 32, "enc": None,
    }  # fmt: skip
    raw = wire.canonical(document)
    signed = BATCH_MAGIC + struct.pack(">I", len(raw)) + raw + frame
    data = made(town, [signed + signer.sign(signed)])
    tracemalloc.start()
    taken = took(town, tmp_path, data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [error.code for error in taken.troubles] == ["batch_bomb"]
    assert peak < 16 * 1024 * 1024


@pytest.mark.parametrize(
    "parts",
    [
        [Piece("ab" * 32, 0, 2**62, b"x")],
        [Piece("ab" * 32, 0, 0, b"")],
        [Piece("ab" * 32, 5, 10, b"12345")],
        [Piece("ab" * 32, 0, 10, b"12345"), Piece("ab" * 32, 2**63, 10, b"12345")],
        [Piece("ab" * 32, 0, 3, b"12345")],
    ],
)
def test_attached_files_that_nobody_named_go_nowhere(town, tmp_path, parts):
    _, second, _ = town
    before = sorted((second.home).rglob("*"))
    taken = took(town, tmp_path, made(town, [pack_piece(piece) for piece in parts]))
    assert taken.files == 0
    assert [path for path in sorted(second.home.rglob("*")) if "blobs" in path.parts] == [
        path for path in before if "blobs" in path.parts
    ]


def test_a_named_file_with_other_bytes_is_refused(town, tmp_path):
    _, second, _ = town
    blob = "ab" * 32
    row = (999_999, 0, blob, 5, "text/plain", "env", 1, "王")
    second.write(
        lambda j: j.connection.execute(
            "INSERT INTO attachment (incident, n, blob, size, media, envelope, at, actor_name)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            row,
        )
    )
    for parts in (
        [Piece(blob, 0, 5, b"wrong")],
        [Piece(blob, 0, 5, b"wro"), Piece(blob, 4, 5, b"g")],
        [Piece(blob, 0, 5, b"wrong and too long")],
    ):
        taken = took(town, tmp_path, made(town, [pack_piece(piece) for piece in parts]))
        assert [error.code for error in taken.troubles] == ["stick_file_damaged"]
    assert not (second.home / "blobs" / "ab" / blob).exists()
    second.write(lambda j: j.connection.execute("DELETE FROM attachment WHERE blob = ?", (blob,)))


# what is no file


def test_links_devices_pipes_and_folders_are_not_read(town, tmp_path):
    _, second, data = town
    real = tmp_path / "real.gdx"
    real.write_bytes(data)
    link = tmp_path / "link.gdx"
    link.symlink_to(real)
    pipe = tmp_path / "pipe.gdx"
    os.mkfifo(pipe)
    folder = tmp_path / "folder.gdx"
    folder.mkdir()
    for path in (link, pipe, folder, "/dev/zero", "/dev/full"):
        with pytest.raises(InputError, match="stick_not_file"):
            take(second, type(real)(path))
    with pytest.raises(EnvironmentError_, match="stick_unreadable"):
        take(second, tmp_path / "absent.gdx")


def test_a_file_of_a_terabyte_is_read_no_further_than_it_is_right(town, tmp_path):
    _, second, data = town
    path = tmp_path / "huge.gdx"
    path.write_bytes(data)
    with path.open("r+b") as file:
        file.truncate(2**40)
    tracemalloc.start()
    shown = preview(second, path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert shown.trouble.code == "stick_damaged"
    assert peak < 32 * 1024 * 1024


def test_who_finds_a_stick_reads_nothing(town):
    """Without the recipient's key no part opens, and who knows its public key makes none."""
    first, _, data = town
    found = read_header(io.BytesIO(data), lambda _: first.read(own_site).sign_key)
    sealed = parts_of(data)[1][4:]
    for key in (os.urandom(32), agree_with(first.read(own_site).box_key, b"griddesk stick\n").key):
        with pytest.raises(InvalidTag):
            AESGCM(key).decrypt(bytes(12), sealed, found.digest + bytes(12))
    assert PIECE_MAGIC not in data
