"""The schema of a fresh record as text. `python -m db.store.schema > db/schema.sql` writes it."""

import secrets
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from db.store import driver

_STATEMENTS = (
    "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite#_%' ESCAPE '#'"
    # Those beside a virtual table come of themselves.
    " AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow')"
    " ORDER BY rowid"
)


def schema_sql() -> str:
    """Return every statement that makes a fresh record, in the order they were run."""
    key = secrets.token_bytes(32)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "fresh.db"
        driver.create(path, key)
        connection = driver.open_reader(path, key)
        try:
            statements = [row[0] for row in connection.execute(_STATEMENTS).fetchall()]
        finally:
            connection.close()
    return "".join(f"{statement};\n\n" for statement in statements).rstrip("\n") + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_sql())
