"""What takes the room of the queue for a while: a sheet, a picture, the duplicates compared."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.context import AppContext

if TYPE_CHECKING:
    from db.store.queries.attachments import AttachmentRow
    from desktop.screens.triage.image_viewer import ImageViewer
    from desktop.widgets.pdf_preview import PdfPreview


class Papers(QStackedWidget):
    """The desk's own room is the first page; the others come and go over it.

    `left(blob)` when one was closed: the file that was looked at, empty for a sheet.
    `save_asked(number, row)` when a picture is to be kept as a file.
    """

    left = Signal(str)
    save_asked = Signal(str, object)

    def __init__(self, context: AppContext, room: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._preview: PdfPreview | None = None
        self._viewer: ImageViewer | None = None
        self.addWidget(room)

    @property
    def preview(self) -> "PdfPreview | None":
        """The sheet shown, if any."""
        return self._preview

    @property
    def is_open(self) -> bool:
        """Whether something lies over the desk."""
        return self.currentIndex() > 0

    @Slot()
    def close_page(self) -> None:
        """Leave what is shown, to where it was opened from."""
        shown, blob = self.currentWidget(), ""
        self.setCurrentIndex(0)
        if self._viewer is not None and shown is self._viewer:
            blob = self._viewer.row.blob
            self._viewer.clear()
        self.left.emit(blob)

    def forget(self) -> None:
        """Leave, and keep nothing of what was shown: another person sits here now."""
        if self.is_open:
            self.close_page()
        if self._preview is not None:
            self._preview.clear()

    def print_sheet(self, kind: str, about: str) -> None:
        """Make a sheet and show it: of an incident (slip), of all keys (keys)."""
        store, duty = self._context.store, self._context.duty
        actor, scope = duty.actor, duty.scope

        def make() -> Any:
            from desktop.sheets import make_sheet  # lazy: reportlab is not needed to start

            return make_sheet(store, actor, scope, kind, about)

        self._context.runner.job(
            make, duty.while_here(self._on_sheet), duty.while_here(duty.tell_error), self
        )

    def show_picture(self, number: str, rows: "Sequence[AttachmentRow]", index: int) -> None:
        """Show one of the pictures of an incident."""
        if self._viewer is None:
            from desktop.screens.triage.image_viewer import ImageViewer  # lazy: seldom needed

            self._viewer = ImageViewer(self._context, self)
            self._viewer.closed.connect(self.close_page)
            self._viewer.save_asked.connect(self.save_asked)
            self.addWidget(self._viewer)
        self._viewer.show_rows(number, rows, index)
        self._open(self._viewer)

    def _on_sheet(self, sheet: Any) -> None:
        if self._preview is None:
            from desktop.widgets.pdf_preview import PdfPreview  # lazy: off the start path

            self._preview = PdfPreview(self._context, self)
            self._preview.closed.connect(self.close_page)
            self.addWidget(self._preview)
        self._preview.show_sheet(sheet)
        self._open(self._preview)

    def _open(self, page: QWidget) -> None:
        self.setCurrentWidget(page)
        page.setFocus(Qt.FocusReason.OtherFocusReason)
