"""The closed loop: pauses, applications, cards, merged incidents, and what counts how it went."""

from sqlite_utils import Database

_STATEMENTS = (
    "ALTER TABLE incident ADD COLUMN policy TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE incident ADD COLUMN merged_into TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE incident ADD COLUMN merged_from TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE incident ADD COLUMN rework_count INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE incident ADD COLUMN return_count INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE incident ADD COLUMN reopen_count INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE incident ADD COLUMN forced INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE incident ADD COLUMN solved TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE incident ADD COLUMN blocked_note TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE assignment ADD COLUMN sent_by TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE assignment ADD COLUMN reason TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE assignment ADD COLUMN proposed TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE assignment ADD COLUMN result TEXT NOT NULL DEFAULT ''",
    "DROP INDEX assignment_open",
    "CREATE INDEX assignment_open ON assignment (unit)"
    " WHERE state IN ('sent', 'signed', 'reworked')",
    "ALTER TABLE timer ADD COLUMN step TEXT NOT NULL DEFAULT ''",
    """CREATE TABLE pause (
  incident INTEGER NOT NULL,
  from_at INTEGER NOT NULL,
  to_at INTEGER,
  reason TEXT NOT NULL,
  until_at INTEGER,
  doc TEXT NOT NULL,
  PRIMARY KEY (incident, from_at)
)""",
    """CREATE TABLE application (
  incident INTEGER NOT NULL,
  "key" TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  asked_name TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  unit TEXT NOT NULL,
  amount INTEGER NOT NULL,
  until_at INTEGER,
  value TEXT NOT NULL,
  reason TEXT NOT NULL,
  text TEXT NOT NULL,
  reply TEXT NOT NULL,
  decided_by TEXT NOT NULL,
  decided_name TEXT NOT NULL,
  decided_at INTEGER,
  opinion TEXT NOT NULL,
  PRIMARY KEY (incident, "key")
)""",
    "CREATE INDEX application_pending ON application (asked_at) WHERE state = 'pending'",
    """CREATE TABLE card (
  incident INTEGER NOT NULL,
  "key" TEXT NOT NULL,
  rule TEXT NOT NULL,
  card TEXT NOT NULL,
  at INTEGER NOT NULL,
  unit TEXT NOT NULL,
  text TEXT NOT NULL,
  notify TEXT NOT NULL,
  reply_due_at INTEGER,
  replied_at INTEGER,
  reply TEXT NOT NULL,
  PRIMARY KEY (incident, "key")
)""",
    """CREATE TABLE child (
  incident INTEGER NOT NULL,
  id TEXT NOT NULL,
  number TEXT NOT NULL,
  caller TEXT NOT NULL,
  valid INTEGER NOT NULL,
  PRIMARY KEY (incident, id)
)""",
    "CREATE INDEX incident_merged ON incident (merged_into) WHERE state = 'merged'",
    """CREATE TABLE response (
  rid INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  level TEXT NOT NULL,
  factor INTEGER NOT NULL,
  classes TEXT NOT NULL,
  areas TEXT NOT NULL,
  from_at INTEGER NOT NULL,
  to_at INTEGER,
  doc TEXT NOT NULL
)""",
    "CREATE INDEX response_from ON response (from_at)",
)


def migrate(db: Database) -> None:
    """Add what the rules of the closed loop keep."""
    for statement in _STATEMENTS:
        db.execute(statement)
