"""What travels between records: ranges of chains, their heads, envelopes beside their ops."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from db.domain.ops import OpRef


@dataclass(frozen=True, slots=True)
class Envelope:
    """Encrypted personal data beside an op; `wrapped_key` empty means it has been erased."""

    ref: OpRef
    id: str
    cipher: bytes
    room_key: str
    wrapped_key: bytes | None


@dataclass(frozen=True, slots=True)
class Range:
    """Consecutive ops of one chain, as their author's bytes."""

    site: str
    epoch: int
    from_seq: int
    prev_hash: bytes
    bodies: Sequence[bytes]
    to_hash: bytes

    @property
    def to_seq(self) -> int:
        """The sequence number of its last op."""
        return self.from_seq + len(self.bodies) - 1


@dataclass(frozen=True, slots=True)
class Head:
    """The last op of a chain that is durably here."""

    site: str
    epoch: int
    seq: int
    hash: bytes


@dataclass(slots=True)
class Received:
    """What taking in ranges did; `news` are the ranges that held something new.

    `rekeyed` are the new ops that name other keys of their site.
    """

    added: int = 0
    duplicates: int = 0
    held: int = 0
    news: list[Range] = field(default_factory=list, compare=False)
    rekeyed: list[OpRef] = field(default_factory=list, compare=False)
