"""The views that the person here keeps: offered at the side, counted, saved and forgotten."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from desktop.actions import BY_ID
from desktop.context import OK, AppContext
from desktop.screens.triage.queue import Queue
from desktop.screens.triage.side import SideList, View

if TYPE_CHECKING:
    from desktop.filter_words import FilterWords


class SavedViews(QObject):
    """Stands between the side that offers views, the queue that shows them, and the record."""

    def __init__(self, context: AppContext, side: SideList, queue: Queue) -> None:
        super().__init__(side)
        self._context, self._side, self._queue = context, side, queue
        self._views: tuple[View, ...] = ()
        self._kept: dict[str, str] = {}
        """The words of each view, by its name."""
        self._words: FilterWords | None = None
        queue.view_saved.connect(self._save)
        queue.loaded.connect(self._count)
        side.removed.connect(self._forget)
        context.duty.switched.connect(self._on_switched)

    def set_words(self, words: "FilterWords") -> None:
        """Take what words mean in this town: those of the views are read by them."""
        self._words = words
        self._load()

    def _load(self) -> None:
        from db.store.queries.views import saved_views  # lazy: off the start path

        store, user, words = self._context.store, self._context.duty.actor.user, self._words
        if words is None:
            return

        def read() -> dict[View, str]:
            kept = store.read(lambda c: saved_views(c, user))
            return {
                View(one.name, words.read(one.words).filter, is_own=True): one.words for one in kept
            }

        self._context.runner.read(read, self._on_loaded, None, "saved_views", self)

    def _on_loaded(self, found: dict[View, str]) -> None:
        self._kept = {view.name: words for view, words in found.items()}
        self._offer(tuple(found))

    def _offer(self, views: tuple[View, ...]) -> None:
        self._views = views
        self._side.set_saved(views)
        self._count()

    @Slot()
    def _count(self) -> None:
        """Count what the views hold, once the list itself is shown."""
        if not self._views:
            return
        from db.store.queries.queue import queue_count  # lazy: off the start path

        store, scope, now = self._context.store, self._context.duty.scope, self._context.clock()
        views = self._views

        def read() -> dict[View, int]:
            return {
                view: store.read(partial(queue_count, scope=scope, wanted=view.filter, now=now))
                for view in views
            }

        self._context.runner.read(
            read, self._side.set_saved_counts, None, "saved_view_counts", self
        )

    @Slot(str, str)
    def _save(self, name: str, words: str) -> None:
        from db.commands.views import save_view  # lazy: off the start path

        duty = self._context.duty
        work = partial(save_view, self._context.store, duty.actor, name, words)
        self._context.runner.write(
            work,
            duty.while_here(partial(self._on_saved, name)),
            duty.while_here(duty.tell_error),
            self,
        )

    def _on_saved(self, name: str, _: None) -> None:
        self._load()
        text = self.tr("已存为视图“{}”").format(name)
        self._context.duty.tell(OK, text, self.tr("在左侧，Delete 删除"))

    @Slot(object)
    def _forget(self, view: View) -> None:
        from db.commands.views import forget_view  # lazy: off the start path

        work = partial(forget_view, self._context.store, self._context.duty.actor, view.name)
        self._side.show_all()
        duty = self._context.duty
        self._context.runner.write(
            work,
            duty.while_here(partial(self._on_forgotten, view.name, self._kept.get(view.name, ""))),
            duty.while_here(duty.tell_error),
            self,
        )

    def _on_forgotten(self, name: str, words: str, _: None) -> None:
        self._load()
        text = self.tr("已删除视图“{}”").format(f"{name}：{words}")
        hint = self.tr("要找回：{} 打这几个词，再 {}")
        keys = BY_ID["filter"].key, BY_ID["save_view"].key
        self._context.duty.tell(OK, text, hint.format(*keys))

    @Slot()
    def _on_switched(self) -> None:
        # What one person keeps is not the next one's to see, not for a moment.
        self._context.runner.cancel("saved_view_counts")
        self._kept = {}
        self._offer(())
        self._load()
