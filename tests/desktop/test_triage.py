"""The duty desk on a real record: what a key does lands where the cursor was, and once."""

import threading
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

import db.commands.incidents as commands_module
import db.store.queries.incidents as incidents_module
import desktop.screens.triage.screen as screen_module
from db.commands.attachments import Outcome, Refused
from db.domain.classing import Suggestion
from db.domain.errors import RuleError
from db.domain.recommend import ClassSuggestion
from db.domain.rules.base import FieldSpec
from db.domain.transitions import transition_of
from db.store.changes import Changes
from db.store.envelopes import Caller
from db.store.lists import default_policy
from db.store.queries.town import AreaRow
from desktop import sheets
from desktop.decisions import choices
from desktop.decisions.choices import place_name
from desktop.decisions.form import DecisionForm
from desktop.decisions.form_body import FormBody
from desktop.decisions.prefill_loop import asked
from desktop.decisions.request import Choices, FormRequest
from desktop.screens.triage import attach_bar
from desktop.town_lists import current_policy, keep_lists
from desktop.widgets.fields import Choice
from desktop.widgets.toast import toasts

Key = Qt.Key


@pytest.fixture
def gate(monkeypatch):
    """Details are read only while the gate is open; it opens by itself at the end."""
    gate, real = threading.Event(), incidents_module.incident_detail
    gate.set()

    def read(*arguments):
        assert gate.wait(20)
        return real(*arguments)

    monkeypatch.setattr(incidents_module, "incident_detail", read)
    yield gate
    gate.set()


def rows(player, question, *values):
    return player.session.store.read(lambda c: c.execute(question, values).fetchall())


def incidents(player):
    return rows(player, "SELECT count(*) FROM incident")[0][0]


def id_of(player, rid):
    return player.session.store.read(
        lambda connection: connection.execute(
            "SELECT id FROM incident WHERE rid = ?", (rid,)
        ).fetchone()[0]
    )


def number_of(player, rid):
    return rows(player, "SELECT number FROM incident WHERE rid = ?", rid)[0][0]


def settled(player):
    player.until(lambda: player.session.runner.pending == 0, "all work done")


def open_report(player, content="路口的井盖缺失一块，很危险"):
    player.press("N")
    player.until(lambda: player.desk.form.is_open, "the form")
    player.desk.form.field("content").set_value(content)
    player.desk.form.field("address").set_value("采薇社区中心路1号")


def test_a_key_waits_for_the_incident_under_the_cursor(player, gate):
    first, second = player.desk.view.current_id, player.desk.view.model().ids[1]
    gate.clear()
    QTest.keyClick(player.desk.view, Key.Key_J)
    QTest.keyClick(player.desk.view, Key.Key_T)
    assert not player.desk.form.is_open
    gate.set()
    player.until(lambda: player.desk.form.is_open, "the form")
    assert player.desk.form.subject == id_of(player, second)
    player.type("这是第二件的备注")
    player.press("Return")
    settled(player)
    noted = "SELECT count(*) FROM step WHERE incident = ? AND kind = 'note_added'"
    assert rows(player, noted, second)[0][0] == 1
    assert rows(player, noted, first)[0][0] == 0


def test_a_key_is_forgotten_when_the_cursor_moves_on(player, gate):
    gate.clear()
    for key in (Key.Key_J, Key.Key_T, Key.Key_J):
        QTest.keyClick(player.desk.view, key)
    gate.set()
    settled(player)
    assert player.desk.detail.rid == player.desk.view.current_id
    assert not player.desk.form.is_open


def test_a_button_of_an_incident_left_does_nothing(player, gate):
    gate.clear()
    QTest.keyClick(player.desk.view, Key.Key_J)
    player.desk.beside.panel.asked_for.emit("note")
    gate.set()
    settled(player)
    assert not player.desk.form.is_open


def test_enter_three_times_makes_one_incident(player):
    before = incidents(player)
    open_report(player)
    focus = player.focus()
    for _ in range(3):
        QTest.keyClick(focus, Key.Key_Return)
    assert not any(button.isEnabled() for button in player.desk.form._buttons)
    settled(player)
    player.until(lambda: not player.desk.form.is_open, "the form gone")
    assert incidents(player) == before + 1


def test_a_refused_decision_can_be_confirmed_again(player):
    before = incidents(player)
    open_report(player, "短")
    player.press("Return")
    settled(player)
    assert player.desk.form.is_open
    assert all(button.isEnabled() for button in player.desk.form._buttons)
    player.desk.form.field("content").set_value("路口的井盖缺失一块")
    player.press("Return")
    player.until(lambda: not player.desk.form.is_open, "the form gone")
    assert incidents(player) == before + 1


def test_what_was_typed_is_not_the_next_persons(player):
    open_report(player)
    player.desk.form.field("caller_phone").set_value("10000000000")
    player.desk.go_back()
    player.press("N")
    assert player.desk.form.field("caller_phone").value() == "10000000000"
    duty = player.session.duty
    duty.switch(replace(duty.actor, user="another"))
    assert not player.desk.form.is_open
    player.press("N")
    assert player.desk.form.is_open
    assert player.desk.form.field("caller_phone").value() == ""


def hand_over(player):
    duty = player.session.duty
    duty.switch(replace(duty.actor, user="another"))


def test_what_was_looked_for_is_not_the_next_persons(player):
    find = player.window._find
    find.setFocus()
    QTest.keyClicks(find, "abc")
    settled(player)
    player.desk.beside.attach_bar._show("没有加入的文件：一张照片.png", "")
    hand_over(player)
    settled(player)
    assert find.text() == ""
    assert player.desk.view.model().ids
    assert not player.desk._queue.heading.startswith("查找")
    assert player.desk.beside.attach_bar.text == ""


def test_a_text_looked_for_does_not_come_back_after_a_switch(player):
    player.desk.look_for("abc")
    hand_over(player)
    assert not player.desk._queue._find_timer.isActive()


def under_way(monkeypatch, module, name, answer):
    """Let a command take until it is let go."""
    gate = threading.Event()

    def work(*_):
        assert gate.wait(20)
        return answer

    monkeypatch.setattr(module, name, work)
    return gate


@pytest.mark.parametrize("is_switched", [False, True])
def test_a_caller_is_told_to_who_asked_and_to_nobody_else(player, monkeypatch, is_switched):
    told = []
    player.session.duty.told.connect(lambda kind, text, hint: told.append(text))
    answer = (Caller("王芳", "10000000000"), Changes())
    gate = under_way(monkeypatch, commands_module, "view_caller", answer)
    ask_for_caller(player, "回拨核实")
    if is_switched:
        hand_over(player)
    gate.set()
    settled(player)
    assert any("10000000000" in text for text in told) is not is_switched


def ask_for_caller(player, reason):
    player.desk.start("caller")
    player.until(lambda: player.desk.form.action == "caller", "the form")
    player.type(reason)
    player.press("Return")


def test_nobody_is_shown_a_caller_without_saying_why(player):
    told, asked = [], "SELECT count(*) FROM step WHERE kind = 'caller_viewed'"
    before = rows(player, asked)
    player.session.duty.told.connect(lambda kind, text, hint: told.append((text, hint)))
    ask_for_caller(player, "")
    settled(player)
    assert player.desk.form.action == "caller"
    assert (told, rows(player, asked)) == ([], before)
    player.type("回拨核实地点")
    player.press("Return")
    player.until(lambda: told, "the caller")
    assert not player.desk.form.is_open
    assert player.focus() is player.desk.view
    assert "本次查看已记录" in told[0][1]
    last = "SELECT opinion FROM step WHERE kind = 'caller_viewed' ORDER BY rowid DESC LIMIT 1"
    assert rows(player, last) == [("回拨核实地点",)]


def test_a_number_in_a_text_is_masked_and_shown_on_asking(player):
    told = []
    player.session.duty.told.connect(lambda kind, text, hint: told.append((text, hint)))
    open_report(player, "井盖缺失，打13800001234找我")
    player.press("Return")
    player.until(
        lambda: player.desk.detail is not None and "****" in player.desk.detail.incident.content,
        "the new incident",
    )
    assert player.desk.detail.incident.content == "井盖缺失，打138****1234找我"
    assert player.desk.detail.caller.marks == 1
    shown = " ".join(label.text() for label in player.desk.beside.panel.findChildren(QLabel))
    assert "文中号码 1 个" in shown
    assert "13800001234" not in shown
    told.clear()
    ask_for_caller(player, "回拨核实")
    player.until(lambda: any("13800001234" in hint for _, hint in told), "the number")


@pytest.mark.parametrize("is_switched", [False, True])
def test_a_sheet_is_shown_to_who_asked_and_to_nobody_else(player, monkeypatch, is_switched):
    sheet = sheets.MadeSheet(b"", "处理单.pdf", "slip", "1")
    gate = under_way(monkeypatch, sheets, "make_sheet", sheet)
    player.desk.start("print")
    if is_switched:
        hand_over(player)
    gate.set()
    settled(player)
    assert (player.desk.preview is None) is is_switched
    hand_over(player)
    assert player.desk._papers.currentIndex() == 0
    assert player.desk.preview is None or player.desk.preview._sheet is None


@pytest.mark.parametrize("is_switched", [False, True])
def test_names_of_files_are_not_the_next_persons(player, tmp_path, monkeypatch, is_switched):
    told, bar = [], player.desk.beside.attach_bar
    player.session.duty.told.connect(lambda kind, text, hint: told.append(text))
    answer = Outcome(refused=[Refused("王芳.exe", RuleError("record_busy"))])
    gate = under_way(monkeypatch, attach_bar, "attach_all", answer)
    bar.add(player.desk.detail.incident.number, [tmp_path / "王芳.exe"])
    if is_switched:
        hand_over(player)
    gate.set()
    settled(player)
    assert (bar.text == "") is is_switched
    assert ("换人前加的附件有 1 个没有加入" in told) is is_switched


@pytest.mark.parametrize("is_typing", [False, True])
def test_a_message_goes_with_the_person_it_was_for(player, is_typing):
    if is_typing:
        open_report(player)
    player.session.duty.tell("ok", "王芳  10000000000")
    assert len(toasts(player.window._stack)) == 1
    hand_over(player)
    left = [toast.text for toast in toasts(player.window._stack)]
    assert left == ["已换人，没有确认的内容为上一位留着"] * is_typing


def test_another_view_stays_another_list_when_a_tick_comes_between(player, monkeypatch):
    told, model = [], player.desk.view.model()
    model.ids_changed.connect(lambda change, is_fresh: told.append(is_fresh))
    player.desk._queue.show_view(player.desk._side.view)
    player.desk.refresh()
    settled(player)
    assert told == [True]


def test_a_failed_read_is_not_said_for_ever(player):
    player.desk._queue._on_failed(RuleError("record_busy"))
    assert player.desk.view._empty_text[0] == "读取失败"
    player.desk.refresh()
    settled(player)
    assert player.desk.view._empty_text[0] == "这里没有待办事件"


def test_a_page_that_cannot_be_read_is_told(player):
    told = []
    player.session.duty.told.connect(lambda kind, *_: told.append(kind))
    player.desk.view.model().failed.emit(RuleError("record_busy"))
    assert told == ["danger"]


def said_on(panel):
    return [one.text() for one in panel.findChildren(QLabel) if one.text()]


def test_the_panel_is_left_alone_while_it_reads_the_same(player, monkeypatch):
    panel, actor = player.desk.beside.panel, player.session.duty.actor
    now, told = 10 * 60_000, []
    panel.show_detail(panel.detail, actor, now)
    monkeypatch.setattr(panel._page, "show_told", told.append)
    panel.show_detail(panel.detail, actor, now + 59_000)
    assert not told
    panel.show_detail(panel.detail, actor, now + 60_000)
    assert len(told) == 1


def test_another_incident_is_told_by_the_same_widgets(player):
    panel, before = player.desk.beside.panel, player.desk.detail
    actor, widgets = player.session.duty.actor, set(panel.findChildren(QWidget))
    other = replace(before.incident, number="990101001-20990101-A10099", title="另一件")
    panel.show_detail(replace(before, rid=-1, incident=other), actor, 0)
    assert {other.number, "另一件"} <= set(said_on(panel))
    assert before.incident.number not in said_on(panel)
    made = set(panel.findChildren(QWidget)) - widgets
    assert not made, made


def test_nothing_of_an_incident_is_left_in_an_empty_panel(player):
    panel = player.desk.beside.panel
    assert panel.detail.incident.title in said_on(panel)
    panel.show_nothing()
    assert said_on(panel) == ["在左侧选一件事件"]
    assert not any(one.text() for one in panel.findChildren(QPushButton))


def test_marked_text_stays_marked_when_a_minute_passes(player):
    panel, actor = player.desk.beside.panel, player.session.duty.actor
    panel.show_detail(panel.detail, actor, 0)
    number = next(
        one for one in panel.findChildren(QLabel) if one.text() == panel.detail.incident.number
    )
    number.setSelection(0, 4)
    panel.show_detail(panel.detail, actor, 60_000)
    assert number.selectedText() == number.text()[:4]
    # What has become of it in the meantime is said, with the mark where it was.
    panel.show_detail(replace(panel.detail, steps=()), actor, 60_000)
    assert number.selectedText() == number.text()[:4]


def test_a_mark_does_not_go_over_to_another_incident(player):
    panel, actor = player.desk.beside.panel, player.session.duty.actor
    told = replace(panel.detail.incident, content="路灯不亮，晚上看不见")
    panel.show_detail(replace(panel.detail, incident=told), actor, 0)
    content = next(one for one in panel.findChildren(QLabel) if one.text() == told.content)
    content.setSelection(0, 4)
    panel.show_detail(replace(panel.detail, rid=-1), actor, 0)
    assert content.text() == told.content
    assert not content.hasSelectedText()


def test_a_button_that_becomes_another_one_lets_go_of_the_keys(player):
    panel, detail = player.desk.beside.panel, player.desk.detail
    first = next(one for one in panel.findChildren(QPushButton) if one.text())
    first.setFocus(Qt.FocusReason.OtherFocusReason)
    panel.show_detail(detail, player.session.duty.actor, 60_000)
    assert first.hasFocus()
    refused = dict.fromkeys(detail.obstacles, RuleError("state_wrong"))
    panel.show_detail(replace(detail, obstacles=refused), player.session.duty.actor, 60_000)
    assert not first.hasFocus()
    assert panel.hasFocus()


def test_rows_that_are_gone_leave_no_room(player):
    panel, detail, actor = player.desk.beside.panel, player.desk.detail, player.session.duty.actor
    settled(player)
    history = panel._page._cards["history"]
    before = history.height()
    panel.show_detail(replace(detail, steps=detail.steps[:1] * 50), actor, 0)
    player.until(lambda: history.height() > 5 * before, "the long one")
    panel.show_detail(detail, actor, 60_000)
    player.until(lambda: history.height() == before, "the short one")


def test_old_steps_are_counted_not_shown(player):
    panel, detail = player.desk.beside.panel, player.desk.detail
    panel.show_detail(replace(detail, steps=detail.steps[:1] * 70), player.session.duty.actor, 0)
    texts = [label.text() for label in panel.widget().findChildren(QLabel)]
    assert "还有 10 条较早的经过，打印处理单可见全部" in texts


# lists


@pytest.fixture
def newer():
    """Lists that know one more class, and no ZF09."""
    policy = default_policy()
    classes = {code: item for code, item in policy.classes.items() if code != "ZF09"}
    classes["XX01"] = replace(policy.classes["ZF09"], code="XX01", name="新类")
    return replace(policy, classes=classes)


def shown(player, **values):
    """Show the incident as if it were so; return what the panel says."""
    panel = player.desk.beside.panel
    incident = replace(panel.detail.incident, state="reported", class_code="")
    detail = replace(panel.detail, **{"incident": incident, **values})
    panel.show_detail(detail, player.session.duty.actor, 0)
    return "\n".join(label.text() for label in panel.widget().findChildren(QLabel))


def test_the_panel_goes_by_the_lists_of_its_incident(player, newer):
    suggestions = (ClassSuggestion("XX01", ("新",)),)
    assert "新类（文中有“新”）" in shown(player, policy=newer, suggestions=suggestions)


def test_a_guess_that_is_not_sure_is_not_said_as_if_it_were(player):
    guess = Suggestion("ZF09", 0.3, 5, 2, ("路灯",), "normal", 2)
    said = shown(player, suggestions=(ClassSuggestion("ZF09", ("路灯",), guess),))
    assert "没有把握；可能是 综合执法" in said
    sure = replace(guess, confidence=0.9, agreeing=4)
    said = shown(player, suggestions=(ClassSuggestion("ZF09", ("路灯",), sure),))
    assert "与 5 件相似，其中 4 件归此类" in said


def test_keys_are_about_what_is_shown_where_a_page_cannot_be_made(player, monkeypatch):
    panel, before = player.desk.beside.panel, player.desk.detail
    monkeypatch.setattr(panel, "_words", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        panel.show_detail(replace(before, rid=-1), player.session.duty.actor, 0)
    assert panel.detail is before


def test_a_form_offers_the_classes_of_the_incidents_own_lists(player, newer):
    detail = replace(player.desk.detail, policy=newer, obstacles={})
    player.desk.beside.deciding.open_decision("accept", detail)
    field = player.desk.form.field("class_code")
    field.set_value("XX01")
    assert field.value() == "XX01"
    field.set_value("ZF09")
    assert field.value() == ""


def test_a_photo_is_asked_about_where_the_incidents_own_lists_want_one(player):
    policy = default_policy()
    incident = replace(player.desk.detail.incident, class_code="ZF09")
    for is_wanted in (True, False):
        known = replace(policy.classes["ZF09"], needs_site_check=is_wanted)
        own = replace(policy, classes={"ZF09": known})
        detail = replace(player.desk.detail, incident=incident, policy=own)
        assert ("no_photo" in {spec.name for spec in asked("feedback", detail)}) is is_wanted


def test_lists_that_come_into_force_by_their_day_are_spoken_of(player, monkeypatch, newer):
    settled(player)
    announced = []
    player.session.duty.changed.connect(lambda changes: announced.append(changes.subjects))
    try:
        player.desk._on_tick()
        settled(player)
        assert announced == []
        now = screen_module.lists_at
        for module in (screen_module, choices):
            monkeypatch.setattr(module, "lists_at", lambda c, at: now(c, at)._replace(policy=newer))
        player.desk._on_tick()
        settled(player)
        assert announced == [{"list"}]
        assert current_policy() is newer
        player.desk._on_tick()
        settled(player)
        assert len(announced) == 1
    finally:
        keep_lists(None)


@pytest.mark.parametrize(
    ("village", "grid", "shown"),
    [
        ("采薇社区", "第一网格", "采薇社区 第一网格"),
        ("采薇社区", "采薇第一网格", "采薇第一网格"),
        ("采薇村民委员会", "采薇村第一网格", "采薇村第一网格"),
    ],
)
def test_a_grid_is_named_with_its_village(village, grid, shown):
    assert place_name(AreaRow("12", grid, "grid", "1"), {"1": village}) == shown


@pytest.fixture
def form(qtbot):
    form = DecisionForm()
    qtbot.addWidget(form)
    form.sent = []
    form.confirmed.connect(lambda *values: form.sent.append(values))
    form.offer(Choices())
    return form


def open_note(form, subject):
    form.open_form(FormRequest("note", "备注", transition_of("note").fields, subject=subject))


def test_an_answer_goes_to_its_own_form(form):
    open_note(form, "one")
    form.field("text").set_value("第一件")
    form.confirm()
    open_note(form, "two")
    form.field("text").set_value("第二件")
    assert not form.settle("note", "one", RuleError("record_busy"))
    assert (form.subject, form.field("text").value()) == ("two", "第二件")
    assert not form._error.isVisibleTo(form)
    open_note(form, "one")
    assert form.field("text").value() == "第一件"


def test_a_decision_under_way_is_not_asked_for_again(form):
    open_note(form, "one")
    form.confirm()
    form.confirm()
    form.close_form()
    open_note(form, "one")
    assert not form.is_open
    assert len(form.sent) == 1
    assert not form.settle("note", "one")
    open_note(form, "one")
    assert form.is_open


def test_an_enter_held_down_confirms_nothing(form):
    open_note(form, "one")
    held = QKeyEvent(
        QEvent.Type.KeyPress, Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True
    )
    QApplication.sendEvent(form.field("text"), held)
    assert form.sent == []
    QTest.keyClick(form.field("text"), Key.Key_Return)
    assert len(form.sent) == 1


PICKED = (FieldSpec("unit", "unit"), FieldSpec("note", "text"), FieldSpec("ticked", "flag"))


def open_pick(form, subject, action="pick"):
    form.open_form(FormRequest(action, "选", PICKED, subject=subject))


def test_a_form_opened_again_is_the_same_one_with_nothing_in_it(form):
    open_pick(form, "one")
    body = form.body
    empty = body.values()
    body.fields["unit"].setEditText("没有的单位")
    body.put({"note": "张三 13900000000", "ticked": True})
    body.suggest("note", "", "为什么")
    body.show_error("note", "不行")
    form.confirm()
    form.settle("pick", "one")
    open_pick(form, "two")
    assert form.body is body
    assert (body.values(), body.typed(), body.error) == (empty, {}, "")
    assert not any(body.is_touched(name) for name in body.fields)
    assert not any(item.property("invalid") for item in body.fields.values())


def test_a_form_out_of_sight_holds_nothing_and_its_draft_comes_back(form):
    open_pick(form, "one")
    body = form.body
    body.put({"note": "张三 13900000000"})
    open_note(form, "one")
    assert form.body is not body
    assert body.isHidden()
    assert body.values()["note"] == ""
    open_pick(form, "one")
    assert form.body is body
    assert body.values()["note"] == "张三 13900000000"


def test_what_is_offered_anew_is_picked_from_in_the_next_form(form):
    open_pick(form, "one")
    form.close_form()
    form.offer(Choices(units=(Choice("U1", "城管中队"),)))
    open_pick(form, "one")
    form.field("unit").set_value("U1")
    assert form.field("unit").value() == "U1"


def test_forms_kept_are_few(form, qapp):
    for number in range(20):
        open_pick(form, "one", f"pick{number}")
        form.close_form()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert len(form.findChildren(FormBody)) <= 7
