"""For which town a chain is (`store/lanes.py`); what a district presses a town to answer."""

from sqlite_utils import Database

_STATEMENTS = (
    """CREATE TABLE lane (
  site INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  town TEXT NOT NULL,
  PRIMARY KEY (site, epoch)
) WITHOUT ROWID""",
    "CREATE INDEX card_district ON card (incident) WHERE rule = 'district' AND replied_at IS NULL",
)


def migrate(db: Database) -> None:
    """Add the table and the index: no older record has a lane, or a card of a district."""
    for statement in _STATEMENTS:
        db.execute(statement)
