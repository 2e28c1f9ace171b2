"""Above the map: what is counted, of which incidents, which layers are shown, what to draw."""

from functools import partial

from PySide6.QtCore import QSignalBlocker, QSize, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QWidget,
)

from db.domain.lists import Policy
from db.domain.names import CLOSED_FOREVER
from db.store.queries.ground import EVERYTHING, Only
from desktop.i18n import STATE_NAMES
from desktop.language import Words, say
from desktop.override import override
from desktop.widgets.fields import Choice, ChoiceModel, PickField
from desktop.widgets.map_picture import INCIDENTS, PLACES, TEAMS
from desktop.widgets.map_reading import MEASURES, OPEN
from desktop.widgets.map_shapes import CIRCLE, OUTLINE

BORDERS, TILES = "borders", "tiles"
_SWITCHES = Words(
    {
        INCIDENTS: "事件",
        PLACES: "重点场所",
        TEAMS: "队伍",
        BORDERS: "边界",
        TILES: "底图",
    }
)
_PART = ":"
_MARGIN = 14
_OPEN_STATES = [code for code in STATE_NAMES if code not in {"draft", *CLOSED_FOREVER}]


class MapBar(QWidget):
    """`changed()`: another count or other incidents. `switched()`: layers.

    `tool_asked(kind)`: a shape is to be drawn. `all_asked()`: the whole town. `import_asked()`.
    """

    changed = Signal()
    switched = Signal()
    tool_asked = Signal(str)
    all_asked = Signal()
    import_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.measure = QComboBox()
        self.only = PickField(ChoiceModel(()))
        self.layers = {name: QCheckBox(text) for name, text in _SWITCHES.items()}
        self.tools = {
            CIRCLE: QPushButton(self.tr("圆 O")),
            OUTLINE: QPushButton(self.tr("多边形 P")),
        }
        self.whole = QPushButton(self.tr("全镇 0"))
        self.bring = QPushButton(self.tr("导入…"))
        self._fields, self._switches, self._buttons = (QHBoxLayout() for _ in range(3))
        self._lines = QGridLayout(self)
        self._is_split = False
        self._build()

    @override
    def minimumSizeHint(self) -> QSize:
        # Split into two lines it needs no more.
        parts = (self._fields.minimumSize(), self._buttons.minimumSize())
        narrow = max(sum(part.width() for part in parts), self._switches.minimumSize().width())
        return QSize(narrow + 3 * _MARGIN, super().minimumSizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        parts = (self._fields, self._switches, self._buttons)
        wide = sum(part.minimumSize().width() for part in parts) + 4 * _MARGIN
        self._split(self.width() < wide)

    def _split(self, is_split: bool) -> None:
        """Put the switches on a line of their own, or back beside the others."""
        if is_split == self._is_split:
            return
        self._is_split = is_split
        self._lines.removeItem(self._switches)
        if is_split:
            self._lines.addLayout(self._switches, 1, 0, 1, 3)
        else:
            self._lines.addLayout(self._switches, 0, 1)

    def offer(self, policy: Policy) -> None:
        """Offer the platforms, classes and states of the lists in force; what is picked stays."""
        choices = [
            *(
                Choice(f"platform:{code}", say("平台 {}").format(name))
                for code, name in policy.platforms.items()
            ),
            *(
                Choice(f"state:{code}", say("状态 {}").format(STATE_NAMES[code]))
                for code in _OPEN_STATES
            ),
            *(
                Choice(f"class_code:{one.code}", say("分类 {}").format(one.name), one.short_name)
                for one in policy.classes.values()
            ),
        ]
        kept = self.only.value()
        with QSignalBlocker(self.only):
            self.only.offer(ChoiceModel(choices, self))
            self.only.set_value(kept)

    def offer_tiles(self, is_there: bool) -> None:
        """Offer the raster map where this workstation has one; it is shown then."""
        box = self.layers[TILES]
        with QSignalBlocker(box):
            box.setEnabled(is_there)
            box.setChecked(is_there)
        box.setToolTip("" if is_there else self.tr("本机没有底图，按“导入…”选一个 .mbtiles 文件"))

    def only_picked(self) -> Only:
        """Return which incidents are picked; all for what names nothing."""
        name, _, code = self.only.value().partition(_PART)
        return Only(**{name: code}) if code and self.only.is_known() else EVERYTHING

    def title(self) -> str:
        """Return in words what is counted."""
        name = MEASURES[str(self.measure.currentData())]
        is_all = self.only_picked() == EVERYTHING
        return (
            say("每格件数：{}").format(name)
            if is_all
            else say("每格件数：{} · {}").format(name, self.only.currentText())
        )

    def is_shown(self, layer: str) -> bool:
        """Whether a layer is switched on."""
        return self.layers[layer].isChecked()

    @Slot(str)
    def show_tool(self, kind: str) -> None:
        """Show which shape is being drawn."""
        for name, button in self.tools.items():
            button.setChecked(name == kind)

    def _build(self) -> None:
        for key, text in MEASURES.items():
            self.measure.addItem(text, key)
        self.measure.setCurrentIndex(self.measure.findData(OPEN))
        self.measure.setAccessibleName(self.tr("每格数什么"))
        self.only.setAccessibleName(self.tr("只看"))
        self.only.setMinimumContentsLength(10)
        edit = self.only.lineEdit()
        assert edit is not None
        edit.setPlaceholderText(self.tr("全部平台、状态、分类"))
        edit.setClearButtonEnabled(True)
        for text, field in ((self.tr("着色"), self.measure), (self.tr("只看"), self.only)):
            label = QLabel(text)
            label.setBuddy(field)
            self._fields.addWidget(label)
            self._fields.addWidget(field, 1 if field is self.only else 0)
        for name, box in self.layers.items():
            box.setChecked(name != TILES)
            box.setAccessibleName(box.text())
            box.toggled.connect(self.switched)
            self._switches.addWidget(box)
        self._switches.addStretch(1)
        for kind, button in self.tools.items():
            button.setCheckable(True)
            button.setAccessibleName(button.text())
            button.clicked.connect(partial(self.tool_asked.emit, kind))
            self._buttons.addWidget(button)
        for button, asked in ((self.whole, self.all_asked), (self.bring, self.import_asked)):
            button.setAccessibleName(button.text())
            button.clicked.connect(asked)
            self._buttons.addWidget(button)
        for part in (self._fields, self._switches, self._buttons):
            part.setSpacing(10)
        self._lines.setContentsMargins(_MARGIN, 8, _MARGIN, 8)
        self._lines.setHorizontalSpacing(_MARGIN)
        self._lines.addLayout(self._fields, 0, 0)
        self._lines.addLayout(self._buttons, 0, 2)
        self._lines.addLayout(self._switches, 0, 1)
        self._lines.setColumnStretch(1, 1)
        self.measure.activated.connect(self.changed)
        self.only.activated.connect(self.changed)
        edit.editingFinished.connect(self._on_edited)
        self._before = self.only.value()

    @Slot()
    def _on_edited(self) -> None:
        if self.only.value() != self._before:
            self._before = self.only.value()
            self.changed.emit()
