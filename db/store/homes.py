"""Whose an op is: what a town says of its people and of who signs in counts in that town alone.

A district has the journals of its towns. Their administrators, passwords and rules of safety are
kept there as ops, and nothing is made of them: keys of two towns may be the same.
"""

from collections.abc import Iterable

from db.domain.ops import Op, OpRef
from db.store.driver import Connection

OF_ONE_TOWN = frozenset({"user", "account", "policy", "emergency"})
"""Entities of which each town has its own."""
_OWN = "SELECT town FROM station WHERE id = (SELECT v FROM meta WHERE k = 'site')"
_TOWNS = "SELECT id, town FROM station"


def of_others(connection: Connection, arrived: Iterable[Op]) -> frozenset[OpRef]:
    """Return which of the ops that have arrived together count only in another town."""
    ops = list(arrived)
    asked = [op for op in ops if op.ent in OF_ONE_TOWN]
    if not asked:
        return frozenset()
    began = (op for op in ops if op.kind == "site_started" and op.id == op.ref.site)
    towns = {op.id: op.payload.get("town") for op in began}
    # What a site said first stands.
    towns |= dict(connection.execute(_TOWNS).fetchall())
    own = connection.execute(_OWN).fetchone()
    return frozenset(op.ref for op in asked if own and towns.get(op.ref.site) != own[0])
