"""For which town a chain is, where its first op says so (`store/lanes.py`)."""

from sqlite_utils import Database

_STATEMENT = """CREATE TABLE lane (
  site INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  town TEXT NOT NULL,
  PRIMARY KEY (site, epoch)
) WITHOUT ROWID"""


def migrate(db: Database) -> None:
    """Add the table: no older record has a lane."""
    db.execute(_STATEMENT)
