"""What was found, taken away: named, counted, marked, with a second person where there are many."""

from types import SimpleNamespace

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from db.commands.accounts import set_policy
from db.commands.incidents import Report, report_incident
from db.demo.fill import DemoPlan, fill_demo
from db.domain.accounts import SecurityPolicy
from db.domain.calendar import day_start, local_date
from db.domain.errors import EnvironmentError_, InputError, RuleError
from db.domain.ops import Actor, decode
from db.domain.scope import scope_of
from db.imports.found_file import MAX_ROWS, Wish, count_export, export_found
from db.store.envelopes import Caller
from db.store.medium import Watch, digest_of
from db.store.queries.search import SearchFilter
from db.store.queries.town import actor_named
from db.store.store import Store
from desktop.context import AppContext, Duty
from desktop.found_words import found_layout
from desktop.keepsakes import Keepsakes
from desktop.runner import Runner
from desktop.screens.search.screen import SearchScreen
from desktop.widgets.export_panel import Wanted
from tests.db.store import rig

NOW = 1_795_449_600_000
TOWN = "990101001"
HOSTILE = '=HYPERLINK("http://x")'
LAYOUT = found_layout({}, "周岚", "会议", NOW)
LEADER = Actor("lu", "陆", ("shift_leader",))
ALL = SearchFilter()


@pytest.fixture
def store(tmp_path):
    with rig.open_store(rig.make_site(tmp_path / "home")) as store:
        for number in range(3):
            caller = Caller(rig.NAME, f"1391234560{number}")
            values = {"content": f"{HOSTILE} 路灯不亮 {number}", "address": "枫桥路"}
            report_incident(store, rig.CLERK, Report(values, caller))
        yield store


def export(store, path, actor=rig.CLERK, **options):
    wish = Wish(options.pop("wanted", ALL), options.pop("purpose", "月度会议"),
                options.pop("with_callers", False))  # fmt: skip
    return export_found(store, actor, scope_of(actor), wish, path, LAYOUT, **options)


def ops(store, kind):
    found = (decode(body) for (body,) in rig.rows(store, "SELECT body FROM op ORDER BY recv"))
    return [op for op in found if op.kind == kind]


def cells(path):
    return [[cell.value for cell in row] for row in load_workbook(path).active.iter_rows()]


def test_without_callers_nobody_is_named(store, tmp_path):
    path = tmp_path / "found.xlsx"
    made = export(store, path)
    (head, titles, *rows) = cells(path)
    assert "周岚" in head[0]
    assert "用途：会议" in head[0]
    assert "电话" not in titles
    assert len(rows) == made.rows == 3
    assert all(row[2].startswith("'=") for row in rows)
    assert rig.NAME not in repr(rows)
    (op,) = ops(store, "export_made")
    assert op.payload["outputs"] == [
        {"name": "found.xlsx", "size": path.stat().st_size, "sha256": digest_of(path)}
    ]
    assert (op.payload["rows"], op.payload["callers"], op.payload["purpose"]) == (3, 0, "月度会议")
    assert ops(store, "caller_viewed") == []
    assert "周岚" in load_workbook(path).active.oddFooter.left.text


def test_each_caller_taken_away_stands_in_its_incident(store, tmp_path):
    path = tmp_path / "found.xlsx"
    assert export(store, path, with_callers=True).callers == 3
    assert {row[-2] for row in cells(path)[2:]} == {rig.NAME}
    assert {op.payload["opinion"] for op in ops(store, "caller_viewed")} == {"月度会议"}
    assert len(ops(store, "caller_viewed")) == 3
    assert ops(store, "export_made")[0].payload["callers"] == 3


def test_more_callers_than_policy_allows_need_another_person(store, tmp_path):
    safety = Actor("sec", "安", ("security_admin",))
    set_policy(store, safety, SecurityPolicy(callers_alone=2))
    path = tmp_path / "found.xlsx"
    for second, code in (
        (None, "second_person_needed"),
        (rig.CLERK, "second_person_same"),
        (Actor("v", "村", ("village_clerk",)), "second_person_forbidden"),
    ):
        with pytest.raises(RuleError, match=code):
            export(store, path, with_callers=True, second=second)
    assert not path.exists()
    assert ops(store, "caller_viewed") == ops(store, "export_made") == []
    export(store, path, with_callers=True, second=LEADER)
    assert ops(store, "export_made")[0].payload["second"] == {"user": "lu", "name": "陆"}


def test_callers_are_counted_by_person_and_day(tmp_path):
    """One by one is as many as all at once."""
    clock = rig.Clock()
    with rig.open_store(rig.make_site(tmp_path / "home", clock=clock), clock) as store:
        for number in range(3):
            caller = Caller(rig.NAME, f"1391234560{number}")
            values = {"content": f"路灯不亮 {number}", "address": "枫桥路"}
            report_incident(store, rig.CLERK, Report(values, caller))
        set_policy(store, Actor("sec", "安", ("security_admin",)), SecurityPolicy(callers_alone=5))
        out = iter(tmp_path / f"{number}.xlsx" for number in range(9))
        export(store, next(out), with_callers=True)
        with pytest.raises(RuleError, match="second_person_needed"):
            export(store, next(out), with_callers=True)
        # Without callers, with a second person, or by somebody else it is another matter.
        export(store, next(out))
        export(store, next(out), with_callers=True, second=LEADER)
        export(store, next(out), LEADER, with_callers=True)
        until_midnight = day_start(local_date(clock.now)) + 86_400_000 - clock.now
        clock.now += until_midnight - 1
        with pytest.raises(RuleError, match="second_person_needed"):
            export(store, next(out), with_callers=True)
        clock.now += 1
        export(store, next(out), with_callers=True)
        assert len(ops(store, "export_made")) == 5


def test_what_is_secret_needs_another_person_and_who_may_not_gets_nothing(store, tmp_path):
    path = tmp_path / "found.xlsx"
    id = rig.rows(store, "SELECT id FROM incident LIMIT 1")[0][0]
    store.write(lambda j: j.append("source_updated", id, {"set": {"secrecy": 2}}, rig.CLERK))
    with pytest.raises(RuleError, match="second_person_needed"):
        export(store, path)
    assert export(store, path, second=LEADER).rows == 3
    other = tmp_path / "other.xlsx"
    assert export(store, other, rig.SUPERVISOR).rows == 2
    for role in ("auditor", "admin", "security_admin", "grid_worker"):
        with pytest.raises((RuleError, InputError)):
            export(store, tmp_path / "no.xlsx", Actor("x", "某", (role,)))
    clerk = Actor("v", "村", ("village_clerk",))
    with pytest.raises(RuleError, match="caller_hidden"):
        export(store, tmp_path / "no.xlsx", clerk, with_callers=True)
    assert not (tmp_path / "no.xlsx").exists()


def test_nothing_is_left_of_what_was_stopped(store, tmp_path, monkeypatch):
    path = tmp_path / "found.xlsx"
    with pytest.raises(EnvironmentError_, match="work_cancelled"):
        export(store, path, watch=Watch(is_cancelled=lambda: True))
    with pytest.raises(InputError, match="purpose_needed"):
        export(store, path, purpose="  ")
    with pytest.raises(InputError, match="export_nothing"):
        export(store, path, wanted=SearchFilter("没有这个词"))
    monkeypatch.setattr("db.imports.found_file.MAX_ROWS", 2)
    with pytest.raises(InputError, match="export_too_many"):
        export(store, path)
    assert [item.name for item in tmp_path.iterdir()] == ["home"]
    assert ops(store, "export_made") == []
    monkeypatch.setattr("db.imports.found_file.MAX_ROWS", MAX_ROWS)
    counted = store.read(lambda c: count_export(c, scope_of(rig.CLERK), ALL, rig.NOW))
    assert counted == (3, 3, 0)


# in the window


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("found") / "home"
    fill_demo(home, DemoPlan(TOWN, 1, 1, NOW, 4), "file")
    return home


@pytest.fixture
def desk(home, tmp_path, qapp):
    store, runner = Store.open(home, clock=lambda: NOW), Runner()
    duty = Duty(*store.read(lambda connection: actor_named(connection, "周岚")))
    told = []
    duty.told.connect(lambda kind, text, hint: told.append(text))
    runner.failed.connect(duty.tell_error)
    context = AppContext(store, runner, duty, store.clock, tmp_path / "sheets", Keepsakes(tmp_path))
    yield SimpleNamespace(context=context, store=store, runner=runner, duty=duty, told=told)
    assert runner.shutdown(5)
    store.close()


def press(key, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


def test_it_is_asked_for_by_keys_and_a_second_person_signs(desk, qtbot, tmp_path):
    screen = SearchScreen(desk.context)
    qtbot.addWidget(screen)
    with qtbot.waitActive(screen):
        screen.show()
        screen.activateWindow()
    screen.setFocus()
    qtbot.waitUntil(lambda: not (screen.is_loading or desk.runner.pending), timeout=20_000)
    press(Qt.Key.Key_F8)
    export = screen.export
    assert export.panel.isVisible()
    assert QApplication.focusWidget() is export.panel.purpose
    path = tmp_path / "out.xlsx"
    secret = rig.rows(desk.store, "SELECT count(*) FROM incident WHERE secrecy = 2")[0][0]
    callers = rig.rows(desk.store, "SELECT count(*) FROM incident WHERE caller <> ''")[0][0]
    assert callers > SecurityPolicy().callers_alone or secret
    export.export_to(path, Wanted("核对", with_callers=True))
    qtbot.waitUntil(lambda: export.second.is_open and not desk.runner.pending, timeout=20_000)
    assert not path.exists()
    assert export.panel.refusal
    leaders = "SELECT key FROM user WHERE roles LIKE '%shift_leader%' AND key <> 'zhoulan'"
    (leader,) = rig.rows(desk.store, leaders)[0]
    export.second.person.set_value(leader)
    export.second._on_confirmed()
    qtbot.waitUntil(lambda: export.panel.isHidden(), timeout=60_000)
    qtbot.waitUntil(lambda: not desk.runner.pending)
    assert load_workbook(path).active.max_row > 2
    assert any("已导出" in text for text in desk.told)
    made = ops(desk.store, "export_made")[-1].payload
    assert made["second"]["user"] == leader
    assert made["callers"] == callers
