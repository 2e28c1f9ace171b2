"""A sheet before it leaves the room: the bytes of a PDF, shown, printed, saved.

Screen, printer and file get the same bytes; each print and each save is recorded.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QEvent,
    QIODevice,
    QPoint,
    QRect,
    QSize,
    QSizeF,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QImage, QKeyEvent, QPageLayout, QPageSize, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from db.commands.exports import MAX_PURPOSE, check_print, record_print
from db.domain.errors import EnvironmentError_, RuleError
from db.domain.ops import Actor
from db.store.files import write_file
from desktop.context import OK, AppContext
from desktop.language import say
from desktop.override import override
from desktop.sheets import MadeSheet, unused_path, usual_purpose
from desktop.widgets.elided_label import ElidedLabel
from desktop.widgets.own_keys import claims_key

if TYPE_CHECKING:
    from PySide6.QtPdf import QPdfDocument
    from PySide6.QtPdfWidgets import QPdfView
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

    from desktop.widgets.second_person import SecondPerson

T = TypeVar("T")

ZOOM_STEP = 1.25
ZOOM_RANGE = (0.25, 5.0)
PRINT_DPI = 600
"""More than this a laser printer does not show; a page of it has 35 million dots."""
STRIP_ROWS = 128
"""Rows rendered at a time: a whole page would hold the interpreter for a third of a second."""
QUIET_ROWS = 4
"""Rows alike above and below a cut: a driver that scales strips loses no line between two."""
_POINTS = 72
_PURPOSE_WIDTH = 10

_KEPT = "purpose."
"""Under which is kept for what a person last took a kind of sheet."""

_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier


class PdfPreview(QWidget):
    """Show a PDF with what can be done with it.

    `saved(path)` and `printed(where)` follow the deed, `closed` the wish to go back. For what it
    leaves stands in a field; a secret one asks for a second person first.
    """

    saved = Signal(object)
    printed = Signal(str)
    closed = Signal()

    def __init__(
        self, context: AppContext, parent: QWidget | None = None, *, is_closable: bool = True
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._is_closable = is_closable
        self._sheet: MadeSheet | None = None
        self._dialog: QFileDialog | QPrintDialog | None = None
        self._keys: dict[tuple[Qt.KeyboardModifier, int], Callable[[], object]] = {}
        self._buffer = QBuffer(self)
        self._document, self._view = self._make_view()
        self._name = ElidedLabel()
        self._page = QLabel()
        self._page.setTextFormat(Qt.TextFormat.PlainText)
        self._second: SecondPerson | None = None
        self._said: dict[str, object] = {}
        self.purpose = QLineEdit(placeholderText=say("用途"))
        self.purpose.setAccessibleName(say("用途"))
        self.purpose.setMaxLength(MAX_PURPOSE)
        self.purpose.setMaximumWidth(self.fontMetrics().horizontalAdvance("汉") * _PURPOSE_WIDTH)
        self.purpose.returnPressed.connect(self._view.setFocus)
        self._bar = self._make_bar()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addLayout(self._bar)
        self._column.addWidget(self._view, 1)
        self.setFocusProxy(self._view)
        self._bind_keys()
        self._enable(False)

    @property
    def page_count(self) -> int:
        """How many pages are shown."""
        return self._document.pageCount()

    def show_sheet(self, sheet: MadeSheet) -> None:
        """Show a sheet; what it is, and of what, stands in the record when it leaves."""
        self.clear()
        self._sheet = sheet
        self._buffer.setData(QByteArray(sheet.pdf))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._document.load(self._buffer)
        self._name.setText(sheet.file_name)
        self.purpose.setText(self._context.kept(_KEPT + sheet.kind, usual_purpose(sheet.kind)))
        self._enable(True)
        self._show_page()

    def clear(self) -> None:
        """Show nothing."""
        self._sheet = None
        self._said = {}
        if self._second is not None:
            self._second.put_away()
        self._document.close()
        self._buffer.close()
        self._name.setText("")
        self._enable(False)
        self._show_page()

    def print_sheet(self) -> None:
        """Ask for a printer, then print."""
        self._permitted(self._choose_printer)

    def _choose_printer(self) -> None:
        assert self._sheet is not None
        # Printing is asked for rarely; the window must open without its libraries.
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(self._sheet.file_name)
        printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        size = self._document.pagePointSize(0)
        if size.width() > size.height():
            printer.setPageOrientation(QPageLayout.Orientation.Landscape)
        printer.setFromTo(1, self.page_count)
        dialog = QPrintDialog(printer, self)
        dialog.setMinMax(1, self.page_count)
        dialog.accepted.connect(self._on_printer_chosen)
        self._open(dialog)

    def print_to(self, printer: "QPrinter") -> None:
        """Print to a printer without asking; one that makes a PDF file gets these very bytes."""
        sheet = self._sheet
        if sheet is None:
            return
        self._enable(False)
        record = self._recorder(sheet)

        def done(outcome: tuple[str, int]) -> None:
            record(outcome[1])
            if isValid(self):
                self._on_printed(*outcome)

        self._run(lambda: _print(sheet.pdf, printer), done)

    def save(self) -> None:
        """Save to the folder of sheets under a name not yet taken."""
        self._permitted(self._save_new)

    def save_as(self) -> None:
        """Ask where to, then save."""
        self._permitted(self._choose_file)

    def _save_new(self) -> None:
        assert self._sheet is not None
        pdf, path = self._sheet.pdf, self._context.sheets / self._sheet.file_name
        self._save(lambda: save_new(pdf, path))

    def _choose_file(self) -> None:
        assert self._sheet is not None
        dialog = QFileDialog(self, say("另存为"), str(self._context.sheets), "PDF (*.pdf)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.selectFile(self._sheet.file_name)
        dialog.fileSelected.connect(self._on_file_chosen)
        self._open(dialog)

    def _permitted(self, then: Callable[[], object], second: Actor | None = None) -> None:
        """Go on where this person may let the sheet leave, alone or with a second one."""
        if self._sheet is None:
            return
        try:
            self._said = check_print(self._context.duty.actor, self._sheet.secrecy, second)
        except RuleError as error:
            self._ask_second(error, then)
            return
        then()

    def _ask_second(self, error: RuleError, then: Callable[[], object]) -> None:
        from desktop.widgets.second_person import SecondPerson, is_needed  # lazy: seldom needed

        if not is_needed(error):
            self._context.duty.tell_error(error)
            return
        if self._second is None:
            self._second = SecondPerson(self._context, self)
            self._second.closed.connect(self._view.setFocus)
            self._column.insertWidget(1, self._second)
        self._second.ask(error, lambda second: self._permitted(then, second))

    def zoom_by(self, factor: float) -> None:
        """Zoom in or out."""
        lowest, highest = ZOOM_RANGE
        zoom = min(max(self._zoom() * factor, lowest), highest)
        self._view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._view.setZoomMode(self._view.ZoomMode.Custom)
        self._view.setZoomFactor(zoom)

    def fit_width(self) -> None:
        """Make a page as wide as there is room."""
        self._view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._view.setZoomMode(self._view.ZoomMode.FitToWidth)

    @override
    def event(self, event: QEvent) -> bool:
        return claims_key(event, self._action_of) or super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = self._action_of(event)
        if action is None:
            super().keyPressEvent(event)
        else:
            action()

    def _action_of(self, event: QEvent) -> Callable[[], object] | None:
        if not isinstance(event, QKeyEvent):
            return None
        # Only these two say anything; a keypad sets a third.
        return self._keys.get((event.modifiers() & (_CTRL | _SHIFT), event.key()))

    def _make_view(self) -> "tuple[QPdfDocument, QPdfView]":
        # The window must open without QtPdf; a preview is made when it is first needed.
        from PySide6.QtPdf import QPdfDocument
        from PySide6.QtPdfWidgets import QPdfView

        document = QPdfDocument(self)
        view = QPdfView(self)
        view.setDocument(document)
        view.setPageMode(QPdfView.PageMode.MultiPage)
        view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        # A bar that comes and goes changes the width to fit to: the view would lay itself out for
        # ever, and the window with it.
        view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setFrameShape(QPdfView.Shape.NoFrame)
        view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        view.setAccessibleName(say("预览"))
        view.pageNavigator().currentPageChanged.connect(self._show_page)
        return document, view

    def _make_bar(self) -> QHBoxLayout:
        self._print_button = _button(
            say("打印 Ctrl+P"), "", self.print_sheet, say("打印"), is_primary=True
        )
        self._save_button = _button(say("保存 Ctrl+S"), "", self.save, say("保存"))
        self._save_as_button = _button(say("另存为…"), "Ctrl+Shift+S", self.save_as)
        smaller = _button("−", "Ctrl+-", lambda: self.zoom_by(1 / ZOOM_STEP), say("缩小"))
        larger = _button("+", "Ctrl++", lambda: self.zoom_by(ZOOM_STEP), say("放大"))
        width = _button(say("适合宽度"), "Ctrl+0", self.fit_width)
        self._tools = (
            smaller,
            larger,
            width,
            self._save_as_button,
            self._save_button,
            self._print_button,
        )
        bar = QHBoxLayout()
        bar.setContentsMargins(14, 8, 14, 8)
        bar.setSpacing(8)
        bar.addWidget(self._name, 1)
        bar.addWidget(self._page)
        bar.addWidget(self.purpose)
        for tool in self._tools:
            bar.addWidget(tool)
        if self._is_closable:
            bar.addWidget(_button(say("关闭 Esc"), "", self.closed.emit, say("关闭")))
        return bar

    def _bind_keys(self) -> None:
        plain = Qt.KeyboardModifier.NoModifier
        self._keys = {
            (_CTRL, Qt.Key.Key_P): self.print_sheet,
            (_CTRL, Qt.Key.Key_S): self.save,
            (_CTRL | _SHIFT, Qt.Key.Key_S): self.save_as,
            (_CTRL, Qt.Key.Key_Minus): lambda: self.zoom_by(1 / ZOOM_STEP),
            (_CTRL, Qt.Key.Key_Plus): lambda: self.zoom_by(ZOOM_STEP),
            (_CTRL | _SHIFT, Qt.Key.Key_Plus): lambda: self.zoom_by(ZOOM_STEP),
            (_CTRL, Qt.Key.Key_Equal): lambda: self.zoom_by(ZOOM_STEP),
            (_CTRL, Qt.Key.Key_0): self.fit_width,
        }
        if self._is_closable:
            self._keys[plain, Qt.Key.Key_Escape] = self.closed.emit

    def _enable(self, is_enabled: bool) -> None:
        for tool in self._tools:
            tool.setEnabled(is_enabled)

    def _zoom(self) -> float:
        """Return the zoom as a factor, whatever mode gave it."""
        if self._view.zoomMode() == self._view.ZoomMode.Custom:
            return self._view.zoomFactor()
        points = self._document.pagePointSize(0).width()
        margins = self._view.documentMargins()
        room = self._view.viewport().width() - margins.left() - margins.right()
        return room * _POINTS / (points * self.logicalDpiX()) if points else 1.0

    @Slot()
    def _show_page(self) -> None:
        total = self.page_count
        current = self._view.pageNavigator().currentPage() + 1
        self._page.setText(say("第 {} / {} 页").format(min(current, total), total) if total else "")

    def _open(self, dialog: "QFileDialog | QPrintDialog") -> None:
        self._dialog = dialog
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        # The print dialog has an `open` of its own that wants a receiver.
        QDialog.open(dialog)

    @Slot()
    def _on_printer_chosen(self) -> None:
        dialog: Any = self.sender()
        self.print_to(dialog.printer())

    @Slot(str)
    def _on_file_chosen(self, name: str) -> None:
        if self._sheet is not None:
            pdf, path = self._sheet.pdf, Path(name)
            self._save(lambda: _save_over(pdf, path))

    def _save(self, work: Callable[[], Path]) -> None:
        sheet, pages = self._sheet, self.page_count
        assert sheet is not None
        self._enable(False)
        record = self._recorder(sheet)

        def done(path: Path) -> None:
            record(pages)
            if isValid(self):
                self._on_saved(path)

        self._run(work, done)

    def _run(self, work: Callable[[], T], done: Callable[[T], object]) -> None:
        """Run a job whose outcome counts even where the preview is gone by then."""
        duty = self._context.duty

        def failed(error: Exception) -> None:
            if isValid(self):
                self._enable(self._sheet is not None)
            duty.tell_error(error)

        self._context.runner.job(work, done, failed, owner=duty)

    def _recorder(self, sheet: MadeSheet) -> Callable[[int], None]:
        """Return what records the deed: of who begins it now, whoever sits here when it is done."""
        context, actor, said = self._context, self._context.duty.actor, self._said
        purpose = self.purpose.text().strip() or usual_purpose(sheet.kind)
        digest = hashlib.sha256(sheet.pdf).hexdigest()

        def record(pages: int) -> None:
            context.keep(_KEPT + sheet.kind, purpose)
            context.runner.write(
                lambda: record_print(
                    context.store, actor, sheet.kind, sheet.about, digest, pages,
                    purpose=purpose, rows=sheet.rows, second=said,
                )
            )  # fmt: skip

        return record

    def _on_saved(self, path: Path) -> None:
        self._enable(self._sheet is not None)
        self._context.duty.tell(OK, say("已保存：{}").format(path))
        self.saved.emit(path)

    def _on_printed(self, where: str, pages: int) -> None:
        self._enable(self._sheet is not None)
        self._context.duty.tell(OK, say("已打印 {} 页：{}").format(pages, where))
        self.printed.emit(where)


def save_new(pdf: bytes, path: Path) -> Path:
    """Save under a name that is not taken, whole or not at all; return where.

    Raises EnvironmentError_ where the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        free = unused_path(path)
    except OSError as error:
        raise EnvironmentError_("file_unwritable", path=str(path), detail=error.strerror) from error
    return _save_over(pdf, free)


def _save_over(pdf: bytes, path: Path) -> Path:
    write_file(path, pdf)
    return path


def _print(pdf: bytes, printer: "QPrinter") -> tuple[str, int]:
    """Print on a worker thread; return where to, and how many pages."""
    document, buffer = _load(pdf)
    pages = range(document.pageCount())
    if printer.printRange() == printer.PrintRange.PageRange and printer.fromPage() > 0:
        pages = pages[printer.fromPage() - 1 : printer.toPage()]
    name = printer.outputFileName()
    is_file = printer.outputFormat() == printer.OutputFormat.PdfFormat and bool(name)
    if is_file and len(pages) == document.pageCount():
        write_file(Path(name), pdf)
    else:
        paint_pages(document, pages, printer)
    document.close()
    buffer.close()
    return name or printer.printerName(), len(pages)


def _load(pdf: bytes) -> "tuple[QPdfDocument, QBuffer]":
    # Loaded by then: whoever prints has seen the preview.
    from PySide6.QtPdf import QPdfDocument

    buffer = QBuffer()
    buffer.setData(QByteArray(pdf))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    # Built without a parent and used on this thread alone: the one on screen belongs to another.
    document = QPdfDocument(None)  # type: ignore[call-overload]
    document.load(buffer)
    return document, buffer


def paint_pages(document: "QPdfDocument", pages: range, printer: "QPrinter") -> None:
    """Paint pages dot for dot; raises EnvironmentError_ where the printer will not take them."""
    printer.setFullPage(True)
    printer.setResolution(min(printer.resolution(), PRINT_DPI))
    painter = QPainter()
    try:
        if not painter.begin(printer):
            raise EnvironmentError_("printer_refused", name=printer.printerName())
        for page in pages:
            if page != pages.start and not printer.newPage():
                raise EnvironmentError_("printer_refused", name=printer.printerName())
            _paint_page(document, page, painter, printer)
    finally:
        if painter.isActive():
            painter.end()


def _paint_page(
    document: "QPdfDocument", page: int, painter: QPainter, printer: "QPrinter"
) -> None:
    # Loaded by then, as above.
    from PySide6.QtPdf import QPdfDocumentRenderOptions

    paper = printer.pageLayout().fullRectPixels(printer.resolution())
    points = document.pagePointSize(page)
    size = _fitted(points, paper.size())
    left, top = (paper.width() - size.width()) // 2, (paper.height() - size.height()) // 2
    options = QPdfDocumentRenderOptions()
    options.setScaledSize(_scale_for_strips(points, size))
    row = 0
    while row < size.height():
        strip = QSize(size.width(), min(STRIP_ROWS, size.height() - row))
        # Qt scales by right - left of the clip, one less than its width: hence the dot more.
        options.setScaledClipRect(QRect(QPoint(0, row), strip + QSize(1, 1)))
        image = _on_white(document.render(page, strip, options))
        if row + strip.height() < size.height():
            image = image.copy(0, 0, strip.width(), _quiet_row(image))
        painter.drawImage(left, top + row, image)
        row += image.height()


def _quiet_row(image: QImage) -> int:
    """Return the lowest row where nothing begins or ends, the height where there is none."""
    stride, bits = image.bytesPerLine(), image.constBits()
    alike = 0
    for row in range(image.height() - 1, image.height() // 2, -1):
        above = (row - 1) * stride
        is_alike = bits[above : above + stride] == bits[row * stride : (row + 1) * stride]
        alike = alike + 1 if is_alike else 0
        if alike == 2 * QUIET_ROWS:
            return row + QUIET_ROWS
    return image.height()


def _scale_for_strips(points: QSizeF, size: QSize) -> QSize:
    """Return the scale at which strips add up to a page of a size.

    PDFium draws the strips of a page without the fraction of a point in its size: a sheet of A4
    would come out five dots too short.
    """
    width = size.width() * points.width() / int(points.width())
    height = size.height() * points.height() / int(points.height())
    return QSize(round(width), round(height))


def _fitted(points: QSizeF, room: QSize) -> QSize:
    return points.scaled(QSizeF(room), Qt.AspectRatioMode.KeepAspectRatio).toSize()


def _on_white(image: QImage) -> QImage:
    """Return an image without transparency, which printers turn into huge masks."""
    result = QImage(image.size(), QImage.Format.Format_RGB32)
    result.fill(Qt.GlobalColor.white)
    painter = QPainter(result)
    painter.drawImage(0, 0, image)
    painter.end()
    return result


def _button(
    text: str,
    key: str,
    on_clicked: Callable[[], object],
    name: str = "",
    *,
    is_primary: bool = False,
) -> QPushButton:
    button = QPushButton(text)
    button.setAccessibleName(name or text.rstrip("…"))
    if key:
        button.setToolTip(f"{name or text} {key}")
    if is_primary:
        button.setProperty("kind", "primary")
    button.clicked.connect(lambda: on_clicked())
    return button
