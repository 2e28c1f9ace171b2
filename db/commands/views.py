"""Keeping what the duty desk is narrowed to as a view, under a name."""

from collections.abc import Callable

import orjson

from db.domain.errors import InputError, RuleError
from db.domain.ops import Actor
from db.domain.personal import refuse_personal
from db.store.journal import Journal
from db.store.queries.views import VIEWS, saved_views
from db.store.store import Store

MAX_VIEWS = 30
"""Views one person keeps: each is counted whenever the queue is read."""
MAX_WORDS = 200
"""Characters of the words, and of the name: who gives none has the words for it."""


def save_view(store: Store, actor: Actor, name: str, words: str) -> None:
    """Keep a view for this person at this workstation; one of the same name is replaced.

    Raises InputError (view_too_long; id_number_found, phone_found: it is kept in the clear),
    RuleError (views_full).
    """
    if not 0 < len(name) <= MAX_WORDS or len(words) > MAX_WORDS:
        raise InputError("view_too_long", most=MAX_WORDS)
    for column, text in (("name", name), ("text", words)):
        refuse_personal(column, text)

    def change(views: dict[str, str]) -> None:
        views[name] = words
        if len(views) > MAX_VIEWS:
            raise RuleError("views_full", most=MAX_VIEWS)

    _change(store, actor, change)


def forget_view(store: Store, actor: Actor, name: str) -> None:
    """Forget a view that this person kept, if there is one."""
    _change(store, actor, lambda views: views.pop(name, None))


def _change(store: Store, actor: Actor, change: Callable[[dict[str, str]], object]) -> None:
    def work(journal: Journal) -> None:
        views = dict(saved_views(journal.connection, actor.user))
        change(views)
        journal.set_meta(VIEWS + actor.user, orjson.dumps(views).decode())

    store.write(work)
