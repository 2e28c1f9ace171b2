"""数据与备份: the daily backup, the drill, the recovery code, rebuild, restore and repair."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from db.commands.keys import renew_recovery_code
from db.domain.errors import GridDeskError
from db.domain.ops import Actor
from db.store.health import Health
from db.store.manifest import Backup
from db.store.medium import CANCELLED, Watch
from db.sync.cancel import Cancel
from desktop.backups import Backups, BackupState, backup_kind, backup_text
from desktop.context import AppContext
from desktop.i18n import (
    BACKUP_STEPS,
    BACKUP_WARNINGS,
    LACKING_IN_BACKUP,
    LACKING_RESTORED,
    RENEWED,
    WITNESS_ERROR,
    describe,
    instant,
    span_text,
)
from desktop.language import say
from desktop.screens.data.confirm import Confirm
from desktop.widgets.backup_list import BackupList
from desktop.widgets.second_person import SecondPerson, is_needed

LOG_LINES = 200
_ENDED = CANCELLED | {"rebuild_cancelled"}


class DataScreen(QWidget):
    """Shows a `BackupState` and does what is asked. `reopen_asked(repairs)` ends this session.

    A restore is made ready beside the open record and takes its place when that is reopened.
    """

    reopen_asked = Signal(bool)

    def __init__(
        self, context: AppContext, backups: Backups, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._backups = backups
        self._cancel = Cancel()
        self._is_busy = False
        self._is_restoring = False
        self._shown_step = ""
        self._has_code: bool | None = None
        self._left: QWidget | None = None
        self._values: dict[str, QLabel] = {}
        self._build()
        backups.changed.connect(self._on_state)
        self._on_state(backups.state)
        self._load_code()

    @Slot(object)
    def show_health(self, health: Health) -> None:
        """Show whether the record is damaged, and offer to repair it."""
        self._mend.setVisible(bool(health.damaged))
        damaged = self.tr("▲ 有损坏，已停止写入；可以修复")
        text = damaged if health.damaged else self.tr("没有发现损坏")
        self._say("health", text, "danger" if health.damaged else "")

    def cancel(self) -> None:
        """End what is under way."""
        self._cancel.cancel()
        self._backups.cancel()

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        title = QLabel(self.tr("数据与备份"), textFormat=Qt.TextFormat.PlainText)
        title.setProperty("role", "title")
        layout.addWidget(title)
        layout.addLayout(self._facts())
        layout.addLayout(self._buttons())
        self._confirm = Confirm()
        layout.addWidget(self._confirm)
        self.second = SecondPerson(self._context)
        layout.addWidget(self.second)
        layout.addWidget(self._restore_card())
        self._log = QPlainTextEdit(self, readOnly=True)
        self._log.setMaximumBlockCount(LOG_LINES)
        self._log.setAccessibleName(self.tr("备份记录"))
        self._log.setPlaceholderText(self.tr("备份、演练、重建的结果会写在这里"))
        self._log.setTabChangesFocus(True)
        layout.addWidget(self._log, 1)

    def _facts(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        rows = (
            ("home", self.tr("数据目录"), str(self._context.store.home)),
            ("health", self.tr("数据"), self.tr("没有发现损坏")),
            ("folder", self.tr("备份到"), "—"),
            ("last", self.tr("上次备份"), "—"),
            ("code", self.tr("恢复码"), "—"),
            ("trouble", self.tr("提醒"), "—"),
        )
        for number, (key, name, value) in enumerate(rows):
            label = QLabel(name, textFormat=Qt.TextFormat.PlainText)
            label.setProperty("role", "dim")
            shown = QLabel(value, textFormat=Qt.TextFormat.PlainText, wordWrap=True)
            self._values[key] = shown
            grid.addWidget(label, number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(shown, number, 1)
        return grid

    def _buttons(self) -> QHBoxLayout:
        line = QHBoxLayout()
        self._now = _button(self.tr("立即备份  F5"), self._backups.run_now)
        self._now.setProperty("kind", "primary")
        self._choose = _button(self.tr("备份目录(&B)…"), self._choose_folder)
        self._drill = _button(self.tr("演练(&L)"), self._start_drill)
        self._code = _button(self.tr("恢复码(&C)…"), self._ask_code)
        self._rebuild = _button(self.tr("重建数据表(&T)"), self._start_rebuild)
        self._restore = _button(self.tr("还原(&R)…"), self._open_list)
        self._mend = _button(self.tr("修复(&M)…"), self._ask_repair)
        self._mend.setProperty("kind", "danger")
        self._mend.hide()
        self._stop = _button(self.tr("中止(&S)"), self.cancel)
        for button in (
            self._now, self._choose, self._drill, self._code, self._rebuild, self._restore,
            self._mend, self._stop,
        ):  # fmt: skip
            line.addWidget(button)
        line.addStretch(1)
        self.setFocusProxy(self._now)
        return line

    def _restore_card(self) -> QFrame:
        self._card = QFrame()
        self._card.setProperty("role", "card")
        self._list = BackupList(partial(self._context.runner.job, owner=self))
        self._list.accepted.connect(self._ask_restore)
        column = QVBoxLayout(self._card)
        column.addWidget(self._list)
        line = QHBoxLayout()
        line.addWidget(_button(self.tr("还原这个备份…"), self._on_accept))
        line.addWidget(_button(self.tr("收起"), self._close_list))
        line.addStretch(1)
        column.addLayout(line)
        self._card.hide()
        return self._card

    @Slot(object)
    def _on_state(self, state: BackupState) -> None:
        now = self._context.clock()
        self._say("folder", state.folder or self.tr("还没有选；请选 U 盘或另一块磁盘上的目录"), "")
        self._say("last", backup_text(state, now), backup_kind(state, now))
        lines = ["".join(BACKUP_WARNINGS[code]) for code in state.warnings if code == "same_disk"]
        if state.error is not None:
            lines.insert(0, "。".join(describe(state.error)))
        if self._context.store.witness_error:
            lines.append("。".join(map(say, WITNESS_ERROR)))
        if renewed := self._context.store.renewed:
            lines.append("。".join(RENEWED[renewed]))
        self._say("trouble", "\n".join(lines) or self.tr("没有"), "warn" if lines else "")
        self._enable()

    def _load_code(self) -> None:
        home = self._context.store.home

        def has_code() -> bool:
            from db.store.store import read_site

            return read_site(home).recovery is not None

        self._context.runner.read(has_code, self._show_code, lambda _: None, "code", self)

    def _show_code(self, has_code: bool) -> None:
        self._has_code = has_code
        said = self.tr("已有；以后的备份凭纸上的恢复码在任何机器上打开")
        missing = "▲ " + "".join(BACKUP_WARNINGS["no_recovery"])
        self._say("code", said if has_code else missing, "" if has_code else "warn")

    @Slot()
    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, self.tr("选择备份目录"), self._backups.state.folder)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._backups.choose_folder)
        dialog.open()

    # the recovery code

    @Slot()
    def _ask_code(self) -> None:
        hint = self.tr("只显示一次，请备好纸笔。以后的备份凭新的恢复码打开。")
        if self._has_code:
            hint += self.tr("以前的备份仍用以前的恢复码，两张纸都要留。")
        self._confirm.ask(self.tr("生成新的恢复码？"), hint, self.tr("生成"), self._make_code)

    def _make_code(self, second: Actor | None = None) -> None:
        here = self._context.duty.while_here
        work = partial(renew_recovery_code, self._context.store, self._context.duty.actor)
        # What was made for one who sat here is not shown to the next.
        self._start(partial(work, second=second), here(self._on_code), here(self._on_no_code))

    def _on_no_code(self, error: Exception) -> None:
        if is_needed(error):
            self.second.ask(error, self._make_code)
        else:
            self._show_failure(error)

    def _on_code(self, code: str) -> None:
        self._show_code(True)
        self._confirm.ask(
            code,
            self.tr("请抄在纸上，交单位保管。收起以后不再显示。"),
            self.tr("已抄好，现在备份一次"),
            self._backups.run_now,
            is_code=True,
        )

    # the drill

    @Slot()
    def _start_drill(self) -> None:
        folder, store, watch = self._backups.state.folder, self._context.store, self._watch()

        def work() -> Any:
            from db.domain.errors import InputError
            from db.store.drill import drill
            from db.store.manifest import list_backups
            from db.store.restore import unlock

            found = list_backups(Path(folder)) if folder else []
            mine = [one for one in found if one.site == store.site.id]
            if not mine:
                raise InputError("backup_unknown", path=folder or "—")
            key = unlock(mine[0], store.home).key
            return drill(mine[0], key, store.clock, store, watch)

        self._start(work, self._on_drilled)

    def _on_drilled(self, shown: Any) -> None:
        when = instant(shown.backup.made_at)
        if shown.differing:
            self._note(
                say("✕ {} 的备份：数据表与日志不符（{}）").format(when, "、".join(shown.differing))
            )
            return
        spent = sum(shown.seconds.values())
        behind = (
            say("比现在少 {} 条（{}前的备份）").format(shown.behind_ops, span_text(shown.behind_ms))
            if shown.behind_ops
            else say("与现在的数据一样新")
        )
        if shown.lacking:
            self._note(say(LACKING_IN_BACKUP).format(shown.lacking))
        self._note(
            say("✓ 演练通过：{} 的备份能还原，{} 条记录，{}，用时 {:.1f} 秒").format(
                when, shown.ops, behind, spent
            )
        )

    # the rebuild

    @Slot()
    def _start_rebuild(self) -> None:
        store, watch = self._context.store, self._watch()

        def work() -> int:
            from db.store.rebuild import rebuild  # lazy: rarely needed

            progress = partial(watch.on_progress, "rebuild")
            return rebuild(store, progress=progress, is_cancelled=watch.is_cancelled)

        self._start(work, lambda folded: self._note(say("✓ 已由 {} 条记录重建").format(folded)))

    # restore and repair

    @Slot()
    def _open_list(self) -> None:
        self._log.hide()
        self._card.show()
        if self._backups.state.folder:
            self._list.open_folder(self._backups.state.folder)
        else:
            self._list.focus_folder()

    @Slot()
    def _close_list(self) -> None:
        self._card.hide()
        self._log.show()
        self._restore.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_accept(self) -> None:
        if self._list.backup is not None:
            self._ask_restore(self._list.backup, self._list.secret)

    @Slot(object, str)
    def _ask_restore(self, backup: Backup, secret: str) -> None:
        self._card.hide()
        self._log.show()
        self._confirm.ask(
            self.tr("用 {} 的备份替换现在的数据？").format(instant(backup.made_at)),
            self.tr("先核对备份，然后窗口会重新打开。现在的数据整个另存在数据目录里，不删除。"),
            self.tr("还原"),
            partial(self._prepare, backup, secret),
        )

    def _prepare(self, backup: Backup, secret: str) -> None:
        home, watch = self._context.store.home, self._watch()

        def work() -> Any:
            from db.store.restore import prepare
            from desktop.recovery import unlock_typed

            return prepare(backup, home, unlock_typed(backup, home, secret), watch=watch)

        self._is_restoring = True
        self._start(work, self._on_prepared)

    def _on_prepared(self, done: Any) -> None:
        reopen = partial(self.reopen_asked.emit, False)
        if not done.lacking:
            reopen()
            return
        self._confirm.ask(
            say(LACKING_RESTORED).format(done.lacking),
            self.tr("重新打开以后用的是还原的数据。"),
            self.tr("重新打开"),
            reopen,
        )

    @Slot()
    def _ask_repair(self) -> None:
        self._confirm.ask(
            self.tr("现在修复？"),
            self.tr(
                "窗口会关闭，由记录最全的备份和还读得出的记录重建，再重新打开。损坏的文件另存，不删除。"
            ),
            self.tr("修复"),
            partial(self.reopen_asked.emit, True),
        )

    # work

    def _watch(self) -> Watch:
        self._cancel = Cancel()
        return Watch(self._on_progress, self._cancel)

    def _on_progress(self, step: str, done: int, total: int) -> None:
        """Carry how far the work is from its thread to the GUI's."""
        percent = f" {done * 100 // total}%" if total > 1 else ""
        text = f"{BACKUP_STEPS[step]}{percent}……"
        if text != self._shown_step:
            self._shown_step = text
            self._context.runner.post(partial(self._say, "trouble", text, "dim"))

    def _start(
        self,
        work: Callable[[], Any],
        on_done: Callable[[Any], object],
        on_failed: Callable[[Exception], object] | None = None,
    ) -> None:
        self._is_busy = True
        self._left = self.focusWidget()
        self._enable()
        self._stop.setFocus(Qt.FocusReason.OtherFocusReason)

        def done(value: Any) -> None:
            self._end()
            on_done(value)

        def failed(error: Exception) -> None:
            self._end()
            (on_failed or self._show_failure)(error)

        self._context.runner.job(work, done, failed, self)

    def _show_failure(self, error: Exception) -> None:
        title, hint = describe(error)
        mark = "○" if isinstance(error, GridDeskError) and error.code in _ENDED else "✕"
        self._note(f"{mark} {title}。{hint}")
        if self._is_restoring:
            self._is_restoring = False
            self._log.hide()
            self._card.show()
            self._list.show_refusal(f"{title}。{hint}")

    def _end(self) -> None:
        self._is_busy = False
        self._on_state(self._backups.state)
        if self._left is not None and self.isVisible():
            self._left.setFocus(Qt.FocusReason.OtherFocusReason)

    def _enable(self) -> None:
        is_busy = self._is_busy or self._backups.state.is_running
        for button in (
            self._choose, self._drill, self._code, self._rebuild, self._restore, self._mend
        ):  # fmt: skip
            button.setEnabled(not is_busy)
        self._now.setEnabled(not is_busy and bool(self._backups.state.folder))
        self._stop.setVisible(is_busy)

    def _note(self, text: str) -> None:
        self._log.appendPlainText(f"{instant(self._context.clock())}  {text}")

    def _say(self, key: str, text: str, role: str) -> None:
        label = self._values[key]
        label.setText(text)
        if label.property("role") != role:
            label.setProperty("role", role)
            label.style().unpolish(label)
            label.style().polish(label)


def _button(text: str, slot: Callable[[], object]) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(True)
    button.clicked.connect(slot)
    return button
