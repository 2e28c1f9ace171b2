"""Key places, what outlines were given in, and where teams were last: a row each, never a track."""

from sqlite_utils import Database

_STATEMENTS = (
    """CREATE TABLE place (
  rid INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  area_code TEXT NOT NULL,
  lon_e6 INTEGER NOT NULL,
  lat_e6 INTEGER NOT NULL,
  note TEXT NOT NULL,
  removed INTEGER NOT NULL
)""",
    "CREATE INDEX place_point ON place (lat_e6, lon_e6) WHERE removed = 0",
    "CREATE INDEX place_area ON place (area_code) WHERE removed = 0",
    # The coordinate system an outline was given in, before it was converted.
    "ALTER TABLE area ADD COLUMN crs TEXT NOT NULL DEFAULT ''",
    # Not made from ops and not kept in any: the key lets no second position of a team stand.
    """CREATE TABLE position (
  unit TEXT PRIMARY KEY,
  lon_e6 INTEGER NOT NULL,
  lat_e6 INTEGER NOT NULL,
  at INTEGER NOT NULL,
  source TEXT NOT NULL
) WITHOUT ROWID""",
)


def migrate(db: Database) -> None:
    """Add both tables, and the column."""
    for statement in _STATEMENTS:
        db.execute(statement)
