"""设置: each choice takes effect at once and is kept."""

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from desktop.context import OK, AppContext
from desktop.delegates.queue_row import META_NAMES
from desktop.language import Words
from desktop.layouts import META, forget_layouts, wanted_parts
from desktop.screens.settings.own_password import OwnPassword
from desktop.settings import FONT_SIZES, LANGUAGES, PORTS, Settings, load_settings
from desktop.theme import THEMES

_THEME_NAMES = Words({"light": "浅色", "dark": "深色", "contrast": "高对比"})


class SettingsScreen(QScrollArea):
    """`setting_chosen(name, value)`: a setting of this workstation is to be another.

    What is a person's own is kept under that person; `mine_changed()`.
    """

    setting_chosen = Signal(str, object)
    mine_changed = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._theme = QComboBox()
        self._size = QSpinBox()
        self._sound = QCheckBox(self.tr("新到和刚超时的，响一声"))
        self._language = QComboBox()
        self._serves = QCheckBox(self.tr("为本室其他席位提供交换"))
        self._port = QSpinBox()
        self._finds = QCheckBox(self.tr("在本室网络上自动寻找"))
        self._meta = {name: QCheckBox(text) for name, text in META_NAMES.items()}
        self._build()
        self.show_settings(load_settings(context.store.home))
        self._connect()
        self.setFocusProxy(self._theme)
        context.duty.switched.connect(self._show_mine)

    @Slot(object)
    def show_settings(self, settings: Settings) -> None:
        """Show what holds, whoever chose it."""
        for widget in self._choices():
            widget.blockSignals(True)
        self._theme.setCurrentIndex(max(self._theme.findData(settings.theme), 0))
        self._size.setValue(settings.font_size)
        self._sound.setChecked(settings.sound)
        self._language.setCurrentIndex(max(self._language.findData(settings.language), 0))
        self._serves.setChecked(settings.room_serves)
        self._port.setValue(settings.room_port)
        self._finds.setChecked(settings.room_finds)
        for widget in self._choices():
            widget.blockSignals(False)
        self._show_mine()

    def _choices(self) -> tuple[QWidget, ...]:
        return (
            self._theme, self._size, self._sound, self._language, self._serves, self._port,
            self._finds,
        )  # fmt: skip

    def _build(self) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 18, 24, 18)
        column.setSpacing(10)
        for name in THEMES:
            self._theme.addItem(_THEME_NAMES[name], name)
        self._size.setRange(FONT_SIZES.start, FONT_SIZES.stop - 1)
        self._size.setSuffix(self.tr(" 像素"))
        for code, name in LANGUAGES.items():
            self._language.addItem(name, code)
        column.addWidget(_label(self.tr("本工位"), "title"))
        column.addLayout(
            self._form(
                (self.tr("主题"), self._theme, self.tr("F9 也可换")),
                (self.tr("字号"), self._size, self.tr("Ctrl+= 放大，Ctrl+- 缩小")),
                (self.tr("语言"), self._language, self.tr("下次打开时生效")),
                (self.tr("提示音"), self._sound, self.tr("下班时间只报紧急和特急")),
            )
        )
        column.addWidget(_label(self.tr("本室组网"), "title"))
        self._port.setRange(PORTS.start, PORTS.stop - 1)
        column.addLayout(
            self._form(
                (self.tr("交换"), self._serves, self.tr("区级线路断了，本室各席位照样互通")),
                (self.tr("端口"), self._port, self.tr("各席位不必相同；防火墙要放行")),
                (self.tr("寻找"), self._finds, self.tr("只用已认识的席位；地址也可由技术员写明")),
            )
        )
        column.addWidget(_label(self.tr("我的"), "title"))
        column.addWidget(_label(self.tr("队列第二行显示"), "dim"))
        for box in self._meta.values():
            column.addWidget(box)
        self._reset = QPushButton(self.tr("各页面恢复原来的宽窄"))
        column.addWidget(self._reset, 0, Qt.AlignmentFlag.AlignLeft)
        self.own_password = OwnPassword(self._context)
        column.addWidget(self.own_password)
        column.addWidget(_label(self.tr("关于"), "title"))
        store = self._context.store
        about = self.tr("站点 {}，数据目录 {}").format(store.site.name, store.home)
        place = _label(about, "dim")
        place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(place)
        column.addStretch(1)
        self.setWidget(page)

    def _form(self, *rows: tuple[str, QWidget, str]) -> QFormLayout:
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(6)
        for name, widget, hint in rows:
            widget.setAccessibleName(name)
            widget.setAccessibleDescription(hint)
            widget.setMinimumWidth(widget.fontMetrics().horizontalAdvance("汉") * 12)
            widget.setSizePolicy(widget.sizePolicy().Policy.Fixed, widget.sizePolicy().Policy.Fixed)
            form.addRow(name, widget)
            form.addRow("", _label(hint, "dim"))
        return form

    def _connect(self) -> None:
        self._theme.activated.connect(self._on_theme)
        self._size.valueChanged.connect(self._on_size)
        self._sound.toggled.connect(self._on_sound)
        self._language.activated.connect(self._on_language)
        self._serves.toggled.connect(partial(self.setting_chosen.emit, "room_serves"))
        self._port.editingFinished.connect(self._on_port)
        self._finds.toggled.connect(partial(self.setting_chosen.emit, "room_finds"))
        self._reset.clicked.connect(self._on_reset)
        for box in self._meta.values():
            box.toggled.connect(self._on_meta)

    @Slot(int)
    def _on_size(self, size: int) -> None:
        self.setting_chosen.emit("font_size", size)

    @Slot()
    def _on_port(self) -> None:
        self.setting_chosen.emit("room_port", self._port.value())

    @Slot(bool)
    def _on_sound(self, is_on: bool) -> None:
        self.setting_chosen.emit("sound", is_on)

    @Slot(int)
    def _on_theme(self, index: int) -> None:
        self.setting_chosen.emit("theme", self._theme.itemData(index))

    @Slot(int)
    def _on_language(self, index: int) -> None:
        self.setting_chosen.emit("language", self._language.itemData(index))

    @Slot()
    def _show_mine(self) -> None:
        shown = wanted_parts(self._context)
        for name, box in self._meta.items():
            box.blockSignals(True)
            box.setChecked(name in shown)
            box.blockSignals(False)

    @Slot()
    def _on_meta(self) -> None:
        shown = [name for name, box in self._meta.items() if box.isChecked()]
        self._context.keep(META, shown)
        self.mine_changed.emit()

    @Slot()
    def _on_reset(self) -> None:
        forget_layouts(self._context)
        self._context.duty.tell(OK, self.tr("各页面已恢复原来的宽窄"))


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text, textFormat=Qt.TextFormat.PlainText, wordWrap=True)
    label.setProperty("role", role)
    return label
