"""The words of sites on their chains, each kept: a range may end only where one of them stands."""

from db.store.driver import Connection
from db.store.journal import Journal
from db.sync.wire import Attest

_WITHIN = """SELECT seq, hash, sig FROM attest
WHERE site = (SELECT n FROM site WHERE id = ?) AND epoch = ? AND seq <= ?
ORDER BY seq DESC LIMIT 1"""
_PUT = "INSERT INTO attest VALUES (?, ?, ?, ?, ?)"
_LAST = 2**53


def newest(connection: Connection, site: str, epoch: int) -> Attest | None:
    """Return the newest word of a site on its chain that was verified here."""
    return newest_within(connection, site, epoch, _LAST)


def newest_within(connection: Connection, site: str, epoch: int, seq: int) -> Attest | None:
    """Return the newest verified word that speaks of no op behind `seq`."""
    row = connection.execute(_WITHIN, (site, epoch, seq)).fetchone()
    return Attest(site, epoch, *row) if row else None


def keep(journal: Journal, attest: Attest) -> None:
    """Keep a word that was verified."""
    here = newest_within(journal.connection, attest.site, attest.epoch, attest.seq)
    if here is None or here.seq != attest.seq:
        number = journal.subjects.site_number(attest.site)
        row = (number, attest.epoch, attest.seq, attest.hash, attest.sig)
        journal.connection.execute(_PUT, row)
