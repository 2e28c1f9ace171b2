"""What a commit touched: the news every screen listens to."""

from typing import NamedTuple


class Changes(NamedTuple):
    """What a commit touched: kinds of entity, and the row ids of incidents."""

    subjects: frozenset[str] = frozenset()
    ids: frozenset[int] = frozenset()
