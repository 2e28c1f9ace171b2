"""Before the record is open: the passphrase, the first data, or what stands in the way."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from db.domain.errors import EnvironmentError_, GridDeskError
from db.store.keys import needs_passphrase
from db.store.store import Store, read_site
from desktop import crash
from desktop.i18n import describe


class StartWindow(QWidget):
    """Opens the record, asking for what it needs.

    `enter` is given the open record; once it has returned, this window goes away. What it raises,
    like whatever else stands in the way, is said here in words.
    """

    _finished = Signal()

    def __init__(self, home: Path, enter: Callable[[Store], object]) -> None:
        super().__init__()
        self._home = home
        self._enter = enter
        self._work: Future[Store] | None = None
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="griddesk-start")
        self._retry: Callable[[], None] = self.begin
        self.setWindowTitle(self.tr("网格指挥台"))
        self.resize(560, 260)
        self._build()
        self._finished.connect(self._on_finished, Qt.ConnectionType.QueuedConnection)

    def begin(self) -> None:
        """Open at once where nothing need be asked."""
        try:
            site = read_site(self._home)
            is_locked = needs_passphrase(site.key_place)
        except Exception as error:
            self._offer_demo(error)
            return
        if is_locked:
            self._ask_passphrase("")
        else:
            self._open(None)

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(32, 28, 32, 28)
        layout.setSpacing(10)
        self._title = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self._title.setProperty("role", "title")
        self._hint = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self._passphrase = QLineEdit()
        self._passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self._passphrase.setAccessibleName(self.tr("口令"))
        self._passphrase.returnPressed.connect(self._on_go)
        self._go = QPushButton()
        self._go.setProperty("kind", "primary")
        self._go.setAutoDefault(True)
        self._go.clicked.connect(self._on_go)
        quit_button = QPushButton(self.tr("退出"))
        quit_button.clicked.connect(self.close)
        row = QHBoxLayout()
        row.addWidget(self._go)
        row.addWidget(quit_button)
        row.addStretch(1)
        for widget in (self._title, self._hint, self._passphrase):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addLayout(row)

    def _say(self, title: str, hint: str, button: str, *, asks: bool = False) -> None:
        self._title.setText(title)
        self._hint.setText(hint)
        self._go.setText(button)
        self._go.setEnabled(bool(button))
        self._passphrase.setVisible(asks)
        self._passphrase.setEnabled(asks)
        self.show()
        self._passphrase.clear()
        wanted = self._passphrase if asks else self._go
        wanted.setFocus(Qt.FocusReason.OtherFocusReason)

    def _ask_passphrase(self, problem: str) -> None:
        self._retry = lambda: self._open(self._passphrase.text())
        hint = problem or self.tr("数据已加密。请值班人员输入口令。")
        self._say(self.tr("请输入口令"), hint, self.tr("打开  Enter"), asks=True)

    def _offer_demo(self, error: Exception) -> None:
        if _code(error) == "record_missing":
            self._retry = self._make_demo
            self._say(*describe(error), self.tr("建立演示镇并打开（仅供试看）"))
        else:
            self._on_failed(error)

    def _make_demo(self) -> None:
        self._say(self.tr("正在生成演示镇……"), self.tr("大约十几秒。"), "")

        def work() -> Store:
            from db.demo.fill import DemoPlan, fill_demo  # lazy: only for a first look
            from db.store.clock import system_clock

            fill_demo(self._home, DemoPlan("990101001", 1, 1, system_clock()))
            return Store.open(self._home)

        self._run(work)

    def _open(self, passphrase: str | None) -> None:
        if passphrase is not None:
            self._say(self.tr("正在打开……"), "", "")

        def ask(is_retry: bool) -> str:
            # Asked again inside one attempt: the passphrase was wrong; let the window say so.
            if is_retry or passphrase is None:
                raise EnvironmentError_("passphrase_wrong")
            return passphrase

        self._run(partial(Store.open, self._home, ask=ask))

    def _run(self, work: Callable[[], Store]) -> None:
        self._work = self._pool.submit(work)
        # Emitted on the worker's thread, delivered on ours.
        self._work.add_done_callback(lambda _: self._finished.emit())

    @Slot()
    def _on_go(self) -> None:
        if self._work is None:
            self._retry()

    @Slot()
    def _on_finished(self) -> None:
        assert self._work is not None
        work, self._work = self._work, None
        try:
            self._enter(work.result())
        except Exception as error:
            self._on_failed(error)
        else:
            self.hide()
            self._pool.shutdown(wait=False)

    def _on_failed(self, error: Exception) -> None:
        crash.note(error)
        title, hint = describe(error)
        if _code(error) == "passphrase_wrong":
            self._ask_passphrase(f"{title}。{hint}")
        else:
            self._retry = self.begin
            self._say(title, hint, self.tr("重试"))


def _code(error: Exception) -> str:
    return error.code if isinstance(error, GridDeskError) else ""
