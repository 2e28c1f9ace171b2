"""The wall as it is painted: large enough to be read across a room, whatever the screen's size."""

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.context import AppContext
from desktop.i18n import clock_time, day_text
from desktop.language import say
from desktop.override import override
from desktop.screens.wall.reading import WallReading
from desktop.theme import Theme, current_theme

WIDE, HIGH = 64, 36
"""The wall in units of its own; a unit is a 36th of the screen's height."""
MAP = QRectF(19, 1, 25, 34)
_FIGURES = (("late", "■", "已超时", "danger"), ("soon", "▲", "即将超时", "warn"),
            ("new", "●", "新到待受理", "accent"), ("total", "", "待办", ""))  # fmt: skip
_LEAST = 1.35
"""Units of the smallest letters: 25 mm on a screen of 68 cm, read at five metres."""
_SHRUNK = 0.6
"""How far a line is made smaller before it is cut."""
_SECOND_MS = 1000


class WallBoard(QWidget):
    """Paints a `WallReading` and the time; the map lies over the middle."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._reading: WallReading | None = None
        self._note = self.tr("正在读取…")
        self.setAccessibleName(self.tr("态势"))
        self._ticker = QTimer(self, interval=_SECOND_MS)
        self._ticker.timeout.connect(self.update)

    def show_reading(self, reading: WallReading) -> None:
        """Show another look at the open work."""
        self._reading, self._note = reading, ""
        said = [f"{say(name)} {getattr(reading, key)}" for key, _, name, _ in _FIGURES]
        self.setAccessibleDescription("，".join(said))
        self.update()

    def show_note(self, text: str) -> None:
        """Say what is the matter; the figures shown stay, and are old."""
        self._note = text
        self.update()

    def map_rect(self) -> QRectF:
        """Return where the map lies, in pixels."""
        return self._pixels(MAP)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ticker.start()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), current_theme()
        painter.fillRect(self.rect(), theme.surface)
        self._paint_clock(painter, theme)
        if self._note:
            self._text(painter, QRectF(1, 32.6, 17, 2), self._note, theme.warn, _LEAST)
        if self._reading is not None:
            self._paint_figures(painter, theme, self._reading)
            self._paint_platforms(painter, theme, self._reading)
            self._paint_pressing(painter, theme, self._reading)
        painter.end()

    def _pixels(self, rect: QRectF) -> QRectF:
        wide, high = self.width() / WIDE, self.height() / HIGH
        return QRectF(rect.x() * wide, rect.y() * high, rect.width() * wide, rect.height() * high)

    def _text(
        self, painter: QPainter, rect: QRectF, text: str, ink: QColor, size: float,
        *, is_bold: bool = False, is_right: bool = False,
    ) -> None:  # fmt: skip
        """Write one line; `size` in units, smaller where it would not fit, cut only then."""
        box = self._pixels(rect)
        font = QFont(self.font())
        font.setBold(is_bold)
        full = round(size * min(self.width() / WIDE, self.height() / HIGH))
        for pixels in range(full, round(full * _SHRUNK), -1):
            font.setPixelSize(pixels)
            if QFontMetrics(font).horizontalAdvance(text) <= box.width():
                break
        painter.setFont(font)
        painter.setPen(ink)
        side = Qt.AlignmentFlag.AlignRight if is_right else Qt.AlignmentFlag.AlignLeft
        elided = painter.fontMetrics().elidedText(
            text, Qt.TextElideMode.ElideRight, round(box.width())
        )
        painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, elided)

    def _paint_clock(self, painter: QPainter, theme: Theme) -> None:
        now = self._context.clock()
        self._text(painter, QRectF(1, 0.6, 17, 5), clock_time(now), theme.text, 4.6, is_bold=True)
        self._text(painter, QRectF(1, 5.2, 17, 2), day_text(now), theme.text, _LEAST)
        name = self._context.store.site.name
        self._text(painter, QRectF(1, 7, 17, 2), name, theme.text_dim, _LEAST)

    def _paint_figures(self, painter: QPainter, theme: Theme, reading: WallReading) -> None:
        for place, (key, mark, name, role) in enumerate(_FIGURES):
            count = getattr(reading, key)
            ink = getattr(theme, role) if role and count else theme.text
            top = 9.4 + place * 3.6
            self._text(painter, QRectF(1, top, 10, 3.4), f"{mark} {say(name)}".strip(), ink, 1.6)
            self._text(
                painter, QRectF(11, top, 7, 3.4), str(count), ink, 3.2, is_bold=True, is_right=True
            )

    def _paint_platforms(self, painter: QPainter, theme: Theme, reading: WallReading) -> None:
        most = max((count for _, count in reading.platforms), default=0) or 1
        for place, (name, count) in enumerate(reading.platforms[:5]):
            top = 24.6 + place * 2.0
            self._text(painter, QRectF(1, top, 6.5, 2), name, theme.text, _LEAST)
            painter.fillRect(
                self._pixels(QRectF(8, top + 0.55, 7.4 * count / most, 0.9)), theme.accent
            )
            self._text(
                painter, QRectF(15.6, top, 2.4, 2), str(count), theme.text, _LEAST, is_right=True
            )

    def _paint_pressing(self, painter: QPainter, theme: Theme, reading: WallReading) -> None:
        heading = self.tr("最急的") if reading.pressing else self.tr("没有待办事件")
        self._text(painter, QRectF(45, 0.6, 18, 2.4), heading, theme.text_dim, 1.5)
        for place, item in enumerate(reading.pressing):
            top = 3.2 + place * 4.05
            ink = getattr(theme, item.kind) if item.kind else theme.text
            if item.kind:
                fill = getattr(theme, f"{item.kind}_soft")
                painter.fillRect(self._pixels(QRectF(44.6, top, 18.6, 3.8)), fill)
            mark = {"danger": "■ ", "warn": "▲ "}.get(item.kind, "")
            self._text(
                painter, QRectF(45, top + 0.1, 11.4, 2), mark + item.due, ink, 1.6, is_bold=True
            )
            self._text(
                painter, QRectF(56.4, top + 0.1, 6.6, 2), item.where, theme.text, 1.5, is_right=True
            )
            self._text(painter, QRectF(45, top + 1.95, 18, 1.8), item.what, theme.text_dim, _LEAST)
