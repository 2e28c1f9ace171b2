"""Beside the map: what is told of the chosen grid, and the incidents that were chosen."""

from array import array
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from db.store.queries.ground import AreaCard
from db.store.queries.queue import QueueRow, queue_rows
from desktop.context import AppContext
from desktop.delegates.queue_row import QueueRowDelegate, accessible_text
from desktop.i18n import POST_NAMES
from desktop.language import say
from desktop.models.columns import Column
from desktop.models.paged_table import PagedTableModel
from desktop.widgets.elided_label import ElidedLabel
from desktop.widgets.map_reading import Reading
from desktop.widgets.paged_view import PagedView

_NOTHING = ("还没有选", "单击网格或事件，或按 O 画圆、P 画多边形")


class MapSide(QWidget):
    """`desk_asked()`: the chosen are wanted at the desk. `opened(row id)`: one of them.

    `nowhere_asked()`: those that no map can show are wanted in the list.
    """

    desk_asked = Signal()
    opened = Signal(object)
    nowhere_asked = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        column = Column("", "", format=lambda row: accessible_text(row, context.clock()))
        self._model = PagedTableModel([column], self._rows, self)
        self._model.failed.connect(context.duty.tell_error)
        self.card = QFrame()
        self.name = ElidedLabel()
        self.facts = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.posts = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.title = ElidedLabel()
        self.view = PagedView(self._model, self.tr("选中的事件"), lines=2)
        self.to_desk = QPushButton()
        self.nowhere = QPushButton()
        self._build()
        self.view.activated_id.connect(self.opened)
        self.to_desk.clicked.connect(self.desk_asked)
        self.nowhere.clicked.connect(self.nowhere_asked)

    @property
    def rids(self) -> tuple[int, ...]:
        """The incidents in the list."""
        return tuple(self._model.ids)

    def show_reading(self, reading: Reading, title: str) -> None:
        """Show what was chosen; the list keeps its place."""
        self._show_card(reading)
        count = len(reading.chosen)
        self.title.setText(title)
        self._model.set_ids(reading.chosen)
        self._model.invalidate(reading.chosen)
        empty = (self.tr("没有待办事件"), "") if title else map(say, _NOTHING)
        self.view.set_empty_text(*empty)
        self.to_desk.setText(self.tr("到值班台看这 {} 件").format(count))
        self.to_desk.setVisible(count > 0)
        lost = len(reading.nowhere)
        self.nowhere.setText(self.tr("另有 {} 件没有坐标也没有网格").format(lost))
        self.nowhere.setVisible(lost > 0)

    def forget(self) -> None:
        """Show nothing until it is read anew: another person sits here now."""
        self.card.hide()
        self.title.setText("")
        self._model.set_ids(array("q"), is_fresh=True)
        self.view.set_empty_text(*map(say, _NOTHING))
        for part in (self.name, self.facts, self.posts):
            part.setText("")
        for button in (self.to_desk, self.nowhere):
            button.hide()

    def _rows(self, ids: Sequence[int]) -> list[QueueRow | None]:
        scope = self._context.duty.scope
        return self._context.store.read(lambda c: queue_rows(c, scope, ids))

    def _build(self) -> None:
        self.card.setProperty("role", "card")
        self.name.setProperty("role", "strong")
        self.posts.setProperty("role", "dim")
        self.posts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inner = QVBoxLayout(self.card)
        inner.setContentsMargins(12, 8, 12, 10)
        inner.setSpacing(4)
        for part in (self.name, self.facts, self.posts):
            inner.addWidget(part)
        self.title.setProperty("role", "strong")
        self.view.setItemDelegate(QueueRowDelegate(self._model, self._context.clock, self.view))
        self.to_desk.setProperty("kind", "primary")
        head = QHBoxLayout()
        head.setContentsMargins(12, 0, 12, 0)
        head.addWidget(self.title, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 0, 12, 10)
        foot.setSpacing(6)
        for button in (self.to_desk, self.nowhere):
            button.hide()
            foot.addWidget(button)
        holder = QVBoxLayout()
        holder.setContentsMargins(12, 0, 12, 0)
        holder.addWidget(self.card)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 10, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(holder)
        layout.addLayout(head)
        layout.addWidget(self.view, 1)
        layout.addLayout(foot)
        self.card.hide()

    def _show_card(self, reading: Reading) -> None:
        card = reading.card
        self.card.setVisible(card is not None)
        if card is None:
            return
        self.name.setText(f"{card.name}　{card.village}" if card.village else card.name)
        self.facts.setText(self._facts(card, reading))
        held = [
            f"{POST_NAMES.get(one.role, one.role)} {one.name}  {one.phone}" for one in card.posts
        ]
        self.posts.setText("\n".join(held) or self.tr("没有登记网格长"))

    def _facts(self, card: AreaCard, reading: Reading) -> str:
        late, lost = reading.late_counts[card.code], reading.lost_counts[card.code]
        parts = [
            self.tr("待办 {}").format(reading.open_counts[card.code]),
            self.tr("■ 超时 {}").format(late) if late else self.tr("没有超时"),
            self.tr("30 天内新到 {}").format(card.recent),
        ]
        if lost:
            parts.append(self.tr("无坐标 {}").format(lost))
        if card.households:
            parts.append(self.tr("{} 户").format(card.households))
        return " · ".join(parts)
