"""Accounts: what is known of each, the rules of safety, and failures to sign in at this station."""

from typing import Any

import orjson
from sqlite_utils import Database

from db.domain.errors import InputError
from db.domain.personal import refuse_personal

_STATEMENTS = (
    # Which classes a person sees ('*' for all), how secret (-1: as the roles say), whether gone.
    "ALTER TABLE user ADD COLUMN classes TEXT NOT NULL DEFAULT '*'",
    "ALTER TABLE user ADD COLUMN secrecy INTEGER NOT NULL DEFAULT -1",
    "ALTER TABLE user ADD COLUMN ended INTEGER NOT NULL DEFAULT 0",
    """CREATE TABLE account (
  rid INTEGER PRIMARY KEY,
  "key" TEXT NOT NULL UNIQUE,
  password TEXT NOT NULL,
  password_at INTEGER NOT NULL,
  must_change INTEGER NOT NULL,
  earlier TEXT NOT NULL,
  factor TEXT NOT NULL,
  factor_at INTEGER NOT NULL,
  locked_until INTEGER NOT NULL
)""",
    "CREATE TABLE policy (rid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, rules TEXT NOT NULL)",
    """CREATE TABLE emergency (
  rid INTEGER PRIMARY KEY,
  env TEXT NOT NULL,
  set_at INTEGER NOT NULL,
  used_at INTEGER NOT NULL,
  used_by TEXT NOT NULL
)""",
    # Of this station alone, not made from ops: failures in a row, and the last code that counted.
    """CREATE TABLE sign_in (
  user TEXT PRIMARY KEY,
  failures INTEGER NOT NULL,
  code_step INTEGER NOT NULL
) WITHOUT ROWID""",
    # Envelopes whose data was erased: nothing of them that still comes is kept.
    """CREATE TABLE erased (
  env TEXT NOT NULL,
  town TEXT NOT NULL,
  incident TEXT NOT NULL,
  PRIMARY KEY (env, town, incident)
) WITHOUT ROWID""",
    "CREATE INDEX fork_envelope ON fork (envelope) WHERE envelope IS NOT NULL",
    # A district's towns have people of their own: kept as ops, of no subject here any more.
    """UPDATE op SET subject = 0 WHERE subject IN (SELECT rid FROM subject WHERE ent = 'user')
AND site NOT IN (SELECT site.n FROM site JOIN station ON station.id = site.id
JOIN station AS own ON own.town = station.town JOIN meta ON k = 'site' AND v = own.id)""",
)

_KEPT_ASIDE = "SELECT k, v FROM meta WHERE k GLOB 'searches:*' OR k GLOB 'views:*'"
"""What people kept to look for: in the clear, and until now with whatever was in it."""


def migrate(db: Database) -> None:
    """Add what is known of accounts; a person entered before sees what the roles say."""
    for statement in _STATEMENTS:
        db.execute(statement)
    for name, kept in db.execute(_KEPT_ASIDE).fetchall():
        db.execute("UPDATE meta SET v = ? WHERE k = ?", (_without_numbers(kept), name))


def _without_numbers(kept: str) -> str:
    """Drop what a person kept to look for that has a caller's number in it."""
    found: dict[str, Any] = orjson.loads(kept)
    good = {name: value for name, value in found.items() if not _is_personal(name, value)}
    return orjson.dumps(good).decode()


def _is_personal(name: str, value: Any) -> bool:
    words = value.get("text", "") if isinstance(value, dict) else value
    try:
        refuse_personal("text", f"{name}\n{words}")
    except InputError:
        return True
    return False
