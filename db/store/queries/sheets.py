"""What the printed sheets say: the same facts the screen shows, in one read."""

from dataclasses import dataclass
from typing import Any

from db.domain.deadlines import DAY
from db.domain.lists import stage_of
from db.domain.scope import SECRET, Scope
from db.store.driver import Connection
from db.store.lists import policy_at, stages_at
from db.store.queries.incidents import Detail, incident_by_number
from db.store.queries.queue import QueueRow, queue_rows
from db.store.queries.scope import visible

LATE_SHOWN = 40
# A district's record has other towns too.
_OWN_TOWN = """SELECT name FROM area WHERE code =
(SELECT town FROM station WHERE id = (SELECT v FROM meta WHERE k = 'site'))"""


@dataclass(frozen=True, slots=True)
class SheetHead:
    """What stands on every sheet. `revision` is the number of ops the data rests on."""

    town_name: str
    printed_by: str
    printed_at: int
    revision: int


@dataclass(frozen=True, slots=True)
class SlipSheet:
    """事件处理单: one incident for paper. `stage_name` is the town's word for where it stands."""

    head: SheetHead
    detail: Detail
    class_name: str
    platform_name: str
    close_rule: str
    stage_name: str = ""


@dataclass(frozen=True, slots=True)
class DailyLine:
    """One row of a count table of the daily report."""

    name: str
    taken_in: int
    closed: int
    open: int
    late: int


@dataclass(frozen=True, slots=True)
class DailySheet:
    """日报: one local day, from its midnight (`day_at`, UTC milliseconds) on."""

    head: SheetHead
    day_at: int
    taken_in: int
    accepted: int
    dispatched: int
    closed: int
    closed_on_time: int
    closed_with_limit: int
    open: int
    late: int
    by_platform: tuple[DailyLine, ...]
    by_unit: tuple[DailyLine, ...]
    by_source: tuple[tuple[str, int], ...]
    late_rows: tuple[QueueRow, ...]
    critical_rows: tuple[QueueRow, ...]
    secret: frozenset[int] = frozenset()
    """The row ids of those among them that are secret: a list tells their numbers only."""


def slip_sheet(
    connection: Connection, scope: Scope, number: str, printed_by: str, now: int
) -> SlipSheet | None:
    """Return what the slip of an incident says; None where it is out of scope."""
    detail = incident_by_number(connection, scope, number, now)
    if detail is None:
        return None
    known = detail.policy.classes.get(detail.incident.class_code)
    stage = stage_of(stages_at(connection, now), detail.incident.state)
    return SlipSheet(
        head=sheet_head(connection, printed_by, now),
        detail=detail,
        class_name=known.name if known else "",
        platform_name=detail.policy.platforms.get(detail.incident.platform, ""),
        close_rule=known.close_rule if known else "",
        stage_name=stage.name if stage else "",
    )


def sheet_head(connection: Connection, printed_by: str, now: int) -> SheetHead:
    """Return what stands on every sheet printed now."""
    town = connection.execute(_OWN_TOWN).fetchone()
    revision = connection.execute("SELECT max(recv) FROM op").fetchone()[0] or 0
    return SheetHead(town[0] if town else "", printed_by, now, revision)


def daily_sheet(
    connection: Connection, scope: Scope, day_at: int, printed_by: str, now: int
) -> DailySheet:
    """Return the daily report of the local day that begins at `day_at`.

    Open and late are as of `now` or of the day's end, whichever came first: what was decided
    after that does not change an earlier day's report.
    """
    policy = policy_at(connection, now)
    day_end = day_at + DAY
    shown_at = min(now, day_end)
    conditions, scoped = visible(scope)
    span = {"from": day_at, "to": day_end, "at": shown_at, **scoped}

    def count(sql: str) -> int:
        found = connection.execute(sql.format(conditions=conditions), span).fetchone()[0]
        return int(found or 0)

    def steps(kind: str) -> int:
        return count(
            "SELECT count(*) FROM step JOIN incident ON incident.rid = step.incident"
            f" WHERE step.kind = '{kind}' AND step.at >= :from AND step.at < :to"
            " AND step.detail ->> '$.undone' IS NULL"
            " AND incident.taken_in_at < :to AND {conditions}"
        )

    late = _late_rows(connection, scope, conditions, span)
    critical = _rows(
        connection,
        scope,
        f"SELECT rid FROM incident WHERE {_TAKEN_IN} AND urgency = 'critical'"
        f" AND {conditions} ORDER BY taken_in_at LIMIT {LATE_SHOWN}",
        span,
    )
    return DailySheet(
        head=sheet_head(connection, printed_by, now),
        day_at=day_at,
        taken_in=count(f"SELECT count(*) FROM incident WHERE {_TAKEN_IN} AND {{conditions}}"),
        accepted=steps("incident_accepted"),
        dispatched=steps("incident_dispatched"),
        closed=count(f"SELECT count(*) FROM incident WHERE {_CLOSED} AND {{conditions}}"),
        closed_on_time=count(_CLOSED_ON_TIME),
        closed_with_limit=count(_CLOSED_WITH_LIMIT),
        open=count(f"SELECT count(*) FROM incident WHERE {_OPEN_AT} AND {{conditions}}"),
        late=count(f"SELECT count(*) FROM incident WHERE {_LATE_AT} AND {{conditions}}"),
        by_platform=tuple(
            DailyLine(policy.platforms.get(key, ""), *values)
            for key, *values in connection.execute(
                _grouped("platform", "", conditions), span
            ).fetchall()
        ),
        by_unit=tuple(
            DailyLine(key, *values)
            for key, *values in connection.execute(
                _grouped("unit.name", "JOIN unit ON unit.code = incident.lead_unit", conditions),
                span,
            ).fetchall()
        ),
        by_source=tuple(
            (source, found)
            for source, found in connection.execute(
                f"SELECT source, count(*) FROM incident WHERE {_TAKEN_IN} AND {conditions}"
                " GROUP BY source ORDER BY 2 DESC, 1",
                span,
            ).fetchall()
        ),
        late_rows=late,
        critical_rows=critical,
        secret=_secret(connection, [row.rid for row in (*late, *critical)]),
    )


_TAKEN_IN = "taken_in_at >= :from AND taken_in_at < :to"
_CLOSED = "closed_at >= :from AND closed_at < :to"
_OPEN_RIDS = (
    "SELECT rid FROM incident INDEXED BY incident_open WHERE is_open = 1 AND taken_in_at < :at"
    " UNION SELECT rid FROM incident WHERE archived_at >= :at AND taken_in_at < :at"
)
_OPEN_AT = f"incident.rid IN ({_OPEN_RIDS})"
_LATE_TIMER = (
    "timer.incident = incident.rid AND start_at < :at AND timer.due_at < :at"
    " AND (ended_at IS NULL OR ended_at >= :at)"
)
_LATE_AT = f"{_OPEN_AT} AND EXISTS (SELECT 1 FROM timer WHERE {_LATE_TIMER})"
_CLOSED_WITH_LIMIT = (
    f"SELECT count(*) FROM incident WHERE {_CLOSED} AND EXISTS"
    " (SELECT 1 FROM timer WHERE timer.incident = incident.rid AND stage = 'handle')"
    " AND {conditions}"
)
_CLOSED_ON_TIME = (
    f"SELECT count(*) FROM incident WHERE {_CLOSED} AND EXISTS"
    " (SELECT 1 FROM timer WHERE timer.incident = incident.rid AND stage = 'handle')"
    " AND NOT EXISTS (SELECT 1 FROM timer WHERE timer.incident = incident.rid"
    " AND stage = 'handle' AND coalesce(ended_at, :at) > due_at)"
    " AND {conditions}"
)


def _grouped(key: str, join: str, conditions: str) -> str:
    return (
        f"SELECT {key}, sum({_TAKEN_IN}), sum(coalesce({_CLOSED}, 0)), sum({_OPEN_AT}),"
        f" sum(coalesce({_LATE_AT}, 0)) FROM incident {join}"
        f" WHERE (({_TAKEN_IN}) OR ({_CLOSED}) OR ({_OPEN_AT})) AND {conditions}"
        " GROUP BY 1 ORDER BY 4 DESC, 1"
    )


def _late_rows(
    connection: Connection, scope: Scope, conditions: str, span: dict[str, Any]
) -> tuple[QueueRow, ...]:
    """Return what was late then, each with the deadline that had passed."""
    found = connection.execute(
        "SELECT incident.rid, min(timer.due_at) FROM incident JOIN timer"
        f" ON {_LATE_TIMER} WHERE {_OPEN_AT} AND {conditions}"
        f" GROUP BY incident.rid ORDER BY 2 LIMIT {LATE_SHOWN}",
        span,
    ).fetchall()
    rows = queue_rows(connection, scope, [rid for rid, _ in found])
    return tuple(
        row._replace(due_at=due)
        for row, (_, due) in zip(rows, found, strict=True)
        if row is not None
    )


def _secret(connection: Connection, rids: list[int]) -> frozenset[int]:
    marks = ", ".join("?" * len(rids))
    found = connection.execute(
        f"SELECT rid FROM incident WHERE secrecy >= ? AND rid IN ({marks})", (SECRET, *rids)
    )
    return frozenset(row[0] for row in found)


def _rows(
    connection: Connection, scope: Scope, sql: str, parameters: dict[str, object]
) -> tuple[QueueRow, ...]:
    ids = [row[0] for row in connection.execute(sql, parameters).fetchall()]
    return tuple(row for row in queue_rows(connection, scope, ids) if row)
