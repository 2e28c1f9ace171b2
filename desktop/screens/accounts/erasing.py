"""Erasing who called, by number: whoever may do that sees no incident."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop import crash
from desktop.context import WARN, AppContext
from desktop.language import say
from desktop.screens.data.confirm import Confirm
from desktop.widgets.entry_form import EntryForm

if TYPE_CHECKING:
    from db.commands.erasure import Erased
    from db.store.shredding import Settled


class EraseForm(EntryForm):
    """Which incident, and why."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(say("删除来电人信息  Enter"), say("收起  Esc"), parent)
        self.number, self.reason = QLineEdit(), QLineEdit()
        self.reason.setPlaceholderText(say("记入日志，不写个人信息"))
        self.add_field(say("事件编号（写全）"), self.number)
        self.add_field(say("为什么删"), self.reason)

    def open_empty(self) -> None:
        """Ask anew."""
        for field in (self.number, self.reason):
            field.clear()
        self.say(
            say("删除来电人信息"),
            say("连同文中号码和附件，从本机、备份、交换服务和其他站点删掉，不能恢复。"),
        )
        self.start()


class Erasing(QObject):
    """Asks what is to be erased and once more whether, erases it, and carries it to the backups.

    `done(str)` with what to say once it is durable.
    """

    done = Signal(str)

    def __init__(self, context: AppContext, confirm: Confirm, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._confirm = confirm
        self.form = EraseForm()
        self.form.confirmed.connect(self._ask)

    @Slot()
    def _ask(self) -> None:
        number, reason = self.form.number.text().strip(), self.form.reason.text().strip()
        self._confirm.ask(
            self.tr("删除 {} 的来电人信息？").format(number),
            self.tr("删了就没有了，谁也恢复不了。删除这件事本身记入日志。"),
            self.tr("删除"),
            partial(self._erase, number, reason),
        )

    def _erase(self, number: str, reason: str) -> None:
        from db.commands.erasure import erase_caller  # lazy: off the start path

        store, duty = self._context.store, self._context.duty
        self.form.wait()
        self._context.runner.write(
            partial(erase_caller, store, duty.actor, number, reason),
            duty.while_here(self._on_erased),
            duty.while_here(self.form.refuse),
            self,
        )

    def _on_erased(self, erased: "Erased") -> None:
        from db.store.shredding import settle  # lazy: off the start path

        text = self.tr("已删除 {} 的来电人信息 {} 处").format(erased.number, erased.envelopes)
        self.done.emit(text)
        self._context.runner.job(
            partial(settle, self._context.store), self._on_settled, crash.note, self
        )

    def _on_settled(self, settled: "Settled") -> None:
        from desktop.erasure_words import unreached_text  # lazy: off the start path

        for path, code in settled.left.items():
            self._context.duty.tell(WARN, unreached_text(path, code))
