"""Below the form of a report: by when it is due, and what may be the same matter already."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from db.store.queries.duplicates import Likeness
from db.store.queries.intake import LIKELY_SHOWN, Ahead
from desktop.actions import BY_ID, bind
from desktop.duplicate_words import VERDICT_NAMES, points_text, reason_texts, span_text
from desktop.i18n import STATE_NAMES, limit_text, short_time
from desktop.override import override
from desktop.place_words import whole_place
from desktop.town_lists import current_policy
from desktop.widgets.elided_label import ElidedLabel

_TAIL = 6
"""Last characters of a number: enough to say on the phone."""
_CONTENT = 100
_REASONS = 2
"""What is told in the room that a small screen leaves beside the form."""


class IntakeFoot(QWidget):
    """Shows limits and up to three likely incidents; its key looks at one after the other.

    The form and the focus stay as they are. A click on a line looks at that one.
    """

    def __init__(self, form: QWidget) -> None:
        super().__init__(form)
        self._likely: tuple[Likeness, ...] = ()
        self._looked_at = ""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        self._ahead = ElidedLabel(parent=self)
        self._ahead.setProperty("role", "dim")
        layout.addWidget(self._ahead)
        self._lines = [_Line(number, self) for number in range(LIKELY_SHOWN)]
        for line in self._lines:
            layout.addWidget(line)
        self._account = QLabel(self, textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        card = self._card = QFrame(self)
        card.setProperty("role", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(8, 4, 8, 4)
        inside.addWidget(self._account)
        layout.addWidget(card)
        bind(form, "look_alike", self.look_next, has_children=True)
        self.clear()

    @property
    def texts(self) -> list[str]:
        """The lines of likely incidents that are shown."""
        return [line.text() for line in self._lines if not line.isHidden()]

    @property
    def looked_at(self) -> str:
        """The number of the incident looked at, empty for none."""
        return self._looked_at

    @property
    def account(self) -> str:
        """What is told of the incident looked at."""
        return self._account.text()

    @property
    def ahead(self) -> str:
        """What is told of limits."""
        return self._ahead.text()

    def clear(self) -> None:
        """Show nothing."""
        self._likely, self._looked_at = (), ""
        self._account.setText("")
        for label in (self._ahead, *self._lines):
            label.setText("")
            label.hide()
        self._card.hide()
        self.hide()

    def show_ahead(self, ahead: Ahead | None, now: int) -> None:
        """Show the limits a report will be under."""
        if ahead is None:
            self._ahead.hide()
            return
        accept, handle = (
            limit_text(limit.unit, limit.amount) for limit in (ahead.accept, ahead.handle)
        )
        due = short_time(ahead.accept_due, now)
        self._ahead.setText(self.tr("时限：受理 {}（{} 前），处置 {}").format(accept, due, handle))
        self._ahead.show()
        self.show()

    def show_likely(self, likely: Sequence[Likeness], now: int) -> None:
        """Show what may be the same; the one looked at stays while it is among them."""
        is_news = len(likely) > len(self._likely)
        self._likely = tuple(likely)
        for line in self._lines[: len(likely)]:
            line.setText(self._line_text(line.number, now))
        self._look_at(next((item for item in likely if self._is_looked_at(item)), None))
        if likely:
            self.show()
        if is_news:
            text = self.tr("可能重复 {} 件，按 {} 看").format(len(likely), BY_ID["look_alike"].key)
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    @Slot()
    def look_next(self) -> None:
        """Look at the first, then at the next one; past the last at none."""
        looked = [at for at, item in enumerate(self._likely) if self._is_looked_at(item)]
        following = self._likely[looked[0] + 1 :] if looked else self._likely
        self._look_at(next(iter(following), None))

    def look_at(self, number: int) -> None:
        """Look at the incident of a line, counted from 0."""
        if number < len(self._likely):
            self._look_at(self._likely[number])

    def _is_looked_at(self, item: Likeness) -> bool:
        return item.candidate.number == self._looked_at

    def _look_at(self, item: Likeness | None) -> None:
        """Show one in full; a small screen has no room for the others beside it."""
        is_news = item is not None and not self._is_looked_at(item)
        self._looked_at = item.candidate.number if item is not None else ""
        self._account.setText(_account_text(item) if item is not None else "")
        self._card.setVisible(item is not None)
        for line in self._lines:
            is_there = line.number < len(self._likely)
            line.setVisible(is_there and item in (None, self._likely[line.number]))
        if is_news:
            QAccessible.updateAccessibility(
                QAccessibleAnnouncementEvent(self._account, self._account.text())
            )

    def _line_text(self, number: int, now: int) -> str:
        candidate, score = self._likely[number].candidate, self._likely[number].score
        account = candidate.account
        key, count = BY_ID["look_alike"].key, len(self._likely)
        place = f"{number + 1}/{count} " if count > 1 else ""
        lead = self.tr("▲ {}（{}{} 看）").format(VERDICT_NAMES[score.verdict], place, key)
        ago = self.tr("{}前").format(span_text(max(0, now - account.reported_at)))
        parts = (
            candidate.number[-_TAIL:],
            STATE_NAMES.get(candidate.state, candidate.state),
            ago,
            account.title,
        )
        return f"{lead}  {'  '.join(parts)}"


class _Line(ElidedLabel):
    """One likely incident; a click looks at it."""

    def __init__(self, number: int, foot: IntakeFoot) -> None:
        super().__init__(parent=foot)
        self.number = number
        self._foot = foot
        self.setProperty("role", "warn")
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._foot.look_at(self.number)


def _account_text(item: Likeness) -> str:
    candidate, account = item.candidate, item.candidate.account
    content = account.content.replace("\n", " ")
    if len(content) > _CONTENT:
        content = f"{content[:_CONTENT]}……"
    reasons = reason_texts(item.score, current_policy().classes)[:_REASONS]
    place = whole_place(candidate.area_name, account.address)
    return "\n".join(
        filter(
            None,
            (
                f"{candidate.number}  {points_text(item.score)}：{'；'.join(reasons)}",
                place,
                content,
            ),
        )
    )
