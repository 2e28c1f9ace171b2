"""清单: the lists in force, their versions, and a new version checked and published."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QSize, Qt, Slot
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from db.commands.lists import Approval, Preview, Published, preview_list, publish_list
from db.domain.list_checks import SPECS
from db.domain.lists import KINDS
from db.domain.ops import Actor
from db.imports.lists import RawList, list_as_csv, read_list, write_bad_rows
from db.store.driver import Connection
from db.store.files import write_file
from db.store.lists import Publication, Rows, in_force_at, rows_of
from db.store.queries.lists import ListVersion, list_versions
from desktop.context import OK, AppContext
from desktop.delegates.side_row import COUNT_ROLE, KIND_ROLE, SideRowDelegate
from desktop.i18n import LIST_NAMES, describe, instant
from desktop.language import on_paper, say
from desktop.layouts import KeptLayout
from desktop.leaving import tell_left
from desktop.list_words import STANDINGS, TITLES, cell_text, named, reason, words_of
from desktop.screens.lists.check import CheckPanel
from desktop.widgets.text_table import TextTable, told_of

FILES = "表格 (*.xlsx *.csv *.txt);;全部文件 (*)"
_KIND_ROLE = Qt.ItemDataRole.UserRole + 10
_VERSION_TITLES = ("版本", "状态", "生效", "批准人", "文号", "说明")
_VERSION_LINES = 5


class _Page(NamedTuple):
    """One kind as it is shown: its versions, the rows of one of them, the size of every kind."""

    kind: str
    chosen: Publication
    versions: list[ListVersion]
    rows: Rows
    counts: dict[str, int]


class ListsScreen(QWidget):
    """Kinds at the left; at the right the rows of one, its versions, or a new one in check."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._page: _Page | None = None
        self._asked: Publication | None = None
        """The version somebody wants to see; None for the one in force."""
        self._checked: tuple[Path, Preview, RawList] | None = None
        self._kinds = self._make_kinds()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._make_page())
        self._check = CheckPanel(context)
        self._stack.addWidget(self._check)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._split())
        self.setFocusProxy(self._kinds)
        self._check.asked.connect(self._publish)
        self._check.errors_asked.connect(self._save_errors)
        self._check.day_chosen.connect(self._look_again)
        self._check.closed.connect(self._close_check)
        context.duty.changed.connect(self._on_changed)
        # What one person typed and may see is not the next one's.
        context.duty.switched.connect(self._close_check)
        self._kinds.currentItemChanged.connect(self._on_kind_chosen)
        self._kinds.setCurrentRow(KINDS.index("classes"))

    @property
    def kind(self) -> str:
        """The kind that is shown."""
        return str(self._kinds.currentItem().data(_KIND_ROLE))

    def show_kind(self, kind: str) -> None:
        """Show the list of a kind."""
        self._kinds.setCurrentRow(KINDS.index(kind))

    @property
    def is_checking(self) -> bool:
        """Whether a new version is shown, not the one in force."""
        return self._stack.currentWidget() is self._check

    def open_file(self, path: Path) -> None:
        """Check a file against the list in force."""
        kind, actor = self.kind, self._context.duty.actor
        preview_of = self._preview_at(kind, self._context.clock())

        def work() -> tuple[Path, Preview, RawList]:
            with on_paper():  # a file is Chinese, whatever the window speaks
                raw = read_list(path, kind, TITLES[kind], words_of(kind))
            return path, preview_of(raw), raw

        self._import.setEnabled(False)
        self._say(self.tr("正在检查 {}……").format(path.name), "dim")
        self._context.runner.job(
            work, lambda found: self._show_check(actor, found), self._on_failed, self
        )

    def _preview_at(self, kind: str, at: int) -> Callable[[RawList], Preview]:
        """Return how this person sees what a list would do; it is called off the GUI thread."""
        store, scope = self._context.store, self._context.duty.scope
        return lambda raw: store.read(
            lambda c: preview_list(c, scope, store.site.town, kind, raw.rows, at)
        )

    def _make_kinds(self) -> QListWidget:
        kinds = QListWidget()
        kinds.setAccessibleName(self.tr("清单种类"))
        kinds.setFrameShape(QFrame.Shape.NoFrame)
        kinds.setProperty("role", "side")
        kinds.setMinimumWidth(kinds.fontMetrics().horizontalAdvance("汉") * 11)
        kinds.setItemDelegate(SideRowDelegate(kinds))
        kinds.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for kind in KINDS:
            item = QListWidgetItem(LIST_NAMES[kind], kinds)
            item.setData(_KIND_ROLE, kind)
            item.setData(KIND_ROLE, "")
            item.setSizeHint(QSize(0, kinds.fontMetrics().height() + 12))
        return kinds

    def _split(self) -> QSplitter:
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self._kinds)
        splitter.addWidget(self._stack)
        splitter.setStretchFactor(1, 1)
        width = self._kinds.minimumWidth()
        KeptLayout(self._context, splitter, "lists", (width, 6 * width))
        return splitter

    def _make_page(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(10)
        self._title, self._told, self._versions_title = (
            QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True) for _ in range(3)
        )
        self._title.setProperty("role", "title")
        self._versions_title.setProperty("role", "strong")
        self._versions_title.setText(self.tr("版本"))
        self.rows = TextTable(self.tr("清单内容"))
        self.versions = TextTable(self.tr("版本"))
        self.versions.activated.connect(self._on_version_chosen)
        self.versions.clicked.connect(self._on_version_chosen)
        layout.addWidget(self._title)
        layout.addWidget(self._told)
        layout.addLayout(self._buttons())
        layout.addWidget(self.rows, 1)
        layout.addWidget(told_of(self.rows))
        layout.addWidget(self._versions_title)
        layout.addWidget(self.versions)
        return page

    def _buttons(self) -> QHBoxLayout:
        self._import = QPushButton(self.tr("导入新版本(&N)…"))
        self._import.setProperty("kind", "primary")
        self._export = QPushButton(self.tr("导出(&E)…"))
        self._import.clicked.connect(self._choose_file)
        self._export.clicked.connect(self._choose_target)
        line = QHBoxLayout()
        for button in (self._import, self._export):
            button.setAutoDefault(True)
            line.addWidget(button)
        line.addStretch(1)
        return line

    # reading

    def _load(self) -> None:
        store, kind, now = self._context.store, self.kind, self._context.clock()
        asked = self._asked

        def query(connection: Connection) -> _Page:
            in_force = in_force_at(connection, now)
            chosen = asked or in_force[kind]
            counts = {
                one: len(rows_of(connection, one, found.version)) for one, found in in_force.items()
            }
            rows = rows_of(connection, kind, chosen.version)
            return _Page(kind, chosen, list_versions(connection, kind, now), rows, counts)

        self._title.setText(self.tr("{}清单").format(LIST_NAMES[kind]))
        self._say(self.tr("正在读取……"), "dim")
        self._context.runner.read(
            lambda: store.read(query), self._show_page, self._on_failed, "lists", self
        )

    def _show_page(self, page: _Page) -> None:
        self._page = page
        for number, kind in enumerate(KINDS):
            self._kinds.item(number).setData(COUNT_ROLE, page.counts[kind])
        names = SPECS[page.kind].names
        self.rows.show_rows(
            [TITLES[page.kind][name] for name in names],
            [[cell_text(page.kind, name, row.get(name, "")) for name in names]
             for row in page.rows],
        )  # fmt: skip
        self.versions.show_rows(
            [say(title) for title in _VERSION_TITLES],
            [_version_row(item) for item in page.versions],
        )
        lines = min(len(page.versions), _VERSION_LINES)
        line_height = self.versions.verticalHeader().defaultSectionSize()
        head = self.versions.horizontalHeader().sizeHint().height()
        self.versions.setFixedHeight(head + line_height * lines + 4)
        row = [item.publication for item in page.versions].index(page.chosen)
        self.versions.selectRow(row)
        item = page.versions[row]
        self._say(_version_text(item, len(page.rows)), "warn" if item.rival else "dim")
        self._import.setEnabled(True)
        self._export.setEnabled(True)

    def _on_failed(self, error: Exception) -> None:
        self._import.setEnabled(True)
        title, hint = describe(error)
        self._say(f"✕ {title}。{hint}", "danger")

    @Slot(object, object)
    def _on_kind_chosen(self, *_: object) -> None:
        self._close_check()

    @Slot(QModelIndex)
    def _on_version_chosen(self, index: QModelIndex) -> None:
        if self._page is not None:
            self._asked = self._page.versions[index.row()].publication
            self._load()

    @Slot(object)
    def _on_changed(self, changed: object) -> None:
        if "list" in getattr(changed, "subjects", ()):
            self._load()

    # files

    @Slot()
    def _choose_file(self) -> None:
        dialog = QFileDialog(self, self.tr("选择清单文件"), str(Path.home()), say(FILES))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda chosen: self.open_file(Path(chosen)))
        dialog.open()

    @Slot()
    def _choose_target(self) -> None:
        if self._page is None:
            return
        name = f"{LIST_NAMES[self._page.kind]}-{self._page.chosen.version}.csv"
        dialog = QFileDialog(self, self.tr("导出清单"), str(Path.home() / name), "CSV (*.csv)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda chosen: self.export_to(Path(chosen)))
        dialog.open()

    def export_to(self, path: Path) -> None:
        """Write the list that is shown to a file."""
        page = self._page
        assert page is not None
        with on_paper():
            content = list_as_csv(page.kind, page.rows, TITLES[page.kind], words_of(page.kind))
        store, actor = self._context.store, self._context.duty.actor

        def work() -> None:
            write_file(path, content)
            tell_left(store, actor, "list", path, rows=len(page.rows), about=page.kind)

        self._context.runner.job(
            work,
            lambda _: self._context.duty.tell(OK, self.tr("已导出"), str(path)),
            self._on_failed,
            self,
        )

    # a new version

    def _show_check(self, actor: Actor, found: tuple[Path, Preview, RawList]) -> None:
        self._import.setEnabled(True)
        if found[1].kind != self.kind or actor != self._context.duty.actor:
            return
        self._checked = found
        self._stack.setCurrentWidget(self._check)
        self._check.show_preview(*found)

    @Slot()
    def _look_again(self) -> None:
        """Compare the list in check with what it would replace on the day that is chosen."""
        if self._checked is None:
            return
        path, preview, raw = self._checked
        at = self._check.valid_from
        preview_of = self._preview_at(preview.kind, self._context.clock() if at is None else at)

        def show(again: Preview) -> None:
            self._checked = (path, again, raw)
            self._check.show_again(again, raw)

        self._context.runner.read(
            lambda: preview_of(raw), show, self._context.duty.tell_error, "list_check", self
        )

    @Slot()
    def _close_check(self) -> None:
        was_checking = self.is_checking
        self._context.runner.cancel("list_check")
        self._checked, self._asked = None, None
        self._stack.setCurrentIndex(0)
        self._load()
        if was_checking:
            self._kinds.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _publish(self, approval: Approval) -> None:
        if self._checked is None:
            return
        _, preview, raw = self._checked
        store, actor = self._context.store, self._context.duty.actor
        self._context.runner.write(
            lambda: publish_list(store, actor, preview.kind, raw.rows, approval, preview.base),
            self._on_published,
            self._on_not_published,
            self,
        )

    def _on_published(self, done: Published) -> None:
        name, since = LIST_NAMES[done.kind], instant(done.valid_from)
        text = self.tr("已发布{}清单 {}").format(name, done.version)
        self._context.duty.tell(OK, text, self.tr("自 {} 生效").format(since))
        self._close_check()

    def _on_not_published(self, error: Exception) -> None:
        self._context.duty.tell_error(error)
        # Somebody else may have published: what it replaces now must be seen first.
        self._look_again()

    @Slot(object)
    def _save_errors(self, path: Path) -> None:
        if self._checked is None:
            return
        _, preview, raw = self._checked
        placed = [named(preview.kind, raw.place(error)) for error in preview.checked.errors]
        self._context.runner.job(
            partial(write_bad_rows, path, raw, placed, reason),
            lambda _: self._context.duty.tell(OK, self.tr("已存错误清单"), str(path)),
            self._context.duty.tell_error,
            self,
        )

    def _say(self, text: str, role: str) -> None:
        self._told.setText(text)
        self._told.setProperty("role", role)
        self._told.style().unpolish(self._told)
        self._told.style().polish(self._told)


def _version_row(item: ListVersion) -> tuple[str, ...]:
    rival = say("▲ 与 {} 各自发布  ").format(item.rival) if item.rival else ""
    since = instant(item.valid_from) if item.valid_from else "—"
    note = item.note if item.valid_from else STANDINGS["bundled"]
    return (
        item.version,
        STANDINGS[item.standing],
        since,
        item.approved_by or "—",
        item.doc_no or "—",
        rival + note,
    )


def _version_text(item: ListVersion, count: int) -> str:
    since = say(" · 自 {}").format(instant(item.valid_from)) if item.valid_from else ""
    text = say("版本 {} · {}{} · {} 行").format(
        item.version, STANDINGS[item.standing], since, count
    )
    if item.rival:
        text += say("。▲ 与 {} 各自发布，后生效的算数；请看过两份，再发布一份合在一起的").format(
            item.rival
        )
    return text
