"""Evidence: disputed values, losing branches, rows in doubt, attachments."""

from sqlite_utils import Database

_STATEMENTS = (
    # Why the rows of a subject may be wrong; empty for all but those whose fold failed.
    "ALTER TABLE subject ADD COLUMN stale TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX subject_stale ON subject (rid) WHERE stale <> ''",
    "ALTER TABLE incident ADD COLUMN conflicts INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX incident_conflicts ON incident (rid) WHERE conflicts > 0",
    """CREATE TABLE conflict (
  subject INTEGER NOT NULL,
  field TEXT NOT NULL,
  kind TEXT NOT NULL,
  tips TEXT NOT NULL,
  PRIMARY KEY (subject, field)
) WITHOUT ROWID""",
    # A branch that lost against another one under the same names, kept whole with its envelopes.
    """CREATE TABLE fork (
  site INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  hash BLOB NOT NULL,
  body BLOB NOT NULL,
  sig BLOB,
  envelope TEXT,
  cipher BLOB,
  room_key TEXT,
  wrapped_key BLOB,
  seen_from TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (site, epoch, seq, hash)
)""",
    "DROP TRIGGER op_never_deleted",
    """CREATE TRIGGER op_never_deleted BEFORE DELETE ON op WHEN NOT EXISTS (
  SELECT 1 FROM fork WHERE fork.site = old.site AND fork.epoch = old.epoch
  AND fork.seq = old.seq AND fork.hash = old.hash AND fork.body = old.body
)
BEGIN SELECT raise(ABORT, 'the journal is append-only'); END""",
    """CREATE TABLE attachment (
  incident INTEGER NOT NULL,
  n INTEGER NOT NULL,
  blob TEXT NOT NULL,
  size INTEGER NOT NULL,
  media TEXT NOT NULL,
  envelope TEXT NOT NULL,
  at INTEGER NOT NULL,
  actor_name TEXT NOT NULL,
  PRIMARY KEY (incident, n)
) WITHOUT ROWID""",
    "CREATE INDEX attachment_blob ON attachment (blob)",
)


def migrate(db: Database) -> None:
    """Add what conflicts, forks and attachments need."""
    for statement in _STATEMENTS:
        db.execute(statement)
