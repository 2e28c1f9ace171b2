"""A QR code painted in dark on light, whatever the theme: a phone's camera reads no other."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.override import override

_QUIET = 4
"""Modules left free around the code (ISO/IEC 18004)."""
_MODULE = 4


class QrCode(QWidget):
    """Shows a text as a QR code with error correction M."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[list[bool]] = []
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("二维码"))

    @property
    def rows(self) -> list[list[bool]]:
        """The modules, dark ones true; empty for no code."""
        return self._rows

    def show_text(self, text: str) -> None:
        """Show a text; an empty one shows nothing."""
        self._rows = _modules(text) if text else []
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        side = (len(self._rows) + 2 * _QUIET) * _MODULE
        return QSize(side, side)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._rows:
            return
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        for y, row in enumerate(self._rows):
            for x, is_dark in enumerate(row):
                if is_dark:
                    corner = ((x + _QUIET) * _MODULE, (y + _QUIET) * _MODULE)
                    painter.fillRect(QRectF(*corner, _MODULE, _MODULE), Qt.GlobalColor.black)
        painter.end()


def _modules(text: str) -> list[list[bool]]:
    # lazy: rarely needed
    from reportlab.graphics.barcode.qrencoder import QRCode as Encoder
    from reportlab.graphics.barcode.qrencoder import QRErrorCorrectLevel

    code = Encoder(None, QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    side = range(code.getModuleCount())
    return [[bool(code.isDark(y, x)) for x in side] for y in side]
