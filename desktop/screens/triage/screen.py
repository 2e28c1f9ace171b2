"""值班台: the queue, one incident beside it, and every decision by one key."""

from array import array
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from db.commands.conflicts import Settled
from db.commands.incidents import Done, Report, act, report_incident, view_caller
from db.domain.lists import Policy
from db.domain.ops import Actor
from db.domain.rules.base import FieldSpec
from db.domain.transitions import transition_of
from db.store.changes import Changes
from db.store.envelopes import Caller
from db.store.lists import ListsInForce, lists_at
from db.store.queries.attachments import AttachmentRow
from db.store.queries.incidents import (
    Counts,
    Detail,
    QueueFilter,
    QueueRow,
    counts,
    incident_detail,
    queue_ids,
    queue_rows,
)
from db.store.queries.marks import amber
from db.store.queries.town import AreaRow, areas, units
from desktop.actions import BY_ID, DECISIONS, REPORTS, bind
from desktop.classing import Classing
from desktop.context import OK, WARN, AppContext
from desktop.delegates.queue_row import QueueRowDelegate, accessible_text
from desktop.i18n import STATE_NAMES, describe, stripped_text
from desktop.models.columns import Column
from desktop.models.paged_table import PagedTableModel
from desktop.runner import Throttle
from desktop.screens.triage.attach_bar import AttachBar
from desktop.screens.triage.conflicts import Settling
from desktop.screens.triage.detail import DetailPanel
from desktop.screens.triage.duplicates import Duplicates
from desktop.screens.triage.form import Choices, DecisionForm, FormRequest
from desktop.screens.triage.image_viewer import ImageViewer
from desktop.screens.triage.live import report_refusal, standing
from desktop.screens.triage.more import MoreList
from desktop.screens.triage.pictures import FORMATS, Pictures
from desktop.screens.triage.prefill import prefill
from desktop.screens.triage.prefill_loop import asked
from desktop.screens.triage.side import SideList, View
from desktop.town_lists import current_policy, keep_lists
from desktop.widgets.fields import Choice
from desktop.widgets.paged_view import PagedView

if TYPE_CHECKING:
    from desktop.widgets.pdf_preview import PdfPreview

TICK_MS = 30_000
FIND_MS = 200
_CALLER_SPECS = (FieldSpec("caller_name", "text"), FieldSpec("caller_phone", "text"))
_REPORT_ORDER = (
    "content",
    "address",
    "area_code",
    "class_code",
    "urgency",
    "source",
    "title",
    "reporter",
)
_VILLAGE_ENDINGS = ("村民委员会", "居民委员会", "村委会", "居委会", "社区", "村")
_NEEDED = frozenset({"class_code", "area_code", "contact", "satisfaction"})
_HIDDEN = {
    "accept": {"title"},
    "sign": {"unit"},
    "feedback": {"unit"},
    "refuse": {"unit"},
    "finish_step": {"unit"},
    "ask_extend": {"unit"},
}
"""Values that a form need not ask: the panel shows them already, the rule finds them."""


class TriageScreen(QWidget):
    """The duty desk.

    `counted(Counts)` and `loaded()` after every refresh; `found_cleared()` when the text looked
    for is no longer.
    """

    counted = Signal(object)
    loaded = Signal()
    found_cleared = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._text = ""
        self._amber: frozenset[int] = frozenset()
        self._wanted: int | None = None
        self._awaited = ""
        self._is_fresh_wanted = False
        self._lists: ListsInForce | None = None
        self._classing = Classing(context, self)
        self._model = PagedTableModel(
            [Column("", "", format=lambda row: accessible_text(row, context.clock()))],
            self._rows,
            self,
        )
        self._model.failed.connect(context.duty.tell_error)
        self._build()
        self._bind_keys()
        self._refresh = Throttle(self.refresh, parent=self)
        self._find_timer = QTimer(self, singleShot=True, interval=FIND_MS)
        self._find_timer.timeout.connect(self._on_find_timeout)
        ticker = QTimer(self, interval=TICK_MS)
        ticker.timeout.connect(self._on_tick)
        ticker.start()
        context.duty.changed.connect(self._on_changed)
        context.duty.switched.connect(self._on_switched)
        self._load_choices()
        self._fetch_fresh()

    @property
    def view(self) -> PagedView:
        """The queue."""
        return self._view

    @property
    def form(self) -> DecisionForm:
        """The form of the decision under way."""
        return self._form

    @property
    def detail(self) -> Detail | None:
        """The incident shown beside the queue."""
        return self._panel.detail

    @property
    def preview(self) -> "PdfPreview | None":
        """The sheet shown, if any."""
        return self._preview

    @Slot()
    def refresh(self) -> None:
        """Read the queue and its counts anew; nothing moves under the cursor."""
        self._fetch()

    def look_for(self, text: str) -> None:
        """Show what holds a text; an empty one shows the view again."""
        self._text = text.strip()
        self._find_timer.start()

    def focus_list(self) -> None:
        """Put the keys to work."""
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_number(self, number: str) -> None:
        """Show one incident by its number."""
        self.look_for(number)

    @Slot()
    def go_back(self) -> None:
        """Close what is open, nearest first; then back to the list."""
        if self._pages.currentIndex() > 0:
            self._close_page()
            return
        if not self._more.isHidden():
            self._close_more()
        elif self._form.is_open:
            if self._form.is_sent:
                return
            self._form.close_form()
        elif self._attach_bar.clear():
            pass
        elif self._text:
            self._text = ""
            self.found_cleared.emit()
            self._fetch_fresh()
        self.focus_list()

    @Slot(str)
    def start(self, action: str) -> None:
        """Begin an action: fill in its form, or do it at once where it asks for nothing.

        What is about an incident waits until the panel shows the one under the cursor.
        """
        if action in REPORTS:
            self._open_report(action)
        elif action == "why":
            self._panel.toggle_why(self._context.duty.actor, self._context.clock())
        elif self._shown is not None:
            self._begin(action, self._shown)
        elif self._view.current_id is not None:
            self._awaited = action
            self._load_detail()

    @property
    def _shown(self) -> Detail | None:
        """The incident in the panel, None while it is not the one under the cursor."""
        detail = self._panel.detail
        return detail if detail is not None and detail.rid == self._view.current_id else None

    def _begin(self, action: str, detail: Detail) -> None:
        if action in DECISIONS:
            self._open_decision(action, detail)
        elif action == "print":
            self._print_slip(detail.incident.number)
        elif action == "caller":
            self._show_caller(detail.incident.id)
        elif action == "attach":
            self._attach(detail)
        elif action == "resolve":
            self._settling.open(detail)
        elif action == "duplicates":
            self._pages.setCurrentWidget(self._duplicates.page)
            self._duplicates.open(detail)
        elif action == "more":
            self._toggle_more(detail)

    def _build(self) -> None:
        self._side = SideList(self)
        self._side.chosen.connect(self._on_view_chosen)
        self._view = PagedView(self._model, self.tr("事件队列"), lines=2)
        self._view.setItemDelegate(QueueRowDelegate(self._model, self._context.clock, self._view))
        self._view.set_loading(True)
        self._view.current_changed.connect(self._on_current_changed)
        self._view.activated_id.connect(self._on_activated)
        self._view.arrived_above.connect(self._on_arrived_above)
        self._pictures = Pictures(self._context, self)
        self._panel = DetailPanel(self._pictures, self)
        self._panel.asked_for.connect(self._on_asked_for)
        self._panel.file_opened.connect(self._on_file_opened)
        self._panel.files_dropped.connect(self._on_files_dropped)
        self._panel.number_asked.connect(partial(self._context.duty.asked_for.emit, "desk"))
        self._more = MoreList(self)
        self._more.chosen.connect(self._on_chosen)
        self._duplicates = Duplicates(self._context, self)
        self._duplicates.bar.clicked.connect(partial(self.start, "duplicates"))
        self._duplicates.merge_asked.connect(self._on_merge_asked)
        self._duplicates.distinct_asked.connect(self._on_distinct_asked)
        self._duplicates.closed.connect(self._close_page)
        self._attach_bar = AttachBar(self._context, self)
        self._form = DecisionForm(self)
        self._form.confirmed.connect(self._on_confirmed)
        self._form.cancelled.connect(self.go_back)
        self._form.draft_kept.connect(self._on_draft_kept)
        self._settling = Settling(self._context, self._form, self)
        self._settling.settled.connect(self._on_settled)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setHandleWidth(1)
        for widget in (self._side, self._queue_side(), self._detail_side()):
            splitter.addWidget(widget)
        splitter.setSizes([190, 620, 430])
        splitter.setStretchFactor(0, 0)
        splitter.setStretchFactor(1, 3)
        splitter.setStretchFactor(2, 2)
        # A sheet takes the whole room: a page is too wide for the side of the queue.
        self._preview: PdfPreview | None = None
        self._viewer: ImageViewer | None = None
        self._pages = QStackedWidget()
        self._pages.addWidget(splitter)
        self._pages.addWidget(self._duplicates.page)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)

    def _queue_side(self) -> QWidget:
        side = QWidget()
        layout = QVBoxLayout(side)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        bar = QWidget(side)
        bar.setProperty("role", "bar")
        line = QHBoxLayout(bar)
        line.setContentsMargins(12, 8, 12, 8)
        self._heading = QLabel(textFormat=Qt.TextFormat.PlainText)
        self._heading.setProperty("role", "strong")
        self._order = QLabel(textFormat=Qt.TextFormat.PlainText)
        self._order.setProperty("role", "dim")
        self._arrived = QLabel(textFormat=Qt.TextFormat.PlainText)
        self._arrived.setProperty("role", "accent")
        line.addWidget(self._heading)
        line.addStretch(1)
        line.addWidget(self._order)
        line.addWidget(self._arrived)
        layout.addWidget(bar)
        layout.addWidget(self._view)
        return side

    def _detail_side(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._form)
        layout.addWidget(self._attach_bar)
        layout.addWidget(self._duplicates.bar)
        layout.addWidget(self._more, 1)
        layout.addWidget(self._panel, 1)
        page.setMinimumWidth(360)
        return page

    def _bind_keys(self) -> None:
        others = (*REPORTS, "resolve", "duplicates", "print", "caller", "why", "attach", "more")
        for name in (*DECISIONS, *others):
            if not BY_ID[name].key:
                continue
            bind(self._view, name, partial(self.start, name))
            bind(self._more, name, partial(self._on_chosen, name))
            # Nothing in the panel is typed into: a button or a file there keeps the keys alive.
            bind(self._panel, name, partial(self.start, name), has_children=True)

    def _rows(self, ids: Sequence[int]) -> list[QueueRow | None]:
        scope = self._context.duty.scope
        rows = self._context.store.read(lambda c: queue_rows(c, scope, ids))
        return [row and row._replace(is_amber=row.rid in self._amber) for row in rows]

    def _filter(self) -> QueueFilter:
        return QueueFilter(text=self._text) if self._text else self._side.view.filter

    def _fetch_fresh(self) -> None:
        """Read another list: it stays owed until one is shown, whatever read brings it."""
        self._is_fresh_wanted = True
        self._fetch()

    def _fetch(self) -> None:
        store, scope, now = self._context.store, self._context.duty.scope, self._context.clock()
        wanted = self._filter()

        def read() -> tuple["array[int]", Counts, frozenset[int]]:
            ids = store.read(lambda c: queue_ids(c, scope, wanted, now))
            counted = store.read(lambda c: counts(c, scope, now))
            return ids, counted, store.read(lambda c: amber(c, scope, now))

        self._context.runner.read(read, self._on_fetched, self._on_read_failed, "queue", self)

    def _on_fetched(self, found: tuple["array[int]", Counts, frozenset[int]]) -> None:
        ids, counted, self._amber = found
        is_fresh, self._is_fresh_wanted = self._is_fresh_wanted, False
        self._view.set_loading(False)
        self._say_what_empty_means()
        self._model.set_ids(ids, is_fresh=is_fresh)
        self._model.invalidate()
        self._view.viewport().update()
        self._side.set_counts(counted)
        self._heading.setText(self._heading_text())
        is_archive = self._filter().is_archive or bool(self._text)
        order = self.tr("新的在前") if is_archive else self.tr("按风险与时限排序")
        self._order.setText(f"{order}  {len(ids)} 件")
        self.counted.emit(counted)
        if self._wanted is not None and self._view.set_current_id(self._wanted):
            self._wanted = None
        if self._view.current_id is None and ids:
            self._view.select_first()
        if not ids:
            self._show_nothing()
        else:
            self._load_detail()
        self.loaded.emit()

    def _show_nothing(self) -> None:
        self._panel.show_nothing()
        self._duplicates.leave()

    def _say_what_empty_means(self) -> None:
        if self._text:
            self._view.set_empty_text(self.tr("没有找到"), self.tr("按 Esc 清除查找"))
        else:
            self._view.set_empty_text(
                self.tr("这里没有待办事件"), self.tr("按 N 登记新事件，Alt+2 导入工单")
            )

    def _heading_text(self) -> str:
        return self.tr("查找：") + self._text if self._text else self._side.view.name

    def _load_detail(self) -> None:
        rid = self._view.current_id
        if rid is None:
            return
        store, duty, now = self._context.store, self._context.duty, self._context.clock()
        scope, actor = duty.scope, duty.actor
        self._context.runner.read(
            lambda: store.read(lambda c: incident_detail(c, scope, rid, now, actor)),
            self._on_detail,
            self._on_read_failed,
            "detail",
            self,
        )

    def _on_detail(self, detail: Detail | None) -> None:
        action, self._awaited = self._awaited, ""
        if detail is None:
            self._show_nothing()
            return
        detail = self._classing.advise(detail)
        self._panel.show_detail(detail, self._context.duty.actor, self._context.clock())
        self._duplicates.look(detail)
        if not self._more.isHidden() and self._shown is not None:
            self._more.show_standing(standing(self._shown, self._context.duty.actor))
        if action and self._shown is not None:
            self._begin(action, self._shown)

    def _on_read_failed(self, error: Exception) -> None:
        self._awaited = ""
        self._view.set_loading(False)
        self._view.set_empty_text(self.tr("读取失败"), self.tr("数据没有丢失；按 F5 再试"))
        self._context.duty.tell_error(error)

    def _load_choices(self) -> None:
        store = self._context.store
        self._context.runner.read(
            lambda: store.read(lambda c: _read_choices(c, store.clock())),
            self._on_choices,
            None,
            "choices",
            self,
        )

    def _on_choices(self, found: tuple[Choices, dict[str, str], ListsInForce]) -> None:
        choices, villages, self._lists = found
        keep_lists(self._lists)
        self._side.set_lists(self._lists)
        self._form.offer(choices)
        self._side.set_villages(villages)

    @Slot()
    def _on_tick(self) -> None:
        self.refresh()
        store = self._context.store
        self._context.runner.read(
            lambda: store.read(lambda c: lists_at(c, store.clock())),
            self._on_lists,
            None,
            "lists",
            self,
        )

    def _on_lists(self, lists: ListsInForce) -> None:
        # A version counts from its day on: nobody commits anything at that hour.
        if self._lists is not None and lists != self._lists:
            self._context.duty.changed.emit(Changes(frozenset({"list"})))

    def _open_report(self, action: str) -> None:
        if refused := report_refusal(action, self._context.duty.actor):
            self._context.duty.tell_error(refused)
            return
        specs = {spec.name: spec for spec in transition_of(action).fields}
        ordered = [specs.pop(name) for name in _REPORT_ORDER]
        ordered[1:1] = specs.values()
        request = FormRequest(
            action=action,
            title=self.tr("新建事件") if action == "report" else BY_ID[action].help,
            specs=[*ordered[:2], *_CALLER_SPECS, *ordered[2:]],
            values={"source": "phone", "urgency": "normal"},
            remark=self.tr("先记内容；来电人和号码单独加密保存，不写进事件正文。"),
            classes=_class_choices(current_policy()),
        )
        self._form.open_form(request)

    def _open_decision(self, action: str, detail: Detail) -> None:
        refused = detail.obstacles.get(action)
        if refused:
            self._context.duty.tell_error(refused)
            return
        hidden = _HIDDEN.get(action, set())
        if self._context.duty.actor.unit:
            hidden = hidden | {"contact"}
        specs = [spec for spec in asked(action, detail) if spec.name not in hidden]
        values, remark = prefill(action, detail)
        if action == "accept" and self._duplicates.is_ruled_out(detail.incident.id):
            values["not_duplicate"] = True
        request = FormRequest(
            action=action,
            title=f"{BY_ID[action].text}  {detail.incident.number[-6:]}",
            specs=specs,
            values=values,
            remark=remark,
            needed=_NEEDED,
            subject=detail.incident.id,
            classes=_class_choices(detail.policy),
        )
        self._form.open_form(request)

    @Slot(str, str, object)
    def _on_confirmed(self, action: str, subject: str, values: Mapping[str, Any]) -> None:
        if action == "resolve":
            self._settling.confirm(subject, values)
            return
        store, duty = self._context.store, self._context.duty
        actor, scope = duty.actor, duty.scope
        command: Callable[[], Done]
        if action in REPORTS:
            given = dict(values)
            caller = Caller(given.pop("caller_name"), given.pop("caller_phone"))
            command = partial(report_incident, store, actor, Report(given, caller), action)
        else:
            command = partial(act, store, actor, scope, subject, action, values)
        self._context.runner.write(
            command,
            partial(self._on_done, action, subject),
            partial(self._on_refused, action, subject),
            owner=self,
        )

    def _on_done(self, action: str, subject: str, done: Done) -> None:
        was_shown = self._form.settle(action, subject)
        if action in REPORTS:
            self._wanted = done.rid
            self._side.show_all()
            self.refresh()
        if was_shown or not self._form.is_open:
            self.focus_list()
        text = f"{BY_ID[action].text}  {done.number}  →  {STATE_NAMES[done.state]}"
        self._context.duty.tell(OK, text, stripped_text(done.stripped))

    @Slot(object, bool)
    def _on_settled(self, done: Settled, was_shown: bool) -> None:
        """Go on to what else is in dispute there, unless the operator has gone on already."""
        if was_shown:
            self.focus_list()
            self._awaited = "resolve" if done.left else ""
            self._load_detail()

    def _on_refused(self, action: str, subject: str, error: Exception) -> None:
        if not self._form.settle(action, subject, error):
            self._context.duty.tell_error(error)

    def _show_caller(self, number: str) -> None:
        store, duty = self._context.store, self._context.duty
        actor, scope = duty.actor, duty.scope
        self._context.runner.write(
            lambda: view_caller(store, actor, scope, number),
            partial(self._on_caller, actor, number),
            duty.tell_error,
            owner=self,
        )

    def _on_caller(self, actor: Actor, number: str, found: tuple[Caller | None, Changes]) -> None:
        caller, _ = found
        if actor != self._context.duty.actor:
            return  # who asked has left; the next one may not see callers
        if caller is None:
            self._context.duty.tell(WARN, self.tr("来电人信息已删除或本站点无权读取"))
        else:
            text = f"{number[-6:]}  {caller.name or '未留姓名'}  {caller.phone or '无号码'}"
            self._context.duty.tell(OK, text, self.tr("本次查看已记录"))

    def _print_slip(self, number: str) -> None:
        store, duty = self._context.store, self._context.duty
        actor, scope = duty.actor, duty.scope

        def make() -> Any:
            from desktop.sheets import make_sheet  # lazy: reportlab is not needed to start

            return make_sheet(store, actor, scope, "slip", number)

        self._context.runner.job(make, partial(self._on_sheet, actor), duty.tell_error, self)

    def _on_sheet(self, actor: Actor, sheet: Any) -> None:
        if actor != self._context.duty.actor:
            return
        if self._preview is None:
            from desktop.widgets.pdf_preview import PdfPreview  # lazy: off the start path

            self._preview = PdfPreview(self._context, self)
            self._preview.closed.connect(self._close_page)
            self._pages.addWidget(self._preview)
        self._preview.show_sheet(sheet.pdf, sheet.file_name, sheet.kind, sheet.about)
        self._pages.setCurrentWidget(self._preview)
        self._preview.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _close_page(self) -> None:
        """Leave a sheet or a picture, to where it was opened from."""
        shown = self._pages.currentWidget()
        self._pages.setCurrentIndex(0)
        self.focus_list()
        if self._viewer is not None and shown is self._viewer:
            self._viewer.clear()
            self._panel.focus_file(self._viewer.row.blob)

    @Slot(str, str)
    def _on_merge_asked(self, id: str, lead: str) -> None:
        self._close_page()
        self._on_confirmed("merge", id, {"lead": lead})

    @Slot(int)
    def _on_distinct_asked(self, rid: int) -> None:
        """Go on to accept the incident compared, wherever the cursor is by now."""
        self._close_page()
        if self._view.set_current_id(rid):
            self.start("accept")
        else:
            self._context.duty.tell(WARN, self.tr("这一件已不在当前列表里，没有受理"))

    def _attach(self, detail: Detail, paths: Sequence[Path] = ()) -> None:
        refused = detail.obstacles.get("attach")
        if refused:
            self._context.duty.tell_error(refused)
        elif paths:
            self._attach_bar.add(detail.incident.number, paths)
        else:
            self._attach_bar.choose(detail.incident.number)

    @Slot(object)
    def _on_files_dropped(self, paths: Sequence[Path]) -> None:
        if self._shown is not None:
            self._attach(self._shown, paths)

    @Slot(object)
    def _on_file_opened(self, row: AttachmentRow) -> None:
        shown, known = self._shown, self._pictures.get(row.blob)
        if shown is None:
            return
        number = shown.incident.number
        pictures = [item for item in shown.attachments if item.media in FORMATS and item.name]
        if known is not None and known.error is not None:
            self._context.duty.tell(WARN, *describe(known.error))
        elif row in pictures:
            self._show_picture(number, pictures, pictures.index(row))
        else:
            self._attach_bar.save_as(number, row)

    def _show_picture(self, number: str, rows: Sequence[AttachmentRow], index: int) -> None:
        if self._viewer is None:
            self._viewer = ImageViewer(self._context, self)
            self._viewer.closed.connect(self._close_page)
            self._viewer.save_asked.connect(self._attach_bar.save_as)
            self._pages.addWidget(self._viewer)
        self._viewer.show_rows(number, rows, index)
        self._pages.setCurrentWidget(self._viewer)
        self._viewer.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_draft_kept(self) -> None:
        self._context.duty.tell(OK, self.tr("没有提交的内容已留着"), self.tr("再按同一个键接着填"))

    @Slot(object)
    def _on_changed(self, changes: Changes) -> None:
        if changes.subjects & {"incident", "unit", "area", "list"}:
            self._refresh.request()
        if changes.subjects & {"unit", "area", "list"}:
            self._load_choices()

    @Slot()
    def _on_switched(self) -> None:
        # What one person typed, a caller's number perhaps, is not the next one's to see.
        was_open = self._form.is_open
        self._close_more()
        if self._form.forget():
            self._context.duty.tell(WARN, self.tr("已换人，没有确认的内容已清除"))
        if self._pages.currentIndex() > 0:
            self._close_page()
        elif was_open:
            self.focus_list()
        if self._preview is not None:
            self._preview.clear()
        self._text = ""
        self._find_timer.stop()
        self.found_cleared.emit()
        self._attach_bar.clear()
        self._pictures.forget()
        self._awaited = ""
        self._context.runner.cancel("detail")
        self._panel.show_nothing()
        self._duplicates.forget()
        self._fetch_fresh()

    def _toggle_more(self, detail: Detail) -> None:
        """Show all actions in the place of the panel, or the panel again."""
        if not self._more.isHidden():
            self._close_more()
            self.focus_list()
            return
        self._more.show_standing(standing(detail, self._context.duty.actor))
        self._panel.hide()
        self._more.show()
        self._more.setFocus(Qt.FocusReason.OtherFocusReason)

    def _close_more(self) -> None:
        self._more.forget()
        self._panel.show()

    @Slot(str)
    def _on_chosen(self, action: str) -> None:
        """Start what was chosen from all actions; the list of them makes room for its form."""
        if action != "more":
            self._close_more()
            self.focus_list()
        self.start(action)

    @Slot(str)
    def _on_asked_for(self, action: str) -> None:
        # A button is about what the panel shows, wherever the cursor is by now.
        if self._shown is not None:
            self.start(action)

    @Slot(object)
    def _on_view_chosen(self, _: View) -> None:
        self._text = ""
        self.found_cleared.emit()
        self._fetch_fresh()

    @Slot()
    def _on_find_timeout(self) -> None:
        self._fetch_fresh()

    @Slot(object)
    def _on_current_changed(self, rid: int | None) -> None:
        self._awaited = ""
        self._close_more()
        if self._form.is_open and self._form.action not in REPORTS:
            self._form.close_form()
        if rid is not None:
            self._load_detail()

    @Slot(object)
    def _on_activated(self, _: int) -> None:
        self._panel.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(int)
    def _on_arrived_above(self, count: int) -> None:
        self._arrived.setText(self.tr("上方新到 {} 件 ↑").format(count) if count else "")


def _read_choices(connection: Any, now: int) -> tuple[Choices, dict[str, str], ListsInForce]:
    lists = lists_at(connection, now)
    known = areas(connection)
    villages = {item.code: item.name for item in known if item.level == "village"}
    choices = Choices(
        areas=tuple(
            Choice(item.code, _place_name(item, villages))
            for item in known
            if item.level in ("village", "grid")
        ),
        units=tuple(Choice(item.code, item.name, item.short_name) for item in units(connection)),
    )
    return choices, villages, lists


def _class_choices(policy: Policy) -> tuple[Choice, ...]:
    return tuple(Choice(item.code, item.name, item.short_name) for item in policy.classes.values())


def _place_name(area: AreaRow, villages: Mapping[str, str]) -> str:
    """Return a grid's name with its village's, unless it begins with that: many are 第一网格."""
    village = villages.get(area.parent, "")
    stem = village
    for ending in _VILLAGE_ENDINGS:
        stem = stem.removesuffix(ending)
    return area.name if not stem or area.name.startswith(stem) else f"{village} {area.name}"
