"""查询: find incidents of all years by any piece of text and by what they are."""

from array import array
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRegularExpression, QSignalBlocker, Qt, Slot
from PySide6.QtGui import QKeyEvent, QRegularExpressionValidator
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from db.commands.search import PHONE_DAYS, CallersFound, find_by_phone, forget_search, save_search
from db.store.changes import Changes
from db.store.driver import Connection
from db.store.lists import policy_at
from db.store.queries.search import (
    PAGE,
    FoundRow,
    SavedSearch,
    SearchFilter,
    found_count,
    found_ids,
    found_rows,
    saved_searches,
)
from db.store.queries.town import areas, units
from desktop.context import OK, AppContext
from desktop.delegates.found_row import FoundRowDelegate, accessible_text
from desktop.language import say
from desktop.models.columns import Column
from desktop.models.paged_table import PagedTableModel
from desktop.override import override
from desktop.screens.search.filters import FilterBar, choices_of
from desktop.screens.search.saved import SavedBar
from desktop.widgets.elided_label import ElidedLabel
from desktop.widgets.fields import Choice
from desktop.widgets.own_keys import claims_key
from desktop.widgets.paged_view import PagedView

if TYPE_CHECKING:
    from desktop.screens.search.export import FoundExport

_MARGIN = 14
_NOTHING = ("没有找到", "您能看到的全部年份、全部状态都查过，含已归档和已并案；请减少字词")
_NOTHING_SUCH = ("没有找到", "全部年份里没有符合这些条件的；请清除条件，或减少字词")
_NOBODY = ("没有找到", "只查近 {days} 天没有办结的事件")


class SearchScreen(QWidget):
    """Words and filters above, what was found below, the newest first. `loaded()` when it is."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._is_loading = False
        self._wanted = SearchFilter()
        self._asked: object = None
        self._words: tuple[str, ...] = ()
        self._model = PagedTableModel([Column("", "", format=accessible_text)], self._rows, self)
        self._model.failed.connect(context.duty.tell_error)
        self.bar = FilterBar()
        self.saved = SavedBar()
        self.phone = QLineEdit(placeholderText=say("来电号码后四位"))
        self.export: FoundExport | None = None
        self.found = ElidedLabel()
        self.take = QPushButton(say("导出 F8"))
        self.more = QPushButton(say("再显示 {:,} 条").format(PAGE))
        self.view = PagedView(self._model, say("查到的事件"), lines=2)
        self._build()
        self._connect()
        self._load()

    @property
    def is_loading(self) -> bool:
        """Whether a search is under way."""
        return self._is_loading

    @Slot()
    def refresh(self) -> None:
        """Look again for what is looked for."""
        self._asked = None
        wanted = self.bar.filter()
        if wrong := self.bar.wrong:
            self._refuse("、".join(wrong))
            return
        with QSignalBlocker(self.phone):
            self.phone.clear()
        self._wanted = wanted
        self._read(after=None)

    @override
    def event(self, event: QEvent) -> bool:
        return claims_key(event, self._is_own_key) or super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F5:
            self.refresh()
        elif event.key() == Qt.Key.Key_F8:
            self.open_export()
        elif event.key() == Qt.Key.Key_Escape and not self.bar.words.hasFocus():
            self.bar.words.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    def _is_own_key(self, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent):
            return False
        is_back = event.key() == Qt.Key.Key_Escape and not self.bar.words.hasFocus()
        return is_back or event.key() in (Qt.Key.Key_F5, Qt.Key.Key_F8)

    @Slot()
    def open_export(self) -> None:
        """Ask for what the found is to be taken away, and whether with callers."""
        if self.export is None:
            from desktop.screens.search.export import FoundExport  # lazy: seldom needed

            self.export = FoundExport(self._context, self)
            layout = self.layout()
            assert isinstance(layout, QVBoxLayout)
            layout.insertWidget(layout.indexOf(self.view), self.export)
            self.export.closed.connect(self.view.setFocus)
            self.export.show()
        self.export.open_for(self._wanted)

    def cancel(self) -> None:
        """End what runs long: the window closes."""
        if self.export is not None:
            self.export.cancel()

    def _build(self) -> None:
        self.phone.setAccessibleName(say("来电号码后四位"))
        self.phone.setToolTip(
            say("按 Enter 查近 {} 天没有办结的事件；每次查询都记入日志，不查来电人的历史。").format(
                PHONE_DAYS
            )
        )
        digits = QRegularExpression("[0-9]{0,4}")
        self.phone.setValidator(QRegularExpressionValidator(digits, self.phone))
        self.view.setItemDelegate(FoundRowDelegate(self._model, lambda: self._words, self.view))
        self.setFocusProxy(self.bar.words)
        second = QHBoxLayout()
        second.setSpacing(8)
        second.addWidget(self.saved, 3)
        second.addWidget(self.phone, 2)
        foot = QHBoxLayout()
        foot.addWidget(self.found, 1)
        foot.addWidget(self.more)
        foot.addWidget(self.take)
        self.take.setAccessibleName(say("导出查到的事件"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 10, 0, 0)
        layout.setSpacing(8)
        for part in (self.bar, second, foot):
            holder = QHBoxLayout()
            holder.setContentsMargins(_MARGIN, 0, _MARGIN, 0)
            if isinstance(part, QWidget):
                holder.addWidget(part)
            else:
                holder.addLayout(part)
            layout.addLayout(holder)
        layout.addWidget(self.view, 1)
        self.more.hide()

    def _connect(self) -> None:
        duty = self._context.duty
        duty.changed.connect(self._on_changed)
        duty.switched.connect(self._on_switched)
        self.bar.changed.connect(self.refresh)
        self.bar.left.connect(self.view.setFocus)
        self.view.activated_id.connect(self._on_activated)
        self.more.clicked.connect(self._show_more)
        self.take.clicked.connect(self.open_export)
        self.phone.returnPressed.connect(self._find_caller)
        self.saved.chosen.connect(self._on_chosen)
        self.saved.kept.connect(self._keep)
        self.saved.forgotten.connect(self._forget)

    def _load(self) -> None:
        self.phone.setVisible(self._context.duty.scope.sees_caller)
        self._load_choices()
        self._load_saved()
        self.refresh()

    def _rows(self, ids: Sequence[int]) -> list[FoundRow | None]:
        scope = self._context.duty.scope
        return self._context.store.read(lambda c: found_rows(c, scope, ids))

    def _read(self, *, after: int | None) -> None:
        store, scope, now = self._context.store, self._context.duty.scope, self._context.clock()
        wanted = self._wanted
        self._is_loading = True
        self.view.set_loading(True)
        self.found.setText(say("正在查找…"))
        self._context.runner.cancel("search_count")
        self._context.runner.read(
            lambda: store.read(lambda c: found_ids(c, scope, wanted, now, after=after)),
            lambda ids: self._on_found(wanted, ids, is_more=after is not None),
            self._on_failed,
            "search",
            self,
        )

    def _on_found(self, wanted: SearchFilter, ids: "array[int]", *, is_more: bool) -> None:
        is_filtered = wanted != SearchFilter(wanted.text)
        empty = _NOTHING_SUCH if is_filtered else _NOTHING
        self._show(self._model.ids + ids if is_more else ids, wanted.words, empty, not is_more)
        is_all = len(ids) < PAGE
        self.more.setVisible(not is_all)
        if is_all:
            self._say(len(self._model.ids))
            return
        self._say(None)
        store, scope, now = self._context.store, self._context.duty.scope, self._context.clock()
        self._context.runner.read(
            lambda: store.read(lambda c: found_count(c, scope, wanted, now)),
            self._say,
            self._on_failed,
            "search_count",
            self,
        )

    def _show(
        self, ids: "array[int]", words: tuple[str, ...], empty: tuple[str, str], is_fresh: bool
    ) -> None:
        self._is_loading = False
        self._words = words
        self.view.set_loading(False)
        title, hint = map(say, empty)
        self.view.set_empty_text(title, hint.format(days=PHONE_DAYS))
        self._model.set_ids(ids, is_fresh=is_fresh)
        self.view.viewport().update()
        if self.view.current_id is None and ids:
            self.view.select_first()

    def _refuse(self, wrong: str) -> None:
        """Show nothing: an empty list of a search that was not made must not read as one."""
        self._context.runner.cancel("search")
        self._context.runner.cancel("search_count")
        title = say("“{}”填的不对，没有查找").format(wrong)
        self._show(array("q"), (), (title, say("没有这个选项，或日期不是 年-月-日")), is_fresh=True)
        self.more.hide()
        self.found.setText(title)

    def _say(self, total: int | None) -> None:
        shown = len(self._model.ids)
        count = say("正在统计总数") if total is None else say("共 {:,} 条").format(total)
        part = say("，显示前 {:,} 条").format(shown) if total != shown else ""
        self.found.setText(say("{}{}，新的在前").format(count, part) if shown else count)

    def _on_failed(self, error: Exception) -> None:
        empty = (say("没有查成"), say("数据没有丢失；改一下条件，或按 F5 再试"))
        self._show(array("q"), (), empty, is_fresh=True)
        self.more.hide()
        self.found.setText(empty[0])
        self._context.duty.tell_error(error)

    @Slot()
    def _show_more(self) -> None:
        self._read(after=self._model.ids[-1])

    @Slot()
    def _find_caller(self) -> None:
        context, tail = self._context, self.phone.text()
        self.bar.clear()
        actor, scope = context.duty.actor, context.duty.scope
        context.runner.cancel("search")
        context.runner.cancel("search_count")
        asked = self._asked = object()
        context.runner.write(
            lambda: find_by_phone(context.store, actor, scope, tail),
            lambda found: self._on_callers(asked, found),
            lambda error: self._on_callers_failed(asked, error),
            self,
        )

    def _on_callers(self, asked: object, found: CallersFound) -> None:
        if asked is not self._asked:
            return
        self._show(array("q", found.rids), (), _NOBODY, is_fresh=True)
        self.more.hide()
        self.found.setText(
            say("近 {} 天没有办结、来电尾号相符的 {} 条；本次查询已记入日志").format(
                PHONE_DAYS, len(found.rids)
            )
        )
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_callers_failed(self, asked: object, error: Exception) -> None:
        if asked is self._asked:
            self._on_failed(error)

    def _load_choices(self) -> None:
        store, now = self._context.store, self._context.clock()
        self._context.runner.read(
            lambda: store.read(lambda c: _read_choices(c, now)),
            self.bar.offer,
            None,
            "search_choices",
            self,
        )

    def _load_saved(self) -> None:
        store, user = self._context.store, self._context.duty.actor.user
        self._context.runner.read(
            lambda: store.read(lambda c: saved_searches(c, user)),
            self.saved.offer,
            None,
            "saved_searches",
            self,
        )

    @Slot(str)
    def _keep(self, name: str) -> None:
        store, duty, wanted = self._context.store, self._context.duty, self.bar.filter()
        actor = duty.actor
        self._context.runner.write(
            lambda: save_search(store, actor, name, wanted),
            duty.while_here(self._on_kept),
            duty.while_here(duty.tell_error),
            self,
        )

    def _on_kept(self, _: None) -> None:
        self._context.duty.tell(OK, say("常用查找已保存"), say("只在这台机器上，只给本人"))
        self._load_saved()

    @Slot(str)
    def _forget(self, name: str) -> None:
        store, actor = self._context.store, self._context.duty.actor
        self.saved.names.clearEditText()
        self._context.runner.write(
            lambda: forget_search(store, actor, name), lambda _: self._load_saved(), owner=self
        )

    @Slot(object)
    def _on_chosen(self, chosen: SavedSearch) -> None:
        self.bar.show_filter(chosen.filter)
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _on_activated(self, rid: int) -> None:
        row = self._model.row_at(self._model.row_of(rid))
        if row is not None:
            self._context.duty.asked_for.emit("desk", row.number)

    @Slot(object)
    def _on_changed(self, changes: Changes) -> None:
        if changes.ids:
            self._model.invalidate(changes.ids)
        if changes.subjects & {"unit", "area", "list"}:
            self._load_choices()

    @Slot()
    def _on_switched(self) -> None:
        # What one person looked for is not the next one's to see.
        self._asked = None
        self._show(array("q"), (), ("", ""), is_fresh=True)
        self.saved.offer(())
        self.saved.names.clearEditText()
        self.phone.setVisible(self._context.duty.scope.sees_caller)
        self._load_saved()
        self.bar.show_filter(SearchFilter())


def _read_choices(connection: Connection, now: int) -> Mapping[str, list[Choice]]:
    policy = policy_at(connection, now)
    known = areas(connection)
    names = {item.code: item.name for item in known}
    places = [
        Choice(item.code, f"{names.get(item.parent, '')} {item.name}".strip())
        if item.level == "grid"
        else Choice(item.code, item.name)
        for item in known
        if item.level in ("village", "grid")
    ]
    return {
        "platform": choices_of(policy.platforms),
        "class_code": [
            Choice(one.code, one.name, one.short_name) for one in policy.classes.values()
        ],
        "area": places,
        "unit": [Choice(one.code, one.name, one.short_name) for one in units(connection)],
    }
