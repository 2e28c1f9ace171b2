"""The themes are complete and readable: contrast ratios after WCAG 2.1, section 1.4.3."""

import json
import re
from itertools import pairwise

import pytest

import resources

THEMES = ("light", "dark", "contrast")
LEAST = {"light": 4.5, "dark": 4.5, "contrast": 7.0}
LEAST_FAINT = 3.0
# Of light colours a small step is seen, of dark ones not.
LEAST_STEP = {"light": 1.14, "dark": 1.35, "contrast": 1.35}
WORDS = ("text", "text_dim", "warn", "danger", "ok", "accent")
GROUNDS = ("surface", "surface_raised", "selection")
PAIRS = (
    *((word, ground) for word in WORDS for ground in GROUNDS),
    ("selection_text", "selection"),
    ("nav_text", "nav"),
    ("nav_text", "nav_active"),
    ("nav_text_dim", "nav"),
    ("header_text", "header"),
    ("header_text", "header_field"),
    ("accent_text", "accent"),
    ("accent", "accent_soft"),
    ("ok", "ok_soft"),
    ("warn", "warn_soft"),
    ("text", "warn_soft"),
    ("text_dim", "warn_soft"),
    ("text_dim", "accent_soft"),
    ("danger", "danger_soft"),
    ("info", "surface"),
    ("text_dim", "surface_sunken"),
    ("map_label", "map_land"),
    ("map_label", "map_fill_1"),
    ("map_label", "map_fill_2"),
    ("map_label", "map_fill_3"),
)


def theme(name):
    return json.loads(resources.path(f"themes/{name}.json").read_text(encoding="utf-8"))


def luminance(color):
    channels = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_formula_itself():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_every_theme_has_the_same_roles():
    roles = [list(theme(name)["colors"]) for name in THEMES]
    assert roles[0] == roles[1] == roles[2]


@pytest.mark.parametrize("name", THEMES)
def test_theme_is_well_formed(name):
    data = theme(name)
    assert set(data) == {"meta", "colors"}
    assert data["meta"]["name"]
    assert data["meta"]["scheme"] in ("light", "dark")
    for color in data["colors"].values():
        assert re.fullmatch(r"#[0-9a-f]{6}", color)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(("word", "ground"), PAIRS)
def test_words_can_be_read(name, word, ground):
    colors = theme(name)["colors"]
    assert contrast(colors[word], colors[ground]) >= LEAST[name]


@pytest.mark.parametrize("name", THEMES)
def test_the_steps_of_a_count_can_be_told_apart(name):
    colors = theme(name)["colors"]
    steps = [colors[role] for role in ("map_land", "map_fill_1", "map_fill_2", "map_fill_3")]
    told = [contrast(one, next_) for one, next_ in pairwise(steps)]
    assert min(told) >= LEAST_STEP[name]


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("mark", ["text_faint", "focus"])
def test_marks_can_be_seen(name, mark):
    colors = theme(name)["colors"]
    assert contrast(colors[mark], colors["surface"]) >= LEAST_FAINT
