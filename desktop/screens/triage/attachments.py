"""The files of an incident in its detail: a small picture, name, size, who and when."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from db.store.queries.attachments import AttachmentRow
from desktop.i18n import MEDIA_NAMES, short_time, size_text
from desktop.icons import pixmap
from desktop.language import Words, say
from desktop.override import override
from desktop.screens.triage.pictures import (
    DAMAGED,
    LOCKED,
    MISSING,
    READY,
    THUMB,
    Picture,
    Pictures,
)
from desktop.theme import current_theme
from desktop.widgets.tips import plain_tip

_PAD = 4
_GAP = 10
_RADIUS = 4
_SMALL = 12
"""Dots of the letters in a frame that has no picture."""
_ICONS = {"image": "image", "sound": "sound", "document": "report"}
_STATE_WORDS = Words({MISSING: "文件未到", DAMAGED: "文件损坏", LOCKED: "打不开"})
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1}


class AttachmentTile(QAbstractButton):
    """One file: press it to look at it."""

    def __init__(self, row: AttachmentRow, now: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row = row
        self._when = short_time(row.at, now)
        self._picture: Picture | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_picture(None)

    @property
    def state_word(self) -> str:
        """What is wrong with the file, empty where nothing is known to be."""
        return _STATE_WORDS.get(self._picture.state, "") if self._picture else ""

    @property
    def has_picture(self) -> bool:
        """Whether a picture is shown."""
        return self._picture is not None and self._picture.image is not None

    def set_picture(self, picture: Picture | None) -> None:
        """Show how the file stands."""
        self._picture = picture
        words = (self._name(), self.state_word, self._facts())
        self.setAccessibleName("  ".join(filter(None, words)))
        self.setToolTip(plain_tip(self.row.name or say("没有指挥室密钥，或附件已被删除")))
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(240, THUMB.height() + 2 * _PAD)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus() or self.underMouse():
            painter.setPen(QPen(theme.focus, 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(theme.accent_soft)
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)
        frame = QRect(QPoint(_PAD, _PAD), THUMB)
        self._paint_frame(painter, frame)
        left = frame.right() + _GAP
        width = self.width() - left - _PAD
        height = self.fontMetrics().height()
        top = (self.height() - 2 * height - 2) // 2
        lines = ((self._name(), theme.text), (self._facts(), theme.text_dim))
        for number, (text, color) in enumerate(lines):
            painter.setPen(color)
            mode = Qt.TextElideMode.ElideMiddle if number == 0 else Qt.TextElideMode.ElideRight
            painter.drawText(
                QRect(left, top + number * (height + 2), width, height),
                int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft),
                self.fontMetrics().elidedText(text, mode, width),
            )
        painter.end()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self.click()
        else:
            # Arrows are the list's: it knows what stands above and below.
            event.ignore() if event.key() in _STEPS else super().keyPressEvent(event)

    def _name(self) -> str:
        return self.row.name or say("{} 附件").format(self._type())

    def _type(self) -> str:
        return MEDIA_NAMES.get(self.row.media, say("文件"))

    def _facts(self) -> str:
        return " · ".join((size_text(self.row.size), self.row.actor_name, self._when))

    def _paint_frame(self, painter: QPainter, frame: QRect) -> None:
        theme = current_theme()
        state = self._picture.state if self._picture else READY
        image = self._picture.image if self._picture else None
        if image is not None:
            size = image.size().scaled(frame.size(), Qt.AspectRatioMode.KeepAspectRatio)
            target = QRect(QPoint(0, 0), size)
            target.moveCenter(frame.center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.fillRect(frame, theme.surface_sunken)
            painter.drawImage(target, image)
            painter.setPen(QPen(theme.border, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(frame)
            return
        is_odd = state in (MISSING, DAMAGED)
        line = theme.danger if state == DAMAGED else theme.text_faint if is_odd else theme.border
        style = Qt.PenStyle.DashLine if state == MISSING else Qt.PenStyle.SolidLine
        painter.setPen(QPen(line, 1, style))
        painter.setBrush(theme.surface_sunken if not is_odd else QColor(Qt.GlobalColor.transparent))
        painter.drawRoundedRect(frame, _RADIUS, _RADIUS)
        self._paint_in_frame(painter, frame, state)

    def _paint_in_frame(self, painter: QPainter, frame: QRect, state: str) -> None:
        theme = current_theme()
        painter.save()
        small = QFont(self.font())
        small.setPixelSize(_SMALL)
        painter.setFont(small)
        painter.setPen(theme.danger if state == DAMAGED else theme.text_dim)
        if state in (MISSING, DAMAGED):
            painter.drawText(frame, int(Qt.AlignmentFlag.AlignCenter), _STATE_WORDS[state])
        else:
            name = "lock" if state == LOCKED else _ICONS[self.row.family]
            mark = pixmap(name, 20, theme.text_dim, self.devicePixelRatioF())
            painter.drawPixmap(frame.center().x() - 9, frame.top() + 4, mark)
            below = frame.adjusted(0, 24, 0, -2)
            painter.drawText(below, int(Qt.AlignmentFlag.AlignCenter), self._type())
        painter.restore()


class AttachmentList(QFrame):
    """The files of one incident. `opened(row)` when one is to be looked at."""

    opened = Signal(object)

    def __init__(
        self,
        rows: Sequence[AttachmentRow],
        pictures: Pictures,
        now: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAccessibleName(say("附件 {} 个").format(len(rows)))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 6)
        layout.setSpacing(2)
        head = QLabel(say("附件 {}").format(len(rows)), textFormat=Qt.TextFormat.PlainText)
        head.setProperty("role", "dim")
        head.setContentsMargins(4, 0, 0, 2)
        layout.addWidget(head)
        self._pictures = pictures
        self.tiles = tuple(AttachmentTile(row, now, self) for row in rows)
        for tile in self.tiles:
            tile.set_picture(pictures.get(tile.row.blob))
            tile.clicked.connect(lambda _=False, tile=tile: self.opened.emit(tile.row))
            layout.addWidget(tile)
        pictures.ready.connect(self._on_ready)

    def focused(self) -> int | None:
        """Return which file has the focus."""
        return next((n for n, tile in enumerate(self.tiles) if tile.hasFocus()), None)

    def focus_blob(self, blob: str) -> None:
        """Give a file the focus by its blob."""
        for index, tile in enumerate(self.tiles):
            if tile.row.blob == blob:
                self.focus_at(index)

    def focus_at(self, index: int) -> None:
        """Give a file the focus; beyond the ends, the nearest."""
        index = min(max(index, 0), len(self.tiles) - 1)
        self.tiles[index].setFocus(Qt.FocusReason.OtherFocusReason)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        index = self.focused()
        if step is None or index is None:
            super().keyPressEvent(event)
        else:
            self.focus_at(index + step)

    @Slot(str)
    def _on_ready(self, blob: str) -> None:
        for tile in self.tiles:
            if tile.row.blob == blob:
                tile.set_picture(self._pictures.get(blob))
