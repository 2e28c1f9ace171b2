"""What came of each attempt to exchange: kept while the program runs, for people to read."""

from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Signal

from desktop.i18n import RENEWED, describe, instant
from desktop.language import say

KEPT = 200
"""Entries."""


class Entry(NamedTuple):
    """One line. `at` is when it was so last, UTC milliseconds; `times` how often in a row."""

    peer: str
    name: str
    at: int
    text: str
    is_error: bool
    times: int = 1


class ExchangeLog(QObject):
    """The last attempts of all lines. `changed()` when there is one more.

    What comes again and again in the same way stays one entry with a count; what found nothing new
    is told only where it is the first that is known, or the attempt before it failed.
    """

    changed = Signal()

    def __init__(self, clock: Callable[[], int], parent: QObject) -> None:
        super().__init__(parent)
        self._clock = clock
        self.entries: deque[Entry] = deque(maxlen=KEPT)

    def note(self, peer: str, name: str, result: Any) -> None:
        """Take note of an attempt: a SyncResult, an error, or None where there is nobody."""
        if result is None:
            return
        if isinstance(result, BaseException):
            self._add(peer, name, "✕ {}。{}".format(*describe(result)), is_error=True)
        else:
            for text in self._told(peer, result):
                self._add(peer, name, text)

    def _told(self, peer: str, result: Any) -> list[str]:
        last = self._last(peer)
        texts = []
        if result.pushed or result.pulled:
            texts.append(say("✓ 发出 {} 条，收到 {} 条").format(result.pushed, result.pulled))
        elif last is None or last.is_error:
            texts.append(say("✓ 已连通，没有新的"))
        return texts + [f"▲ {'。'.join(RENEWED[reason])}" for reason in result.healed]

    def _last(self, peer: str) -> Entry | None:
        return next((one for one in reversed(self.entries) if one.peer == peer), None)

    def _add(self, peer: str, name: str, text: str, *, is_error: bool = False) -> None:
        entry, last = Entry(peer, name, self._clock(), text, is_error), self._last(peer)
        if last is not None and last.text == text:
            self.entries.remove(last)
            entry = entry._replace(times=last.times + 1)
        self.entries.append(entry)
        self.changed.emit()


def entry_text(entry: Entry) -> str:
    """Return an entry as a line."""
    times = say("（连续 {} 次）").format(entry.times) if entry.times > 1 else ""
    return f"{instant(entry.at)}  {entry.name}  {entry.text}{times}"
