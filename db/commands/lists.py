"""Publishing a list: checked, compared with the one in force, written in parts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from db.domain.calendar import day_start, local_date
from db.domain.errors import InputError, RuleError
from db.domain.list_checks import Checked, Diff, Row, diff, parse_list
from db.domain.lists import KINDS, list_version
from db.domain.ops import Actor
from db.domain.permissions import require
from db.domain.scope import Scope
from db.store.changes import Changes
from db.store.driver import Connection
from db.store.journal import Journal
from db.store.lists import part_id, rows_at, versions_at
from db.store.queries.lists import Touched, known_of, last_published, touched
from db.store.store import Store

MAX_PART = 40 * 1024
"""Bytes of rows in one op; the rest of its 64 kB is for what stands around them."""
MAX_TOLD = 200


@dataclass(frozen=True, slots=True)
class Approval:
    """From when a version counts (UTC milliseconds, None for now) and on whose word."""

    valid_from: int | None = None
    approved_by: str = ""
    doc_no: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What publishing would do: what the check says, what changes, whom it touches.

    `base` is the publication that was the last one when this was looked at.
    """

    kind: str
    version: str
    checked: Checked
    diff: Diff
    touched: Touched
    base: str

    @property
    def is_sound(self) -> bool:
        """Whether it may be published."""
        return not self.checked.errors


class Published(NamedTuple):
    """A version that is durable."""

    kind: str
    version: str
    valid_from: int
    changes: Changes


def preview_list(
    connection: Connection, scope: Scope, town: str, kind: str, rows: Sequence[Row], at: int
) -> Preview:
    """Check a list against what it would replace at an instant and say whom it touches.

    Writes nothing. `at` is now, or the day from which the list is to count.
    """
    _check_kind(kind)
    checked = parse_list(kind, rows, known_of(connection, town, at))
    change = diff(kind, rows_at(connection, kind, at), checked.rows)
    return Preview(
        kind=kind,
        version=list_version(checked.rows),
        checked=checked,
        diff=change,
        touched=touched(connection, scope, town, kind, change),
        base=last_published(connection, kind),
    )


def publish_list(
    store: Store,
    actor: Actor,
    kind: str,
    rows: Sequence[Row],
    approval: Approval,
    base: str | None = None,
) -> Published:
    """Publish a version of a list. `base` is that of the preview it was decided on, None for none.

    Raises RuleError for a person who may not, a list that says what is in force, a day that
    is past, and (list_moved) where another version was published after the preview;
    InputError (list_refused) for rows with errors: `preview_list` names them.
    """
    _check_kind(kind)
    require(actor, "publish_list")
    _check_told(approval)

    def work(journal: Journal) -> tuple[str, int]:
        valid_from = _valid_from(approval, journal.clock())
        last = last_published(journal.connection, kind)
        if base not in (None, last):
            raise RuleError("list_moved", kind=kind)
        known = known_of(journal.connection, store.site.town, valid_from)
        checked = parse_list(kind, rows, known)
        if checked.errors:
            raise InputError("list_refused", kind=kind, count=len(checked.errors))
        version = list_version(checked.rows)
        if versions_at(journal.connection, valid_from)[kind] == version:
            raise RuleError("list_unchanged", kind=kind)
        for payload in _parts(kind, checked.rows, version, valid_from):
            told = {
                "base": last,
                "approved_by": approval.approved_by or actor.name,
                "doc_no": approval.doc_no,
                "note": approval.note,
            }
            id = part_id(kind, version, valid_from, payload["part"])
            journal.append("list_published", id, payload | told, actor)
        return version, valid_from

    (version, valid_from), changes = store.write(work)
    return Published(kind, version, valid_from, changes)


def _parts(
    kind: str, rows: Sequence[Row], version: str, valid_from: int
) -> Iterator[dict[str, Any]]:
    """Yield the payloads of a version, none larger than an op may be."""
    parts: list[list[dict[str, str]]] = [[]]
    room = MAX_PART
    for row in rows:
        room -= len(orjson.dumps(dict(row))) + 1
        if room < 0 and parts[-1]:
            parts.append([])
            room = MAX_PART - len(orjson.dumps(dict(row)))
        parts[-1].append(dict(row))
    for number, part in enumerate(parts, start=1):
        yield {
            "kind": kind,
            "version": version,
            "valid_from": valid_from,
            "part": number,
            "parts": len(parts),
            "rows": part,
        }


def _valid_from(approval: Approval, now: int) -> int:
    if approval.valid_from is None:
        return now
    if approval.valid_from < day_start(local_date(now)):
        raise RuleError("list_backdated", since=approval.valid_from)
    return approval.valid_from


def _check_kind(kind: str) -> None:
    if kind not in KINDS:
        raise InputError("list_kind_unknown", value=kind, known=list(KINDS))


def _check_told(approval: Approval) -> None:
    for column in ("approved_by", "doc_no", "note"):
        if len(getattr(approval, column)) > MAX_TOLD:
            raise InputError("field_too_long", column=column, limit=MAX_TOLD)
