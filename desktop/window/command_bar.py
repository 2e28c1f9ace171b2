"""命令条: one field and one panel behind two doors, `/` (look for a text) and Ctrl+K (do)."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from shiboken6 import isValid

from db.commands.lookup import remember_used
from db.store.queries.lookup import NumberRow, Town, numbered, town_to_name
from desktop.context import WARN, AppContext
from desktop.language import say
from desktop.palette import (
    GROUPS,
    ROWS,
    Entry,
    Known,
    Query,
    best,
    by_group,
    named_actions,
    read_line,
)
from desktop.widgets.palette import PalettePanel, Section
from desktop.window import entries
from desktop.window.stage import ABOUT_ONE, Stage

_FORGOTTEN = frozenset({"find", "number", "command"})
"""What is not remembered as used: it would say who looked for whom."""
_FEW = 6
SIGNS = (
    ("> 督办", "只找动作、页面；拼音首字母也行，例如 > db"),
    ("# 0123", "只找编号：整个的，或最后几位"),
    ("@ 城管", "只找单位：看它手里的事件"),
    (": 兴禾", "只找村社、网格：看那里没办完的"),
    ("D 000123", "键、动作名或首字母，加编号：到那一件，马上分流"),
)
"""What may be typed, and what it means."""


class _Before(NamedTuple):
    """Where everything stood when the bar was opened."""

    focus: QWidget | None
    screen: str
    text: str
    rid: int | None


class CommandBar(QObject):
    """Reads what is typed into a field, shows what it may mean, does what is chosen."""

    def __init__(self, context: AppContext, field: QLineEdit, host: QWidget, stage: Stage) -> None:
        super().__init__(field)
        self._context = context
        self._field = field
        self._stage = stage
        self._panel = PalettePanel(field, host)
        self._town = Town()
        self._parts: list[Known] = []
        self._actions: list[Known] = []
        self._others: list[Known] = []
        self._before: _Before | None = None
        self._is_finding = False
        self._is_looking = False
        self._is_hurried = False
        self._found: tuple[NumberRow, ...] = ()
        field.textEdited.connect(self._on_edited)
        self._panel.chosen.connect(self._choose)
        self._panel.hurried.connect(self._on_hurried)
        self._panel.cancelled.connect(self.cancel)
        self._panel.left.connect(self._on_left)
        context.duty.switched.connect(self._on_switched)

    @property
    def panel(self) -> PalettePanel:
        """What is shown below the field."""
        return self._panel

    @property
    def is_open(self) -> bool:
        """Whether the panel is shown."""
        return self._before is not None

    @Slot()
    def open_find(self) -> None:
        """Open at the text to look for on the duty desk, if there is one for the person here."""
        self._open(is_finding=self._has_desk)

    @property
    def _has_desk(self) -> bool:
        return "desk" in self._stage.screens

    @Slot()
    def open_commands(self) -> None:
        """Open at the actions."""
        self._open(is_finding=False)

    @Slot()
    def cancel(self) -> None:
        """Close and leave everything as it was, the focus too."""
        before = self._close()
        if before is None:
            return
        self._restore(before)
        self._stage.show_screen(before.screen)
        self._give_back(before)

    def _open(self, *, is_finding: bool) -> None:
        self._begin(is_finding=is_finding)
        self._field.setText(self._stage.desk.looked_for if is_finding else "")
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._field.selectAll()
        self._show(keeps_cursor=False)

    def _begin(self, *, is_finding: bool) -> None:
        """Note where everything stands, and collect what can be named."""
        self._is_finding = is_finding
        if self._before is not None:
            return
        focus, desk = QApplication.focusWidget(), self._stage.desk
        self._before = _Before(
            None if focus is self._field else focus,
            self._stage.screen_name,
            desk.looked_for,
            desk.view.current_id,
        )
        self._gather()
        if self._has_desk:
            self._load_town()

    def _close(self) -> _Before | None:
        before, self._before = self._before, None
        self._is_hurried = self._is_looking = False
        self._found = ()
        self._context.runner.cancel("palette_numbers")
        self._panel.hide()
        return before

    def _restore(self, before: _Before) -> None:
        """Put back what was looked for on the desk, and the cursor there."""
        self._stage.desk.return_to(before.text, before.rid)
        self._field.setText(before.text)

    def _give_back(self, before: _Before) -> None:
        if before.focus is not None and isValid(before.focus) and before.focus.isVisible():
            before.focus.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._stage.open_screen(before.screen)

    def _gather(self) -> None:
        """Collect what can be named; what is possible is judged now."""
        stage, desk, actor = self._stage, self._stage.desk, self._context.duty.actor
        self._actions = _known(entries.actions(stage, actor))
        self._others = _known(entries.screens(stage))
        if self._has_desk:
            self._others += _known(entries.views(stage, desk.views))
        if "lists" in stage.screens:
            self._others += _known(entries.lists(stage))

    def _load_town(self) -> None:
        store, scope, stage = self._context.store, self._context.duty.scope, self._stage
        before = self._town

        def read() -> tuple[Town, list[Known]] | None:
            town = store.read(lambda c: town_to_name(c, scope))
            return None if town == before else (town, _known(entries.town_parts(stage, town)))

        self._context.runner.read(read, self._on_town, None, "palette_town", self)

    def _on_town(self, found: tuple[Town, list[Known]] | None) -> None:
        if found is not None:
            self._town, self._parts = found
            if self.is_open:
                self._show(keeps_cursor=True)

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        if self._before is None:
            # Somebody clicked into the field and types.
            self._begin(is_finding=self._has_desk)
        query = read_line(text)
        named = self._named(query)
        if self._is_finding:
            self._find_meanwhile(text, is_text=not query.only and not named)
        self._look_up(query.command[1] if named else query.number)
        self._show(keeps_cursor=False)

    def _find_meanwhile(self, text: str, *, is_text: bool) -> None:
        """Let the desk show what holds the text; what is no text leaves it as it was."""
        if is_text:
            self._stage.show_screen("desk")
            self._stage.desk.look_for(text)
        elif self._before is not None:
            self._stage.desk.return_to(self._before.text, self._before.rid)

    def _named(self, query: Query) -> list[Entry]:
        """Return the actions that a line names together with a number."""
        word, _ = query.command
        found = named_actions(self._actions, word) if word else []
        return [entry for entry in found if entry.id in ABOUT_ONE]

    def _look_up(self, number: str) -> None:
        self._found = ()
        self._is_hurried = False
        self._is_looking = bool(number)
        self._context.runner.cancel("palette_numbers")
        if number:
            store, scope = self._context.store, self._context.duty.scope
            self._context.runner.read(
                lambda: store.read(lambda c: numbered(c, scope, number, _FEW)),
                self._on_numbers,
                self._on_not_looked_up,
                "palette_numbers",
                self,
            )

    def _on_numbers(self, rows: Sequence[NumberRow]) -> None:
        self._is_looking = False
        self._found = tuple(rows)
        self._show(keeps_cursor=True)
        if self._is_hurried and rows and self._panel.entry is not None:
            self._choose(self._panel.entry)

    def _on_not_looked_up(self, error: Exception) -> None:
        self._is_looking = False
        self._context.duty.tell_error(error)

    def _show(self, *, keeps_cursor: bool) -> None:
        text = self._field.text().strip()
        sections = self._sections(text) if text else self._empty()
        self._panel.show_sections(sections, keeps_cursor=keeps_cursor)

    def _empty(self) -> list[Section]:
        """Return what is offered before anything is typed."""
        remarks = Section(
            self.tr("还可以这样写"), remarks=[(say(line), say(note)) for line, note in SIGNS]
        )
        if self._is_finding:
            return [Section("", [self._find_entry("")]), remarks]
        live = [one for one in self._actions if not one.entry.refused]
        likely = best(live, Query(), {}, _FEW)
        known = {one.entry.mark: one.entry for one in (*self._others, *self._parts, *live)}
        used = [known[mark] for mark in self._town.used if mark in known]
        used = [entry for entry in used if entry not in likely][:_FEW]
        recent = [Section(self.tr("最近用过"), used)] if used else []
        return [Section(self._about(), likely), *recent, remarks]

    def _about(self) -> str:
        """Return the heading of actions: which incident they are about."""
        shown = self._stage.shown
        if shown is None:
            return GROUPS["action"]
        return f"{GROUPS['action']}  {shown.incident.number[-6:]}  {shown.incident.title}"

    def _sections(self, text: str) -> list[Section]:
        query = read_line(text)
        named = self._named(query)
        first: list[Entry] = []
        if named:
            found = entries.commands(self._stage, named, self._found)
            first += sorted(found, key=lambda entry: bool(entry.refused))[:_FEW]
        elif query.number:
            first += entries.numbers(self._stage, self._found)
        room = ROWS - len(first) - int(self._is_finding)
        used = {mark: place for place, mark in enumerate(self._town.used)}
        pool = (*self._actions, *self._others, *self._parts)
        is_asked = bool(query.words or query.only) and not named
        names = best(pool, query, used, room) if is_asked else []
        groups = by_group([*first, *names])
        sections = [Section(self._title(group), listed) for group, listed in groups.items()]
        if not query.only and self._has_desk:
            sections = self._with_find(text, sections, is_command=bool(named))
        return sections or [Section("", remarks=[("", self._nothing())])]

    def _with_find(self, text: str, sections: list[Section], *, is_command: bool) -> list[Section]:
        """Add the text search: first behind `/`, last behind Ctrl+K and below a command."""
        find = Section("", [self._find_entry(text)])
        if is_command and self._is_looking:
            return [Section(self._nothing())]
        is_first = self._is_finding and not is_command
        return [find, *sections] if is_first else [*sections, find]

    def _nothing(self) -> str:
        return self.tr("正在找……") if self._is_looking else self.tr("没有这样的")

    def _title(self, group: str) -> str:
        return self._about() if group == "action" else GROUPS[group]

    def _find_entry(self, text: str) -> Entry:
        words = self.tr("在值班台查找“{}”").format(text) if text else self.tr("在值班台查找")
        hint = self.tr("编号、标题、内容、地址")
        return Entry("find", "find", words, hint, do=partial(self._find, text))

    def _find(self, text: str) -> None:
        self._stage.desk.look_for(text)
        self._field.setText(text)
        self._stage.open_screen("desk")

    @Slot(object)
    def _choose(self, entry: Entry) -> None:
        before = self._close()
        if before is None:
            return
        if entry.group != "find":
            self._restore(before)
            self._give_back(before)
        if entry.is_noted and entry.group not in _FORGOTTEN:
            self._remember(entry)
        if entry.refused and entry.group != "command":
            self._context.duty.tell(WARN, f"{entry.text}：{entry.refused}")
        elif entry.do is not None:
            entry.do()
        self._field.setText(self._stage.desk.looked_for)

    def _remember(self, entry: Entry) -> None:
        work = partial(remember_used, self._context.store, self._context.duty.actor, entry.mark)
        # Nobody asked for this to be kept: where it cannot be, that is no news.
        self._context.runner.write(work, None, lambda _: None, self)

    @Slot()
    def _on_hurried(self) -> None:
        self._is_hurried = self._is_looking

    @Slot()
    def _on_left(self) -> None:
        """Close because the focus went elsewhere; a text looked for stays in force."""
        if self._close() is not None:
            self._field.setText(self._stage.desk.looked_for)

    @Slot()
    def _on_switched(self) -> None:
        # What one person may see and has used here is not the next one's.
        self._close()
        self._context.runner.cancel("palette_town")
        self._town, self._parts, self._actions, self._others = Town(), [], [], []


def _known(entries: Iterable[Entry]) -> list[Known]:
    return [Known(entry) for entry in entries]
