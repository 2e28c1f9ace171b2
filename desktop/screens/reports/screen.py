"""Reports: choose one and its day, see the sheet that will be printed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time

from PySide6.QtCore import QDate, QSignalBlocker, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDateEdit,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from db.domain.scope import Scope
from db.store.queries.sheets import daily_sheet
from db.store.store import Store
from desktop.context import AppContext
from desktop.i18n import CHINA, describe, instant, local
from desktop.widgets.banner import Banner
from desktop.widgets.elided_label import ElidedLabel
from desktop.widgets.pdf_preview import PdfPreview

DELAY_MS = 150
"""Stepping through days makes only the sheet of the day one stays at."""
_MARGIN = 14
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


@dataclass(frozen=True, slots=True)
class Order:
    """What a sheet is made from."""

    store: Store
    scope: Scope
    day_at: int
    printed_by: str
    now: int


@dataclass(frozen=True, slots=True)
class Made:
    """A sheet made: its bytes, and what the record calls it."""

    pdf: bytes
    file_name: str
    about: str


@dataclass(frozen=True, slots=True)
class Report:
    """One kind of report: its title, its kind in the record, what makes it on a worker thread."""

    title: str
    kind: str
    make: Callable[[Order], Made]


def make_daily_report(order: Order) -> Made:
    """Make the daily report of a day."""
    # reportlab takes a tenth of a second to import; the window must open without it.
    from desktop.reports.daily import make_daily
    from desktop.reports.names import file_name

    sheet = order.store.read(
        lambda connection: daily_sheet(
            connection, order.scope, order.day_at, order.printed_by, order.now
        )
    )
    name = file_name("日报", sheet.head.town_name, order.day_at)
    return Made(make_daily(sheet), name, f"{local(order.day_at):%Y-%m-%d}")


REPORTS = (Report("日报", "daily", make_daily_report),)


class DayEdit(QDateEdit):
    """A day; ← and → step from day to day."""

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        else:
            self.step_days(step)

    def step_days(self, days: int) -> None:
        """Go so many days on or back, as far as there are days."""
        self.setDate(max(self.minimumDate(), min(self.date().addDays(days), self.maximumDate())))


class ReportScreen(QWidget):
    """One report at a time, made in the background, shown as it will be printed."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._report = REPORTS[0]
        self._asked = 0
        self._is_stale = True
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._timer.timeout.connect(self._make)
        self.day = DayEdit()
        self.preview = PdfPreview(context, is_closable=False)
        self.banner = Banner()
        self._note = ElidedLabel()
        self._wait = QLabel("正在制作…")
        self._wait.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._body = QStackedWidget()
        self._lay_out()
        self._set_day(self._today())
        self.banner.action_triggered.connect(self.refresh)
        context.duty.changed.connect(self._on_changed)
        context.duty.switched.connect(self._on_switched)

    @property
    def is_making(self) -> bool:
        """Whether a sheet is being made."""
        return self._body.currentWidget() is self._wait

    def refresh(self) -> None:
        """Make the sheet anew."""
        self._show_making()
        self._timer.start()

    @override
    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        if self._is_stale:
            self.refresh()
        self.day.setFocus()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F5:
            self.refresh()
        elif event.key() == Qt.Key.Key_Escape and not self.day.hasFocus():
            self.day.setFocus()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.day.hasFocus():
            self.preview.setFocus()
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            # The sheet's keys work from the day field too.
            self.preview.keyPressEvent(event)
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._make_bar())
        layout.addWidget(self.banner)
        layout.addWidget(self._body, 1)
        self._body.addWidget(self._wait)
        self._body.addWidget(self.preview)

    def _make_bar(self) -> QHBoxLayout:
        self.day.setAccessibleName("日期")
        self.day.setDisplayFormat("yyyy-MM-dd ddd")
        self.day.setCalendarPopup(True)
        self.day.setMinimumDate(QDate(2000, 1, 1))
        self.day.dateChanged.connect(self._on_day_changed)
        label = QLabel(self._report.title)
        label.setProperty("part", "title")
        label.setBuddy(self.day)
        bar = QHBoxLayout()
        bar.setContentsMargins(_MARGIN, 10, _MARGIN, 6)
        bar.setSpacing(8)
        bar.addWidget(label)
        bar.addSpacing(_MARGIN)
        bar.addWidget(_button("前一天 ←", lambda: self.day.step_days(-1)))
        bar.addWidget(self.day)
        bar.addWidget(_button("后一天 →", lambda: self.day.step_days(1)))
        bar.addWidget(_button("今天", lambda: self._set_day(self._today())))
        bar.addSpacing(_MARGIN)
        bar.addWidget(self._note, 1)
        bar.addWidget(_button("重做 F5", self.refresh))
        return bar

    def _today(self) -> date:
        return local(self._context.clock()).date()

    def _set_day(self, day: date) -> None:
        # A screen left open over night has a new last day.
        with QSignalBlocker(self.day):
            self.day.setMaximumDate(QDate(self._today()))
        self.day.setDate(QDate(day))

    def _show_making(self) -> None:
        self._asked += 1
        self._is_stale = False
        self.banner.clear()
        self._note.setText("")
        self._body.setCurrentWidget(self._wait)

    @Slot()
    def _make(self) -> None:
        context, report, asked = self._context, self._report, self._asked
        day = self.day.date()
        midnight = datetime.combine(
            date(day.year(), day.month(), day.day()), time.min, tzinfo=CHINA
        )
        order = Order(
            context.store,
            context.duty.scope,
            round(midnight.timestamp() * 1000),
            context.duty.actor.name,
            context.clock(),
        )
        context.runner.job(
            lambda: report.make(order),
            lambda made: self._on_made(asked, order, made),
            lambda error: self._on_failed(asked, error),
            owner=self,
        )

    def _on_made(self, asked: int, order: Order, made: Made) -> None:
        if asked != self._asked:
            return
        self.preview.show_sheet(made.pdf, made.file_name, self._report.kind, made.about)
        if not self._is_stale:
            self._note.setText(f"数据截至 {instant(order.now)}")
        self._body.setCurrentWidget(self.preview)

    def _on_failed(self, asked: int, error: Exception) -> None:
        if asked != self._asked:
            return
        self.preview.clear()
        self._body.setCurrentWidget(self.preview)
        self._context.duty.tell_error(error)
        title, hint = describe(error)
        self.banner.show_message(title, hint, action="再试 F5")

    @Slot()
    def _on_day_changed(self) -> None:
        if self.isVisible():
            self.refresh()
        else:
            self._is_stale = True

    @Slot(object)
    def _on_changed(self, changes: object) -> None:
        if "incident" in getattr(changes, "subjects", ()):
            self._is_stale = True
            self._note.setText("数据有更新，按 F5 重做")

    @Slot()
    def _on_switched(self) -> None:
        """What the sheet shows depends on who asks."""
        self._asked += 1
        self._is_stale = True
        self.preview.clear()
        if self.isVisible():
            self.refresh()


def _button(text: str, on_clicked: Callable[[], object]) -> QPushButton:
    button = QPushButton(text)
    button.setAccessibleName(text)
    button.clicked.connect(lambda: on_clicked())
    return button
