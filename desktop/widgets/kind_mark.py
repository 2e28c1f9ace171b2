"""The sign of a message's kind: a shape and a letter, never a colour alone."""

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.override import override
from desktop.theme import current_theme

Kind = Literal["ok", "warn", "danger"]

_LETTERS: dict[Kind, str] = {"ok": "✓", "warn": "!", "danger": "×"}


class KindMark(QWidget):
    """A tick in a disc, an exclamation mark in a triangle or a cross in a square."""

    def __init__(self, kind: Kind = "ok", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind: Kind = kind
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_kind(self, kind: Kind) -> None:
        """Show another kind."""
        self._kind = kind
        self.update()

    @override
    def sizeHint(self) -> QSize:
        side = self.fontMetrics().height()
        return QSize(side, side)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(_shape(self._kind, box), theme[self._kind])
        font = self.font()
        font.setPixelSize(round(box.height() * 0.7))
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(theme.surface)
        lowered = box.translated(0, box.height() * 0.1) if self._kind == "warn" else box
        painter.drawText(lowered, Qt.AlignmentFlag.AlignCenter, _LETTERS[self._kind])
        painter.end()


def _shape(kind: Kind, box: QRectF) -> QPainterPath:
    path = QPainterPath()
    if kind == "ok":
        path.addEllipse(box)
    elif kind == "danger":
        path.addRoundedRect(box, 3, 3)
    else:
        top = QPointF(box.center().x(), box.top())
        path.addPolygon(QPolygonF([top, box.bottomRight(), box.bottomLeft(), top]))
    return path
