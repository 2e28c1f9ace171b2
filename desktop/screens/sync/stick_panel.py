"""U盘交换: writing files, looking at those of others and taking them in, cards."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from db.domain.errors import InputError
from db.domain.ops import Actor
from db.stick.cards import (
    Card,
    believe,
    kind_of_file,
    own_fingerprint,
    read_card,
    take_heads,
    write_card,
    write_heads,
)
from db.stick.plan import heard_of, recipients
from db.stick.read import Preview, preview, take
from db.stick.write import Written, write_for
from db.store.medium import Watch
from db.store.store import Store
from db.sync.cancel import Cancel
from db.sync.peers import Peer
from desktop.context import AppContext
from desktop.i18n import describe, instant
from desktop.language import say
from desktop.leaving import tell_left
from desktop.screens.data.confirm import Confirm
from desktop.screens.sync.stick_form import Order, StickForm, peer_text
from desktop.stick_words import (
    STICK_STEPS,
    Names,
    names_of,
    preview_lines,
    taken_lines,
    written_lines,
)
from desktop.widgets.second_person import SecondPerson, is_needed

FILES = "交换文件、身份卡、对账卡 (*.gdx *.gdc *.gdh)"
_KEPT = "stick_folder"


class StickPanel(QFrame):
    """Does what is asked, off the GUI thread, and says in lines what came of it."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._context = context
        self._cancel = Cancel()
        self._is_busy = False
        self._shown: tuple[str, int] = ("", -1)
        self._left: QWidget | None = None
        self._form = StickForm()
        self._confirm = Confirm()
        self._confirm.asking.connect(self._form.setHidden)
        self.second = SecondPerson(context)
        self._own = QLabel(textFormat=Qt.TextFormat.PlainText)
        self._own.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._progress = QLabel(textFormat=Qt.TextFormat.PlainText)
        self._progress.setProperty("role", "dim")
        self._log = QPlainTextEdit(readOnly=True, tabChangesFocus=True)
        self._log.setAccessibleName(self.tr("U盘交换的结果"))
        self._log.setPlaceholderText(
            self.tr("写出“✓ 可以拔出”以后再拔U盘；读文件先看有什么，再收下")
        )
        column = QVBoxLayout(self)
        column.addWidget(self._own)
        column.addWidget(self._form)
        column.addLayout(self._buttons())
        column.addWidget(self._confirm)
        column.addWidget(self.second)
        column.addWidget(self._progress)
        column.addWidget(self._log, 1)
        self.setFocusProxy(self._form)

    @property
    def is_busy(self) -> bool:
        """Whether something is being written or read."""
        return self._is_busy

    @property
    def lines(self) -> list[str]:
        """What was said last."""
        return self._log.toPlainText().splitlines()

    def load(self) -> None:
        """Read whom one can write to."""
        store = self._context.store

        def query() -> tuple[list[Peer], str]:
            peers = store.read(lambda c: recipients(c, store.site.id))
            return peers, own_fingerprint(store)

        self._context.runner.read(query, self._on_loaded, key="stick", owner=self)

    def cancel(self) -> None:
        """End what is under way: nothing half is left, what was taken in stays."""
        self._cancel.cancel()

    # writing

    def write_to(self, folder: Path) -> None:
        """Write what the form says to a folder."""
        order = self._form.order
        if order is None:
            self._say([self.tr("▲ 还没有可以写给的工位：请先收下对方的身份卡")])
            return
        store, actor, watch = self._context.store, self._context.duty.actor, self._watch()
        work = partial(_write, store, actor, order, folder, watch)
        self._start(work, lambda done: self._say(written_lines(done)))

    def write_card_to(self, folder: Path) -> None:
        """Write this station's card."""
        self._start(partial(self._small_file, "card", write_card, folder), self._on_small_file)

    def write_heads_to(self, folder: Path) -> None:
        """Write how far the chains here go."""
        self._start(partial(self._small_file, "heads", write_heads, folder), self._on_small_file)

    def _small_file(self, form: str, write: Callable[[Store, Path], Path], folder: Path) -> Path:
        store, actor = self._context.store, self._context.duty.actor
        path = write(store, folder)
        tell_left(store, actor, form, path)
        return path

    # reading

    def open_file(self, path: Path) -> None:
        """Look at a file of ours, whichever kind it is; nothing is taken in yet."""
        self._confirm.hide()
        self._start(
            partial(_look, self._context.store, path, self._watch()), partial(self._on_seen, path)
        )

    def _on_seen(self, path: Path, found: tuple[object, Names]) -> None:
        seen, names = found
        if isinstance(seen, Card):
            self._ask_card(path, seen)
        elif isinstance(seen, Preview):
            self._say(preview_lines(seen, names))
            if seen.new or seen.header.files or seen.trouble is not None:
                self._confirm.ask(
                    self.tr("收下这个文件？"),
                    self.tr("已有的不会重复；完好的部分都会收下。"),
                    self.tr("收下(&T)"),
                    partial(self._take, path),
                )
        else:
            self._say([self.tr("✓ 已记下 {} 有的记录").format(names.get(str(seen), seen))])
            self.load()

    def _take(self, path: Path) -> None:
        store, watch = self._context.store, self._watch()

        def work() -> list[str]:
            return taken_lines(take(store, path, watch), store.read(names_of))

        self._start(work, self._on_taken)

    def _on_taken(self, lines: list[str]) -> None:
        self._say(lines)
        self.load()

    def _ask_card(self, path: Path, card: Card) -> None:
        if card.is_known:
            self._say([self.tr("✓ 已经认识 {}").format(peer_text(card.peer)), card.fingerprint])
            return
        self._say([peer_text(card.peer), card.fingerprint])
        self._confirm.ask(
            card.fingerprint,
            self.tr("{}：请打电话，由对方念“本工位指纹”，逐组核对。不一致就不要收。").format(
                peer_text(card.peer)
            ),
            self.tr("指纹一致，收下(&T)"),
            partial(self._believe, path, card.fingerprint),
            is_code=True,
        )

    def _believe(self, path: Path, fingerprint: str, second: Actor | None = None) -> None:
        store, actor = self._context.store, self._context.duty.actor
        work = partial(believe, store, actor, path, fingerprint, second)
        self._start(work, self._on_believed, partial(self._believe, path, fingerprint))

    def _on_believed(self, card: Card) -> None:
        self._say([self.tr("✓ 已收下 {} 的身份卡").format(peer_text(card.peer))])
        self.load()

    # files

    @Slot()
    def _choose_file(self) -> None:
        dialog = QFileDialog(self, self.tr("选择文件"), self._folder(), say(FILES))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._open(dialog, self.open_file)

    def _choose_folder(self, then: Callable[[Path], None]) -> None:
        dialog = QFileDialog(self, self.tr("选择U盘上的目录"), self._folder())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        self._open(dialog, then)

    def _open(self, dialog: QFileDialog, then: Callable[[Path], None]) -> None:
        def on_chosen(chosen: str) -> None:
            path = Path(chosen)
            self._context.keep(_KEPT, str(path if path.is_dir() else path.parent))
            then(path)

        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(on_chosen)
        dialog.open()

    def _folder(self) -> str:
        return str(self._context.kept(_KEPT, str(Path.home())))

    # work

    def _buttons(self) -> QHBoxLayout:
        line = QHBoxLayout()
        write = _button(self.tr("写到U盘(&W)…"), partial(self._choose_folder, self.write_to))
        write.setProperty("kind", "primary")
        self._works = [
            write,
            _button(self.tr("读文件(&R)…"), self._choose_file),
            _button(self.tr("写身份卡(&I)…"), partial(self._choose_folder, self.write_card_to)),
            _button(self.tr("写对账卡(&H)…"), partial(self._choose_folder, self.write_heads_to)),
        ]
        self._stop = _button(self.tr("中止(&S)"), self.cancel)
        self._stop.hide()
        for button in (*self._works, self._stop):
            line.addWidget(button)
        line.addStretch(1)
        return line

    def _start(
        self,
        work: Callable[[], Any],
        on_done: Callable[[Any], object],
        with_second: Callable[[Actor], object] | None = None,
    ) -> None:
        """Begin some work; `with_second` begins it again where it takes a second person."""
        if self._is_busy:
            return
        self._left = self.focusWidget()
        self._set_busy(True)
        self._stop.setFocus(Qt.FocusReason.OtherFocusReason)

        def done(value: Any) -> None:
            self._end()
            on_done(value)

        def failed(error: Exception) -> None:
            self._on_failed(error)
            if with_second is not None and is_needed(error):
                self.second.ask(error, with_second)

        self._context.runner.job(work, done, failed, self)

    def _on_failed(self, error: Exception) -> None:
        self._end()
        title, hint = describe(error)
        self._say([f"✕ {title}。{hint}"])

    def _end(self) -> None:
        self._set_busy(False)
        self._progress.clear()
        if self._left is not None and self.isVisible():
            self._left.setFocus(Qt.FocusReason.OtherFocusReason)

    def _set_busy(self, is_busy: bool) -> None:
        self._is_busy = is_busy
        for button in self._works:
            button.setEnabled(not is_busy)
        self._stop.setVisible(is_busy)

    def _watch(self) -> Watch:
        self._cancel = Cancel()
        return Watch(self._on_progress, self._cancel)

    def _on_progress(self, step: str, done: int, total: int) -> None:
        """Carry how far the work is from its thread to the GUI's."""
        percent = done * 100 // max(total, 1)
        if (step, percent) != self._shown:
            self._shown = (step, percent)
            self._context.runner.post(partial(self._show_progress, step, percent))

    def _show_progress(self, step: str, percent: int) -> None:
        if self._is_busy:
            self._progress.setText(f"{STICK_STEPS[step]} {percent}%")

    def _on_small_file(self, path: Path) -> None:
        self._say([self.tr("✓ 可以拔出：{}").format(path)])

    def _on_loaded(self, found: tuple[list[Peer], str]) -> None:
        peers, fingerprint = found
        self._form.show_peers(peers)
        self._own.setText(self.tr("本工位指纹：{}").format(fingerprint))

    def _say(self, lines: Sequence[str]) -> None:
        when = instant(self._context.clock())
        self._log.setPlainText("\n".join([f"{when}  {lines[0]}", *lines[1:]]))


def _write(store: Store, actor: Actor, order: Order, folder: Path, watch: Watch) -> Written:
    peer = order.peer
    known = None if order.everything else store.read(lambda c: heard_of(c, peer.id))
    return write_for(
        store, actor, peer, folder, known=known, with_files=order.with_files,
        purpose=order.purpose, watch=watch,
    )  # fmt: skip


def _look(store: Store, path: Path, watch: Watch) -> tuple[object, Names]:
    """Return what a file is: a card, what a stick would bring, the site whose heads were told."""
    kind = kind_of_file(path)
    seen: object
    if kind == "card":
        seen = read_card(store, path)
    elif kind == "heads":
        seen = take_heads(store, path).site
    elif kind == "stick":
        seen = preview(store, path, watch)
    else:
        raise InputError("stick_other_kind", found=kind)
    return seen, store.read(names_of)


def _button(text: str, slot: Callable[[], object]) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(True)
    # What a click tells of itself is nobody's argument.
    button.clicked.connect(lambda _: slot())
    return button
