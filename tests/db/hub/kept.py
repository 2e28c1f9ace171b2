"""A hub's record of either kind, and several services on it."""

from contextlib import ExitStack

from db.domain.suites import DEFAULT
from db.hub.enrolling import put_code
from db.hub.server import init_district, init_hub, open_service
from tests.db.hub.authors import DISTRICT, Author

TABLES = ("op", "chain", "attest", "envelope", "fork", "peer", "lane", "enrol_code")


class Kept:
    """A hub. `url` is empty for a record in a file: only one service can have that open."""

    def __init__(self, folder, url="", town=DISTRICT, suite=DEFAULT):
        self.home, self.url = folder / "hub", url
        self._open = ExitStack()
        if url:
            init_district(self.home, url, "区级交换", "file", town=town, suite=suite)
        else:
            init_hub(self.home, "区级交换", "file", town=town, suite=suite)
        self.hub = self.service()
        self.other = self.service() if url else self.hub
        """Another service on the same record; of a file there is only the one."""

    def service(self):
        return self._open.enter_context(open_service(self.home, self.url))

    def close(self):
        self._open.close()

    def code(self, town, hours=72):
        store, now = self.hub._store, self.hub.now()
        return store.write(
            lambda journal: put_code(journal.connection, town, self.hub.town, now, hours)
        ).result

    def enrolled(self, *arguments, **named):
        """A new site, known to the hub."""
        author = Author(*arguments, **named)
        self.hub.enrol(author.request(self.code(author.town)))
        return author

    def rows(self, sql, *values):
        return self.hub._store.read(lambda connection: connection.execute(sql, values).fetchall())

    def dump(self):
        """All that stands in the record, but for numbers that it gives itself."""
        columns = {"op": "site, epoch, seq, hash, body"}
        return {
            table: sorted(self.rows(f"SELECT {columns.get(table, '*')} FROM {table}"), key=repr)
            for table in TABLES
        }

    def ops_of(self, author):
        """What stands under a site's chain: sequence numbers and bodies."""
        return self.rows(
            "SELECT op.seq, op.body FROM op JOIN site ON site.n = op.site"
            " WHERE site.id = ? AND op.epoch = ? ORDER BY op.seq", author.site, author.epoch
        )  # fmt: skip
