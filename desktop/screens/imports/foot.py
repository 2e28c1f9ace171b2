"""The foot of the import screen: what stands to be decided, what runs, what came of it."""

from PySide6.QtCore import Qt, Signal, SignalInstance, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QWidget,
)

from db.imports.orders import ImportResult
from desktop.language import say
from desktop.screens.imports.summary import FileSummary
from desktop.screens.imports.words import sheet_problem_text
from desktop.widgets.elided_label import ElidedLabel
from desktop.widgets.tips import plain_tip

_MARGIN = 14
_BAR_WIDTH = 260


class Foot(QStackedWidget):
    """One bar at a time: nothing, confirm, progress, result. Its signals are wishes."""

    confirmed = Signal()
    given_up = Signal()
    cancelled = Signal()
    export_asked = Signal()
    folder_asked = Signal()
    again_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make_confirm()
        self._make_progress()
        self._make_result()
        self._pages = (QWidget(), self._confirm_page, self._progress_page, self._result_page)
        for page in self._pages:
            self.addWidget(page)

    def show_nothing(self) -> None:
        """Leave the foot empty."""
        self.setCurrentWidget(self._pages[0])

    def show_summary(self, summary: FileSummary) -> None:
        """Say what would go in, and offer to do it."""
        self._summary.setText(summary_text(summary))
        self._confirm.setEnabled(summary.orders > 0)
        self.setCurrentWidget(self._confirm_page)

    def show_progress(self, text: str, done: int = 0, total: int = 0) -> None:
        """Say how far the work is; a total of 0 is one not known."""
        self._progress_text.setText(text)
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self.setCurrentWidget(self._progress_page)

    def set_cancelling(self, is_cancelling: bool) -> None:
        """Show that the wish to cancel is known."""
        self._cancel.setEnabled(not is_cancelling)
        self._cancel.setText(say("正在停下…") if is_cancelling else say("取消 Esc"))

    def show_result(self, result: ImportResult) -> None:
        """Say what came of the import."""
        self._result.setText(result_text(result))
        self._export.setVisible(result.rejected > 0)
        self._export.setEnabled(True)
        self._folder.hide()
        self.setCurrentWidget(self._result_page)

    def show_exported(self, where: str) -> None:
        """Say where the error file is."""
        self._export.hide()
        self._folder.setToolTip(plain_tip(say("打开 {}").format(where)))
        self._folder.show()

    def focus(self) -> None:
        """Put the focus on what is most likely pressed next."""
        for button in (self._confirm, self._cancel, self._export, self._again):
            if button.isVisible() and button.isEnabled():
                button.setFocus()
                return

    def _make_confirm(self) -> None:
        self._summary = ElidedLabel()
        self._confirm = _button(say("确认导入 Enter"), self.confirmed, kind="primary")
        self._give_up = _button(say("放弃 Esc"), self.given_up)
        self._confirm_page = _row(self._summary, self._confirm, self._give_up)

    def _make_progress(self) -> None:
        self._progress_text = ElidedLabel()
        self._bar = QProgressBar()
        self._bar.setFixedWidth(_BAR_WIDTH)
        self._bar.setAccessibleName(say("进度"))
        self._cancel = _button(say("取消 Esc"), self.cancelled)
        self._progress_page = _row(self._progress_text, self._bar, self._cancel)

    def _make_result(self) -> None:
        self._result = ElidedLabel()
        self._result.setProperty("role", "strong")
        self._export = _button(say("导出错误清单"), self.export_asked)
        self._export.clicked.connect(self._on_export_clicked)
        self._folder = _button(say("打开错误清单位置"), self.folder_asked)
        self._again = _button(say("再导入一个 Enter"), self.again_asked, kind="primary")
        self._result_page = _row(self._result, self._export, self._folder, self._again)

    @Slot()
    def _on_export_clicked(self) -> None:
        self._export.setEnabled(False)


def summary_text(summary: FileSummary) -> str:
    """Return what would go in, in one sentence."""
    code = summary.plan.problem
    if code:
        return say("没有可导入的办件：{}。").format(sheet_problem_text(code))
    counts = (
        (say("特急 {} 件"), summary.critical),
        (say("紧急 {} 件"), summary.urgent),
        (say("涉密或内部 {} 件"), summary.secret),
    )
    parts = [text.format(count) for text, count in counts if count]
    among = say("，其中{}").format("、".join(parts)) if parts else ""
    rest = say("；退回 {} 行").format(summary.rejected) if summary.rejected else ""
    rest += say("；完全重复的 {} 行略去").format(summary.repeated) if summary.repeated else ""
    return say("将导入 {} 件{}{}。").format(summary.orders, among, rest)


def result_text(result: ImportResult) -> str:
    """Return what came of an import."""
    counts = say("新增 {} · 更新 {} · 未变 {} · 退回 {}").format(
        result.added, result.updated, result.unchanged, result.rejected
    )
    return say("已取消，取消前写入的保留：{}").format(counts) if result.cancelled else counts


def _row(label: QLabel, *widgets: QWidget) -> QWidget:
    page = QWidget()
    layout = QHBoxLayout(page)
    layout.setContentsMargins(_MARGIN, 10, _MARGIN, 10)
    layout.setSpacing(8)
    layout.addWidget(label, 1)
    for widget in widgets:
        layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
    return page


def _button(text: str, signal: SignalInstance, kind: str = "") -> QPushButton:
    button = QPushButton(text)
    button.setAccessibleName(text)
    if kind:
        button.setProperty("kind", kind)
    button.clicked.connect(lambda: signal.emit())
    return button
