"""Areas: district, town, village, grid. A text code whose prefix is the parent's.

Lengths follow the statistical division code of 12 digits (2+2+2+3+3) and the live practice of
three digits more for a grid; codes are text, never numbers, and are never reused.
"""

from dataclasses import dataclass

from db.domain.errors import InputError

LEVELS = ("district", "town", "village", "grid")
CODE_LENGTH = {"district": 6, "town": 9, "village": 12, "grid": 15}
_LEVEL_OF = {length: level for level, length in CODE_LENGTH.items()}


@dataclass(frozen=True, slots=True)
class Area:
    """One area. `ring` is its outline and `centre` its label point, degrees times 1e6, WGS84.

    `crs` is the system the outline was given in before it was converted, empty where not known.
    """

    code: str
    name: str
    level: str
    grid_type: str = ""
    households: int = 0
    centre: tuple[int, int] | None = None
    ring: tuple[tuple[int, int], ...] = ()
    crs: str = ""

    @property
    def parent(self) -> str:
        """The parent's code, empty for a district."""
        return parent_code(self.code)


def level_of(code: str) -> str:
    """Return the level a code stands for; raises InputError when it has no meaning."""
    level = _LEVEL_OF.get(len(code))
    if level is None or not code.isascii() or not code.isdigit():
        raise InputError("area_code_malformed", value=code)
    return level


def parent_code(code: str) -> str:
    """Return the code of the area above, empty for a district."""
    level = level_of(code)
    above = LEVELS.index(level) - 1
    return code[: CODE_LENGTH[LEVELS[above]]] if above >= 0 else ""


def check_area(area: Area) -> Area:
    """Return the area if its code fits its level; raises InputError otherwise."""
    if level_of(area.code) != area.level:
        raise InputError("area_level_mismatch", value=area.code, level=area.level)
    if not area.name.strip():
        raise InputError("area_name_missing", value=area.code)
    return area
