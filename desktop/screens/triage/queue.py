"""The queue of the duty desk: one part of the work in its order, and what arrives meanwhile."""

from array import array
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from db.store.lists import ListsInForce, lists_at
from db.store.queries.claims import stale_claims
from db.store.queries.queue import Counts, QueueFilter, QueueRow, counts, queue_ids, queue_rows
from desktop.context import WARN, AppContext
from desktop.delegates.queue_row import QueueRowDelegate, accessible_text
from desktop.language import say
from desktop.models.columns import Column
from desktop.models.paged_table import PagedTableModel
from desktop.screens.triage.side import ALL, View
from desktop.widgets.paged_view import PagedView

if TYPE_CHECKING:
    from desktop.filter_words import FilterWords, Narrowing
    from desktop.screens.triage.filter_bar import FilterBar

FIND_MS = 200

MOST_MARKED = 1_000
"""Incidents that one key marks: what is decided at once has to be looked through."""


class _Found(NamedTuple):
    """What a refresh reads."""

    ids: "array[int]"
    counts: Counts
    amber: frozenset[int]
    stale: frozenset[int]


class Queue(QWidget):
    """Shows a `View`, or what holds a text.

    `listed(ListsInForce)` once, when the first rows are there, and before anything is counted.
    `counted(Counts)` and `loaded()` after every refresh; `failed(error)` when one could not be
    read; `found_cleared()` when the text looked for is no longer; `view_saved(name, line of words)`
    when the list is to be kept as a view.
    """

    listed = Signal(object)
    counted = Signal(object)
    loaded = Signal()
    failed = Signal(object)
    found_cleared = Signal()
    view_saved = Signal(str, str)

    def __init__(
        self, context: AppContext, parent: QWidget | None = None, first: View = ALL
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._shown = first
        self._aside: View | None = None
        self._text = ""
        self._words: FilterWords | None = None
        self._narrowed: tuple[object, Narrowing] | None = None
        self._amber: frozenset[int] = frozenset()
        self._stale: frozenset[int] = frozenset()
        self._wanted: int | None = None
        self._is_fresh_wanted = False
        self._is_listed = False
        self._model = PagedTableModel(
            [Column("", "", format=lambda row: accessible_text(row, context.clock()))],
            self._rows,
            self,
        )
        self._model.failed.connect(context.duty.tell_error)
        self._build()
        self._find_timer = QTimer(self, singleShot=True, interval=FIND_MS)
        self._find_timer.timeout.connect(self._fetch_fresh)

    @property
    def view(self) -> PagedView:
        """The list itself."""
        return self._view

    @property
    def text(self) -> str:
        """What is looked for, empty while a view is shown."""
        return self._text

    @property
    def marked(self) -> list[int]:
        """The marked incidents in the order of the list."""
        marked = self._view.marked
        return [rid for rid in self._model.ids if rid in marked]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not self._model.ids

    @property
    def heading(self) -> str:
        """What is shown, in words."""
        if self._text:
            return self.tr("查找：") + self._text
        return (self._aside or self._shown).title

    @property
    def part(self) -> tuple[str, View, str]:
        """What tells one list from another: the text looked for, the view, the filter's words."""
        return self._text, self._aside or self._shown, self._line

    @property
    def is_changing(self) -> bool:
        """Whether another list is on its way."""
        return self._is_fresh_wanted or self._find_timer.isActive()

    @Slot()
    def refresh(self) -> None:
        """Read the queue and its counts anew; nothing moves under the cursor."""
        if not self._is_listed:
            self._read_first()
            return
        store, scope, now = self._context.store, self._context.duty.scope, self._context.clock()
        wanted, picked = self._filter(), self._picked()

        from db.store.queries.marks import amber  # lazy: rules and calendars, off the start path

        def read() -> _Found:
            ids = store.read(lambda c: queue_ids(c, scope, wanted, now))
            return _Found(
                ids if picked is None else array("q", filter(picked.__contains__, ids)),
                store.read(lambda c: counts(c, scope, now)),
                store.read(lambda c: amber(c, scope, now)),
                store.read(lambda c: stale_claims(c, scope, now)),
            )

        self._context.runner.read(read, self._on_fetched, self._on_failed, "queue", self)

    def _read_first(self) -> None:
        """Read no more than the first page needs: it is what a start is waited for."""
        store, scope, now = self._context.store, self._context.duty.scope, self._context.clock()
        wanted = self._filter()

        def read() -> tuple["array[int]", ListsInForce]:
            ids = store.read(lambda c: queue_ids(c, scope, wanted, now))
            return ids, store.read(lambda c: lists_at(c, now))

        self._context.runner.read(read, self._on_first, self._on_failed, "queue", self)

    @Slot(object)
    def show_view(self, view: View) -> None:
        """Show another part of the work, and no longer what was looked for."""
        self._shown, self._aside = view, None
        self._forget_text()

    def show_aside(self, view: View) -> None:
        """Show a part of the work that the side does not offer, until `stop_looking`."""
        self._aside = view
        self._forget_text()

    def go_to(self, rid: int, number: str) -> None:
        """Put the cursor on an incident, looked for by its number where the list lacks it."""
        if not self.is_changing and self._model.row_of(rid) >= 0:
            self._view.set_current_id(rid)
        else:
            self.want(rid)
            self.look_for(number)

    def look_for(self, text: str) -> None:
        """Show what holds a text; an empty one shows the view again."""
        self._text = text.strip()
        self._find_timer.start()

    @Slot()
    def stop_looking(self) -> None:
        """Show the view again, if something was looked for."""
        if self._text or self._aside:
            self.show_view(self._shown)

    @Slot()
    def mark_all(self) -> None:
        """Mark every incident of the list, as far as it may be looked through."""
        ids = self._model.ids[:MOST_MARKED]
        self._view.set_marked(ids)
        if len(self._model.ids) > MOST_MARKED:
            text = self.tr("一次最多标记 {} 件，标的是前面的").format(MOST_MARKED)
            self._context.duty.tell(WARN, text)

    def show_parts(self, names: Iterable[str]) -> None:
        """Show these parts of the second line of a row, and no others."""
        self._delegate.meta = frozenset(names)
        self._view.viewport().update()

    def set_words(self, words: "FilterWords") -> None:
        """Take what the words of a filter mean in this town."""
        self._words, self._narrowed = words, None
        if self._line:
            self.refresh()

    @Slot()
    def open_filter(self) -> None:
        """Narrow the list by words."""
        self._bar.say(self._narrowing())
        self._bar.open()

    @Slot()
    def save_view(self) -> None:
        """Keep what the list is narrowed to as a view."""
        self._bar.save()

    def clear_filter(self) -> bool:
        """Show the whole view again; tell whether it was narrowed."""
        was_narrowed = "_bar" in vars(self) and not self._bar.isHidden()
        if was_narrowed:
            self._bar.clear()
            self._fetch_fresh()
        return was_narrowed

    def forget(self) -> None:
        """Show no row until they are read anew: another person sits here now."""
        self._context.runner.cancel("queue")
        self._amber = self._stale = frozenset()
        self._wanted = self._view.current_id
        self._view.set_loading(True)
        self._order.clear()
        self._model.set_ids(array("q"), is_fresh=True)

    def want(self, rid: int) -> None:
        """Go to a row as soon as it is there."""
        self._wanted = rid

    def _build(self) -> None:
        self._view = PagedView(self._model, self.tr("事件队列"), lines=2)
        self._delegate = QueueRowDelegate(self._model, self._context.clock, self._view)
        self._view.setItemDelegate(self._delegate)
        self._view.set_loading(True)
        self._view.arrived_above.connect(self._on_arrived_above)
        self._heading = QLabel(textFormat=Qt.TextFormat.PlainText)
        self._heading.setProperty("role", "strong")
        self._order = QLabel(textFormat=Qt.TextFormat.PlainText)
        self._order.setProperty("role", "dim")
        self._marked = QLabel(textFormat=Qt.TextFormat.PlainText)
        self._marked.setProperty("role", "accent")
        self._view.marked_changed.connect(self._on_marked)
        self._arrived = QLabel(textFormat=Qt.TextFormat.PlainText)
        self._arrived.setProperty("role", "accent")
        bar = QWidget(self)
        bar.setProperty("role", "bar")
        line = QHBoxLayout(bar)
        line.setContentsMargins(12, 8, 12, 8)
        line.addWidget(self._heading)
        line.addWidget(self._marked)
        line.addStretch(1)
        line.addWidget(self._order)
        line.addWidget(self._arrived)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(bar)
        layout.addWidget(self._view)

    @cached_property
    def _bar(self) -> "FilterBar":
        from desktop.screens.triage.filter_bar import FilterBar  # lazy: off the start path

        bar, layout = FilterBar(self), self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(1, bar)
        bar.edited.connect(self._on_narrowed)
        bar.left.connect(self._on_bar_left)
        bar.saved.connect(self.view_saved)
        return bar

    @property
    def _line(self) -> str:
        """The words typed into the filter."""
        return self._bar.line if "_bar" in vars(self) else ""

    def _rows(self, ids: Sequence[int]) -> list[QueueRow | None]:
        scope = self._context.duty.scope
        rows = self._context.store.read(lambda c: queue_rows(c, scope, ids))
        amber, stale = self._amber, self._stale
        if not (amber or stale):
            return rows
        return [
            row and row._replace(is_amber=row.rid in amber, is_stale=row.rid in stale)
            for row in rows
        ]

    def _filter(self) -> QueueFilter:
        if self._text:
            return QueueFilter(text=self._text)
        return self._narrowing().filter if self._line else (self._aside or self._shown).filter

    def _picked(self) -> frozenset[int] | None:
        """Return the only incidents to be shown, None for all that the filter lets through."""
        return None if self._text else (self._aside or self._shown).picked

    def _narrowing(self) -> "Narrowing":
        if self._words is None:
            from desktop.filter_words import FilterWords  # lazy: off the start path

            self._words = FilterWords({}, {}, {}, {})
        wanted = self._line, (self._aside or self._shown).filter
        if self._narrowed is None or self._narrowed[0] != wanted:
            self._narrowed = wanted, self._words.read(*wanted)
        return self._narrowed[1]

    def _forget_text(self) -> None:
        self._find_timer.stop()
        self._text = ""
        self.found_cleared.emit()
        self._fetch_fresh()

    @Slot()
    def _fetch_fresh(self) -> None:
        """Read another list: it stays owed until one is shown, whatever read brings it."""
        self._is_fresh_wanted = True
        self.refresh()

    def _on_first(self, found: tuple["array[int]", ListsInForce]) -> None:
        ids, lists = found
        self._is_listed = True
        self._show_ids(ids)
        self.listed.emit(lists)

    def _on_fetched(self, found: _Found) -> None:
        ids, counted, self._amber, self._stale = found
        self._show_ids(ids)
        self.counted.emit(counted)
        self.loaded.emit()

    def _show_ids(self, ids: "array[int]") -> None:
        is_fresh, self._is_fresh_wanted = self._is_fresh_wanted, False
        self._view.set_loading(False)
        self._say_what_empty_means()
        self._model.set_ids(ids, is_fresh=is_fresh)
        self._model.invalidate()
        self._view.viewport().update()
        self._heading.setText(self.heading)
        is_archive = self._filter().is_archive or bool(self._text)
        order = self.tr("新的在前") if is_archive else self.tr("按风险与时限排序")
        self._order.setText(say("{}  {} 件").format(order, len(ids)))
        if self._wanted is not None and (self._view.set_current_id(self._wanted) or is_fresh):
            self._wanted = None
        if self._view.current_id is None and ids:
            self._view.select_first()

    @Slot(str)
    def _on_narrowed(self, _: str) -> None:
        self._bar.say(self._narrowing())
        self._find_timer.start()

    @Slot()
    def _on_bar_left(self) -> None:
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_failed(self, error: Exception) -> None:
        self._view.set_loading(False)
        self._view.set_empty_text(self.tr("读取失败"), self.tr("数据没有丢失；按 F5 再试"))
        self.failed.emit(error)

    def _say_what_empty_means(self) -> None:
        if self._text or (self._line and not self._narrowing().is_empty):
            self._view.set_empty_text(self.tr("没有找到"), self.tr("按 Esc 清除"))
        else:
            self._view.set_empty_text(
                self.tr("这里没有待办事件"), self.tr("按 N 登记新事件，Alt+2 导入工单")
            )

    @Slot(int)
    def _on_marked(self, count: int) -> None:
        text = self.tr("已标记 {} 件，按键一起办，Esc 取消").format(count) if count else ""
        self._marked.setText(text)

    @Slot(int)
    def _on_arrived_above(self, count: int) -> None:
        self._arrived.setText(self.tr("上方新到 {} 件 ↑").format(count) if count else "")
