"""Declaring a response, and ending it."""

from collections.abc import Sequence
from dataclasses import dataclass

from db.domain.errors import InputError, RuleError
from db.domain.ops import Actor
from db.domain.responses import Response, check_declared
from db.domain.rules.base import check_text
from db.store.changes import Changes
from db.store.ids import new_id
from db.store.journal import Journal
from db.store.lists import policy_at
from db.store.queries.responses import active_responses
from db.store.store import Store


@dataclass(frozen=True, slots=True)
class Declaration:
    """A response as it is declared; no class or no area means all of them."""

    name: str
    level: str
    factor: int = 50
    classes: Sequence[str] = ()
    areas: Sequence[str] = ()
    doc: str = ""


def declare_response(store: Store, actor: Actor, given: Declaration) -> Changes:
    """Put a response in force from now on. Clocks that run already keep their limits."""

    def work(journal: Journal) -> None:
        response = Response(
            new_id(journal.clock()),
            check_text("name", given.name),
            given.level,
            given.factor,
            tuple(given.classes),
            tuple(given.areas),
            journal.clock(),
            None,
            check_text("doc", given.doc),
        )
        check_declared(response, actor)
        _check_known("class", _classes(journal), response.classes)
        _check_known("area", _areas(journal), response.areas)
        _append(journal, actor, response)

    return store.write(work).changes


def end_response(store: Store, actor: Actor, name: str) -> Changes:
    """End what is in force under a name or an id, every level of it."""

    def work(journal: Journal) -> None:
        found = [
            item
            for item in active_responses(journal.connection, journal.clock())
            if name in (item.id, item.name)
        ]
        if not found:
            raise RuleError("response_unknown", value=name)
        for item in found:
            ended = item._replace(to_at=journal.clock())
            check_declared(ended, actor)
            _append(journal, actor, ended)

    return store.write(work).changes


def _append(journal: Journal, actor: Actor, response: Response) -> None:
    payload = response._asdict()
    id = payload.pop("id")
    payload |= {"classes": list(response.classes), "areas": list(response.areas)}
    journal.append("response_declared", id, payload, actor)


def _classes(journal: Journal) -> set[str]:
    return set(policy_at(journal.connection, journal.clock()).classes)


def _areas(journal: Journal) -> set[str]:
    return {row[0] for row in journal.connection.execute("SELECT code FROM area").fetchall()}


def _check_known(kind: str, known: set[str], given: Sequence[str]) -> None:
    for value in given:
        if value not in known:
            raise InputError(f"field_{kind}", column=f"{kind}_code", value=value, choices=[])
