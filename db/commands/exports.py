"""Whatever leaves the record is an op: who, what, how much, for what, and the digest of the file.

Sheets on paper are `sheet_printed`, all else is `export_made`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from db.domain.calendar import day_start, local_date
from db.domain.errors import EnvironmentError_, InputError
from db.domain.ops import Actor, Op, decode
from db.domain.permissions import require
from db.domain.rules.base import without_controls
from db.domain.scope import SECRET
from db.store.changes import Changes
from db.store.driver import Connection
from db.store.ids import first_id, new_id
from db.store.journal import Journal
from db.store.medium import digest_of
from db.store.queries.accounts import policy_of
from db.store.store import Store

MAX_PURPOSE = 200
FOUND = "found"
"""The form of what a search found."""
_EXPORTS = """SELECT body FROM subject JOIN op ON op.subject = subject.rid
WHERE ent = 'export' AND subject.id >= ?"""


class Output(NamedTuple):
    """A file that leaves: its name without a folder, bytes, and hex SHA-256."""

    name: str
    size: int
    sha256: str


def output_of(path: Path) -> Output:
    """Return what is recorded of a file that was written."""
    return Output(path.name, path.stat().st_size, digest_of(path))


@dataclass(slots=True)
class Leaving:
    """A file on its way out: `part` is where it is written, `rows` what is to be recorded."""

    part: Path
    rows: int = 0


@contextmanager
def letting_out(
    store: Store,
    actor: Actor,
    action: str,
    form: str,
    path: Path,
    *,
    purpose: str,
    second: Actor | None = None,
    about: str = "",
) -> Iterator[Leaving]:
    """Ask who may, have a new file written, record it; it bears its name only after that.

    Whatever ends it before leaves nothing behind. Raises as `require` and `check_purpose`,
    EnvironmentError_ (file_exists, file_unwritable).
    """
    said, told = require(actor, action, second), check_purpose(purpose)
    if path.exists():
        raise EnvironmentError_("file_exists", path=str(path))
    leaving = Leaving(path.with_name(path.name + ".part"))
    try:
        leaving.part.unlink(missing_ok=True)
        yield leaving
        made = output_of(leaving.part)._replace(name=path.name)
        record_export(
            store, actor, form, [made],
            purpose=told, rows=leaving.rows, second=said, about=about,
        )  # fmt: skip
        leaving.part.rename(path)
    except OSError as error:
        detail = error.strerror or type(error).__name__
        raise EnvironmentError_("file_unwritable", path=str(path), detail=detail) from error
    finally:
        with suppress(OSError):
            leaving.part.unlink(missing_ok=True)


def check_purpose(purpose: str) -> str:
    """Return a purpose as it is recorded; raises InputError (purpose_needed) for none."""
    text = " ".join(without_controls(purpose)[0].split())
    if not text:
        raise InputError("purpose_needed")
    return text[:MAX_PURPOSE]


def check_export(
    store: Store, actor: Actor, callers: int, second: Actor | None
) -> dict[str, object]:
    """Return what the op of an export of what was found says of the second person.

    `callers` are those in it. With those whom this person took out alone since midnight, more than
    policy allows one person need a second. Raises RuleError as `require` does.
    """
    require(actor, "export_found")
    if not callers:
        return {}
    require(actor, "export_callers")
    today = day_start(local_date(store.clock()))
    before = store.read(lambda connection: _taken_alone(connection, actor.user, today))
    if before + callers <= store.read(policy_of).callers_alone:
        return {}
    return dict(require(actor, "export_many_callers", second))


def _taken_alone(connection: Connection, user: str, since: int) -> int:
    """Return how many callers a person took out without a second one since an instant."""
    found = connection.execute(_EXPORTS, (first_id(since),)).fetchall()
    return sum(
        _alone(op) for op in map(decode, chain.from_iterable(found)) if op.actor.user == user
    )


def _alone(op: Op) -> int:
    """Return how many callers an export took out without a second person; nobody checked the op."""
    count = op.payload.get("callers")
    is_alone = op.payload.get("form") == FOUND and "second" not in op.payload
    return count if is_alone and type(count) is int and count > 0 else 0


def check_print(actor: Actor, secrecy: int, second: Actor | None) -> dict[str, object]:
    """Return what the op of a print says of the second person, whom a secret sheet needs.

    Raises RuleError as `require` does.
    """
    return dict(require(actor, "print_secret", second)) if secrecy >= SECRET else {}


def record_print(
    store: Store,
    actor: Actor,
    sheet: str,
    about: str,
    digest: str,
    pages: int,
    *,
    purpose: str = "",
    rows: int = 0,
    second: dict[str, object] | None = None,
) -> Changes:
    """Record that a sheet was printed or saved: what, of what, for what, the file's digest.

    `rows` is how many incidents stand on it.
    """
    payload = {
        "sheet": sheet,
        "about": about,
        "sha256": digest,
        "pages": pages,
        "rows": rows,
        "purpose": purpose[:MAX_PURPOSE],
        **(second or {}),
    }

    def work(journal: Journal) -> None:
        journal.append("sheet_printed", new_id(journal.clock()), payload, actor)

    return store.write(work).changes


def record_export(
    store: Store,
    actor: Actor,
    form: str,
    outputs: Sequence[Output],
    *,
    purpose: str,
    rows: int = 0,
    callers: int = 0,
    second: dict[str, object] | None = None,
    about: str = "",
) -> Changes:
    """Record an export of a form; `rows` and `callers` say how many are in it.

    `about` is a number, a kind or a span of days, never a text that somebody wrote.
    """
    payload = {
        "form": form,
        "purpose": purpose[:MAX_PURPOSE],
        "rows": rows,
        "callers": callers,
        "outputs": [one._asdict() for one in outputs],
        **({"about": about} if about else {}),
        **(second or {}),
    }

    def work(journal: Journal) -> None:
        journal.append("export_made", new_id(journal.clock()), payload, actor)

    return store.write(work).changes
