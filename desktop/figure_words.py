"""The figures of towns and villages in words: the screen, the sheet and the command line. No Qt."""

from db.store.queries.figures import PartFigures
from db.store.queries.queue import QueueFilter
from desktop.language import Words, say
from desktop.reports.shares import rate

LEVELS = Words({"town": "镇街", "village": "村社"})
TITLES = Words(
    {
        "open": "待办",
        "new_today": "今日收件",
        "late": "超时",
        "soon": "即将超时",
        "closed": "本月结案",
        "rate": "按期率",
        "escalated": "本月上报",
        "supervised": "本月督办",
    }
)


def name_of(line: PartFigures) -> str:
    """Return what a part is called; what stands in none is not placed yet."""
    return line.name or line.code or say("未定地点")


def cells(line: PartFigures) -> tuple[str, ...]:
    """Return the texts of a row: its name, then the figures in the order of the titles."""
    counts = {field: str(value) for field, value in line._asdict().items()}
    counts["rate"] = rate(line.on_time, line.with_limit)
    return (name_of(line), *(counts[field] for field in TITLES))


def part_of(line: PartFigures, field: str = "") -> QueueFilter:
    """Return the part of the work that a row counts, or one of its figures."""
    return QueueFilter(area=line.code, is_late=field == "late", is_soon=field == "soon")
