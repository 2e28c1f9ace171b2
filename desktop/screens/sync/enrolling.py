"""登记: a form for the address and the code, in the page; what went wrong is said below it."""

from functools import partial
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from db.commands.audit import record_settings
from db.commands.site import check_may_enrol
from db.domain.errors import EnvironmentError_, InputError
from db.domain.ops import Actor
from db.store.store import Store
from desktop.context import OK, AppContext
from desktop.i18n import describe
from desktop.screens.data.confirm import Confirm


class Answer(NamedTuple):
    """What came of it: at whom this site is enrolled now, or by which key a station is known.

    `spoken` is to be compared by telephone before anything is sent; `name` is empty until then.
    """

    name: str = ""
    is_station: bool = False
    spoken: str = ""


class EnrolForm(QFrame):
    """`enrolled(url, whether at a workstation)`; `closed()` when it is put away."""

    enrolled = Signal(str, bool)
    closed = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "form")
        self._context = context
        self._url, self._code = QLineEdit(), QLineEdit()
        self._url.setPlaceholderText("https://192.0.2.10:8471")
        self._plain = QCheckBox(self.tr("允许不加密（只在自己的局域网里）"))
        self._error = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self._error.setProperty("role", "error")
        self._error.hide()
        self._confirm = Confirm()
        self._confirm.declined.connect(self.setFocus)
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        fields = ((self.tr("地址"), self._url), (self.tr("登记码"), self._code))
        for row, (name, field) in enumerate(fields):
            label = QLabel(name, textFormat=Qt.TextFormat.PlainText)
            label.setProperty("role", "dim")
            label.setBuddy(field)
            field.setAccessibleName(name)
            field.returnPressed.connect(self._on_asked)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
        hint = QLabel(
            self.tr("登记码由技术员在交换服务上发，或由本室已登记的工位发。每个码只能用一次。"),
            textFormat=Qt.TextFormat.PlainText,
            wordWrap=True,
        )
        hint.setProperty("role", "dim")
        column = QVBoxLayout(self)
        column.addWidget(hint)
        column.addLayout(grid)
        column.addWidget(self._plain)
        column.addWidget(self._error)
        column.addLayout(self._buttons())
        column.addWidget(self._confirm)
        self.setFocusProxy(self._url)

    @property
    def error(self) -> str:
        """What was refused, empty for nothing."""
        return self._error.text()

    def _buttons(self) -> QHBoxLayout:
        line = QHBoxLayout()
        self._go = QPushButton(self.tr("登记(&D)"))
        self._go.setProperty("kind", "primary")
        self._go.setAutoDefault(True)
        self._go.clicked.connect(self._on_asked)
        away = QPushButton(self.tr("收起"))
        away.setAutoDefault(True)
        away.clicked.connect(self.closed)
        line.addWidget(self._go)
        line.addWidget(away)
        line.addStretch(1)
        return line

    @Slot()
    def _on_asked(self) -> None:
        self._run("")

    def _run(self, spoken: str) -> None:
        """Enrol; `spoken` is the fingerprint that was compared, empty before that."""
        url, code = self._url.text().strip().rstrip("/"), self._code.text().strip()
        if not url or not code:
            self._fail(InputError("field_missing", column="url" if not url else "code"))
            return
        self._error.clear()
        self._error.hide()
        self._go.setEnabled(False)
        store, actor = self._context.store, self._context.duty.actor
        self._context.runner.line(
            partial(_enrol, store, actor, url, code, spoken, self._plain.isChecked()),
            partial(self._on_answer, url),
            self._fail,
            self,
        )

    def _on_answer(self, url: str, answer: Answer) -> None:
        self._go.setEnabled(True)
        if not answer.name:
            self._confirm.ask(
                answer.spoken,
                self.tr("这是对方的登记指纹：请打电话，由对方念，逐组核对。不一致就不要登记。"),
                self.tr("指纹一致，登记(&T)"),
                partial(self._run, answer.spoken),
                is_code=True,
            )
            return
        self._code.clear()
        store, actor = self._context.store, self._context.duty.actor
        self._context.runner.write(lambda: record_settings(store, actor, {}, {"exchange": url}))
        self._context.duty.tell(OK, self.tr("已登记到 {}").format(answer.name))
        self.enrolled.emit(url, answer.is_station)

    def _fail(self, error: Exception) -> None:
        self._go.setEnabled(True)
        title, hint = describe(error)
        self._error.setText(f"✕ {title}。{hint}")
        self._error.show()


def _enrol(
    store: Store, actor: Actor, url: str, code: str, spoken: str, allow_plain: bool
) -> Answer:
    """Enrol at a workstation whose fingerprint was compared, or at a hub's service; it blocks."""
    check_may_enrol(store, actor)
    from db.sync.line import HubClient, enrol_at_station  # lazy: httpx is slow to load

    shown: list[str] = []

    def is_same(words: str) -> bool:
        shown.append(words)
        return words == spoken

    if not allow_plain:
        try:
            station = enrol_at_station(store, url, code, is_same)
        except EnvironmentError_ as error:
            if error.code != "peer_untrusted" or not shown or spoken:
                raise
            return Answer(spoken=shown[0])
        if station is not None:
            return Answer(station.name, is_station=True)
    with HubClient(store, url, allow_plain=allow_plain) as client:
        return Answer(client.enrol(code).name)
