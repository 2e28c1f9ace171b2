"""The set of migrations, in order. Imported only when a file needs one (sqlite_utils is slow)."""

from sqlite_utils import Database, Migrations

from db.migrations import m0001_record, m0002_evidence

MIGRATIONS = Migrations("griddesk")


@MIGRATIONS(name="m0001_record")
def _m0001_record(db: Database) -> None:
    m0001_record.migrate(db)


@MIGRATIONS(name="m0002_evidence")
def _m0002_evidence(db: Database) -> None:
    m0002_evidence.migrate(db)
