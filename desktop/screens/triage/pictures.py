"""Small pictures of attached files: read, decrypted and decoded off the GUI thread."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QImageIOHandler, QImageReader
from shiboken6 import isValid

from db.commands.attachments import open_attachment
from db.domain.errors import GridDeskError, RuleError
from db.domain.scope import Scope
from db.store import blobs
from db.store.queries.attachments import AttachmentRow
from desktop.context import AppContext

THUMB = QSize(64, 44)
"""Logical dots of a small picture."""
CACHE_BYTES = 32_000_000
ALLOCATION_MB = 256
"""The most one picture may take while it is decoded."""
MAX_PIXELS = 120_000_000
FORMATS = {"image/jpeg": b"jpeg", "image/png": b"png", "image/gif": b"gif", "image/webp": b"webp"}
"""Types that can be shown, by the one decoder that is let at them."""

READY, MISSING, DAMAGED, LOCKED = "ready", "missing", "damaged", "locked"
_STATE_OF = {"blob_missing": MISSING, "attachment_locked": LOCKED}


@dataclass(frozen=True, slots=True)
class Picture:
    """How a file stands here, and its picture where it has one."""

    image: QImage | None = None
    error: GridDeskError | None = None

    @property
    def state(self) -> str:
        """READY, or what is wrong with it."""
        return _STATE_OF.get(self.error.code, DAMAGED) if self.error else READY

    @property
    def size(self) -> int:
        """Bytes it takes in memory."""
        return self.image.sizeInBytes() if self.image else 0


def decode(content: bytes, media: str, box: QSize) -> QImage | None:
    """Return a picture no larger than a box, upright; None where it cannot be shown."""
    if media not in FORMATS:
        return None
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    QImageReader.setAllocationLimit(ALLOCATION_MB)
    reader = QImageReader(buffer, QByteArray(FORMATS[media]))
    # Other decoders are not let at bytes that only claim to be of this type.
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid() or size.width() * size.height() > MAX_PIXELS:
        return None
    if reader.transformation() & QImageIOHandler.Transformation.TransformationRotate90:
        box = box.transposed()
    if size.width() > box.width() or size.height() > box.height():
        fitted = size.scaled(box, Qt.AspectRatioMode.KeepAspectRatio)
        reader.setScaledSize(fitted.expandedTo(QSize(1, 1)))
    image = reader.read()
    return None if image.isNull() else image


class Pictures(QObject):
    """Keeps pictures in memory up to a limit. `ready(blob)` when one is known or known better."""

    ready = Signal(str)

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._known: OrderedDict[str, Picture] = OrderedDict()
        self._round = 0
        self._last: tuple[str, Sequence[AttachmentRow], float] | None = None
        context.duty.file_came.connect(self._on_came)

    @property
    def size(self) -> int:
        """Bytes that the pictures take."""
        return sum(picture.size for picture in self._known.values())

    def get(self, blob: str) -> Picture | None:
        """Return what is known of a file, None before it was looked at."""
        return self._known.get(blob)

    def want(self, number: str, rows: Sequence[AttachmentRow], scale: float) -> None:
        """Look at the files of an incident; what was asked for another one is given up.

        A file that was not in order is looked at again: it may have come by now.
        """
        self._round += 1
        self._last = (number, rows, scale)
        wanted = [row for row in rows if not self._is_ready(row.blob)]
        if wanted:
            work = partial(self._look, self._round, self._context.duty.scope, number, wanted, scale)
            self._context.runner.job(work, _done, owner=self)

    @Slot(str)
    def _on_came(self, blob: str) -> None:
        if self._last and any(row.blob == blob for row in self._last[1]):
            self.want(*self._last)

    def forget(self) -> None:
        """Drop every picture."""
        self._last = None
        self._round += 1
        self._known.clear()

    def _is_ready(self, blob: str) -> bool:
        known = self._known.get(blob)
        return known is not None and known.state == READY

    def _look(
        self, turn: int, scope: Scope, number: str, rows: Sequence[AttachmentRow], scale: float
    ) -> None:
        """Look at files one by one, on a worker thread, until others are asked for."""
        for row in rows:
            if turn != self._round:
                return
            picture = self._picture(scope, number, row, scale)
            self._context.runner.post(partial(self._keep, turn, row.blob, picture))

    def _picture(self, scope: Scope, number: str, row: AttachmentRow, scale: float) -> Picture:
        store = self._context.store
        try:
            if row.media not in FORMATS:
                blobs.check(store.home, row.blob)
                return Picture(error=None if row.name else RuleError("attachment_locked"))
            opened = open_attachment(store, scope, number, row.blob)
        except GridDeskError as error:
            if error.code == "blob_missing":
                duty = self._context.duty
                self._context.runner.post(lambda: duty.file_wanted.emit(row.blob))
            return Picture(error=error)
        return Picture(decode(opened.content, row.media, THUMB * scale))

    def _keep(self, turn: int, blob: str, picture: Picture) -> None:
        if not isValid(self) or turn != self._round:
            return
        known = self._known.get(blob)
        is_news = known is None or (known.state, known.image) != (picture.state, picture.image)
        self._known[blob] = picture
        self._known.move_to_end(blob)
        while self.size > CACHE_BYTES and len(self._known) > 1:
            self._known.popitem(last=False)
        if is_news:
            self.ready.emit(blob)


def _done(_: None) -> None:
    """Each picture has been delivered by itself."""
