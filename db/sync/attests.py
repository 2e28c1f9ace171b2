"""The words of sites on their chains, each kept: a range may end only where one of them stands."""

import orjson

from db.store.driver import Connection
from db.store.journal import Journal
from db.sync.wire import Attest

_WITHIN = """SELECT seq, hash, sig FROM attest
WHERE site = (SELECT n FROM site WHERE id = ?) AND epoch = ? AND seq <= ?
ORDER BY seq DESC LIMIT 1"""
_PUT = "INSERT INTO attest VALUES (?, ?, ?, ?, ?)"
_LAST = 2**53
_ENDS = """SELECT epoch, max(seq) FROM attest
WHERE site = (SELECT n FROM site WHERE id = ?) GROUP BY epoch ORDER BY epoch"""
_REVOKED = "revoked:"
Until = dict[int, int]
"""The last number of each chain that its site was still believed for, by epoch."""


def newest(connection: Connection, site: str, epoch: int) -> Attest | None:
    """Return the newest word of a site on its chain that was verified here."""
    return newest_within(connection, site, epoch, _LAST)


def newest_within(connection: Connection, site: str, epoch: int, seq: int) -> Attest | None:
    """Return the newest verified word that speaks of no op behind `seq`."""
    row = connection.execute(_WITHIN, (site, epoch, seq)).fetchone()
    return Attest(site, epoch, *row) if row else None


def ends_of(connection: Connection, site: str) -> Until:
    """Return how far a site has vouched for its chains here."""
    return {int(epoch): int(seq) for epoch, seq in connection.execute(_ENDS, (site,))}


def revoked_until(connection: Connection, site: str) -> Until | None:
    """Return how far a station that is believed no more still is; None for any other."""
    row = connection.execute("SELECT v FROM meta WHERE k = ?", (_REVOKED + site,)).fetchone()
    return dict(orjson.loads(row[0])) if row else None


def keep_until(connection: Connection, site: str, until: Until | None) -> None:
    """Keep how far a station is believed; None for one that is believed as ever."""
    connection.execute("DELETE FROM meta WHERE k = ?", (_REVOKED + site,))
    if until is not None:
        told = orjson.dumps(sorted(until.items())).decode()
        connection.execute("INSERT INTO meta VALUES (?, ?)", (_REVOKED + site, told))


def keep(journal: Journal, attest: Attest) -> None:
    """Keep a word that was verified."""
    here = newest_within(journal.connection, attest.site, attest.epoch, attest.seq)
    if here is None or here.seq != attest.seq:
        number = journal.subjects.site_number(attest.site)
        row = (number, attest.epoch, attest.seq, attest.hash, attest.sig)
        journal.connection.execute(_PUT, row)
