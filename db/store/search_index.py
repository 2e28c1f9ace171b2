"""The index that search asks (FTS5): which pieces of text stand in which incident.

It holds no text, only where each piece stands. Its row ids are those of the incidents.
"""

from typing import Any

from db.domain.incidents import Incident
from db.domain.search_text import fold, tokens
from db.store.initials import initials

PUT_SEARCH = "INSERT OR REPLACE INTO search (rowid, text, initials) VALUES (?, ?, ?)"
CLEAR_SEARCH = "DELETE FROM search WHERE rowid = ?"
CLEAR_STRAY_SEARCH = "DELETE FROM search WHERE rowid NOT IN (SELECT rid FROM incident)"


def searched(incident: Incident) -> tuple[str, ...]:
    """Return the texts that an incident is found by: those anybody may read who may see it."""
    return (
        incident.number,
        incident.title,
        incident.address,
        incident.content,
        incident.source_no,
        incident.public_reply,
    )


def search_row(rid: int, incident: Incident) -> tuple[Any, ...]:
    """Return the row of the index for an incident."""
    spelled = initials().of(fold(f"{incident.title} {incident.address}"))
    return (rid, tokens(searched(incident)), tokens((spelled,)))
