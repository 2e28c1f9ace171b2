"""A list that was handed in: what is wrong, what it changes, whom it touches; then publish it."""

from datetime import date
from pathlib import Path

from PySide6.QtCore import QDate, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDateEdit,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from db.commands.lists import MAX_TOLD, Approval, Preview
from db.domain.calendar import day_start, local_date
from db.domain.permissions import may, roles_for
from db.imports.lists import RawList
from desktop.context import AppContext
from desktop.i18n import LIST_NAMES, ROLE_NAMES, local
from desktop.language import say
from desktop.list_words import changes, problems, touched_text, verdict
from desktop.widgets.text_table import TextTable, told_of

_TITLES = ("", "位置", "列", "说明")


class CheckPanel(QWidget):
    """Shows a `Preview`. `asked(Approval)` to publish it, `errors_asked(path)`, `closed()`.

    `day_chosen()`: what it would replace on that day is another question.
    """

    asked = Signal(object)
    day_chosen = Signal()
    errors_asked = Signal(object)
    closed = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._preview: Preview | None = None
        self._is_busy = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(10)
        self._title, self._verdict, self._touched, self._hint = (
            QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True) for _ in range(4)
        )
        self._title.setProperty("role", "title")
        self._hint.setProperty("role", "dim")
        self.table = TextTable(self.tr("检查结果"))
        for widget in (self._title, self._verdict, self._touched):
            layout.addWidget(widget)
        layout.addWidget(self.table, 1)
        layout.addWidget(told_of(self.table))
        self._fields = self._form()
        layout.addWidget(self._fields)
        layout.addWidget(self._hint)
        layout.addLayout(self._buttons())

    @property
    def valid_from(self) -> int | None:
        """The day from which the list is to count; None for now."""
        day = self._since.date()
        if day == self._since.minimumDate():
            return None
        return day_start(date(day.year(), day.month(), day.day()))

    def show_preview(self, path: Path, preview: Preview, raw: RawList) -> None:
        """Show what a check found."""
        self._title.setText(self.tr("{}清单：{}").format(LIST_NAMES[preview.kind], path.name))
        today = local_date(self._context.clock())
        with QSignalBlocker(self._since):
            self._since.setMinimumDate(QDate(today.year, today.month, today.day))
            self._since.setDate(self._since.minimumDate())
        self._by.setText(self._context.duty.actor.name)
        for field in (self._doc, self._note):
            field.clear()
        self.show_again(preview, raw)
        # Not the button: an Enter too many must not publish anything.
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_again(self, preview: Preview, raw: RawList) -> None:
        """Show what the same list would do on the day that is chosen now."""
        self._preview = preview
        self._verdict.setText(verdict(preview))
        role = "danger" if preview.checked.errors else "ok"
        self._verdict.setProperty("role", role)
        self._verdict.style().unpolish(self._verdict)
        self._verdict.style().polish(self._verdict)
        self._touched.setText(touched_text(preview))
        self._touched.setVisible(preview.is_sound)
        titles = [say(title) for title in _TITLES]
        self.table.show_rows(titles, [*problems(preview, raw), *_changes_of(preview)])
        self.set_busy(False)

    def set_busy(self, is_busy: bool) -> None:
        """Let nothing be published twice."""
        self._is_busy = is_busy
        self._enable()

    def _form(self) -> QWidget:
        form = QWidget()
        self._since = QDateEdit()
        self._since.setDisplayFormat("yyyy-MM-dd")
        self._since.dateChanged.connect(self._on_day)
        self._by, self._doc, self._note = (QLineEdit(maxLength=MAX_TOLD) for _ in range(3))
        grid = QGridLayout(form)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setColumnStretch(3, 1)
        grid.setColumnStretch(5, 1)
        fields: tuple[tuple[str, QWidget, int, int], ...] = (
            (self.tr("生效日期(&D)"), self._since, 0, 0),
            (self.tr("批准人(&A)"), self._by, 0, 2),
            (self.tr("文号(&W)"), self._doc, 0, 4),
            (self.tr("说明(&T)"), self._note, 1, 0),
        )
        for text, field, row, column in fields:
            label = QLabel(text)
            label.setBuddy(field)
            grid.addWidget(label, row, column)
            grid.addWidget(field, row, column + 1, 1, 5 if row else 1)
        return form

    def _buttons(self) -> QHBoxLayout:
        self._publish = QPushButton(self.tr("发布(&P)"))
        self._publish.setProperty("kind", "primary")
        self._errors = QPushButton(self.tr("存错误清单(&S)…"))
        close = QPushButton(self.tr("收起(&Q)"))
        self._publish.clicked.connect(self._on_publish)
        self._errors.clicked.connect(self._on_errors)
        close.clicked.connect(self.closed)
        line = QHBoxLayout()
        for button in (self._publish, self._errors, close):
            button.setAutoDefault(True)
            line.addWidget(button)
        line.addStretch(1)
        return line

    def _enable(self) -> None:
        preview = self._preview
        if preview is None:
            return
        is_new = not preview.diff.is_empty
        is_allowed = may(self._context.duty.actor, "publish_list")
        # What fits now may not fit on another day: the day must stay within reach.
        self._fields.setVisible(preview.is_sound or self.valid_from is not None)
        self._fields.setEnabled(is_allowed and not self._is_busy)
        self._publish.setEnabled(preview.is_sound and is_new and is_allowed and not self._is_busy)
        self._errors.setVisible(not preview.is_sound)
        roles = "、".join(ROLE_NAMES[role] for role in sorted(roles_for("publish_list")))
        if not is_allowed:
            self._hint.setText(self.tr("发布要由{}来做；先在右上角换人，再导入。").format(roles))
        else:
            self._hint.setText(self.tr("要撤回还没生效的版本，把生效日期改到它那一天，再发布。"))
        self._hint.setVisible(preview.is_sound and not (is_allowed and is_new))

    @Slot()
    def _on_day(self) -> None:
        # The fields stay open: the day is being typed in one of them.
        self._publish.setEnabled(False)
        self.day_chosen.emit()

    @Slot()
    def _on_publish(self) -> None:
        texts = (field.text().strip() for field in (self._by, self._doc, self._note))
        self.set_busy(True)
        self.asked.emit(Approval(self.valid_from, *texts))

    @Slot()
    def _on_errors(self) -> None:
        name = say("错误清单-{:%m%d-%H%M}.csv").format(local(self._context.clock()))
        dialog = QFileDialog(self, self.tr("存错误清单"), str(Path.home() / name), "CSV (*.csv)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda chosen: self.errors_asked.emit(Path(chosen)))
        dialog.open()


def _changes_of(preview: Preview) -> list[tuple[str, ...]]:
    """Return what would change; of a list that cannot be published that is no question."""
    return list(changes(preview)) if preview.is_sound else []
