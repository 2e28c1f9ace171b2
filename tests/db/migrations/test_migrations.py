"""Every released schema becomes the newest one: whole or not at all, and never without a copy."""

import os
import shutil
import subprocess
import sys

import orjson
import pytest

from db.domain.errors import GridDeskError
from db.migrations import SCHEMA_VERSION
from db.store import driver
from db.store.manifest import list_backups, prove
from db.store.queries.search import saved_searches
from db.store.queries.views import saved_views
from db.store.rebuild import rebuild_now
from db.store.store import RECORD
from db.store.verify import verify
from tests.db.migrations.golden import FOLDER, copy_of
from tests.db.store import rig

GOLDEN = sorted(path for path in FOLDER.iterdir() if path.is_dir())
HELD = "SELECT site.id, epoch, seq, body FROM op JOIN site ON site.n = op.site WHERE state = 1"
ALL = "SELECT recv, hash, body FROM op ORDER BY recv"


@pytest.fixture(params=GOLDEN, ids=lambda path: path.name)
def old(request, tmp_path):
    return copy_of(request.param, tmp_path / "home")


@pytest.fixture
def first(tmp_path):
    return copy_of(GOLDEN[0], tmp_path / "home")


def asked(home, sql):
    connection = driver.open_any(rig.record(home), rig.key_of(home))
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def schema(home):
    return asked(home, "PRAGMA user_version")[0][0]


def renewed(journal):
    rebuild_now(journal)
    return rig.projection(journal.connection)


def test_an_old_record_becomes_the_newest(old):
    held, ops = asked(old, HELD), asked(old, ALL)
    assert held
    with rig.open_store(old) as store:
        assert store.read(verify).is_ok
        before = store.read(rig.projection)
        assert rig.undone(store, renewed) == before
        assert rig.rows(store, HELD) == held
        assert rig.rows(store, ALL)[: len(ops)] == ops
    assert schema(old) == SCHEMA_VERSION


def test_what_was_kept_to_look_for_loses_numbers_of_callers(old):
    """A search has a filter, a view of the desk its words; a newer one refuses such."""
    kept = {"ok": "河边", "老李": "13800001234", "13800001234": "灯"}
    connection = driver.open_copy(rig.record(old), rig.key_of(old))
    put = "INSERT INTO meta VALUES (?, ?)"
    searches = {name: {"text": text, "states": []} for name, text in kept.items()}
    connection.execute(put, ("views:li", orjson.dumps(kept).decode()))
    connection.execute(put, ("searches:li", orjson.dumps(searches).decode()))
    connection.close()
    with rig.open_store(old) as store:
        assert [row.name for row in store.read(lambda c: saved_views(c, "li"))] == ["ok"]
        (search,) = store.read(lambda c: saved_searches(c, "li"))
        assert (search.name, search.filter.text) == ("ok", "河边")


def test_a_proven_copy_is_kept_before(first):
    was = schema(first)
    ops = len(asked(first, ALL))
    rig.open_store(first).close()
    (kept,) = list_backups(first / "backups")
    assert kept.path.name.startswith(f"before-v{SCHEMA_VERSION}-")
    assert (kept.schema, kept.ops) == (was, ops)
    prove(kept, rig.key_of(first))


def test_killed_at_each_statement_it_ends_old_or_new(first):
    # In a process of its own: one that forks must have one thread.
    program = [sys.executable, "-m", "tests.db.migrations.kill_each", first]
    done = subprocess.run(program, cwd=rig.ROOT, stdout=subprocess.PIPE, check=True)
    found = list(map(int, done.stdout.split()))
    assert set(found) <= {1, SCHEMA_VERSION}
    assert found == sorted(found)
    assert found.count(1) > 20


def test_a_full_disk_leaves_the_old_record(first, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root mounts a small disk")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]).returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        home = shutil.copytree(first, disk / "home")
        ops = asked(home, ALL)
        size = sum(path.stat().st_size for path in home.iterdir())
        filler = disk / "filler"
        # Room for the copy made before and not for more; then not even for that.
        for left in (size + 16_000, 40_000):
            filler.write_bytes(b"x" * (1_048_576 - size - left))
            with pytest.raises(GridDeskError) as told:
                driver.open_writer(rig.record(home), rig.key_of(home))
            assert told.value.code in ("disk_full", "medium_full")
            assert schema(home) == 1
            assert asked(home, ALL) == ops
            filler.unlink()
            shutil.rmtree(home / "backups", ignore_errors=True)
        driver.open_writer(rig.record(home), rig.key_of(home)).close()
        assert schema(home) == SCHEMA_VERSION
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_a_newer_schema_is_refused_and_can_be_read_out(first, tmp_path):
    from db.store.export import export_ops

    connection = driver.open_writer(rig.record(first), rig.key_of(first))
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.execute("ALTER TABLE op ADD COLUMN tomorrow TEXT")
    connection.close()
    before = (first / RECORD).read_bytes()
    for read_only in (False, True):
        with pytest.raises(GridDeskError) as told:
            rig.open_store(first, read_only=read_only)
        assert told.value.code == "schema_newer"
    out = tmp_path / "out.jsonl"
    done = export_ops(first / RECORD, rig.key_of(first), out)
    assert out.read_bytes().splitlines() == [row[2] for row in asked(first, ALL)]
    assert done == (len(asked(first, ALL)), 0, 0, 0)
    assert (first / RECORD).read_bytes() == before


def test_branches_that_lost_are_read_out_marked(tmp_path):
    from db.store.export import export_ops

    home = rig.make_site(tmp_path / "home")
    with rig.open_store(home) as store:
        body = rig.rows(store, "SELECT body FROM op ORDER BY recv LIMIT 1")[0][0]
        row = (1, 7, 1, b"\xab" * 32, body, None, "env", b"cipher", "room", b"key", "hub", rig.NOW)
        store.write(
            lambda journal: journal.connection.execute(
                f"INSERT INTO fork VALUES ({', '.join('?' * len(row))})", row
            )
        )
        ops = rig.count_ops(store)
    out = tmp_path / "out.jsonl"
    assert export_ops(home / RECORD, rig.key_of(home), out) == (ops, 0, 1, 0)
    *_, last = out.read_bytes().splitlines()
    assert orjson.loads(last) == {
        "fork": {"hash": "ab" * 32, "seen_from": "hub", "at": rig.NOW},
        "op": orjson.loads(body),
    }


def test_a_record_of_an_older_schema_can_be_read_out(first, tmp_path):
    from db.store.export import export_ops

    assert schema(first) < SCHEMA_VERSION
    done = export_ops(first / RECORD, rig.key_of(first), tmp_path / "out.jsonl")
    assert done == (len(asked(first, ALL)), 0, 0, 0)
