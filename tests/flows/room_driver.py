"""A window of a room that does what it is told line by line, and says what its list shows, when.

Commands and answers are JSON; times are of the monotonic clock, which all processes share.
"""

import queue
import sys
import threading
from pathlib import Path
from time import monotonic

import orjson
from PySide6.QtCore import QTimer

from desktop.app import open_session
from desktop.play import Player

LOOK_MS = 20
_RID = "SELECT rid FROM incident WHERE number = ?"
_CLAIMED = "SELECT 1 FROM claim JOIN incident ON incident.id = claim.incident WHERE number = ?"


class Driver:
    """The window, its commands and what is waited for."""

    def __init__(self, home):
        self.session = open_session(home)
        self.player = Player(self.session)
        self.commands = queue.Queue()
        self.committed = 0.0
        self.awaited = []
        self.session.store.listen(self._on_commit)
        self.session.window.show()
        self._timer = QTimer(interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def run(self):
        self.player.until(lambda: self.player.desk.view.current_id is not None, "the queue")
        self.session.window.activateWindow()
        say(ready=True)
        threading.Thread(target=self._read, daemon=True).start()
        while True:
            self.player.wait(5)
            try:
                command = self.commands.get_nowait()
            except queue.Empty:
                continue
            if command is None:
                break
            say(**getattr(self, f"do_{command.pop('do')}")(**command))
        self.session.window.close()

    def do_report(self, text):
        self.player.desk.focus_list()
        number = self.player.report(text, "中心路8号", "钱七", "10000000008")
        return {"number": number, "at": self.committed}

    def do_claim(self, number):
        self._select(number)
        self.player.press("Shift+A")
        self.player.until(lambda: self._shows(number, "claimed"), "the claim")
        return {"number": number, "at": self.committed}

    def do_dispatch(self, number):
        self._select(number)
        self.player.accept(picks=True)
        self.player.dispatch()
        return {"number": number, "at": self.committed}

    def do_watch(self, number, what):
        self.awaited.append((number, what))
        return {"watching": number}

    def do_state(self):
        state = self.session.exchange.state
        return {
            "hub": state.is_up,
            "unsent": state.unsent,
            "peers": {peer.station: peer.line.is_up for peer in state.peers},
            "serves": self.session.room.state.url,
        }

    def do_retry(self):
        self.session.exchange.run_now()
        return {}

    def _select(self, number):
        rid = self.session.store.read(lambda c: c.execute(_RID, (number,)).fetchone()[0])
        self.player.desk.focus_list()
        self.player.desk.view.set_current_id(rid)
        self.player.until(
            lambda: (
                self.player.desk.detail is not None
                and self.player.desk.detail.incident.number == number
            ),
            "the incident",
        )

    def _shows(self, number, what):
        found = self.session.store.read(lambda c: c.execute(_RID, (number,)).fetchone())
        if what == "claimed":
            return bool(
                self.session.store.read(lambda c: c.execute(_CLAIMED, (number,)).fetchone())
            )
        view = self.player.desk.view
        row = view.model().row_of(found[0]) if found else -1
        shown = view.model().row_at(row) if row >= 0 else None
        return bool(shown) and shown.state == what

    def _look(self):
        for awaited in tuple(self.awaited):
            if self._shows(*awaited):
                self.awaited.remove(awaited)
                say(saw=awaited, at=monotonic())

    def _on_commit(self, _):
        self.committed = monotonic()

    def _read(self):
        for line in sys.stdin:
            self.commands.put(orjson.loads(line))
        self.commands.put(None)


def say(**values):
    sys.stdout.write(orjson.dumps(values).decode() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    Driver(Path(sys.argv[1])).run()
