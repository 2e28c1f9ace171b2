"""Tiles of a real file come out by their place; a hostile file gives nothing and hangs nobody."""

import threading
import time

import pytest

from db.domain.errors import GridDeskError
from db.domain.geometry import Box
from db.store.driver import dbapi2
from db.store.mbtiles import TILE_BYTES, Tiles
from tests.db.store import rig

PNG = b"\x89PNG\r\n\x1a\n" + b"tile of the town"
SCHEMA = (
    "CREATE TABLE metadata (name TEXT, value TEXT)",
    "CREATE TABLE tiles"
    " (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB)",
    "CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row)",
)
ENDLESS = (
    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n) SELECT 12 AS zoom_level,"
    " i AS tile_column, -1 - i AS tile_row, x'89504e470d0a1a0a00' AS tile_data FROM n"
)


def write(path, tiles=(((3, 6, 3), PNG),), metadata=(), statements=SCHEMA):
    """Write a file as a map program does: rows counted from the south."""
    connection = dbapi2.connect(str(path))
    for statement in statements:
        connection.execute(statement)
    for (z, x, y), data in tiles:
        connection.execute("INSERT INTO tiles VALUES (?, ?, ?, ?)", (z, x, 2**z - 1 - y, data))
    for row in metadata:
        connection.execute("INSERT INTO metadata VALUES (?, ?)", row)
    connection.commit()
    connection.close()
    return path


@pytest.fixture
def path(tmp_path):
    return tmp_path / "镇 1?#%.mbtiles"


def opened_error(path):
    with pytest.raises(GridDeskError) as caught:
        Tiles.open(path)
    return caught.value.code


def test_a_tile_comes_out_where_a_map_asks_for_it(path):
    told = (("name", "示例街道"), ("format", "jpg"), ("bounds", "124.9,29.4,125.1,29.6"),
            ("attribution", "<b>测绘院</b>"))  # fmt: skip
    tiles = Tiles.open(write(path, [((3, 6, 3), PNG), ((4, 13, 6), PNG + b"2")], told))
    assert tiles.tile(3, 6, 3) == PNG
    assert tiles.tile(4, 13, 6) == PNG + b"2"
    assert tiles.tile(3, 6, 4) is None
    assert tiles.info.name == "示例街道"
    assert (tiles.info.min_zoom, tiles.info.max_zoom, tiles.info.format) == (3, 4, "png")
    assert tiles.info.bounds == Box(124_900_000, 29_400_000, 125_100_000, 29_600_000)
    assert tiles.info.attribution == "<b>测绘院</b>"
    tiles.close()
    assert tiles.tile(3, 6, 3) is None


@pytest.mark.parametrize("place", [(-1, 0, 0), (3, -1, 0), (3, 8, 0), (3, 0, 8), (99, 0, 0)])
def test_a_place_off_the_map_has_no_tile(path, place):
    assert Tiles.open(write(path)).tile(*place) is None


def test_several_threads_ask_at_once(path):
    tiles = Tiles.open(write(path, [((10, x, 5), PNG + bytes([x])) for x in range(50)]))
    wrong = []

    def ask():
        wrong.extend(x for x in range(50) if tiles.tile(10, x, 5) != PNG + bytes([x]))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_only_pictures_of_a_sane_size_come_out(path):
    large = PNG + bytes(TILE_BYTES)
    data = (PNG, b"<svg onload=x>", large, "text", b"RIFF....WEBPxxxx", b"\xff\xd8\xffx")
    opened = Tiles.open(write(path, [((3, x, 0), one) for x, one in enumerate(data)]))
    assert [x for x in range(6) if opened.tile(3, x, 0)] == [0, 4, 5]


def test_nothing_is_written_beside_the_file(path):
    write(path)
    before = path.read_bytes()
    path.chmod(0o400)
    tiles = Tiles.open(path)
    tiles.tile(3, 6, 3)
    with pytest.raises(dbapi2.Error):
        tiles._connection.execute("DELETE FROM tiles")
    assert path.read_bytes() == before
    assert [item.name for item in path.parent.iterdir()] == [path.name]


def test_what_is_no_such_file_is_refused(path, home):
    assert opened_error(path) == "file_missing"
    path.write_bytes(b"")
    assert opened_error(path) == "tiles_malformed"
    path.write_bytes(b"SQLite format 3\x00" + bytes(100))
    assert opened_error(path) == "tiles_malformed"
    path.write_bytes(PNG)
    assert opened_error(path) == "tiles_malformed"
    # The record itself is encrypted and is not taken for a map.
    assert opened_error(rig.record(home)) == "tiles_malformed"
    path.unlink()
    assert opened_error(write(path, [], statements=SCHEMA[:1])) == "tiles_malformed"
    path.unlink()
    assert opened_error(write(path, [])) == "tiles_not_pictures"
    path.unlink()
    assert opened_error(write(path, [((3, 1, 1), b"\x1f\x8bvector")])) == "tiles_not_pictures"
    path.unlink()
    assert opened_error(write(path, [((3, 1, 1), PNG)], statements=SCHEMA[1:])) == "tiles_malformed"


def test_a_cut_file_is_refused_or_gives_what_it_has(path, tmp_path):
    whole = write(path, [((10, x, 5), PNG + bytes(3_000)) for x in range(40)]).read_bytes()
    codes, found = set(), set()
    for share in range(1, 20):
        cut = tmp_path / f"{share}.mbtiles"
        cut.write_bytes(whole[: len(whole) * share // 20])
        try:
            tiles = Tiles.open(cut)
        except GridDeskError as error:
            codes.add(error.code)
        else:
            found |= {tiles.tile(10, x, 5) for x in range(40)}
    assert codes <= {"tiles_malformed", "tiles_not_pictures"}
    assert found <= {None, PNG + bytes(3_000)}


def test_a_view_without_end_hangs_nobody(path):
    write(path, [], statements=(SCHEMA[0], f"CREATE VIEW tiles AS {ENDLESS}"))
    begun = time.monotonic()
    assert opened_error(path) == "tiles_malformed"
    assert time.monotonic() - begun < 5


def test_a_tile_that_takes_for_ever_is_not_there(path):
    endless = ENDLESS.replace("12 AS zoom_level", "3 AS zoom_level")
    slow = f"SELECT * FROM real UNION ALL SELECT * FROM ({endless})"
    told = (("minzoom", "3"), ("maxzoom", "3"))
    real = SCHEMA[1].replace("tiles", "real")
    write(path, [], told, (SCHEMA[0], real, f"CREATE VIEW tiles AS {slow}"))
    connection = dbapi2.connect(str(path))
    connection.execute("INSERT INTO real VALUES (3, 6, 4, ?)", (PNG,))
    connection.commit()
    connection.close()
    tiles = Tiles.open(path)
    assert tiles.tile(3, 6, 3) == PNG
    begun = time.monotonic()
    assert tiles.tile(3, 0, 0) is None
    assert time.monotonic() - begun < 2
    assert tiles.tile(3, 6, 3) == PNG


@pytest.mark.parametrize("bounds", ["", "a,b,c,d", "1,2,3", "nan,0,1,1", "5,5,4,6", "0,0,1e9,1"])
def test_bounds_that_cannot_be_are_the_world(path, bounds):
    tiles = Tiles.open(write(path, metadata=[("bounds", bounds)]))
    assert tiles.info.bounds.west == -180_000_000
