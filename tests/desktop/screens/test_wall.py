"""The wall: the room's own figures, and nothing that a visitor should not read."""

import pytest
from PySide6.QtCore import QSize

from db.store.changes import Changes
from db.store.queries.queue import QueueFilter, counts, queue_ids
from desktop.screens.wall import window
from desktop.screens.wall.board import HIGH, WIDE
from desktop.screens.wall.reading import SHOWN, on_the_wall, read_wall


def read(player):
    store, scope = player.session.store, player.session.duty.scope
    return store.read(lambda c: read_wall(c, scope, store.clock()))


def first_open(player):
    store, scope = player.session.store, player.session.duty.scope
    return store.read(lambda c: queue_ids(c, scope, QueueFilter(), store.clock()))[0]


def change(player, **values):
    names = ", ".join(f"{name} = :{name}" for name in values)
    sql = f"UPDATE incident SET {names} WHERE rid = :rid"
    rid = first_open(player)
    player.session.store.write(lambda j: j.connection.execute(sql, {**values, "rid": rid}))


def test_its_figures_are_those_of_the_desk(player):
    store, scope = player.session.store, on_the_wall(player.session.duty.scope)
    found, reading = store.read(lambda c: counts(c, scope, store.clock())), read(player)
    assert (reading.total, reading.new) == (found.total, found.by_state.get("reported", 0))
    assert sum(count for _, count in reading.platforms) <= reading.total
    assert 0 < len(reading.pressing) <= SHOWN


def test_what_people_wrote_is_not_on_it(player):
    change(player, title="张三丰家暴", content="张三丰", address="采薇社区张三丰家")
    assert "张三丰" not in repr(read(player))


def test_it_is_the_rooms_whoever_sits_there(player):
    store, scope = player.session.store, player.session.duty.scope
    own = scope._replace(unit="990101001-szs")
    assert store.read(lambda c: read_wall(c, own, store.clock())) == read(player)


@pytest.mark.parametrize("secrecy", [1, 2])
def test_what_is_kept_inside_is_not_on_it(player, secrecy):
    before = read(player)
    change(player, secrecy=secrecy)
    assert read(player).total == before.total - 1


def test_one_key_opens_and_closes_it(player, qtbot):
    window = player.window
    player.press("F11")
    player.until(lambda: window._wall is not None, "the window of the wall")
    wall = window._wall
    player.until(lambda: wall.isVisible() and wall.board._reading is not None, "the wall")
    player.until(lambda: wall._canvas is not None, "the map")
    assert "已超时" in wall.board.accessibleDescription()
    shown = wall.board.grab().toImage()
    assert len({shown.pixel(x, 40) for x in range(0, shown.width(), 3)}) > 1
    player.press("F11")
    player.until(lambda: not wall.isVisible(), "the wall gone")


@pytest.mark.parametrize("size", [QSize(1366, 768), QSize(1920, 1080), QSize(3840, 2160)])
def test_its_smallest_letters_are_a_27th_of_the_screen(player, size):
    player.window._toggle_wall()
    wall = player.window._wall
    wall.resize(size)
    unit = min(size.width() / WIDE, size.height() / HIGH)
    assert unit * 1.35 >= size.height() / 27 * 0.98
    assert wall.board.size() == size
    wall.close()


def test_a_wall_nobody_sees_is_read_when_it_is_opened(player, monkeypatch):
    reads = []
    real = window.read_wall
    monkeypatch.setattr(window, "read_wall", lambda *args: reads.append(1) or real(*args))
    player.window._toggle_wall()
    wall = player.window._wall
    player.until(lambda: wall.board._reading is not None, "the wall")
    player.until(lambda: player.session.runner.pending == 0, "all reads")
    player.window._toggle_wall()
    player.until(lambda: not wall._throttle._timer.isActive(), "quiet")
    reads.clear()
    player.session.duty.changed.emit(Changes(frozenset({"incident"})))
    player.until(lambda: player.session.runner.pending == 0, "all reads")
    assert reads == []
    player.window._toggle_wall()
    player.until(lambda: player.session.runner.pending == 0, "all reads")
    assert len(reads) == 1
    player.session.duty.changed.emit(Changes(frozenset({"post"})))
    player.until(lambda: player.session.runner.pending == 0, "all reads")
    assert len(reads) == 1
    wall.close()
