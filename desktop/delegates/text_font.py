"""Texts laid out once and painted often: a list repaints the same ones at each frame."""

from functools import lru_cache

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QStaticText

KEPT_TEXTS = 512
"""Texts kept laid out in each font: some screens full, so a scroll lays out its new rows only."""
_WIDE = 10_000
"""Pixels that no text fills: it is not shortened."""


class TextFont:
    """One font, and the texts laid out in it: laying out costs more than painting."""

    def __init__(self, base: QFont, delta: int = 0, *, is_bold: bool = False) -> None:
        self.font = QFont(base)
        self.font.setPixelSize(base.pixelSize() + delta)
        self.font.setBold(is_bold)
        self.metrics = QFontMetrics(self.font)
        self.height = self.metrics.height()
        self.fit = lru_cache(KEPT_TEXTS)(self._fit)

    def _fit(self, text: str, width: int) -> tuple[QStaticText, int]:
        """Return a text laid out, shortened to a width, and how wide it became."""
        shown = text.replace("\n", " ")
        if width < _WIDE:
            shown = self.metrics.elidedText(shown, Qt.TextElideMode.ElideRight, width)
        laid_out = QStaticText(shown)
        laid_out.setTextFormat(Qt.TextFormat.PlainText)
        laid_out.prepare(font=self.font)
        return laid_out, self.metrics.horizontalAdvance(shown)

    def draw(self, painter: QPainter, ink: QColor, rect: QRect, text: str) -> int:
        """Paint a text at the left of a rectangle; return how wide it became."""
        laid_out, width = self.fit(text, rect.width())
        self._put(painter, ink, rect.left(), rect, laid_out)
        return width

    def draw_right(self, painter: QPainter, ink: QColor, rect: QRect, text: str) -> None:
        """Paint a text that is never shortened at the right of a rectangle."""
        laid_out, width = self.fit(text, _WIDE)
        self._put(painter, ink, rect.left() + rect.width() - width, rect, laid_out)

    def width(self, text: str) -> int:
        """Return how wide a text is."""
        return self.fit(text, _WIDE)[1]

    def _put(
        self, painter: QPainter, ink: QColor, left: int, rect: QRect, text: QStaticText
    ) -> None:
        painter.setFont(self.font)
        painter.setPen(ink)
        painter.drawStaticText(left, rect.top() + (rect.height() - self.height) // 2, text)
