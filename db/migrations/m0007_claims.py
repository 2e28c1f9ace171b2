"""Claims: who has taken an incident on. What is stuck, and from where it came, without its row."""

from sqlite_utils import Database

_STATEMENTS = (
    # By the incident's id: a claim may come before the incident, and row ids differ by record.
    """CREATE TABLE claim (
  rid INTEGER PRIMARY KEY,
  incident TEXT NOT NULL UNIQUE,
  user TEXT NOT NULL,
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  rivals TEXT NOT NULL
)""",
    # Which of the open are held: asked of those alone, whatever the claims of all years are.
    "CREATE INDEX incident_open_id ON incident (id) WHERE is_open = 1",
    "CREATE INDEX incident_blocked ON incident (rid) WHERE is_open = 1 AND blocked_note <> ''",
    "DROP INDEX incident_open",
    """CREATE INDEX incident_open ON incident
(sort_at, rid, state, due_at, platform, area_code, class_code, secrecy, urgency, lead_unit, source)
WHERE is_open = 1""",
)


def migrate(db: Database) -> None:
    """Add claims and the indexes by which they and stuck work are found; widen that of open work.

    Its last column is new: where an incident came from is a filter of the desk.
    """
    for statement in _STATEMENTS:
        db.execute(statement)
