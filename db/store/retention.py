"""Which backups may go: a rule of dates alone."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

DAILY, WEEKLY, MONTHLY = 7, 4, 12
_CHINA = ZoneInfo("Asia/Shanghai")
_DAY_MS = 86_400_000


def removable(made: Iterable[int], now: int) -> set[int]:
    """Return which of these backups (UTC milliseconds) are no longer needed.

    Kept are the newest of each of the last 7 days, 4 ISO weeks and 12 months that have any; the
    newest of all; and whatever is younger than a day.
    """
    newest_first = sorted(set(made), reverse=True)
    kept = {at for at in newest_first if now - at < _DAY_MS}
    kept.update(newest_first[:1])
    for rule, count in ((_day, DAILY), (_week, WEEKLY), (_month, MONTHLY)):
        by_period: dict[tuple[int, ...], int] = {}
        for at in newest_first:
            by_period.setdefault(rule(_local(at)), at)
        kept.update(list(by_period.values())[:count])
    return set(newest_first) - kept


def _local(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, _CHINA)


def _day(local: datetime) -> tuple[int, ...]:
    return local.year, local.month, local.day


def _week(local: datetime) -> tuple[int, ...]:
    return tuple(local.isocalendar())[:2]


def _month(local: datetime) -> tuple[int, ...]:
    return local.year, local.month
