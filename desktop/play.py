"""Playing one order through the real window by key presses, with pictures and paper to look at."""

import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QInputMethodEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.app import Session, open_session
from desktop.sheets import make_sheet, save_sheet

PATIENCE = 20.0
"""Seconds to wait for the window to show what a key should have brought about."""


class Player:
    """Presses keys and types text into whatever has the focus, as a person would."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.window = session.window
        self.desk = session.window.desk

    def press(self, key: str) -> None:
        """Press a key by its name: `A`, `Return`, `Alt+2`, `Shift+Tab`."""
        # The stubs do not know that a sequence can be indexed.
        sequence: Any = QKeySequence(key)
        combination = sequence[0]
        QTest.keyClick(self.focus(), combination.key(), combination.keyboardModifiers())
        self.wait(1)

    def type(self, text: str) -> None:
        """Commit a text as an input method does."""
        event = QInputMethodEvent()
        event.setCommitString(text)
        QApplication.sendEvent(self.focus(), event)

    def focus(self) -> QWidget:
        """Return the widget the keys go to."""
        return QApplication.focusWidget() or self.desk.view

    def wait(self, milliseconds: int) -> None:
        """Let the window work."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def until(self, is_true: Callable[[], bool], what: str) -> None:
        """Wait until something shows; raises TimeoutError naming what did not."""
        limit = monotonic() + PATIENCE
        while not is_true():
            if monotonic() > limit:
                raise TimeoutError(what)
            self.wait(15)

    def state_is(self, state: str) -> Callable[[], bool]:
        """Return whether the panel shows an incident in this state, as a question to ask again."""
        return lambda: (
            self.desk.detail is not None
            and self.desk.detail.incident.state == state
            and not self.desk.form.is_open
        )

    def report(self, content: str, address: str, caller: str, phone: str) -> str:
        """Enter a new incident; return its number."""
        self.press("N")
        self.until(lambda: self.desk.form.is_open, "the form of a new incident")
        for text in (content, address, caller, phone):
            self.type(text)
            self.press("Tab")
        self.press("Return")
        self.until(
            lambda: self.desk.detail is not None and self.desk.detail.incident.content == content,
            "the new incident",
        )
        assert self.desk.detail is not None
        return self.desk.detail.incident.number

    def accept(self, *, picks: bool = False) -> None:
        """Accept with what is suggested; `picks` takes the first class and grid of the lists."""
        self._open("accept", "A")
        if picks:
            for name in ("class_code", "area_code"):
                field = self.desk.form.field(name)
                if not field.value():
                    field.setFocus()
                    self.press("Down")
        self.fill(not_duplicate=True)
        self.press("Return")
        self.until(self.state_is("accepted"), "待分流")

    def dispatch(self) -> None:
        """Give it to the unit that is recommended."""
        self._open("dispatch", "D")
        self.press("Return")
        self.until(self.state_is("dispatched"), "待签收")

    def sign(self, contact: str) -> None:
        """Sign for the unit on the phone."""
        self._open("sign", "G")
        self.type(contact)
        self.press("Return")
        self.until(self.state_is("handling"), "处置中")

    def feed_back(self, text: str, contact: str) -> None:
        """Enter what the unit says it did."""
        self._open("feedback", "F")
        self.type(text)
        self.fill(contact=contact)
        if self.desk.form.has_field("no_photo"):
            self.fill(no_photo="演示，没有照片")
        self.press("Return")
        self.until(self.state_is("checking"), "待核查")

    def decide(self, action: str, key: str, **values: Any) -> None:
        """Open the form of an action by its key, fill it, and confirm."""
        self._open(action, key)
        self.fill(**values)
        self.press("Return")
        self.until(lambda: not self.desk.form.is_open, action)

    def fill(self, **values: Any) -> None:
        """Put values into fields of the open form, and the keys into the last of them."""
        for name, value in values.items():
            field = self.desk.form.field(name)
            field.set_value(value)
            field.setFocus()

    def check(self) -> None:
        """Find the closing rule met and close."""
        self._open("check_pass", "C")
        self.desk.form.field("close_rule_met").setFocus()
        self.press("Space")
        self.press("Return")
        self.until(self.state_is("closed"), "已结案")

    def is_called_back(self) -> bool:
        """Whether the incident shown needs no call, or no more."""
        return self.desk.detail is not None and bool(self.desk.detail.incident.callback_done)

    def call_back(self) -> None:
        """Reach the caller, who is content."""
        self._open("callback", "B")
        self.desk.form.field("satisfaction").setFocus()
        self.press("Down")
        self.press("Return")
        self.until(self.is_called_back, "回访")

    def archive(self) -> None:
        """Put it away: it leaves the open list."""
        assert self.desk.detail is not None
        number = self.desk.detail.incident.number
        self._open("archive", "X")
        self.press("Return")
        self.until(lambda: number not in self._shown_open(), "已归档")

    def _shown_open(self) -> str:
        """Return the number shown, empty once it is archived."""
        detail = self.desk.detail
        if detail is None or detail.incident.state == "archived":
            return ""
        return detail.incident.number

    def _open(self, action: str, key: str) -> None:
        self.desk.focus_list()
        self.press(key)
        self.until(lambda: self.desk.form.action == action, action)


def play_day(home: Path, out: Path) -> int:
    """Work one order from the call to the archive; leave pictures and sheets in a folder."""
    out.mkdir(parents=True, exist_ok=True)
    session = open_session(home)
    player = Player(session)
    session.window.showNormal()
    session.window.resize(1440, 900)
    session.window.activateWindow()
    made: list[Path] = []

    def shoot(name: str) -> None:
        player.wait(250)
        path = out / f"{len(made) + 1:02d}-{name}.png"
        session.window.grab().save(str(path))
        made.append(path)

    try:
        player.until(lambda: player.desk.detail is not None, "the queue")
        shoot("值班台")
        player.press("N")
        player.until(lambda: player.desk.form.is_open, "the form")
        shoot("新建")
        player.press("Escape")
        number = player.report(
            "小学东门夜市烧烤油烟扰民，连着三晚，住户不敢开窗", _first_village(session), "张三丰",
            "10000000291",
        )  # fmt: skip
        shoot("待受理")
        player.accept(picks=True)
        player.dispatch()
        shoot("待签收")
        player.sign("值班员老李")
        player.feed_back("已约谈摊主，加装油烟净化器，晚十点收摊。", "值班员老李")
        player.check()
        if not player.is_called_back():
            player.call_back()
        shoot("已结案")
        player.archive()
        shoot("已归档")
        player.press("F9")
        player.wait(300)
        shoot("深色")
        player.press("F9")
        player.press("F9")
        duty = session.duty
        for kind, about in (("slip", number), ("daily", "")):
            sheet = make_sheet(session.store, duty.actor, duty.scope, kind, about)
            made.append(save_sheet(session.store, duty.actor, sheet, out))
    except TimeoutError as error:
        sys.stderr.write(f"演示停在：{error}\n")
        session.close()
        return 3
    session.window.close()
    sys.stdout.write("演示完成，截图和 PDF：\n")
    sys.stdout.writelines(f"  {path}\n" for path in made)
    return 0


def _first_village(session: Session) -> str:
    from db.store.queries.town import areas

    known = session.store.read(areas)
    name = next((item.name for item in known if item.level == "grid"), "")
    return f"{name}内"
