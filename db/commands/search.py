"""Looking for incidents by who called, and keeping a search under a name."""

import re
from collections.abc import Callable
from typing import NamedTuple

import orjson

from db.domain.errors import InputError, RuleError
from db.domain.ops import Actor
from db.domain.personal import refuse_personal
from db.domain.scope import Scope
from db.domain.search_text import fold
from db.store.changes import Changes
from db.store.driver import Connection
from db.store.envelopes import open_caller, open_marks
from db.store.ids import new_id
from db.store.journal import Journal
from db.store.queries.scope import visible
from db.store.queries.search import SAVED, SearchFilter, saved_searches
from db.store.store import Store

PHONE_DAYS = 30
"""Days back that callers are looked for: somebody rings again about what is still open."""
MAX_SAVED = 30
"""Searches one person keeps."""
_MAX_NAME = 20
_DAY = 86_400_000
_TAIL = re.compile(r"[0-9]{4}")
_CALLED = """
SELECT incident.rid, incident.id, caller FROM incident INDEXED BY incident_open
WHERE is_open = 1 AND taken_in_at >= :since AND {conditions}
AND (caller <> '' OR EXISTS (SELECT 1 FROM op JOIN envelope USING (site, epoch, seq)
WHERE op.subject = incident.rid AND wrapped_key IS NOT NULL))
ORDER BY taken_in_at DESC, incident.rid DESC"""


class CallersFound(NamedTuple):
    """The row ids of the incidents found, the newest first."""

    rids: tuple[int, ...]
    changes: Changes


def find_by_phone(store: Store, actor: Actor, scope: Scope, tail: str) -> CallersFound:
    """Return the open incidents of the last 30 days whose caller's phone ends in four digits.

    Nothing of a phone is stored to be searched: the envelopes of the few that are open are opened
    one by one. That it was asked, by whom, and which incidents answered is recorded, the digits
    are not. Raises RuleError (caller_hidden), InputError (phone_tail_wrong).
    """
    if not scope.sees_caller:
        raise RuleError("caller_hidden", name=actor.name)
    digits = fold(tail).strip()
    if not _TAIL.fullmatch(digits):
        raise InputError("phone_tail_wrong")

    def work(journal: Journal) -> tuple[int, ...]:
        since = journal.clock() - PHONE_DAYS * _DAY
        found = _found(journal.connection, scope, since, digits)
        payload = {"found": [id for _, id in found]}
        journal.append("callers_searched", new_id(journal.clock()), payload, actor)
        return tuple(rid for rid, _ in found)

    return CallersFound(*store.write(work))


def save_search(store: Store, actor: Actor, name: str, wanted: SearchFilter) -> None:
    """Keep a search for this person at this workstation; one of the same name is replaced.

    Raises InputError (search_unnamed; id_number_found, phone_found: it is kept in the clear),
    RuleError (searches_full).
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= _MAX_NAME:
        raise InputError("search_unnamed", most=_MAX_NAME)
    for column, text in (("name", name), ("text", wanted.text)):
        refuse_personal(column, text)

    def change(searches: dict[str, SearchFilter]) -> None:
        searches[name] = wanted
        if len(searches) > MAX_SAVED:
            raise RuleError("searches_full", most=MAX_SAVED)

    _change_saved(store, actor, change)


def forget_search(store: Store, actor: Actor, name: str) -> None:
    """Forget a search that this person kept, if there is one."""
    _change_saved(store, actor, lambda searches: searches.pop(name, None))


def _change_saved(
    store: Store, actor: Actor, change: Callable[[dict[str, SearchFilter]], object]
) -> None:
    def work(journal: Journal) -> None:
        searches = dict(saved_searches(journal.connection, actor.user))
        change(searches)
        journal.set_meta(SAVED + actor.user, orjson.dumps(searches).decode())

    store.write(work)


def _found(connection: Connection, scope: Scope, since: int, digits: str) -> list[tuple[int, str]]:
    conditions, parameters = visible(scope)
    rows = connection.execute(
        _CALLED.format(conditions=conditions), {"since": since, **parameters}
    ).fetchall()
    return [(rid, id) for rid, id, caller in rows if _ends_in(connection, rid, caller, digits)]


def _ends_in(connection: Connection, rid: int, envelope: str, digits: str) -> bool:
    """Whether the caller's number, or one that stood in any text of the incident, ends so."""
    caller = open_caller(connection, envelope)
    phones = (*((caller.phone, *caller.marks) if caller else ()), *open_marks(connection, rid))
    return any(re.sub(r"[^0-9]", "", fold(phone)).endswith(digits) for phone in phones)
