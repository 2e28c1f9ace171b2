"""A figure, and the few statistics figures are made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Literal


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value and the limit it is held against."""

    name: str
    value: float
    limit: float
    better: Literal["lower", "higher"] = "lower"
    missing: str = ""
    """What could not be had to measure it; the value then says nothing."""

    @property
    def is_ok(self) -> bool:
        """Whether the limit is kept; what was not measured keeps none."""
        if self.missing:
            return False
        return self.value <= self.limit if self.better == "lower" else self.value >= self.limit

    @property
    def line(self) -> str:
        """The figure as it is printed."""
        said = f"{self.name} {self.value:.4g} {self.limit:g} {'ok' if self.is_ok else 'short'}"
        return f"{said} {self.missing}".rstrip()

    def as_json(self) -> dict[str, float | str | bool]:
        """Return the figure as it is written."""
        value = round(self.value, 4)
        told = {"missing": self.missing} if self.missing else {}
        return {
            "value": value,
            "limit": self.limit,
            "better": self.better,
            "ok": self.is_ok,
            **told,
        }


def p95(values: Sequence[float]) -> float:
    """Return the value that 95 of 100 do not exceed."""
    return sorted(values)[-(-len(values) * 95 // 100) - 1]


def timed(work: Callable[[], object]) -> float:
    """Return the seconds a piece of work takes."""
    begin = perf_counter()
    work()
    return perf_counter() - begin


def in_turn(
    ours: Callable[[], float], theirs: Callable[[], float], rounds: int, warm_up: int = 2
) -> tuple[list[float], list[float]]:
    """Take two measurements in turn, after some that do not count."""
    pairs = [(ours(), theirs()) for _ in range(warm_up + rounds)][warm_up:]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def median_ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median of the ratios of neighbours: what slows a moment slows both."""
    return median(one / other for one, other in zip(ours, theirs, strict=True))
