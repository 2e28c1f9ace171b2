"""What is asked about a file of ground data: its coordinate system, which property is what."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QComboBox, QGridLayout, QLabel, QRadioButton, QWidget

from db.domain.geometry import SYSTEMS
from desktop.ground_words import SYSTEM_NAMES
from desktop.screens.map.import_work import Choice


class ImportChoice(QWidget):
    """Nothing is chosen beforehand. `changed()` after each choice once there is a system."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        for column in (1, 3):
            self._grid.setColumnStretch(column, 1)
        ask = QLabel(
            self.tr("坐标系（请问清，从数字上看不出来）"),
            textFormat=Qt.TextFormat.PlainText,
            wordWrap=True,
        )
        self._grid.addWidget(ask, 0, 0, 1, 4)
        self.systems = QButtonGroup(self)
        for number, system in enumerate(SYSTEMS):
            button = QRadioButton(SYSTEM_NAMES[system])
            button.setAccessibleName(self.tr("坐标系 {}").format(SYSTEM_NAMES[system]))
            self.systems.addButton(button, number)
            self._grid.addWidget(button, number + 1, 0, 1, 4)
        self.systems.idToggled.connect(self._on_system)
        self.code, self.name = QComboBox(), QComboBox()
        self._labels = (
            self._add_property(0, self.tr("编码(&B)"), self.tr("编码属性"), self.code),
            self._add_property(2, self.tr("名称(&M)"), self.tr("名称属性"), self.name),
        )
        self.forget()

    @property
    def choice(self) -> Choice | None:
        """What was chosen so far, None while the coordinate system is not."""
        number = self.systems.checkedId()
        if number < 0:
            return None
        code, name = self.code.currentText(), self.name.currentText()
        if not self._is_found:
            return Choice(SYSTEMS[number], code or None, name or None)
        return Choice(SYSTEMS[number], code, name)

    def choose_system(self, crs: str) -> None:
        """Choose a coordinate system as a person would."""
        self.systems.button(SYSTEMS.index(crs)).setChecked(True)

    def offer(self, properties: tuple[str, ...]) -> None:
        """Offer the properties of a file, where it has any, and begin with the system."""
        for combo in (self.code, self.name):
            with QSignalBlocker(combo):
                combo.clear()
                combo.addItems(["", *properties])
        self._show_properties(bool(properties))
        self.systems.button(0).setFocus(Qt.FocusReason.OtherFocusReason)

    def show_found(self, choice: Choice) -> None:
        """Show which properties were found."""
        self._is_found = True
        self.code.setCurrentText(choice.code_property or "")
        self.name.setCurrentText(choice.name_property or "")

    def forget(self) -> None:
        """Begin anew: another file is asked about again."""
        with QSignalBlocker(self.systems):
            self.systems.setExclusive(False)
            for button in self.systems.buttons():
                button.setChecked(False)
            self.systems.setExclusive(True)
        # What the properties are is found at the first look; from then on the person decides.
        self._is_found = False
        self._show_properties(False)

    def _add_property(self, column: int, text: str, name: str, combo: QComboBox) -> QLabel:
        label = QLabel(text)
        label.setBuddy(combo)
        combo.setAccessibleName(name)
        # As wide as the panel leaves, not as its longest entry.
        combo.setMinimumContentsLength(2)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.activated.connect(self._on_property)
        row = len(SYSTEMS) + 1
        self._grid.addWidget(label, row, column)
        self._grid.addWidget(combo, row, column + 1)
        return label

    def _show_properties(self, is_shown: bool) -> None:
        for widget in (self.code, self.name, *self._labels):
            widget.setVisible(is_shown)

    @Slot(int, bool)
    def _on_system(self, _: int, is_chosen: bool) -> None:
        if is_chosen:
            self.changed.emit()

    @Slot()
    def _on_property(self) -> None:
        if self.choice is not None:
            self.changed.emit()
