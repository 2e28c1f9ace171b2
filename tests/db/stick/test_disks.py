"""Real media: full, read-only, pulled out, worn. Said in words, and nothing half is left."""

import errno
import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from db.commands.attachments import attach
from db.domain.errors import EnvironmentError_
from db.domain.scope import scope_of
from db.stick.files import chosen_folder, discard, file_name, give_name, write_part
from db.stick.read import take
from db.store import medium
from db.store.medium import Watch
from tests.db.stick.sticks import introduce, left_on, write
from tests.db.store import disks
from tests.db.sync import rig


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """Two stations that know each other; the first has three megabytes of photographs."""
    folder = tmp_path_factory.mktemp("disks")
    (folder / "cards").mkdir()
    first = rig.make_site(folder / "a", "A1")
    second = rig.make_site(folder / "b", "B2", lists=False, has_room_key=False)
    introduce(folder / "cards", first, second)
    (done,) = rig.report(first)
    photo = folder / "photo.txt"
    photo.write_bytes(random.Random(1).randbytes(1_500_000).hex().encode())
    attach(first, rig.OFFICER, scope_of(rig.OFFICER, ""), done.number, photo)
    yield first, second
    first.close()
    second.close()


def refused(town, folder, code, **options):
    """Write and be refused: nothing of ours is left, nothing is recorded as exported."""
    first, second = town
    before = rig.bodies(first)
    with pytest.raises(EnvironmentError_) as caught:
        write(first, second, folder, everything=True, with_files=True, **options)
    assert caught.value.code == code
    assert rig.bodies(first) == before


def at(step, number, do):
    """Do something once, when long work says that it is so far."""
    left = [do]

    def on_progress(name, done, total):
        if name == step and done >= number and left:
            left.pop()()

    return Watch(on_progress)


def test_a_disk_that_is_too_small_is_told_at_once(town, tmp_path):
    with disks.small_disk(tmp_path / "stick", 2) as stick:
        refused(town, stick, "stick_full")
        assert list(stick.iterdir()) == []
        first, second = town
        done = write(first, second, stick, everything=True)  # without photographs there is room
        assert take(second, done.paths[0]).troubles == []


def test_a_disk_that_fills_up_keeps_nothing_half(town, tmp_path):
    with disks.small_disk(tmp_path / "stick", 16) as stick:
        watch = at("stick_write", 1_000_000, lambda: disks.fill(stick / "film"))
        refused(town, stick, "stick_full", watch=watch)
        assert left_on(stick) == ["film"]
        (stick / "film").unlink()
        first, second = town
        done = write(first, second, stick, everything=True, with_files=True)
        assert take(second, done.paths[0]).troubles == []


def test_a_read_only_disk(town, tmp_path):
    stick = tmp_path / "stick"
    stick.mkdir()
    with disks.read_only(stick):
        refused(town, stick, "stick_readonly")
    assert list(stick.iterdir()) == []


@pytest.mark.parametrize("step", ["stick_write", "stick_prove"])
def test_a_stick_pulled_out(town, tmp_path, step):
    """What was there when the folder was chosen is no longer there."""
    stick = tmp_path / "stick"
    stick.mkdir()
    disks.mount("-t", "tmpfs", "-o", "size=16m", "tmpfs", stick)
    refused(town, stick, "stick_gone", watch=at(step, 1, lambda: disks.unmount(stick)))
    # The folder that the stick was mounted on is not filled instead.
    assert list(stick.iterdir()) == []


def test_a_folder_that_is_none(town, tmp_path):
    refused(town, tmp_path / "absent", "stick_gone")
    (tmp_path / "file").write_bytes(b"")
    refused(town, tmp_path / "file", "stick_gone")
    assert not (tmp_path / "absent").exists()


def test_a_medium_that_gives_back_other_bytes(town, tmp_path):
    def spoil():
        (part,) = tmp_path.glob("*.part")
        with part.open("r+b") as file:
            file.seek(-1000, os.SEEK_END)
            byte = file.read(1)
            file.seek(-1000, os.SEEK_END)
            file.write(bytes([byte[0] ^ 1]))

    refused(town, tmp_path, "stick_unproven", watch=at("stick_prove", 0, spoil))
    assert left_on(tmp_path) == []


def test_a_medium_that_cannot_make_names_durable(town, tmp_path, monkeypatch):
    """FAT on some systems: the folder itself cannot be synced."""

    def refuse(folder):
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    monkeypatch.setattr(medium, "sync_folder", refuse)
    first, second = town
    done = write(first, second, tmp_path, everything=True)
    assert take(second, done.paths[0]).troubles == []


def test_what_a_broken_off_writing_left_is_cleared_and_nothing_else(town, tmp_path):
    mine = tmp_path / "GridDesk-A1-B2-20261126-1200-ABCDEF.gdx.part"
    anothers = tmp_path / mine.name.replace("A1", "C7")
    others = [
        anothers,
        tmp_path / "my.gdx.part",
        tmp_path / "GridDesk.part",
        tmp_path / f"{mine.name}.doc",
    ]
    for path in (mine, *others):
        path.write_bytes(b"x")
    first, second = town
    done = write(first, second, tmp_path, everything=True)
    assert not mine.exists()
    assert set(tmp_path.iterdir()) == {*others, *done.paths}


def test_a_name_that_is_taken_is_left_alone(tmp_path):
    folder = chosen_folder(tmp_path)
    (tmp_path / "a.gdx").write_bytes(b"old")
    part = write_part(folder, "a.gdx", lambda file: file.write(b"new"))
    with pytest.raises(EnvironmentError_, match="stick_error"):
        give_name(folder, part)
    with pytest.raises(EnvironmentError_, match="stick_error"):
        write_part(folder, "a.gdx", lambda file: file.write(b"newer"))
    assert part.read_bytes() == b"new"
    assert (tmp_path / "a.gdx").read_bytes() == b"old"
    discard(part)


@pytest.mark.parametrize(
    "who", [("A1", "../../B2"), ("A1", "B2\0"), ("A1", "席位"), ("A1", ""), ("A1", "x" * 999)]
)
def test_names_are_of_letters_and_digits(who):
    name = file_name(who, 1_795_662_000_000, "ABCDEF", ".gdx")
    assert name.replace("-", "").replace(".gdx", "").isalnum()
    assert name.startswith("GridDesk-A1-")
    assert name.isascii()
    assert len(name) < 80


def test_a_stick_that_fails_while_it_is_read(town, tmp_path):
    """A disk whose later half no longer answers: what came before is taken in."""
    first, second = town
    rig.note(first, 3)
    stick, image = tmp_path / "stick", tmp_path / "image"
    with disks.loop_disk(stick, image):
        path = write(first, second, stick, everything=True, with_files=True).paths[0]
    with disks.loop_disk(stick, image):
        os.truncate(image, image.read_bytes().find(b"EOPX1\n") + 1_500_000)
        taken = take(second, path)
    assert taken.troubles[0].code in ("stick_unreadable", "stick_damaged")
    assert taken.added > 0
    assert taken.files == 0


def test_a_stick_of_vfat(town, tmp_path):
    """The file system that sticks come with, where this machine's kernel knows it."""
    if "vfat" not in Path("/proc/filesystems").read_text() or not shutil.which("mkfs.vfat"):
        pytest.skip("this kernel knows no FAT, or mkfs.vfat is missing")
    image, stick = tmp_path / "image", tmp_path / "stick"
    image.write_bytes(bytes(32 * 1024 * 1024))
    subprocess.run(["mkfs.vfat", str(image)], check=True, capture_output=True)
    stick.mkdir()
    disks.mount("-o", "loop", image, stick)
    try:
        first, second = town
        done = write(first, second, stick, everything=True, with_files=True)
        assert take(second, done.paths[0]).troubles == []
    finally:
        disks.unmount(stick)
