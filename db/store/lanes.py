"""Lanes: what a district's site writes reaches the town it concerns, and no other.

A town's stations are shown the chains of their town, whole. A district's site speaks with many
towns, so it writes to several chains: one for each town, one that every town is shown, and beside
them its first, for what stays in the district. A lane is an epoch like any other; its first op says
who writes it, by which key, and for whom. It is begun when there is something to say in it.

An op may name as parents only what all who are shown it have. So its lane follows from where the
history of its subject stands, and only for the first op of a subject from what that one says.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from db.domain.areas import CODE_LENGTH
from db.domain.ops import SYSTEM, Op, OpRef
from db.store.chains import HEAD

if TYPE_CHECKING:
    from db.store.driver import Connection
    from db.store.journal import Journal
    from db.store.subjects import Subject

Lane = str | None
"""A town's code; a district's code and a star for all its towns; None for what stays there."""
ALL = "*"
OPENING = "lane"
"""Why a chain was begun: to speak with somebody in it."""
META = "lane:"
_TOWN, _DISTRICT = CODE_LENGTH["town"], CODE_LENGTH["district"]
_FOR_ALL = frozenset({"area", "unit", "list", "place", "response"})
"""What every town is to have, unless it is of one of them."""
_SITE_KEYS = ("name", "town", "station", "sign_key", "box_key")

_TOWN_OF_SITE = "SELECT town FROM station WHERE id = ?"
_LANE_OF = "SELECT town FROM lane WHERE site = (SELECT n FROM site WHERE id = ?) AND epoch = ?"
_PUT = "INSERT INTO lane VALUES (?, ?, ?)"
_IS_LANE = "k >= 'lane:' AND k < 'lane;'"
_OPEN = f"SELECT substr(k, 6), CAST(v AS INTEGER) FROM meta WHERE {_IS_LANE} ORDER BY k"
_FORGET = f"DELETE FROM meta WHERE {_IS_LANE}"
CURRENT = f"SELECT CAST(v AS BIGINT) FROM meta WHERE k = 'epoch' OR {_IS_LANE}"
"""The epochs this record writes to."""
_DESCRIPTION = f"SELECT {', '.join(_SITE_KEYS)} FROM station WHERE id = ?"


class Lanes:
    """The lanes of a district's site, within one transaction."""

    def __init__(self, journal: "Journal", district: str) -> None:
        self._journal = journal
        self._district = district
        self._all = for_all(district)

    def epoch_for(self, subject: "Subject", payload: Mapping[str, Any]) -> int:
        """Return the chain an op is to be written to, begun where it is not there yet."""
        return self.epoch_of(self._lane_for(subject, payload))

    def epoch_again(self, subject: "Subject", op: Op) -> int:
        """Return the chain for an op that is written again: that of the lane it stood in."""
        lane = self._lane_of(op.ref)
        return self.epoch_for(subject, op.payload) if lane is None else self.epoch_of(lane)

    def epoch_of(self, lane: Lane) -> int:
        """Return the chain of a lane, begun where it is not there yet."""
        if lane is None:
            return self._journal.epoch
        return int(self._journal.meta(META + lane) or 0) or self._begin(lane)

    def seen_in(self, epoch: int, heads: Iterable[OpRef]) -> list[OpRef]:
        """Return those of some ops that all who are shown a chain of this site have."""
        lane = self._lane_of(OpRef(self._journal.site, epoch, 1))
        if lane is None:
            return list(heads)
        connection = self._journal.connection
        return [ref for ref in heads if _audience(connection, ref) in (lane, self._all)]

    def _lane_for(self, subject: "Subject", payload: Mapping[str, Any]) -> Lane:
        lane = shown_to(self._journal.connection, subject.heads)
        if subject.heads and subject.entity == "incident":
            return lane
        addressed = self._addressed(subject, payload)
        return addressed if not subject.heads else _narrower(lane, addressed)

    def _addressed(self, subject: "Subject", payload: Mapping[str, Any]) -> Lane:
        """Return for whom the first op of a subject is, by what it says."""
        town = self._town_in(_areas_in(subject, payload))
        if subject.entity in _FOR_ALL:
            return town or self._all
        return town or None

    def _town_in(self, codes: Collection[str]) -> str:
        """Return the one town of this district that all the codes lie in, empty where none is."""
        towns = {str(code)[:_TOWN] for code in codes}
        town = towns.pop() if len(towns) == 1 else ""
        return town if _is_town(town) and town.startswith(self._district) else ""

    def _lane_of(self, ref: OpRef) -> Lane:
        return lane_of(self._journal.connection, ref.site, ref.epoch)

    def _begin(self, lane: str) -> int:
        """Begin a lane. The first chain tells of it: a record put back to before it lacks that."""
        from db.store.epochs import new_chain  # lazy: it stands on the journal

        journal = self._journal
        epoch = new_chain(journal)
        number = journal.subjects.site_number(journal.site)
        row = journal.connection.execute(_DESCRIPTION, (journal.site,)).fetchone()
        journal.set_meta(META + lane, str(epoch))
        journal.connection.execute(_PUT, (number, epoch, lane))
        told = {"reason": OPENING, "for": lane}
        journal.append("epoch_started", journal.site, {**told, "epoch": epoch}, SYSTEM)
        payload = {**dict(zip(_SITE_KEYS, row, strict=True)), **told}
        journal.append("site_started", journal.site, payload, SYSTEM, epoch=epoch)
        return epoch


def shown_to(connection: "Connection", refs: Iterable[OpRef]) -> Lane:
    """Return who is shown all of some ops; None where that is the district alone."""
    lane: Lane = ALL
    for ref in refs:
        lane = _narrower(lane, _audience(connection, ref))
    return lane


def lanes_of(journal: "Journal") -> Lanes | None:
    """Return the lanes of a district's site; None for any other: it has its one chain."""
    row = journal.connection.execute(_TOWN_OF_SITE, (journal.site,)).fetchone()
    return Lanes(journal, row[0]) if row and len(row[0]) == _DISTRICT else None


def lane_in(payload: Mapping[str, Any]) -> Lane:
    """Return for whom a chain is, by what its first op says of its site; None where it is none."""
    lane, district = payload.get("for"), payload.get("town")
    if not (isinstance(lane, str) and isinstance(district, str) and len(district) == _DISTRICT):
        return None
    is_below = lane.startswith(district) and _is_town(lane)
    return lane if is_below or lane == for_all(district) else None


def for_all(town: str) -> str:
    """Return what is for all towns of the district that a town is of."""
    return town[:_DISTRICT] + ALL


def is_shown(lane: str, town: str) -> bool:
    """Whether what is for a town, or for all of a district, is shown to the stations of a town."""
    return lane.startswith(town) or (lane.endswith(ALL) and town.startswith(lane.removesuffix(ALL)))


def note_lane(journal: "Journal", op: Op) -> None:
    """Keep for whom a chain is, where its first op says so."""
    lane = lane_in(op.payload) if op.kind == "site_started" else None
    if lane is not None and lane_of(journal.connection, op.ref.site, op.ref.epoch) is None:
        number = journal.subjects.site_number(op.ref.site)
        journal.connection.execute(_PUT, (number, op.ref.epoch, lane))


def lane_of(connection: "Connection", site: str, epoch: int) -> Lane:
    """Return for whom a chain is, None where it is no lane."""
    row = connection.execute(_LANE_OF, (site, epoch)).fetchone()
    return str(row[0]) if row else None


def leave_lanes(journal: "Journal") -> list[dict[str, Any]]:
    """Write to no lane begun so far any more; return where each of them stands."""
    number, left = journal.subjects.site_number(journal.site), []
    for lane, epoch in journal.connection.execute(_OPEN).fetchall():
        seq, digest, *_ = journal.connection.execute(HEAD, (number, epoch)).fetchone()
        left.append({"for": lane, "epoch": epoch, "seq": seq, "hash": bytes(digest).hex()})
    journal.connection.execute(_FORGET)
    return left


def current_epochs(connection: "Connection") -> frozenset[int]:
    """Return the epochs this record writes to: its first chain's, and those of its lanes."""
    rows = connection.execute(CURRENT).fetchall()
    return frozenset(row[0] for row in rows)


def _areas_in(subject: "Subject", payload: Mapping[str, Any]) -> list[str]:
    """Return the codes of the areas that an op is about, by its entity."""
    if subject.entity == "incident":
        return [payload.get("set", {}).get("area_code", "")]
    if subject.entity == "response":
        return list(payload["areas"])
    if subject.entity in ("area", "unit"):
        # A town's own outline is for its neighbours too.
        return [subject.id] if len(subject.id) > _TOWN else []
    # Of people a town is told nothing: it has its own.
    name = {"post": "area_code", "place": "area_code"}.get(subject.entity)
    return [payload[name]] if name else []


def _is_town(code: object) -> bool:
    return isinstance(code, str) and len(code) == _TOWN and code.isascii() and code.isdigit()


def _audience(connection: "Connection", ref: OpRef) -> Lane:
    """Return who is shown an op: a town, all, or the district alone."""
    row = connection.execute(_TOWN_OF_SITE, (ref.site,)).fetchone()
    if row and len(row[0]) == _TOWN:
        return str(row[0])
    return lane_of(connection, ref.site, ref.epoch)


def _narrower(one: Lane, other: Lane) -> Lane:
    """Return who is shown what is in either of two lanes."""
    if one is None or other is None or one == other:
        return one if one == other else None
    if one.endswith(ALL):
        return other
    return one if other.endswith(ALL) else None
