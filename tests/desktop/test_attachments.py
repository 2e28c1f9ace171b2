"""Files at the duty desk: real pictures, real keys, a real record; nothing shown that is not so."""

import shutil
import time
import zlib
from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QImage, QImageIOHandler, QImageWriter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from db.demo.fill import DemoPlan, fill_demo
from db.store import blobs
from desktop.app import open_session
from desktop.play import Player
from desktop.screens.triage import attach_bar, pictures
from desktop.screens.triage.pictures import Picture, decode

Key = Qt.Key


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    home = tmp_path_factory.mktemp("files") / "home"
    fill_demo(home, DemoPlan("990101001", 1, 2, time.time_ns() // 1_000_000, 3), "file")
    return home


@pytest.fixture
def player(template, tmp_path, qtbot):
    session = open_session(shutil.copytree(template, tmp_path / "home"))
    qtbot.addWidget(session.window)
    session.window.show()
    session.window.activateWindow()
    player = Player(session)
    player.until(lambda: player.desk.detail is not None, "the queue")
    player.desk.focus_list()
    yield player
    session.window.close()


@pytest.fixture
def photos(tmp_path):
    """A red wide JPEG, a green tall PNG, a blue GIF-less WebP."""
    made = []
    for name, size, color in (
        ("红.jpg", QSize(640, 320), "red"),
        ("绿.png", QSize(300, 600), "lime"),
        ("蓝.webp", QSize(200, 200), "blue"),
    ):
        image = QImage(size, QImage.Format.Format_RGB32)
        image.fill(QColor(color))
        made.append(tmp_path / name)
        assert image.save(str(made[-1]))
    return made


def settled(player):
    player.until(lambda: player.session.runner.pending == 0, "all work done")


def files(player):
    return player.desk.beside.panel._files


def has(player, count):
    """Wait until the detail shows so many files and nothing is under way."""
    player.until(lambda: len(player.desk.detail.attachments) == count, f"{count} files")
    settled(player)


def add(player, paths, count=None):
    """Add files to the incident shown; `count` of them are expected to go in."""
    before = len(player.desk.detail.attachments)
    player.desk.beside.attach_bar.add(player.desk.detail.incident.number, paths)
    settled(player)
    has(player, before + (len(paths) if count is None else count))


def look_again(player):
    """Read and draw the detail as if the window had just been opened."""
    player.desk.beside.pictures.forget()
    player.desk.beside.panel.show_nothing()
    player.desk._load_detail()
    settled(player)


def middle(tile):
    ratio = tile.devicePixelRatioF()
    frame = pictures.THUMB
    at = QPointF(4 + frame.width() / 2, 4 + frame.height() / 2) * ratio
    return tile.grab().toImage().pixelColor(at.toPoint())


# adding


def test_the_key_asks_for_files_and_their_pictures_appear(player, photos):
    assert files(player) is None
    player.press("E")
    dialog = player.desk.beside.attach_bar.findChild(QFileDialog)
    assert dialog.fileMode() == QFileDialog.FileMode.ExistingFiles
    dialog.filesSelected.emit([str(path) for path in photos])
    dialog.close()
    has(player, 3)
    tiles = files(player).tiles
    assert [tile.row.name for tile in tiles] == [path.name for path in photos]
    player.until(lambda: all(tile.has_picture for tile in files(player).tiles), "pictures")
    shown = [middle(tile) for tile in files(player).tiles]
    assert shown[0].red() > 200 > 60 > shown[0].green()
    assert shown[1].green() > 200 > 60 > shown[1].red()
    assert shown[2].blue() > 200 > 60 > shown[2].red()
    who = player.session.duty.actor.name
    assert who in tiles[0].accessibleName()
    assert player.desk.detail.steps[-1].kind == "attachment_added"


def test_files_dropped_on_the_detail_are_added(player, photos, tmp_path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in photos[:2]])
    target = player.desk.beside.panel.viewport()
    enter = QDragEnterEvent(
        target.rect().center(),
        Qt.DropAction.CopyAction | Qt.DropAction.MoveAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(target, enter)
    assert enter.isAccepted()
    assert enter.dropAction() == Qt.DropAction.CopyAction
    drop = QDropEvent(
        QPointF(target.rect().center()),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(target, drop)
    has(player, 2)
    assert all(path.exists() for path in photos)


def test_what_is_no_file_cannot_be_dropped(player):
    for url in ([], [QUrl("https://example.org/a.jpg")]):
        data = QMimeData()
        data.setUrls(url)
        data.setText("字")
        event = QDragEnterEvent(
            player.desk.beside.panel.viewport().rect().center(),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(player.desk.beside.panel.viewport(), event)
        assert not event.isAccepted()


def test_good_ones_go_in_and_bad_ones_are_named(player, photos, tmp_path):
    bad = [tmp_path / "木马.exe", tmp_path / "页.html"]
    bad[0].write_bytes(b"MZ" + bytes(90))
    bad[1].write_text("<html>", encoding="utf-8")
    add(player, [bad[0], photos[0], bad[1]], 1)
    said = player.desk.beside.attach_bar.text
    assert "木马.exe" in said
    assert "页.html" in said
    player.desk.go_back()
    assert player.desk.beside.attach_bar.text == ""


def test_one_that_is_refused_is_told(player, photos):
    add(player, photos[:1])
    add(player, photos[:1], 0)
    assert "“红.jpg”已经在这件事件里" in player.desk.beside.attach_bar.text


def test_a_name_that_lies_is_said(player, photos, tmp_path):
    told = []
    player.session.duty.told.connect(lambda *words: told.append(words))
    lying = tmp_path / "账单.pdf"
    lying.write_bytes(photos[0].read_bytes())
    add(player, [lying])
    assert told[-1][2] == "名字写着 .pdf，其实是 JPEG"
    assert player.desk.detail.attachments[0].name == "账单.pdf.jpg"


def test_who_may_not_is_told_before_choosing(player, monkeypatch):
    duty, told = player.session.duty, []
    duty.told.connect(lambda *words: told.append(words))
    duty.switch(replace(duty.actor, roles=("evaluator",)))
    settled(player)
    player.desk.focus_list()
    player.press("E")
    settled(player)
    assert player.desk.beside.attach_bar.findChild(QFileDialog) is None
    assert told[-1][0] == "danger"


def test_progress_shows_only_when_it_takes_long(player, photos, monkeypatch):
    bar = player.desk.beside.attach_bar
    bar._running, bar._progress = 1, (1, 5)
    bar._patience.setInterval(5)
    bar._patience.start()
    player.until(lambda: "2 / 5" in bar.text, "progress")
    assert attach_bar.PATIENCE_MS == 1000
    bar._settle()
    assert bar.text == ""


# what is not in order


def test_a_missing_and_a_damaged_file_are_shown_as_such(player, photos, tmp_path):
    note = tmp_path / "说明.pdf"
    note.write_bytes(b"%PDF-1.4 x")
    add(player, [*photos, note])
    home, rows = player.session.store.home, player.desk.detail.attachments
    blobs.remove(home, rows[0].blob)
    path = blobs.blob_path(home, rows[1].blob)
    path.write_bytes(path.read_bytes()[:-1] + b"\0\0")
    blobs.remove(home, rows[3].blob)
    look_again(player)
    words = [tile.state_word for tile in files(player).tiles]
    assert words == ["文件未到", "文件损坏", "", "文件未到"]
    assert "文件未到" in files(player).tiles[0].accessibleName()
    told = []
    player.session.duty.told.connect(lambda *words: told.append(words))
    for tile in files(player).tiles[:2]:
        tile.click()
    assert [words[0] for words in told] == ["warn", "warn"]
    assert player.desk._papers._viewer is None


def test_a_file_that_comes_later_is_shown(player, photos):
    add(player, photos[:1])
    path = blobs.blob_path(player.session.store.home, player.desk.detail.attachments[0].blob)
    content = path.read_bytes()
    path.unlink()
    look_again(player)
    assert files(player).tiles[0].state_word == "文件未到"
    path.write_bytes(content)
    panel = player.desk.beside.panel
    panel.show_detail(
        panel.detail, player.session.duty.actor, player.desk._context.clock() + 60_000
    )
    player.until(lambda: files(player).tiles[0].has_picture, "the picture")
    assert files(player).tiles[0].state_word == ""


def test_without_the_rooms_key_a_file_is_locked(player, photos):
    add(player, photos[:1])
    player.session.store.write(
        lambda journal: journal.connection.execute("DELETE FROM secret WHERE k LIKE 'room:%'") and 0
    )
    look_again(player)
    tile = files(player).tiles[0]
    assert (tile.state_word, tile.row.name) == ("打不开", "")
    assert tile.accessibleName().startswith("JPEG 附件")


# looking


def test_keys_open_a_picture_and_turn_to_the_next(player, photos, tmp_path):
    sound = tmp_path / "录音.mp3"
    sound.write_bytes(b"ID3" + bytes(99))
    add(player, [photos[0], sound, photos[1]])
    player.press("Return")
    player.press("Right")
    assert files(player).focused() == 0
    player.press("Down")
    player.press("Down")
    player.press("Up")
    assert files(player).focused() == 1
    player.press("Up")
    player.press("Return")
    viewer = player.desk._papers._viewer
    player.until(lambda: viewer.image is not None, "the picture")
    assert viewer.image.size() == QSize(640, 320)
    QTest.keyClick(viewer, Key.Key_Right)
    player.until(lambda: viewer.image is not None and viewer.image.height() == 600, "the next")
    QTest.keyClick(viewer, Key.Key_Right)
    assert viewer.row.name == "绿.png"
    player.press("Esc")
    assert player.desk._papers.currentIndex() == 0
    assert viewer.image is None
    assert files(player).focused() == 2


def test_a_letter_works_while_a_file_has_the_focus(player, photos):
    add(player, photos[:1])
    player.desk.beside.panel.setFocus()
    player.press("Right")
    player.press("T")
    assert player.desk.form.action == "note"


def test_a_sound_is_saved_and_never_opened(player, tmp_path):
    sound = tmp_path / "录音.mp3"
    sound.write_bytes(b"ID3" + bytes(range(99)))
    add(player, [sound])
    files(player).tiles[0].click()
    dialog = player.desk.beside.attach_bar.findChild(QFileDialog)
    assert dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave
    assert dialog.selectedFiles()[0].endswith("录音.mp3")
    dialog.close()
    target = tmp_path / "out.mp3"
    row = player.desk.detail.attachments[0]
    player.desk.beside.attach_bar.save_to(player.desk.detail.incident.number, row, target)
    settled(player)
    assert target.read_bytes() == sound.read_bytes()


def test_the_next_person_does_not_find_a_picture_open(player, photos):
    add(player, photos[:1])
    files(player).tiles[0].click()
    player.until(lambda: player.desk._papers._viewer.image is not None, "the picture")
    duty = player.session.duty
    duty.switch(replace(duty.actor, user="another"))
    assert player.desk._papers.currentIndex() == 0
    assert player.desk._papers._viewer.image is None
    settled(player)


# decoding


def encoded(image, kind, path):
    writer = QImageWriter(str(path), kind)
    assert writer.write(image)
    return path.read_bytes()


def test_a_picture_is_never_larger_than_its_box(qapp, tmp_path):
    image = QImage(4000, 3000, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    content = encoded(image, b"jpeg", tmp_path / "a.jpg")
    assert decode(content, "image/jpeg", QSize(128, 88)).size() == QSize(117, 88)
    assert decode(content, "image/jpeg", QSize(9000, 9000)).size() == image.size()


def test_a_picture_taken_sideways_stands_upright(qapp, tmp_path):
    image = QImage(400, 100, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    writer = QImageWriter(str(tmp_path / "a.jpg"), b"jpeg")
    writer.setTransformation(QImageIOHandler.Transformation.TransformationRotate90)
    assert writer.write(image)
    content = (tmp_path / "a.jpg").read_bytes()
    assert decode(content, "image/jpeg", QSize(900, 900)).size() == QSize(100, 400)
    assert decode(content, "image/jpeg", QSize(64, 44)).size() == QSize(11, 44)


@pytest.mark.qt_log_ignore("Not a JPEG file")
def test_only_the_decoder_of_its_type_is_let_at_it(qapp, tmp_path):
    image = QImage(20, 20, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    content = encoded(image, b"bmp", tmp_path / "a.bmp")
    assert decode(content, "image/jpeg", QSize(10, 10)) is None
    assert decode(content, "image/bmp", QSize(10, 10)) is None
    assert (
        decode(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", QSize(9, 9)) is None
    )


def test_a_picture_that_would_fill_the_memory_is_not_decoded(qapp, tmp_path):
    small = QImage(8, 8, QImage.Format.Format_Grayscale8)
    small.fill(0)
    content = bytearray(encoded(small, b"png", tmp_path / "a.png"))
    content[16:24] = (60_000).to_bytes(4, "big") * 2
    content[29:33] = zlib.crc32(bytes(content[12:29])).to_bytes(4, "big")
    assert decode(bytes(content), "image/png", QSize(64, 44)) is None


def test_pictures_in_memory_have_a_limit(player, monkeypatch):
    kept = player.desk.beside.pictures
    monkeypatch.setattr(pictures, "CACHE_BYTES", 100_000)
    for n in range(20):
        image = QImage(64, 100, QImage.Format.Format_RGB32)
        kept._keep(kept._round, f"{n}", Picture(image))
    assert kept.size <= 100_000
    assert kept.get("19") is not None
    assert kept.get("0") is None
