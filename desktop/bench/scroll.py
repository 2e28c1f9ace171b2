"""Scrolling the queue over a million rows against Qt's own table of SQL rows."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType

import orjson

from desktop.bench.data import record
from desktop.bench.figures import Figure, in_turn, p95
from desktop.bench.start import child_environment

LIMIT = 1.2
MEMORY_LIMIT = 0.05
BURSTS = 25
_FOLDER = Path(__file__).parent


class Scroller:
    """A child process with a window that moves one burst of frames when told to."""

    def __init__(
        self, script: str, arguments: Sequence[object], environment: dict[str, str]
    ) -> None:
        command = [sys.executable, "-P", str(_FOLDER / script), *map(str, arguments)]
        self.frames: list[float] = []
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._answer()

    def __enter__(self) -> "Scroller":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # At the end of its input the child leaves.
        self._process.communicate()

    def burst(self) -> float:
        """Scroll some frames, keep their times; return their sum."""
        frames = self._ask("scroll")
        self.frames += frames
        return sum(frames)

    def grown(self) -> float:
        """Return by how many pages of memory the model and its view have grown the process."""
        return self._ask("memory")[0]

    def _ask(self, word: str) -> list[float]:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n".encode())
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> list[float]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"a scrolling window ended early (exit {self._process.wait()})")
        frames: list[float] = orjson.loads(line)
        return frames


def measure_scroll(data: Path) -> list[Figure]:
    """Time frames of the queue and of QSqlQueryModel, each over a million rows, in turn.

    `table_memory` is what the models have taken by the end of that, theirs fetched to its end.
    Each window stands in a process of its own: QtSql brings a second SQLite library, and one
    process holds only one.
    """
    environment = child_environment(data)
    home = record(data, "m1")
    with (
        TemporaryDirectory(dir=data) as folder,
        Scroller("scroll_queue.py", (home,), environment) as ours,
        Scroller("scroll_sql.py", (Path(folder) / "plain.db",), environment) as theirs,
    ):
        in_turn(ours.burst, theirs.burst, BURSTS)
        taken = max(theirs.grown(), 1.0)
        return [
            Figure("table_scroll", p95(ours.frames) / p95(theirs.frames), LIMIT),
            Figure("table_memory", ours.grown() / taken, MEMORY_LIMIT),
        ]
