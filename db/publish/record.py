"""What a hub publishes, where it is told to: out of a station's record that lies beside it.

The hub folds nothing, so it has nothing to show. A station on the same machine has; its record is
opened for reading, anew for each question: it may be put back or brought up to date meanwhile.
"""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

import resources
from db.domain.errors import InputError
from db.publish.queries import Listed
from db.store import driver
from db.store.clock import Clock, system_clock
from db.store.keys import Ask, load_key
from db.store.lists import read_rows
from db.store.store import RECORD, read_site

T = TypeVar("T")

_CODE = re.compile(r"[A-Za-z0-9._-]{1,32}")


class Beside:
    """A station's record, for reading. Any thread may ask."""

    def __init__(self, home: Path, key: bytes, clock: Clock = system_clock) -> None:
        self.clock = clock
        self._path = home / RECORD
        self._key = key

    def read(self, query: Callable[[driver.Connection], T]) -> T:
        """Run a query; raises EnvironmentError_ where the record cannot be read now."""
        connection = driver.open_reader(self._path, self._key)
        try:
            return query(connection)
        except driver.SqliteError as error:
            raise driver.explain(error) from error
        finally:
            connection.close()


class Publishing(NamedTuple):
    """A record, the classes of it that anybody may see, and the hub's own folder."""

    record: Beside
    listed: Sequence[Listed]
    data: Path
    contact: str


def open_publishing(
    home: Path, data: Path, contact: str, classes: Path | None = None, *, ask: Ask | None = None
) -> Publishing:
    """Open what a hub is to publish: the station's folder `home`; `classes` is a list of one's own.

    Raises InputError for the hub's own folder or a list that cannot be read, EnvironmentError_
    where there is no record to read.
    """
    if home.resolve() == data.resolve():
        raise InputError("publish_hub", path=str(home))
    listed = _read_listed(classes or resources.path("lists/published.csv"))
    record = Beside(home, load_key(home, read_site(home).key_place, ask))
    record.read(driver.schema_of)
    return Publishing(record, listed, data, contact)


def _read_listed(path: Path) -> list[Listed]:
    """Read a list of classes; raises InputError naming row and column of what is not one."""
    listed = []
    for number, row in enumerate(read_rows(path) or [{}], start=2):
        one = Listed(*((row.get(column) or "").strip() for column in Listed._fields))
        if not (one.name and _CODE.fullmatch(one.code)):
            column = "name" if _CODE.fullmatch(one.code) else "code"
            raise InputError("publish_cell", path=path.name, row=number, column=column)
        listed.append(one)
    return listed
