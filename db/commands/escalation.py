"""The sweep: cards that became due are raised, pauses that are over end."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from db.commands.incidents import append_also
from db.commands.positions import drop_old_positions
from db.domain.calendar import DAY
from db.domain.errors import InputError, RuleError
from db.domain.escalation import RECURRENCE_DAYS, Rule, card_of, parse_rules, raised
from db.domain.incidents import Incident
from db.domain.ops import SYSTEM
from db.domain.rules.base import own_limit, recomputed
from db.domain.rules.mending import looks_astray
from db.domain.scope import scope_of
from db.domain.transitions import decide
from db.store.changes import Changes
from db.store.driver import Connection
from db.store.facts import desk_level, facts_at
from db.store.history import history
from db.store.journal import Journal
from db.store.lists import calendar_at, rows_at
from db.store.projections import is_linear, load_incident
from db.store.store import Store

SLICE = 200
"""Incidents looked at in one transaction: a person's decision waits no longer than that takes."""
SWEPT_AT = "swept_at"
"""The setting that says until when this record was swept."""
FRESH = 3 * DAY
"""How long before the last sweep an incident may have been taken in and still be looked at for
what came before it (E5): it may have come from another station since."""
NEARBY_E6 = 500
"""E5: the same spot, about fifty metres in degrees times 1e6."""

OPEN = (
    "SELECT rid FROM incident INDEXED BY incident_open WHERE is_open = 1 AND conflicts = 0"
    " AND rid > ? ORDER BY rid LIMIT ?"
)
ASTRAY = (
    "SELECT child.rid FROM incident AS child INDEXED BY incident_merged"
    " JOIN incident AS lead ON lead.id = child.merged_into"
    " WHERE child.state = 'merged' AND lead.state = 'merged' AND child.conflicts = 0"
    " AND lead.conflicts = 0"
)
RECURRENCES = (
    "SELECT count(*) FROM incident INDEXED BY incident_taken_in"
    " WHERE taken_in_at BETWEEN :from_at AND :to_at AND class_code = :class_code"
    " AND state NOT IN ('merged', 'void', 'rejected')"
    " AND ((lon_e6 BETWEEN :lon_e6 - :near AND :lon_e6 + :near"
    " AND lat_e6 BETWEEN :lat_e6 - :near AND :lat_e6 + :near)"
    " OR (:lon_e6 IS NULL AND address <> '' AND address = :address AND area_code = :area_code))"
)

# What another town made of an incident handed on; only a district has both.
ANSWERED = (
    "SELECT first.id, first.state, done.outcome, done.public_reply"
    " FROM incident AS done INDEXED BY incident_source"
    " JOIN incident AS first ON first.number = done.source_no"
    " WHERE done.source = 'district' AND done.source_no <> ''"
    " AND (done.closed_at IS NOT NULL OR done.state = 'rejected')"
    " AND done.outcome NOT IN ('', 'transferred') AND first.outcome = 'transferred'"
)


log = logging.getLogger(__name__)


class Swept(NamedTuple):
    """What a sweep did: cards raised, incidents that go on after a pause."""

    cards: int
    resumed: int
    changes: Changes


class _Ladder(NamedTuple):
    rules: Sequence[Rule]
    now: int
    since: int


def sweep(store: Store) -> Swept:
    """Raise every card that became due, end every pause that is over; each comes once.

    Idempotent: run it as often as wanted, at as many stations as there are.
    """
    cards = resumed = last = 0
    subjects: frozenset[str] = frozenset()
    ids: frozenset[int] = frozenset()
    while True:
        (found, over, last), changes = store.write(lambda journal: _sweep_slice(journal, last))  # noqa: B023
        cards, resumed = cards + found, resumed + over
        subjects, ids = subjects | changes.subjects, ids | changes.ids
        if not last:
            store.write(_finish)
            return Swept(cards, resumed, Changes(subjects, ids))


def _sweep_slice(journal: Journal, after: int) -> tuple[int, int, int]:
    """Return the cards raised, the pauses ended, and where to go on, 0 at the end."""
    connection, now = journal.connection, journal.clock()
    since = int(journal.meta(SWEPT_AT) or 0) - FRESH
    ladder = _Ladder(parse_rules(rows_at(connection, "escalation", now)), now, since)
    rids = [row[0] for row in connection.execute(OPEN, (after, SLICE)).fetchall()]
    cards = resumed = 0
    for rid in rids:
        if journal.subjects.get(rid).stale:
            continue
        incident = load_incident(connection, rid)
        assert incident is not None
        if not _is_swept_here(connection, incident):
            continue
        try:
            after_pause = _resume(journal, incident)
            resumed += after_pause is not None
            incident = _mend(journal, after_pause or incident)
            cards += _raise_cards(journal, incident, ladder)
        except InputError as error:
            # What a lying station says of one incident keeps no card from the others.
            log.warning("incident %d not swept: %s", rid, error.code)
    return cards, resumed, rids[-1] if len(rids) == SLICE else 0


def _is_swept_here(connection: Connection, incident: Incident) -> bool:
    """Whether an incident's cards are this desk's to raise: a district's are its own."""
    return incident.level == "district" or desk_level(connection) != "district"


def _finish(journal: Journal) -> None:
    """Mend what is merged astray, tell what became of what was handed on, drop old positions."""
    for (rid,) in journal.connection.execute(ASTRAY).fetchall():
        incident = load_incident(journal.connection, rid)
        assert incident is not None
        if _is_swept_here(journal.connection, incident):
            _mend(journal, incident)
    for id, state, outcome, reply in journal.connection.execute(ANSWERED).fetchall():
        told = {"outcome": outcome, "public_reply": reply}
        journal.append("outcome_shared", id, {"from": state, "set": told}, SYSTEM)
    drop_old_positions(journal)
    journal.set_meta(SWEPT_AT, str(journal.clock()))


def _mend(journal: Journal, incident: Incident) -> Incident:
    """Lead an incident out of where two stations left it; return it as it then is."""
    is_astray = incident.state == "merged" or looks_astray(incident)
    if not (is_astray or incident.pauses):
        return incident
    facts = facts_at(journal.connection, journal.clock(), scope_of(SYSTEM), incident)
    if is_astray:
        with suppress(RuleError):
            kind, payload, also, _ = decide(incident, "mend", {}, SYSTEM, facts)
            after = journal.append(kind, incident.id, payload, SYSTEM).incident
            append_also(journal, SYSTEM, also)
            return after or incident
    found = recomputed(incident, facts, own_limit)
    rid = journal.subjects.find("incident", incident.id).rid
    if found["retimes"] and not is_linear(history(journal.connection, rid)):
        # Of acts apart each computed the deadlines with its own pauses only. Where nobody worked
        # apart another calendar is the reason, and a deadline that was given stays.
        payload = {"from": incident.state, **found}
        return journal.append("loop_mended", incident.id, payload, SYSTEM).incident or incident
    return incident


def _resume(journal: Journal, incident: Incident) -> Incident | None:
    """End a pause that is over (T18); return the incident as it then is, None where it stays."""
    lasting = incident.pause
    if incident.state != "paused" or lasting is None or lasting.until_at is None:
        return None
    if lasting.until_at > journal.clock():
        return None
    facts = facts_at(journal.connection, journal.clock(), scope_of(SYSTEM), incident)
    with suppress(RuleError):
        kind, payload, *_ = decide(incident, "resume", {}, SYSTEM, facts)
        return journal.append(kind, incident.id, payload, SYSTEM).incident
    return None


def _raise_cards(journal: Journal, incident: Incident, ladder: _Ladder) -> int:
    calendar = calendar_at(journal.connection, ladder.now)
    recurrences = 0
    if incident.class_code and incident.taken_in_at >= ladder.since:
        recurrences = recurrences_of(journal.connection, incident)
    found = raised(incident, ladder.rules, calendar, ladder.now, recurrences)
    if found:
        rows = [card_of(item, calendar, ladder.now) for item in found]
        payload = {"from": incident.state, "cards": rows}
        journal.append("escalation_raised", incident.id, payload, SYSTEM)
    return len(found)


def recurrences_of(connection: Connection, incident: Incident) -> int:
    """Return how often a class came up at a spot in the thirty days up to an incident."""
    about = {
        "from_at": incident.taken_in_at - RECURRENCE_DAYS * DAY,
        "to_at": incident.taken_in_at,
        "class_code": incident.class_code,
        "lon_e6": incident.lon_e6,
        "lat_e6": incident.lat_e6,
        "address": incident.address,
        "area_code": incident.area_code,
        "near": NEARBY_E6,
    }
    return int(connection.execute(RECURRENCES, about).fetchone()[0])
