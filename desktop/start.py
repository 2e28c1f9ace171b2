"""Before the record is open: the passphrase, the first data, or what stands in the way."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from db.domain.errors import EnvironmentError_, GridDeskError
from db.store.keys import needs_passphrase
from db.store.manifest import Backup
from db.store.medium import CANCELLED, Watch
from db.store.repair import DAMAGED
from db.store.store import Store, read_site
from db.sync.cancel import Cancel
from desktop import crash
from desktop.i18n import BACKUP_STEPS, LACKING_RESTORED, describe, instant
from desktop.language import say
from desktop.override import override
from desktop.settings import load_settings
from desktop.upgrade_words import percent, upgrade_words
from desktop.widgets.backup_list import BackupList

if TYPE_CHECKING:
    from db.store.repair import Repaired
    from db.store.restore import Restored

_RESTORABLE = DAMAGED | {
    "record_missing",
    "site_incomplete",
    "site_file_damaged",
    "site_mismatch",
    "key_file_missing",
    "key_store_missing",
    "key_store_silent",
    "repair_impossible",
}
"""Codes of a refusal to open behind which a backup may stand in."""
_SMALL, _LARGE = (600, 260), (720, 560)


class StartWindow(QWidget):
    """Opens the record, asking for what it needs.

    `enter` is given the open record; once it has returned, this window goes away. What it raises,
    like whatever else stands in the way, is said here in words, with what remains possible.
    """

    _finished = Signal(object, object, object)
    _progressed = Signal(str, int, int)
    _upgraded = Signal(str, int, int)

    def __init__(self, home: Path, enter: Callable[[Store], object]) -> None:
        super().__init__()
        self._home = home
        self._enter = enter
        self._work: Future[Any] | None = None
        # Two: a slow stick that is still being searched must not hold up what was asked next.
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="griddesk-start")
        self._retry: Callable[[], object] = self.begin
        self._cancel = Cancel()
        self._typed = ""
        self.setWindowTitle(self.tr("网格指挥台"))
        self.resize(*_SMALL)
        self._build()
        self._finished.connect(self._on_finished, Qt.ConnectionType.QueuedConnection)
        self._progressed.connect(self._on_progress, Qt.ConnectionType.QueuedConnection)
        self._upgraded.connect(self.show_upgrade, Qt.ConnectionType.QueuedConnection)

    def begin(self) -> None:
        """Open at once where nothing need be asked."""
        # A slow stick may still be being searched: nobody waits for that any more.
        self._work = None
        try:
            site = read_site(self._home)
            is_locked = needs_passphrase(site.key_place)
        except Exception as error:
            self._on_failed(error)
            return
        if is_locked:
            self._ask_passphrase("")
        else:
            if self.isVisible():
                self._wait(self.tr("正在打开……"))
            self._open(None)

    def refuse(self, error: Exception) -> None:
        """Say what stands in the way, and what remains possible."""
        self._on_failed(error)

    def wait_for(self, work: "Future[Store]", cancel: Cancel) -> None:
        """Tell of an opening that is under way, which `cancel` ends, and of what comes of it."""
        self._wait(self.tr("正在打开……"))
        self._cancel = cancel
        self._follow(work, self._on_opened, self._on_not_opened)

    @Slot(str, int, int)
    def show_upgrade(self, step: str, done: int, total: int) -> None:
        """Say how far the change of an older record is, which can be ended."""
        if self._work is None:
            return
        if self._retry != self._stop:
            self._retry = self._stop
            self._say(self.tr("正在升级数据……"), " ", self.tr("中止"))
        self._hint.setText(upgrade_words(step, done, total))

    def begin_repair(self) -> None:
        """Repair the record, then say what came of it."""
        if self._lacks_passphrase():
            self._ask_passphrase("", self._repair_with)
            return
        self._wait(self.tr("正在修复……"), self._stop)
        home, typed, watch = self._home, self._typed, self._watch()
        folder = load_settings(home).backup_folder

        def work() -> "Repaired":
            from db.store.keys import load_key  # lazy: only after a damage
            from db.store.repair import repair
            from desktop.recovery import known_backups, once

            ask = once(typed) if typed else None
            key = load_key(home, read_site(home).key_place, ask)
            return repair(home, key, known_backups(home, folder), watch)

        self._run(work, self._on_repaired, self._on_failed)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        """End what is under way: nothing of it stays, and nobody is told of it any more."""
        self._work = None
        self._cancel.cancel()
        event.accept()

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(32, 28, 32, 28)
        layout.setSpacing(10)
        self._title = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self._title.setProperty("role", "title")
        self._hint = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self._hint.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._passphrase = QLineEdit()
        self._passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self._passphrase.setAccessibleName(self.tr("口令"))
        self._passphrase.returnPressed.connect(self._on_go)
        self._list = BackupList(self._run)
        self._list.accepted.connect(self._restore)
        self._list.chosen.connect(self._on_chosen)
        self._go = QPushButton()
        self._go.setProperty("kind", "primary")
        self._go.setAutoDefault(True)
        self._go.clicked.connect(self._on_go)
        self._mend = _button(self.tr("修复(&M)"), self.begin_repair)
        self._back_up = _button(self.tr("从备份还原(&R)…"), self._choose_backup)
        self._back = _button(self.tr("返回(&K)"), self.begin)
        quit_button = _button(self.tr("退出(&Q)"), self.close)
        row = QHBoxLayout()
        for button in (self._go, self._mend, self._back_up, self._back, quit_button):
            row.addWidget(button)
        row.addStretch(1)
        for widget in (self._title, self._hint, self._passphrase):
            layout.addWidget(widget)
        layout.addWidget(self._list, 1)
        layout.addStretch(0)
        layout.addLayout(row)

    def _say(
        self, title: str, hint: str, button: str, *, asks: bool = False, code: str = ""
    ) -> None:
        """Show a page; an error's `code` decides what else can be done."""
        self._title.setText(title)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self._go.setText(button)
        self._go.setVisible(bool(button))
        self._go.setEnabled(bool(button))
        self._passphrase.setVisible(asks)
        self._passphrase.setEnabled(asks)
        self._list.hide()
        self._back.hide()
        self._mend.setVisible(code in DAMAGED)
        self._back_up.setVisible(code in _RESTORABLE)
        self.show()
        self._passphrase.clear()
        wanted = self._passphrase if asks else self._go
        wanted.setFocus(Qt.FocusReason.OtherFocusReason)

    def _wait(self, title: str, retry: Callable[[], object] | None = None) -> None:
        """Show that something is under way, which `retry` ends where it can be ended."""
        self._cancel = Cancel()
        self._retry = retry or self.begin
        self._say(title, "", self.tr("中止") if retry else "")

    def _lacks_passphrase(self) -> bool:
        try:
            return not self._typed and needs_passphrase(read_site(self._home).key_place)
        except EnvironmentError_:
            return False

    def _repair_with(self, passphrase: str) -> None:
        self._typed = passphrase
        self.begin_repair()

    def _ask_passphrase(self, problem: str, then: Callable[[str], object] | None = None) -> None:
        use = then or self._open
        self._retry = lambda: use(self._passphrase.text())
        hint = problem or self.tr("数据已加密。请值班人员输入口令。")
        self._say(self.tr("请输入口令"), hint, self.tr("打开  Enter"), asks=True)

    def _make_demo(self) -> None:
        self._wait(self.tr("正在生成演示镇……"))
        self._hint.setText(self.tr("大约十几秒。"))
        self._hint.show()

        def work() -> Store:
            from db.demo.fill import DemoPlan, fill_demo  # lazy: only for a first look
            from db.store.clock import system_clock

            fill_demo(self._home, DemoPlan("990101001", 1, 1, system_clock()))
            return Store.open(self._home, what="window")

        self._run(work, self._on_opened, self._on_failed)

    def _open(self, passphrase: str | None) -> None:
        if passphrase is not None:
            self._typed = passphrase
            self._wait(self.tr("正在打开……"))

        def ask(is_retry: bool) -> str:
            # Asked again inside one attempt: the passphrase was wrong; let the window say so.
            if is_retry or passphrase is None:
                raise EnvironmentError_("passphrase_wrong")
            return passphrase

        watch = Watch(self._upgraded.emit, self._cancel)
        work = partial(Store.open, self._home, ask=ask, what="window", watch=watch)
        self._run(work, self._on_opened, self._on_not_opened)

    @Slot()
    def _choose_backup(self) -> None:
        self._show_list()
        folder = load_settings(self._home).backup_folder
        if folder:
            self._list.open_folder(folder)
        else:
            self._list.focus_folder()

    def _show_list(self) -> None:
        self._retry = self._on_accept
        hint = self.tr("选一个备份。在新机器上要输入纸上的恢复码。现在的数据会另存，不会删除。")
        self._say(self.tr("从备份还原"), hint, self.tr("还原并打开"))
        self._list.show()
        self._back.show()
        self.resize(*_LARGE)
        self._on_chosen()

    @Slot()
    def _on_chosen(self) -> None:
        if self._list.isVisible():
            self._go.setEnabled(self._list.backup is not None)

    def _on_accept(self) -> None:
        if self._list.backup is not None:
            self._restore(self._list.backup, self._list.secret)

    @Slot(object, str)
    def _restore(self, backup: Backup, secret: str) -> None:
        self._wait(self.tr("正在还原 {} 的备份……").format(instant(backup.made_at)), self._stop)
        home, watch = self._home, self._watch()

        def work() -> "Restored":
            from db.store.restore import restore  # lazy: rarely needed
            from desktop.recovery import unlock_typed

            return restore(backup, home, unlock_typed(backup, home, secret), watch=watch)

        self._run(work, self._on_restored, self._on_not_restored)

    def _on_restored(self, done: "Restored") -> None:
        if not done.lacking:
            self.begin()
            return
        self._retry = self.begin
        said = say(LACKING_RESTORED).format(done.lacking)
        self._say(self.tr("已还原"), said, self.tr("打开  Enter"))

    def _on_not_restored(self, error: Exception) -> None:
        crash.note(error)
        self._show_list()
        self._list.show_refusal("。".join(describe(error)))

    def _on_repaired(self, done: "Repaired") -> None:
        from desktop.recovery import repaired_lines, repaired_title  # lazy: only after a damage

        self._retry = self.begin
        said = "\n".join(repaired_lines(done))
        self._say(repaired_title(done), said, self.tr("打开  Enter"))

    def _watch(self) -> Watch:
        return Watch(self._progressed.emit, self._cancel)

    @Slot(str, int, int)
    def _on_progress(self, step: str, done: int, total: int) -> None:
        if self._work is not None:
            self._hint.setText(f"{BACKUP_STEPS[step]}{percent(done, total)}")
            self._hint.show()

    @Slot()
    def _stop(self) -> None:
        self._go.setEnabled(False)
        self._cancel.cancel()

    def _run(
        self,
        work: Callable[[], Any],
        on_done: Callable[[Any], object],
        on_error: Callable[[Exception], object],
    ) -> None:
        """Work in the background; what was still under way is no longer waited for."""
        self._follow(self._pool.submit(work), on_done, on_error)

    def _follow(
        self,
        work: Future[Any],
        on_done: Callable[[Any], object],
        on_error: Callable[[Exception], object],
    ) -> None:
        self._work = work
        # Emitted on the worker's thread, delivered on ours.
        work.add_done_callback(lambda done: self._finished.emit(done, on_done, on_error))

    @Slot()
    def _on_go(self) -> None:
        if self._work is None or self._retry == self._stop:
            self._retry()

    @Slot(object, object, object)
    def _on_finished(
        self,
        work: Future[Any],
        on_done: Callable[[Any], object],
        on_error: Callable[[Exception], object],
    ) -> None:
        if work is not self._work:
            return
        self._work = None
        try:
            on_done(work.result())
        except Exception as error:
            on_error(error)

    def _on_opened(self, store: Store) -> None:
        self._enter(store)
        self.hide()
        self._pool.shutdown(wait=False)

    def _on_not_opened(self, error: Exception) -> None:
        if _code(error) not in CANCELLED:
            self._on_failed(error)
            return
        self._retry = self.begin
        hint = self.tr("数据没有改动，没有丢失。下次打开时再升级。")
        self._say(self.tr("升级已中止"), hint, self.tr("重试"))

    def _on_failed(self, error: Exception) -> None:
        title, hint = describe(error)
        code = _code(error)
        if code == "passphrase_wrong":
            self._ask_passphrase(f"{title}。{hint}")
            return
        # Where something lies, a demo beside it would hide what is missing.
        if code == "record_missing" and not _holds_anything(self._home):
            self._retry = self._make_demo
            button = self.tr("建立演示镇并打开（仅供试看）")
        else:
            crash.note(error)
            self._retry = self.begin
            button = self.tr("重试")
        self._say(title, hint, button, code=code)


def _button(text: str, slot: Callable[[], object]) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(True)
    button.clicked.connect(slot)
    return button


def _code(error: Exception) -> str:
    return error.code if isinstance(error, GridDeskError) else ""


def _holds_anything(home: Path) -> bool:
    return home.is_dir() and any(home.iterdir())
