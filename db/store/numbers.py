"""Human numbers of incidents: never reused, never the same at two stations."""

from db.store.journal import Journal

# Another program's number may end in anything; only a few digits are counted on.
_LAST = (
    "SELECT number FROM incident WHERE number >= ?1 AND number < ?1 || '~'"
    " AND length(number) <= length(?1) + 9"
    " AND substr(number, length(?1) + 1) NOT GLOB '*[^0-9]*'"
    " ORDER BY CAST(substr(number, length(?1) + 1) AS INTEGER) DESC LIMIT 1"
)
_WIDTH = 4


def next_number(journal: Journal, prefix: str) -> str:
    """Return the next number under a prefix.

    A site that began a new epoch marks its numbers: a copy of it may count on where it was.
    """
    marked = prefix + journal.meta("number_tag")
    if marked not in journal.counted:
        row = journal.connection.execute(_LAST, (marked,)).fetchone()
        journal.counted[marked] = int(row[0].removeprefix(marked) or 0) if row else 0
    journal.counted[marked] += 1
    return f"{marked}{journal.counted[marked]:0{_WIDTH}d}"
