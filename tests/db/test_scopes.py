"""Every query, with every role and two areas: nothing of what is out of scope comes out.

Two ways to see a leak: a word that only a hidden incident says, and an answer that is another one
once the hidden incidents are taken out of the rows. The queries are found by looking; a new one
needs to be told here with what it is asked, or it fails by name.
"""

import dataclasses
import importlib
import inspect
import pkgutil
from array import array
from collections.abc import Mapping

import pytest

import db.publish.queries
import db.store.queries
import desktop.reports
from db.domain.deadlines import day_start, local_date
from db.domain.errors import GridDeskError
from db.domain.incidents import Incident
from db.domain.list_checks import Diff
from db.domain.scope import Scope
from db.store.driver import Connection
from db.store.lists import policy_at
from db.store.queries.audit import AuditFilter, begin_audit
from db.store.queries.duplicates import Account
from db.store.queries.intake import Draft
from db.store.queries.queue import QueueFilter
from db.store.queries.scope import visible
from db.store.queries.search import SearchFilter
from db.store.store import Store
from tests.db.planted import PEOPLE, PLANTED, leaks, plant
from tests.db.store import rig

NOW, DAY = rig.NOW + 3_600_000, 86_400_000
FACTS = {
    # About the town, its people and this station: no incident is read.
    "account_of", "check_actor", "claim_state", "emergency_code", "has_active",
    "is_claimed", "is_over", "policy_of", "door", "sitters", "actor_named", "area_names", "areas",
    "seated", "stations", "units", "units_by_key", "user_named", "user_with_key", "users",
    "posts_of", "area_outlines",
    "place_by_code", "places_in_area", "distance_to", "active_responses", "responses", "known_of",
    "last_published", "list_versions", "templates_for", "used_before", "saved_searches",
    "saved_views", "sheet_head", "positions", "services", "doubts",
}  # fmt: skip
UNITS_OWN = {"unit_loads", "on_time_of"}
"""What a unit has to do and how it does: a figure of the unit, whoever asks for whichever place."""
SEEN_BEFORE = {
    "attachment_rows", "claims_of", "conflicts_of", "open_conflicts", "fact_of", "late_steps",
    "to_take_back", "draft_place", "table_pages",
}  # fmt: skip
"""About an incident, or rows, that whoever asks has been given by a query with a scope."""
ANYBODYS = {"public_between", "public_named"}
"""Shows what no scope hides: see tests/db/publish."""


SHOWN = {
    "count_table": lambda span: span._replace(last=0),  # up to which row of the record it goes
    "begin_audit": type,  # where the reading stands: what it reads is `audit_page`'s
}
"""What is shown of an answer where that is not all of it."""


def functions():
    names = [
        one.name for one in pkgutil.iter_modules(db.store.queries.__path__, "db.store.queries.")
    ]
    for name in (*names, "db.publish.queries"):
        loaded = importlib.import_module(name)
        for _, function in inspect.getmembers(loaded, inspect.isfunction):
            if function.__module__ == name and not function.__name__.startswith("_"):
                yield function


def takes_scope(function):
    return any(item.annotation is Scope for item in inspect.signature(function).parameters.values())


SCOPED = [one for one in functions() if takes_scope(one) and one is not visible]
WORDS = ("", *(told.word for told in PLANTED.values()))
PLACE = {"lon_e6": 125_000_000, "lat_e6": 29_500_000}
SAID = [(word, area) for word in WORDS for area in (rig.GRID, rig.OTHER_GRID)]


def alike(word, area):
    """Return what a report says that is about the same as a planted one."""
    return {
        "content": f"{word}在路边 {word}很久了", "address": f"{word}路8号", "class_code": "ZF02",
        "area_code": area,
    }  # fmt: skip


def filters(town):
    return [
        *(QueueFilter(text=word) for word in (*WORDS, "路", "1")),
        *(QueueFilter(text=word, is_archive=True) for word in (*WORDS, "路")),
        *(QueueFilter(text=number) for _, number in town.ids.values()),
        *(QueueFilter(**{name: True}) for name in ("is_late", "is_soon", "is_asked", "is_stuck")),
        *(QueueFilter(**{name: True}) for name in ("is_mine", "is_disputed")),
        QueueFilter(unit=rig.CGZD),
        QueueFilter(village=rig.OTHER_VILLAGE),
        QueueFilter(area=rig.OTHER_GRID, is_archive=True),
        QueueFilter(class_code="GZ01"),
        QueueFilter(states=("merged",)),
    ]


CHOICES = {
    "rid": lambda town, _: [rid for rid, _ in town.ids.values()],
    "number": lambda town, _: [number for _, number in town.ids.values()],
    "name": lambda town, _: [number for _, number in town.ids.values()],
    "tail": lambda town, _: [number[-6:] for _, number in town.ids.values()],
    "ids": lambda town, _: [[*(rid for rid, _ in town.ids.values()), 99_999]],
    "actor": lambda _, who: [who.actor],
    "now": lambda *_: [NOW, NOW + 40 * DAY],
    "at": lambda *_: [0],
    "since": lambda *_: [0],
    "from_at": lambda *_: [0],
    "to_at": lambda *_: [NOW],
    "day_at": lambda *_: [day_start(local_date(rig.NOW))],
    "code": lambda *_: [rig.TOWN, rig.VILLAGE, rig.OTHER_VILLAGE, rig.OTHER_GRID],
    "limit": lambda *_: [50],
    "printed_by": lambda *_: ["周岚"],
    "town": lambda *_: [rig.TOWN],
    "kind": lambda *_: ["classes"],
    "ref": lambda town, _: town.refs,
    "policy": lambda town, _: [town.policy],
    "walk": lambda *_: [AuditFilter()],
    Incident: lambda *_: [
        Incident("new", **alike(*said), **PLACE, reported_at=rig.NOW) for said in SAID
    ],
    Account: lambda *_: [
        Account("", **alike(*said), **PLACE, precision="map", reported_at=rig.NOW) for said in SAID
    ],
    Draft: lambda *_: [Draft(**alike(*said), point=tuple(PLACE.values())) for said in SAID],
    QueueFilter: lambda town, _: filters(town),
    SearchFilter: lambda *_: [
        *(SearchFilter(text=word) for word in (*WORDS, "路", "鸟")),
        SearchFilter(area=rig.OTHER_VILLAGE),
        SearchFilter(unit=rig.CGZD),
        SearchFilter(class_code="GZ01"),
    ],
    AuditFilter: lambda town, _: [
        AuditFilter(),
        *(AuditFilter(number=number) for _, number in town.ids.values()),
    ],
    Diff: lambda *_: [Diff(removed=({"code": "ZF02"},))],
}
"""What is asked, by the name or the type of a parameter; those with a default keep it."""


class Planted:
    """The record, and its incidents' row ids and numbers by name."""

    def __init__(self, store, ids):
        self.store, self.ids = store, ids
        self.policy = store.read(lambda connection: policy_at(connection, rig.NOW))
        self.refs = [rig_ref(row) for row in rig.rows(store, _REFS)]


_REFS = "SELECT site.id, epoch, seq FROM op JOIN site ON site.n = op.site ORDER BY recv"


def rig_ref(row):
    from db.domain.ops import OpRef

    return OpRef(*row)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    home = tmp_path_factory.mktemp("planted") / "home"
    ids = plant(home)
    with rig.open_store(home) as store:
        yield Planted(store, ids)


def asked(function, town, who):
    """Return every choice of arguments a query is asked with."""
    found = [{}]
    for item in inspect.signature(function).parameters.values():
        if item.annotation is Connection or item.annotation is Scope:
            continue
        if item.default is not inspect.Parameter.empty and item.name != "actor":
            continue
        choose = CHOICES.get(item.annotation) or CHOICES.get(item.name)
        assert choose, f"{function.__qualname__}: tell in CHOICES what {item.name} is asked with"
        found = [{**one, item.name: value} for one in found for value in choose(town, who)]
    return found


def answer(connection, function, scope, given):
    """Return what a query says, or how it refuses, as a text."""
    values = dict(given)
    if isinstance(values.get("walk"), AuditFilter):
        try:
            values["walk"] = begin_audit(connection, scope, values["walk"])
        except GridDeskError as error:
            return str(error)
    named = {
        item.name: connection if item.annotation is Connection else scope
        for item in inspect.signature(function).parameters.values()
        if item.annotation in (Connection, Scope)
    }
    try:
        found = function(**named, **values)
        return plain(SHOWN.get(function.__name__, lambda found: found)(found))
    except GridDeskError as error:
        return str(error)


def plain(value):
    """Return an answer with all that is in it, as a text that is the same for the same answer."""
    if isinstance(value, array):
        return str(list(value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [item.name for item in dataclasses.fields(value)]
        return f"{type(value).__name__}({', '.join(plain(getattr(value, name)) for name in names)})"
    if isinstance(value, Mapping):
        return plain(sorted(f"{plain(key)}: {plain(item)}" for key, item in value.items()))
    if isinstance(value, (set, frozenset)):
        return plain(sorted(map(plain, value)))
    if isinstance(value, (list, tuple)):
        return f"{type(value).__name__}({', '.join(map(plain, value))})"
    if callable(value) and not isinstance(value, type):
        return "function"
    return repr(value)


def take_out(connection, town, hidden):
    """Take hidden incidents out of every table that a query reads but those of units and ops."""
    for name in hidden:
        rid, _ = town.ids[name]
        (id,) = connection.execute("SELECT id FROM incident WHERE rid = ?", (rid,)).fetchone()
        for table in ("timer", "step", "attachment", "pause", "application", "card", "child"):
            connection.execute(f"DELETE FROM {table} WHERE incident = ?", (rid,))
        connection.execute("DELETE FROM child WHERE id = ?", (id,))
        connection.execute("DELETE FROM claim WHERE incident = ?", (id,))
        connection.execute("DELETE FROM search WHERE rowid = ?", (rid,))
        connection.execute("DELETE FROM incident WHERE rid = ?", (rid,))


def test_every_query_takes_a_scope_or_is_named_here():
    unscoped = {function.__name__ for function in functions() if not takes_scope(function)}
    told = FACTS | UNITS_OWN | SEEN_BEFORE | ANYBODYS
    assert sorted(unscoped - told) == [], "give it a scope, or say here why it needs none"
    assert sorted(told - unscoped) == [], "named here, and no longer there or with a scope now"


@pytest.mark.parametrize("who", PEOPLE, ids=lambda who: who.id)
def test_what_may_be_seen_is_what_plain_words_say(town, who):
    """The oracle of these tests and the program agree on who sees what."""
    from db.store.queries.queue import queue_rows

    rids = [rid for rid, _ in town.ids.values()]
    rows = town.store.read(lambda connection: queue_rows(connection, who.scope, rids))
    shown = {name for name, row in zip(town.ids, rows, strict=True) if row}
    assert shown == set(PLANTED) - who.hidden


@pytest.mark.parametrize("function", SCOPED, ids=lambda one: f"{one.__module__}.{one.__name__}")
def test_no_query_tells_of_what_is_out_of_scope(town, function):
    for who in PEOPLE:
        _check(town, function, who)


def _check(town, function, who):
    choices = asked(function, town, who)
    scope, hidden = who.scope, who.hidden
    audits = function.__module__.endswith(".audit")

    def work(journal):
        before = [answer(journal.connection, function, scope, given) for given in choices]
        take_out(journal.connection, town, hidden)
        return before, [answer(journal.connection, function, scope, given) for given in choices]

    before, after = rig.undone(town.store, work)
    for given, said, without in zip(choices, before, after, strict=True):
        about = f"{function.__name__} {who.id} {given}"
        typed = plain(given)
        told = [
            name
            for name in leaks(said, hidden, town.ids)
            if name not in leaks(typed, hidden, town.ids)
        ]
        if audits:
            # An auditor follows an incident by its number and reads nothing that it says.
            assert not [name for name in hidden if PLANTED[name].word[:2] in said], about
            continue
        assert not told, about
        assert said == without, about


def test_a_sheet_is_made_of_what_a_query_gave():
    """No report reads the record by itself: what it prints went past a scope."""
    for module in pkgutil.iter_modules(desktop.reports.__path__, "desktop.reports."):
        loaded = importlib.import_module(module.name)
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            if function.__module__ != module.name:
                continue
            types = {item.annotation for item in inspect.signature(function).parameters.values()}
            assert not types & {Connection, Store}, f"{module.name}.{name}"
        source = inspect.getsource(loaded)
        assert ".read(" not in source, module.name
        assert "Store" not in source, module.name
