"""值班台: the queue, one incident beside it, and every decision by one key."""

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from db.domain.accounts import EMERGENCY_USER
from db.domain.areas import CODE_LENGTH
from db.domain.ops import SYSTEM, Actor
from db.store.changes import Changes
from db.store.lists import ListsInForce, lists_at
from db.store.queries.queue import QueueFilter
from desktop.actions import BY_ID, DECISIONS, REPORTS, bind
from desktop.context import OK, WARN, AppContext, Narrowed, Picked
from desktop.i18n import describe
from desktop.layouts import KeptLayout, wanted_parts
from desktop.runner import Throttle
from desktop.screens.triage.papers import Papers
from desktop.screens.triage.queue import Queue
from desktop.screens.triage.saved_views import SavedViews
from desktop.screens.triage.side import SideList, View
from desktop.town_lists import keep_lists
from desktop.widgets.paged_view import PagedView

if TYPE_CHECKING:
    from db.commands.bulk import BulkResult
    from db.commands.conflicts import Settled
    from db.commands.incidents import Done
    from db.store.queries.attachments import AttachmentRow
    from db.store.queries.incidents import Detail
    from db.store.queries.similar import Ended
    from desktop.decisions.choices import TownChoices
    from desktop.decisions.form import DecisionForm
    from desktop.filter_words import FilterWords
    from desktop.screens.triage.beside import Beside
    from desktop.widgets.pdf_preview import PdfPreview

TICK_MS = 30_000
_BESIDE = (
    "resolve", "duplicates", "claim", "undo", "mark_all", "filter", "on_map", "print", "caller",
    "why", "attach", "more",
)  # fmt: skip
"""What the desk's keys do beside decisions."""
_COUNTED = frozenset({"incident", "unit", "area", "list", "user", "post", "place", "response"})
"""What the queue shows, or what may be in dispute."""


class TriageScreen(QWidget):
    """The duty desk.

    `reported(row id)` of a new incident entered here. `painted()` once, when the first rows were
    painted: what decides on them is made thereafter, then `furnished()`. `counted(Counts)` and
    `loaded()` after every refresh; `found_cleared()` when the text looked for is no longer.
    """

    painted = Signal()
    reported = Signal(int)
    furnished = Signal()

    counted = Signal(object)
    loaded = Signal()
    found_cleared = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._awaited = ""
        self._owed = ""
        self._undone_at: tuple[object, int | None] | None = None
        self._is_stale = False
        self._lists: ListsInForce | None = None
        self._build()
        self._connect()
        self._refresh = Throttle(self.refresh, parent=self)
        ticker = QTimer(self, interval=TICK_MS)
        ticker.timeout.connect(self._on_tick)
        ticker.start()
        self._queue.show_view(self._side.view)

    @property
    def view(self) -> PagedView:
        """The queue."""
        return self._queue.view

    @property
    def form(self) -> "DecisionForm":
        """The form of the decision under way."""
        return self._beside.form

    @property
    def detail(self) -> "Detail | None":
        """The incident shown beside the queue."""
        return self._beside.panel.detail

    @property
    def looked_for(self) -> str:
        """The text looked for, empty while a view is shown."""
        return self._queue.text

    @property
    def views(self) -> tuple[View, ...]:
        """The parts of the work that can be shown."""
        return self._side.views

    @property
    def preview(self) -> "PdfPreview | None":
        """The sheet shown, if any."""
        return self._papers.preview

    @property
    def beside(self) -> "Beside":
        """What stands beside the queue and decides on its rows."""
        return self._beside

    @Slot()
    def show_mine(self) -> None:
        """Show what the person here wants to see in the list."""
        self._queue.show_parts(wanted_parts(self._context))

    @Slot()
    def furnish(self) -> None:
        """Make what the first page of the queue can be painted without."""
        assert self._beside

    @Slot()
    def refresh(self) -> None:
        """Read the queue and its counts anew; nothing moves under the cursor."""
        self._queue.refresh()

    def look_for(self, text: str) -> None:
        """Show what holds a text; an empty one shows the view again."""
        self._queue.look_for(text)

    def return_to(self, text: str, rid: int | None) -> None:
        """Look for a text again, or for none, with the cursor on an incident."""
        if text == self._queue.text:
            return
        if rid is not None:
            self._queue.want(rid)
        self._queue.look_for(text)

    def show_view(self, view: View) -> None:
        """Show a part of the work: picked at the side, or until Esc where that lacks it."""
        if view in self._side.views:
            self._side.show_view(view)
        else:
            self._queue.show_aside(view)
        self.focus_list()

    def show_part(self, part: Narrowed | Picked) -> None:
        """Show what was chosen elsewhere, until Esc."""
        if isinstance(part, Narrowed):
            self._queue.show_aside(View(part.words, part.filter))
        else:
            self._queue.show_aside(View(part.words, QueueFilter(), picked=frozenset(part.rids)))
        self.focus_list()

    def go_to(self, rid: int, number: str) -> None:
        """Put the cursor on an incident, looked for by its number where the list lacks it."""
        self._queue.go_to(rid, number)
        self.focus_list()

    def start_when_there(self, action: str) -> None:
        """Begin an action on the row under the cursor, once the list asked for is there."""
        if self._queue.is_changing:
            self._owed = action
        else:
            self.start(action)

    @Slot()
    def focus_list(self) -> None:
        """Put the keys to work."""
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def print_keys(self) -> None:
        """Show the sheet of all keys, to be printed."""
        self._papers.print_sheet("keys", "")

    def show_number(self, number: str) -> None:
        """Show one incident by its number."""
        self.look_for(number)

    @Slot()
    def go_back(self) -> None:
        """Close what is open, nearest first; then back to the list."""
        if self._papers.is_open:
            self._papers.close_page()
            return
        if not self._beside.more.isHidden():
            self._close_more()
        elif self._beside.form.is_open and not self._beside.form.is_sent:
            self._beside.form.close_form()
        elif self._beside.many.is_running:
            self._beside.many.stop()
        elif self._beside.form.is_open:
            return
        elif self.view.marked:
            self.view.set_marked(())
        elif not (self._beside.attach_bar.clear() or self._queue.clear_filter()):
            self._queue.stop_looking()
        self.focus_list()

    def cancel(self) -> None:
        """Let what runs long come to an end: the window closes."""
        if self._is_furnished:
            self._beside.many.stop()

    @Slot(str)
    def start(self, action: str) -> None:
        """Begin an action: fill in its form, or do it at once where it asks for nothing.

        What is about an incident waits until the panel shows the one under the cursor, and that is
        not known before a list on its way is there.
        """
        if action in REPORTS:
            self._beside.deciding.open_report(action)
        elif action in self._list_keys:
            self._list_keys[action]()
        elif self._queue.is_changing and self.view.current_id is not None:
            self._owed = action
        elif self.view.marked and action in DECISIONS:
            self._beside.bulk.open(action, self._queue.marked)
        elif action == "why":
            self._beside.panel.toggle_why(self._context.duty.actor, self._context.clock())
        elif self.shown is not None:
            self._begin(action, self.shown)
        elif self.view.current_id is not None:
            self._awaited = action
            self._load_detail()

    @property
    def shown(self) -> "Detail | None":
        """The incident in the panel, None while it is not the one under the cursor."""
        detail = self._beside.panel.detail
        is_current = detail is not None and detail.rid == self.view.current_id
        return detail if is_current and not self._is_stale else None

    def _begin(self, action: str, detail: "Detail") -> None:
        if action in DECISIONS:
            is_other = action == "accept" and self._beside.duplicates.is_ruled_out(
                detail.incident.id
            )
            known = {"not_duplicate": True} if is_other else {}
            self._beside.deciding.open_decision(action, detail, known)
        elif action == "claim":
            self._beside.claiming.toggle(detail)
        elif action == "on_map":
            self._context.duty.asked_for.emit("map", detail.rid)
        elif action == "print":
            self._papers.print_sheet("slip", detail.incident.number)
        elif action == "caller":
            self._beside.looking.open(detail)
        elif action == "attach":
            self._attach(detail)
        elif action == "resolve":
            self._beside.settling.open(detail.incident.number, detail.conflicts)
        elif action == "duplicates":
            self._papers.setCurrentWidget(self._beside.duplicates.page)
            self._beside.duplicates.open(detail)
        elif action == "more":
            self._toggle_more(detail)

    @property
    def _list_keys(self) -> dict[str, Callable[[], object]]:
        """What keys do that are about the list, whatever the panel shows."""
        return {
            "undo": self._undo,
            "mark_all": self._queue.mark_all,
            "filter": self._queue.open_filter,
            "save_view": self._queue.save_view,
        }

    def _build(self) -> None:
        is_district = len(self._context.store.site.town) == CODE_LENGTH["district"]
        self._side = SideList(self, is_district=is_district)
        self._queue = Queue(self._context, self, self._side.first)
        self._saved_views = SavedViews(self._context, self._side, self._queue)
        self._room = QWidget()
        self._room.setMinimumWidth(360)
        room = QVBoxLayout(self._room)
        room.setContentsMargins(0, 0, 0, 0)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setHandleWidth(1)
        for widget in (self._side, self._queue, self._room):
            splitter.addWidget(widget)
        splitter.setStretchFactor(0, 0)
        splitter.setStretchFactor(1, 3)
        splitter.setStretchFactor(2, 2)
        KeptLayout(self._context, splitter, "desk", (190, 620, 430))
        # A sheet takes the whole room: a page is too wide for the side of the queue.
        self._papers = Papers(self._context, splitter, self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._papers)
        self._furnisher = QTimer(self, singleShot=True)
        self._furnisher.timeout.connect(self._prepare)

    @Slot()
    def _prepare(self) -> None:
        """Load on another thread what furnishing takes: a window just opened answers meanwhile."""
        runner = self._context.runner
        runner.job(_load_beside, lambda _: self.furnish(), lambda _: self.furnish(), self)

    @property
    def _is_furnished(self) -> bool:
        return "_beside" in vars(self)

    @cached_property
    def _beside(self) -> "Beside":
        # lazy: half of a start would go into it, and the first page can be read without
        from desktop.screens.triage.beside import Beside

        beside = Beside(self._context, self)
        beside.form.hand_to(_drafts_of(self._context.duty.actor))
        layout = self._room.layout()
        assert layout is not None
        layout.addWidget(beside)
        self._papers.addWidget(beside.duplicates.page)
        self._connect_beside(beside)
        self._bind_keys(beside)
        self._load_choices()
        self._load_detail()
        self._queue.refresh()
        self.furnished.emit()
        return beside

    def _connect(self) -> None:
        duty = self._context.duty
        duty.changed.connect(self._on_changed)
        duty.switched.connect(self._on_switched)
        self._side.chosen.connect(self._queue.show_view)
        self._queue.listed.connect(self._on_listed)
        self.view.painted.connect(self.painted)
        # When all of the window is painted, not in the middle of it.
        self.painted.connect(self._furnisher.start, Qt.ConnectionType.QueuedConnection)
        self._queue.counted.connect(self._side.set_counts)
        self._queue.counted.connect(self.counted)
        self._queue.loaded.connect(self._on_loaded)
        self._queue.failed.connect(self._on_read_failed)
        self._queue.found_cleared.connect(self.found_cleared)
        self.view.current_changed.connect(self._on_current_changed)
        self.view.activated_id.connect(self._on_activated)
        self._papers.left.connect(self._on_paper_left)

    def _connect_beside(self, beside: "Beside") -> None:
        panel, duplicates, form = beside.panel, beside.duplicates, beside.form
        panel.asked_for.connect(self._on_asked_for)
        panel.file_opened.connect(self._on_file_opened)
        panel.files_dropped.connect(self._on_files_dropped)
        panel.number_asked.connect(partial(self._context.duty.asked_for.emit, "desk"))
        beside.more.chosen.connect(self._on_chosen)
        duplicates.bar.clicked.connect(partial(self.start, "duplicates"))
        duplicates.merge_asked.connect(self._on_merge_asked)
        duplicates.distinct_asked.connect(self._on_distinct_asked)
        duplicates.closed.connect(self._papers.close_page)
        self._papers.save_asked.connect(beside.attach_bar.save_as)
        form.cancelled.connect(self.go_back)
        form.draft_kept.connect(self._on_draft_kept)
        beside.deciding.done.connect(self._on_done)
        beside.settling.settled.connect(self._on_settled)
        beside.looking.answered.connect(self.focus_list)
        beside.bulk.done.connect(self._on_bulk_done)
        beside.taking_back.taken_back.connect(self._on_taken_back)

    def _bind_keys(self, beside: "Beside") -> None:
        others = (*REPORTS, *_BESIDE)
        bind(self._queue, "save_view", self._queue.save_view, has_children=True)
        for name in (*DECISIONS, *others):
            if not BY_ID[name].key:
                continue
            bind(self.view, name, partial(self.start, name))
            bind(beside.more, name, partial(self._on_chosen, name))
            # Nothing in the panel is typed into: a button or a file there keeps the keys alive.
            bind(beside.panel, name, partial(self.start, name), has_children=True)

    @Slot(object)
    def _on_listed(self, lists: ListsInForce) -> None:
        self._lists = lists
        keep_lists(lists)
        self._side.set_lists(lists)
        if self._is_furnished:
            self._queue.refresh()  # asked for before: the counts are still to be read
        elif not self.isVisible():
            self._furnisher.start()  # nobody waits for a paint

    @Slot()
    def _on_loaded(self) -> None:
        if self._queue.is_empty:
            self._show_nothing()
        else:
            self._load_detail()
        owed, self._owed = self._owed, ""
        if owed:
            self.start(owed)
        self.loaded.emit()

    def _show_nothing(self) -> None:
        self._beside.panel.show_nothing()
        self._beside.duplicates.leave()

    def _read_again(self) -> None:
        """Let the keys wait: what the panel shows was before the decision just written."""
        self._is_stale = True
        self._load_detail()

    def _load_detail(self) -> None:
        from db.store.queries.incidents import incident_detail  # lazy: off the start path

        rid = self.view.current_id
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

    def _on_detail(self, detail: "Detail | None") -> None:
        action, self._awaited = self._awaited, ""
        self._is_stale = False
        if detail is None:
            self._show_nothing()
            return
        detail = self._beside.classing.advise(detail)
        self._beside.panel.show_detail(detail, self._context.duty.actor, self._context.clock())
        self._beside.duplicates.look(detail)
        self._look_for_similar(detail)
        if not self._beside.more.isHidden() and self.shown is not None:
            self._beside.show_standing(self.shown)
        if action and self.shown is not None:
            self._begin(action, self.shown)

    def _look_for_similar(self, detail: "Detail") -> None:
        from db.store.queries.similar import similar_closed  # lazy: off the start path

        store, scope, now = self._context.store, self._context.duty.scope, self._context.clock()
        rid = detail.rid
        self._context.runner.read(
            lambda: store.read(lambda c: similar_closed(c, scope, rid, now)),
            partial(self._on_similar, rid),
            lambda _: None,
            "similar",
            self,
        )

    def _on_similar(self, rid: int, ended: "tuple[Ended, ...]") -> None:
        self._beside.panel.show_similar(rid, ended, self._context.duty.actor, self._context.clock())

    @Slot(object)
    def _on_read_failed(self, error: Exception) -> None:
        self._awaited = self._owed = ""
        self._furnisher.start()
        self._context.duty.tell_error(error)

    def _load_choices(self) -> None:
        from desktop.decisions.choices import filter_words, read_choices  # lazy: off the start path

        store = self._context.store

        def read() -> "tuple[TownChoices, FilterWords]":
            found = store.read(lambda c: read_choices(c, store.clock()))
            return found, filter_words(found)

        self._context.runner.read(read, self._on_choices, None, "choices", self)

    def _on_choices(self, read: "tuple[TownChoices, FilterWords]") -> None:
        found, words = read
        self._lists = found.lists
        keep_lists(found.lists)
        self._side.set_lists(found.lists)
        self._beside.form.offer(found.choices)
        self._side.set_villages(found.towns if self._side.is_district else found.villages)
        self._queue.set_words(words)
        self._saved_views.set_words(words)

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

    @Slot(str, object, bool)
    def _on_done(self, action: str, done: "Done", was_shown: bool) -> None:
        if action in REPORTS:
            self.reported.emit(done.rid)
            self._queue.want(done.rid)
            self._side.show_all()
            self.refresh()
        else:
            self._beside.taking_back.remember(action, done)
        self._read_again()
        if was_shown or not self._beside.form.is_open:
            self.focus_list()

    @Slot(str, object)
    def _on_bulk_done(self, action: str, result: "BulkResult") -> None:
        """Leave marked what was refused or not reached: it is what is still to be looked at."""
        self._beside.taking_back.remember(action, result)
        self.view.set_marked([*(item.rid for item in result.refused), *result.rest])
        self._read_again()
        if not self._beside.form.is_open:
            self.focus_list()

    def _undo(self) -> None:
        self._undone_at = self._place
        self._beside.taking_back.undo()

    @property
    def _place(self) -> tuple[object, int | None]:
        """What is shown, and where the cursor is."""
        return self._queue.part, self.view.current_id

    @Slot(int)
    def _on_taken_back(self, rid: int) -> None:
        """Go there, unless the operator has gone on to something else meanwhile."""
        if self._place == self._undone_at and not self._beside.form.is_open:
            self._queue.want(rid)
            self.focus_list()
        self.refresh()

    @Slot(object, bool)
    def _on_settled(self, done: "Settled", was_shown: bool) -> None:
        """Go on to what else is in dispute there, unless the operator has gone on already."""
        self._beside.taking_back.remember("resolve", done.done)
        if was_shown:
            self.focus_list()
            self._awaited = "resolve" if done.left else ""
            self._load_detail()

    @Slot(str)
    def _on_paper_left(self, blob: str) -> None:
        self.focus_list()
        if blob:
            self._beside.panel.focus_file(blob)

    @Slot(str, str)
    def _on_merge_asked(self, id: str, lead: str) -> None:
        self._papers.close_page()
        self._beside.deciding.send("merge", id, {"lead": lead})

    @Slot(int)
    def _on_distinct_asked(self, rid: int) -> None:
        """Go on to accept the incident compared, wherever the cursor is by now."""
        self._papers.close_page()
        if self.view.set_current_id(rid):
            self.start("accept")
        else:
            self._context.duty.tell(WARN, self.tr("这一件已不在当前列表里，没有受理"))

    def _attach(self, detail: "Detail", paths: Sequence[Path] = ()) -> None:
        refused = detail.obstacles.get("attach")
        if refused:
            self._context.duty.tell_error(refused)
        elif paths:
            self._beside.attach_bar.add(detail.incident.number, paths)
        else:
            self._beside.attach_bar.choose(detail.incident.number)

    @Slot(object)
    def _on_files_dropped(self, paths: Sequence[Path]) -> None:
        if self.shown is not None:
            self._attach(self.shown, paths)

    @Slot(object)
    def _on_file_opened(self, row: "AttachmentRow") -> None:
        shown, known = self.shown, self._beside.pictures.get(row.blob)
        if shown is None:
            return
        number = shown.incident.number
        pictures = self._beside.pictures_of(shown)
        if known is not None and known.error is not None:
            self._context.duty.tell(WARN, *describe(known.error))
        elif row in pictures:
            self._papers.show_picture(number, pictures, pictures.index(row))
        else:
            self._beside.attach_bar.save_as(number, row)

    @Slot()
    def _on_draft_kept(self) -> None:
        self._context.duty.tell(OK, self.tr("没有提交的内容已留着"), self.tr("再按同一个键接着填"))

    @Slot(object)
    def _on_changed(self, changes: Changes) -> None:
        if changes.subjects & _COUNTED:
            self._refresh.request()
        if changes.subjects & {"unit", "area", "list"}:
            self._load_choices()

    @Slot()
    def _on_switched(self) -> None:
        # What one person typed, a caller's number perhaps, is not the next one's to see.
        was_open = self._beside.form.is_open
        self.show_mine()
        self._close_more()
        if self._beside.form.hand_to(_drafts_of(self._context.duty.actor)):
            self._context.duty.tell(WARN, self.tr("已换人，没有确认的内容为上一位留着"))
        if was_open and not self._papers.is_open:
            self.focus_list()
        self._papers.forget()
        self._queue.forget()
        self._queue.clear_filter()
        self._beside.many.stop()
        self.view.set_marked(())
        self._beside.attach_bar.clear()
        self._beside.pictures.forget()
        self._awaited = self._owed = ""
        self._context.runner.cancel("detail")
        self._beside.panel.show_nothing()
        self._beside.duplicates.forget()
        self._queue.show_view(self._side.view)

    def _toggle_more(self, detail: "Detail") -> None:
        """Show all actions in the place of the panel, or the panel again."""
        if not self._beside.more.isHidden():
            self._close_more()
            self.focus_list()
            return
        self._beside.show_standing(detail)
        self._beside.panel.hide()
        self._beside.more.show()
        self._beside.more.setFocus(Qt.FocusReason.OtherFocusReason)

    def _close_more(self) -> None:
        self._beside.more.forget()
        self._beside.panel.show()

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
        if self.shown is not None:
            self.start(action)

    @Slot(object)
    def _on_current_changed(self, rid: int | None) -> None:
        self._awaited = ""
        if not self._is_furnished:
            return
        self._close_more()
        if self._beside.is_about_one:
            self._beside.form.close_form()
        if rid is not None:
            self._load_detail()

    @Slot(object)
    def _on_activated(self, _: int) -> None:
        if self._awaited:
            return  # pressed for the form that is about to open
        self._beside.panel.setFocus(Qt.FocusReason.OtherFocusReason)


def _drafts_of(actor: Actor) -> str:
    """Return under which account drafts are kept; empty for one that nobody alone has."""
    return "" if actor.user in (SYSTEM.user, EMERGENCY_USER) else actor.user


def _load_beside() -> None:
    for name in ("desktop.screens.triage.beside", "db.store.queries.similar"):
        import_module(name)
