"""审计: the journal as an auditor reads it: filtered, followed, checked, taken away signed."""

from array import array
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from db.commands.audit import open_audit
from db.domain.ops import Actor
from db.store.medium import Watch
from db.store.queries.audit import (
    AuditDetail,
    AuditPage,
    AuditRow,
    AuditWalk,
    Person,
    audit_detail,
    audit_page,
    audited_people,
    begin_audit,
)
from db.sync.audit_file import AuditFile, write_audit
from db.sync.cancel import Cancel
from desktop.actions import bind
from desktop.audit_words import about_text, detail_lines, kind_text, who_text
from desktop.context import OK, WARN, AppContext
from desktop.i18n import describe, instant
from desktop.language import say
from desktop.layouts import KeptLayout
from desktop.models.columns import Column
from desktop.models.paged_table import PagedTableModel
from desktop.override import override
from desktop.screens.audit.checking import ChainCheck
from desktop.screens.audit.filters import AuditBar
from desktop.widgets.elided_label import ElidedLabel
from desktop.widgets.export_panel import ExportPanel, Wanted
from desktop.widgets.own_keys import claims_key
from desktop.widgets.paged_view import PagedView
from desktop.widgets.text_card import TextCard, TextRow

_MARGIN = 14
_FIRST = 60
"""Rows that fill a screen: fewer than that are looked for on without being asked."""


class AuditScreen(QWidget):
    """Filters above, ops at the left, the one under the cursor field by field at the right."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._rows: list[AuditRow] = []
        self._walk: AuditWalk | None = None
        self._reader: Actor | None = None
        self._is_loading = False
        self._cancel = Cancel()
        self._model = PagedTableModel(_columns(), self._rows_at, self)
        self.bar = AuditBar()
        self.panel = ExportPanel()
        self.check = ChainCheck(context)
        self.found = ElidedLabel()
        self.more = QPushButton(say("再找更早的"))
        self.view = PagedView(self._model, say("审计记录"))
        self.card = TextCard()
        self._build()
        self._connect()

    @property
    def is_loading(self) -> bool:
        """Whether records are being read."""
        return self._is_loading

    @property
    def row(self) -> AuditRow | None:
        """The record under the cursor."""
        at = self.view.current_id
        return self._rows[at] if at is not None and at < len(self._rows) else None

    @Slot()
    def refresh(self) -> None:
        """Read anew what is asked for; that it is read is recorded once a sitting."""
        duty = self._context.duty
        wanted, wrong = self.bar.filter()
        if wrong:
            self._show_nothing(say("“{}”填的不对，没有查找").format("、".join(wrong)), "")
            return
        store, actor, scope = self._context.store, duty.actor, duty.scope
        self._begin_reading()

        def begin() -> AuditWalk:
            if self._reader != actor:
                open_audit(store, actor)
            return store.read(lambda c: begin_audit(c, scope, wanted))

        self._context.runner.read(begin, partial(self._on_begun, actor), self._on_failed,
                                  "audit", self)  # fmt: skip

    def cancel(self) -> None:
        """End what runs long."""
        self._cancel.cancel()
        self.check.cancel()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._walk is None:
            self._load()

    @override
    def event(self, event: QEvent) -> bool:
        return claims_key(event, self._is_own_key) or super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F5:
            self.refresh()
        elif self._is_own_key(event) and self.check.isVisible():
            self.check.clear()
        elif self._is_own_key(event):
            self.bar.show_filter()
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    def _is_own_key(self, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent):
            return False
        is_narrowed = bool(self.bar.who.value() or self.bar.number.text())
        is_back = event.key() == Qt.Key.Key_Escape and (is_narrowed or self.check.isVisible())
        return is_back or event.key() == Qt.Key.Key_F5

    def _build(self) -> None:
        self.setFocusProxy(self.view)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.view)
        splitter.addWidget(_scrolled(self.card))
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 2)
        KeptLayout(self._context, splitter, "audit", (780, 430))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 10, 0, 8)
        layout.setSpacing(8)
        for part in (self.bar, self._tools()):
            holder = QHBoxLayout()
            holder.setContentsMargins(_MARGIN, 0, _MARGIN, 0)
            holder.addWidget(part) if isinstance(part, QWidget) else holder.addLayout(part)
            layout.addLayout(holder)
        layout.addWidget(self.panel)
        layout.addWidget(self.check)
        layout.addWidget(splitter, 1)
        self.more.hide()

    def _tools(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.found, 1)
        line.addWidget(self.more)
        self.more.clicked.connect(self._read_on)
        for text, slot in (
            (say("只看这件 I"), self._follow_incident),
            (say("只看这人 O"), self._follow_person),
            (say("核对链 H"), self._check_chains),
            (say("导出 E"), self._open_export),
        ):
            button = QPushButton(text)
            button.setAccessibleName(text)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(slot)
            line.addWidget(button)
        return line

    def _connect(self) -> None:
        duty = self._context.duty
        duty.switched.connect(self._on_switched)
        self.bar.changed.connect(self.refresh)
        self.view.current_changed.connect(self._on_current)
        self.panel.asked.connect(self._on_export_asked)
        self.panel.stopped.connect(lambda: self._cancel.cancel())
        for panel in (self.panel, self.check):
            panel.closed.connect(self.view.setFocus)
        for name, slot in (
            ("audit_incident", self._follow_incident),
            ("audit_person", self._follow_person),
            ("audit_check", self._check_chains),
            ("audit_export", self._open_export),
        ):
            bind(self.view, name, slot)

    def _load(self) -> None:
        store, scope = self._context.store, self._context.duty.scope

        def on_people(people: Sequence[Person]) -> None:
            self.bar.offer(people)

        self._context.runner.read(
            lambda: store.read(lambda c: audited_people(c, scope)),
            on_people,
            lambda _: None,
            "audit-people",
            self,
        )
        self.refresh()

    # what is read

    def _begin_reading(self) -> None:
        self._is_loading = True
        self._walk = None
        self.view.set_loading(True)
        self.found.setText(say("正在读取……"))
        self.more.hide()

    def _on_begun(self, reader: Actor, walk: AuditWalk) -> None:
        self._reader = reader
        self._walk = walk
        self._rows = []
        self._model.set_ids(array("q"), is_fresh=True)
        self._read_on()

    @Slot()
    def _read_on(self) -> None:
        store, scope, walk = self._context.store, self._context.duty.scope, self._walk
        if walk is None:
            return
        self._is_loading = True
        self.view.set_loading(not self._rows)
        self._context.runner.read(
            lambda: store.read(lambda c: audit_page(c, scope, walk)),
            partial(self._on_page, walk),
            self._on_failed,
            "audit",
            self,
        )

    def _on_page(self, walk: AuditWalk, page: AuditPage) -> None:
        if walk is not self._walk:
            return
        is_first = not self._rows
        self._rows += page.rows
        self._model.set_ids(array("q", range(len(self._rows))))
        if is_first and self._rows:
            self.view.select_first()
        if page.reached is not None and len(self._rows) < _FIRST and self.isVisible():
            # What is rare lies far back: it is looked for on, and how far back is told.
            self._tell(page.reached, is_on=True)
            self._read_on()
            return
        self._is_loading = False
        self.view.set_loading(False)
        self.view.set_empty_text(say("没有这样的记录"), say("改一下条件，或按 Esc 看全部"))
        self.more.setVisible(page.reached is not None)
        self._tell(page.reached, is_on=False)

    def _tell(self, reached: int | None, *, is_on: bool) -> None:
        shown = say("已列出 {:,} 条，新的在前").format(len(self._rows))
        if reached is None:
            self.found.setText(say("{}；已到最早").format(shown))
        elif is_on:
            self.found.setText(say("{}；正在往前找，已到 {}").format(shown, instant(reached)))
        else:
            self.found.setText(say("{}；看到 {}").format(shown, instant(reached)))

    def _on_failed(self, error: Exception) -> None:
        self._show_nothing(*describe(error))
        if getattr(error, "code", "") not in ("role_forbids", "audit_number"):
            self._context.duty.tell_error(error)

    def _show_nothing(self, title: str, hint: str) -> None:
        self._is_loading = False
        self._rows = []
        self._context.runner.cancel("audit")
        self.view.set_loading(False)
        self.view.set_empty_text(title, hint)
        self._model.set_ids(array("q"), is_fresh=True)
        self.card.show_rows("", ())
        self.found.setText(title)
        self.more.hide()

    def _rows_at(self, ids: Sequence[int]) -> list[AuditRow | None]:
        return [self._rows[at] for at in ids]

    @Slot(object)
    def _on_current(self, _: object) -> None:
        row = self.row
        if row is None:
            self.card.show_rows("", ())
            return
        store, scope = self._context.store, self._context.duty.scope
        self._context.runner.read(
            lambda: store.read(lambda c: audit_detail(c, scope, row.ref)),
            self._on_detail,
            self._context.duty.tell_error,
            "audit-detail",
            self,
        )

    def _on_detail(self, detail: AuditDetail) -> None:
        first, *rest = detail_lines(detail)
        self.card.show_rows(first[1], [TextRow(*line) for line in rest if line[1]])

    # what is followed

    @Slot()
    def _follow_incident(self) -> None:
        row = self.row
        if row is None or not row.number:
            self._context.duty.tell(WARN, say("这条记录不是某一件事件的"))
            return
        self.bar.show_filter(number=row.number)

    @Slot()
    def _follow_person(self) -> None:
        row = self.row
        if row is not None:
            self.bar.show_filter(who=row.user)

    # what is checked and taken away

    @Slot()
    def _check_chains(self) -> None:
        self.check.start()

    @Slot()
    def _open_export(self) -> None:
        self.panel.open_panel(
            say("导出这些条件下的全部审计记录"),
            say("每行一条 JSON，末行由本工位签名，附各链的末端；导出本身记入日志。"),
        )

    @Slot(object)
    def _on_export_asked(self, wanted: Wanted) -> None:
        dialog = QFileDialog(self, say("导出审计"), str(self._context.sheets), "JSON (*.jsonl)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("jsonl")
        dialog.selectFile(f"{say('审计')}-{instant(self._context.clock())[:10]}.jsonl")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.export_to(Path(name), wanted))
        dialog.open()

    def export_to(self, path: Path, wanted: Wanted) -> None:
        """Write what is asked for into a new file."""
        store, duty = self._context.store, self._context.duty
        actor, scope, asked = duty.actor, duty.scope, self.bar.filter()[0]
        cancel = self._cancel = Cancel()
        watch = Watch(self._on_progress, cancel)
        self.panel.show_progress(0, 0)
        self._context.runner.job(
            lambda: write_audit(
                store, actor, scope, asked, path, purpose=wanted.purpose, watch=watch
            ),
            self._on_exported,
            self._on_export_failed,
            owner=self,
        )

    def _on_progress(self, _: str, done: int, total: int) -> None:
        self._context.runner.post(partial(self.panel.show_progress, done, total))

    def _on_exported(self, made: AuditFile) -> None:
        self.panel.close_panel()
        text = say("已导出 {} 条：{}").format(made.rows, made.path)
        self._context.duty.tell(OK, text, say("签名的密钥：{}").format(made.key))

    def _on_export_failed(self, error: Exception) -> None:
        self.panel.refuse("。".join(describe(error)))

    @Slot()
    def _on_switched(self) -> None:
        # What one person looked at is not the next one's to see.
        self.cancel()
        self.panel.close_panel()
        self.check.clear()
        self._walk = None
        self._show_nothing("", "")
        if self.isVisible():
            self._load()


def _scrolled(card: QWidget) -> QScrollArea:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(10, 0, _MARGIN, 0)
    column.addWidget(card)
    column.addStretch(1)
    area = QScrollArea(widgetResizable=True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(page)
    return area


def _columns() -> list[Column]:
    return [
        Column(say("时间"), "at", 9, format=instant),
        Column(say("动作"), "kind", 7, format=kind_text),
        Column(say("对象"), "", 15, format=about_text),
        Column(say("人员"), "", 0, format=who_text),
        Column(say("工位"), "station", 6),
    ]
