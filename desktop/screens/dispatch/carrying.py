"""An incident carried from one place of the board to another."""

from PySide6.QtCore import QByteArray, QMimeData, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QDrag, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from desktop.theme import current_theme

MIME = "application/x-griddesk-incident"
PADDING, TITLE_CHARS = 6, 16


def pack(rid: int) -> QMimeData:
    """Return an incident as something that can be dropped; nothing else knows its kind."""
    data = QMimeData()
    data.setData(MIME, QByteArray(str(rid).encode()))
    return data


def unpack(data: QMimeData) -> int | None:
    """Return the row id that is carried, None for anything else."""
    text = bytes(data.data(MIME).data()).decode("ascii", "replace")
    return int(text) if text.isdecimal() else None


def picture(title: str, widget: QWidget) -> QPixmap:
    """Return what hangs on the cursor while an incident is carried: its title."""
    metrics, theme = widget.fontMetrics(), current_theme()
    width = metrics.horizontalAdvance("汉") * TITLE_CHARS
    text = metrics.elidedText(title.replace("\n", " "), Qt.TextElideMode.ElideRight, width)
    size = QSize(metrics.horizontalAdvance(text), metrics.height()) + QSize(PADDING, PADDING) * 2
    ratio = widget.devicePixelRatioF()
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(theme.surface_raised)
    painter = QPainter(pixmap)
    painter.setFont(widget.font())
    painter.setPen(theme.accent)
    painter.drawRect(QRect(QPoint(), size).adjusted(0, 0, -1, -1))
    painter.setPen(theme.text)
    painter.drawText(QRect(QPoint(), size), Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    return pixmap


class Carrier:
    """Begins to carry an incident once the mouse has moved far enough with the button held."""

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget
        self._rid: int | None = None
        self._title = ""
        self._from = QPoint()

    def press(self, rid: int | None, title: str, at: QPoint) -> None:
        """Remember what the button was pressed on."""
        self._rid, self._title, self._from = rid, title, at

    def move(self, buttons: Qt.MouseButton, at: QPoint) -> bool:
        """Tell whether this move carried something away; returns when that was let go."""
        is_held = bool(buttons & Qt.MouseButton.LeftButton)
        far = (at - self._from).manhattanLength() >= QApplication.startDragDistance()
        if self._rid is None or not is_held or not far:
            return False
        drag = QDrag(self._widget)
        drag.setMimeData(pack(self._rid))
        drag.setPixmap(picture(self._title, self._widget))
        drag.setHotSpot(QPoint(-PADDING, -PADDING))
        self._rid = None
        # Qt's own loop: it ends with the button, and delivers events meanwhile.
        drag.exec(Qt.DropAction.CopyAction)
        return True
