"""Adding files to an incident and taking copies out: dialogs, progress, what was refused."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, QTimer
from PySide6.QtWidgets import QFileDialog, QFrame, QLabel, QVBoxLayout, QWidget
from shiboken6 import isValid

from db.commands.attachments import Outcome, Refused, attach_all, open_attachment, sweep
from db.domain.attachments import TYPES
from db.domain.ops import Actor
from db.store.files import write_file
from db.store.queries.attachments import AttachmentRow
from desktop.context import OK, WARN, AppContext
from desktop.i18n import describe, renamed_text
from desktop.language import say
from desktop.leaving import tell_left

PATIENCE_MS = 1_000
"""How long adding may take before it is shown."""
SWEEP_MS = 60_000
"""After the window opened, when blobs that a crash left over are looked for."""


class AttachBar(QFrame):
    """Stands above the detail while there is something to say; takes no room otherwise."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._folder = _standard_folder(QStandardPaths.StandardLocation.PicturesLocation)
        self._running = 0
        self._text = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self._hint = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self._hint.setProperty("role", "dim")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 10, 16, 10)
        layout.setSpacing(4)
        layout.addWidget(self._text)
        layout.addWidget(self._hint)
        self.setProperty("role", "form")
        self.hide()
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._show_progress)
        self._progress = (0, 0)
        QTimer.singleShot(SWEEP_MS, self, self._sweep)

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text() if not self.isHidden() else ""

    def choose(self, number: str) -> None:
        """Ask for files, then add them to the incident with a number."""
        suffixes = " ".join(f"*{suffix}" for known in TYPES for suffix in known.suffixes)
        dialog = QFileDialog(self, say("给 {} 加附件").format(number), self._folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters([say("图片、录音、文档 ({})").format(suffixes), say("全部文件 (*)")])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(partial(self._on_chosen, number))
        dialog.open()

    def add(self, number: str, paths: Sequence[Path]) -> None:
        """Add files to the incident with a number, in the background."""
        if not paths:
            return
        store, duty, runner = self._context.store, self._context.duty, self._context.runner
        actor, scope = duty.actor, duty.scope

        def progress(done: int, total: int) -> None:
            runner.post(partial(self._on_progress, done, total))

        self.clear()
        self._running += 1
        self._progress = (0, len(paths))
        self._patience.start()
        runner.job(
            lambda: attach_all(store, actor, scope, number, paths, progress),
            partial(self._on_added, actor, number),
            partial(self._on_failed, duty.while_here(duty.tell_error)),
            self,
        )

    def save_as(self, number: str, row: AttachmentRow) -> None:
        """Ask where to, then write a copy in clear; it is opened by nobody here."""
        folder = _standard_folder(QStandardPaths.StandardLocation.DownloadLocation)
        dialog = QFileDialog(self, say("另存为"), folder)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.selectFile(row.name)
        dialog.fileSelected.connect(lambda name: self.save_to(number, row, Path(name)))
        dialog.open()

    def save_to(self, number: str, row: AttachmentRow, path: Path) -> None:
        """Write a copy in clear to a file."""
        store, duty = self._context.store, self._context.duty
        actor, scope = duty.actor, duty.scope

        def work() -> Path:
            write_file(path, open_attachment(store, scope, number, row.blob).content)
            tell_left(store, actor, "attachment", path, about=number)
            return path

        self._context.runner.job(
            work,
            duty.while_here(lambda saved: duty.tell(OK, say("已保存：{}").format(saved))),
            duty.while_here(duty.tell_error),
            self,
        )

    def clear(self) -> bool:
        """Say nothing more of files refused; return whether there was something."""
        was_shown = not self.isHidden()
        if not self._running:
            self.hide()
        return was_shown and not self._running

    def _on_chosen(self, number: str, names: Sequence[str]) -> None:
        paths = [Path(name) for name in names]
        if paths:
            self._folder = str(paths[0].parent)
        self.add(number, paths)

    def _on_progress(self, done: int, total: int) -> None:
        if isValid(self):
            self._progress = (done, total)
            if not self.isHidden():
                self._show_progress()

    def _show_progress(self) -> None:
        done, total = self._progress
        if self._running:
            self._show(
                say("正在加密保存附件 {} / {} ……").format(min(done + 1, total), total),
                say("可以接着做别的"),
            )

    def _on_added(self, actor: Actor, number: str, outcome: Outcome) -> None:
        self._settle()
        duty = self._context.duty
        if actor != duty.actor:
            # Names of files are the other person's; that something is missing is not.
            if outcome.refused:
                duty.tell(WARN, say("换人前加的附件有 {} 个没有加入").format(len(outcome.refused)))
            return
        if outcome.added:
            notes = [renamed_text(item.named_as, item.media) for item in outcome.added]
            remark = next(filter(None, notes), "")
            duty.tell(
                OK,
                say("附件  {}  已加入 {} 个").format(number, len(outcome.added)),
                remark,
            )
        if outcome.refused:
            self._show_refused(number, outcome.refused)

    def _show_refused(self, number: str, refused: Sequence[Refused]) -> None:
        """Name each file that was not added; it stays until it is put away."""
        said = [describe(item.error) for item in refused]
        hints = {hint for _, hint in said}
        why = hints.pop() if len(hints) == 1 else say("其余的不受影响。")
        lines = [say("{} 没有加入的文件：").format(number[-6:]), *(title for title, _ in said)]
        self._show("\n".join(lines), say("{}按 Esc 收起。").format(why))

    def _on_failed(self, tell: Callable[[Exception], None], error: Exception) -> None:
        self._settle()
        tell(error)

    def _settle(self) -> None:
        self._running -= 1
        if not self._running:
            self._patience.stop()
            self.hide()

    def _show(self, text: str, hint: str) -> None:
        self._text.setText(text)
        self._hint.setText(hint)
        self.setAccessibleName(f"{text} {hint}")
        self.show()

    def _sweep(self) -> None:
        store = self._context.store
        self._context.runner.job(lambda: sweep(store), lambda _: None, owner=self)


def _standard_folder(place: QStandardPaths.StandardLocation) -> str:
    return QStandardPaths.writableLocation(place) or str(Path.home())
