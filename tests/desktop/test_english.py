"""English, complete: every text of the window can be translated, is, and keeps its places."""

import ast
import importlib.util
import re
import shutil
import string
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QTableView,
    QWidget,
)

from db.store.lists import lists_at
from desktop.app import open_session
from desktop.language import say, speak
from desktop.play import Player
from desktop.settings import change_settings, load_settings
from desktop.translators import use_language
from desktop.window.screens import SCREENS

ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile(r"[㐀-鿿]")
OPEN, SHUT = "⟦", "⟧"


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location(
        "translations", ROOT / "packaging/translations.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def messages():
    tree = ET.parse(ROOT / "resources/i18n/en.ts")
    found = []
    for context in tree.getroot().findall("context"):
        for message in context.findall("message"):
            text = message.find("translation")
            found.append(
                (context.find("name").text, message.find("source").text, text.text or "",
                 text.get("type"))
            )  # fmt: skip
    return found


def untold_texts(tree):
    """Yield line and text of Chinese in functions that no translation will ever reach."""
    told = {id(inner) for call in ast.walk(tree) if isinstance(call, ast.Call)
            and called(call) in ("say", "tr", "translate", "horizontalAdvance")
            for inner in ast.walk(call)}  # fmt: skip
    notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        for node in ast.walk(function):
            is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
            if is_text and CHINESE.search(node.value) and id(node) not in told | notes:
                yield node.lineno, node.value


def called(call):
    return getattr(call.func, "id", None) or getattr(call.func, "attr", "")


def test_no_text_is_out_of_reach_of_a_translation(tool):
    left = [
        f"{path.relative_to(ROOT)}:{line} {text}"
        for path in tool.sources()
        for line, text in untold_texts(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not left, "\n".join(left)


def test_what_is_said_and_what_is_translated_are_the_same(tool, messages, monkeypatch, tmp_path):
    copy = tmp_path / "en.ts"
    shutil.copy(tool.TS, copy)
    monkeypatch.setattr(tool, "TS", copy)
    tool.update()
    again = {
        (context.find("name").text, message.find("source").text)
        for context in ET.parse(copy).getroot().findall("context")
        for message in context.findall("message")
    }
    assert again == {(context, source) for context, source, *_ in messages}


def test_every_text_is_translated(messages):
    assert not [source for _, source, text, kind in messages if kind == "unfinished" or not text]
    assert not [text for _, _, text, _ in messages if CHINESE.search(text)]


def places(text):
    return sorted(
        f"{name}:{spec}!{kind}"
        for _, name, spec, kind in string.Formatter().parse(text)
        if name is not None
    )


def test_translations_keep_the_places_of_what_is_put_in(messages):
    wrong = []
    for context, source, text, _ in messages:
        try:
            told, meant = places(text), places(source)
        except ValueError:
            told, meant = [], ["unreadable"] if "{" in source else []
        numbered = [re.sub(r"^\d+", "", one) for one in told]
        if sorted(numbered) != meant and told != meant:
            wrong.append((context, source, text))
    assert not wrong


def open_player(home, qtbot):
    session = open_session(home)
    qtbot.addWidget(session.window)
    session.window.resize(1440, 900)
    session.window.show()
    player = Player(session)
    player.until(lambda: player.desk.detail is not None, "the queue")
    return player


@pytest.fixture
def home(template, tmp_path):
    return shutil.copytree(template, tmp_path / "home")


@pytest.fixture
def marked(qapp, monkeypatch):
    """Put marks round everything that goes through a translation."""

    class Marking(QTranslator):
        def translate(self, context, source, disambiguation=None, n=-1):
            return f"{OPEN}{source}{SHUT}"

    translator = Marking(qapp)

    def begin():
        monkeypatch.setattr("desktop.app.use_language", lambda *_: True)
        qapp.installTranslator(translator)
        speak(lambda text: f"{OPEN}{text}{SHUT}")

    yield begin
    qapp.removeTranslator(translator)
    speak(None)


def texts_of(screen):
    for widget in (screen, *screen.findChildren(QWidget)):
        if not widget.isVisibleTo(screen):
            continue
        if isinstance(widget, QLabel | QAbstractButton):
            yield widget.text()
        if isinstance(widget, QLineEdit):
            yield widget.placeholderText()
        if isinstance(widget, QComboBox):
            yield from (widget.itemText(place) for place in range(widget.count()))
        if isinstance(widget, QListWidget):
            yield from (widget.item(place).text() for place in range(widget.count()))
        if isinstance(widget, QTableView) and widget.horizontalHeader().isVisible():
            model = widget.model()
            yield from (
                str(model.headerData(place, widget.horizontalHeader().orientation()) or "")
                for place in range(model.columnCount())
            )
        yield widget.accessibleName()
        yield widget.toolTip()


def data_of(store):
    """Return every text that the record and its lists hold: that stays as it is."""
    questions = (
        "SELECT title FROM incident", "SELECT content FROM incident",
        "SELECT address FROM incident", "SELECT reporter FROM incident",
        "SELECT public_reply FROM incident",
        "SELECT name FROM area", "SELECT name FROM unit", "SELECT short_name FROM unit",
        "SELECT name FROM user", "SELECT name FROM post", "SELECT actor_name FROM step",
        "SELECT signed_by FROM assignment", "SELECT feedback FROM assignment",
        "SELECT opinion FROM step",
    )  # fmt: skip
    found = {store.site.name}
    for question in questions:
        found |= {row[0] for row in store.read(lambda c: c.execute(question).fetchall())}  # noqa: B023
    lists = store.read(lambda c: lists_at(c, store.clock()))
    for item in lists.policy.classes.values():
        found |= {item.name, item.short_name, item.accept_rule, item.close_rule}
        found |= {" ".join(item.keywords), *item.keywords}
    found |= {item.basis for item in lists.policy.responsibilities}
    found |= set(lists.policy.platforms.values()) | {stage.name for stage in lists.stages}
    return sorted((text for text in found if text), key=len, reverse=True)


def untold(text, data):
    """Return what of a text is neither translated nor data."""
    left = re.sub(rf"{OPEN}[^{OPEN}{SHUT}]*{SHUT}", "", text)
    while OPEN in left and SHUT in left:
        shorter = re.sub(rf"{OPEN}[^{OPEN}{SHUT}]*{SHUT}", "", left)
        if shorter == left:
            break
        left = shorter
    for known in data:
        left = left.replace(known, "")
    # Of a caller the first character is shown, which stands in no table.
    left = re.sub(r"\S\*", "", left)
    # A sheet is Chinese, its file's name too.
    left = re.sub(r"\S*\.pdf", "", left)
    return left if CHINESE.search(left) else ""


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_shows_nothing_that_was_not_translated(home, qtbot, marked, name):
    marked()
    player = open_player(home, qtbot)
    data = data_of(player.session.store)
    player.window.open_screen(name)
    player.until(lambda: player.session.runner.pending == 0, "all work done")
    player.wait(200)
    player.until(lambda: player.session.runner.pending == 0, "all work done")
    left = {text: untold(text, data) for text in texts_of(player.window) if untold(text, data)}
    player.session.window.close()
    assert not left, "\n".join(left)


@pytest.mark.parametrize("keys", [("N",), ("A",), ("W",), (".",), ("=",), ("Ctrl+K",), ("F1",),
                                  ("Ctrl+F",), ("Space", "S")], ids="".join)  # fmt: skip
def test_the_desk_shows_nothing_that_was_not_translated(home, qtbot, marked, keys):
    marked()
    player = open_player(home, qtbot)
    data = data_of(player.session.store)
    player.desk.focus_list()
    for key in keys:
        player.press(key)
        player.until(lambda: player.session.runner.pending == 0, "all work done")
        player.wait(150)
    player.until(lambda: player.session.runner.pending == 0, "all work done")
    left = {text: untold(text, data) for text in texts_of(player.window) if untold(text, data)}
    player.session.window.close()
    assert not left, "\n".join(left)


def test_a_window_speaks_english(home, qtbot, qapp):
    change_settings(home, language="en")
    player = open_player(home, qtbot)
    try:
        assert player.window._nav._buttons["desk"].text().strip() == say("值班台") != "值班台"
        player.press("Alt+0")
        assert load_settings(home).language == "en"
    finally:
        player.session.window.close()
        use_language(qapp, "zh")
    assert say("值班台") == "值班台"


def test_a_language_without_its_file_leaves_chinese(qapp):
    assert use_language(qapp, "xx") is False
    assert say("值班台") == "值班台"
    assert use_language(qapp, "zh") is True
