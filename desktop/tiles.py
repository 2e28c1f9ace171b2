"""The raster map of this workstation: which file it is, and the system it is drawn in."""

from pathlib import Path
from typing import NamedTuple

from db.domain.errors import InputError
from db.domain.geometry import SYSTEMS
from db.store.mbtiles import TileInfo, Tiles
from desktop.settings import change_settings, load_settings


class Ground(NamedTuple):
    """Open tiles, and the coordinate system they are drawn in."""

    tiles: Tiles
    crs: str


def chosen_tiles(home: Path) -> Ground | None:
    """Open the tiles this workstation uses, None where none are chosen.

    Raises what `Tiles.open` raises: the file may have gone since.
    """
    settings = load_settings(home)
    if not settings.tiles:
        return None
    crs = settings.tiles_crs if settings.tiles_crs in SYSTEMS else SYSTEMS[0]
    return Ground(Tiles.open(Path(settings.tiles)), crs)


def choose_tiles(home: Path, path: Path, crs: str) -> TileInfo:
    """Use a file from now on, after a look at it; raises what `Tiles.open` raises."""
    if crs not in SYSTEMS:
        raise InputError("crs_unknown", value=crs, known=list(SYSTEMS))
    path = path.expanduser().resolve()
    tiles = Tiles.open(path)
    tiles.close()
    change_settings(home, tiles=str(path), tiles_crs=crs)
    return tiles.info


def forget_tiles(home: Path) -> None:
    """Use no tiles from now on; the file stays where it is."""
    change_settings(home, tiles="")
