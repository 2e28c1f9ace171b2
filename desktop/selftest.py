"""The self-test: whether everything the program is made of works on this machine.

All of it happens in a temporary folder. What a person's data holds is never opened.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import TYPE_CHECKING, NamedTuple

import resources
from db.commands.incidents import Done, Report, act, report_incident
from db.commands.site import TownLists, init_site, read_users
from db.demo.mark import mark_as_demo
from db.domain.calendar import DEFAULT_CALENDAR
from db.domain.errors import GridDeskError
from db.domain.ops import Actor
from db.domain.scope import Scope
from db.store.driver import PLAIN_HEADER
from db.store.envelopes import Caller
from db.store.lists import read_areas, read_units
from db.store.queries.incidents import incident_by_number
from db.store.queries.town import actor_named
from db.store.rebuild import rebuild
from db.store.store import RECORD, Store
from db.store.verify import verify
from db.store.witness import FOLDER_ENV
from desktop.i18n import describe
from desktop.settings import HOME_ENV

if TYPE_CHECKING:
    from PySide6.QtCore import SignalInstance

TOWN = "990101001"
STATION = "T1"
FAILED = 3
PATIENCE = 20.0
"""Seconds the window or the service may take."""
_OFFICER = "周岚"
_CAME = 1
_PARTS = (
    "pyqtgraph",
    "reportlab.platypus",
    "PySide6.QtPdf",
    "PySide6.QtPrintSupport",
    "PySide6.QtSvg",
    "keyring.backends.SecretService",
    "keyring.backends.Windows",
    "openpyxl",
    "shapely.geometry",
    "sqlite_utils",
    "chinese_calendar",
    "zstandard",
)
"""What the program imports only where it is wanted, or names only by text."""
_BEYOND_CALENDAR = date(2060, 10, 1)
_URL = re.compile(rb"http://[0-9.]+:[0-9]+")


class SelfTestError(Exception):
    """A step found something else than it should; the text says what."""


class Step(NamedTuple):
    """One thing that must work, and the name under which it is reported."""

    name: str
    run: Callable[["Trial"], None]


class Trial:
    """What the steps share: a folder of their own and the incident they work on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.number = ""

    @contextmanager
    def desk(self) -> Iterator[tuple[Store, Actor, Scope]]:
        """Open the record with someone on duty."""
        with Store.open(self.home) as store:
            actor, scope = store.read(lambda connection: actor_named(connection, _OFFICER))
            yield store, actor, scope


def run_self_test() -> int:
    """Try every part in turn and print a line for each; return 0, or 3 at the first that fails."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    before = {name: os.environ.get(name) for name in (HOME_ENV, FOLDER_ENV)}
    with TemporaryDirectory(prefix="griddesk-", ignore_cleanup_errors=True) as folder:
        trial = Trial(Path(folder))
        os.environ[HOME_ENV] = str(trial.home)
        os.environ[FOLDER_ENV] = str(Path(folder) / "witness")
        try:
            is_ok = all(
                _passes(step, f"自检 {number}/{len(STEPS)} {step.name}", trial)
                for number, step in enumerate(STEPS, start=1)
            )
        finally:
            _restore(before)
    _say("自检通过" if is_ok else "自检未通过")
    return 0 if is_ok else FAILED


def _passes(step: Step, title: str, trial: Trial) -> bool:
    try:
        step.run(trial)
    except GridDeskError as error:
        reason, hint = describe(error)
        _say(f"{title} … 失败：{reason}。{hint}")
        return False
    except Exception as error:
        # Whatever it is, the one who reads this must learn which part it was.
        _say(f"{title} … 失败：{type(error).__name__}: {error}")
        return False
    _say(f"{title} … 好")
    return True


def _say(line: str) -> None:
    # A console of another encoding must not end the test.
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(line.encode(encoding, "replace").decode(encoding) + "\n")
    sys.stdout.flush()


def _restore(before: dict[str, str | None]) -> None:
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


def _expect(is_so: bool, what: str) -> None:
    if not is_so:
        raise SelfTestError(what)


def _make_record(trial: Trial) -> None:
    lists = TownLists(
        areas=tuple(read_areas()),
        units=tuple(read_units(TOWN)),
        users=tuple(read_users(TOWN, resources.path("lists/users.csv"))),
    )
    init_site(
        trial.home, town=TOWN, name="自检", station=STATION, key_kind="file", lists=lists
    )  # fmt: skip
    with Store.open(trial.home) as store:
        mark_as_demo(store)
    with (trial.home / RECORD).open("rb") as file:
        _expect(file.read(len(PLAIN_HEADER)) != PLAIN_HEADER, "数据文件没有加密")


def _work_on_one(trial: Trial) -> None:
    with trial.desk() as (store, actor, scope):
        content = "桂塘社区路口井盖缺失，车辆绕行"
        report = Report(
            {"content": content, "source": "phone", "address": "桂塘社区"}, Caller("张三", "")
        )
        trial.number = report_incident(store, actor, report).number
        accepted = _act(trial, store, actor, scope, "accept")
        dispatched = _act(trial, store, actor, scope, "dispatch")
    _expect(accepted.state == "accepted", f"受理后状态为 {accepted.state}")
    _expect(dispatched.state == "dispatched", f"分流后状态为 {dispatched.state}")


def _act(trial: Trial, store: Store, actor: Actor, scope: Scope, action: str) -> Done:
    """Take an action with what the program itself suggests for it."""
    detail = store.read(lambda c: incident_by_number(c, scope, trial.number, store.clock()))
    assert detail is not None
    if action == "accept":
        _expect(bool(detail.suggestions), "没有分类建议")
        values = {
            "class_code": detail.suggestions[0].class_code,
            "area_code": detail.suggested_area[0] or TOWN,
        }
    else:
        _expect(bool(detail.recommendations), "没有主办建议")
        values = {"lead": detail.recommendations[0].unit.code}
    return act(store, actor, scope, trial.number, action, values)


def _verify(trial: Trial) -> None:
    with Store.open(trial.home, read_only=True) as store:
        found = store.read(verify)
    _expect(found.is_ok and found.ops > 0, f"{found.problems}")


def _import_parts(_: Trial) -> None:
    for name in _PARTS:
        import_module(name)
    reason, is_known = DEFAULT_CALENDAR.day_off(_BEYOND_CALENDAR)
    _expect((reason, is_known) == ("", False), "节假日表之外的年份")


def _open_window(trial: Trial) -> None:
    from desktop.app import open_session  # lazy: a broken Qt must fail in this step

    session = open_session(trial.home)
    try:
        session.window.show()
        is_loaded = _wait_for(session.window.desk.loaded)
        shown = session.window.desk.view.model().rowCount()
    finally:
        session.window.close()
    _expect(is_loaded, f"{PATIENCE:.0f} 秒内没有显示队列")
    _expect(shown == 1, f"队列有 {shown} 件")


def _wait_for(signal: "SignalInstance") -> bool:
    """Let Qt work until a signal comes; tell whether it came in time."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    signal.connect(lambda *_: loop.exit(_CAME))
    QTimer.singleShot(int(PATIENCE * 1000), loop.quit)
    return loop.exec() == _CAME


def _make_slip(trial: Trial) -> None:
    from PySide6.QtPdf import QPdfDocument

    from desktop.sheets import make_sheet, save_sheet

    with trial.desk() as (store, actor, scope):
        sheet = make_sheet(store, actor, scope, "slip", trial.number)
        path = save_sheet(store, actor, sheet, trial.folder)
    document = QPdfDocument()
    error = document.load(str(path))
    _expect(error == QPdfDocument.Error.None_, f"PDF 打不开：{error.name}")
    text = "".join(document.getAllText(page).text() for page in range(document.pageCount()))
    _expect(trial.number in "".join(text.split()), "PDF 中没有事件编号")
    document.close()


def _exchange(trial: Trial) -> None:
    from db.hub.server import init_hub, issue_code
    from db.sync.client import HubClient, sync_once

    hub = trial.folder / "hub"
    init_hub(hub, "自检交换", "file")
    with (
        _serving(trial.folder, hub) as url,
        Store.open(trial.home) as store,
        HubClient(store, url) as client,
    ):
        client.enrol(issue_code(hub, TOWN))
        result = sync_once(store, client)
    _expect(result.pushed > 0 and not result.unsent, f"发出 {result.pushed}，待发 {result.unsent}")


@contextmanager
def _serving(folder: Path, hub: Path) -> Iterator[str]:
    """Run the service in a process of its own, as a district does; give its address."""
    log = folder / "hub.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [*_program(), "hub", "--data", str(hub), "--port", "0"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=None if _is_frozen() else Path(__file__).resolve().parents[1],
        )
    try:
        yield _address(process, log)
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _address(process: "subprocess.Popen[bytes]", log: Path) -> str:
    limit = monotonic() + PATIENCE
    while monotonic() < limit and process.poll() is None:
        found = _URL.search(log.read_bytes())
        if found:
            return found.group().decode()
        sleep(0.05)
    said = log.read_bytes().decode(errors="replace").strip()[-300:]
    raise SelfTestError(f"交换服务没有启动：{said}")


def _program() -> list[str]:
    return [sys.executable] if _is_frozen() else [sys.executable, "-m", "desktop"]


def _is_frozen() -> bool:
    return bool(getattr(sys, "frozen", False))


def _rebuild(trial: Trial) -> None:
    with trial.desk() as (store, _, scope):
        now = store.clock()
        before = store.read(lambda c: incident_by_number(c, scope, trial.number, now))
        rebuild(store)
        after = store.read(lambda c: incident_by_number(c, scope, trial.number, now))
    _expect(after is not None and after == before, "重建后数据不同")


STEPS = (
    Step("加密文件", _make_record),
    Step("登记、受理、分流", _work_on_one),
    Step("核对记录链", _verify),
    Step("各部件可用", _import_parts),
    Step("窗口和队列", _open_window),
    Step("处理单 PDF", _make_slip),
    Step("本机交换", _exchange),
    Step("由日志重建", _rebuild),
)
