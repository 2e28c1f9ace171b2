"""Making a sheet and keeping it: the same bytes for preview, printer and file."""

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from db.commands.exports import check_print, record_print
from db.domain.deadlines import day_start, local_date
from db.domain.errors import InputError, RuleError
from db.domain.ops import Actor
from db.domain.scope import Scope
from db.store.files import write_file
from db.store.queries.sheets import daily_sheet, sheet_head, slip_sheet
from db.store.store import Store
from desktop.language import Words, on_paper, say


@dataclass(frozen=True, slots=True)
class MadeSheet:
    """A finished sheet: its bytes, the name of its file, what it is and of what.

    `rows` is how many incidents stand on it; `secrecy` that of the one it is about.
    """

    pdf: bytes
    file_name: str
    kind: str
    about: str
    rows: int = 0
    secrecy: int = 0

    @property
    def digest(self) -> str:
        """The SHA-256 of the bytes, as it is recorded."""
        return hashlib.sha256(self.pdf).hexdigest()

    @property
    def pages(self) -> int:
        """How many pages it has."""
        return self.pdf.count(b"/Type /Page\n") or self.pdf.count(b"/Type /Page ")


def make_sheet(store: Store, actor: Actor, scope: Scope, kind: str, about: str) -> MadeSheet:
    """Make a sheet of a kind.

    A slip is about a number, the daily report about a day (2026-11-23, empty: today), the sheet of
    all keys (keys) and that of all towns or villages (figures) about nothing.
    """
    with on_paper():
        if kind == "keys":
            return _keys(store, actor)
        if kind == "figures":
            return _figures(store, actor, scope)
        make = _slip if kind == "slip" else _daily
        return make(store, actor, scope, about)


def save_sheet(
    store: Store,
    actor: Actor,
    sheet: MadeSheet,
    target: Path,
    *,
    purpose: str = "",
    second: Actor | None = None,
) -> Path:
    """Write a sheet to a file, or into a folder under a name not yet taken; record it.

    The op stands before the file. Raises RuleError as `check_print` does.
    """
    said = check_print(actor, sheet.secrecy, second)
    path = unused_path(target / sheet.file_name) if target.is_dir() else target
    record_print(
        store, actor, sheet.kind, sheet.about, sheet.digest, sheet.pages,
        purpose=purpose or usual_purpose(sheet.kind), rows=sheet.rows, second=said,
    )  # fmt: skip
    write_file(path, sheet.pdf)
    return path


def usual_purpose(kind: str) -> str:
    """Return for what a sheet is taken where nobody says otherwise."""
    with on_paper():
        return _PURPOSES.get(kind, say("存查"))


_PURPOSES = Words({"slip": "办理", "daily": "上报", "figures": "上报", "keys": "放在键盘旁"})


def unused_path(path: Path) -> Path:
    """Return the path, or the first of its kind with -2, -3 … that does not exist."""
    number, wanted = 2, path
    while wanted.exists():
        wanted = path.with_name(f"{path.stem}-{number}{path.suffix}")
        number += 1
    return wanted


def _slip(store: Store, actor: Actor, scope: Scope, number: str) -> MadeSheet:
    from desktop.reports.names import file_name
    from desktop.reports.slip import make_slip  # lazy: reportlab is not needed to start

    now = store.clock()
    sheet = store.read(lambda c: slip_sheet(c, scope, number, actor.name, now))
    if sheet is None:
        raise RuleError("incident_unknown", value=number)
    secrecy, name = sheet.detail.incident.secrecy, file_name(say("事件处理单"), number)
    return MadeSheet(make_slip(sheet), name, "slip", number, 1, secrecy)


def _daily(store: Store, actor: Actor, scope: Scope, day: str) -> MadeSheet:
    from desktop.reports.daily import make_daily  # lazy: reportlab is not needed to start
    from desktop.reports.names import file_name

    now = store.clock()
    try:
        wanted = date.fromisoformat(day) if day else local_date(now)
    except ValueError as error:
        raise InputError("day_malformed", value=day) from error
    sheet = store.read(lambda c: daily_sheet(c, scope, day_start(wanted), actor.name, now))
    name = file_name(say("日报"), sheet.head.town_name, day_start(wanted))
    named = {row.number for row in (*sheet.late_rows, *sheet.critical_rows)}
    return MadeSheet(make_daily(sheet), name, "daily", wanted.isoformat(), len(named))


def _figures(store: Store, actor: Actor, scope: Scope) -> MadeSheet:
    from db.store.queries.figures import figures
    from desktop.reports.figures import make_figures, title_of  # lazy: as `_daily`
    from desktop.reports.names import file_name

    now = store.clock()
    sheet = store.read(lambda c: figures(c, scope, actor.name, now))
    name = file_name(title_of(sheet.level), sheet.head.town_name, now)
    return MadeSheet(make_figures(sheet), name, "figures", "")


def _keys(store: Store, actor: Actor) -> MadeSheet:
    from desktop.actions import by_group, key_name
    from desktop.reports.key_sheet import TITLE, KeyLine, KeySheet, make_key_sheet
    from desktop.reports.names import file_name  # lazy: reportlab is not needed to start

    head = store.read(lambda c: sheet_head(c, actor.name, store.clock()))
    parts = {
        title: [KeyLine(key_name(one.key), one.text, one.help) for one in listed]
        for title, listed in by_group().items()
    }
    name = file_name(TITLE, head.town_name)
    return MadeSheet(make_key_sheet(KeySheet(head, parts)), name, "keys", "")
