"""Themes: named colours from a file, and their way into palette, style sheet and font.

Widgets name a role (`theme.danger`), never a colour; the values live in `resources/themes`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from string import Template

import orjson
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

import resources

DEFAULT_THEME = "light"
THEMES = ("light", "dark", "contrast")
BASE_SIZE = 14
FONT_FAMILIES = ("Noto Sans SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei")
FONT_FILES = ("fonts/NotoSansSC-Regular.ttf", "fonts/NotoSansSC-Bold.ttf")

_PALETTE_ROLES = {
    QPalette.ColorRole.Window: "surface",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "surface",
    QPalette.ColorRole.AlternateBase: "surface_sunken",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.Button: "surface_raised",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.BrightText: "danger",
    QPalette.ColorRole.PlaceholderText: "text_faint",
    QPalette.ColorRole.Highlight: "selection",
    QPalette.ColorRole.HighlightedText: "selection_text",
    QPalette.ColorRole.Accent: "accent",
    QPalette.ColorRole.Link: "accent",
    QPalette.ColorRole.LinkVisited: "accent",
    QPalette.ColorRole.ToolTipBase: "surface_raised",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.Light: "surface_raised",
    QPalette.ColorRole.Midlight: "surface_sunken",
    QPalette.ColorRole.Mid: "border",
    QPalette.ColorRole.Dark: "border_strong",
    QPalette.ColorRole.Shadow: "border_strong",
}
_DISABLED_ROLES = {
    QPalette.ColorRole.WindowText: "text_faint",
    QPalette.ColorRole.Text: "text_faint",
    QPalette.ColorRole.ButtonText: "text_faint",
    QPalette.ColorRole.HighlightedText: "text_faint",
    QPalette.ColorRole.Base: "surface_sunken",
    QPalette.ColorRole.Button: "surface_sunken",
    QPalette.ColorRole.Highlight: "surface_sunken",
    QPalette.ColorRole.Accent: "border_strong",
}

# Only what a palette cannot say. A focus border is one pixel wider than the resting one, its
# padding one smaller: nothing moves. No `::item` rules: they slow down every table cell.
_STYLE_SHEET = Template("""
QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QAbstractSpinBox {
    background: $surface; color: $text; border: 1px solid $border_strong;
    border-radius: 4px; padding: 4px 8px;
    selection-background-color: $accent; selection-color: $accent_text;
}
QPlainTextEdit, QTextEdit { padding: 4px; }
QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus {
    border: 2px solid $focus; padding: 3px 7px;
}
QPlainTextEdit:focus, QTextEdit:focus { border: 2px solid $focus; padding: 3px; }
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled, QComboBox:disabled,
QAbstractSpinBox:disabled {
    background: $surface_sunken; color: $text_faint; border-color: $border;
}
*[suggested="true"] { border: 1px dashed $accent; }
*[invalid="true"] { border-color: $danger; }
/* As a list below the field: the other form cuts its last entry in half. */
QComboBox { combobox-popup: 0; }
QComboBox::drop-down { border: 0; width: 22px; }
QComboBox::down-arrow { image: url("$arrow"); width: 12px; height: 12px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: 0; width: 18px; }
QAbstractSpinBox::up-arrow { image: url("$arrow_up"); width: 10px; height: 10px; }
QAbstractSpinBox::down-arrow { image: url("$arrow"); width: 10px; height: 10px; }
QComboBox QAbstractItemView, QListView[role="drop"] {
    background: $surface_raised; border: 1px solid $border_strong; outline: 0;
}

QPushButton {
    background: $surface; color: $text; border: 1px solid $border_strong;
    border-radius: 4px; padding: 5px 14px;
}
QPushButton:hover { background: $accent_soft; }
QPushButton:pressed, QPushButton:checked { background: $selection; color: $selection_text; }
QPushButton:disabled {
    background: $surface_sunken; color: $text_faint; border-color: $border;
}
QPushButton[kind="primary"] {
    background: $accent; color: $accent_text; border-color: $accent; font-weight: bold;
}
QPushButton[kind="primary"]:hover { border-color: $text; }
QPushButton[kind="primary"]:disabled {
    background: $surface_sunken; color: $text_faint; border-color: $border;
}
QPushButton[kind="danger"] { color: $danger; border-color: $danger; }
QPushButton:focus { border: 2px solid $focus; padding: 4px 13px; }
QPushButton[kind="primary"]:focus { border-color: $text; }

QToolButton {
    background: transparent; color: $text; border: 1px solid transparent;
    border-radius: 4px; padding: 4px 6px;
}
QToolButton:hover { background: $accent_soft; }
QToolButton:pressed, QToolButton:checked { background: $selection; color: $selection_text; }
QToolButton:disabled { color: $text_faint; }
QToolButton:focus { border: 2px solid $focus; padding: 3px 5px; }

QCheckBox, QRadioButton { spacing: 6px; padding: 2px; border: 2px solid transparent; }
QCheckBox:focus, QRadioButton:focus { border-color: $focus; border-radius: 4px; }
QCheckBox::indicator, QRadioButton::indicator {
    background: $surface; border: 1px solid $text_faint; width: 12px; height: 12px;
}
QCheckBox::indicator { border-radius: 3px; }
QRadioButton::indicator { border-radius: 7px; }
QCheckBox::indicator:checked, QCheckBox::indicator:indeterminate {
    background: $accent; border-color: $accent;
}
QCheckBox::indicator:checked { image: url("$tick"); }
QRadioButton::indicator:checked { border: 4px solid $accent; width: 6px; height: 6px; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {
    background: $surface_sunken; border-color: $border;
}

QTableView, QListView, QTreeView {
    background: $surface; border: 0; outline: 0;
    selection-background-color: $selection; selection-color: $selection_text;
}
QHeaderView { background: $surface; border: 0; }
QHeaderView::section {
    background: $surface; color: $text_dim; border: 0;
    border-bottom: 1px solid $border_strong; padding: 5px 8px;
}

QScrollBar { background: transparent; border: 0; margin: 0; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: $border_strong; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $text_faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QSplitter::handle { background: $border; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QToolTip {
    background: $surface_raised; color: $text; border: 1px solid $border_strong; padding: 4px 6px;
}
QMenu { background: $surface_raised; border: 1px solid $border_strong; padding: 4px; }
QMenu::item { color: $text; padding: 6px 24px; border-radius: 4px; }
QMenu::item:selected { background: $selection; color: $selection_text; }
QMenu::item:disabled { color: $text_faint; }
QMenu::separator { background: $border; height: 1px; margin: 4px 8px; }
QTabBar::tab { color: $text_dim; padding: 7px 14px; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:focus { border-bottom-color: $focus; }
QTabWidget::pane { border: 0; border-top: 1px solid $border; }
QProgressBar {
    background: $surface_sunken; color: $text; border: 0; border-radius: 3px; text-align: center;
}
QProgressBar::chunk { background: $accent; border-radius: 3px; }

QFrame[role="header"] { background: $header; }
QFrame[role="header"] QLabel { color: $header_text; }
QLabel[role="brand"] { font-weight: bold; font-size: ${brand_size}px; }
QFrame[role="header"] QLineEdit {
    background: $header_field; color: $header_text; border-color: $header_field;
}
QFrame[role="header"] QLineEdit:focus { border-color: $header_text; }
QFrame[role="nav"] { background: $nav; }
QFrame[role="nav"] QToolButton {
    color: $nav_text; border: 0; border-left: 3px solid transparent; border-radius: 0;
    padding: 8px 10px; text-align: left;
}
QFrame[role="nav"] QToolButton:hover { background: $nav_active; }
QFrame[role="nav"] QToolButton:checked {
    background: $nav_active; border-left-color: $accent; font-weight: bold;
}
QFrame[role="nav"] QToolButton:focus { border: 2px solid $nav_text; padding: 6px 9px 6px 11px; }
QFrame[role="status"] { background: $surface_sunken; border-top: 1px solid $border; }
QFrame[role="status"] QToolButton { color: $text_dim; padding: 0 4px; }
QWidget[role="bar"] { border-bottom: 1px solid $border; }
QFrame[role="card"] {
    background: $surface_raised; border: 1px solid $border; border-radius: 6px;
}
QFrame[role="dispute"] {
    background: $warn_soft; border: 2px solid $warn; border-radius: 6px;
}
QFrame[role="choices"] { border: 2px solid transparent; border-radius: 6px; }
QFrame[role="choices"]:focus { border-color: $focus; }
QFrame[role="choice"] {
    background: $surface; border: 1px solid $border_strong; border-radius: 4px;
}
QFrame[role="choice"][picked="true"] { background: $selection; border: 1px solid $accent; }
QFrame[role="form"] { background: $accent_soft; border-bottom: 2px solid $accent; }
QFrame[role="sheet"] {
    background: $surface_raised; border: 2px solid $accent; border-radius: 8px;
}
QListWidget[role="side"] { background: $surface; }
QLabel[role="dim"] { color: $text_dim; }
QLabel[role="strong"], QLabel[role="form-title"] { font-weight: bold; }
QLabel[role="title"] { font-weight: bold; font-size: ${title_size}px; }
QLabel[role="accent"] { color: $accent; }
QLabel[role="group"] {
    color: $accent; font-weight: bold; border-bottom: 1px solid $border_strong;
}
QLabel[role="ok"] { color: $ok; }
QLabel[role="warn"] { color: $warn; font-weight: bold; }
QLabel[role="danger"], QLabel[role="error"] { color: $danger; font-weight: bold; }

Toast, Banner { background: $surface_raised; border: 1px solid $border_strong; }
Toast { border-radius: 6px; }
Toast[kind="ok"] { border-color: $ok; }
Toast[kind="warn"] { border-color: $warn; }
Toast[kind="danger"] { border-color: $danger; }
Toast QLabel[part="hint"] { color: $text_dim; }
Banner { border-width: 0 0 1px 0; }
Banner[kind="ok"] { background: $ok_soft; border-color: $ok; }
Banner[kind="warn"] { background: $warn_soft; border-color: $warn; }
Banner[kind="danger"] { background: $danger_soft; border-color: $danger; }
Banner QLabel[part="title"] { font-weight: bold; }
""")

# A style sheet takes pictures only from files, and tints none: packaging/glyphs.py makes them.
GLYPHS = {"arrow": "text_dim", "arrow_up": "text_dim", "tick": "accent_text"}
"""The little pictures of the style sheet, and the colour of each."""


@dataclass(frozen=True, eq=False)
class Theme:
    """A complete set of named colours, read as `theme.accent` or `theme["accent"]`."""

    name: str
    scheme: str
    colors: Mapping[str, QColor]

    def __getitem__(self, role: str) -> QColor:
        return self.colors[role]

    def __getattr__(self, role: str) -> QColor:
        colors: Mapping[str, QColor] = vars(self).get("colors", {})
        if role not in colors:
            raise AttributeError(role)
        return colors[role]

    @property
    def is_dark(self) -> bool:
        """Whether light text stands on a dark ground."""
        return self.scheme == "dark"


@cache
def load_theme(name: str) -> Theme:
    """Read a bundled theme by the name of its file."""
    data = orjson.loads(resources.path(f"themes/{name}.json").read_bytes())
    colors = {role: QColor(value) for role, value in data["colors"].items()}
    return Theme(data["meta"]["name"], data["meta"]["scheme"], colors)


class _Current:
    theme: Theme | None = None


def current_theme() -> Theme:
    """Return the theme of the running application; painted widgets ask at each paint."""
    return _Current.theme or load_theme(DEFAULT_THEME)


def apply_theme(app: QApplication, theme: Theme, base_size: int = BASE_SIZE) -> None:
    """Dress the application: palette, style sheet and font.

    May be called again at any time to change theme or size.
    """
    _Current.theme = theme
    app.setFont(ui_font(base_size))
    app.setPalette(_palette(theme))
    app.setStyleSheet(_style_sheet(theme, base_size))


def ui_font(pixel_size: int = BASE_SIZE, bold: bool = False) -> QFont:
    """Return the program's font, bundled so that every machine shows the same glyphs."""
    load_fonts()
    font = QFont()
    font.setFamilies(list(FONT_FAMILIES))
    font.setPixelSize(pixel_size)
    font.setBold(bold)
    font.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
    return font


@cache
def load_fonts() -> None:
    """Register the bundled fonts once.

    Both weights together take 8 ms once the files are in the system's cache; Qt reads them whole,
    so a cold disk adds its own 20 MB. Registering one later would flush every font cache.
    """
    for name in FONT_FILES:
        QFontDatabase.addApplicationFont(str(resources.path(name)))


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    for role, color in _PALETTE_ROLES.items():
        palette.setColor(role, theme[color])
    for role, color in _DISABLED_ROLES.items():
        palette.setColor(QPalette.ColorGroup.Disabled, role, theme[color])
    return palette


def _style_sheet(theme: Theme, base_size: int) -> str:
    names = {role: color.name() for role, color in theme.colors.items()}
    names |= {"brand_size": str(base_size + 1), "title_size": str(round(base_size * 1.2))}
    return _STYLE_SHEET.substitute(names | _glyph_files(theme))


def _glyph_files(theme: Theme) -> dict[str, str]:
    """Return where the little pictures of the style sheet lie, in the theme's colours."""
    return {
        name: resources.path(glyph_name(name, theme[role].name())).as_posix()
        for name, role in GLYPHS.items()
    }


def glyph_name(name: str, color: str) -> str:
    """Return where a picture lies among the resources; `color` as #rrggbb."""
    return f"themes/glyphs/{name}-{color[1:]}.svg"
