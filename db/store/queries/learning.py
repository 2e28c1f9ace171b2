"""What the room's closed incidents teach of classes: texts and decisions, never who called.

A desk learns from what the person there may see.
"""

from collections import Counter

from db.domain.classing import PART, Example
from db.domain.scope import Scope
from db.store.driver import Connection
from db.store.lists import policy_at
from db.store.queries.scope import visible

MOST = 20_000
MOST_OF_A_CLASS = 1_500
"""So many of the newest teach: towns change, and one class must not fill the lesson."""
_LOOKED_AT = 3 * MOST

# A class stands on a closed incident because a person accepted it so. What is in dispute is not
# decided, and what is secret teaches nobody.
DECIDED = """SELECT substr(title, 1, :part), substr(content, 1, :part), class_code, urgency
FROM incident WHERE closed_at IS NOT NULL AND state IN ('closed', 'archived')
AND class_code <> '' AND secrecy < 2 AND conflicts = 0 AND {conditions}
ORDER BY closed_at DESC, rid DESC LIMIT :limit"""
CLOSED_SINCE = "SELECT count(*) FROM incident WHERE closed_at > :at AND {conditions}"


def decided(connection: Connection, scope: Scope, now: int) -> list[Example]:
    """Return the newest incidents whose class is decided and still on the list, newest first."""
    known = policy_at(connection, now).classes
    conditions, parameters = visible(scope)
    rows = connection.execute(
        DECIDED.format(conditions=conditions),
        {"part": PART, "limit": _LOOKED_AT, **parameters},
    )
    examples: list[Example] = []
    counts: Counter[str] = Counter()
    for title, content, label, urgency in rows:
        if label in known and counts[label] < MOST_OF_A_CLASS and len(examples) < MOST:
            counts[label] += 1
            examples.append(Example(title, content, label, urgency))
    return examples


def closed_since(connection: Connection, scope: Scope, at: int) -> int:
    """Return how many incidents were closed after an instant (UTC milliseconds)."""
    conditions, parameters = visible(scope)
    sql = CLOSED_SINCE.format(conditions=conditions)
    return int(connection.execute(sql, {"at": at, **parameters}).fetchone()[0])
