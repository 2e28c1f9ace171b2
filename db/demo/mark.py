"""The mark of a record with invented people: they have no passwords and sit down by being named."""

from db.store.queries.accounts import DEMO
from db.store.store import Store


def mark_as_demo(store: Store) -> None:
    """Mark a record; nobody can claim it afterwards."""
    store.write(lambda journal: journal.set_meta(DEMO, "1"))
