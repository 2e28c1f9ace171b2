import os
import subprocess
import sys

import orjson
import pytest

from db.demo.bulk import (
    DAY,
    FIRST_RID,
    add_rows,
    make_record,
    offset_page,
    open_number,
    sample_cases,
    scan_texts,
)
from db.store.queries.queue import QueueFilter, counts, queue_ids, queue_rows
from db.store.queries.search import SearchFilter, found_ids
from db.store.store import Store
from desktop import bench
from desktop.bench import commit, data, first_page, lists, search
from desktop.bench.figures import Figure, in_turn, median_ratio, p95
from desktop.bench.first_page import DESK


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A bench record of a thousand rows."""
    home = tmp_path_factory.mktemp("bench") / "record"
    with pytest.MonkeyPatch.context() as patch:
        # A few days stand for the month.
        patch.setattr("db.demo.fill.MONTH", 3 * DAY)
        make_record(home, 1_790_000_000_000)
    with Store.open(home) as store:
        store.write(lambda journal: _fill(journal.connection))
    return home


def _fill(connection):
    add_rows(connection, 900, 1_790_000_000_000)
    add_rows(connection, 100, 1_790_000_000_000, is_open=True)


def test_bulk_rows_lie_apart_from_the_real_month(home):
    with Store.open(home, read_only=True) as store:
        ids = store.read(lambda c: queue_ids(c, DESK, QueueFilter(is_archive=True), 0))
        bulk = [rid for rid in ids if rid >= FIRST_RID]
        rows = store.read(lambda c: queue_rows(c, DESK, bulk))
        number = store.read(open_number)
    assert len(bulk) == 1_000
    assert len(ids) > len(bulk)
    assert all(row.number.startswith("BENCH-") for row in rows)
    assert not number.startswith("BENCH-")


def test_only_open_bulk_rows_are_in_the_queue(home):
    with Store.open(home, read_only=True) as store:
        ids = store.read(lambda c: queue_ids(c, DESK, QueueFilter(), 0))
        counted = store.read(lambda c: counts(c, DESK, 0))
    assert sum(rid >= FIRST_RID for rid in ids) == 100
    assert counted.total == len(ids)


def test_the_texts_have_a_real_spread_of_characters():
    texts = "".join(case.title + case.content + case.address for case in sample_cases())
    assert len({letter for letter in texts if "\u4e00" <= letter <= "\u9fff"}) >= 2_500


def test_one_decision_is_one_commit(home, tmp_path, monkeypatch):
    monkeypatch.setattr(commit, "record", lambda *_: home)
    monkeypatch.setattr(commit, "ROUNDS", 3)
    figures = {figure.name: figure for figure in commit.measure_commit(tmp_path)}
    assert figures["commit_count"].value == 1
    assert figures["commit"].value > 0
    assert list(tmp_path.iterdir()) == []


def test_first_page_is_a_full_page_of_the_open_queue(home):
    with Store.open(home, read_only=True) as store:
        assert first_page.first_page(store) > 100


def test_search_is_held_against_a_scan_that_finds_the_same(home, monkeypatch):
    monkeypatch.setattr(search, "WORDS", 2)
    with Store.open(home, read_only=True) as store:
        figures = {figure.name: figure for figure in store.read(search.measure)}
        scanned = store.read(lambda c: scan_texts(c, "路灯"))
        found = store.read(lambda c: found_ids(c, DESK, SearchFilter("路灯"), 0))
    assert figures["search_wrong"].value == 0
    assert figures["search_zh"].value > 0
    assert any(rid >= FIRST_RID for rid in scanned)
    assert list(found) == scanned


def test_pages_and_counts_are_held_against_the_same_rows(home, tmp_path, monkeypatch):
    monkeypatch.setattr(lists, "record", lambda *_: home)
    monkeypatch.setattr(lists, "DEEP_ROUNDS", 2)
    monkeypatch.setattr(lists, "COUNTS_ROUNDS", 2)
    assert [figure.name for figure in lists.measure_deep(tmp_path)] == ["queue_deep"]
    assert [figure.name for figure in lists.measure_counts(tmp_path)] == ["counts"]
    with Store.open(home, read_only=True) as store:
        assert store.read(lambda c: offset_page(c, 300, 256)) == 256


def test_a_record_is_made_once_and_two_million_stand_on_one(tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr(data, "make_record", lambda home, _: (home.mkdir(parents=True), _key(home)))
    monkeypatch.setattr(data, "fill_up", lambda home, closed, *_: made.append((home.name, closed)))
    data.record(tmp_path, "m2")
    assert made == [("month", 0), ("m1", 1_000_000), ("m2", 1_000_000)]
    data.record(tmp_path, "m1")
    assert len(made) == 3


def _key(home):
    (home / "key").touch(mode=0o600)


def test_the_empty_window_imports_nothing_of_the_program():
    code = (
        "import sys, runpy; runpy.run_path(sys.argv[1]);"
        "print(sorted({n.split('.')[0] for n in sys.modules} & {'desktop', 'db', 'sqlcipher3'}))"
    )
    path = os.path.join(os.path.dirname(bench.__file__), "empty_window.py")
    shown = subprocess.run(
        [sys.executable, "-P", "-c", code, path], capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == "[]"


def test_the_window_of_qtsql_never_meets_the_records_library():
    code = "import sys, desktop.bench.scroll_sql; print('sqlcipher3' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"


def test_lines_and_file(tmp_path, monkeypatch, capsys):
    out = tmp_path / "bench.json"
    figures = [Figure("one", 1.5, 1.0), Figure("two", 2.0, 1.0, better="higher")]
    monkeypatch.setattr(bench, "MEASURES", {("one", "two"): lambda _: figures})
    assert bench.run_bench(out, ()) == 0
    assert capsys.readouterr().out == "one 1.5 1 short\ntwo 2 1 ok\n"
    assert orjson.loads(out.read_bytes()) == {
        "one": {"value": 1.5, "limit": 1.0, "better": "lower", "ok": False},
        "two": {"value": 2.0, "limit": 1.0, "better": "higher", "ok": True},
    }
    assert bench.run_bench(out, ("two",)) == 0
    assert list(orjson.loads(out.read_bytes())) == ["two"]


def test_an_unknown_name_is_wrong_use(tmp_path, capsys):
    assert bench.run_bench(tmp_path / "bench.json", ("speed",)) == 2
    assert "speed" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_p95_and_ratio():
    assert p95(range(1, 101)) == 95
    assert p95([7.0]) == 7.0
    assert median_ratio([2, 9, 4], [1, 3, 4]) == 2


def test_measurements_go_in_turn():
    order = []
    ours, theirs = in_turn(
        lambda: order.append("A") or len(order), lambda: order.append("B") or len(order), 2, 1
    )
    assert "".join(order) == "ABABAB"
    assert (ours, theirs) == ([3, 5], [4, 6])


def test_the_hub_is_held_against_a_peer_and_a_missing_one_is_short(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bench.run_bench(tmp_path / "bench.json", ("hub_peer",)) == 0
    assert capsys.readouterr().out == "hub_peer 0 4 short 缺 npm\n"
    assert orjson.loads((tmp_path / "bench.json").read_bytes()) == {
        "hub_peer": {
            "value": 0.0,
            "limit": 4.0,
            "better": "higher",
            "ok": False,
            "missing": "缺 npm",
        }
    }


def test_what_was_not_measured_keeps_no_limit():
    assert Figure("one", 0.0, 1.0).is_ok
    assert not Figure("one", 0.0, 1.0, missing="缺 node").is_ok
