"""A sheet shown, saved and printed: always the same bytes, always recorded."""

import hashlib
from dataclasses import replace
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from db.demo.fill import DemoPlan, fill_demo
from db.domain.ops import decode
from db.store.queries.town import actor_named
from db.store.store import Store
from desktop.context import NOBODY, NOTHING, AppContext, Duty
from desktop.keepsakes import Keepsakes
from desktop.runner import Runner
from desktop.sheets import make_sheet
from desktop.widgets.pdf_preview import PdfPreview, paint_pages

NOW = 1_795_449_600_000
LAST_BODY = "SELECT body FROM op ORDER BY recv DESC LIMIT 1"
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(scope="session")
def small_home(tmp_path_factory):
    home = tmp_path_factory.mktemp("preview") / "home"
    fill_demo(home, DemoPlan("990101001", 1, 1, NOW, 1), "file")
    return home


@pytest.fixture
def desk(small_home, tmp_path, qapp):
    store, runner = Store.open(small_home, clock=lambda: NOW), Runner()
    duty = Duty(*store.read(lambda connection: actor_named(connection, "周岚")))
    told, failed = [], []
    duty.told.connect(lambda kind, text, hint: told.append((kind, text)))
    runner.failed.connect(failed.append)
    context = AppContext(store, runner, duty, store.clock, tmp_path / "sheets", Keepsakes(tmp_path))
    yield SimpleNamespace(context=context, store=store, runner=runner, duty=duty, told=told)
    assert runner.shutdown(5)
    store.close()
    assert not failed


@pytest.fixture
def sheet(desk):
    return make_sheet(desk.store, desk.duty.actor, desk.duty.scope, "daily", "2026-11-23")


@pytest.fixture
def preview(desk, sheet, qtbot):
    preview = PdfPreview(desk.context)
    qtbot.addWidget(preview)
    preview.resize(900, 700)
    with qtbot.waitActive(preview):
        preview.show()
        preview.activateWindow()
    preview.show_sheet(sheet)
    preview.setFocus()
    return preview


def press(key, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


def records(desk):
    rows = desk.store.read(lambda c: c.execute("SELECT body FROM op").fetchall())
    ops = [decode(row[0]) for row in rows]
    return [op.payload for op in ops if op.kind == "sheet_printed"]


def wait_for_record(desk, qtbot, before):
    qtbot.waitUntil(lambda: len(records(desk)) == len(before) + 1)
    return records(desk)[-1]


def loaded(path):
    document = QPdfDocument(None)
    document.load(str(path))
    return document


def text_of(document):
    pages = range(document.pageCount())
    return "".join(document.getAllText(page).text() for page in pages)


def test_it_shows_pages_and_takes_the_keys(preview, sheet):
    assert preview.page_count == sheet.pages
    assert preview._page.text() == f"第 1 / {sheet.pages} 页"
    assert QApplication.focusWidget() is preview._view


def test_saving_never_overwrites_and_keeps_every_byte(preview, desk, sheet, qtbot):
    for number in range(1, 3):
        before = records(desk)
        with qtbot.waitSignal(preview.saved) as saved:
            press(Qt.Key.Key_S, CTRL)
        path = saved.args[0]
        assert path.parent == desk.context.sheets
        assert path.read_bytes() == sheet.pdf
        assert path.stem.endswith("-2") == (number == 2)
        assert desk.told[-1] == ("ok", f"已保存：{path}")
        assert wait_for_record(desk, qtbot, before) == {
            "sheet": "daily",
            "about": "2026-11-23",
            "sha256": hashlib.sha256(sheet.pdf).hexdigest(),
            "pages": sheet.pages,
            "rows": sheet.rows,
            "purpose": "上报",
        }
        preview.setFocus()


def test_for_what_it_leaves_is_asked_in_the_bar_and_remembered(preview, desk, sheet, qtbot):
    before = records(desk)
    preview.purpose.setText("区里例会")
    press(Qt.Key.Key_S, CTRL)
    assert wait_for_record(desk, qtbot, before)["purpose"] == "区里例会"
    preview.show_sheet(sheet)
    assert preview.purpose.text() == "区里例会"


def test_a_secret_sheet_leaves_only_with_a_second_person(preview, desk, sheet, qtbot):
    preview.show_sheet(replace(sheet, secrecy=2))
    before = records(desk)
    for keys in ((Qt.Key.Key_S, CTRL), (Qt.Key.Key_P, CTRL)):
        preview._view.setFocus()
        press(*keys)
        qtbot.waitUntil(lambda: preview._second.is_open and not desk.runner.pending)
        assert preview._dialog is None
        preview._second.put_away()
    assert records(desk) == before
    assert not desk.context.sheets.exists()
    preview._view.setFocus()
    press(Qt.Key.Key_S, CTRL)
    leaders = "SELECT key FROM user WHERE roles LIKE '%shift_leader%' AND name <> ?"
    name = desk.duty.actor.name
    leader = desk.store.read(lambda c: c.execute(leaders, (name,)).fetchone()[0])
    qtbot.waitUntil(lambda: not desk.runner.pending)
    preview._second.person.set_value(leader)
    with qtbot.waitSignal(preview.saved):
        preview._second._on_confirmed()
    assert wait_for_record(desk, qtbot, before)["second"]["user"] == leader


def test_a_folder_that_cannot_be_written_is_told(preview, desk, qtbot):
    desk.context.sheets.write_text("a file is in the way")
    before = records(desk)
    press(Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: bool(desk.told))
    assert desk.told[0][0] == "danger"
    assert preview._save_button.isEnabled()
    assert records(desk) == before


def test_saving_as_asks_without_blocking(preview, sheet, qtbot, tmp_path):
    press(Qt.Key.Key_S, CTRL | SHIFT)
    dialog = preview.findChild(QFileDialog)
    assert dialog.isVisible()
    with qtbot.waitSignal(preview.saved):
        dialog.fileSelected.emit(str(tmp_path / "mine.pdf"))
    assert (tmp_path / "mine.pdf").read_bytes() == sheet.pdf
    dialog.reject()


def test_a_printer_that_makes_files_gets_the_same_bytes(preview, desk, sheet, qtbot, tmp_path):
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "out.pdf"))
    before = records(desk)
    with qtbot.waitSignal(preview.printed) as printed:
        preview.print_to(printer)
    assert printed.args == [str(tmp_path / "out.pdf")]
    assert (tmp_path / "out.pdf").read_bytes() == sheet.pdf
    assert "综合指挥室日报" in text_of(loaded(tmp_path / "out.pdf"))
    assert wait_for_record(desk, qtbot, before)["pages"] == sheet.pages


def test_a_part_is_recorded_as_a_part(preview, desk, qtbot, tmp_path):
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "out.pdf"))
    printer.setResolution(72)
    printer.setPrintRange(QPrinter.PrintRange.PageRange)
    printer.setFromTo(preview.page_count, preview.page_count)
    before = records(desk)
    with qtbot.waitSignal(preview.printed):
        preview.print_to(printer)
    assert loaded(tmp_path / "out.pdf").pageCount() == 1
    assert wait_for_record(desk, qtbot, before)["pages"] == 1


def test_painted_pages_look_like_the_sheet(sheet, qapp, tmp_path):
    (tmp_path / "sheet.pdf").write_bytes(sheet.pdf)
    document = loaded(tmp_path / "sheet.pdf")
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "out.pdf"))
    printer.setResolution(300)
    paint_pages(document, range(document.pageCount()), printer)
    painted = loaded(tmp_path / "out.pdf")
    assert painted.pageCount() == document.pageCount()
    # Each number is the ink of forty by forty dots: a shifted or lost strip would show.
    wanted, got = darkness(document), darkness(painted)
    assert max(abs(a - b) for a, b in zip(wanted, got, strict=True)) < 12


def darkness(document):
    image = document.render(0, QSize(2480, 3508))
    on_white = image.scaled(QSize(60, 85), mode=Qt.TransformationMode.SmoothTransformation)
    colors = (on_white.pixelColor(x, y) for y in range(85) for x in range(60))
    return [ink(color) for color in colors]


def ink(color: QColor) -> int:
    return color.alpha() * (255 - color.lightness()) // 255


def test_asking_for_a_printer_does_not_block(preview):
    press(Qt.Key.Key_P, CTRL)
    dialog = preview.findChild(QPrintDialog)
    assert dialog.isVisible()
    dialog.reject()


def test_zoom_by_keys(preview):
    start = preview._zoom()
    press(Qt.Key.Key_Plus, CTRL)
    assert preview._zoom() == pytest.approx(start * 1.25)
    press(Qt.Key.Key_Minus, CTRL)
    assert preview._zoom() == pytest.approx(start)
    press(Qt.Key.Key_0, CTRL)
    assert preview._view.zoomMode() == preview._view.ZoomMode.FitToWidth


def test_escape_wants_to_go_back(preview, qtbot):
    with qtbot.waitSignal(preview.closed):
        press(Qt.Key.Key_Escape)


def test_nothing_shown_nothing_done(desk, qtbot):
    preview = PdfPreview(desk.context)
    qtbot.addWidget(preview)
    preview.save()
    preview.save_as()
    preview.print_sheet()
    assert desk.runner.pending == 0


def test_a_save_is_recorded_even_where_the_preview_is_gone(desk, sheet, qtbot):
    before = records(desk)
    preview = PdfPreview(desk.context)
    preview.show_sheet(sheet)
    preview.save()
    preview.deleteLater()
    assert wait_for_record(desk, qtbot, before)["about"] == sheet.about


def test_a_page_that_just_fits_does_not_lay_itself_out_for_ever(preview, qtbot):
    """A scroll bar that comes and goes with the fitted width once froze the whole window."""
    for width in range(420, 900, 24):
        preview.resize(width, 620)
        qtbot.wait(1)
        view = preview._view
        assert view.verticalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOn
        assert view.horizontalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff


def test_what_leaves_is_of_who_began_it(preview, desk, sheet, qtbot, tmp_path):
    """Somebody else sits down, or nobody, while the job runs."""
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "out.pdf"))
    actor, scope = desk.duty.actor, desk.duty.scope
    for leave in (preview.save, lambda: preview.print_to(printer)):
        before = records(desk)
        preview.show_sheet(sheet)
        leave()
        desk.duty.switch(NOBODY, NOTHING)
        wait_for_record(desk, qtbot, before)
        body = desk.store.read(lambda c: c.execute(LAST_BODY).fetchone()[0])
        assert decode(body).actor == actor
        desk.duty.switch(actor, scope)
