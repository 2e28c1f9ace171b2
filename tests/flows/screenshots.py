"""Pictures of every screen to be looked at: three sizes, three themes.

`python -m tests.flows.screenshots OUT` makes a demo town once in OUT and a folder a size and theme.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import orjson

from db.demo.fill import DemoPlan, fill_demo


class Size(NamedTuple):
    """A screen in logical pixels, and its scale."""

    width: int
    height: int
    scale: float

    @property
    def name(self) -> str:
        """The size in pixels of the screen itself."""
        return f"{round(self.width * self.scale)}x{round(self.height * self.scale)}"


SIZES = (Size(1366, 768, 1), Size(1920, 1080, 1), Size(1920, 1080, 2))
THEMES = ("light", "dark", "contrast")
Shoot = Callable[[str], None]


def main(out: Path) -> None:
    """Take all pictures; each scale needs a process of its own."""
    home = out / "home"
    if not home.exists():
        fill_demo(home, DemoPlan("990101001", 1, 1, time.time_ns() // 1_000_000, 12), "file")
    for size in SIZES:
        for theme in THEMES:
            folder = out / f"{size.name}-{theme}"
            folder.mkdir(parents=True, exist_ok=True)
            arguments = [str(size.width), str(size.height), theme, str(home), str(folder)]
            subprocess.run(
                [sys.executable, "-m", "tests.flows.screenshots", "--one", *arguments],
                env={**os.environ, **_screen(size, folder / "screen.json")},
                check=True,
            )
            sys.stdout.write(f"{folder}\n")


def _screen(size: Size, file: Path) -> dict[str, str]:
    """Return what gives a process an invisible screen of a size."""
    width, height = round(size.width * size.scale), round(size.height * size.scale)
    one = {"name": "one", "x": 0, "y": 0, "width": width, "height": height}
    file.write_bytes(orjson.dumps({"screens": [one]}))
    return {
        "QT_QPA_PLATFORM": f"offscreen:configfile={file}",
        "QT_SCALE_FACTOR": str(size.scale),
    }


def shoot_all(width: int, height: int, theme: str, home: Path, out: Path) -> None:
    """Walk through the screens of one window by keys and take a picture of each."""
    from PySide6.QtGui import QImage  # lazy: only the process of one size opens a window

    from desktop.app import make_application, open_session
    from desktop.play import Player
    from desktop.theme import apply_theme, load_theme

    session = open_session(home)
    apply_theme(make_application(), load_theme(theme))
    player, window = Player(session), session.window
    window.tint()
    window.showNormal()
    window.resize(width, height)
    window.activateWindow()

    def settle() -> None:
        player.until(lambda: session.runner.pending == 0, "all work done")
        player.wait(400)
        player.until(lambda: session.runner.pending == 0, "all work done")

    def shoot(name: str) -> None:
        settle()
        image: QImage = window.grab().toImage()
        image.save(str(out / f"{name}.png"))

    player.until(lambda: player.desk.detail is not None, "the queue")
    player.desk.focus_list()
    _desk(player, shoot)
    for key, name in (
        ("Alt+8", "board"), ("Alt+9", "map"), ("Alt+2", "import"), ("Alt+3", "reports"),
        ("Alt+4", "sync"), ("Alt+5", "data"), ("Alt+6", "search"), ("Alt+7", "lists"),
        ("Alt+0", "settings"),
    ):  # fmt: skip
        player.press(key)
        settle()
        player.wait(1200 if name == "map" else 200)
        shoot(name)
        if name == "board":
            player.press("Tab")
            player.press("Return")
            shoot("board-card")
            player.press("Escape")
    player.press("Alt+1")
    player.press("F11")
    wall = window._wall
    assert wall is not None
    wall.resize(width, height)
    player.wait(1500)
    settle()
    wall.grab().save(str(out / "wall.png"))
    wall.close()
    window.close()


def _desk(player: "object", shoot: Shoot) -> None:
    """Take the duty desk in its states."""
    from desktop.play import Player

    assert isinstance(player, Player)
    shoot("desk")
    player.press("W")
    shoot("desk-why")
    player.press("W")
    player.press(".")
    shoot("desk-more")
    player.desk.go_back()
    for _ in range(2):
        player.press("Space")
        player.press("Down")
    player.press("S")
    shoot("desk-many")
    for _ in range(2):
        player.desk.go_back()
    player.press("N")
    player.until(lambda: player.desk.form.is_open, "the form")
    player.type("兴禾路菜场门口路灯不亮，晚上看不见路，旁边还有个窨井盖松动")
    player.press("Tab")
    player.type("采薇社区 12 号")
    player.wait(600)
    shoot("intake")
    player.desk.form.forget()
    player.desk.focus_list()
    player.press("Ctrl+F")
    player.type("紧急 采薇 超时")
    player.desk._queue._bar.edited.emit("")
    shoot("desk-filter")
    player.desk.go_back()
    player.desk.focus_list()
    player.press("Ctrl+K")
    player.type("jd")
    player.wait(300)
    shoot("palette")
    player.press("Escape")
    player.desk.focus_list()
    player.press("F1")
    shoot("keys")
    player.press("F1")


if __name__ == "__main__":
    if sys.argv[1] == "--one":
        shoot_all(
            int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], Path(sys.argv[5]), Path(sys.argv[6])
        )
    else:
        main(Path(sys.argv[1]).resolve())
