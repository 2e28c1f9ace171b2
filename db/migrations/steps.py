"""The set of migrations, in order. Imported only when a file needs one (sqlite_utils is slow)."""

from sqlite_utils import Database, Migrations

from db.migrations import m0001_record

MIGRATIONS = Migrations("griddesk")


@MIGRATIONS(name="m0001_record")
def _m0001_record(db: Database) -> None:
    m0001_record.migrate(db)
