"""What a damaged record looks like to the check, and that a kill damages nothing."""

import random

import pytest

from db.commands.incidents import Report, report_incident
from db.domain.errors import EnvironmentError_
from db.domain.ops import chain_hash
from db.store import driver
from db.store.verify import verify
from tests.db.store import rig

PAGE = 4096
VALUES = {"content": "楼下下水道堵塞", "address": "枫桥路12号"}


@pytest.fixture
def raw(home):
    """A record with some ops, open for whoever goes around the rules."""
    with rig.open_store(home) as store:
        for _ in range(6):
            report_incident(store, rig.CLERK, Report(VALUES))
    connection = driver.open_writer(rig.record(home), rig.key_of(home))
    connection.execute("DROP TRIGGER op_never_changed")
    connection.execute("DROP TRIGGER op_never_deleted")
    yield connection
    connection.close()


def codes(connection):
    return [problem["code"] for problem in verify(connection).problems]


def test_a_sound_record(raw):
    found = verify(raw)
    assert found.is_ok
    assert (found.ops, found.chains, found.held) == (
        raw.execute("SELECT count(*) FROM op").fetchone()[0],
        1,
        0,
    )


def test_one_flipped_bit_is_found_and_located(raw):
    body = bytearray(raw.execute("SELECT body FROM op WHERE seq = 5").fetchone()[0])
    for at in (0, len(body) // 2, len(body) - 1):
        flipped = bytearray(body)
        flipped[at] ^= 1
        raw.execute("UPDATE op SET body = ? WHERE seq = 5", (bytes(flipped),))
        found = verify(raw).problems
        assert [(item["code"], item["seq"]) for item in found] == [("op_changed", 5)]
    raw.execute("UPDATE op SET body = ? WHERE seq = 5", (bytes(body),))
    assert verify(raw).is_ok


def test_a_changed_op_with_a_hash_to_match_breaks_the_next_link(raw):
    seq = 5
    body, digest = raw.execute("SELECT body, hash FROM op WHERE seq = 5").fetchone()
    previous = raw.execute("SELECT hash FROM op WHERE seq = 4").fetchone()[0]
    assert chain_hash(previous, body) == digest
    body = body.replace("示例".encode(), "例示".encode()) + b" "
    raw.execute(
        "UPDATE op SET body = ?, hash = ? WHERE seq = 5", (body, chain_hash(previous, body))
    )
    found = verify(raw).problems
    assert [(item["code"], item["seq"]) for item in found] == [("op_changed", seq + 1)]


def test_a_missing_tail_is_found(raw):
    last = raw.execute("SELECT max(seq) FROM op").fetchone()[0]
    raw.execute("DELETE FROM op WHERE seq = ?", (last,))
    assert codes(raw) == ["head_differs"]
    assert verify(raw).problems[0]["seq"] == last - 1


def test_a_missing_middle_is_found(raw):
    raw.execute("DELETE FROM op WHERE seq = 4")
    assert [(item["code"], item["seq"]) for item in verify(raw).problems] == [("op_missing", 4)]


def test_ops_outside_every_chain_are_found(raw):
    raw.execute("DELETE FROM chain")
    assert codes(raw) == ["ops_outside_chains"]


def test_ops_under_another_name_are_found(raw):
    # A whole chain that hashes, told of another site.
    raw.execute("UPDATE site SET id = 'someone-else'")
    found = verify(raw).problems
    assert {item["code"] for item in found} == {"op_misplaced"}


def look(home):
    try:
        connection = driver.open_reader(rig.record(home), rig.key_of(home))
    except EnvironmentError_ as error:
        return [error.code]
    try:
        return codes(connection)
    finally:
        connection.close()


def test_one_flipped_bit_of_the_file_is_found_on_every_page(home):
    with rig.open_store(home) as store:
        for _ in range(30):
            report_incident(store, rig.CLERK, Report(VALUES))
    content = rig.record(home).read_bytes()
    assert look(home) == []
    assert len(content) > 20 * PAGE
    for page in range(1, len(content) // PAGE, 3):
        damaged = bytearray(content)
        damaged[page * PAGE + 100] ^= 0x40
        rig.record(home).write_bytes(bytes(damaged))
        found = look(home)
        assert found, page
        assert set(found) <= {"page_damaged", "unreadable", "record_damaged"}


APPENDER = """
import sys
from pathlib import Path
from db.domain.ops import SYSTEM
from db.store.store import Store
store = Store.open(Path(sys.argv[1]))
for n in range(100000):
    name = f"{sys.argv[2]}-{n}"
    payload = {"sheet": "daily", "about": name, "sha256": "0" * 64, "pages": 1}
    store.write(lambda journal: journal.append("sheet_printed", name, payload, SYSTEM))
    print(name, flush=True)
"""


def test_twenty_kills_lose_nothing_that_was_acknowledged(home):
    acknowledged = []
    rng = random.Random(1)
    for number in range(20):
        with rig.run(APPENDER, home, number) as appender:
            for _ in range(rng.randrange(1, 40)):
                line = appender.stdout.readline()
                assert line.endswith("\n")
                acknowledged.append(line.strip())
            appender.kill()
            # What was on its way through the pipe has been acknowledged, too.
            rest = appender.communicate()[0].splitlines(keepends=True)
            acknowledged += [line.strip() for line in rest if line.endswith("\n")]
        assert appender.returncode == -9
    with rig.open_store(home) as store:
        kept = {row[0] for row in rig.rows(store, "SELECT id FROM subject WHERE ent = 'sheet'")}
        found = store.read(verify)
    assert set(acknowledged) - kept == set()
    assert len(acknowledged) > 100
    assert found.is_ok
