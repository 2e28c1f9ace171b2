"""Speed, measured as ratios: what the program does against what the same machine can do at all.

Two things are timed in turn in one run (A B A B …), so that a slow or busy machine slows both.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import orjson

from desktop.bench.figures import Figure

Measure = Callable[[Path], list[Figure]]


def _start(data: Path) -> list[Figure]:
    from desktop.bench.start import measure_start

    return measure_start(data)


def _commit(data: Path) -> list[Figure]:
    from desktop.bench.commit import measure_commit

    return measure_commit(data)


def _first_page(data: Path) -> list[Figure]:
    from desktop.bench.first_page import measure_first_page

    return measure_first_page(data)


def _scroll(data: Path) -> list[Figure]:
    from desktop.bench.scroll import measure_scroll

    return measure_scroll(data)


def _apply(data: Path) -> list[Figure]:
    from desktop.bench.apply import measure_apply

    return measure_apply(data)


def _deep(data: Path) -> list[Figure]:
    from desktop.bench.lists import measure_deep

    return measure_deep(data)


def _counts(data: Path) -> list[Figure]:
    from desktop.bench.lists import measure_counts

    return measure_counts(data)


def _search(data: Path) -> list[Figure]:
    from desktop.bench.search import measure_search

    return measure_search(data)


def _deadlines(data: Path) -> list[Figure]:
    from desktop.bench.deadlines import measure_deadlines

    return measure_deadlines(data)


def _duplicates(data: Path) -> list[Figure]:
    from desktop.bench.duplicates import measure_duplicates

    return measure_duplicates(data)


def _map_pan(data: Path) -> list[Figure]:
    from desktop.bench.map_pan import measure_map_pan

    return measure_map_pan(data)


def _hub_ingest(data: Path) -> list[Figure]:
    from desktop.bench.hub import measure_ingest

    return measure_ingest(data)


def _hub_peer(data: Path) -> list[Figure]:
    from desktop.bench.peer import measure_peer

    return measure_peer(data)


def _wire(data: Path) -> list[Figure]:
    from desktop.bench.hub import measure_wire

    return measure_wire(data)


def _fleet(data: Path) -> list[Figure]:
    from desktop.bench.fleet import measure_fleet

    return measure_fleet(data)


def _level(data: Path) -> list[Figure]:
    from desktop.bench.level import measure_level

    return measure_level(data)


def _stall(data: Path) -> list[Figure]:
    from desktop.bench.gui_stall import measure_stall

    return measure_stall(data)


def _memory(data: Path) -> list[Figure]:
    from desktop.bench.memory import measure_memory

    return measure_memory(data)


# Each imports what it measures only when it runs: a figure must not warm up another's.
MEASURES: dict[tuple[str, ...], Measure] = {
    ("start", "start_modules"): _start,
    ("memory",): _memory,
    ("gui_stall",): _stall,
    ("commit", "commit_count"): _commit,
    ("journal_apply", "rebuild"): _apply,
    ("queue_first",): _first_page,
    ("queue_deep",): _deep,
    ("counts",): _counts,
    ("search_zh", "search_wrong"): _search,
    ("duplicates", "duplicates_search"): _duplicates,
    ("table_scroll", "table_memory"): _scroll,
    ("deadline",): _deadlines,
    ("map_pan",): _map_pan,
    ("wire",): _wire,
    ("hub_ingest",): _hub_ingest,
    ("hub_peer",): _hub_peer,
    ("fleet",): _fleet,
    ("level",): _level,
}


def run_bench(out: Path, only: tuple[str, ...]) -> int:
    """Measure all figures, or those named; print a line each and write them as JSON.

    A figure that is short does not fail the run: it stands in the file as `"ok": false`.
    """
    from db.store.witness import FOLDER_ENV  # lazy: one library a process, and one is measured

    known = [name for names in MEASURES for name in names]
    unknown = sorted(set(only) - set(known))
    if unknown:
        sys.stderr.write(f"没有这一项：{'、'.join(unknown)}。可测：{'、'.join(known)}\n")
        return 2
    out = out.resolve()
    data = out.parent / "bench-data"
    data.mkdir(parents=True, exist_ok=True)
    # Records made to be measured leave nothing in anybody's home directory.
    os.environ[FOLDER_ENV] = str(data / "witness")
    figures: list[Figure] = []
    for names, measure in MEASURES.items():
        if only and not set(only).intersection(names):
            continue
        for figure in measure(data):
            if not only or figure.name in only:
                figures.append(figure)
                sys.stdout.write(f"{figure.line}\n")
                sys.stdout.flush()
    document = {figure.name: figure.as_json() for figure in figures}
    out.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))
    return 0
