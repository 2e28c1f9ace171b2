"""What the figure `deadline` is measured on."""

from db.domain.deadlines import DAY, deadline
from desktop.bench import deadlines
from desktop.bench.deadlines import timers


def test_timers_are_of_all_kinds_over_three_years_a_fifth_with_pauses(tmp_path):
    rows = timers(2_000)
    assert {limit.unit for _, limit, _ in rows} == {
        "urgent_hour",
        "work_hour",
        "work_day",
        "natural_day",
    }
    starts = [start_at for start_at, _, _ in rows]
    assert 3 * 360 * DAY < max(starts) - min(starts) <= 3 * 365 * DAY
    paused = [len(pauses) for _, _, pauses in rows if pauses]
    assert 0.15 < len(paused) / len(rows) < 0.25
    assert set(paused) == {1, 2, 3}
    explained = [
        deadline(start_at, limit, pauses=pauses).due_at for start_at, limit, pauses in rows
    ]
    assert sorted(passed(tmp_path, rows)) == sorted(explained)


def passed(folder, rows):
    """What the measured pass gives for rows in a file."""
    connection = deadlines._record(folder / "t.db", rows)
    try:
        return deadlines.one_pass(connection, deadlines._due)
    finally:
        connection.close()
