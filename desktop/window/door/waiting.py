"""A station of a room whose accounts it cannot check yet: what to do here and at the other one."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from db.stick.cards import own_fingerprint
from desktop.context import AppContext
from desktop.language import say
from desktop.screens.sync.enrolling import EnrolForm
from desktop.widgets.entry_form import push_button, text_label

_STEPS = """本工位属于已有的指挥室，还不能核对口令：没有收到指挥室密钥。数据没有丢失，交换照常进行。

1. 还没有登记的，按“登记”，填另一工位的地址和登记码。
2. 请另一工位已登录的人到“同步”（Alt+4），光标放在本工位上，按 G 授权，由第二人确认。
3. 对方打电话来核对时，逐组念下面的指纹。
4. 下一次同步以后，这里自动变成登录。"""


class WaitingPage(QWidget):
    """Says what is awaited and shows the fingerprint. `enrolled(url, whether at a workstation)`."""

    enrolled = Signal(str, bool)

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._title = text_label("title")
        self._title.setText(say("等待指挥室密钥"))
        self._steps = text_label("")
        self._steps.setText(say(_STEPS))
        self.fingerprint = QLabel(textFormat=Qt.TextFormat.PlainText)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(self.fontMetrics().height() * 3 // 2)
        self.fingerprint.setFont(font)
        self.fingerprint.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._told = text_label("ok")
        self.open_enrol = push_button(say("登记(&E)…"))
        self.open_enrol.clicked.connect(self._show_enrol)
        self.enrol = EnrolForm(context)
        self.enrol.hide()
        self.enrol.closed.connect(self._hide_enrol)
        self.enrol.enrolled.connect(self._on_enrolled)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        for widget in (self._title, self._steps, self.fingerprint, self._told, self.enrol):
            column.addWidget(widget)
        column.addWidget(self.open_enrol, 0, Qt.AlignmentFlag.AlignLeft)
        self._told.hide()
        self.setFocusProxy(self.open_enrol)
        store = context.store
        context.runner.read(lambda: own_fingerprint(store), self._show_fingerprint, owner=self)

    def _show_fingerprint(self, fingerprint: str) -> None:
        # In one line it would be wider than the column, which then is as low as if it were wide.
        groups = fingerprint.split()
        half = len(groups) // 2
        self.fingerprint.setText("\n".join(map(" ".join, (groups[:half], groups[half:]))))
        self.fingerprint.setAccessibleName(say("本工位的指纹 {}").format(fingerprint))

    @Slot()
    def _show_enrol(self) -> None:
        self.open_enrol.hide()
        self.enrol.show()
        self.enrol.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _hide_enrol(self) -> None:
        self.enrol.hide()
        self.open_enrol.show()
        self.open_enrol.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str, bool)
    def _on_enrolled(self, url: str, is_station: bool) -> None:
        self._told.setText(say("已登记。现在请对方授权，然后等下一次同步。"))
        self._told.show()
        self._hide_enrol()
        self.enrolled.emit(url, is_station)
