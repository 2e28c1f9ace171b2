"""The audit screen on a real record, worked by keys."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from db.commands.incidents import view_caller
from db.demo.fill import DemoPlan, fill_demo
from db.domain.ops import decode
from db.domain.scope import scope_of
from db.store.queries.queue import QueueFilter, queue_ids, queue_rows
from db.store.queries.town import actor_named
from db.store.store import Store
from db.sync.audit_file import verify_audit
from desktop.context import AppContext, Duty
from desktop.keepsakes import Keepsakes
from desktop.runner import Runner
from desktop.screens.audit.screen import AuditScreen
from desktop.widgets.export_panel import Wanted
from tests.db.store import rig

NOW = 1_795_449_600_000
TOWN = "990101001"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("audit") / "home"
    fill_demo(home, DemoPlan(TOWN, 1, 1, NOW, 4), "file")
    return home


@pytest.fixture
def desk(home, tmp_path, qapp):
    store, runner = Store.open(home, clock=lambda: NOW), Runner()
    duty = Duty(*store.read(lambda connection: actor_named(connection, "tangzhu", "sitting")))
    told = []
    duty.told.connect(lambda kind, text, hint: told.append(text))
    runner.failed.connect(duty.tell_error)
    sheets = tmp_path / "sheets"
    sheets.mkdir()
    context = AppContext(store, runner, duty, store.clock, sheets, Keepsakes(tmp_path))
    yield SimpleNamespace(context=context, store=store, runner=runner, duty=duty, told=told)
    assert runner.shutdown(5)
    store.close()


@pytest.fixture
def screen(desk, qtbot):
    screen = AuditScreen(desk.context)
    qtbot.addWidget(screen)
    screen.resize(1200, 640)
    with qtbot.waitActive(screen):
        screen.show()
        screen.activateWindow()
    screen.setFocus()
    settle(qtbot, screen, desk)
    return screen


def settle(qtbot, screen, desk):
    qtbot.waitUntil(
        lambda: not (screen.bar.is_waiting or screen.is_loading or desk.runner.pending),
        timeout=20_000,
    )


def press(key):
    QTest.keyClick(QApplication.focusWidget(), key)


def newest(store):
    return decode(rig.rows(store, "SELECT body FROM op ORDER BY recv DESC LIMIT 1")[0][0])


def said(screen):
    return " ".join(label.text() for label in screen.findChildren(QLabel) if label.isVisible())


def test_the_newest_stand_first_and_reading_is_recorded(screen, desk, qtbot):
    assert "audit_read" in {row.kind for row in screen._rows[:20]}
    assert "已列出" in said(screen)
    before = rig.count_ops(desk.store)
    screen.refresh()
    settle(qtbot, screen, desk)
    assert rig.count_ops(desk.store) == before


def test_one_incident_and_one_person_are_followed_by_keys(screen, desk, qtbot):
    at = next(n for n, row in enumerate(screen._rows) if row.number)
    number = screen._rows[at].number
    screen.view.set_current_id(at)
    press(Qt.Key.Key_I)
    settle(qtbot, screen, desk)
    assert {row.number for row in screen._rows} == {number}
    settle(qtbot, screen, desk)
    who = screen.row.user
    screen.view.setFocus()
    press(Qt.Key.Key_O)
    settle(qtbot, screen, desk)
    assert {row.user for row in screen._rows} == {who}
    press(Qt.Key.Key_Escape)
    settle(qtbot, screen, desk)
    assert len({row.user for row in screen._rows}) > 1


def test_why_a_caller_was_shown_is_told_and_who_it_is_not(screen, desk, qtbot):
    actor, scope = desk.store.read(lambda c: actor_named(c, "周岚"))
    ids = desk.store.read(lambda c: queue_ids(c, scope, QueueFilter(), NOW))
    rids = [rid for (rid,) in rig.rows(desk.store, "SELECT rid FROM incident WHERE caller <> ''")]
    rid = next(one for one in ids if one in rids)
    (row,) = desk.store.read(lambda c: queue_rows(c, scope, [rid]))
    caller, _ = view_caller(desk.store, actor, scope, row.number, "回拨核实地点")
    screen.bar.group.set_value("caller")
    settle(qtbot, screen, desk)
    assert screen._rows[0].number == row.number
    settle(qtbot, screen, desk)
    assert "回拨核实地点" in said(screen)
    for word in (caller.name, caller.phone, row.title):
        assert word not in said(screen)


def test_whoever_is_no_auditor_sees_nothing(screen, desk, qtbot):
    for name in ("周岚", "admin"):
        users = rig.rows(desk.store, "SELECT key, name FROM user WHERE roles LIKE '%admin%'")
        key = users[0][0] if name == "admin" else name
        before = rig.count_ops(desk.store)
        desk.duty.switch(*desk.store.read(lambda c, key=key: actor_named(c, key)))
        settle(qtbot, screen, desk)
        assert screen._rows == []
        assert screen._model.rowCount() == 0
        assert "没有查看审计的权限" in screen.found.text()
        assert rig.count_ops(desk.store) == before


def test_chains_are_checked_with_a_result_and_an_end(screen, desk, qtbot):
    screen.view.setFocus()
    press(Qt.Key.Key_H)
    qtbot.waitUntil(lambda: not screen.check.is_running, timeout=30_000)
    assert screen.check.text.startswith("✓")
    screen.check.start()
    screen.check.cancel()
    qtbot.waitUntil(lambda: not screen.check.is_running, timeout=30_000)
    assert screen.check.text.startswith(("○", "✓"))
    press(Qt.Key.Key_Escape)
    assert screen.check.isHidden()


def test_a_damaged_chain_is_told(home, desk, screen, qtbot, monkeypatch):
    def found(connection, progress, is_cancelled):
        from db.store.verify import Verification

        result = Verification(ops=3, chains=1)
        result.add("op_missing", site="s", epoch=1, seq=2)
        return result

    monkeypatch.setattr("desktop.screens.audit.checking.verify", found)
    screen.check.start()
    qtbot.waitUntil(lambda: not screen.check.is_running)
    assert screen.check.text.startswith("✕")


def test_an_export_asks_for_what_and_is_signed(screen, desk, qtbot, tmp_path):
    screen.view.setFocus()
    press(Qt.Key.Key_E)
    assert QApplication.focusWidget() is screen.panel.purpose
    asked = []
    screen.panel.asked.disconnect()
    screen.panel.asked.connect(asked.append)
    press(Qt.Key.Key_Return)
    assert (asked, screen.panel.refusal) == ([], "请写明用途")
    screen.panel.purpose.setText("年度检查")
    press(Qt.Key.Key_Return)
    assert asked == [Wanted("年度检查")]
    screen.export_to(tmp_path / "out.jsonl", asked[0])
    qtbot.waitUntil(lambda: screen.panel.isHidden(), timeout=20_000)
    assert verify_audit(tmp_path / "out.jsonl").purpose == "年度检查"
    assert newest(desk.store).kind == "export_made"
    screen.panel.open_panel("t", "h")
    screen.export_to(tmp_path / "out.jsonl", asked[0])
    qtbot.waitUntil(lambda: bool(screen.panel.refusal))
    assert "已有这个文件" in screen.panel.refusal
    press(Qt.Key.Key_Escape)
    assert screen.panel.isHidden()


def test_a_filter_that_names_nothing_is_said(screen, desk, qtbot):
    screen.bar.since.setText("昨天")
    settle(qtbot, screen, desk)
    assert "填的不对" in screen.found.text()
    screen.bar.show_filter(number="没有这个编号")
    settle(qtbot, screen, desk)
    assert "没有编号" in screen.found.text()
    assert scope_of(desk.duty.actor).roles == {"auditor"}
