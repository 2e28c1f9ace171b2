"""The program's own queue over a million rows of an encrypted record, in a process of its own."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication

from db.demo.bulk import offset_page
from db.store.queries.queue import QueueFilter, QueueRow, queue_ids, queue_rows
from db.store.store import Store
from desktop.bench.first_page import DESK
from desktop.bench.scroll_window import ROWS, due_in, serve_bursts
from desktop.delegates.queue_row import QueueRowDelegate, accessible_text
from desktop.models.columns import Column
from desktop.models.paged_table import PAGE, PagedTableModel
from desktop.theme import apply_theme, load_theme
from desktop.widgets.paged_view import PagedView


def main(home: Path) -> None:
    """Show every incident of the record, each with a deadline as in the open queue."""
    application = QApplication(sys.argv[:1])
    apply_theme(application, load_theme("light"))
    store = Store.open(home, read_only=True)
    now = store.clock()

    def rows(ids: Sequence[int]) -> list[QueueRow | None]:
        found = store.read(lambda c: queue_rows(c, DESK, ids))
        return [row and row._replace(due_at=now + due_in(row.rid)) for row in found]

    column = Column("", "", format=lambda row: accessible_text(row, now))
    model = PagedTableModel([column], rows)
    view = PagedView(model, "事件队列", lines=2)
    view.setItemDelegate(QueueRowDelegate(model, store.clock, view))
    # The record's own page cache is full by now, as that of a plain file is which was just filled.
    store.read(lambda c: offset_page(c, ROWS // 2, PAGE))

    def fill(count: int) -> None:
        ids = store.read(lambda c: queue_ids(c, DESK, QueueFilter(is_archive=True), now))
        model.set_ids(ids[:count] if count < len(ids) else ids)

    serve_bursts(view, view.row_height, fill)
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
