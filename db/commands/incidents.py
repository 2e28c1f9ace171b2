"""What a person does to an incident: rule, op, fold, changes — in one transaction."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from db.domain.errors import BugError, InputError, RuleError
from db.domain.identity import without_numbers
from db.domain.incidents import Incident
from db.domain.ops import SYSTEM, Actor, OpRef
from db.domain.personal import mask_payload
from db.domain.rules.base import Also, check_text, without_controls
from db.domain.scope import Scope, scope_of
from db.domain.transitions import decide
from db.store.changes import Changes
from db.store.driver import Connection
from db.store.envelopes import Caller, known_phones, open_caller, open_marks, seal
from db.store.facts import facts_at
from db.store.ids import new_id
from db.store.journal import Journal
from db.store.numbers import next_number
from db.store.projections import load_incident
from db.store.queries.scope import rid_of
from db.store.store import Store

Values = Mapping[str, Any] | Callable[[Incident], Mapping[str, Any]]
"""What an action asks for, or what tells it for each incident of several."""
_OWN_STATION = "SELECT town, station FROM station WHERE id = ?"
MAX_CALLER = 100
"""Characters of a caller's name or phone."""
MAX_NOTE = 500
"""Characters of a remark on a caller."""


@dataclass(frozen=True, slots=True)
class Report:
    """A new incident as it is entered: the values of T1 and, apart, who called."""

    values: Mapping[str, Any]
    caller: Caller = field(default_factory=lambda: Caller("", ""))


class Done(NamedTuple):
    """A decision that is durable.

    `stripped`: how many control characters of what was typed in were left out. `ref` names the op
    of a decision on an incident that is there: what `undo` takes back.
    """

    rid: int
    number: str
    state: str
    changes: Changes
    stripped: int = 0
    ref: OpRef | None = None


def report_incident(store: Store, actor: Actor, report: Report, action: str = "report") -> Done:
    """Take in a new incident (T1, or T2 where it is settled already) and give it its number."""
    name, from_name = _caller_text("caller_name", report.caller.name)
    phone, from_phone = _caller_text("caller_phone", report.caller.phone)
    note, from_note = _caller_text("caller_note", report.caller.note, MAX_NOTE)
    caller = Caller(name, phone, note)

    def work(journal: Journal) -> tuple[int, str, str, int]:
        blank = Incident(id=new_id(journal.clock()))
        facts = facts_at(journal.connection, journal.clock(), scope_of(actor))
        kind, payload, _, stripped = decide(blank, action, report.values, actor, facts)
        made = append_report(journal, store, actor, kind, blank.id, payload, caller)
        return *made, payload["to"], stripped + from_name + from_phone + from_note

    (rid, number, state, stripped), changes = store.write(work)
    return Done(rid, number, state, changes, stripped)


def _caller_text(column: str, value: str, limit: int = MAX_CALLER) -> tuple[str, int]:
    """Return what is said of a caller without control characters, and how many there were."""
    text, stripped = without_controls(value)
    if len(text) > limit:
        raise InputError("field_too_long", column=column, limit=limit)
    if without_numbers(text)[1]:
        raise InputError("id_number_found", column=column)
    return text, stripped


def append_report(
    journal: Journal,
    store: Store,
    actor: Actor,
    kind: str,
    id: str,
    payload: dict[str, Any],
    caller: Caller,
) -> tuple[int, str]:
    """Write a checked report with its number and, apart, its caller; return row id and number.

    Phone numbers in its texts go to what is sealed of the caller.
    """
    number = next_number(journal, number_prefix(store, journal.clock()))
    payload, marks = mask_payload(payload, known_phones(journal.connection))
    payload["set"] = {**payload["set"], "number": number}
    caller = replace(caller, marks=marks)
    sealed = None
    if not caller.is_empty:
        sealed = seal(journal, id, caller, payload["set"].get("area_code", ""))
        payload["set"]["caller"] = sealed.id
        payload["caller"] = sealed.reference()
    done = journal.append(kind, id, payload, actor)
    if sealed:
        journal.add_envelope(sealed.at(done.ref))
    return done.rid, number


def number_prefix(store: Store, now: int) -> str:
    """Return `{town}-{yyyyMMdd}-{station}`: numbers of two stations never meet."""
    return _prefix(store.site.town, store.site.station, now)


def _own_prefix(journal: Journal) -> str:
    town, station = journal.connection.execute(_OWN_STATION, (journal.site,)).fetchone()
    return _prefix(town, station, journal.clock())


def _prefix(town: str, station: str, now: int) -> str:
    from db.domain.deadlines import local_date

    return f"{town}-{local_date(now):%Y%m%d}-{station}"


def act(
    store: Store,
    actor: Actor,
    scope: Scope,
    number: str,
    action: str,
    values: Mapping[str, Any] | None = None,
    second: Actor | None = None,
) -> Done:
    """Take one action on the incident with a number; `second` is a second person who signed."""
    return written(
        store, lambda journal: act_in(journal, actor, scope, number, action, values or {}, second)
    )


def written(store: Store, work: Callable[[Journal], Done]) -> Done:
    """Run a unit of work; return what it did, with what it changed."""
    done, changes = store.write(work)
    return done._replace(changes=changes)


def act_in(
    journal: Journal,
    actor: Actor,
    scope: Scope,
    number: str,
    action: str,
    values: Values,
    second: Actor | None = None,
) -> Done:
    """Take one action within a transaction; `values` may be told by the incident as it stands."""
    rid, incident = certain_incident(journal, scope, number)
    facts = facts_at(journal.connection, journal.clock(), scope, incident)
    given = values(incident) if callable(values) else values
    kind, payload, also, stripped = decide(incident, action, given, actor, facts, second)
    made = journal.append(kind, incident.id, payload, actor, before=incident)
    append_also(journal, actor, also)
    # The decision stands in the journal even where its rows could not be made.
    after = made.incident or incident
    return Done(rid, after.number, after.state, Changes(), stripped, made.ref)


def append_also(journal: Journal, actor: Actor, also: Iterable[Also]) -> None:
    """Write what an action does to other incidents, in the same transaction.

    One that it makes gets its number here.
    """
    for kind, id, payload in also:
        if kind == "incident_reported":
            payload["set"]["number"] = next_number(journal, _own_prefix(journal))
        journal.append(kind, id, payload, actor)


def view_caller(
    store: Store, actor: Actor, scope: Scope, number: str, reason: str
) -> tuple[Caller | None, Changes]:
    """Show who called, and the numbers that stood in the texts; why is recorded first, by whom too.

    None where nothing can be read any more, or not here. Raises RuleError (caller_hidden,
    caller_unknown), InputError (field_missing) without a reason.
    """
    if not scope.sees_caller:
        raise RuleError("caller_hidden", name=actor.name)
    said = check_text("reason", reason)
    if not said:
        raise InputError("field_missing", column="reason", action="caller")

    def work(journal: Journal) -> Caller | None:
        rid, incident = visible_incident(journal.connection, scope, number)
        marks = open_marks(journal.connection, rid)
        if not (incident.caller or marks):
            raise RuleError("caller_unknown")
        payload = {"fields": ["name", "phone", "note", "marks"], "opinion": said}
        journal.append("caller_viewed", incident.id, payload, actor)
        caller = open_caller(journal.connection, incident.caller)
        if caller is None:
            return Caller("", "", marks=marks) if marks else None
        return replace(caller, marks=marks)

    return store.write(work)


def archive_ready(store: Store) -> Changes:
    """Archive (T28) what is closed and waits for nothing any more; a dispute waits for somebody."""

    def work(journal: Journal) -> None:
        scope = scope_of(SYSTEM)
        rows = journal.connection.execute(
            "SELECT rid FROM incident WHERE is_open = 1 AND state = 'closed' AND callback_done = 1"
            " AND conflicts = 0 AND rid NOT IN (SELECT rid FROM subject WHERE stale <> '')"
        ).fetchall()
        for (rid,) in rows:
            incident = load_incident(journal.connection, rid)
            assert incident is not None
            with suppress(RuleError):  # one that cannot be archived does not keep the others
                facts = facts_at(journal.connection, journal.clock(), scope, incident)
                kind, payload, *_ = decide(incident, "archive", {}, SYSTEM, facts)
                journal.append(kind, incident.id, payload, SYSTEM)

    return store.write(work).changes


def certain_incident(journal: Journal, scope: Scope, number: str) -> tuple[int, Incident]:
    """Return an incident as all its ops have it: nobody decides on rows that are in doubt."""
    rid, incident = visible_incident(journal.connection, scope, number)
    if not journal.subjects.get(rid).stale:
        return rid, incident
    journal.folding.renew([rid])
    if journal.subjects.get(rid).stale:
        raise BugError("incident_in_doubt", value=number)
    return visible_incident(journal.connection, scope, number)


def visible_incident(connection: Connection, scope: Scope, number: str) -> tuple[int, Incident]:
    """Return row id and incident of a number or id.

    Raises RuleError: incident_unknown where it is not to be seen, number_twice.
    """
    rid = rid_of(connection, scope, number)
    incident = load_incident(connection, rid) if rid is not None else None
    if rid is None or incident is None:
        raise RuleError("incident_unknown", value=number)
    return rid, incident
