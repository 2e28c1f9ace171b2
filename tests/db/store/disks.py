"""Small real disks, and real ways to spoil them. All of it needs root."""

import os
import shutil
import subprocess
import time
from contextlib import contextmanager, suppress

import pytest

from db.store.health import Limits

LIMITS = Limits(low=0, paused=0, ballast=256 * 1024)
"""For a disk of a few megabytes: nothing is refused before the disk itself refuses."""


def mount(*arguments):
    """Mount something, or skip the test where that is not allowed."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("mounting a disk of the test's own needs root")
    done = subprocess.run(["mount", *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"this machine mounts nothing: {done.stderr.strip()}")


def unmount(folder):
    subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def small_disk(folder, megabytes):
    """A disk in memory that is really full when it is full."""
    folder.mkdir()
    mount("-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder)
    try:
        yield folder
    finally:
        unmount(folder)


@contextmanager
def loop_disk(folder, image):
    """A disk with a file system of its own, which can be told to fail: (folder, device's name)."""
    if not shutil.which("mkfs.ext4"):
        pytest.skip("no mkfs.ext4 here")
    if not image.exists():
        image.write_bytes(bytes(32 * 1024 * 1024))
        subprocess.run(["mkfs.ext4", "-q", str(image)], check=True)
        folder.mkdir()
    mount("-o", "loop,errors=remount-ro", image, folder)
    found = subprocess.run(
        ["findmnt", "-no", "SOURCE", str(folder)], check=True, capture_output=True, text=True
    )
    try:
        yield os.path.basename(found.stdout.strip())
    finally:
        unmount(folder)


@contextmanager
def read_only(folder):
    """Nothing under this path can be written, as after an emergency remount."""
    mount("--bind", folder, folder)
    mount("-o", "remount,ro,bind", folder)
    try:
        yield
    finally:
        unmount(folder)


def fill(path, rest=0):
    """Fill a disk with one file, then give `rest` bytes back."""
    with path.open("ab", buffering=0) as file:
        for size in (1 << 20, 1 << 16, 4096):
            with suppress(OSError):
                while file.write(bytes(size)) == size:
                    pass
        file.truncate(max(file.tell() - rest, 0))
    return path


def wait(condition, seconds=5):
    """Wait until something is so; return how long that took."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < seconds
        time.sleep(0.01)
    return time.monotonic() - begun
