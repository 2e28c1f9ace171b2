"""One order goes all the way: from the file to the paper, by keys only, and to a second site."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from db.store.store import Store
from desktop.app import open_session
from desktop.play import Player
from tests.db.store.rig import as_demo

ROOT = Path(__file__).parents[2]
TOWN = "990101001"
PLACES = ("采薇社区", "砚湖社区", "梧桐社区")
ORDERS = [
    ("路口井盖缺失，夜间没有警示", "路口的井盖整个不见了，晚上路过很危险，请尽快补上。"),
    ("垃圾桶满溢没人清运", "垃圾桶满了两天，臭味很大，希望安排清运。"),
    ("夜市油烟太大", "楼下烧烤摊油烟直往屋里灌，窗户不敢开。"),
    ("消防通道被货车堵住", "消防通道天天停货车，出了事消防车进不来。"),
    ("电梯经常困人", "本周电梯困人三次，物业一直没有修。"),
    ("河面漂浮垃圾", "桥下河面全是水葫芦和塑料袋。"),
    ("路灯连续不亮", "小学门口五盏路灯都不亮，孩子放学摸黑。"),
    ("工地半夜施工", "凌晨两点还在打桩，没法睡觉。"),
    ("咨询居住证办理", "请问居住证到哪里办，要带什么材料。"),
    ("占道卖水果", "水果摊占了非机动车道，公交车靠不了站。"),
    ("自来水发黄", "这两天早上放出来的水是黄的。"),
    ("小区物业乱收费", "物业突然收装修管理费，没有任何通知。"),
]


def griddesk(home, *arguments):
    """Run a command as a technician would; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "desktop", *map(str, arguments)],
        env={**os.environ, "GRIDDESK_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def hub(tmp_path):
    """A hub in a process of its own; yields its folder and address."""
    data = tmp_path / "hub"
    process = subprocess.Popen(
        [sys.executable, "-m", "desktop", "hub", "--data", data, "--port", "0", "--key", "file"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    line = process.stdout.readline()
    url = re.search(r"http://\S+", line)
    assert url, line
    yield data, url[0]
    process.terminate()
    assert process.wait(30) in (0, -signal.SIGTERM)


@pytest.fixture
def orders_file(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["十二月热线工单"])
    sheet.append(["工单编号", "标题", "主要内容", "受理时间", "事发地址", "来电人", "联系电话"])
    for number, (title, content) in enumerate(ORDERS, start=1):
        place = f"{PLACES[number % 3]}中心路{number}号"
        caller = (f"钱七{number}", f"1000000{number:04d}")
        sheet.append([f"HX{number:06d}", title, content, "2026-11-20 09:30:00", place, *caller])
    path = tmp_path / "工单.xlsx"
    book.save(path)
    return path


def import_by_keys(player, path):
    player.press("Alt+2")
    screen = player.window.screen_named("import")
    player.press("Ctrl+L")
    player.type(str(path))
    player.press("Return")
    player.until(lambda: screen.summary is not None, "the preview")
    assert screen.summary.orders == len(ORDERS)
    results = []
    screen.finished.connect(results.append)
    player.press("Return")
    player.until(lambda: bool(results), "the end of the import")
    player.press("Alt+1")
    player.until(lambda: player.desk.view.current_id is not None, "the queue")
    return results[0]


def triage(player):
    """Work the incident shown through the loop; return its number."""
    player.until(player.state_is("reported"), "an incident to be accepted")
    number = player.desk.detail.incident.number
    player.accept(picks=True)
    player.dispatch()
    player.sign("值班员小吴")
    player.feed_back("现场已经处理完毕，拍照留存，群众知晓。", "值班员小吴")
    player.check()
    if not player.desk.detail.incident.callback_done:
        player.call_back()
    return number


def print_by_keys(player, sheets):
    player.desk.focus_list()
    player.press("P")
    player.until(lambda: player.desk.preview is not None, "the preview of the slip")
    preview = player.desk.preview
    player.until(lambda: preview.page_count > 0, "the pages of the slip")
    saved = []
    preview.saved.connect(saved.append)
    player.press("Ctrl+S")
    player.until(lambda: bool(saved), "the saved slip")
    player.press("Escape")
    text = subprocess.run(
        ["pdftotext", "-layout", saved[0], "-"], capture_output=True, text=True, check=True
    )
    return saved[0], text.stdout


def test_an_order_goes_all_the_way(tmp_path, hub, orders_file, qtbot):
    home, other = tmp_path / "a", tmp_path / "b"
    data, url = hub
    griddesk(home, "init", "--key", "file", "--station", "A1")
    as_demo(home)
    code = griddesk(home, "enrol", "--new-code", "--data", data, "--town", TOWN).strip()
    griddesk(home, "enrol", url, code)

    session = open_session(home)
    qtbot.addWidget(session.window)
    player = Player(session)
    with qtbot.waitActive(session.window):
        session.window.show()
        session.window.activateWindow()
    player.until(lambda: player.window.is_ready, "a window that takes keys")
    result = import_by_keys(player, orders_file)
    assert (result.added, result.rejected) == (len(ORDERS), 0)

    numbers, worked = [], set()
    for _ in range(10):
        player.until(lambda: player.desk.detail is not None, "the queue")
        player.until(
            lambda: player.desk.view.model().ids[0] not in worked, "the next one at the top"
        )
        player.desk.view.select_first()
        player.until(
            lambda: player.desk.detail.rid == player.desk.view.current_id, "the first incident"
        )
        worked.add(player.desk.detail.rid)
        numbers.append(triage(player))
    assert len(set(numbers)) == 10

    detail = player.desk.detail
    path, text = print_by_keys(player, session.context.sheets)
    squeezed = re.sub(r"\s", "", text)
    unit = detail.unit_names[detail.incident.lead_unit]
    for words in (detail.incident.number, detail.incident.title, unit, "现场已经处理完毕"):
        assert words in squeezed, (words, text)
    assert "1000000" not in squeezed
    assert path.parent == session.context.sheets

    player.press("Alt+4")
    player.press("F5")
    player.until(
        lambda: session.exchange.state.is_up and session.exchange.state.unsent == 0, "the line up"
    )
    session.window.close()

    griddesk(other, "init", "--key", "file", "--station", "B1", "--join")
    code = griddesk(other, "enrol", "--new-code", "--data", data, "--town", TOWN).strip()
    griddesk(other, "enrol", url, code)
    griddesk(other, "sync")
    seen = json.loads(griddesk(other, "list", "--archive", "--json", "--as", "周岚"))
    assert set(numbers) <= {row["number"] for row in seen}
    assert sorted(rows_of(other)) == sorted(rows_of(home))
    assert json.loads(griddesk(other, "verify", "--json"))["ok"]


def rows_of(home):
    """Return what a record says of every incident, without the row ids of its own."""
    with Store.open(home, read_only=True) as store:
        columns = [
            row[1] for row in store.reader().execute("PRAGMA table_info(incident)").fetchall()
        ]
        names = ", ".join(f'"{name}"' for name in columns if name != "rid")
        return [
            tuple(map(str, row))
            for row in store.reader().execute(f"SELECT {names} FROM incident").fetchall()
        ]
