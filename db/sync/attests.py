"""The words of sites on their chains, each kept: a range may end only where one of them stands.

The newest word of a chain has its row in `attest`. The earlier ones stay as marks, for whoever
gets a long chain in parts.
"""

from db.store.driver import Connection
from db.store.journal import Journal
from db.sync.wire import HASH, Attest

_NEWEST = """SELECT seq, hash, sig FROM attest
WHERE site = (SELECT n FROM site WHERE id = ?) AND epoch = ?"""
_MARK = """SELECT k, v FROM meta WHERE k BETWEEN ? AND ? ORDER BY k DESC LIMIT 1"""
_PUT = "INSERT OR REPLACE INTO attest VALUES (?, ?, ?, ?, ?)"


def newest(connection: Connection, site: str, epoch: int) -> Attest | None:
    """Return the newest word of a site on its chain that was verified here."""
    row = connection.execute(_NEWEST, (site, epoch)).fetchone()
    return Attest(site, epoch, *row) if row else None


def newest_within(connection: Connection, site: str, epoch: int, seq: int) -> Attest | None:
    """Return the newest verified word that speaks of no op behind `seq`."""
    last = newest(connection, site, epoch)
    if last is None or last.seq <= seq:
        return last
    ends = _key(site, epoch, 1), _key(site, epoch, seq)
    row = connection.execute(_MARK, ends).fetchone()
    if row is None:
        return None
    word = bytes.fromhex(row[1])
    return Attest(site, epoch, int(row[0].rsplit(":", 1)[1]), word[:HASH], word[HASH:])


def keep(journal: Journal, attest: Attest) -> None:
    """Keep a word that was verified."""
    last = newest(journal.connection, attest.site, attest.epoch)
    if last is None or last.seq < attest.seq:
        number = journal.site_number(attest.site)
        journal.connection.execute(
            _PUT, (number, attest.epoch, attest.seq, attest.hash, attest.sig)
        )
        attest, last = last or attest, attest
    if attest.seq < last.seq:
        name = _key(attest.site, attest.epoch, attest.seq)
        journal.set_meta(name, (attest.hash + attest.sig).hex())


def _key(site: str, epoch: int, seq: int) -> str:
    return f"attest:{site}:{epoch}:{seq:016d}"
