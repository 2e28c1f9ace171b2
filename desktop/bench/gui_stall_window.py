"""The program's own window while the record works: how long its thread is kept from answering.

Run by hand with any size, `gui_stall_window.py SOURCE FOLDER OPS ROWS`: SOURCE is a record whose
ops another workstation takes in here.
"""

import csv
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import orjson
from PySide6.QtCore import QEventLoop, QTimer

from db.commands.site import init_site
from db.demo.bulk import TOWN, sample_cases
from db.demo.mark import mark_as_demo
from db.hub.room import issue_room_code
from db.store.store import Store
from db.sync.exchange import Collected, Limits, collect, own_heads, own_site, take_in
from db.sync.tls import spoken
from db.sync.wire import Want
from desktop.app import Session, make_application, open_session
from desktop.bench.meter import Meter
from desktop.collector import Collector
from desktop.serving import RoomChoice
from desktop.sheets import make_sheet

BEFORE = 3_000
"""Ops that are here before the window opens: lists, people and a first queue."""
GUEST_OPS = 2_000
"""Ops that another workstation brings while this one serves it."""
PATIENCE_MS = 1_500
_TITLES = ("工单编号", "标题", "主要内容", "受理时间", "事发地址", "来电人", "联系电话")


def main(source: Path, folder: Path, ops: int, rows: int) -> None:
    """Take in ops, make a sheet, import a file, serve another; print the longest gap of each."""
    home, orders = folder / "home", folder / "orders.csv"
    batches, key = _batches(source, ops)

    def key_of(*_: object) -> bytes:
        return key

    init_site(home, town=TOWN, name="测速", station="B9", key_kind="file")
    with Store.open(home) as store:
        mark_as_demo(store)
        for batch in _some(batches, BEFORE):
            take_in(store, batch.data, key_of=key_of)
    _write_orders(orders, rows)

    def apply() -> None:
        for batch in batches:
            take_in(session.store, batch.data, key_of=key_of)

    application = make_application()
    session = open_session(home)
    Collector(application, lambda: session.runner.pending > 0 or session.room.is_busy)
    session.window.resize(1366, 768)
    session.window.show()
    meter, gaps = Meter(), {}
    _wait(PATIENCE_MS)
    _until_idle(session)
    # What the first use loads and builds is loaded and built once.
    session.window.open_screen("import")
    session.window.open_screen("desk")
    _job(session, partial(_sheet, session))
    for name, work in (
        ("idle", partial(_wait, PATIENCE_MS)),
        ("apply", partial(_job, session, apply)),
        ("report", partial(_job, session, partial(_sheet, session))),
        ("import", partial(_import, session, orders)),
        ("serve", partial(_serve, session, folder / "guest")),
    ):
        meter.restart()
        begin = perf_counter()
        work()
        _wait(300)
        _until_idle(session)
        gap = meter.longest
        gaps[name] = round(gap.own, 1)
        took = perf_counter() - begin
        sys.stderr.write(
            f"{name}: {gap.own:.0f} ms ({gap.wall:.0f} by the clock) in {took:.1f} s\n"
        )
    sys.stdout.write(orjson.dumps(gaps).decode() + "\n")
    sys.stdout.flush()
    os._exit(0)


def _serve(session: Session, home: Path) -> None:
    """Serve the room from this window while another workstation fetches and brings ops."""
    session.room.choose(RoomChoice(port=_free_port()))
    _until(lambda: bool(session.room.state.url))
    _, _, port = session.room.state.url.rpartition(":")
    words = spoken(session.store.read(own_site).sign_key)
    code = issue_room_code(session.store.home)
    guest = Path(__file__).with_name("room_guest.py")
    arguments = (str(home), f"https://127.0.0.1:{port}", code, words, str(GUEST_OPS))
    process = subprocess.Popen([sys.executable, "-P", str(guest), *arguments])  # noqa: S603 - ours
    _until(lambda: process.poll() is not None)
    assert process.returncode == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _batches(source: Path, ops: int) -> tuple[list[Collected], bytes]:
    """Return the ops of a record as they travel, and the key they are signed with."""
    made: list[Collected] = []
    with Store.open(source, read_only=True) as store:
        chain = next(head for head in own_heads(store) if head.site == store.site.id)
        seq = 0
        while seq < min(ops + BEFORE, chain.seq):
            limits = Limits(ops=1_000) if seq < BEFORE else Limits()
            batch = collect(store, [Want(chain.site, chain.epoch, seq + 1)], limits)
            assert batch is not None
            made.append(batch)
            seq = batch.ends[chain.site, chain.epoch]
        return made, store.read(own_site).sign_key


def _some(batches: list[Collected], ops: int) -> list[Collected]:
    """Take the first batches of so many ops off the list."""
    taken: list[Collected] = []
    while batches and sum(batch.n_ops for batch in taken) < ops:
        taken.append(batches.pop(0))
    return taken


def _write_orders(path: Path, rows: int) -> None:
    cases = sample_cases()
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_TITLES)
        for n in range(rows):
            case = cases[n % len(cases)]
            phone = f"100{n:08d}"
            writer.writerow(
                (f"HX{n:07d}", case.title, case.content, "2026-11-20 09:30:00", case.address,
                 "钱七", phone)
            )  # fmt: skip


def _sheet(session: Session) -> int:
    duty = session.duty
    return len(make_sheet(session.store, duty.actor, duty.scope, "daily", "").pdf)


def _import(session: Session, path: Path) -> None:
    """Import as an operator does: the screen reads, shows and writes."""
    session.window.open_screen("import")
    screen: Any = session.window.screen_named("import")
    screen.import_file(path)
    _until(lambda: screen.summary is not None)
    done: list[object] = []
    screen.finished.connect(done.append)
    screen.confirm()
    _until(lambda: bool(done))


def _job(session: Session, work: Callable[[], object]) -> None:
    done: list[object] = []
    session.runner.job(work, done.append, done.append)
    _until(lambda: bool(done))
    if isinstance(done[0], Exception):
        raise done[0]


def _until_idle(session: Session) -> None:
    _until(lambda: session.runner.pending == 0)


def _until(is_true: Callable[[], bool]) -> None:
    while not is_true():
        _wait(20)


def _wait(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
