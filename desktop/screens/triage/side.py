"""The list beside the queue: which part of the work is shown, and how much of it there is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QWidget

from db.store.lists import ListsInForce
from db.store.queries.queue import Counts, QueueFilter
from desktop.delegates.side_row import COUNT_ROLE, KIND_ROLE, SideRowDelegate
from desktop.language import say
from desktop.override import override

_VIEW_ROLE = Qt.ItemDataRole.UserRole + 10


@dataclass(frozen=True, slots=True)
class View:
    """One part of the work: its name, the filter behind it, how it is marked.

    `picked`: only these of what the filter lets through, by row id.
    """

    name: str
    filter: QueueFilter
    kind: str = ""
    picked: frozenset[int] | None = None
    is_own: bool = False
    """Saved by a person, who named it."""

    @property
    def title(self) -> str:
        """The name in the language of the interface, but as it was given by a person."""
        return self.name if self.is_own else say(self.name)


ALL = View("待办全部", QueueFilter())
GROUPS: tuple[tuple[str, tuple[View, ...]], ...] = (
    (
        "队列",
        (
            ALL,
            View("我认领的", QueueFilter(is_mine=True)),
            View("待分办", QueueFilter(states=("reported", "accepted"))),
            View("待受理", QueueFilter(states=("reported", "verifying"))),
            View("退回补充", QueueFilter(states=("returned",))),
            View("待分流", QueueFilter(states=("accepted",))),
            View("待签收", QueueFilter(states=("dispatched",))),
            View("处置中", QueueFilter(states=("handling",))),
            View("挂起", QueueFilter(states=("paused",))),
            View("待核查", QueueFilter(states=("checking",))),
            View("待回访", QueueFilter(states=("closed",))),
            View("待审批", QueueFilter(is_asked=True), "warn"),
            View("分歧", QueueFilter(is_disputed=True), "dispute"),
        ),
    ),
    (
        "时限",
        (
            View("已超时", QueueFilter(is_late=True), "danger"),
            View("即将超时", QueueFilter(is_soon=True), "warn"),
            View("卡住", QueueFilter(is_stuck=True), "warn"),
        ),
    ),
)
OWN = View("本级", QueueFilter(level="district"))
"""What a district itself has to do; its queue begins with that."""
WHOLE = View("全区", QueueFilter())
ARCHIVE = View("全部事件", QueueFilter(is_archive=True))


class SideList(QListWidget):
    """Views with their counts; `chosen(View)` when another one is picked.

    `removed(View)` when a saved one is no longer wanted.
    """

    chosen = Signal(object)
    removed = Signal(object)

    def __init__(self, parent: QWidget | None = None, *, is_district: bool = False) -> None:
        super().__init__(parent)
        self.is_district = is_district
        self.setAccessibleName(self.tr("队列和筛选"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("role", "side")
        self._fit_to_font()
        self.setItemDelegate(SideRowDelegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._villages: tuple[View, ...] = ()
        self._saved: tuple[View, ...] = ()
        self._listed: tuple[tuple[str, tuple[View, ...]], ...] = ()
        self._counts: Counts | None = None
        self._fill()
        self.currentItemChanged.connect(self._on_current_changed)

    @property
    def view(self) -> View:
        """The view picked."""
        item = self.currentItem()
        view = item.data(_VIEW_ROLE) if item else None
        return view if isinstance(view, View) else self.first

    @property
    def first(self) -> View:
        """What is shown to begin with: a district's own work, else all."""
        return OWN if self.is_district else ALL

    @property
    def views(self) -> tuple[View, ...]:
        """All views offered, in their order."""
        return tuple(view for _, views in self._groups() for view in views)

    def show_view(self, view: View) -> None:
        """Pick a view; one that is not offered is left alone."""
        for row in range(self.count()):
            if self.item(row).data(_VIEW_ROLE) == view:
                if row == self.currentRow():
                    self.chosen.emit(view)
                self.setCurrentRow(row)

    def set_villages(self, names: Mapping[str, str]) -> None:
        """Offer a view for each village, or at a district for each town (code -> name)."""
        views = tuple(View(name, QueueFilter(village=code)) for code, name in names.items())
        if views != self._villages:
            self._villages = views
            self._fill()
            if self._counts:
                self.set_counts(self._counts)

    def set_lists(self, lists: ListsInForce) -> None:
        """Offer a view for each stage of the loop and each platform, as the town calls them."""
        stages = tuple(View(stage.name, QueueFilter(states=stage.states)) for stage in lists.stages)
        platforms = tuple(
            View(name, QueueFilter(platform=code)) for code, name in lists.policy.platforms.items()
        )
        listed = ((say("闭环阶段"), stages), (say("平台"), platforms))
        if listed != self._listed:
            self._listed = listed
            self._fill()
            if self._counts:
                self.set_counts(self._counts)

    def set_saved(self, views: Sequence[View]) -> None:
        """Offer the views that the person here has saved."""
        if self._saved != tuple(views):
            self._saved = tuple(views)
            self._fill()
            if self._counts:
                self.set_counts(self._counts)

    def set_saved_counts(self, counts: Mapping[View, int]) -> None:
        """Show how much there is in the saved views."""
        for row in range(self.count()):
            item = self.item(row)
            if (view := item.data(_VIEW_ROLE)) in counts:
                item.setData(COUNT_ROLE, counts[view])

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_to_font()
            self._fill()
            if self._counts:
                self.set_counts(self._counts)

    def _fit_to_font(self) -> None:
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("汉") * 11)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.view in self._saved:
            self.removed.emit(self.view)
        else:
            super().keyPressEvent(event)

    def set_counts(self, counts: Counts) -> None:
        """Show how much work there is in each view."""
        self._counts = counts
        for row in range(self.count()):
            item = self.item(row)
            view = item.data(_VIEW_ROLE)
            if isinstance(view, View) and view not in self._saved and view != ARCHIVE:
                item.setData(COUNT_ROLE, _count_of(view, counts))

    def show_all(self) -> None:
        """Go back to all open work."""
        self.setCurrentRow(1)

    def _fill(self) -> None:
        chosen = self.view
        self.blockSignals(True)
        self.clear()
        for title, views in self._groups():
            self._add_title(title)
            for view in views:
                self._add_view(view, is_current=view == chosen)
        self.blockSignals(False)

    def _groups(self) -> list[tuple[str, tuple[View, ...]]]:
        groups = [*GROUPS, *self._listed]
        if self.is_district:
            title, (_, *parts) = groups[0]
            groups[0] = (title, (OWN, WHOLE, *parts))
        if self._saved:
            groups.insert(2, (say("保存的视图"), self._saved))
        if self._villages:
            title = say("镇街") if self.is_district else say("村社")
            groups.append((title, self._villages))
        return [*groups, (say("查阅"), (ARCHIVE,))]

    def _add_title(self, title: str) -> None:
        item = QListWidgetItem(say(title), self)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setData(KIND_ROLE, "title")
        item.setSizeHint(QSize(0, self.fontMetrics().height() + 14))

    def _add_view(self, view: View, *, is_current: bool) -> None:
        item = QListWidgetItem(view.title, self)
        item.setData(_VIEW_ROLE, view)
        item.setData(KIND_ROLE, view.kind)
        item.setSizeHint(QSize(0, self.fontMetrics().height() + 10))
        if is_current:
            self.setCurrentItem(item)

    @Slot(object, object)
    def _on_current_changed(self, current: QListWidgetItem | None, _: object) -> None:
        view = current.data(_VIEW_ROLE) if current else None
        if isinstance(view, View):
            self.chosen.emit(view)


def _count_of(view: View, counts: Counts) -> int:
    wanted = view.filter
    if wanted.is_late:
        return counts.late
    if wanted.is_soon:
        return counts.soon
    if wanted.is_mine:
        return counts.mine
    if wanted.is_stuck:
        return counts.stuck
    if wanted.is_disputed:
        return counts.disputed
    if wanted.is_asked:
        return counts.asked
    if wanted.states:
        return sum(counts.by_state.get(state, 0) for state in wanted.states)
    if wanted.platform:
        return counts.by_platform.get(wanted.platform, 0)
    if wanted.level:
        return counts.own
    if wanted.village:
        found = counts.by_village.items()
        return sum(count for code, count in found if code.startswith(wanted.village))
    return counts.total
