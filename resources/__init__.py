"""Data files of the program, reached only through `path`."""

from pathlib import Path

_HERE = Path(__file__).parent


def path(name: str) -> Path:
    """Return the path of a bundled file, given its name relative to this folder."""
    return _HERE / name
