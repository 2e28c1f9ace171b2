"""Pictures of every screen to be looked at: three sizes, three themes.

`python -m tests.flows.screenshots OUT` makes a demo town once in OUT and a folder a size and theme;
`... OUT sync conflicts` takes these screens alone. The town has a second station that it disagrees
with, and a hub.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import orjson

from db.commands.accounts import reset_password, set_emergency_code
from db.commands.site import init_site
from db.commands.town import User, define_users
from db.demo.fill import DemoPlan, fill_demo
from db.demo.mark import mark_as_demo
from db.domain.ops import Actor
from db.store.queries.town import units
from db.store.store import Store
from desktop.settings import change_settings
from tests.db.commands import apart
from tests.db.store import rig
from tests.desktop import claimed
from tests.flows.rig import TOWN, HubProgram, free_port


class Size(NamedTuple):
    """A screen in logical pixels, and its scale."""

    width: int
    height: int
    scale: float

    @property
    def name(self) -> str:
        """The size in pixels of the screen itself."""
        return f"{round(self.width * self.scale)}x{round(self.height * self.scale)}"


AUDITOR = Actor("tangzhu", "唐竹", ("auditor",), session="pictures")
SIZES = (Size(1366, 768, 1), Size(1920, 1080, 1), Size(1920, 1080, 2))
THEMES = ("light", "dark", "contrast")
Shoot = Callable[[str], None]
DOOR_ONLY = "--door"
DOOR = frozenset({"door", "accounts"})
"""Pictures of a town whose people sign in."""


def main(out: Path, wanted: Sequence[str]) -> None:
    """Take all pictures, or those of some screens; each scale needs a process of its own."""
    home, other = out / "home", out / "other"
    if not home.exists():
        fill_demo(home, DemoPlan(TOWN, 1, 1, time.time_ns() // 1_000_000, 12), "file")
        _disagree(home, other)
    claimed_home = _claimed(out, home)
    if not wanted or DOOR & set(wanted):
        _shoot_sizes(out, claimed_home, [DOOR_ONLY, *wanted])
    if wanted and set(wanted) <= DOOR:
        return
    hub = HubProgram(out / "hub")
    port = free_port()
    change_settings(home, room_finds=False, room_peers=f"https://127.0.0.1:{port}")
    # Its address is another one each time.
    for one in (home, other):
        hub.enrol(one)
    room = _serve_room(other, port)
    try:
        _shoot_sizes(out, home, wanted)
    finally:
        room.terminate()
        room.wait()
        hub.stop()


def _claimed(out: Path, home: Path) -> Path:
    """Return a copy of the town whose people have passwords."""
    made = out / "claimed"
    if not made.exists():
        claimed.claim(shutil.copytree(home, made))
        rig.unbound(made)
    return made


def _serve_room(home: Path, port: int) -> "subprocess.Popen[str]":
    """Let a station serve its room, and wait until it does."""
    room = subprocess.Popen(
        [sys.executable, "-m", "desktop", "room", "--port", str(port)],
        env={**os.environ, "GRIDDESK_HOME": str(home)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert room.stdout is not None
    room.stdout.readline()
    return room


def _disagree(home: Path, other: Path) -> None:
    """Let a second station of the town say otherwise what the first one says."""
    init_site(other, town=TOWN, name="采薇社区工作站", station="B2", key_kind="file",
              has_room_key=False, lists=None)  # fmt: skip
    with Store.open(home) as a, Store.open(other) as b:
        mark_as_demo(b)
        apart.meet(b, a)
        grid = rig.rows(a, "SELECT code FROM area WHERE level = 'grid' ORDER BY code")[0][0]
        first, second = (unit.code for unit in a.read(units)[:2])
        number = apart.report(a, content="兴禾路口积水，车辆熄火，过不去")
        lamps = [apart.report(a, content=f"兴禾路路灯不亮，第 {n} 处") for n in range(1, 6)]
        apart.do(a, number, "accept", class_code="ZF09", area_code=grid, urgency="critical",
                 not_duplicate="yes")  # fmt: skip
        apart.carry(a, b)
        apart.do(a, number, "dispatch", lead=first)
        apart.do(b, number, "dispatch", lead=second)
        apart.say(a, number, set={"content": "兴禾路口积水三十公分，一辆车熄火"})
        apart.say(b, number, set={"content": "兴禾路口积水，已放警示牌，抽水泵在路上"})
        for lamp in lamps:
            apart.say(a, lamp, set={"title": "路灯不亮"})
            apart.say(b, lamp, set={"title": "路灯闪烁，夜间看不清"})
        for store, name in ((a, "小王"), (b, "王建")):
            define_users(store, apart.ADMIN, [User("wang", name, ("dispatcher",))])
        apart.meet(a, b)
    for folder in (home, other):
        rig.unbound(folder)


def _shoot_sizes(out: Path, home: Path, wanted: Sequence[str]) -> None:
    for size in SIZES:
        for theme in THEMES:
            folder = out / f"{size.name}-{theme}"
            folder.mkdir(parents=True, exist_ok=True)
            arguments = [str(size.width), str(size.height), theme, str(home), str(folder), *wanted]
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


def shoot_all(
    width: int, height: int, theme: str, home: Path, out: Path, wanted: Sequence[str]
) -> None:
    """Walk through the screens of one window by keys and take a picture of each, or of some."""
    from PySide6.QtGui import QImage  # lazy: only the process of one size opens a window

    from desktop.app import make_application, open_session
    from desktop.play import Player
    from desktop.theme import apply_theme, load_theme

    if wanted[:1] == [DOOR_ONLY]:
        shutil.copytree(home, out / "door-home", dirs_exist_ok=True)
        home = out / "door-home"
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

    player.until(lambda: window.is_ready, "the keys")
    if wanted[:1] == [DOOR_ONLY]:
        _door(player, shoot)
        window.close()
        shutil.rmtree(home)
        return
    player.until(lambda: player.desk.detail is not None, "the queue")
    player.desk.focus_list()
    session.duty.switch(apart.LEADER)
    if not wanted:
        _desk(player, shoot)
    for key, name in (
        ("Alt+8", "board"), ("Alt+9", "map"), ("Alt+2", "import"), ("Alt+3", "reports"),
        ("Alt+4", "sync"), ("Alt+5", "data"), ("Alt+6", "search"), ("Alt+7", "lists"),
        ("Alt+0", "settings"), ("F3", "conflicts"), ("F10", "audit"),
    ):  # fmt: skip
        if wanted and name not in wanted:
            continue
        if name == "audit":
            session.duty.switch(AUDITOR)
            settle()
        player.press(key)
        settle()
        player.wait(1200 if name == "map" else 200)
        shoot(name)
        if name == "sync":
            player.until(lambda: session.exchange.state.is_up, "the hub")
            player.until(lambda: session.exchange.state.peers_up == 1, "the other of the room")
            player.wait(1500)
            shoot("sync")
            player.press("E")
            shoot("sync-enrol")
            player.press("Escape")
            player.press("Down")
            player.press("G")
            shoot("sync-grant")
            player.press("Escape")
        if name == "conflicts":
            player.press("2")
            shoot("conflicts-picked")
            for _ in range(3):
                player.press("Down")
                player.press("Space")
            shoot("conflicts-marked")
            player.press("Escape")
            player.press("End")
            shoot("conflicts-fact")
        if name == "search":
            player.press("F8")
            shoot("search-export")
            player.press("Escape")
        if name == "audit":
            player.press("Down")
            shoot("audit")
            player.press("E")
            shoot("audit-export")
            player.press("Escape")
            player.press("H")
            shoot("audit-checked")
            session.duty.switch(apart.LEADER)
        if name == "board":
            player.press("Tab")
            player.press("Return")
            shoot("board-card")
            player.press("Escape")
    if wanted:
        window.close()
        return
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


def _door(player: "object", shoot: Shoot) -> None:
    """Take the sign-in panel in its states, and the accounts."""
    from desktop.play import Player

    assert isinstance(player, Player)
    gate, store = player.window.gate, player.session.store
    panel = gate.panel

    def sign_in(key: str, password: str = claimed.PASSWORD) -> None:
        panel.form.person.set_value(key)
        panel.form.password.setText(password)
        panel.form.confirm()
        player.until(lambda: not panel.form.is_waiting, "an answer")

    shoot("door")
    sign_in(claimed.OFFICER, "wrong")
    shoot("door-wrong")
    sign_in(claimed.LEADER)
    shoot("door-factor")
    panel.factor.cancelled.emit()
    safe = claimed.actor(store, claimed.SAFE)
    once = reset_password(store, safe, claimed.OTHER)
    sign_in(claimed.OTHER, once)
    shoot("door-password")
    panel.new_password.cancelled.emit()
    set_emergency_code(store, safe)
    player.until(panel.form.emergency.isVisible, "the way to the code")
    panel.form.emergency.click()
    shoot("door-emergency")
    panel.emergency.cancelled.emit()
    sign_in(claimed.OFFICER)
    player.until(lambda: player.desk.detail is not None, "the queue")
    player.press("Ctrl+L")
    shoot("door-locked")
    panel.first.open_form(panel._door.policy)  # type: ignore[union-attr]
    panel._show(panel.first)
    shoot("door-first")
    panel._show(panel.waiting)
    shoot("door-waiting")
    panel._show(panel.form)
    sign_in(claimed.SAFE)
    shoot("accounts")
    screen = player.window.screen_named("accounts")
    for number, name in ((0, "new"), (6, "policy")):
        screen._known[number][0].click()  # type: ignore[attr-defined]
        shoot(f"accounts-{name}")
        screen._close()  # type: ignore[attr-defined]
    screen._known[3][0].click()  # type: ignore[attr-defined]
    screen.question._yes.click()  # type: ignore[attr-defined]
    shoot("accounts-once")


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
            int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], Path(sys.argv[5]), Path(sys.argv[6]),
            sys.argv[7:],
        )  # fmt: skip
    else:
        main(Path(sys.argv[1]).resolve(), sys.argv[2:])
