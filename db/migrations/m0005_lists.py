"""Versions of the lists: what the town published, a row for each part of it."""

from sqlite_utils import Database

_STATEMENTS = (
    # What a part says stands last: its pages are not read to learn which version is in force.
    """CREATE TABLE list_version (
  rid INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  version TEXT NOT NULL,
  valid_from INTEGER NOT NULL,
  part INTEGER NOT NULL,
  parts INTEGER NOT NULL,
  base TEXT NOT NULL,
  approved_by TEXT NOT NULL,
  doc_no TEXT NOT NULL,
  note TEXT NOT NULL,
  at INTEGER NOT NULL,
  actor_name TEXT NOT NULL,
  content TEXT NOT NULL
)""",
    "CREATE INDEX list_version_of ON list_version (kind, version, valid_from, part)",
)


def migrate(db: Database) -> None:
    """Add the versions of the lists."""
    for statement in _STATEMENTS:
        db.execute(statement)
