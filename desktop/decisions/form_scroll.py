"""The room that the fields of a decision form take."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from desktop.decisions.form_body import FormBody
from desktop.override import override

_NARROWEST = 12
"""Characters of width that fields need at the least."""
_LEAST_SHARE = 0.55
"""Part of a window's height that fields may take before they are scrolled."""


class FormScroll(QScrollArea):
    """As high as its fields where there is room for them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("role", "form-fields")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)

    def show_body(self, body: FormBody) -> None:
        """Show other fields; those shown before are the caller's again."""
        self.takeWidget()
        self.setWidget(body)
        body.setAutoFillBackground(False)
        self.updateGeometry()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest and watched is self.widget():
            self.updateGeometry()
        return super().eventFilter(watched, event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        body = self.widget()
        if isinstance(body, FormBody):
            # Fields at their narrowest are not told that there is less room still.
            body.arrange()

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._narrowest(), self._height())

    @override
    def minimumSizeHint(self) -> QSize:
        most = round(self.window().height() * _LEAST_SHARE)
        return QSize(self._narrowest(), min(self._height(), most))

    def _narrowest(self) -> int:
        return self.fontMetrics().horizontalAdvance("中") * _NARROWEST

    def _height(self) -> int:
        """Return how high the fields are, as wide as they are."""
        body = self.widget()
        layout = body.layout() if body is not None else None
        if body is None or layout is None:
            return 0
        width = self.viewport().width()
        height = layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else -1
        return max(height, body.sizeHint().height())
