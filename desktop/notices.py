"""What arrives and what has just become late, told while somebody works on something else.

Outside the duty hours only what is urgent is told: nobody is called at midnight for a lamp.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from db.domain.scope import Scope
from db.store.changes import Changes
from db.store.driver import Connection
from db.store.lists import calendar_at
from db.store.queries.queue import QueueFilter, pressed_ids, queue_ids
from desktop.context import AppContext
from desktop.language import say
from desktop.runner import Throttle

if TYPE_CHECKING:
    from db.domain.calendar import Calendar

REFRESH_MS, MINUTE_MS = 1_000, 60_000
_URGENT = ("urgent", "critical")


class _Look(NamedTuple):
    """One look at the open set, by row ids: what waits to be accepted, is late, is urgent.

    `pressed` has a card of the district that nobody has replied to.
    """

    reported: frozenset[int]
    late: frozenset[int]
    urgent: frozenset[int]
    pressed: frozenset[int]
    is_on_duty: bool


class Notices(QObject):
    """`noticed(text)` for what others brought in and for what has just become late.

    What the person here enters or decides is no news to that person.
    """

    noticed = Signal(str)

    def __init__(
        self, context: AppContext, has_sound: Callable[[], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._has_sound = has_sound
        self._seen: _Look | None = None
        self._own: set[int] = set()
        self._throttle = Throttle(self.look, REFRESH_MS, self)
        # Lateness comes without a commit.
        self._minute = QTimer(self, interval=MINUTE_MS)
        self._minute.timeout.connect(self._throttle.request)
        context.duty.changed.connect(self._on_changed)
        context.duty.switched.connect(self._on_switched)

    def begin(self) -> None:
        """Look for the first time: what is there by now is no news."""
        self._minute.start()
        self._throttle.request()

    @Slot(int)
    def is_own(self, rid: int) -> None:
        """Say that the person here has just entered an incident."""
        self._own.add(rid)

    @Slot()
    def look(self) -> None:
        """Look at the open set, and tell what is new since the last look."""
        store, scope, now = self._context.store, self._context.duty.scope, self._context.clock()
        self._context.runner.read(
            lambda: store.read(lambda c: _look(c, scope, now)),
            self._on_look,
            lambda _: None,
            "notices",
            self,
        )

    def _on_look(self, look: _Look) -> None:
        before, self._seen = self._seen, look
        if before is None:
            return
        new = look.reported - before.reported - self._own
        late = look.late - before.late
        text = notice_text(new, late, look.urgent, is_on_duty=look.is_on_duty)
        if pressed := look.pressed - before.pressed:
            told = say("区级督办 {} 件，请答复").format(len(pressed))
            text = "；".join(filter(None, (told, text)))
        if text:
            self.noticed.emit(text)
            if self._has_sound():
                QApplication.beep()

    @Slot(object)
    def _on_changed(self, changes: Changes) -> None:
        if "incident" in changes.subjects:
            self._throttle.request()

    @Slot()
    def _on_switched(self) -> None:
        self._context.runner.cancel("notices")
        self._seen = None
        self._own.clear()
        self.begin()


def notice_text(
    new: frozenset[int], late: frozenset[int], urgent: frozenset[int], *, is_on_duty: bool
) -> str:
    """Return what is to be told, empty for nothing; outside duty hours of urgent ones only.

    `urgent` are all that are, of these row ids and of others.
    """
    parts = []
    for rids, name in ((new, say("新到")), (late, say("刚超时"))):
        grave = rids & urgent
        if told := rids if is_on_duty else grave:
            more = say("，其中紧急特急 {} 件").format(len(grave)) if grave else ""
            parts.append(say("{} {} 件{}").format(name, len(told), more))
    return "；".join(parts)


def _look(connection: Connection, scope: Scope, now: int) -> _Look:
    def ids(**conditions: Any) -> frozenset[int]:
        return frozenset(queue_ids(connection, scope, QueueFilter(**conditions), now))

    from db.store.facts import desk_level  # lazy: off the start path

    calendar: Calendar = calendar_at(connection, now)
    # What a town takes in is no news to its district, and its card none to itself.
    is_district = desk_level(connection) == "district"
    own = {"level": "district" if is_district else ""}
    return _Look(
        ids(states=("reported",), **own),
        ids(is_late=True, **own),
        frozenset().union(*(ids(urgency=urgency) for urgency in _URGENT)),
        frozenset() if is_district else frozenset(pressed_ids(connection, scope)),
        calendar.is_working(now),
    )
