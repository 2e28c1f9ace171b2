"""Whether a unit can be reached at its desk now: by its hours, and by the town's working days."""

from db.domain.calendar import Calendar, local_date
from db.domain.deadlines import DAY, MINUTE, OFFSET
from db.domain.lists import parse_duty


def is_on_duty(duty: str, now: int, calendar: Calendar) -> bool:
    """Whether an instant (UTC milliseconds) lies in duty hours such as `08:00-12:00,14:00-18:00`.

    A unit that only keeps the town's working hours keeps its days off too; one that works longer
    works every day.
    """
    if not in_hours(duty, now):
        return False
    return not (_is_office(duty, calendar) and calendar.day_off(local_date(now))[0])


def in_hours(duty: str, now: int) -> bool:
    """Whether an instant lies in duty hours such as `08:00-12:00,14:00-18:00` (local time)."""
    minute = (now + OFFSET) % DAY // MINUTE
    for begin, end in parse_duty(duty):
        if begin <= minute < end or (end <= begin and (minute >= begin or minute < end)):
            return True
    return False


def _is_office(duty: str, calendar: Calendar) -> bool:
    """Whether duty hours lie within the working hours of the calendar."""
    return all(
        any(begin <= start < end <= close for begin, close in calendar.hours)
        for start, end in parse_duty(duty)
    )
