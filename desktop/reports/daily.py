"""日报: one day of the command room on paper."""

from collections.abc import Sequence
from itertools import zip_longest

from db.domain.deadlines import DAY
from db.store.queries.queue import QueueRow
from db.store.queries.sheets import DailyLine, DailySheet
from desktop.i18n import SOURCE_NAMES, clock_time, instant, local_day, span_text, state_text
from desktop.reports import fonts
from desktop.reports.layout import (
    FIGURE,
    LABEL,
    LEAD,
    SIGNATURE_HEIGHT,
    SMALL,
    STRONG,
    Cell,
    Column,
    Flow,
    Row,
    bar,
    cells,
    titles,
)
from desktop.reports.page import MM, WIDTH, Frame, render
from desktop.reports.shares import NONE, rate, rate_of

TITLE = "综合指挥室日报"
WITHHELD = "保密件"
"""What a list says instead of a secret incident's title: it goes to many."""
SIGNERS = ("制表人", "审核人", "签发人")

_GAP = 9.0
_LEFT_WIDTH = 100 * MM
_RIGHT_WIDTH = WIDTH - _LEFT_WIDTH - 5 * MM
_RATE_LABEL = 34 * MM
_COUNT = 17 * MM
_COUNT_TITLES = ("收件", "结案", "待办", "超时")
_UNIT_TITLE = WIDTH - 4 * 24 * MM
_LATE = (
    Column("序号", 11 * MM, "center"),
    Column("事件编号", 32 * MM, "center"),
    Column("标题", 61 * MM),
    Column("主办单位", 20 * MM, "center"),
    Column("应办时间", 27 * MM, "center"),
    Column("已超时", 24 * MM, "center"),
)
_CRITICAL = (
    Column("收件", 12 * MM, "center"),
    Column("事件编号", 32 * MM, "center"),
    Column("标题", 55 * MM),
    Column("地点", 38 * MM),
    Column("主办单位", 20 * MM, "center"),
    Column("状态", 18 * MM, "center"),
)


def make_daily(sheet: DailySheet) -> bytes:
    """Return the daily report as a PDF."""
    fonts.load()
    frame = Frame(head=sheet.head, title=TITLE, number=local_day(sheet.day_at))
    flow = Flow(frame.body_top)
    _add_summary(flow, sheet)
    _add_figures(flow, sheet)
    _add_platforms_and_sources(flow, sheet)
    _add_units(flow, sheet)
    _add_late(flow, sheet)
    _add_critical(flow, sheet)
    flow.space(_GAP)
    flow.signatures(SIGNERS)
    return render([(frame, flow.finish())])


def shown_at(sheet: DailySheet) -> int:
    """Return the instant for which open and late are told."""
    return min(sheet.head.printed_at, sheet.day_at + DAY)


def _add_summary(flow: Flow, sheet: DailySheet) -> None:
    day = local_day(sheet.day_at).partition(" ")[0]
    on_time = rate(sheet.closed_on_time, sheet.closed_with_limit)
    flow.text(
        f"{day}，收件 {sheet.taken_in} 件，结案 {sheet.closed} 件，按期 {on_time}，"
        f"待办 {sheet.open} 件，超时 {sheet.late} 件。",
        LEAD,
    )
    flow.text(
        "收件、受理、分流、结案为当日 00:00 至 24:00 的数；"
        f"待办（含已结案待回访）、超时为{_as_of(sheet)}的数。",
        SMALL,
    )
    flow.space(_GAP)


def _as_of(sheet: DailySheet) -> str:
    at = shown_at(sheet)
    if at == sheet.day_at + DAY:
        return "截至当日 24:00 "
    return f"截至 {instant(at)} "


def _add_figures(flow: Flow, sheet: DailySheet) -> None:
    figures = (
        ("收件", sheet.taken_in),
        ("受理", sheet.accepted),
        ("分流交办", sheet.dispatched),
        ("结案", sheet.closed),
        ("待办", sheet.open),
        ("超时", sheet.late),
    )
    flow.row(bar("一、主要指标"))
    width = WIDTH / len(figures)
    flow.row([Cell(name, width, LABEL) for name, _ in figures])
    flow.row([Cell(str(value), width, FIGURE) for _, value in figures])
    _add_rate(
        flow,
        "按期结案率",
        rate_of(sheet.closed_on_time, sheet.closed_with_limit),
        "处置按期的结案 / 有处置时限的结案",
    )
    _add_rate(flow, "待办超时率", rate_of(sheet.late, sheet.open), "超时 / 待办")


def _add_rate(flow: Flow, name: str, value: str, meaning: str) -> None:
    half = (WIDTH - _RATE_LABEL) / 2
    flow.row([Cell(name, _RATE_LABEL, LABEL), Cell(value, half, STRONG), Cell(meaning, half)])


def _add_platforms_and_sources(flow: Flow, sheet: DailySheet) -> None:
    flow.space(_GAP)
    platforms = _count_columns("平台", _LEFT_WIDTH - 4 * _COUNT, _COUNT)
    sources = (
        Column("来源", _RIGHT_WIDTH - 52 * MM),
        Column("收件", 17 * MM, "right"),
        Column("占比", 35 * MM, "right"),
    )
    _add_beside(
        flow,
        ("二、各平台", platforms, _count_rows(platforms, sheet.by_platform, "未分类")),
        ("三、各来源", sources, _source_rows(sources, sheet)),
    )


def _source_rows(columns: Sequence[Column], sheet: DailySheet) -> list[Row]:
    total = sum(count for _, count in sheet.by_source)
    rows: list[Row] = [
        cells(columns, (SOURCE_NAMES.get(source, source), str(count), rate_of(count, total)))
        for source, count in sheet.by_source
    ]
    return [*rows, cells(columns, ("合计", str(total), rate_of(total, total)), is_sum=True)]


def _add_units(flow: Flow, sheet: DailySheet) -> None:
    flow.space(_GAP)
    columns = _count_columns("主办单位", _UNIT_TITLE, 24 * MM)
    flow.table("四、各主办单位", columns, _count_rows(columns, sheet.by_unit, "未定单位"))


def _add_late(flow: Flow, sheet: DailySheet) -> None:
    flow.space(_GAP)
    at = shown_at(sheet)
    shown = len(sheet.late_rows)
    part = f"，列出最早到期的 {shown} 件" if shown < sheet.late else ""
    rows = [
        cells(
            _LATE,
            (
                str(place),
                number_tail(row.number),
                _title(row, sheet),
                row.lead_name or "未交办",
                instant(row.due_at),
                _late_text(row, at),
            ),
        )
        for place, row in enumerate(sheet.late_rows, start=1)
    ]
    flow.table(f"五、超时未办结事件（共 {sheet.late} 件{part}）", _LATE, rows)


def _title(row: QueueRow, sheet: DailySheet) -> str:
    return WITHHELD if row.rid in sheet.secret else row.title


def _place(row: QueueRow, sheet: DailySheet) -> str:
    return NONE if row.rid in sheet.secret else f"{row.area_name} {row.address}".strip()


def _late_text(row: QueueRow, at: int) -> str:
    return NONE if row.due_at is None else span_text(at - row.due_at)


def _add_critical(flow: Flow, sheet: DailySheet) -> None:
    flow.space(_GAP)
    rows = [
        cells(
            _CRITICAL,
            (
                clock_time(row.taken_in_at),
                number_tail(row.number),
                _title(row, sheet),
                _place(row, sheet),
                row.lead_name or "未交办",
                state_text(row.state, has_news=bool(row.has_news)),
            ),
        )
        for row in sheet.critical_rows
    ]
    flow.table("六、当日特急事件", _CRITICAL, rows, keep=SIGNATURE_HEIGHT + _GAP)


def number_tail(number: str) -> str:
    """Return a number without its town, which all of a sheet's incidents share."""
    return number.partition("-")[2] or number


def _count_columns(title: str, width: float, count_width: float) -> tuple[Column, ...]:
    return (
        Column(title, width),
        *(Column(name, count_width, "right") for name in _COUNT_TITLES),
    )


def _count_rows(columns: Sequence[Column], lines: Sequence[DailyLine], unnamed: str) -> list[Row]:
    rows: list[Row] = [
        cells(columns, (line.name or unnamed, *map(str, _counts(line)))) for line in lines
    ]
    sums = [sum(values) for values in zip(*map(_counts, lines), strict=True)]
    sums = sums or [0] * len(_COUNT_TITLES)
    return [*rows, cells(columns, ("合计", *map(str, sums)), is_sum=True)]


def _counts(line: DailyLine) -> tuple[int, int, int, int]:
    return line.taken_in, line.closed, line.open, line.late


_Part = tuple[str, Sequence[Column], list[Row]]


def _add_beside(flow: Flow, left: _Part, right: _Part) -> None:
    """Add two tables side by side; the shorter one ends earlier."""

    def joined(left_row: Row | None, right_row: Row | None) -> Row:
        return [
            *(left_row or [_blank(_LEFT_WIDTH)]),
            _blank(WIDTH - _LEFT_WIDTH - _RIGHT_WIDTH),
            *(right_row or [_blank(_RIGHT_WIDTH)]),
        ]

    first = [
        joined(bar(left[0], _LEFT_WIDTH), bar(right[0], _RIGHT_WIDTH)),
        joined(titles(left[1]), titles(right[1])),
    ]
    flow.rows(first, [joined(*pair) for pair in zip_longest(left[2], right[2])], first)


def _blank(width: float) -> Cell:
    return Cell("", width, SMALL, is_boxed=False)
