"""Who had seen what: the past of each op of a history."""

from collections.abc import Sequence

from db.domain.ops import Op


class Past:
    """Which ops each op had seen, as bits by place in the causal order."""

    def __init__(self, ops: Sequence[Op]) -> None:
        self._seen: list[int] = []
        place = {op.ref: number for number, op in enumerate(ops)}
        for op in ops:
            seen = 0
            for parent in op.parents:
                if parent in place:
                    seen |= 1 << place[parent] | self._seen[place[parent]]
            self._seen.append(seen)

    def of(self, op: int) -> int:
        """Return all that an op had seen, as bits."""
        return self._seen[op]

    def has(self, op: int, other: int) -> bool:
        """Whether an op had seen another one."""
        return bool(self._seen[op] >> other & 1)

    def are_apart(self, one: int, other: int) -> bool:
        """Whether neither of two ops had seen the other."""
        return one != other and not (self.has(one, other) or self.has(other, one))
