"""Reports: choose one and its day, see the sheet that will be printed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QDate, QEvent, QLocale, QSignalBlocker, Qt, QTimer, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QDateEdit,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.context import AppContext
from desktop.i18n import describe, instant, local
from desktop.language import say
from desktop.override import override
from desktop.sheets import MadeSheet, make_sheet
from desktop.widgets.banner import Banner
from desktop.widgets.elided_label import ElidedLabel
from desktop.widgets.own_keys import claims_key
from desktop.widgets.pdf_preview import PdfPreview

DELAY_MS = 150
"""Stepping through days makes only the sheet of the day one stays at."""
_MARGIN = 14
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


@dataclass(frozen=True, slots=True)
class Report:
    """One kind of report: its title, and its kind as sheets are made and recorded by."""

    title: str
    kind: str


REPORTS = (Report("日报", "daily"),)


class DayEdit(QDateEdit):
    """A day; ← and → step from day to day."""

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        else:
            self.step_days(step)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        # Digits typed are those of the day; Qt would start with the year.
        self.setSelectedSection(QDateEdit.Section.DaySection)

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
        self._wait = QLabel(say("正在制作…"))
        self._wait.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._body = QStackedWidget()
        self._lay_out()
        self._set_day(self._today())
        self.setFocusProxy(self.day)
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
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self.refresh()

    @override
    def event(self, event: QEvent) -> bool:
        return claims_key(event, self._is_own_key) or super().event(event)

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

    def _is_own_key(self, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent):
            return False
        is_back = event.key() == Qt.Key.Key_Escape and not self.day.hasFocus()
        return is_back or event.key() == Qt.Key.Key_F5

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
        self.day.setAccessibleName(say("日期"))
        self.day.setDisplayFormat("yyyy-MM-dd ddd")
        self.day.setLocale(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
        self.day.setMinimumDate(QDate(2000, 1, 1))
        self.day.dateChanged.connect(self._on_day_changed)
        label = QLabel(say(self._report.title))
        label.setProperty("role", "strong")
        label.setBuddy(self.day)
        bar = QHBoxLayout()
        bar.setContentsMargins(_MARGIN, 10, _MARGIN, 6)
        bar.setSpacing(8)
        bar.addWidget(label)
        bar.addSpacing(_MARGIN)
        bar.addWidget(_button(say("前一天 ←"), lambda: self.day.step_days(-1)))
        bar.addWidget(self.day)
        bar.addWidget(_button(say("后一天 →"), lambda: self.day.step_days(1)))
        bar.addWidget(_button(say("今天"), lambda: self._set_day(self._today())))
        bar.addSpacing(_MARGIN)
        bar.addWidget(self._note, 1)
        bar.addWidget(_button(say("重做 F5"), self.refresh))
        return bar

    def _today(self) -> date:
        return local(self._context.clock()).date()

    def _set_day(self, day: date) -> None:
        # A screen left open over night has a new last day.
        with QSignalBlocker(self.day):
            self.day.setMaximumDate(_qdate(self._today()))
        self.day.setDate(_qdate(day))

    def _show_making(self) -> None:
        self._asked += 1
        self._is_stale = False
        self.banner.clear()
        self._note.setText("")
        self._body.setCurrentWidget(self._wait)

    @Slot()
    def _make(self) -> None:
        context, report, asked = self._context, self._report, self._asked
        actor, scope = context.duty.actor, context.duty.scope
        day = self.day.date().toString(Qt.DateFormat.ISODate)
        as_of = context.clock()
        context.runner.job(
            lambda: make_sheet(context.store, actor, scope, report.kind, day),
            lambda sheet: self._on_made(asked, as_of, sheet),
            lambda error: self._on_failed(asked, error),
            owner=self,
        )

    def _on_made(self, asked: int, as_of: int, sheet: MadeSheet) -> None:
        if asked != self._asked:
            return
        self.preview.show_sheet(sheet)
        if not self._is_stale:
            self._note.setText(say("数据截至 {}").format(instant(as_of)))
        self._body.setCurrentWidget(self.preview)

    def _on_failed(self, asked: int, error: Exception) -> None:
        if asked != self._asked:
            return
        self.preview.clear()
        self._body.setCurrentWidget(self.preview)
        self._context.duty.tell_error(error)
        title, hint = describe(error)
        self.banner.show_message(title, hint, action=say("再试 F5"))

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
            self._note.setText(say("数据有更新，按 F5 重做"))

    @Slot()
    def _on_switched(self) -> None:
        """Make the sheet anew: what it shows depends on who asks."""
        self._asked += 1
        self._is_stale = True
        self.preview.clear()
        if self.isVisible():
            self.refresh()


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)


def _button(text: str, on_clicked: Callable[[], object]) -> QPushButton:
    button = QPushButton(text)
    button.setAccessibleName(text)
    button.clicked.connect(lambda: on_clicked())
    return button
