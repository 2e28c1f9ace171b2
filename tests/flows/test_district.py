"""A district and two towns in real windows: up, down to another town, pressed and answered."""

import time

import pytest

from db.demo.fill import DemoPlan, fill_demo
from desktop.app import open_session
from desktop.play import Player
from desktop.screens.triage.side import OWN
from desktop.widgets.pdf_preview import PdfPreview
from tests.db.store.rig import as_demo
from tests.flows.rig import HubProgram, griddesk

DISTRICT, TOWN, OTHER = "990101", "990101001", "990101002"
WHY = "镇里没有大型抽水设备，请区里协调"
DOWN = "积水点在你镇辖区，请尽快处置"
PRESS = "群众多次反映，请说明情况"
ANSWER = "抽水车已到，今天傍晚前排完"


@pytest.fixture
def hub(tmp_path):
    program = HubProgram(tmp_path / "hub")
    yield program
    program.stop()


class Desk:
    """A window, its player, and what it was told."""

    def __init__(self, home, qtbot):
        self.session = open_session(home)
        self.window = self.session.window
        qtbot.addWidget(self.window)
        self.window.resize(1440, 900)
        self.window.show()
        self.player = Player(self.session)
        self.told: list[str] = []
        self.session.notices.noticed.connect(self.told.append)
        self._qtbot = qtbot

    @property
    def desk(self):
        return self.player.desk

    def activate(self):
        with self._qtbot.waitActive(self.window):
            self.window.activateWindow()
        self.desk.focus_list()

    def ask(self, sql, *values):
        return self.session.store.read(lambda c: c.execute(sql, values).fetchone())

    def shows(self, number):
        """Whether the list shows an incident."""
        found = self.ask("SELECT rid FROM incident WHERE number = ?", number)
        return found is not None and self.desk.view.model().row_of(found[0]) >= 0

    def go_to(self, number):
        rid = self.ask("SELECT rid FROM incident WHERE number = ?", number)[0]
        self.desk.go_to(rid, number)
        self.player.until(
            lambda: self.desk.detail is not None and self.desk.detail.incident.number == number,
            f"{number} in full",
        )

    def until(self, is_true, what):
        self.player.until(is_true, what)


@pytest.fixture
def desks(small_town, tmp_path, hub, qtbot):
    """The district's window and one of each of two towns, on one hub."""
    other, district = tmp_path / "other", tmp_path / "district"
    now = time.time_ns() // 1_000_000
    fill_demo(other, DemoPlan(OTHER, 1, 8, now, per_day=1, station="B1"), "file")
    griddesk(district, "init", "--key", "file", "--town", DISTRICT, "--name", "区综合指挥中心")
    as_demo(district)
    for home, town in ((small_town, TOWN), (other, OTHER), (district, DISTRICT)):
        hub.enrol(home, town)
    made = [Desk(home, qtbot) for home in (district, small_town, other)]
    for one in made:
        one.until(lambda one=one: one.session.exchange.state.is_up, "the line")
        one.until(lambda one=one: one.window.is_ready, "the keys")
    yield made
    for one in made:
        one.window.close()


def test_up_to_the_district_down_to_another_town_and_pressed(desks):
    district, town, other = desks
    assert district.desk._side.view == OWN
    known = "SELECT count(*) FROM incident WHERE area_code >= ? AND area_code < ?"
    for code in (TOWN, OTHER):
        district.until(lambda code=code: district.ask(known, code, code + "~")[0], "both towns")

    town.activate()
    number = town.player.report("桥下积水过膝，车辆无法通行", "人民路桥下", "钱七", "10000000008")
    town.player.accept(picks=True)
    town.player.decide("escalate", "U", text=WHY)
    district.until(lambda: district.shows(number), "what was sent up, in the district's own queue")

    district.activate()
    district.go_to(number)
    village = district.ask(
        "SELECT code FROM area WHERE level = 'village' AND code >= ? ORDER BY code", OTHER
    )[0]
    district.player.decide("send_down", "Shift+U", area_code=village, text=DOWN)
    arrived = "SELECT number, level, caller FROM incident WHERE source_no = ?"
    other.until(lambda: other.ask(arrived, number), "the other town's own incident")
    sent, level, caller = other.ask(arrived, number)
    assert (level, caller) == ("town", "")
    other.until(lambda: other.shows(sent), "it in the other town's queue")
    town.until(
        lambda: (
            town.ask("SELECT outcome FROM incident WHERE number = ?", number)[0] == "transferred"
        ),
        "what became of it, at the town that sent it up",
    )
    assert other.ask("SELECT 1 FROM incident WHERE number = ?", number) is None

    district.activate()
    district.go_to(sent)
    district.player.decide("supervise", "S", card="yellow", text=PRESS)
    other.until(lambda: any("区级督办" in text for text in other.told), "the news of it")
    other.activate()
    other.go_to(sent)
    other.player.decide("reply", "Shift+S", text=ANSWER)
    replied = "SELECT 1 FROM card WHERE text = ? AND reply = ?"
    district.until(lambda: district.ask(replied, PRESS, ANSWER), "the answer, at the district")

    district.activate()
    district.player.press("F12")
    screen = district.window.screen_named("figures")
    district.until(lambda: screen.figures is not None, "the figures")
    names = [line.code for line in screen.figures.parts]
    assert names == [TOWN, OTHER]
    figures = {line.code: line for line in screen.figures.parts}
    assert (figures[TOWN].escalated, figures[OTHER].supervised) == (1, 1)
    assert figures[OTHER].open == district.ask(known + " AND is_open = 1", OTHER, OTHER + "~")[0]
    screen.table.setFocus()
    district.player.press("P")
    district.until(lambda: screen.findChild(PdfPreview) is not None, "the sheet")
    assert screen.findChild(PdfPreview).page_count == 1
    district.player.press("Escape")
    screen.table.selectRow(1)
    screen.table.setFocus()
    district.player.press("Return")
    district.until(lambda: len(district.desk.view.model().ids) == figures[OTHER].open, "its work")
