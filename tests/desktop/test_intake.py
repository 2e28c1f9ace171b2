"""Taking in a call on a real record: what is suggested, what is left alone, what is never said."""

import logging
import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from db.commands.incidents import Report, report_incident
from db.domain.classing import Suggestion
from db.domain.errors import RuleError
from db.domain.lists import Template
from db.domain.recommend import ClassSuggestion
from db.store.envelopes import Caller, open_caller
from db.store.mbtiles import Tiles
from desktop.classing import by_keywords
from desktop.decisions import intake as intake_module
from desktop.decisions import pointing as pointing_module
from desktop.decisions.deciding import Deciding
from desktop.decisions.intake import PAUSE_MS, plain_phone
from desktop.decisions.phrases import phrase_choices
from desktop.decisions.pointing import point_of, point_text
from desktop.tiles import choose_tiles
from tests.db.store.test_mbtiles import write as write_tiles

# A completer's list is a window of its own, which the offscreen platform can neither raise nor
# give the keyboard.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)")

Key = Qt.Key
PHONE = "10000005678"
LAMP = "柳荣苑门口路灯不亮，老人摔倒过"
STREET = "采薇社区柳荣苑 6 幢"


@pytest.fixture
def lamp(player):
    """An incident that is there already, in a grid, by its number."""
    grid = rows(player, "SELECT code FROM area WHERE level = 'grid' ORDER BY code LIMIT 1")[0][0]
    values = {
        "content": LAMP, "address": STREET, "class_code": "ZF09", "area_code": grid,
        "source": "phone", "urgency": "normal",
    }  # fmt: skip
    session = player.session
    return report_incident(session.store, session.duty.actor, Report(values)).number


def rows(player, question, *values):
    return player.session.store.read(lambda c: c.execute(question, values).fetchall())


def settled(player):
    player.until(lambda: player.session.runner.pending == 0, "all work done")


def deciding(player):
    return player.desk.findChild(Deciding)


def foot(player):
    return deciding(player).intake.foot


def field(player, name):
    return player.desk.form.field(name)


def begin(player):
    player.press("N")
    player.until(lambda: player.desk.form.is_open, "the form")
    settled(player)


def advised(player):
    """Wait for the pause after typing and for what is read then."""
    timer = deciding(player).intake._timer
    player.until(lambda: not timer.isActive(), "the pause")
    settled(player)


def tell(player, content=LAMP, address=""):
    begin(player)
    player.type(content)
    if address:
        player.press("Tab")
        player.type(address)
    advised(player)


def test_what_is_told_fills_what_nobody_has_touched(player, lamp):
    tell(player, address=STREET)
    assert field(player, "class_code").value() == "ZF09"
    assert field(player, "class_code").property("suggested")
    assert field(player, "class_code").accessibleDescription().startswith("建议")
    grid = rows(player, "SELECT area_code FROM incident WHERE number = ?", lamp)[0][0]
    assert field(player, "area_code").value() == grid
    notes = player.desk.form.body._notes
    assert "路灯" in notes["class_code"].text()
    assert "柳荣苑6幢" in notes["area_code"].text()
    assert player.focus() is field(player, "address")


def test_the_usual_urgency_of_a_class_is_suggested_and_taken_back(player):
    tell(player, "厨房里闻到煤气味，怕是燃气泄漏")
    known = intake_module.policy_at
    policy = player.session.store.read(lambda c: known(c, player.session.store.clock()))
    best = by_keywords(policy, "", "厨房里闻到煤气味，怕是燃气泄漏")[0]
    assert policy.classes[best.class_code].urgency != "normal"
    assert field(player, "urgency").value() == policy.classes[best.class_code].urgency
    field(player, "content").selectAll()
    player.type("想问一下社保卡怎样补办")
    advised(player)
    assert field(player, "urgency").value() == "normal"
    assert not field(player, "urgency").property("suggested")


def test_what_a_person_picked_stays(player, lamp):
    begin(player)
    picked = field(player, "class_code")
    picked.setFocus()
    QTest.keyClick(picked, Key.Key_Down)
    mine = picked.value()
    assert mine not in ("", "ZF09")
    field(player, "area_code").setFocus()
    QTest.keyClicks(field(player, "area_code"), "x")
    field(player, "content").setFocus()
    player.type(LAMP)
    advised(player)
    assert picked.value() == mine
    assert field(player, "area_code").currentText() == "x"
    assert not picked.property("suggested")


def test_the_same_picked_by_hand_is_no_suggestion_any_more(player):
    tell(player)
    item = field(player, "class_code")
    assert item.property("suggested")
    item.setFocus()
    QTest.keyClick(item, Key.Key_Down)
    QTest.keyClick(item, Key.Key_Up)
    assert item.value() == "ZF09"
    assert not item.property("suggested")
    content = field(player, "content")
    content.setFocus()
    content.selectAll()
    player.type("夜市烧烤油烟扰民，住户不敢开窗")
    advised(player)
    assert item.value() == "ZF09"


def test_a_suggestion_that_was_deleted_does_not_come_back(player):
    tell(player)
    item = field(player, "class_code")
    item.setFocus()
    item.lineEdit().selectAll()
    QTest.keyClick(item, Key.Key_Delete)
    field(player, "content").setFocus()
    player.type("，已经三天了")
    advised(player)
    assert item.value() == ""


def test_a_guess_is_said_and_not_filled_in(player):
    guess = Suggestion("ZF09", 0.3, 5, 2, ("路灯",), "normal", 2)
    deciding(player).intake._suggester = lambda: (
        lambda *_: (ClassSuggestion("ZF09", ("路灯",), guess),)
    )
    tell(player)
    assert field(player, "class_code").value() == ""
    assert "没有把握；可能是" in player.desk.form.body._notes["class_code"].text()


def test_likely_incidents_are_told_and_looked_at_without_leaving(player, lamp):
    tell(player, address=STREET)
    assert foot(player).texts[0].startswith("▲ 疑似重复")
    assert lamp[-6:] in foot(player).texts[0]
    assert "待受理" in foot(player).texts[0]
    before, count = player.focus(), len(foot(player).texts)
    player.press("F8")
    assert foot(player).looked_at == lamp
    assert LAMP in foot(player).account
    assert player.focus() is before
    assert field(player, "content").value() == LAMP
    assert len(foot(player).texts) == 1
    for _ in range(count):
        player.press("F8")
    assert foot(player).looked_at == ""
    assert len(foot(player).texts) == count


def test_an_ordinary_call_is_triaged_by_four_keys(player, lamp):
    tell(player, "柳荣苑后门的垃圾桶满了，没人清运", STREET)
    assert field(player, "class_code").value()
    assert field(player, "area_code").value()
    player.press("Return")
    content = "柳荣苑后门的垃圾桶满了，没人清运"
    player.until(lambda: player.desk.detail.incident.content == content, "the new one")
    settled(player)
    for key, state in (("A", "accepted"), ("D", "dispatched")):
        player.desk.focus_list()
        player.press(key)
        player.until(lambda: player.desk.form.is_open, "the form")
        player.press("Return")
        player.until(player.state_is(state), state)


def test_limits_follow_class_and_urgency(player):
    begin(player)
    plain = foot(player).ahead
    assert plain.startswith("时限：受理 1 工作时")
    urgency = field(player, "urgency")
    urgency.setFocus()
    QTest.keyClick(urgency, Key.Key_Down)
    advised(player)
    assert "30 分钟" in foot(player).ahead


@pytest.mark.parametrize("is_other_open", [False, True])
def test_an_answer_that_comes_after_the_form_is_gone_is_nobodys(
    player, monkeypatch, lamp, is_other_open
):
    gate, real = threading.Event(), intake_module.draft_place

    def slow(*arguments):
        assert gate.wait(20)
        return real(*arguments)

    begin(player)
    player.type(LAMP)
    player.press("Tab")
    monkeypatch.setattr(intake_module, "draft_place", slow)
    player.type(STREET)
    timer = deciding(player).intake._timer
    player.until(lambda: not timer.isActive(), "the pause")
    player.desk.go_back()
    if is_other_open:
        player.desk.start("note")
        assert player.desk.form.action == "note"
    gate.set()
    settled(player)
    assert foot(player).texts == []
    assert foot(player).isHidden()


def compose(widget, text):
    """Let an input method show what it has so far."""
    QApplication.sendEvent(widget, QInputMethodEvent(text, []))


def test_nothing_happens_while_an_input_method_composes(player):
    tell(player, "有人说")
    compose(player.focus(), "ludeng")
    assert player.desk.form.is_composing
    asked = []
    deciding(player).intake._on_advice = asked.append
    player.wait(PAUSE_MS + 100)
    settled(player)
    assert asked == []
    del deciding(player).intake._on_advice
    assert field(player, "content").value() == "有人说"
    player.type("路灯不亮，老人摔倒")
    assert not player.desk.form.is_composing
    advised(player)
    assert field(player, "class_code").value() == "ZF09"


def test_an_answer_under_way_does_not_disturb_what_is_composed(player, monkeypatch):
    gate, real = threading.Event(), intake_module.draft_place

    def slow(*arguments):
        assert gate.wait(20)
        return real(*arguments)

    begin(player)
    monkeypatch.setattr(intake_module, "draft_place", slow)
    player.type(LAMP)
    timer = deciding(player).intake._timer
    player.until(lambda: not timer.isActive(), "the pause")
    item = field(player, "class_code")
    item.setFocus()
    compose(item, "shizheng")
    gate.set()
    settled(player)
    assert item.value() == ""
    compose(item, "")
    advised(player)
    assert item.value() == "ZF09"


def test_enter_with_what_is_suggested_takes_it_in(player, lamp):
    tell(player, address=STREET)
    player.press("Return")
    player.until(lambda: not player.desk.form.is_open, "the form gone")
    made = rows(player, "SELECT class_code, area_code FROM incident ORDER BY rid DESC LIMIT 1")[0]
    grid = rows(player, "SELECT area_code FROM incident WHERE number = ?", lamp)[0][0]
    assert made == ("ZF09", grid)


def test_one_key_saves_and_asks_for_the_next(player):
    told = []
    player.session.duty.told.connect(lambda kind, text, hint: told.append((text, hint)))
    before = rows(player, "SELECT count(*) FROM incident")[0][0]
    tell(player, address=STREET)
    QTest.keyClick(
        player.focus(),
        Key.Key_Return,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    player.until(lambda: "上一件" in player.desk.form._remark.text(), "the next")
    settled(player)
    number = rows(player, "SELECT number FROM incident ORDER BY rid DESC LIMIT 1")[0][0]
    assert rows(player, "SELECT count(*) FROM incident")[0][0] == before + 1
    assert number in player.desk.form._remark.text()
    assert any(number in text and "来电人" in hint for text, hint in told)
    assert player.desk.form.is_open
    assert field(player, "content").value() == ""
    assert field(player, "class_code").value() == ""
    assert player.focus() is field(player, "content")
    player.type("另外一件：小区门口违停")
    player.press("Tab")
    player.type(STREET)
    player.press("Ctrl+Return")
    player.until(lambda: not player.desk.form.is_open, "the form gone")
    assert rows(player, "SELECT count(*) FROM incident")[0][0] == before + 2


def test_a_refused_report_does_not_go_on(player):
    tell(player, "太短")
    player.press("Ctrl+Shift+Return")
    settled(player)
    form = player.desk.form
    assert form.is_open
    assert field(player, "content").value() == "太短"
    assert form.body.error == form.error != ""
    assert "5" in form.error


def test_a_draft_keeps_what_was_typed_and_asks_for_advice_again(player, lamp):
    tell(player, address=STREET)
    field(player, "caller_phone").setFocus()
    player.type(PHONE)
    player.desk.go_back()
    begin(player)
    assert field(player, "content").value() == LAMP
    assert field(player, "caller_phone").value() == PHONE
    assert field(player, "class_code").value() == "ZF09"
    assert field(player, "class_code").property("suggested")


def test_suggestions_alone_are_no_draft(player):
    kept = []
    player.desk.form.draft_kept.connect(lambda: kept.append(1))
    begin(player)
    player.desk.form.body.suggest("class_code", "ZF09", "建议")
    player.desk.go_back()
    assert kept == []


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("100-0000 5678", PHONE),
        ("１００００００５６７８", PHONE),
        ("+86 100 0000 5678", "+86" + PHONE),
        ("(0000) 8765-4321", "000087654321"),
        ("8765 转 12", "8765 转 12"),
        ("没有", "没有"),
        ("", ""),
    ],
)
def test_a_phone_number_is_kept_as_it_is_dialled(told, kept):
    assert plain_phone(told) == kept


def test_a_phone_stands_in_its_envelope_and_nowhere_else(player, tmp_path, caplog, qtbot):
    caplog.set_level(logging.DEBUG)
    begin(player)
    player.type("巷口的路灯坏了三天")
    player.press("Tab")
    player.type("柳荣苑 6 幢")
    for text in ("甲某", "100 0000-5678"):
        player.press("Tab")
        player.type(text)
    advised(player)
    player.press("Return")
    player.until(lambda: not player.desk.form.is_open, "the form gone")
    settled(player)
    store = player.session.store
    sealed = rows(player, "SELECT caller FROM incident ORDER BY rid DESC LIMIT 1")[0][0]
    assert store.read(lambda c: open_caller(c, sealed)) == Caller("甲某", PHONE)
    bodies = [body for (body,) in rows(player, "SELECT body FROM op")]
    texts = [str(row) for row in rows(player, "SELECT * FROM incident")]
    for spelled in (PHONE, "100 0000-5678", "0000-5678"):
        assert not any(spelled.encode() in body for body in bodies)
        assert not any(spelled in text for text in texts)
        assert spelled not in caplog.text
    logs = [path for path in tmp_path.rglob("*.log") if path.is_file()]
    assert not any(PHONE in path.read_text(encoding="utf-8") for path in logs)


def test_advice_that_fails_is_noted_and_stops_nobody(player, monkeypatch):
    noted = []
    monkeypatch.setattr(intake_module.crash, "note", noted.append)
    monkeypatch.setattr(
        intake_module, "limits_ahead", lambda *_: (_ for _ in ()).throw(RuleError("limit_missing"))
    )
    tell(player)
    assert [error.code for error in noted] == ["limit_missing"] * len(noted) != []
    player.press("Tab")
    player.type(STREET)
    player.press("Return")
    player.until(lambda: not player.desk.form.is_open, "the form gone")


# the map


def test_a_place_pointed_to_gives_grid_and_point(player, qtbot):
    begin(player)
    player.type("塘边的护栏断了一截")
    player.press("Ctrl+M")
    pointing = deciding(player).intake.pointing
    player.until(lambda: pointing.picker is not None, "the map")
    picker = pointing.picker
    player.until(lambda: not picker.canvas.ground.is_empty, "the ground")
    settled(player)
    code = picker.canvas.ground.cells.codes[5]
    x, y = picker.canvas.ground.cells.anchors[5].tolist()
    picker.canvas.centre_on(x, y, 800)
    assert picker.where == picker.canvas.ground.names[code]
    QTest.keyClick(picker.canvas, Key.Key_Return)
    assert pointing.picker is None
    assert field(player, "area_code").value() == code
    assert not field(player, "area_code").property("suggested")
    assert field(player, "content").value() == "塘边的护栏断了一截"
    field(player, "content").setFocus()
    player.press("Ctrl+Return")
    player.until(lambda: not player.desk.form.is_open, "the form gone")
    lon, lat, precision, area = rows(
        player,
        'SELECT lon_e6, lat_e6, "precision", area_code FROM incident ORDER BY rid DESC LIMIT 1',
    )[0]
    assert (precision, area) == ("map", code)
    plane = picker.canvas.ground.plane
    assert abs(plane.x(lon) - x) < 1
    assert abs(plane.y(lat) - y) < 1


def test_esc_leaves_the_map_and_not_the_form(player):
    begin(player)
    player.type("护栏断了")
    player.press("Ctrl+M")
    pointing = deciding(player).intake.pointing
    player.until(lambda: pointing.picker is not None, "the map")
    settled(player)
    player.press("Escape")
    assert pointing.picker is None
    assert player.desk.form.is_open
    assert field(player, "content").value() == "护栏断了"
    assert field(player, "point").value() == ""


def test_no_key_reaches_the_form_before_the_map_is_there(player, monkeypatch):
    begin(player)
    known = rows(player, "SELECT count(*) FROM incident")
    player.type("护栏断了")
    is_free = threading.Event()
    load = pointing_module._load
    monkeypatch.setattr(pointing_module, "_load", lambda home: (is_free.wait(20), load(home))[1])
    player.press("Ctrl+M")
    pointing = deciding(player).intake.pointing
    for key in (Key.Key_N, Key.Key_1, Key.Key_Return, Key.Key_Enter):
        QTest.keyClick(QApplication.focusWidget(), key)
    assert field(player, "content").value() == "护栏断了"
    assert not player.desk.form.is_sent
    player.press("Escape")
    assert field(player, "content").hasFocus(), "Esc leaves the map that is not there yet"
    player.press("Ctrl+M")
    is_free.set()
    player.until(lambda: pointing.picker is not None, "the map")
    settled(player)
    assert QApplication.focusWidget() is pointing.picker.canvas
    assert rows(player, "SELECT count(*) FROM incident") == known


def test_a_map_that_was_left_while_it_loaded_stays_away(player, monkeypatch, tmp_path):
    choose_tiles(player.session.store.home, write_tiles(tmp_path / "x.mbtiles"), "wgs84")
    begin(player)
    closed = []
    monkeypatch.setattr(Tiles, "close", lambda tiles: closed.append(tiles))
    is_free = threading.Event()
    load = pointing_module._load
    monkeypatch.setattr(pointing_module, "_load", lambda home: (is_free.wait(20), load(home))[1])
    player.press("Ctrl+M")
    player.press("Escape")
    is_free.set()
    settled(player)
    assert deciding(player).intake.pointing.picker is None
    assert len(closed) == 1
    assert player.desk.form.is_open


@pytest.mark.parametrize("length", [12, 0])
def test_enter_takes_no_grid_that_nobody_has_chosen(player, length):
    """The map begins with the village advised, or with the town: its middle is nobody's choice."""
    begin(player)
    grid = rows(player, "SELECT code FROM area WHERE level = 'grid' ORDER BY code LIMIT 1")[0][0]
    village = grid[:length]
    if village:
        player.desk.form.body.suggest("area_code", village)
    player.press("Ctrl+M")
    pointing = deciding(player).intake.pointing
    player.until(lambda: pointing.picker is not None, "the map")
    canvas = pointing.picker.canvas
    player.until(lambda: not canvas.ground.is_empty, "the ground")
    settled(player)
    west, south, east, north = canvas.ground.box_within(village) or canvas.ground.box
    assert (canvas.camera.x, canvas.camera.y) == pytest.approx(
        ((west + east) / 2, (south + north) / 2)
    )
    QTest.keyClick(canvas, Key.Key_Return)
    assert pointing.picker is not None
    assert "还没有指定位置" in pointing.picker.where
    assert field(player, "point").value() == ""
    QTest.keyClick(canvas, Key.Key_Left)
    QTest.keyClick(canvas, Key.Key_Return)
    assert pointing.picker is None
    assert field(player, "point").value()


def test_a_click_on_the_map_is_where_it_is(player):
    begin(player)
    player.press("Ctrl+M")
    pointing = deciding(player).intake.pointing
    player.until(lambda: pointing.picker is not None, "the map")
    canvas = pointing.picker.canvas
    player.until(lambda: not canvas.ground.is_empty, "the ground")
    settled(player)
    place = canvas.rect().center()
    place.setX(place.x() + 20)
    wanted = canvas.ground.plane.at(*canvas.camera.plane_at(place.toPointF()))
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=place)
    found = point_of(field(player, "point").value())
    assert max(abs(found[0] - wanted[0]), abs(found[1] - wanted[1])) <= 200


def test_a_point_is_kept_exactly():
    assert point_of(point_text((125_001_234, -30_212_345))) == (125_001_234, -30_212_345)
    assert point_of("") is None


# phrases


def open_note(player):
    player.desk.focus_list()
    player.press("T")
    player.until(lambda: player.desk.form.action == "note", "the form")
    phrases = player.desk.form.body._phrases
    player.until(lambda: not phrases.isHidden(), "the phrases")
    return phrases


def test_a_phrase_is_put_where_the_cursor_is_by_its_number(player):
    phrases = open_note(player)
    player.type("甲乙")
    player.press("Left")
    player.press("Ctrl+J")
    assert player.focus() is phrases
    QTest.keyClicks(player.focus(), "1")
    player.wait(5)
    text = field(player, "text")
    assert text.value() == "甲已电话催办，单位答复正在处置。乙"
    assert player.focus() is text
    assert phrases.currentText() == ""
    player.press("Ctrl+Z")
    assert text.value() == "甲乙"
    assert player.desk.form.is_open


def test_a_phrase_is_found_by_its_initials(player):
    phrases = open_note(player)
    player.press("Ctrl+J")
    QTest.keyClicks(phrases, "xcxy")
    QTest.keyClick(phrases, Key.Key_Return)
    player.wait(5)
    assert field(player, "text").value() == "现场需要多个单位配合，已约定碰头时间。"
    assert player.desk.form.is_open


def test_esc_in_the_phrases_goes_back_to_the_text(player):
    phrases = open_note(player)
    player.press("Ctrl+J")
    phrases.completer().popup().hide()
    player.press("Escape")
    assert player.desk.form.is_open
    assert player.focus() is field(player, "text")


def test_phrases_come_to_the_form_they_are_for(player):
    open_note(player)
    form = player.desk.form
    form.offer_phrases("note", "another", phrase_choices([], {}))
    assert form.body._phrases._phrases


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("请 {unit} 于 {due} 前办结", "请 市政所 于 ＿＿ 前办结"),
        ("{place}{place}", "柳荣苑柳荣苑"),
        ("{unit.__class__} {0} {}", "{unit.__class__} {0} {}"),
        ("100% {ok}", "100% {ok}"),
    ],
)
def test_gaps_of_a_phrase_are_filled_and_nothing_else(text, filled):
    known = {"unit": "市政所", "place": "柳荣苑", "due": ""}
    [choice] = phrase_choices([Template("T99", "note", "*", text)], known)
    assert choice.label == filled


def test_every_field_has_a_name(player):
    begin(player)
    form = player.desk.form
    assert all(item.accessibleName() for item in form.body.fields.values())
    order = [
        "content", "address", "caller_name", "caller_phone", "caller_note", "class_code",
        "area_code", "point", "urgency", "source", "title", "reporter",
    ]  # fmt: skip
    field(player, "content").setFocus()
    walked = []
    for _ in order:
        name = next(n for n, item in form.body.fields.items() if item is player.focus())
        walked.append(name)
        player.press("Tab")
    assert walked == order


@pytest.mark.parametrize("size", [14, 15, 18, 28])
@pytest.mark.parametrize("width", [360, 400, 434, 470, 700])
def test_no_field_is_cut_at_the_side(player, size, width):
    """In whatever letters: one column where two have no room, however wide the form was before."""
    font = player.window.font()
    font.setPixelSize(size)
    begin(player)
    form = player.desk.form
    form.setParent(None)
    form.setFont(font)
    for at in (900, width):
        form.resize(at, 600)
        form.show()
        player.wait(1)
    body, port = form.body, form._scroll.viewport()
    assert body.width() <= port.width()
    assert body.minimumSizeHint().width() <= port.width()
    assert body._is_paired == (port.width() >= body.pair_room)
    form.deleteLater()


def test_the_form_fits_beside_the_queue(player):
    player.window.resize(1366, 740)
    tell(player, address=STREET)
    form = player.desk.form
    body, port = form.body, form._scroll.viewport()
    assert body.minimumSizeHint().width() <= port.width()
    assert body.height() <= port.height() + 1
