"""One incident that was found, painted: what, where and when, with what was looked for marked."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from PySide6.QtCore import QObject, QPointF, QRect, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontInfo,
    QFontMetrics,
    QPainter,
    QTextCharFormat,
    QTextLayout,
)
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from db.domain.search_text import first_place, spans
from db.store.initials import initials
from db.store.queries.search import FoundRow
from desktop.i18n import SOURCE_NAMES, instant, state_text
from desktop.language import say
from desktop.models.paged_table import AnyIndex, PagedTableModel
from desktop.override import override
from desktop.theme import current_theme
from desktop.town_lists import current_policy

PADDING = 12
_AROUND = 14
"""Characters shown before the place that was found in a long text."""
_SHOWN = 200
"""Characters of a text that may fit into a line: to shorten all of a long one takes long."""


def excerpt(text: str, words: tuple[str, ...]) -> str:
    """Return as much of a text as may fit, from a little before what first answers to the words."""
    start = max((first_place(text, words) or 0) - _AROUND, 0)
    return ("…" if start else "") + " ".join(text[start : start + _SHOWN].split())


@lru_cache(256)
def second_line(row: FoundRow, words: tuple[str, ...]) -> str:
    """Return where, then what of the texts answers to the words, else what happened."""
    texts = (row.source_no, row.content, row.public_reply)
    hits = (text for text in texts if first_place(text, words) is not None)
    place = " ".join(part for part in (row.area_name, row.address[:_SHOWN]) if part)
    return " · ".join(part for part in (place, excerpt(next(hits, row.content), words)) if part)


def right_lines(row: FoundRow) -> tuple[str, str]:
    """Return state and unit, and above them when it was taken in."""
    state = state_text(row.state, has_news=bool(row.has_news))
    return instant(row.taken_in_at), f"{state} · {row.lead_name}" if row.lead_name else state


def accessible_text(row: FoundRow) -> str:
    """Return the whole row for a screen reader."""
    known = current_policy().classes.get(row.class_code)
    kind = known.short_name if known else say("未分类")
    source = SOURCE_NAMES.get(row.source, row.source)
    parts = (row.title, *right_lines(row), kind, row.area_name, row.address, source, row.number)
    return "，".join(part for part in parts if part)


class FoundRowDelegate(QStyledItemDelegate):
    """Paint a whole row of what was found in one cell; `words` are what was looked for."""

    def __init__(
        self,
        model: PagedTableModel,
        words: Callable[[], tuple[str, ...]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._words = words

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        style: Any = option  # the stubs lack its fields
        theme = current_theme()
        if style.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(style.rect, theme.selection)
        row: FoundRow | None = self._model.row_at(index.row())
        if row is None:
            return
        words = self._words()
        inner = style.rect.adjusted(PADDING, 4, -PADDING, -4)
        top, bottom = QRect(inner), QRect(inner)
        top.setHeight(inner.height() // 2)
        bottom.setTop(top.bottom() + 1)
        small = QFont(style.font)
        small.setPixelSize(QFontInfo(style.font).pixelSize() - 1)
        when, state = right_lines(row)
        lines = (
            (top, style.font, theme.text, f"{row.title[:_SHOWN]}　{row.number}", when),
            (bottom, small, theme.text_dim, second_line(row, words), state),
        )
        for rect, font, ink, text, right in lines:
            width = QFontMetrics(font).horizontalAdvance(right)
            _draw(painter, rect.adjusted(0, 0, -width - 2 * PADDING, 0), font, ink, text, words)
            painter.setFont(font)
            painter.setPen(theme.text_dim)
            painter.drawText(
                rect, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), right
            )


def _draw(
    painter: QPainter, rect: QRect, font: QFont, ink: QColor, text: str, words: tuple[str, ...]
) -> None:
    """Paint one line, shortened to fit, what answers to the words marked by colour and line."""
    metrics = QFontMetrics(font)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    layout = QTextLayout(shown, font)
    layout.setFormats([_marked(shown, piece) for piece in spans(shown, words, initials())])
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(rect.width())
    layout.endLayout()
    painter.setPen(ink)
    top = rect.top() + (rect.height() - line.height()) / 2
    layout.draw(painter, QPointF(rect.left(), top))


def _marked(text: str, piece: range) -> Any:
    theme = current_theme()
    marked: Any = QTextLayout.FormatRange()  # the stubs lack its fields
    marked.start = _units(text[: piece.start])
    marked.length = _units(text[piece.start : piece.stop])
    marked.format = QTextCharFormat()
    marked.format.setBackground(theme.warn_soft)
    marked.format.setForeground(theme.text)
    marked.format.setFontUnderline(True)
    return marked


def _units(text: str) -> int:
    """Return how long a text is for Qt, which counts 16 bits."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
