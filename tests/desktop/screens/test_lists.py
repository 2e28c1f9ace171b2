"""清单 on a real record, worked by keys."""

import shutil
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from db.commands.lists import Approval, publish_list
from db.commands.site import TownLists, init_site
from db.commands.town import User
from db.domain.calendar import DAY, day_start, local_date
from db.domain.lists import KINDS, parse_stages
from db.store.lists import (
    ListsInForce,
    bundled_rows,
    bundled_version,
    default_policy,
    read_areas,
    read_units,
    versions_at,
)
from db.store.queries.lists import list_versions
from db.store.queries.town import actor_named
from db.store.store import Store
from desktop.app import open_session
from desktop.context import AppContext, Duty
from desktop.keepsakes import Keepsakes
from desktop.runner import Runner
from desktop.screens.lists.screen import ListsScreen
from desktop.screens.triage.side import SideList
from desktop.town_lists import current_policy, keep_lists
from tests.db.store.rig import NOW, TOWN, unbound

MARKUP = "<img src=x>不是标记"
USERS = (User("zhou", "周岚", ("duty_officer",)), User("he", "何砚", ("shift_leader",)))


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    home = tmp_path_factory.mktemp("lists") / "home"
    lists = TownLists(tuple(read_areas()), tuple(read_units(TOWN)), USERS)
    init_site(home, town=TOWN, name="席", key_kind="file", lists=lists, clock=lambda: NOW)
    return unbound(home)


@pytest.fixture
def desk(template, tmp_path, qapp):
    home = shutil.copytree(template, tmp_path / "home")
    store, runner = Store.open(home, clock=lambda: NOW), Runner()
    duty = Duty(*store.read(lambda c: actor_named(c, "何砚")))
    store.listen(lambda changes: runner.post(lambda: duty.changed.emit(changes)))
    told = []
    duty.told.connect(lambda kind, text, hint: told.append((kind, text)))
    context = AppContext(store, runner, duty, store.clock, tmp_path / "sheets", Keepsakes(tmp_path))
    yield SimpleNamespace(context=context, store=store, runner=runner, duty=duty, told=told)
    assert runner.shutdown(5)
    store.close()


@pytest.fixture
def screen(desk, qtbot):
    screen = ListsScreen(desk.context)
    qtbot.addWidget(screen)
    with qtbot.waitActive(screen):
        screen.show()
        screen.activateWindow()
    screen.setFocus()
    idle(desk, qtbot)
    return screen


def idle(desk, qtbot):
    qtbot.waitUntil(lambda: desk.runner.pending == 0, timeout=10_000)


def press(key, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


def text_of(table, row, column):
    return table.model().index(row, column).data()


def phrases(path, *texts):
    lines = [f"T{n},受理,*,{text}" for n, text in enumerate(texts)]
    path.write_text("\n".join(["代码,动作,适用分类,用语", *lines]), encoding="utf-8")
    return path


def choose(screen, kind, desk, qtbot):
    screen._kinds.setCurrentRow(KINDS.index(kind))
    idle(desk, qtbot)


def test_the_arrow_keys_walk_through_the_kinds(screen, desk, qtbot):
    assert QApplication.focusWidget() is screen._kinds
    assert screen.kind == "classes"
    assert screen.rows.model().rowCount() == len(bundled_rows("classes"))
    press(Qt.Key.Key_Down)
    idle(desk, qtbot)
    assert screen.kind == "limits"
    assert text_of(screen.rows, 0, 2) == "受理"
    assert "程序自带" in text_of(screen.versions, 0, 5)
    assert screen._told.text().endswith("43 行")


def test_a_sound_list_is_published_by_keys(screen, desk, qtbot, tmp_path):
    choose(screen, "templates", desk, qtbot)
    screen.open_file(phrases(tmp_path / "用语.csv", "一号用语", MARKUP))
    idle(desk, qtbot)
    assert screen.is_checking
    assert screen._check._verdict.text().startswith("✓ 2 行")
    # An Enter too many publishes nothing.
    press(Qt.Key.Key_Return)
    idle(desk, qtbot)
    assert screen.is_checking
    press(Qt.Key.Key_P, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: not screen.is_checking and desk.runner.pending == 0, timeout=10_000)
    found = desk.store.read(lambda c: list_versions(c, "templates", NOW))
    assert [item.standing for item in found] == ["in_force", "bundled"]
    assert found[0].approved_by == "何砚"
    assert desk.told[-1][0] == "ok"
    assert screen.rows.model().rowCount() == 2
    tip = screen.rows.model().index(1, 3).data(Qt.ItemDataRole.ToolTipRole)
    assert "<img" not in tip
    assert text_of(screen.rows, 1, 3) == MARKUP


def test_a_list_with_an_error_is_shown_and_kept_out(screen, desk, qtbot, tmp_path):
    choose(screen, "templates", desk, qtbot)
    screen.open_file(phrases(tmp_path / "用语.csv", "好", ""))
    idle(desk, qtbot)
    check = screen._check
    assert check._verdict.text().startswith("✕ 1 处错误")
    assert [text_of(check.table, 0, column) for column in range(3)] == ["✕", "第 3 行", "用语"]
    assert not check._publish.isEnabled()
    assert check._fields.isHidden()
    screen._save_errors(tmp_path / "back.csv")
    idle(desk, qtbot)
    assert "“用语”不能为空" in (tmp_path / "back.csv").read_text("utf-8-sig")
    press(Qt.Key.Key_Q, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: not screen.is_checking)
    idle(desk, qtbot)
    assert QApplication.focusWidget() is screen._kinds


def test_who_may_not_publish_is_told_who_may(screen, desk, qtbot, tmp_path):
    choose(screen, "templates", desk, qtbot)
    desk.duty.switch(*desk.store.read(lambda c: actor_named(c, "周岚")))
    screen.open_file(phrases(tmp_path / "用语.csv", "好"))
    idle(desk, qtbot)
    assert not screen._check._publish.isEnabled()
    assert "值班长" in screen._check._hint.text()


def sit(desk, name):
    desk.duty.switch(*desk.store.read(lambda c: actor_named(c, name)))


def test_what_one_person_typed_is_not_the_next_ones(screen, desk, qtbot, tmp_path):
    choose(screen, "templates", desk, qtbot)
    screen.open_file(phrases(tmp_path / "用语.csv", "好"))
    idle(desk, qtbot)
    screen._check._doc.setText("8号")
    sit(desk, "周岚")
    idle(desk, qtbot)
    assert not screen.is_checking
    assert screen._import.isEnabled()
    screen.open_file(tmp_path / "用语.csv")
    idle(desk, qtbot)
    assert screen._check._doc.text() == ""
    assert screen._check._by.text() == "周岚"


@pytest.mark.parametrize("is_second_look", [False, True])
def test_a_check_under_way_is_not_the_next_ones(screen, desk, qtbot, tmp_path, is_second_look):
    choose(screen, "templates", desk, qtbot)
    screen.open_file(phrases(tmp_path / "用语.csv", "好"))
    if is_second_look:
        idle(desk, qtbot)
        screen._check.day_chosen.emit()
    sit(desk, "周岚")
    idle(desk, qtbot)
    assert not screen.is_checking
    assert screen._checked is None
    assert screen._import.isEnabled()


def test_a_version_still_to_come_is_taken_back(screen, desk, qtbot, tmp_path):
    actor, _ = desk.store.read(lambda c: actor_named(c, "何砚"))
    phrase = [{"code": "T0", "action": "accept", "scope": "*", "text": "好"}]
    tomorrow = day_start(local_date(NOW)) + DAY
    publish_list(desk.store, actor, "templates", phrase, Approval(tomorrow))
    choose(screen, "templates", desk, qtbot)
    screen.export_to(tmp_path / "现行.csv")
    idle(desk, qtbot)
    screen.open_file(tmp_path / "现行.csv")
    idle(desk, qtbot)
    check = screen._check
    assert check._verdict.text().startswith("○")
    assert not check._publish.isEnabled()
    assert "撤回" in check._hint.text()
    check._since.setDate(check._since.date().addDays(1))
    assert not check._publish.isEnabled()
    idle(desk, qtbot)
    assert check._verdict.text().startswith("✓")
    press(Qt.Key.Key_P, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: not screen.is_checking and desk.runner.pending == 0, timeout=10_000)
    for at in (NOW, tomorrow):
        found = desk.store.read(lambda c, at=at: versions_at(c, at))
        assert found["templates"] == bundled_version("templates")
    # One version, in force from two days on: each line of it is itself.
    publish_list(desk.store, actor, "templates", phrase, Approval())
    publish_list(desk.store, actor, "templates", phrase, Approval(tomorrow + DAY))
    qtbot.waitUntil(lambda: screen.versions.model().rowCount() == 5)
    idle(desk, qtbot)
    assert "生效中" in screen._told.text()
    assert text_of(screen.versions, screen.versions.currentIndex().row(), 1) == "生效中"
    screen.versions.setFocus()
    screen.versions.selectRow(0)
    press(Qt.Key.Key_Return)
    idle(desk, qtbot)
    assert "待生效" in screen._told.text()
    assert screen.versions.currentIndex().row() == 0


def test_a_day_on_which_a_list_does_not_fit_can_be_left_again(screen, desk, qtbot, tmp_path):
    actor, _ = desk.store.read(lambda c: actor_named(c, "何砚"))
    fewer = [row for row in bundled_rows("classes") if row["code"] != "GZ01"]
    tomorrow = day_start(local_date(NOW)) + DAY
    publish_list(desk.store, actor, "classes", fewer, Approval(tomorrow))
    choose(screen, "templates", desk, qtbot)
    (tmp_path / "用语.csv").write_text("代码,动作,适用分类,用语\nT1,受理,GZ01,好", encoding="utf-8")
    screen.open_file(tmp_path / "用语.csv")
    idle(desk, qtbot)
    check = screen._check
    for days, mark in ((1, "✕"), (-1, "✓")):
        check._since.setDate(check._since.date().addDays(days))
        idle(desk, qtbot)
        assert check._verdict.text().startswith(mark)
        assert check._fields.isVisible()
        assert check._publish.isEnabled() == (mark == "✓")


def test_a_list_published_meanwhile_is_seen_before_it_is_replaced(screen, desk, qtbot, tmp_path):
    choose(screen, "templates", desk, qtbot)
    screen.open_file(phrases(tmp_path / "用语.csv", "好"))
    idle(desk, qtbot)
    lines = screen._check.table.model().rowCount()
    actor, _ = desk.store.read(lambda c: actor_named(c, "何砚"))
    phrase = [{"code": "T9", "action": "accept", "scope": "*", "text": "另一句"}]
    publish_list(desk.store, actor, "templates", phrase, Approval())
    idle(desk, qtbot)
    press(Qt.Key.Key_P, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: screen._check.table.model().rowCount() != lines, timeout=10_000)
    idle(desk, qtbot)
    assert screen.is_checking
    assert len(desk.store.read(lambda c: list_versions(c, "templates", NOW))) == 2
    assert "又有人发布" in desk.told[-1][1]
    assert screen._check._publish.isEnabled()


def test_a_file_that_cannot_be_read_is_said(screen, desk, qtbot, tmp_path):
    screen.open_file(tmp_path / "没有.csv")
    idle(desk, qtbot)
    assert not screen.is_checking
    assert screen._told.text().startswith("✕ ")
    assert screen._import.isEnabled()


def test_an_older_version_is_shown_by_enter(screen, desk, qtbot, tmp_path):
    choose(screen, "templates", desk, qtbot)
    screen.open_file(phrases(tmp_path / "用语.csv", "好"))
    idle(desk, qtbot)
    press(Qt.Key.Key_P, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: not screen.is_checking and desk.runner.pending == 0, timeout=10_000)
    screen.versions.setFocus()
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Return)
    idle(desk, qtbot)
    assert screen.rows.model().rowCount() == len(bundled_rows("templates"))
    screen.export_to(tmp_path / "out.csv")
    idle(desk, qtbot)
    assert (tmp_path / "out.csv").read_text("utf-8-sig").startswith("代码,动作,适用分类,用语")


def test_the_dialog_does_not_block(screen, qtbot):
    press(Qt.Key.Key_N, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: screen.findChild(QFileDialog) is not None)
    screen.findChild(QFileDialog).reject()


def test_the_side_list_calls_the_stages_as_the_town_does(qtbot):
    side = SideList()
    qtbot.addWidget(side)
    views = parse_stages(bundled_rows("stages"))
    for view, shown, hidden in (("four", "处置反馈", "反馈核查"), ("five", "反馈核查", "处置反馈")):
        side.set_lists(ListsInForce(default_policy(), views[view]))
        texts = [side.item(row).text() for row in range(side.count())]
        assert shown in texts
        assert hidden not in texts
        assert "综治工作" in texts


def test_the_window_speaks_of_the_list_that_was_published(template, tmp_path, qtbot):
    session = open_session(shutil.copytree(template, tmp_path / "home"))
    qtbot.addWidget(session.window)
    store = session.context.store
    rows = [dict(row) for row in bundled_rows("classes")]
    rows[0]["short_name"] = "邻里"
    try:
        actor, _ = store.read(lambda c: actor_named(c, "何砚"))
        publish_list(store, actor, "classes", rows, Approval())
        qtbot.waitUntil(lambda: current_policy().classes["GZ01"].short_name == "邻里")
    finally:
        session.close()
        keep_lists(None)
