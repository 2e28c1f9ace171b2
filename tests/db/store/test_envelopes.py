"""A caller's name and phone: in the envelope, nowhere else, and gone with its key."""

import hashlib

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from db.commands.incidents import Report, report_incident, view_caller
from db.domain.errors import EnvironmentError_
from db.domain.ops import decode
from db.domain.scope import scope_of
from db.store.envelopes import Caller, mask_name, mask_phone, open_caller
from db.store.queries.incidents import incident_detail
from tests.db.store import rig

VALUES = {"content": "楼下下水道堵塞", "address": "枫桥路12号"}
CALLER = Caller(rig.NAME, rig.PHONE)


@pytest.fixture
def reported(store):
    return report_incident(store, rig.CLERK, Report(VALUES, CALLER))


def envelope_of(store, rid):
    return rig.rows(store, "SELECT caller FROM incident WHERE rid = ?", rid)[0][0]


def mask(store, rid):
    scope = scope_of(rig.CLERK)
    return store.read(lambda connection: incident_detail(connection, scope, rid, rig.NOW)).caller


def test_the_caller_stands_in_no_table(store, reported):
    view_caller(store, rig.CLERK, scope_of(rig.CLERK), reported.number, "回拨")
    tables = [
        row[0] for row in rig.rows(store, "SELECT name FROM sqlite_master WHERE type='table'")
    ]
    assert {"op", "envelope", "incident", "step"} <= set(tables)
    for table in tables:
        for row in rig.rows(store, f"SELECT * FROM {table}"):
            for value in row:
                content = value if isinstance(value, bytes) else str(value).encode()
                for word in (rig.NAME, rig.PHONE):
                    assert word.encode() not in content, table
                    assert word.encode("utf-16-le") not in content, table


def test_the_op_holds_the_digest_of_what_is_encrypted(store, reported):
    body = rig.rows(store, "SELECT body FROM op ORDER BY recv DESC LIMIT 1")[0][0]
    assert rig.NAME.encode() not in body
    assert rig.PHONE.encode() not in body
    cipher, ref = rig.rows(store, "SELECT cipher, seq FROM envelope")[0]
    op = decode(body)
    assert op.payload["caller"] == {
        "env": envelope_of(store, reported.rid),
        "hash": hashlib.sha256(cipher).hexdigest(),
    }
    assert op.ref.seq == ref


def test_it_opens_with_the_rooms_key(store, reported):
    id = envelope_of(store, reported.rid)
    assert store.read(lambda connection: open_caller(connection, id)) == CALLER
    shown = mask(store, reported.rid)
    assert (shown.name, shown.tail, shown.is_readable) == ("欧*", "5678", True)


def change(store, sql, *parameters):
    store.write(lambda journal: journal.connection.execute(sql, parameters) and None)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE envelope SET wrapped_key = NULL",
        "UPDATE secret SET v = zeroblob(32) WHERE k LIKE 'room:%'",
        "DELETE FROM secret WHERE k LIKE 'room:%'",
        "UPDATE envelope SET wrapped_key = zeroblob(60)",
        "UPDATE envelope SET cipher = zeroblob(60)",
        "UPDATE envelope SET cipher = x''",
        "DELETE FROM envelope",
    ],
)
def test_without_a_key_there_is_no_caller(store, reported, sql):
    change(store, sql)
    id = envelope_of(store, reported.rid)
    assert store.read(lambda connection: open_caller(connection, id)) is None
    shown = mask(store, reported.rid)
    assert (shown.name, shown.tail, shown.is_readable) == ("", "", False)


def test_an_envelope_cannot_be_passed_off_as_anothers(store, reported):
    change(store, "UPDATE envelope SET id = 'x'")
    assert store.read(lambda connection: open_caller(connection, "x")) is None


def test_every_envelope_has_a_key_of_its_own(store, reported):
    report_incident(store, rig.CLERK, Report(VALUES, CALLER))
    (one, one_key), (two, two_key) = rig.rows(store, "SELECT cipher, wrapped_key FROM envelope")
    assert one != two
    assert one_key != two_key
    assert len({len(one), len(two)}) == 1


def test_the_rooms_key_alone_opens_no_cipher(store, reported):
    # Destroying the wrapped key must be enough: the room keeps its own for the others.
    cipher, id = rig.rows(store, "SELECT cipher, id FROM envelope")[0]
    room_key = rig.rows(store, "SELECT v FROM secret WHERE k LIKE 'room:%'")[0][0]
    with pytest.raises(InvalidTag):
        AESGCM(room_key).decrypt(cipher[:12], cipher[12:], id.encode())


def test_no_caller_no_envelope(store):
    done = report_incident(store, rig.CLERK, Report(VALUES))
    assert rig.rows(store, "SELECT count(*) FROM envelope") == [(0,)]
    assert mask(store, done.rid) is None


def test_a_site_without_the_rooms_key_takes_in_no_caller(tmp_path):
    home = rig.make_site(tmp_path / "bare", has_room_key=False)
    with rig.open_store(home) as store:
        before = rig.count_ops(store)
        with pytest.raises(EnvironmentError_) as caught:
            report_incident(store, rig.CLERK, Report(VALUES, CALLER))
        assert caught.value.code == "room_key_missing"
        assert rig.count_ops(store) == before
        assert report_incident(store, rig.CLERK, Report(VALUES)).number


@pytest.mark.parametrize(
    ("name", "phone", "shown"),
    [
        ("欧阳锋芒", "13912345678", ("欧*", "5678")),
        ("", "", ("", "")),
        ("张", "123456", ("张*", "")),
        ("李四", "7654321", ("李*", "4321")),
    ],
)
def test_masks(name, phone, shown):
    assert (mask_name(name), mask_phone(phone)) == shown
