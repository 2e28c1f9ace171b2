"""A picture of an incident, as large as the window allows; it never leaves memory."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from db.commands.attachments import open_attachment
from db.store.queries.attachments import AttachmentRow
from desktop.context import AppContext
from desktop.i18n import describe, size_text
from desktop.language import say
from desktop.override import override
from desktop.screens.triage.pictures import decode
from desktop.theme import current_theme
from desktop.widgets.elided_label import ElidedLabel

LARGEST = QSize(3840, 2400)
"""Dots a picture is decoded to at most."""


class ImageViewer(QWidget):
    """Show one picture of several. `closed()`; `save_asked(number, row)` for keeping a copy."""

    closed = Signal()
    save_asked = Signal(str, object)

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._number = ""
        self._rows: Sequence[AttachmentRow] = ()
        self._index = 0
        self._name = ElidedLabel()
        self._place = QLabel(textFormat=Qt.TextFormat.PlainText)
        self._place.setProperty("role", "dim")
        self._canvas = _Canvas(self)
        bar = QHBoxLayout()
        bar.setContentsMargins(14, 8, 14, 8)
        bar.setSpacing(8)
        bar.addWidget(self._name, 1)
        bar.addWidget(self._place)
        self._before = _button(say("← 上一张"), lambda: self._step(-1))
        self._after = _button(say("下一张 →"), lambda: self._step(1))
        save = _button(say("另存为…"), lambda: self.save_asked.emit(self._number, self.row))
        for button in (self._before, self._after, save, _button(say("关闭 Esc"), self.closed.emit)):
            bar.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        layout.addWidget(self._canvas, 1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def image(self) -> QImage | None:
        """The picture shown, None while there is none."""
        return self._canvas.image

    @property
    def row(self) -> AttachmentRow:
        """The file shown."""
        return self._rows[self._index]

    def show_rows(self, number: str, rows: Sequence[AttachmentRow], index: int) -> None:
        """Show one of an incident's pictures."""
        self._number, self._rows, self._index = number, rows, index
        self._load()

    def clear(self) -> None:
        """Forget what was shown."""
        self._context.runner.cancel("attachment")
        self._canvas.show_image(None, "")

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps:
            self._step(steps[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _step(self, by: int) -> None:
        index = self._index + by
        if 0 <= index < len(self._rows):
            self._index = index
            self._load()

    def _load(self) -> None:
        row, number, total = self.row, self._number, len(self._rows)
        store, scope = self._context.store, self._context.duty.scope
        self._name.setText(row.name)
        place = f"{self._index + 1} / {total}  " if total > 1 else ""
        self._place.setText(f"{place}{size_text(row.size)}")
        self._before.setVisible(total > 1)
        self._after.setVisible(total > 1)
        self._before.setEnabled(self._index > 0)
        self._after.setEnabled(self._index < total - 1)
        self._canvas.show_image(None, say("正在打开…"))
        self._context.runner.read(
            lambda: decode(
                open_attachment(store, scope, number, row.blob).content, row.media, LARGEST
            ),
            self._on_decoded,
            self._on_failed,
            "attachment",
            self,
        )

    def _on_decoded(self, image: QImage | None) -> None:
        text = "" if image else say("这张图片显示不了，可以另存后用别的程序打开")
        self._canvas.show_image(image, text)

    def _on_failed(self, error: Exception) -> None:
        self._canvas.show_image(None, "\n".join(describe(error)))


class _Canvas(QWidget):
    """The ground a picture lies on, fitted and never enlarged beyond its dots."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.image: QImage | None = None
        self._text = ""

    def show_image(self, image: QImage | None, text: str) -> None:
        self.image, self._text = image, text
        self.setAccessibleName(text or say("图片"))
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.surface_sunken)
        if self.image is None:
            painter.setPen(theme.text_dim)
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self._text)
        else:
            room = self.rect().adjusted(12, 12, -12, -12)
            size = self.image.size() * (1 / self.devicePixelRatioF())
            if size.width() > room.width() or size.height() > room.height():
                size = size.scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
            target = QRect(QPoint(0, 0), size)
            target.moveCenter(room.center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(target, self.image)
        painter.end()


def _button(text: str, on_clicked: Callable[[], object]) -> QPushButton:
    button = QPushButton(text)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.clicked.connect(lambda: on_clicked())
    return button
