"""Who is at the desk: by hours, and for those who keep the town's hours by its days."""

import pytest

from db.domain.calendar import DAY, DEFAULT_CALENDAR, HOUR
from db.domain.duty import is_on_duty

MONDAY = 1_795_415_520_000
"""Half past two in the afternoon."""
OFFICE = "08:00-12:00,14:00-18:00"


@pytest.mark.parametrize(
    ("duty", "later", "is_there"),
    [
        (OFFICE, 0, True),
        (OFFICE, -HOUR, False),
        (OFFICE, 5 * DAY, False),
        ("08:00-12:00", -4 * HOUR, True),
        ("08:00-12:00", 5 * DAY - 4 * HOUR, False),
        ("07:00-22:00", 5 * DAY, True),
        ("00:00-24:00", 5 * DAY + 9 * HOUR, True),
        ("22:00-06:00", 9 * HOUR, True),
        ("22:00-06:00", 5 * DAY + 9 * HOUR, True),
        ("", 0, False),
    ],
)
def test_duty(duty, later, is_there):
    assert is_on_duty(duty, MONDAY + later, DEFAULT_CALENDAR) is is_there
