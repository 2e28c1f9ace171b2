"""Choosing a backup: a folder, the backups in it, and the code that opens them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from db.store.manifest import Backup, damaged_backups, list_backups
from desktop.i18n import BACKUP_UNLISTED, describe, instant
from desktop.language import say

Run = Callable[[Callable[[], Any], Callable[[Any], object], Callable[[Exception], object]], object]
"""Works in the background and tells what came of it on the GUI thread."""


class BackupList(QWidget):
    """Shows the backups of a folder. `accepted(Backup, secret)` when one is to be restored.

    `secret` is what was typed: a recovery code or a passphrase, empty for neither.
    """

    accepted = Signal(object, str)
    chosen = Signal()

    def __init__(self, run: Run, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self._found: list[Backup] = []
        self._dialog: QFileDialog | None = None
        self._build()

    @property
    def backup(self) -> Backup | None:
        """The backup the selection stands on."""
        row = self._table.currentRow()
        return self._found[row] if 0 <= row < len(self._found) else None

    @property
    def secret(self) -> str:
        """What was typed to open it."""
        return self._secret.text().strip()

    def open_folder(self, folder: str) -> None:
        """Look for backups in a folder."""
        self._folder.setText(folder)
        self._say(self.tr("正在查找备份……"), "dim")
        self._run(lambda: _look_in(Path(folder)), self._on_found, self._on_failed)

    def focus_folder(self) -> None:
        """Let the folder be typed."""
        self._folder.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_refusal(self, text: str) -> None:
        """Say why the backup could not be used, and let the code be typed again."""
        self._say(text, "warn")
        self._secret.setFocus(Qt.FocusReason.OtherFocusReason)
        self._secret.selectAll()

    def _build(self) -> None:
        self._folder = QLineEdit()
        self._folder.setPlaceholderText(self.tr("U 盘或备份目录"))
        self._folder.setAccessibleName(self.tr("备份所在目录"))
        self._folder.returnPressed.connect(self._on_folder)
        browse = QPushButton(self.tr("选择(&O)…"))
        browse.clicked.connect(self._browse)
        self._table = QTableWidget(0, 4)
        self._table.setHorizontalHeaderLabels(
            [self.tr("备份时间"), self.tr("工位"), self.tr("记录数"), self.tr("最新事件")]
        )
        self._table.setAccessibleName(self.tr("备份"))
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._table.setTabKeyNavigation(False)
        self._table.setMinimumHeight(self._table.fontMetrics().height() * 8)
        self._table.verticalHeader().hide()
        self._table.setShowGrid(False)
        header = self._table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setMinimumSectionSize(header.fontMetrics().horizontalAdvance("汉") * 9)
        header.setStretchLastSection(True)
        self._table.itemSelectionChanged.connect(self.chosen)
        self._table.itemActivated.connect(lambda _: self._on_secret())
        self._secret = QLineEdit()
        self._secret.setPlaceholderText(self.tr("本机有密钥时不用填"))
        self._secret.setAccessibleName(self.tr("恢复码或口令"))
        self._secret.returnPressed.connect(self._on_secret)
        self._note = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        top = QHBoxLayout()
        top.addWidget(self._folder, 1)
        top.addWidget(browse)
        grid = QGridLayout()
        grid.addWidget(QLabel(self.tr("恢复码或口令")), 0, 0)
        grid.addWidget(self._secret, 0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(top)
        column.addWidget(self._table, 1)
        column.addWidget(self._note)
        column.addLayout(grid)
        self._say(self.tr("请选择备份所在的 U 盘或目录。"), "dim")

    @Slot()
    def _browse(self) -> None:
        dialog = QFileDialog(self, self.tr("选择备份所在目录"), self._folder.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.open_folder)
        dialog.open()

    @Slot()
    def _on_folder(self) -> None:
        if self._folder.text().strip():
            self.open_folder(self._folder.text().strip())

    @Slot()
    def _on_secret(self) -> None:
        if self.backup is not None:
            self.accepted.emit(self.backup, self.secret)

    def _on_found(self, looked: tuple[list[Backup], list[Path]]) -> None:
        found, damaged = looked
        self._found = found
        self._table.setRowCount(len(found) + len(damaged))
        rows = [
            (instant(one.made_at), f"{one.town} {one.station}", f"{one.ops:,}", one.newest)
            for one in found
        ]
        rows += [(path.name, "", "", f"▲ {say(BACKUP_UNLISTED)}") for path in damaged]
        for row, words in enumerate(rows):
            for column, text in enumerate(words):
                self._table.setItem(row, column, QTableWidgetItem(text or "—"))
        if found:
            self._table.selectRow(0)
            self._table.setFocus(Qt.FocusReason.OtherFocusReason)
            self._say(self.tr("{} 个备份，新的在前。").format(len(found)), "dim")
        elif damaged:
            self._say(f"▲ {say(BACKUP_UNLISTED)}：{damaged[0]}", "warn")
        else:
            self._say(
                self.tr("这里没有备份。请选 U 盘的根目录，或其中 griddesk- 开头的目录。"), "warn"
            )
        self.chosen.emit()

    def _on_failed(self, error: Exception) -> None:
        title, hint = describe(error)
        self._say(f"{title}。{hint}", "warn")

    def _say(self, text: str, role: str) -> None:
        self._note.setText(text)
        self._note.setProperty("role", role)
        self._note.style().unpolish(self._note)
        self._note.style().polish(self._note)


def _look_in(folder: Path) -> tuple[list[Backup], list[Path]]:
    return list_backups(folder), damaged_backups(folder)
