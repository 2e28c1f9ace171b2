"""A hub folds nothing, and destroys what an erasure names all the same, in either database."""

import hashlib
from pathlib import Path

import psycopg
import pytest

from db.domain.ops import SYSTEM, Actor, Hlc, Op, OpRef, chain_hash, encode
from db.hub import forgetting, snapshots
from db.hub.pg_start import open_ledger
from db.store.backup import make_backup
from db.store.shredding import Named, holds_any
from db.sync.batch import decode_batch
from db.sync.exchange import own_site
from db.sync.wire import Want
from tests.db.hub.authors import OTHER_TOWN, TOWN
from tests.db.hub.kept import Kept
from tests.db.sync.rig import until

CLERK = Actor("wang", "王值班", ("duty_officer",))


def erase(author, env, incident, actor=SYSTEM):
    """Let a site write that an envelope is erased."""
    ref = OpRef(author.site, author.epoch, author.seq + 1)
    payload = {"env": [env], "reason": "retention"}
    body = encode(
        Op(ref, Hlc(1, author.seq), 1, actor, "incident", incident, "caller_erased", payload, ())
    )
    author.bodies.append(body)
    author.digests.append(chain_hash(author.digests[-1], body))
    return author


def sealed_by(author):
    """Let a site write of a caller; return the envelope and its incident."""
    incident = f"{author.site}-{author.seq}"
    author.write_sealed()
    return author.envelopes[-1].id, incident


def kept_of(kept):
    return [(bytes(cipher), key and bytes(key)) for cipher, key in kept.rows(
        "SELECT cipher, wrapped_key FROM envelope ORDER BY id")]  # fmt: skip


def pulled(kept, caller, author):
    found = kept.other.collect(caller.peer, [Want(author.site, author.epoch, 1)], 10**7)
    return decode_batch(found.data, lambda _: kept.hub._store.read(own_site).sign_key)


def test_it_is_destroyed_and_given_to_nobody(kept):
    author, reader = kept.enrolled(), kept.enrolled(station="A2")
    env, incident = sealed_by(author)
    kept.hub.take(author.batch())
    assert kept_of(kept) == [(b"sealed", b"wrapped")]
    erase(reader, env, incident)
    kept.other.take(reader.batch())
    assert kept_of(kept) == [(b"", None)]
    found = pulled(kept, reader, author)
    assert found.envelopes == []
    assert found.ranges == [author.range()]


def test_brought_again_it_stays_destroyed(kept):
    author = kept.enrolled()
    erase(author, *sealed_by(author))
    kept.hub.take(author.batch())
    kept.other.take(author.batch())
    assert b"wrapped" not in {key for _, key in kept_of(kept)}


def test_an_erasure_that_comes_before_its_envelope(kept):
    author, first = kept.enrolled(), kept.enrolled(station="A2")
    erase(first, *sealed_by(author))
    kept.hub.take(first.batch())
    kept.other.take(author.batch())
    assert kept_of(kept) == []


@pytest.mark.parametrize("town", [TOWN, OTHER_TOWN])
def test_who_is_believed(kept, town):
    author, other = kept.enrolled(), kept.enrolled(town, "A2")
    env, incident = sealed_by(author)
    kept.hub.take(author.batch())
    actor = SYSTEM if town == OTHER_TOWN else CLERK
    kept.hub.take(erase(other, env, incident, actor).batch())
    assert kept_of(kept) == [(b"sealed", b"wrapped")]


def test_it_touches_the_envelope_of_no_other_incident(kept):
    author = kept.enrolled()
    env, _ = sealed_by(author)
    kept.hub.take(erase(author, env, "another").batch())
    assert kept_of(kept) == [(b"sealed", b"wrapped")]


def test_a_branch_that_gave_way_is_shredded_too(kept):
    author = kept.enrolled()
    author.write(1)
    kept.hub.take(author.batch())
    other = author.copy()
    author.write(2)
    kept.hub.take(author.batch())
    env, incident = sealed_by(other)
    with pytest.raises(Exception, match="fork"):
        kept.hub.take(other.batch(3))
    assert len(kept.rows("SELECT 1 FROM fork WHERE wrapped_key IS NOT NULL")) == 1
    kept.hub.take(erase(author, env, incident).batch())
    assert kept.rows("SELECT 1 FROM fork WHERE wrapped_key IS NOT NULL OR cipher IS NOT NULL") == []


def test_no_former_version_of_the_row_is_left(cluster, district):
    """The server's own file of the table, page by page."""
    author = district.enrolled()
    env, incident = sealed_by(author)
    district.hub.take(author.batch())
    with psycopg.connect(district.url) as connection:
        path = connection.execute("SELECT pg_relation_filepath('envelope')").fetchone()[0]
    with cluster.admin() as admin:
        folder = Path(admin.execute("SHOW data_directory").fetchone()[0])
        admin.execute("CHECKPOINT")
        assert b"wrapped" in (folder / path).read_bytes()
        district.hub.take(erase(author, env, incident).batch())
        admin.execute("CHECKPOINT")
        assert b"wrapped" not in (folder / path).read_bytes()


def test_a_record_of_the_version_before_is_brought_up_to_date(district):
    author = district.enrolled()
    env, incident = sealed_by(author)
    district.hub.take(author.batch())
    district.hub.take(erase(author, env, incident).batch())
    district.close()
    with psycopg.connect(district.url) as connection:
        # As the version before took it in: it kept the op, and the envelope too.
        connection.execute("UPDATE envelope SET wrapped_key = 'x', cipher = 'x'")
        connection.execute("DROP TABLE erased")
        connection.execute("DROP INDEX envelope_id")
        connection.execute("DROP INDEX fork_envelope")
        connection.execute("UPDATE meta SET v = '1' WHERE k = 'version'")
    for _ in range(2):
        with open_ledger(district.url, district.home) as ledger:
            noted = ledger.read(lambda c: c.execute("SELECT env FROM erased").fetchall())
            assert noted == [(env,)]
            left = ledger.read(lambda c: c.execute("SELECT wrapped_key FROM envelope").fetchall())
            assert left == [(None,)]
            found = ledger.read(lambda c: c.execute("SELECT v FROM meta WHERE k = 'version'"))
            assert found.fetchone() == ("2",)


def test_the_digest_of_what_is_sealed_stays_in_the_journal(kept):
    author = kept.enrolled()
    erase(author, *sealed_by(author))
    kept.hub.take(author.batch())
    digest = hashlib.sha256(b"sealed").hexdigest().encode()
    assert any(digest in bytes(body) for _, body in kept.ops_of(author))


def test_what_is_kept_ready_for_new_stations_forgets_at_once(kept, monkeypatch):
    monkeypatch.setattr(snapshots, "LEAST", 3)
    author, reader = kept.enrolled(), kept.enrolled(station="A2")
    env, incident = sealed_by(author.write(9))
    kept.hub.take(author.batch())
    before = kept.hub.snapshot(reader.peer)
    assert kept.hub.snapshot(reader.peer) is before
    kept.hub.take(erase(author, env, incident).batch())
    after = kept.hub.snapshot(reader.peer)
    assert after.name != before.name
    size = int.from_bytes(after.data[:4], "big")
    key = kept.hub._store.read(own_site).sign_key
    assert decode_batch(after.data[4 : 4 + size], lambda _: key).envelopes == []


def test_the_wrong_incident_named_first_keeps_nothing_from_the_right_one(kept):
    """Whatever comes first; and what is brought afterwards is not kept either."""
    author, first = kept.enrolled(), kept.enrolled(station="A2")
    env, incident = sealed_by(author)
    erase(first, env, "another")
    kept.hub.take(erase(first, env, incident).batch())
    kept.other.take(author.batch())
    assert kept_of(kept) == []


@pytest.mark.parametrize("is_erased_first", [True, False])
def test_what_two_services_write_beside_each_other_is_destroyed_too(district, is_erased_first):
    """Neither sees the other's transaction: whoever commits last looks again."""
    author, reader = district.enrolled(), district.enrolled(station="A2")
    for one in (author, reader):
        district.hub.take(one.batch())
    env, incident = sealed_by(author)
    erase(reader, env, incident)
    sealing, erasing = author.batch(2), reader.batch(2)
    first, last = (erasing, sealing) if is_erased_first else (sealing, erasing)

    def beside(journal):
        district.other.take(first)
        batch = decode_batch(last, lambda site: district.hub.station(site).sign_key)
        journal.receive(*batch.ranges)
        journal.add_envelopes(batch.envelopes)

    district.hub._store.write(beside)
    assert kept_of(district) in ([], [(b"", None)])


def test_a_hubs_own_backups_forget_by_the_clock(tmp_path, monkeypatch):
    """Nobody sits at a hub: its service does it, at once and again."""
    monkeypatch.setattr(forgetting, "EVERY", 0.05)
    kept = Kept(tmp_path)
    author = kept.enrolled()
    env, incident = sealed_by(author)
    kept.hub.take(author.batch())
    store, folder = kept.hub._store, tmp_path / "usb"
    folder.mkdir()
    backup = make_backup(store, folder, "hub").backup
    named = [Named(env, TOWN, incident)]
    assert holds_any(backup.record, store.key, named)
    kept.hub.take(erase(author, env, incident).batch())
    until(lambda: not holds_any(backup.record, store.key, named))
    kept.close()
    assert not (backup.path / "griddesk.db-wal").exists()
