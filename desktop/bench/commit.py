"""One decision of an operator, from the command to durable and told to the screens."""

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from db.commands.incidents import Done, act
from db.demo.bulk import BareFile, last_body, open_number
from db.domain.ops import Actor
from db.domain.scope import Scope
from db.store.keys import load_key
from db.store.queries.town import actor_named
from db.store.store import Store
from desktop.bench.data import copy_of, record
from desktop.bench.figures import Figure, in_turn, median_ratio, timed

LIMIT = 3.0
ROUNDS = 101
_OFFICER = "周岚"
_NOTE = "已电话联系报事人，约定下午四点现场查看；转告社区网格员到场配合，做好安全警示。"


def measure_commit(data: Path) -> list[Figure]:
    """Time a note on an incident against a bare FULL commit of the same op's bytes."""
    with (
        TemporaryDirectory(dir=data) as folder,
        Store.open(copy_of(record(data, "town10"), Path(folder) / "home")) as store,
    ):
        actor, scope = store.read(lambda connection: actor_named(connection, _OFFICER))
        decide = partial(_decide, store, actor, scope, store.read(open_number))
        count = _commits_of(store, decide)
        body = store.read(last_body)
        bare = BareFile(Path(folder) / "bare.db", load_key(store.home, store.site.key_place))
        ours, theirs = in_turn(
            lambda: timed(decide), lambda: timed(lambda: bare.commit(body)), ROUNDS
        )
        bare.close()
    return [
        Figure("commit", median_ratio(ours, theirs), LIMIT),
        Figure("commit_count", count, 1),
    ]


def _decide(store: Store, actor: Actor, scope: Scope, number: str) -> Done:
    done = act(store, actor, scope, number, "note", {"text": _NOTE})
    assert done.rid in done.changes.ids
    return done


def _commits_of(store: Store, decide: partial[Done]) -> int:
    """Return how often the database commits during one decision."""
    statements: list[str] = []

    def watch(callback: Any) -> None:
        store.write(lambda journal: cast("Any", journal.connection).set_trace_callback(callback))

    watch(statements.append)
    statements.clear()
    decide()
    count = sum(statement.strip().upper() == "COMMIT" for statement in statements)
    watch(None)
    return count
