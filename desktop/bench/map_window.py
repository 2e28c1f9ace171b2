"""A map of 755 grids and many points, panned and painted, in a process of its own."""

import os
import sys
from random import Random
from time import perf_counter

import orjson
from PySide6.QtWidgets import QApplication

from db.demo.town import make_town
from db.domain.areas import Area
from desktop.theme import apply_theme, load_theme
from desktop.widgets.map_canvas import MapCanvas
from desktop.widgets.map_ground import Fill, Ground, class_ends
from desktop.widgets.map_picture import INCIDENTS
from desktop.widgets.map_points import Points

SIZE = (1000, 700)
GRIDS, VILLAGES = 755, 96
FRAMES = 20
STEP_PX = 24
"""A quick drag: one frame in ten paints the ground anew, so p95 is such a frame."""


def make_map(points: int, *, has_labels: bool) -> MapCanvas:
    """Return a canvas with every grid counted and every point shown, the whole town in view."""
    town = make_town(villages=VILLAGES, grids=GRIDS)
    areas = [
        Area(one.code, one.name, one.level, centre=one.centre, ring=one.ring)
        for one in town.areas
        if one.level != "district"
    ]
    ground = Ground.of(areas)
    rng = Random(1)
    counts = {code: rng.randint(0, 12) for code in ground.cells.codes}
    canvas = MapCanvas("地图")
    canvas.resize(*SIZE)
    canvas.set_ground(ground)
    canvas.set_fill(Fill(counts, class_ends(counts.values())))
    canvas.set_points(INCIDENTS, _points(ground, points, rng))
    canvas.picture.set_look(has_labels=has_labels)
    return canvas


def pan(canvas: MapCanvas, step: int) -> list[float]:
    """Pan one way; return the seconds of each painted frame."""
    frames = []
    for _ in range(FRAMES):
        begin = perf_counter()
        canvas.pan(step, 0)
        canvas.viewport().repaint()
        frames.append(perf_counter() - begin)
        QApplication.processEvents()
    return frames


def _points(ground: Ground, count: int, rng: Random) -> Points:
    """Return points strewn over the grids, none of which a count speaks for."""
    boxes = ground.cells.boxes[[rng.randrange(GRIDS) for _ in range(count)]].tolist()
    return Points.of(
        range(count),
        (rng.uniform(box[0], box[2]) for box in boxes),
        (rng.uniform(box[1], box[3]) for box in boxes),
        (rng.randrange(9) for _ in range(count)),
    )


def main(count: int, labels: str) -> None:
    """Pan a burst for each line of input, there and back, until there is no more."""
    application = QApplication(sys.argv[:1])
    apply_theme(application, load_theme("light"))
    canvas = make_map(count, has_labels=labels == "labels")
    canvas.show()
    QApplication.processEvents()
    _answer([])
    for number, _ in enumerate(sys.stdin):
        _answer(pan(canvas, STEP_PX if number % 2 else -STEP_PX))
    os._exit(0)


def _answer(frames: list[float]) -> None:
    sys.stdout.write(orjson.dumps(frames).decode() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
