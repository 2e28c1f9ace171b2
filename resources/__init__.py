"""Data files of the program, reached only through `path`."""

from importlib.resources import files
from pathlib import Path


def path(name: str) -> Path:
    """Return the path of a bundled file, given its name relative to this folder."""
    return Path(str(files(__name__))).joinpath(name)
