"""The search screen on a real record, worked by keys."""

import threading
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from db.commands.search import CallersFound
from db.demo.fill import DemoPlan, fill_demo
from db.domain.errors import InputError
from db.domain.ops import Actor
from db.domain.scope import scope_of
from db.store.changes import Changes
from db.store.lists import default_policy
from db.store.queries.search import FoundRow, SearchFilter
from db.store.queries.town import actor_named
from db.store.store import Store
from desktop.context import AppContext, Duty
from desktop.delegates import found_row
from desktop.delegates.found_row import accessible_text, excerpt, second_line
from desktop.keepsakes import Keepsakes
from desktop.runner import Runner
from desktop.screens.search import screen as screen_module
from desktop.screens.search.filters import parse_day
from desktop.screens.search.screen import SearchScreen

NOW = 1_795_449_600_000
TOWN = "990101001"
OTHER = Actor("v", "村", ("village_clerk",))


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("search") / "home"
    fill_demo(home, DemoPlan(TOWN, 1, 1, NOW, 4), "file")
    return home


@pytest.fixture
def desk(home, tmp_path, qapp):
    store, runner = Store.open(home, clock=lambda: NOW), Runner()
    duty = Duty(*store.read(lambda connection: actor_named(connection, "周岚")))
    told, asked = [], []
    duty.told.connect(lambda kind, text, hint: told.append(text))
    duty.asked_for.connect(lambda name, what: asked.append((name, what)))
    runner.failed.connect(duty.tell_error)
    context = AppContext(store, runner, duty, store.clock, tmp_path / "sheets", Keepsakes(tmp_path))
    yield SimpleNamespace(
        context=context, store=store, runner=runner, duty=duty, told=told, asked=asked
    )
    assert runner.shutdown(5)
    store.close()


@pytest.fixture
def screen(desk, qtbot):
    screen = SearchScreen(desk.context)
    qtbot.addWidget(screen)
    with qtbot.waitActive(screen):
        screen.show()
        screen.activateWindow()
    screen.setFocus()
    settle(qtbot, screen, desk)
    return screen


def settle(qtbot, screen, desk):
    """Wait until nothing that was typed or asked is under way."""
    qtbot.waitUntil(
        lambda: not (screen.bar._timer.isActive() or screen.is_loading or desk.runner.pending),
        timeout=20_000,
    )


def press(key, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


def shown(screen):
    return [screen._model.row_at(row) for row in range(screen._model.rowCount())]


def look(qtbot, screen, desk, text):
    screen.bar.words.setText(text)
    settle(qtbot, screen, desk)
    return shown(screen)


def button(screen, name):
    return next(one for one in screen.findChildren(QPushButton) if one.accessibleName() == name)


def test_all_is_shown_until_something_is_looked_for(screen, desk):
    total = desk.store.read(lambda c: c.execute("SELECT count(*) FROM incident").fetchone()[0])
    assert screen._model.rowCount() == total
    assert screen.found.text() == f"共 {total} 条，新的在前"


def test_what_is_typed_is_found_and_opened_by_enter(screen, desk, qtbot):
    title = shown(screen)[7].title
    screen.bar.words.setFocus()
    QTest.keyClicks(QApplication.focusWidget(), "bwz")
    screen.bar.words.clear()
    rows = look(qtbot, screen, desk, title[2:7])
    assert rows
    assert all(title[2:7] in f"{row.title} {row.content}" for row in rows)
    press(Qt.Key.Key_Return)
    assert screen.view.hasFocus()
    press(Qt.Key.Key_Return)
    assert desk.asked == [("desk", rows[0].number)]
    press(Qt.Key.Key_Escape)
    assert screen.bar.words.hasFocus()


def test_nothing_found_says_that_all_was_searched(screen, desk, qtbot):
    assert look(qtbot, screen, desk, "查无此事") == []
    assert screen.found.text() == "共 0 条"
    assert "全部年份、全部状态都查过" in screen.view._empty_text[1]
    screen.bar.late.setChecked(True)
    settle(qtbot, screen, desk)
    assert "清除条件" in screen.view._empty_text[1]


def test_a_search_not_made_is_not_an_empty_one(screen, desk, qtbot):
    screen.bar.picks["unit"].setEditText("没有的单位")
    screen.bar.since.setText("2026-13-01")
    settle(qtbot, screen, desk)
    assert shown(screen) == []
    assert screen.view._empty_text[0] == screen.found.text() == "“单位、从”填的不对，没有查找"
    screen.bar.picks["unit"].clearEditText()
    screen.bar.since.setText("2026-11-01")
    settle(qtbot, screen, desk)
    assert shown(screen)


def test_too_long_a_question_is_refused_in_words(screen, desk, qtbot):
    assert look(qtbot, screen, desk, " ".join("一二三四五六七八九十百千万亿兆京垓秭穰沟涧")) == []
    assert desk.told[-1] == "查找的词太多，最多 20 个"
    assert screen.found.text() == "没有查成"


def test_filters_narrow_what_is_found(screen, desk, qtbot):
    before = len(shown(screen))
    screen.bar.picks["states"].setEditText("已归档")
    settle(qtbot, screen, desk)
    rows = shown(screen)
    assert 0 < len(rows) < before
    assert {row.state for row in rows} == {"archived"}
    unit = screen.bar.picks["unit"]
    unit.setCurrentIndex(0)
    settle(qtbot, screen, desk)
    assert len(shown(screen)) < len(rows)
    button(screen, "清除条件").click()
    settle(qtbot, screen, desk)
    assert len(shown(screen)) == before


def test_more_is_shown_by_pages(screen, desk, qtbot, monkeypatch):
    total = screen._model.rowCount()
    monkeypatch.setattr(screen_module, "PAGE", 5)
    monkeypatch.setattr(
        screen_module,
        "found_ids",
        lambda *args, after, found=screen_module.found_ids: found(*args, limit=5, after=after),
    )
    all_ids = list(screen._model.ids)
    screen.refresh()
    settle(qtbot, screen, desk)
    assert screen.found.text() == f"共 {total} 条，显示前 5 条，新的在前"
    screen.more.click()
    settle(qtbot, screen, desk)
    assert list(screen._model.ids) == all_ids[:10]
    assert screen.found.text() == f"共 {total} 条，显示前 10 条，新的在前"


def test_a_caller_is_looked_for_by_the_end_of_the_number(screen, desk, qtbot):
    before = desk.store.read(lambda c: c.execute("SELECT count(*) FROM op").fetchone()[0])
    screen.bar.words.setText("路灯")
    screen.phone.setFocus()
    QTest.keyClicks(screen.phone, "12x34")
    press(Qt.Key.Key_Return)
    settle(qtbot, screen, desk)
    assert screen.bar.words.text() == ""
    assert screen.found.text().endswith("本次查询已记入日志")
    after = desk.store.read(lambda c: c.execute("SELECT count(*) FROM op").fetchone()[0])
    assert after == before + 1
    look(qtbot, screen, desk, "路")
    assert screen.phone.text() == ""


def test_what_one_looked_for_is_not_the_next_ones_to_see(screen, desk, qtbot):
    look(qtbot, screen, desk, "路")
    desk.duty.switch(OTHER, scope_of(OTHER, TOWN + "001"))
    assert screen.bar.words.text() == ""
    assert shown(screen) == []
    settle(qtbot, screen, desk)
    assert not screen.phone.isVisible()
    names = [row.area_name for row in shown(screen)]
    assert names
    codes = desk.store.read(
        lambda c: c.execute("SELECT name FROM area WHERE code LIKE ?", (TOWN + "001%",)).fetchall()
    )
    assert set(names) <= {name for (name,) in codes}


def test_saved_names_of_one_are_not_the_next_ones_to_see(screen, desk, qtbot):
    screen.saved.names.setEditText("张家的事")
    button(screen, "保存常用查找").click()
    settle(qtbot, screen, desk)
    assert screen.saved.names.count() == 1
    desk.duty.switch(OTHER, scope_of(OTHER, TOWN + "001"))
    assert screen.saved.names.count() == 0
    assert screen.saved.names.currentText() == ""
    settle(qtbot, screen, desk)
    assert screen.saved.names.count() == 0
    desk.duty.switch(*desk.store.read(lambda connection: actor_named(connection, "周岚")))
    settle(qtbot, screen, desk)
    screen.saved.names.setEditText("张家的事")
    button(screen, "删除常用查找").click()
    settle(qtbot, screen, desk)


@pytest.mark.parametrize("is_answer", [True, False])
@pytest.mark.parametrize("then", ["switch", "text", "wrong"])
def test_a_late_answer_about_a_caller_is_for_nobody_else(
    screen, desk, qtbot, monkeypatch, then, is_answer
):
    may_go = threading.Event()

    def late(*_):
        may_go.wait(10)
        if is_answer:
            return CallersFound((1,), Changes())
        raise InputError("phone_tail_wrong")

    monkeypatch.setattr(screen_module, "find_by_phone", late)
    screen.phone.setText("1234")
    screen._find_caller()
    if then == "switch":
        desk.duty.switch(OTHER, scope_of(OTHER, TOWN + "001"))
    elif then == "text":
        screen.bar.words.setText("路")
    else:
        screen.bar.since.setText("昨天")
    qtbot.waitUntil(lambda: not screen.bar._timer.isActive() and not screen.is_loading)
    before = screen.found.text()
    may_go.set()
    settle(qtbot, screen, desk)
    assert screen.found.text() == before
    assert "尾号" not in before
    assert desk.told == []


def test_a_new_list_is_offered_at_once(screen, desk, qtbot, monkeypatch):
    policy = default_policy()
    classes = {"ZZ01": replace(policy.classes["GZ01"], code="ZZ01", name="新的分类")}
    new = replace(policy, classes=classes, platforms={"ZZ": "新的平台"})
    assert screen.bar.picks["class_code"].count() == len(policy.classes)
    monkeypatch.setattr(screen_module, "policy_at", lambda *_: new)
    desk.duty.changed.emit(Changes(subjects=frozenset({"list"})))
    settle(qtbot, screen, desk)
    for name, code in (("class_code", "ZZ01"), ("platform", "ZZ")):
        screen.bar.picks[name].setCurrentIndex(0)
        assert screen.bar.picks[name].value() == code


def test_a_search_is_kept_picked_and_forgotten(screen, desk, qtbot):
    look(qtbot, screen, desk, "路灯")
    screen.bar.picks["states"].setEditText("已归档")
    screen.bar.until.setText("2026-11-20")
    settle(qtbot, screen, desk)
    kept = screen.bar.filter()
    screen.saved.names.setEditText("归档路灯")
    button(screen, "保存常用查找").click()
    settle(qtbot, screen, desk)
    assert desk.told[-1] == "常用查找已保存"
    button(screen, "清除条件").click()
    settle(qtbot, screen, desk)
    screen.saved.names.activated.emit(screen.saved.names.findText("归档路灯"))
    settle(qtbot, screen, desk)
    assert screen.bar.filter() == kept == SearchFilter("路灯", ("archived",), to_at=kept.to_at)
    screen.saved.names.setEditText("归档路灯")
    button(screen, "删除常用查找").click()
    settle(qtbot, screen, desk)
    assert screen.saved.names.count() == 0


def test_every_field_has_a_name(screen):
    for field in (*screen.bar._fields(), screen.bar.words, screen.phone, screen.saved.names):
        assert field.accessibleName()


def test_the_rows_are_painted(screen, desk, qtbot):
    look(qtbot, screen, desk, "\U0001f6a8路")
    look(qtbot, screen, desk, "路")
    assert not screen.view.grab().toImage().isNull()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-23", date(2026, 11, 23)),
        ("20261123", date(2026, 11, 23)),
        (" 2026.1.3 ", date(2026, 1, 3)),
        ("2026年11月23日", date(2026, 11, 23)),
        ("", None),
    ],
)
def test_a_day_is_read_as_it_is_typed(text, day):
    assert parse_day(text) == day


@pytest.mark.parametrize("text", ["2026-13-01", "昨天", "11-23", "2026-11-23 8"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(ValueError, match=r"day|month"):
        parse_day(text)


def row(**values):
    return FoundRow(
        *(
            1,
            "id",
            "N-1",
            "标题",
            "很长的内容" * 9 + "末尾有路灯",
            "枫桥路",
            "WX-7",
            "已修好",
            "ZF02",
        ),
        *("normal", "reported", "phone", NOW, None, "市政所", "兴禾", 0),
    )._replace(**values)


def test_the_line_shows_what_answers():
    assert excerpt("一二三", ("四",)) == "一二三"
    assert second_line(row(), ("路灯",)).startswith("兴禾 枫桥路 · …")
    assert second_line(row(), ("修好",)) == "兴禾 枫桥路 · 已修好"
    assert second_line(row(), ("wx-7",)) == "兴禾 枫桥路 · WX-7"
    assert "市政所" in accessible_text(row())


def test_of_a_long_text_no_more_is_painted_than_may_fit(screen, desk, qtbot, monkeypatch):
    long = row(title="题" * 8_000, address="址" * 8_000, content="文" * 7_000 + "路灯" * 500)
    monkeypatch.setattr(screen._model, "row_at", lambda _: long)
    texts = []
    draw = found_row._draw
    monkeypatch.setattr(
        found_row, "_draw", lambda *args: texts.append((args[4], args[5])) or draw(*args)
    )
    screen._words = ("路灯",)
    second_line.cache_clear()
    for _ in range(3):
        screen.view.grab()
    assert second_line.cache_info().misses == 1, "made once, painted often"
    assert texts
    assert max(len(text) for text, _ in texts) < 500
    assert excerpt(long.content, ("路灯",)) == "…" + "文" * 14 + "路灯" * 93
