"""Choosing a file: by its path, by a dialog, by dropping it."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.language import say
from desktop.override import override
from desktop.theme import current_theme

FILES = "表格 (*.xlsx *.csv *.txt);;全部文件 (*)"
KINDS = "可导入 .xlsx、.csv（UTF-8、GB18030）。"
_MARGIN = 14
_RADIUS = 8
_DROP_SIZE = QSize(560, 220)


class FileBar(QWidget):
    """A path and a button; `chosen(path)` tells of a file to read."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dialog: QFileDialog | None = None
        self.path = QLineEdit()
        self.path.setPlaceholderText(say("文件的完整路径"))
        self.path.setAccessibleName(say("文件路径"))
        # A file dropped here is a file to read, not a text to insert.
        self.path.setAcceptDrops(False)
        label = QLabel(say("文件"))
        label.setBuddy(self.path)
        self._button = QPushButton(say("选择文件… Ctrl+O"))
        self._button.setAccessibleName(say("选择文件"))
        self._button.clicked.connect(self.choose)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(_MARGIN, 10, _MARGIN, 10)
        layout.setSpacing(8)
        layout.addWidget(label)
        layout.addWidget(self.path, 1)
        layout.addWidget(self._button)

    @Slot()
    def choose(self) -> None:
        """Ask for a file by a dialog."""
        if not self.isEnabled():
            return
        dialog = QFileDialog(self, say("选择要导入的文件"), self._folder(), say(FILES))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._on_file_selected)
        self._dialog = dialog
        dialog.open()

    def submit(self) -> None:
        """Take what the field says; `file:` addresses and quotes around a path are understood."""
        text = self.path.text().strip().strip("\"'")
        if not text or not self.isEnabled():
            return
        url = QUrl(text)
        self.chosen.emit(Path(url.toLocalFile() if url.isLocalFile() else text).expanduser())

    def show_path(self, path: Path | None) -> None:
        """Show which file is meant."""
        self.path.setText(str(path) if path else "")

    def _folder(self) -> str:
        text = self.path.text().strip()
        return str(Path(text).parent) if text else str(Path.home())

    @Slot(str)
    def _on_file_selected(self, name: str) -> None:
        self.chosen.emit(Path(name))


class DropPanel(QWidget):
    """The empty screen: what can be imported, and a place to drop it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = _centred(say("把文件拖到这里，或按 Ctrl+O 选择"))
        self._title.setProperty("role", "strong")
        self._hint = _centred("")
        self._hint.setProperty("role", "dim")
        self._is_target = False
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        layout.addWidget(self._title)
        layout.addWidget(self._hint)
        layout.addStretch(1)
        self.show_invitation()

    def show_invitation(self) -> None:
        """Ask for a file."""
        self._say(
            say("把文件拖到这里，或按 Ctrl+O 选择"),
            say("{}\n先预览，不写入；按“确认导入”以后才写入。").format(KINDS),
        )

    def show_refusal(self, title: str, hint: str) -> None:
        """Say why nothing can be imported here."""
        self._say(title, hint)

    def set_target(self, is_target: bool) -> None:
        """Show that a file held over the screen may be dropped."""
        self._is_target = is_target
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = current_theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = theme.accent if self._is_target else theme.border_strong
        painter.setPen(QPen(color, 2 if self._is_target else 1, Qt.PenStyle.DashLine))
        painter.setBrush(theme.accent_soft if self._is_target else theme.surface_raised)
        rect = self.rect()
        rect.setSize(rect.size().boundedTo(_DROP_SIZE))
        rect.moveCenter(self.rect().center())
        painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)
        painter.end()

    def _say(self, title: str, hint: str) -> None:
        self._title.setText(title)
        self._hint.setText(hint)


def _centred(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setContentsMargins(0, 4, 0, 4)
    return label
