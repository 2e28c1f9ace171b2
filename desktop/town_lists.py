"""The lists the window speaks of: those in force, as they were last read from the record.

Painted rows ask for a class at each paint; whoever reads the record hands the lists in here.
"""

from db.domain.lists import Policy
from db.store.lists import ListsInForce, default_policy


class _Current:
    lists: ListsInForce | None = None


def current_policy() -> Policy:
    """Return the policy in force, the bundled one until it has been read."""
    return _Current.lists.policy if _Current.lists else default_policy()


def keep_lists(lists: ListsInForce | None) -> None:
    """Speak of these lists from now on."""
    _Current.lists = lists
