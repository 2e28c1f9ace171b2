"""What may be the same matter as the incident shown: a line beside it, a page to compare on.

Nothing is merged by itself: M asks the rules to merge the two compared, A goes on to accept the
incident as one of its own.
"""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from db.domain.duplicates import DUPLICATE, NEAR, RADIUS, RECURRENCE, SIMILAR, WIDE
from db.store.queries.duplicates import Candidate, Found, Likeness, duplicates_of
from db.store.queries.incidents import Detail
from desktop.actions import BY_ID, bind
from desktop.context import AppContext
from desktop.duplicate_words import VERDICT_NAMES, older_text, points_text, reason_texts
from desktop.i18n import SOURCE_NAMES, STATE_NAMES, instant
from desktop.language import say
from desktop.place_words import whole_place
from desktop.town_lists import current_policy

_MERGEABLE = ("reported", "accepted")
_UNDECIDED = frozenset({"reported", "verifying", "returned", "accepted"})
"""States in which nobody has sent anyone yet: then it is worth saying without being asked."""
_WIDER = {RADIUS: NEAR, NEAR: WIDE, WIDE: RADIUS}


class Duplicates(QObject):
    """Looks for duplicates of the incident shown and lets a person judge them.

    `merge_asked(id, number)`: merge the first into the second. `distinct_asked(row id)`: that
    incident is none of these. `closed()` when the page is left.
    """

    merge_asked = Signal(str, str)
    distinct_asked = Signal(int)
    closed = Signal()

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._ruled_out: dict[str, frozenset[str]] = {}
        """Incident -> those it was compared with by the person who said that it is none of them."""
        self._rid: int | None = None
        self._compared = (-1, RADIUS)
        """Row id and metres of what the page is about: the queue beside it moves on."""
        self.bar = QPushButton()
        self.bar.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.bar.hide()
        self.page = DuplicatesPage()
        self.page.widen_asked.connect(self._widen)
        self.page.merge_asked.connect(self.merge_asked)
        self.page.distinct_asked.connect(self._on_distinct)
        self.page.left.connect(self.closed)

    def look(self, detail: Detail) -> None:
        """Look for what may be the same as an incident, and say so beside it."""
        if detail.incident.state not in _UNDECIDED:
            self.leave()
            return
        if detail.rid != self._rid:
            self.bar.hide()
        self._rid = detail.rid
        self._read("duplicates", detail.rid, RADIUS, self._on_found)

    def leave(self) -> None:
        """Say nothing: no incident is shown, or none that waits for a decision."""
        self._rid = None
        self._context.runner.cancel("duplicates")
        self.bar.hide()

    def forget(self) -> None:
        """Forget what a person looked at and said: another one sits here now."""
        self.leave()
        self._context.runner.cancel("duplicates-page")
        self._ruled_out.clear()
        self.page.show_loading()

    def open(self, detail: Detail) -> None:
        """Show the page for an incident of any state."""
        self.page.show_loading()
        self._compare(detail.rid, RADIUS)

    def is_ruled_out(self, id: str) -> bool:
        """Whether the person here has looked at what is alike and said that it is another matter.

        That holds until something new is likely.
        """
        return id in self._ruled_out

    def _compare(self, rid: int, radius: int) -> None:
        self._compared = (rid, radius)
        self._read("duplicates-page", rid, radius, self._on_page_found)

    def _read(
        self, key: str, rid: int, radius: int, on_found: Callable[[Found | None], None]
    ) -> None:
        store, duty = self._context.store, self._context.duty
        scope = duty.scope
        self._context.runner.read(
            lambda: store.read(lambda c: duplicates_of(c, scope, rid, radius)),
            on_found,
            duty.tell_error,
            key,
            self,
        )

    def _on_found(self, found: Found | None) -> None:
        if found is None or found.subject.rid != self._rid:
            return
        said = [
            say("{} {} 件").format(VERDICT_NAMES[verdict], count)
            for verdict in (DUPLICATE, RECURRENCE, SIMILAR)
            if (count := sum(item.score.verdict == verdict for item in found.likely))
        ]
        sure = {item.candidate.id for item in found.likely if item.score.verdict != SIMILAR}
        if not sure <= self._ruled_out.get(found.subject.id, frozenset()):
            self._ruled_out.pop(found.subject.id, None)
        self.bar.setVisible(bool(sure) and found.subject.id not in self._ruled_out)
        self.bar.setText(say("{}  {}：比对").format(BY_ID["duplicates"].key, "，".join(said)))

    def _on_page_found(self, found: Found | None) -> None:
        if found is not None:
            _, radius = self._compared
            self.page.show_found(found, radius)

    @Slot()
    def _widen(self) -> None:
        rid, radius = self._compared
        self._compare(rid, _WIDER[radius])

    @Slot(object)
    def _on_distinct(self, found: Found) -> None:
        self._ruled_out[found.subject.id] = frozenset(item.candidate.id for item in found.likely)
        self.bar.hide()
        self.distinct_asked.emit(found.subject.rid)


class DuplicatesPage(QWidget):
    """Candidates at the left, the two compared side by side at the right."""

    merge_asked = Signal(str, str)
    distinct_asked = Signal(object)
    widen_asked = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: Found | None = None
        self._heading = _label("", "strong")
        self._list = QListWidget()
        self._list.setAccessibleName(self.tr("可能是同一件事的"))
        self._list.setMinimumWidth(self._list.fontMetrics().horizontalAdvance("汉") * 17)
        self._list.setSpacing(2)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.currentRowChanged.connect(self._show_row)
        self._compared = QScrollArea()
        self._compared.setWidgetResizable(True)
        self._compared.setFrameShape(QScrollArea.Shape.NoFrame)
        self._merge = self._button("merge", self._ask_merge)
        self._distinct = self._button("accept", self._ask_distinct)
        self._wider = self._button("duplicates", self.widen_asked.emit)
        self._back = self._button("back", self.left.emit)
        self._lay_out()
        bind(self, "merge", self._ask_merge, has_children=True)
        bind(self, "accept", self._ask_distinct, has_children=True)
        bind(self, "duplicates", self.widen_asked.emit, has_children=True)
        bind(self, "down", partial(self._step, 1), has_children=True)
        bind(self, "up", partial(self._step, -1), has_children=True)
        self.setFocusProxy(self._list)

    @property
    def current(self) -> Likeness | None:
        """The candidate compared with, if any."""
        row = self._list.currentRow()
        return self._found.likely[row] if self._found and row >= 0 else None

    @property
    def merging(self) -> tuple[Candidate, Candidate] | None:
        """Which would be merged into which: the later into the earlier, where it still may."""
        if self._found is None or self.current is None:
            return None
        ends = (self._found.subject, self.current.candidate)
        earlier, later = sorted(ends, key=lambda item: (item.account.reported_at, item.number))
        for child, lead in ((later, earlier), (earlier, later)):
            if child.state in _MERGEABLE and lead.account.closed_at is None:
                return child, lead
        return None

    def show_loading(self) -> None:
        """Say that it is being looked."""
        self._found = None
        self._list.clear()
        self._heading.setText(self.tr("正在比对……"))
        self._show_row(-1)

    def show_found(self, found: Found, radius: int) -> None:
        """Show the candidates of an incident; the first is compared."""
        self._found = None
        self._list.clear()
        self._found = found
        self._heading.setText(
            say("{}  可能重复 {} 件").format(found.subject.number[-6:], len(found.likely))
            + older_text(found.compared, found.older)
        )
        self._wider.setText(say("{}  换范围（现为 {} 米）").format(BY_ID["duplicates"].key, radius))
        for item in found.likely:
            self._list.addItem(_line(item))
        self._list.setCurrentRow(0 if found.likely else -1)
        self._show_row(self._list.currentRow())
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.addWidget(self._heading)
        side.addWidget(self._list, 1)
        foot = QHBoxLayout()
        for button in (self._merge, self._distinct, self._wider, self._back):
            foot.addWidget(button)
        foot.addStretch(1)
        right = QVBoxLayout()
        right.addWidget(self._compared, 1)
        right.addLayout(foot)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(16)
        layout.addLayout(side, 1)
        layout.addLayout(right, 3)

    def _button(self, action: str, slot: Callable[[], object]) -> QPushButton:
        button = QPushButton(f"{BY_ID[action].key}  {BY_ID[action].text}")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: slot())
        return button

    @Slot(int)
    def _show_row(self, row: int) -> None:
        found, item = self._found, self.current
        self._distinct.setText(say("{}  不是重复，去受理").format(BY_ID["accept"].key))
        self._distinct.setEnabled(found is not None and found.subject.state in _UNDECIDED)
        merging = self.merging
        self._merge.setEnabled(merging is not None)
        self._merge.setText(
            say("M  {} 并入 {}").format(merging[0].number[-6:], merging[1].number[-6:])
            if merging
            else say("M  不能并案")
        )
        if found is None or item is None:
            text = self.tr("没有像的。按 = 换更大的范围再找。") if found else ""
            self._compared.setWidget(_label(text, "dim"))
        else:
            self._compared.setWidget(_comparison(found.subject, item))

    @Slot()
    def _ask_merge(self) -> None:
        if self.merging:
            child, lead = self.merging
            self.merge_asked.emit(child.id, lead.number)

    @Slot()
    def _ask_distinct(self) -> None:
        if self._found is not None and self._distinct.isEnabled():
            self.distinct_asked.emit(self._found)

    def _step(self, step: int) -> None:
        row = self._list.currentRow() + step
        if 0 <= row < self._list.count():
            self._list.setCurrentRow(row)


def _line(item: Likeness) -> str:
    head = f"{VERDICT_NAMES[item.score.verdict]} {points_text(item.score)}"
    title, *_ = item.candidate.account.title.splitlines() or [""]
    first = reason_texts(item.score, current_policy().classes)[0]
    return f"{head}  {item.candidate.number[-6:]}\n{title}\n{first}"


def _comparison(subject: Candidate, item: Likeness) -> QWidget:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    verdict = f"{VERDICT_NAMES[item.score.verdict]} {points_text(item.score)}"
    layout.addWidget(_label(verdict, "title"))
    for text in reason_texts(item.score, current_policy().classes):
        layout.addWidget(_label(f"· {text}", ""))
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(1, 1)
    grid.setColumnStretch(2, 1)
    heads = ("", say("这一件"), say("对方"))
    for column, head in enumerate(heads):
        grid.addWidget(_label(head, "strong"), 0, column)
    sides = zip(_facts(subject), _facts(item.candidate), strict=True)
    for row, ((name, one), (_, other)) in enumerate(sides, start=1):
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(_label(name, "dim"), row, 0, top)
        grid.addWidget(_label(one, ""), row, 1, top)
        grid.addWidget(_label(other, ""), row, 2, top)
    layout.addSpacing(8)
    layout.addLayout(grid)
    layout.addStretch(1)
    return page


def _facts(item: Candidate) -> tuple[tuple[str, str], ...]:
    account = item.account
    known = current_policy().classes.get(account.class_code)
    return (
        (say("编号"), item.number),
        (say("标题"), account.title),
        (say("内容"), account.content),
        (say("地点"), whole_place(item.area_name, account.address) or say("未填")),
        (say("上报"), instant(account.reported_at)),
        (say("来源"), SOURCE_NAMES.get(item.source, item.source)),
        (say("分类"), known.name if known else say("未分类")),
        (say("状态"), STATE_NAMES[item.state]),
        (say("结案"), instant(account.closed_at) if account.closed_at else say("未结案")),
        (say("附件"), say("{} 个").format(item.files) if item.files else say("无")),
    )


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text, textFormat=Qt.TextFormat.PlainText, wordWrap=True)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
    if role:
        label.setProperty("role", role)
    return label
