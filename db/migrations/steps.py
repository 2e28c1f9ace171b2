"""The set of migrations, in order. Imported only when a file needs one (sqlite_utils is slow)."""

from sqlite_utils import Database, Migrations

from db.migrations import (
    m0001_record,
    m0002_evidence,
    m0003_loop,
    m0004_search,
    m0005_lists,
    m0006_places,
    m0007_claims,
    m0008_ground,
    m0009_lanes,
    m0010_accounts,
)

MIGRATIONS = Migrations("griddesk")


@MIGRATIONS(name="m0001_record")
def _m0001_record(db: Database) -> None:
    m0001_record.migrate(db)


@MIGRATIONS(name="m0002_evidence")
def _m0002_evidence(db: Database) -> None:
    m0002_evidence.migrate(db)


@MIGRATIONS(name="m0003_loop")
def _m0003_loop(db: Database) -> None:
    m0003_loop.migrate(db)


@MIGRATIONS(name="m0004_search")
def _m0004_search(db: Database) -> None:
    m0004_search.migrate(db)


@MIGRATIONS(name="m0005_lists")
def _m0005_lists(db: Database) -> None:
    m0005_lists.migrate(db)


@MIGRATIONS(name="m0006_places")
def _m0006_places(db: Database) -> None:
    m0006_places.migrate(db)


@MIGRATIONS(name="m0007_claims")
def _m0007_claims(db: Database) -> None:
    m0007_claims.migrate(db)


@MIGRATIONS(name="m0008_ground")
def _m0008_ground(db: Database) -> None:
    m0008_ground.migrate(db)


@MIGRATIONS(name="m0009_lanes")
def _m0009_lanes(db: Database) -> None:
    m0009_lanes.migrate(db)


@MIGRATIONS(name="m0010_accounts")
def _m0010_accounts(db: Database) -> None:
    m0010_accounts.migrate(db)
