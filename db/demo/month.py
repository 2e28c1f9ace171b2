"""An invented month of incidents, each with a plan of what became of it.

A case is data, not a row: whoever fills a database replays it through the ordinary commands at
the times the plan gives.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Literal

from db.demo.texts import IncidentText, Texts, class_weights, list_rows
from db.demo.town import Town

Urgency = Literal["normal", "urgent", "critical"]
Source = Literal["grid", "hotline12345", "online", "visit", "leader", "patrol", "sensor", "phone"]
Stop = Literal["reported", "accepted", "dispatched", "handling", "checking", "closed", "archived"]
Outcome = Literal["resolved", "partial", "explained"]
Satisfaction = Literal["very", "ok", "basic", "no"]

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
LOCAL_OFFSET = 8 * HOUR
"""Asia/Shanghai is eight hours ahead of UTC and keeps no summer time."""

STEPS: tuple[tuple[str, Stop], ...] = (
    ("accept", "accepted"),
    ("dispatch", "dispatched"),
    ("sign", "handling"),
    ("feedback", "checking"),
    ("check", "closed"),
    ("callback", "archived"),
)
"""The steps of a plan in order, and the state each leads to."""

_NIGHT_WEIGHTS = (2, 1, 1, 1, 2, 5)
_DAY_WEIGHTS = (14, 34, 62, 74, 70, 52, 34, 42, 62, 68, 60, 46)
_EVENING_WEIGHTS = (36, 34, 28, 18, 10, 5)
_HOUR_WEIGHTS = _NIGHT_WEIGHTS + _DAY_WEIGHTS + _EVENING_WEIGHTS
_WEEKDAY_FACTOR = (1.18, 1.14, 1.12, 1.10, 1.10, 0.74, 0.62)
_SOURCES: Mapping[Source, int] = {
    "grid": 50,
    "hotline12345": 21,
    "patrol": 9,
    "online": 7,
    "phone": 5,
    "visit": 4,
    "leader": 2,
    "sensor": 2,
}
_BY_FIELD: frozenset[Source] = frozenset(("grid", "patrol"))
_BY_CALLER: frozenset[Source] = frozenset(("hotline12345", "online", "visit", "phone"))
_SENSED = frozenset(("GZ05", "GZ09", "GZ11", "GZ12", "ZF07", "ZF11", "BM06"))
_CALLED_ONLY = frozenset(("GZ04", "SC06", "SC07", "BM01", "BM02", "BM03", "BM05"))
_DANGEROUS = frozenset(("GZ05", "GZ09", "GZ10", "GZ11", "SC05", "ZF09", "BM06"))
_HARD = frozenset(("GZ02", "GZ10", "ZF01", "ZF08", "ZF09", "ZF11", "BM04", "BM07"))
"""Classes where money, land or weather may leave a part undone."""
_RETOLD_SHARE = 0.03
_RETOLD_BY: tuple[Source, ...] = ("hotline12345", "online", "phone")
_SLOW_SHARE = 0.04
_STUCK_SHARE = 0.002
_STUCK_MINUTES = 90 * 24 * 60
_MEDIAN_MINUTES = {"accept": 12, "dispatch": 16, "sign": 35, "check": 150, "callback": 1080}
_LIMIT_HOURS = {"urgent_hour": 0.25, "work_hour": 0.8, "work_day": 5.5, "natural_day": 5.5}
"""Median hours from signing to feedback for one unit of the time limit: units answer early."""
_FRESH: tuple[tuple[int, Urgency, str, Stop], ...] = (
    (170, "critical", "GZ09", "handling"),
    (74, "critical", "ZF09", "dispatched"),
    (41, "critical", "GZ11", "dispatched"),
    (27, "normal", "ZF02", "reported"),
    (19, "urgent", "GZ06", "reported"),
    (11, "critical", "BM06", "reported"),
    (4, "normal", "ZF06", "reported"),
)
"""Cases that liven up the last hours: minutes before the end, urgency, class, last state."""


@dataclass(frozen=True)
class Fate:
    """What became of a case.

    Steps up to `stop_after` were taken, each so many minutes after the one before.
    """

    stop_after: Stop
    accept: int
    dispatch: int
    sign: int
    feedback: int
    check: int
    callback: int
    feedback_text: str
    check_opinion: str
    public_reply: str
    outcome: Outcome
    satisfaction: Satisfaction


@dataclass(frozen=True)
class Case:
    """One reported incident and its fate; `at_ms` is UTC, coordinates are microdegrees."""

    at_ms: int
    class_code: str
    urgency: Urgency
    source: Source
    source_no: str
    title: str
    content: str
    area_code: str
    address: str
    lon_e6: int
    lat_e6: int
    caller_name: str
    caller_phone: str
    reporter: str
    fate: Fate


def make_month(
    town: Town, start_ms: int, end_ms: int, seed: int = 1, per_day: int = 79
) -> Iterator[Case]:
    """Yield the cases reported from `start_ms` until before `end_ms`, in time order.

    Both are UTC milliseconds; `end_ms` is the moment the plans are seen from, so no step of any
    plan lies after it.
    """
    rng = Random(f"month/{town.town.code}/{seed}")
    maker = _Maker(town, rng, Texts(town, seed), end_ms)
    fresh = [(end_ms - ago * MINUTE, index) for index, (ago, *_) in enumerate(_FRESH)]
    planned = [(at, -1) for at in _report_times(rng, start_ms, end_ms, per_day)]
    for at, index in sorted(planned + [pair for pair in fresh if pair[0] >= start_ms]):
        yield maker.ordinary(at) if index < 0 else maker.fresh(at, *_FRESH[index][1:])


def _report_times(rng: Random, start_ms: int, end_ms: int, per_day: int) -> list[int]:
    """Return report times with the rhythm of a day and fewer at weekends."""
    first = (start_ms + LOCAL_OFFSET) // DAY
    last = (end_ms + LOCAL_OFFSET) // DAY
    times: list[int] = []
    for day in range(first, last + 1):
        # 1970-01-01 was a Thursday, day 3 of a week that starts on Monday.
        wanted = per_day * _WEEKDAY_FACTOR[(day + 3) % 7] * rng.uniform(0.85, 1.15)
        hours = rng.choices(range(24), _HOUR_WEIGHTS, k=round(wanted))
        times.extend(day * DAY - LOCAL_OFFSET + h * HOUR + rng.randrange(HOUR) for h in hours)
    return [at for at in times if start_ms <= at < end_ms]


class _Maker:
    """Makes the cases of one month one after the other."""

    def __init__(self, town: Town, rng: Random, texts: Texts, end_ms: int) -> None:
        self._rng = rng
        self._texts = texts
        self._end_ms = end_ms
        self._grids = [grid.code for grid in town.grids]
        self._grid_weights = [grid.households or 120 for grid in town.grids]
        self._classes = class_weights()
        self._serial = 0
        self._last: tuple[str, IncidentText] | None = None

    def ordinary(self, at: int) -> Case:
        """Return a case of a random class; now and then the one before, told again."""
        rng = self._rng
        if self._last and rng.random() < _RETOLD_SHARE:
            class_code, text = self._last
            source = rng.choice(_RETOLD_BY)
            text = self._texts.retold(rng, text, class_code, source)
            return self._case(at, class_code, _urgency(rng, class_code), source, text)
        class_code = rng.choices(list(self._classes), list(self._classes.values()))[0]
        return self._told(at, class_code, _urgency(rng, class_code))

    def fresh(self, at: int, urgency: Urgency, class_code: str, stop: Stop) -> Case:
        """Return a case that has come as far as `stop` and no further."""
        return self._told(at, class_code, urgency, stop)

    def _told(self, at: int, class_code: str, urgency: Urgency, stop: Stop | None = None) -> Case:
        rng = self._rng
        source = _source(rng, class_code)
        grid = rng.choices(self._grids, self._grid_weights)[0]
        outcome = _outcome(rng, class_code)
        text = self._texts.incident(rng, class_code, grid, source, outcome)
        self._last = class_code, text
        return self._case(at, class_code, urgency, source, text, outcome, stop)

    def _case(
        self,
        at: int,
        class_code: str,
        urgency: Urgency,
        source: Source,
        text: IncidentText,
        outcome: Outcome = "resolved",
        stop: Stop | None = None,
    ) -> Case:
        rng = self._rng
        called = source in _BY_CALLER
        return Case(
            at_ms=at,
            class_code=class_code,
            urgency=urgency,
            source=source,
            source_no=self._order_number(at) if source == "hotline12345" else "",
            title=text.title,
            content=text.content,
            area_code=text.area_code,
            address=text.address,
            lon_e6=text.lon_e6,
            lat_e6=text.lat_e6,
            caller_name=self._texts.person(rng) if called else "",
            caller_phone=_phone(rng) if called else "",
            reporter=self._texts.worker(text.area_code) if source in _BY_FIELD else "",
            fate=self._fate(at, class_code, urgency, text, outcome, stop),
        )

    def _order_number(self, at: int) -> str:
        """Return a number in the layout of hotline orders: local time and six digits."""
        self._serial += 1
        return f"{_local(at):%y%m%d%H%M%S}{self._serial:06d}"

    def _fate(
        self,
        at: int,
        class_code: str,
        urgency: Urgency,
        text: IncidentText,
        outcome: Outcome,
        stop: Stop | None,
    ) -> Fate:
        rng = self._rng
        if stop is None:
            delays = _delays(rng, at, class_code, urgency)
            stop = _reached(at, delays, self._end_ms)
        else:
            delays = _delays_until(rng, stop, (self._end_ms - at) // MINUTE)
        return Fate(
            stop_after=stop,
            **delays,
            feedback_text=text.feedback,
            check_opinion=text.check_opinion,
            public_reply=text.public_reply,
            outcome=outcome,
            satisfaction=rng.choices(("very", "ok", "basic", "no"), (56, 35, 8, 1))[0],
        )


def _source(rng: Random, class_code: str) -> Source:
    """Return a source that can know of the class: no sensor hears of a pension."""
    fits = [
        source
        for source in _SOURCES
        if (source != "sensor" or class_code in _SENSED)
        and (source in _BY_CALLER or class_code not in _CALLED_ONLY)
    ]
    return rng.choices(fits, [_SOURCES[source] for source in fits])[0]


def _urgency(rng: Random, class_code: str) -> Urgency:
    usual = _usual_urgency()[class_code]
    chance = rng.random()
    if class_code in _DANGEROUS and chance < 0.025:
        return "critical"
    if usual == "normal" and chance > 0.96:
        return "urgent"
    return usual


def _outcome(rng: Random, class_code: str) -> Outcome:
    if class_code not in _HARD:
        return "resolved"
    return rng.choices(("resolved", "partial", "explained"), (72, 16, 12))[0]


def _delays(rng: Random, at: int, class_code: str, urgency: Urgency) -> dict[str, int]:
    """Return the minutes of every step, with nights kept free of ordinary work.

    The room accepts around the clock; units sign, answer and are checked by day unless the matter
    is urgent.
    """
    found: dict[str, int] = {}
    slow = rng.random() < _SLOW_SHARE
    for step, _ in STEPS:
        median = _MEDIAN_MINUTES.get(step) or 60 * _handle_hours(class_code, urgency)
        if urgency != "normal" and step in ("accept", "dispatch", "sign"):
            median /= 3
        minutes = median * math.exp(rng.gauss(0, 0.55)) * (4 if slow else 1)
        if step == "feedback" and rng.random() < _STUCK_SHARE:
            minutes = _STUCK_MINUTES
        then = at + max(1, round(minutes)) * MINUTE
        if urgency == "normal" and step != "accept":
            then = _by_day(rng, then)
        found[step] = (then - at) // MINUTE
        at = then
    return found


def _delays_until(rng: Random, stop: Stop, age: int) -> dict[str, int]:
    """Return quick steps as far as `stop`, and then one that takes longer than `age` minutes."""
    states = [state for _, state in STEPS]
    done = states.index(stop) + 1 if stop in states else 0
    return {
        step: rng.randint(2, 8) if index < done else age + rng.randint(10, 60)
        for index, (step, _) in enumerate(STEPS)
    }


def _reached(at: int, delays: Mapping[str, int], end_ms: int) -> Stop:
    """Return the last state that lies before the end."""
    state: Stop = "reported"
    for step, after in STEPS:
        at += delays[step] * MINUTE
        if at >= end_ms:
            break
        state = after
    return state


def _by_day(rng: Random, at: int) -> int:
    """Move a time outside 08:00-18:00 to the next morning."""
    since_midnight = (at + LOCAL_OFFSET) % DAY
    if 8 * HOUR <= since_midnight < 18 * HOUR:
        return at
    morning = at - since_midnight + 8 * HOUR
    return morning + (DAY if since_midnight >= 18 * HOUR else 0) + rng.randint(2, 80) * MINUTE


def _handle_hours(class_code: str, urgency: Urgency) -> float:
    """Return the median time from signing to feedback, taken from the class's time limit."""
    limits = _handle_limits()
    usual = limits["*", urgency if urgency != "normal" else "*"]
    unit, value = limits.get((class_code, urgency), usual)
    return _LIMIT_HOURS[unit] * value


@cache
def _handle_limits() -> dict[tuple[str, str], tuple[str, float]]:
    return {
        (row["class_code"], row["urgency"]): (row["unit"], float(row["value"]))
        for row in list_rows("limits")
        if row["stage"] == "handle"
    }


@cache
def _usual_urgency() -> dict[str, Urgency]:
    known: dict[str, Urgency] = {"urgent": "urgent", "critical": "critical"}
    return {row["code"]: known.get(row["urgency"], "normal") for row in list_rows("classes")}


def _phone(rng: Random) -> str:
    """Return eleven digits nobody has: no mobile number starts with 100."""
    return f"100{rng.randrange(10**8):08d}"


def _local(at: int) -> datetime:
    return datetime.fromtimestamp(at // 1000, UTC) + timedelta(milliseconds=LOCAL_OFFSET)
