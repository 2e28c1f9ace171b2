"""Draw the little pictures of the style sheet in the colours of every theme.

`glyphs.py` writes resources/themes/glyphs; a test compares what lies there.
"""

import sys
from pathlib import Path
from string import Template

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from desktop.theme import GLYPHS, THEMES, glyph_name, load_theme  # noqa: E402

_GLYPH = Template(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 12 12" width="12" height="12">'
    '<path d="$path" fill="none" stroke="$color" stroke-width="1.6"/></svg>\n'
)
_PATHS = {
    "arrow": "M2.5 4.5L6 8l3.5-3.5",
    "arrow_up": "M2.5 7.5L6 4l3.5 3.5",
    "tick": "M2 6l3 3 5-6",
}


def drawn() -> dict[str, str]:
    """Return every picture by its place among the resources."""
    found = {}
    for theme in map(load_theme, THEMES):
        for name, role in GLYPHS.items():
            color = theme[role].name()
            picture = _GLYPH.substitute(path=_PATHS[name], color=color)
            found[glyph_name(name, color)] = picture
    return found


def main() -> None:
    """Write them, and remove what no theme needs any more."""
    folder = ROOT / "resources" / "themes" / "glyphs"
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.svg"):
        old.unlink()
    for place, picture in drawn().items():
        (ROOT / "resources" / place).write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
