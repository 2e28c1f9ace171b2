"""Two workstations on one hub: what one decides is on the other while people still talk of it."""

import json
import os
import sys
from pathlib import Path
from time import monotonic, process_time

import pytest

from db.commands.attachments import attach
from db.store import blobs
from db.sync.peers import unsent
from desktop.app import open_session
from desktop.play import Player
from desktop.settings import change_settings
from tests.db.store.rig import as_demo
from tests.flows.rig import TOWN, HubProgram, free_port, griddesk

LIMIT = 2.0
"""Seconds from the commit on one workstation to the row in the other's list."""


@pytest.fixture
def hub(tmp_path):
    program = HubProgram(tmp_path / "hub")
    yield program
    program.stop()


class Desk:
    """A workstation with its window, and what it did and said."""

    def __init__(self, home, qtbot):
        self.session = open_session(home)
        qtbot.addWidget(self.session.window)
        self.session.window.show()
        self.player = Player(self.session)
        self.committed = 0.0
        self.told = []
        self.session.store.listen(self._on_commit)
        self.session.duty.told.connect(self._on_told)

    def _on_commit(self, _):
        self.committed = monotonic()

    def _on_told(self, kind, text, hint):
        self.told.append(text)

    @property
    def view(self):
        return self.player.desk.view

    def activate(self, qtbot):
        with qtbot.waitActive(self.session.window):
            self.session.window.activateWindow()
        self.player.desk.focus_list()

    def state_of(self, number):
        """Return in which state a list row shows an incident, empty for one that is not there."""
        sql = "SELECT rid FROM incident WHERE number = ?"
        found = self.session.store.read(lambda c: c.execute(sql, (number,)).fetchone())
        row = self.view.model().row_of(found[0]) if found else -1
        shown = self.view.model().row_at(row) if row >= 0 else None
        return shown.state if shown else ""

    def claimed(self, number):
        """Whether anybody has taken an incident on, as this record knows it."""
        sql = "SELECT 1 FROM claim JOIN incident ON incident.id = claim.incident WHERE number = ?"
        return self.session.store.read(lambda c: c.execute(sql, (number,)).fetchone()) is not None

    def place(self):
        """Return which row is current, and where it stands in the window."""
        row = self.view.currentIndex().row()
        return self.view.current_id, self.view._y_of(row)

    @property
    def line(self):
        return self.session.exchange.state

    def ask_the_line(self):
        """Do what F5 does on its page, and wait for what comes of it."""
        finished = []
        self.session.exchange.finished.connect(finished.append)
        self.session.exchange.run_now()
        self.player.until(lambda: bool(finished), "the end of an exchange")
        self.session.exchange.finished.disconnect(finished.append)


@pytest.fixture
def room(small_town, tmp_path, hub, qtbot):
    """Two workstations of one town, level with each other and listening."""
    other = tmp_path / "other"
    griddesk(other, "init", "--key", "file", "--town", TOWN, "--station", "B1", "--join")
    as_demo(other)
    hub.enrol(small_town)
    hub.enrol(other)
    desks = [Desk(small_town, qtbot), Desk(other, qtbot)]
    for desk in desks:
        desk.player.until(lambda desk=desk: desk.line.is_up, "the line")
        desk.player.until(lambda desk=desk: desk.view.current_id is not None, "the queue")
    yield desks
    for desk in desks:
        desk.session.window.close()


def crosses(here, there, number, state, what):
    """Wait until a decision shows in the other's list."""
    arrives(here, there, lambda: there.state_of(number) == state, what)


def arrives(here, there, has_come, what):
    """Wait until what one committed last is on the other; say how long that took."""
    there.player.until(has_come, what)
    seconds = monotonic() - here.committed
    sys.stdout.write(f"{what}: {seconds:.2f} s\n")
    assert seconds < LIMIT, what


def report(desk, words):
    return desk.player.report(words, "中心路8号", "钱七", "10000000008")


def test_what_one_decides_is_on_the_other_at_once(room, qtbot):
    here, there = room
    view = there.view
    there.session.window.resize(1366, 600)
    there.player.wait(100)
    view.set_current_id(view.model().ids[-3])
    there.player.wait(300)
    place, said = there.place(), len(there.told)
    assert view.verticalScrollBar().value() > 0
    here.activate(qtbot)

    number = report(here, "路口井盖缺失，夜间没有警示")
    crosses(here, there, number, "reported", "an incident taken in")
    here.player.desk.focus_list()
    here.player.press("Shift+A")
    arrives(here, there, lambda: there.claimed(number), "a claim")
    here.player.accept(picks=True)
    crosses(here, there, number, "accepted", "a triage")
    here.player.dispatch()
    crosses(here, there, number, "dispatched", "a dispatch")
    here.player.sign("值班员小吴")
    crosses(here, there, number, "handling", "a signature")

    there.player.wait(300)
    assert there.place() == place
    assert there.told[said:] == []
    assert there.line.unsent == here.line.unsent == 0


def test_both_ways_at_the_same_time(room, qtbot):
    here, there = room
    here.activate(qtbot)
    mine = report(here, "垃圾桶满溢没人清运")
    there.activate(qtbot)
    there.player.press("Alt+2")
    crosses(here, there, mine, "reported", "while the other looks elsewhere")
    there.player.press("Alt+1")
    rid = there.session.store.read(
        lambda c: c.execute("SELECT rid FROM incident WHERE number = ?", (mine,)).fetchone()[0]
    )
    there.view.set_current_id(rid)
    there.player.until(there.player.state_is("reported"), "the other's incident")
    there.player.accept(picks=True)
    crosses(there, here, mine, "accepted", "a triage back")


def test_a_cut_line_keeps_nobody_from_working_and_catches_up(room, hub, qtbot):
    here, there = room
    hub.stop()
    here.activate(qtbot)
    number = report(here, "河面漂浮垃圾")
    here.player.accept(picks=True)
    for desk in room:
        desk.ask_the_line()
        assert not desk.line.is_up
    here.player.dispatch()
    here.player.until(lambda: here.line.unsent > 0, "what is unsent")
    assert there.state_of(number) == ""

    hub.start()
    began = monotonic()
    for desk in (there, here):
        desk.ask_the_line()
    there.player.until(lambda: there.state_of(number) == "dispatched", "what was done meanwhile")
    seconds = monotonic() - began
    sys.stdout.write(f"caught up after the first attempt: {seconds:.2f} s\n")
    assert seconds < LIMIT
    here.player.sign("值班员小吴")
    crosses(here, there, number, "handling", "the next decision")
    assert here.session.store.read(unsent) == 0


def test_two_windows_that_wait_cost_next_to_nothing(room, hub):
    here, there = room
    here.player.wait(1_500)
    ticks = os.sysconf("SC_CLK_TCK")

    def hub_seconds():
        text = Path(f"/proc/{hub.process.pid}/stat").read_text(encoding="utf-8")
        fields = text.rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / ticks

    ours, theirs, began = process_time(), hub_seconds(), monotonic()
    here.player.wait(6_000)
    spent = monotonic() - began
    ours, theirs = (process_time() - ours) / spent, (hub_seconds() - theirs) / spent
    sys.stdout.write(f"idle: hub {theirs:.1%}, two windows {ours:.1%} of a core\n")
    assert theirs < 0.05
    assert ours < 0.15
    assert there.line.is_up


def test_closing_ends_the_wait(room):
    here, _ = room
    here.player.wait(500)
    thread = here.session.exchange.hub._listening._thread
    assert thread.is_alive()
    began = monotonic()
    here.session.window.close()
    assert monotonic() - began < LIMIT
    thread.join(1)
    assert not thread.is_alive()


@pytest.fixture
def alone(small_town, tmp_path, qtbot):
    """Two workstations without any hub: one serves, the other enrolled there by a code."""
    other, port = tmp_path / "other", free_port()
    change_settings(small_town, room_serves=True, room_port=port, room_finds=False)
    here = Desk(small_town, qtbot)
    here.player.until(lambda: here.session.room.state.url, "the service")
    said = json.loads(griddesk(small_town, "enrol", "--new-code", "--json"))
    griddesk(other, "init", "--key", "file", "--town", TOWN, "--station", "B1", "--join")
    as_demo(other)
    change_settings(other, room_finds=False)
    url = f"https://127.0.0.1:{port}"
    griddesk(other, "enrol", url, said["code"], "--fingerprint", said["fingerprint"])
    griddesk(other, "sync")
    there = Desk(other, qtbot)
    there.player.until(lambda: there.line.peers_up == 1, "the line")
    there.player.until(lambda: there.view.current_id is not None, "the queue")
    yield [here, there]
    for desk in (there, here):
        desk.session.window.close()


def test_two_windows_need_no_hub(alone, qtbot, tmp_path):
    here, there = alone
    here.activate(qtbot)
    number = report(here, "路口井盖缺失，夜间没有警示")
    crosses(here, there, number, "reported", "an incident taken in")
    there.activate(qtbot)
    there.view.set_current_id(rid_of(there, number))
    there.player.until(there.player.state_is("reported"), "the other's incident")
    there.player.press("Shift+A")
    arrives(there, here, lambda: here.claimed(number), "a claim")
    there.player.accept(picks=True)
    crosses(there, here, number, "accepted", "a triage")
    there.player.dispatch()
    crosses(there, here, number, "dispatched", "a dispatch")
    assert "本室 1/1 ●" in there.session.window._status.line.text()
    there.session.window.open_screen("sync")
    peers = there.session.window.screen_named("sync").peers
    assert peers.isVisible()
    assert "A1" in peers.item(1, 0).text()
    assert peers.item(1, 2).text() == "● 正常"


def test_a_file_comes_to_who_looks_at_it(alone, tmp_path):
    here, there = alone
    number = here.session.store.read(
        lambda c: c.execute("SELECT number FROM incident ORDER BY rid DESC").fetchone()[0]
    )
    picture = tmp_path / "现场.png"
    here.session.window.grab().save(str(picture))
    duty = here.session.duty
    attach(here.session.store, duty.actor, duty.scope, number, picture)
    blob = "SELECT blob FROM attachment ORDER BY at DESC LIMIT 1"
    name = here.session.store.read(lambda c: c.execute(blob).fetchone()[0])
    there.player.until(lambda: blobs.exists(there.session.store.home, name), "the file")
    blobs.check(there.session.store.home, name)


def test_a_paused_exchange_says_so_and_goes_on_when_told(alone, qtbot):
    here, there = alone
    screen = there.session.window.screen_named("sync")
    screen._pause.click()
    there.player.until(lambda: there.line.is_paused, "the pause")
    here.activate(qtbot)
    number = report(here, "垃圾桶满溢没人清运")
    there.player.wait(1_000)
    assert there.state_of(number) == ""
    screen._pause.click()
    there.player.until(lambda: there.state_of(number) == "reported", "what was written meanwhile")


def rid_of(desk, number):
    sql = "SELECT rid FROM incident WHERE number = ?"
    return desk.session.store.read(lambda c: c.execute(sql, (number,)).fetchone()[0])
