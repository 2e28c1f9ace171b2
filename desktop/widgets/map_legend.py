"""What the colours and marks of a map mean."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.language import say
from desktop.override import override
from desktop.theme import Theme, current_theme
from desktop.widgets.map_ground import Fill, fill_role
from desktop.widgets.map_points import FRESH_TEAM, MARKS, STALE_TEAM, draw_mark, place_mark

_CRITICAL, _URGENT, _NORMAL = 6, 3, 0
_PADDING = 10
_SIGN = 20
"""Pixels of a sign as it is drawn."""
Draw = Callable[[QPainter, Theme, QFont], None]


class _Entry(NamedTuple):
    """A sign round the origin, and what it means."""

    draw: Draw
    text: str


def class_texts(fill: Fill) -> list[str]:
    """Return the range of each class of counts, nought first: `0`, `1–2`, `3–5`, `6 以上`."""
    if not any(fill.counts.values()):
        return ["0"]
    starts = [1, *(end + 1 for end in fill.ends)]
    ranges = [
        str(start) if start == end else f"{start}–{end}"
        for start, end in zip(starts, fill.ends, strict=False)
    ]
    return ["0", *ranges, say("{} 以上").format(starts[-1])]


class MapLegend(QWidget):
    """Classes of the counts, then the marks; as large as it must be."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = ""
        self._fill = Fill()
        self._is_near = False
        self._is_brief = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_fill(self, title: str, fill: Fill, *, is_near: bool) -> None:
        """Explain these counts."""
        if (title, fill, is_near) == (self._title, self._fill, self._is_near):
            return
        self._title, self._fill, self._is_near = title, fill, is_near
        self.setAccessibleDescription(f"{title}：{'，'.join(class_texts(fill))}")
        self.updateGeometry()
        self.update()

    def set_brief(self, is_brief: bool) -> None:
        """Explain the counts only: where the whole would hide the map."""
        if is_brief != self._is_brief:
            self._is_brief = is_brief
            self.updateGeometry()
            self.update()

    @override
    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        lines = self._lines()
        widths = [metrics.horizontalAdvance(self._title)] + [
            sum(metrics.horizontalAdvance(entry.text) + self._beside() for entry in line)
            for line in lines
        ]
        height = (len(lines) + 1) * self._line_height() + 2 * _PADDING - 4
        return QSize(round(max(widths)) + 2 * _PADDING, height)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme, metrics = current_theme(), self.fontMetrics()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.border, 1))
        painter.setBrush(theme.surface_raised)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        step, top, side = self._line_height(), float(_PADDING - 2), self._side()
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(theme.text)
        painter.drawText(QRectF(_PADDING, top, self.width(), step), middle, self._title)
        for line in self._lines():
            top += step
            left = float(_PADDING)
            for entry in line:
                painter.save()
                painter.translate(left + side / 2, top + step / 2)
                painter.scale(side / _SIGN, side / _SIGN)
                entry.draw(painter, theme, self.font())
                painter.restore()
                painter.setFont(self.font())
                painter.setPen(theme.text_dim)
                width = metrics.horizontalAdvance(entry.text)
                painter.drawText(QRectF(left + side + 4, top, width + 4, step), middle, entry.text)
                left += width + self._beside()
        painter.end()

    def _side(self) -> float:
        """Return how wide a sign is."""
        return self.fontMetrics().height() * 0.85

    def _beside(self) -> int:
        """Return what an entry takes beside its text."""
        return round(self._side()) + 18

    def _line_height(self) -> int:
        return self.fontMetrics().height() + 5

    def _lines(self) -> list[Sequence[_Entry]]:
        classes = [
            _Entry(_swatch(number), text) for number, text in enumerate(class_texts(self._fill))
        ]
        lines: list[Sequence[_Entry]] = [classes] if self._fill.is_coloured else []
        if self._is_brief:
            return lines
        lines.append(
            [
                _mark(_CRITICAL, say("特急")),
                _mark(_URGENT, say("紧急")),
                _mark(_NORMAL, say("一般")),
            ]
        )
        lines.append(
            [_mark(2, say("超时")), _mark(1, say("2 小时内到期")), _mark(0, say("未到期"))]
        )
        teams = [_mark(FRESH_TEAM, say("队伍")), _mark(STALE_TEAM, say("位置过时"))]
        lines.append([_mark(place_mark("school"), say("重点场所")), *teams])
        if not self._is_near:
            lines.append([_Entry(_nothing, say("格内是件数；放大后逐件显示"))])
        return lines


def _mark(index: int, text: str) -> _Entry:
    def draw(painter: QPainter, theme: Theme, font: QFont) -> None:
        draw_mark(painter, MARKS[index], theme, font)

    return _Entry(draw, text)


def _swatch(number: int) -> Draw:
    def draw(painter: QPainter, theme: Theme, font: QFont) -> None:
        painter.setPen(QPen(theme.map_line, 1))
        painter.setBrush(theme[fill_role(number)])
        painter.drawRect(QRectF(-9, -7, 18, 14))

    return draw


def _nothing(painter: QPainter, theme: Theme, font: QFont) -> None:
    small = QFont(font)
    small.setPixelSize(14)
    painter.setFont(small)
    painter.setPen(theme.text_dim)
    painter.drawText(QRectF(-10, -10, 20, 20), Qt.AlignmentFlag.AlignCenter, "5")
