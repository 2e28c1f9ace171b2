"""File names of printed sheets."""

from desktop.i18n import local

_LONGEST_PART = 40
"""Characters; three parts of Chinese stay below the 255 bytes a file name may have."""


def file_name(kind: str, about: str, day: int | None = None) -> str:
    """Return a file name such as `日报-示例街道-20261123.pdf`; `day` is an instant of that day.

    Whatever the parts hold, the result is one name in one folder.
    """
    parts = [_part(kind), _part(about)]
    if day is not None:
        parts.append(f"{local(day):%Y%m%d}")
    return "-".join(part for part in parts if part) + ".pdf"


def _part(text: str) -> str:
    kept = "".join(char if char.isalnum() or char in "-_" else "_" for char in text)
    return kept[:_LONGEST_PART].strip("-_")
