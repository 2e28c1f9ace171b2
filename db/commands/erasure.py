"""Erasing what is known of callers: on request, and by the rule of how long they are kept."""

from collections.abc import Iterable
from typing import NamedTuple

from db.domain.erasing import KIND, MAX_ENVELOPES, REQUEST, RETENTION, erasing
from db.domain.errors import InputError, RuleError
from db.domain.ops import SYSTEM, Actor, OpRef
from db.domain.permissions import require
from db.domain.rules.base import check_text
from db.store.changes import Changes
from db.store.driver import Connection
from db.store.envelopes import envelopes_of
from db.store.erasure import left_to_erase
from db.store.journal import Journal
from db.store.queries.accounts import policy_of
from db.store.store import Store

SLICE = 100
"""Incidents in one transaction."""
_DAY = 86_400_000
_NUMBERED = "SELECT rid, id FROM incident WHERE number = ?"
_OVER = """SELECT DISTINCT op.subject FROM envelope
JOIN op ON op.site = envelope.site AND op.epoch = envelope.epoch AND op.seq = envelope.seq
JOIN incident ON incident.rid = op.subject
LEFT JOIN incident AS lead ON lead.id = incident.merged_into AND incident.state = 'merged'
WHERE envelope.wrapped_key IS NOT NULL AND incident.is_open = 0
AND coalesce(incident.archived_at, incident.closed_at, incident.updated_at) < :before
AND (lead.rid IS NULL OR (lead.is_open = 0
AND coalesce(lead.archived_at, lead.closed_at, lead.updated_at) < :before)) ORDER BY 1"""
"""Over, archived or not taken in; what was merged is over with its lead."""


class Erased(NamedTuple):
    """What was erased of an incident: how many envelopes, and the ops that say so."""

    number: str
    envelopes: int
    refs: tuple[OpRef, ...]
    changes: Changes


def erase_caller(store: Store, actor: Actor, number: str, reason: str) -> Erased:
    """Erase who called about an incident, the numbers in its texts and what names its files.

    Whoever may do that sees no incident: the number is enough. Raises RuleError (role_forbids,
    incident_unknown, number_twice, caller_gone; caller_elsewhere: a district cannot erase what is
    of a town), InputError (field_missing) without a reason.
    """
    require(actor, "erase_caller")
    said = check_text("reason", reason)
    if not said:
        raise InputError("field_missing", column="reason", action="erase")

    def work(journal: Journal) -> Erased:
        rid, id = numbered(journal.connection, number)
        left = left_to_erase(journal.connection, rid, journal.site)
        if not set(envelopes_of(journal.connection, rid)) <= set(left):
            raise RuleError("caller_elsewhere", value=number)
        if not left:
            raise RuleError("caller_gone", value=number)
        refs = _erase(journal, actor, id, left, REQUEST, said)
        return Erased(number, len(left), refs, Changes())

    done, changes = store.write(work)
    return done._replace(changes=changes)


def erase_due(store: Store) -> int:
    """Erase the callers of what has been over for longer than they are kept; return how many.

    Idempotent, a hundred incidents to a transaction; one station of a room is enough.
    """

    def find(connection: Connection) -> list[int]:
        before = store.clock() - policy_of(connection).keep_caller_days * _DAY
        return [row[0] for row in connection.execute(_OVER, {"before": before})]

    found = store.read(find)
    done = 0
    for start in range(0, len(found), SLICE):
        part = found[start : start + SLICE]
        done += store.write(lambda journal: _erase_over(journal, part)).result  # noqa: B023
    return done


def _erase_over(journal: Journal, rids: Iterable[int]) -> int:
    done = 0
    for rid in rids:
        left = left_to_erase(journal.connection, rid, journal.site)
        if left:
            id = journal.subjects.get(rid).id
            _erase(journal, SYSTEM, id, left, RETENTION)
            done += 1
    return done


def _erase(
    journal: Journal, actor: Actor, id: str, envelopes: list[str], why: str, said: str = ""
) -> tuple[OpRef, ...]:
    parts = range(0, len(envelopes), MAX_ENVELOPES)
    return tuple(
        journal.append(
            KIND, id, erasing(envelopes[start : start + MAX_ENVELOPES], why, said), actor
        ).ref
        for start in parts
    )


def numbered(connection: Connection, number: str) -> tuple[int, str]:
    """Return row id and id of the incident of a number, whoever may see it.

    Raises RuleError: incident_unknown, number_twice.
    """
    rows = connection.execute(_NUMBERED, (number,)).fetchall()
    if not rows:
        raise RuleError("incident_unknown", value=number)
    if len(rows) > 1:
        raise RuleError("number_twice", value=number)
    return rows[0]
