"""Row ids: of sites, and of subjects with the ops at the head of their histories."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import orjson

from db.domain.ops import OpRef
from db.store.driver import Connection

_FIND = "SELECT rid, heads, stale FROM subject WHERE ent = ? AND id = ?"
_FIND_ALL = """SELECT rid, ent, id, heads, stale FROM subject
WHERE (ent, id) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))"""
_GET_ALL = """SELECT rid, ent, id, heads, stale FROM subject
WHERE rid IN (SELECT value FROM json_each(?))"""
_NEXT = "SELECT ifnull(max(rid), 0) + 1 FROM subject"
_ADD = "INSERT INTO subject (rid, ent, id, heads) VALUES (?, ?, ?, '')"
_PUT = "UPDATE subject SET heads = ?, stale = ? WHERE rid = ?"


@dataclass(slots=True)
class Subject:
    """One incident, area, unit … `stale` says why its rows may be wrong, empty if they are not."""

    rid: int
    entity: str
    id: str
    heads: tuple[OpRef, ...] = ()
    stale: str = ""


class Subjects:
    """Finds and keeps subjects and sites within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._numbers: dict[str, int] = {}
        self._sites: dict[int, str] = {}

    def find(self, entity: str, id: str) -> Subject:
        """Return a subject, making it at first sight."""
        row = self._connection.execute(_FIND, (entity, id)).fetchone()
        if row is not None:
            return Subject(row[0], entity, id, self._parse(row[1]), row[2])
        return next(self._make([(entity, id)]))

    def rid_of(self, entity: str, id: str) -> int | None:
        """Return the row id of a subject, None where it was never heard of."""
        row = self._connection.execute(_FIND, (entity, id)).fetchone()
        return int(row[0]) if row else None

    def find_all(self, names: Collection[tuple[str, str]]) -> dict[tuple[str, str], Subject]:
        """Return subjects by entity and id, making them at first sight, in the order given."""
        asked = orjson.dumps(list(names)).decode()
        known = {
            (entity, id): Subject(rid, entity, id, self._parse(heads), stale)
            for rid, entity, id, heads, stale in self._connection.execute(_FIND_ALL, (asked,))
        }
        new = self._make([name for name in names if name not in known])
        return {name: known.get(name) or next(new) for name in names}

    def _make(self, names: Sequence[tuple[str, str]]) -> Iterator[Subject]:
        first = self._connection.execute(_NEXT).fetchone()[0]
        made = [Subject(rid, *name) for rid, name in enumerate(names, first)]
        self._connection.executemany(_ADD, [(one.rid, one.entity, one.id) for one in made])
        return iter(made)

    def get(self, rid: int) -> Subject:
        """Return a subject that is known by its row id."""
        return self.get_all([rid])[0]

    def get_all(self, rids: Sequence[int]) -> list[Subject]:
        """Return subjects that are known by their row ids, in the order given."""
        asked = orjson.dumps(rids).decode()
        known = {
            rid: Subject(rid, entity, id, self._parse(heads), stale)
            for rid, entity, id, heads, stale in self._connection.execute(_GET_ALL, (asked,))
        }
        return [known[rid] for rid in rids]

    def keep(self, subjects: Iterable[Subject]) -> None:
        """Write the heads of subjects, and whether their rows are in doubt."""
        rows = [(self._format(one.heads), one.stale, one.rid) for one in subjects]
        self._connection.executemany(_PUT, rows)

    def site_number(self, site: str) -> int:
        """Return the small integer a site is stored under, giving one at first sight."""
        if site not in self._numbers:
            row = self._connection.execute("SELECT n FROM site WHERE id = ?", (site,)).fetchone()
            number = row[0] if row else self._add_site(site)
            self._numbers[site], self._sites[number] = number, site
        return self._numbers[site]

    def site_named(self, number: int) -> str:
        """Return the id of a site stored under a number."""
        if number not in self._sites:
            row = self._connection.execute("SELECT id FROM site WHERE n = ?", (number,)).fetchone()
            self._sites[number], self._numbers[row[0]] = row[0], number
        return self._sites[number]

    def _add_site(self, site: str) -> int:
        number = self._connection.execute("INSERT INTO site (id) VALUES (?)", (site,)).lastrowid
        assert number is not None
        return number

    def _format(self, heads: Iterable[OpRef]) -> str:
        return " ".join(
            f"{self.site_number(ref.site)}:{ref.epoch}:{ref.seq}" for ref in sorted(heads)
        )

    def _parse(self, text: str) -> tuple[OpRef, ...]:
        parts = (item.split(":") for item in text.split())
        return tuple(
            OpRef(self.site_named(int(site)), int(epoch), int(seq)) for site, epoch, seq in parts
        )
