import json

import pytest
from PySide6.QtGui import QColor, QFontInfo, QPalette
from PySide6.QtWidgets import QLineEdit

import resources
from desktop import theme as themes
from desktop.theme import Theme, apply_theme, current_theme, load_theme, ui_font

NAMES = ["light", "dark", "contrast"]


@pytest.fixture
def app(qapp):
    sheet, palette, font, style = (
        qapp.styleSheet(),
        qapp.palette(),
        qapp.font(),
        qapp.style().objectName(),
    )
    yield qapp
    qapp.setStyle(style)
    qapp.setFont(font)
    qapp.setPalette(palette)
    qapp.setStyleSheet(sheet)
    themes._Current.theme = None


@pytest.mark.parametrize("name", NAMES)
def test_a_theme_gives_its_colours_by_name(name):
    theme = load_theme(name)
    raw = json.loads(resources.path(f"themes/{name}.json").read_text(encoding="utf-8"))
    assert theme.accent == theme["accent"] == QColor(raw["colors"]["accent"])
    assert theme.scheme in {"light", "dark"}
    assert all(color.isValid() for color in theme.colors.values())


def test_all_themes_name_the_same_colours():
    roles = [set(load_theme(name).colors) for name in NAMES]
    assert roles[0] == roles[1] == roles[2]


def test_an_unknown_colour_is_an_attribute_error():
    with pytest.raises(AttributeError):
        _ = load_theme("light").no_such_role


def test_a_theme_cannot_be_changed():
    with pytest.raises(AttributeError):
        load_theme("light").name = "other"


@pytest.mark.parametrize("name", NAMES)
def test_the_palette_follows_the_theme(app, name):
    theme = load_theme(name)
    apply_theme(app, theme)
    palette = app.palette()
    groups = QPalette.ColorGroup
    assert palette.color(groups.Active, QPalette.ColorRole.Base) == theme.surface
    assert palette.color(groups.Inactive, QPalette.ColorRole.Highlight) == theme.selection
    assert palette.color(groups.Disabled, QPalette.ColorRole.Text) == theme.text_faint
    assert current_theme() is theme


def test_the_style_sheet_has_every_colour_put_in(app):
    apply_theme(app, load_theme("light"))
    assert "$" not in app.styleSheet()


def test_the_font_is_the_bundled_one_in_both_weights(qapp):
    assert QFontInfo(ui_font()).family() == "Noto Sans SC"
    assert QFontInfo(ui_font(bold=True)).weight() == 700


def test_the_base_size_reaches_widgets(app, qtbot):
    apply_theme(app, load_theme("light"), base_size=18)
    edit = QLineEdit()
    qtbot.addWidget(edit)
    edit.ensurePolished()
    assert edit.font().pixelSize() == 18


def test_the_focused_field_shows_a_ring_and_stays_its_size(app, qtbot):
    theme = load_theme("light")
    apply_theme(app, theme)
    edit = QLineEdit()
    qtbot.addWidget(edit)
    with qtbot.waitActive(edit):
        edit.show()
        edit.activateWindow()
    edit.clearFocus()
    resting = edit.sizeHint()
    edit.setFocus()
    image = edit.grab().toImage()
    assert edit.sizeHint() == resting
    middle = image.height() // 2
    assert [image.pixelColor(x, middle) for x in (0, 1)] == [theme.focus] * 2


def test_a_theme_can_stand_alone():
    theme = Theme("own", "dark", {"accent": QColor("white")})
    assert theme.is_dark
    assert theme.accent == QColor("white")
