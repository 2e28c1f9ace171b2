"""What a commit touched: the news every screen listens to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Changes:
    """What a commit touched: kinds of entity, and the row ids of incidents."""

    subjects: frozenset[str] = frozenset()
    ids: frozenset[int] = frozenset()
