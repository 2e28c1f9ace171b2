"""Bringing ground data in: outlines, key places, teams' positions, a raster map.

Beside the map and never in its way: choose a file, say its coordinate system, see what it would
do, apply. Nothing is written before 应用.
"""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from db.domain.permissions import may, roles_for
from db.sync.cancel import Cancel
from desktop.context import OK, AppContext
from desktop.i18n import ROLE_NAMES, describe, local
from desktop.language import say
from desktop.override import override
from desktop.screens.map.import_choice import ImportChoice
from desktop.screens.map.import_work import (
    AREAS,
    PLACES,
    POSITIONS,
    TILES,
    Opened,
    Preview,
    Progress,
    look,
    open_file,
)
from desktop.widgets.text_table import TextTable, told_of

FILES = (
    "地图数据 (*.geojson *.json *.csv *.xlsx *.mbtiles);;边界 (*.geojson *.json)"
    ";;重点场所、队伍位置 (*.csv *.xlsx);;底图 (*.mbtiles);;全部文件 (*)"
)
_TITLES = ("", "位置", "说明")
_NEEDS_ROLE = (AREAS, PLACES)
_LINES = 4
"""Lines of the table that are seen at once, its titles too, however small the screen is."""
_STEP = 20
"""Pieces of work between two looks at how far it is."""


class ImportPanel(QWidget):
    """Shows one file at a time.

    `closed()` when it is to go, `applied(kind)` after something was: areas, places, positions,
    tiles; all but tiles come by `Changes` too.
    """

    closed = Signal()
    applied = Signal(str)

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._opened: Opened | None = None
        self._preview: Preview | None = None
        self._cancel = Cancel()
        self._is_busy = self._is_locked = False
        layout = QVBoxLayout()
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        title = QLabel(self.tr("导入地图数据"), textFormat=Qt.TextFormat.PlainText)
        title.setProperty("role", "title")
        layout.addWidget(title)
        layout.addLayout(self._file_row())
        self.choices = ImportChoice()
        self.choices.changed.connect(self._look)
        layout.addWidget(self.choices)
        self._summary, self._note = (
            QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True) for _ in range(2)
        )
        self._note.setProperty("role", "dim")
        self.table = TextTable(self.tr("检查结果"))
        line = self.table.verticalHeader().defaultSectionSize()
        self.table.setMinimumHeight(line * _LINES)
        # What is left, not what it would like: else all would be scrolled for its sake.
        self.table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        layout.addWidget(self._summary)
        layout.addWidget(self._note)
        layout.addWidget(self.table, 1)
        # Holds the foot down while there is no table to do so.
        self._spare = QWidget()
        layout.addWidget(self._spare, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(14, 12, 14, 12)
        whole.setSpacing(8)
        whole.addWidget(_scrolled(layout), 1)
        self._told = told_of(self.table)
        whole.addWidget(self._told)
        whole.addLayout(self._foot())
        self.setFocusProxy(self.path)
        self._context.duty.switched.connect(self._enable)
        self._invite()

    # choosing

    def _file_row(self) -> QHBoxLayout:
        self.path = QLineEdit()
        self.path.setPlaceholderText(self.tr("文件的完整路径，回车打开"))
        self.path.setAccessibleName(self.tr("文件路径"))
        self.path.returnPressed.connect(self._on_path)
        self._browse = QPushButton(self.tr("选择文件(&F)…"))
        self._browse.clicked.connect(self._on_browse)
        row = QHBoxLayout()
        row.addWidget(self.path, 1)
        row.addWidget(self._browse)
        return row

    def _foot(self) -> QHBoxLayout:
        self.apply_button = QPushButton(self.tr("应用(&A)"))
        self.apply_button.setProperty("kind", "primary")
        self.errors_button = QPushButton(self.tr("存退回的(&S)…"))
        self.cancel_button = QPushButton(self.tr("停下(&T)"))
        self._close = QPushButton(self.tr("收起 Esc"))
        self._bar = QProgressBar()
        self._bar.setAccessibleName(self.tr("进度"))
        self._bar.setMinimumWidth(self.fontMetrics().height() * 2)
        self.apply_button.clicked.connect(self.apply)
        self.errors_button.clicked.connect(self._on_errors)
        self.cancel_button.clicked.connect(self.cancel)
        self._close.clicked.connect(self.closed)
        row = QHBoxLayout()
        for widget in (self.apply_button, self.errors_button, self._bar, self.cancel_button):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self._close)
        return row

    def open_path(self, path: Path) -> None:
        """Look at a file; what was looked at before is forgotten, its coordinate system too."""
        self._forget()
        self.path.setText(str(path))
        self._start(self.tr("正在读文件……"))
        cancel = self._cancel
        self._context.runner.job(
            partial(open_file, path),
            partial(self._on_opened, cancel),
            partial(self._on_failed, cancel),
            self,
        )

    @Slot()
    def cancel(self) -> None:
        """Stop what is under way; what comes back says whether it was in time."""
        self._cancel.cancel()
        self._say(self.tr("正在停下……"), "")

    @Slot()
    def apply(self) -> None:
        """Write what the preview says."""
        preview, opened = self._preview, self._opened
        if preview is None or opened is None or preview.apply is None or self._is_busy:
            return
        self._start(self.tr("正在写入……"))
        store, actor, cancel = self._context.store, self._context.duty.actor, self._cancel
        work = partial(preview.apply, store, actor, self._progress(cancel), cancel)
        # A job: it commits in pieces, and decisions go in between.
        self._context.runner.job(
            work,
            partial(self._on_applied, cancel, opened.kind),
            partial(self._on_failed, cancel),
            self,
        )

    @override
    def event(self, event: QEvent) -> bool:
        is_asked = event.type() == QEvent.Type.ShortcutOverride
        if is_asked and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            # Accepted, the key comes here as a key press and not to the window's own actions.
            event.accept()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self._is_busy:
            self.cancel()
        else:
            self.closed.emit()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous() and self._is_busy:
            self.cancel()

    # what comes back

    def _on_opened(self, cancel: Cancel, opened: Opened) -> None:
        if cancel is not self._cancel:
            return
        if cancel():
            self._invite()
            return
        self._opened = opened
        self._stop()
        self.choices.show()
        kinds = {
            AREAS: self.tr("边界文件"),
            PLACES: self.tr("重点场所"),
            POSITIONS: self.tr("队伍位置"),
            TILES: self.tr("底图"),
        }
        count = say("，{} 个图形").format(len(opened.geo.raw)) if opened.geo else ""
        self._say(f"{kinds[opened.kind]}：{opened.path.name}{count}", "strong")
        self._note.setText(self.tr("请选坐标系，然后看检查结果。"))
        self.choices.offer(opened.properties)

    @Slot()
    def _look(self) -> None:
        opened, choice = self._opened, self.choices.choice
        if opened is None or choice is None:
            return
        self._preview = None
        # What is chosen meanwhile is looked at instead.
        self._start(self.tr("正在检查……"), locks=False)
        cancel = self._cancel
        self._context.runner.job(
            partial(look, self._context.store, opened, choice, self._progress(cancel), cancel),
            partial(self._on_looked, cancel),
            partial(self._on_failed, cancel),
            self,
        )

    def _on_looked(self, cancel: Cancel, preview: Preview) -> None:
        if cancel is not self._cancel:
            return
        self._preview = preview
        self.choices.show_found(preview.choice)
        self.table.show_rows(
            _titles(), [(line.mark, line.where, line.text) for line in preview.lines]
        )
        self._stop()
        self._say(preview.summary, "warn" if preview.is_doubtful else "strong")

    def _on_applied(self, cancel: Cancel, kind: str, text: str) -> None:
        if cancel is self._cancel and self._preview is not None:
            # What stays out can still be saved.
            self._preview = self._preview._replace(apply=None, note="")
            self._stop()
            self._say(text, "ok")
            self._close.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.isVisible():
            # On the panel itself it is said already, and a message would lie over its buttons.
            self._context.duty.tell(OK, text)
        self.applied.emit(kind)

    def _on_failed(self, cancel: Cancel, error: Exception) -> None:
        if cancel is not self._cancel:
            return
        self._stop()
        title, hint = describe(error)
        self._say(title, "danger")
        self._note.setText(hint)

    def _progress(self, cancel: Cancel) -> Progress:
        """Return what is told of progress on any thread."""
        post = self._context.runner.post

        def told(done: int, total: int) -> None:
            if done % _STEP == 0 or done == total:
                post(partial(_show_progress, self, cancel, done, total))

        return told

    def show_progress(self, cancel: Cancel, done: int, total: int) -> None:
        """Show how far the work is that `cancel` belongs to."""
        if self._is_busy and cancel is self._cancel:
            self._bar.setRange(0, total)
            self._bar.setValue(done)

    # what can be done

    def _invite(self) -> None:
        self._forget()
        self._say(self.tr("选一个文件：先检查，按“应用”才写入。"), "strong")
        self._note.setText(
            self.tr(
                "边界：.geojson；重点场所、队伍位置：.csv、.xlsx；底图：.mbtiles。"
                "导入同一个文件第二次，没有变的不会再写。"
            )
        )

    def _forget(self) -> None:
        self._cancel.cancel()
        self._opened, self._preview = None, None
        self.table.show_rows(_titles(), ())
        self.choices.forget()
        self.choices.hide()
        self._stop()

    def _start(self, text: str, *, locks: bool = True) -> None:
        """Begin something that takes time; what was under way is no longer wanted.

        `locks`: nothing can be chosen until it ends.
        """
        self._cancel.cancel()
        self._cancel = Cancel()
        self._is_busy, self._is_locked = True, locks
        self._say(text, "")
        self._note.clear()
        self._note.show()
        self._bar.setRange(0, 0)
        focus = QApplication.focusWidget()
        if locks and focus is not None and self.isAncestorOf(focus):
            # What is locked loses the keys: they wait where the work can be stopped.
            self.cancel_button.show()
            self.cancel_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self._enable()

    def _stop(self) -> None:
        had_keys = QApplication.focusWidget() is self.cancel_button
        self._is_busy = self._is_locked = False
        self._enable()
        if had_keys:
            again = self.path if self._preview is None else self.apply_button
            again.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _enable(self) -> None:
        preview, opened, is_busy = self._preview, self._opened, self._is_busy
        is_allowed = opened is None or opened.kind not in _NEEDS_ROLE
        is_allowed = is_allowed or may(self._context.duty.actor, "define_places")
        if preview is not None:
            self._note.setText(preview.note if is_allowed or not preview.apply else self._who_may())
            self._note.setVisible(bool(self._note.text()))
        can_apply = preview is not None and preview.apply is not None and not is_busy
        self.apply_button.setVisible(preview is not None)
        self.apply_button.setEnabled(can_apply and is_allowed)
        self.errors_button.setVisible(bool(preview and preview.write_errors and not is_busy))
        self._bar.setVisible(is_busy)
        self.cancel_button.setVisible(is_busy)
        for widget in (self.path, self._browse, self.choices):
            widget.setEnabled(not self._is_locked)
        has_lines = bool(preview and preview.lines)
        self.table.setVisible(has_lines)
        self._told.setVisible(has_lines)
        self._spare.setVisible(not has_lines)

    def _who_may(self) -> str:
        names = "、".join(ROLE_NAMES[role] for role in sorted(roles_for("define_places")))
        return self.tr("▲ 应用要由{}来做；请先在右上角换人。").format(names)

    def _say(self, text: str, role: str) -> None:
        self._summary.setText(text)
        self._summary.setProperty("role", role)
        self._summary.style().unpolish(self._summary)
        self._summary.style().polish(self._summary)

    # what was asked

    @Slot()
    def _on_path(self) -> None:
        text = self.path.text().strip().strip("\"'")
        if text:
            self.open_path(Path(text).expanduser())

    @Slot()
    def _on_browse(self) -> None:
        dialog = QFileDialog(self, self.tr("选择地图数据"), str(Path.home()), say(FILES))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._on_chosen)
        dialog.open()

    @Slot(str)
    def _on_chosen(self, name: str) -> None:
        self.open_path(Path(name))

    @Slot()
    def _on_errors(self) -> None:
        if self._preview is None:
            return
        suffix = self._preview.suffix
        name = say("退回-{:%m%d-%H%M}{}").format(local(self._context.clock()), suffix)
        dialog = QFileDialog(self, self.tr("存退回的"), str(Path.home() / name), f"*{suffix}")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._on_errors_target)
        dialog.open()

    @Slot(str)
    def _on_errors_target(self, name: str) -> None:
        self.save_errors(Path(name))

    def save_errors(self, path: Path) -> None:
        """Write what stays out, with the reasons, to be mended and imported again."""
        if self._preview is None or self._preview.write_errors is None:
            return
        duty = self._context.duty
        self._context.runner.job(
            partial(self._preview.write_errors, path),
            lambda _: duty.tell(OK, self.tr("已存退回的"), str(path)),
            duty.tell_error,
            self,
        )


def _titles() -> tuple[str, ...]:
    return tuple(map(say, _TITLES))


def _scrolled(layout: QVBoxLayout) -> QScrollArea:
    """Return what a layout holds, to be scrolled where large letters leave no room."""
    inside = QWidget()
    inside.setLayout(layout)
    area = QScrollArea(widgetResizable=True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inside)
    return area


def _show_progress(panel: ImportPanel, cancel: Cancel, done: int, total: int) -> None:
    """Show progress where the panel has not gone in the meantime."""
    if isValid(panel):
        panel.show_progress(cancel, done, total)
