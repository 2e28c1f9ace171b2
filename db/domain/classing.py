"""Which class a text belongs to: learnt from closed incidents and from the words of each class.

A linear model, one class against the rest, over tf-idf weights of one and two characters: ridge
regression, whose answers for examples left out follow without fitting again (Allen 1974, PRESS).
The words of a class are examples like any other: a room without a history begins with them, one
with a history outvotes them. Nothing random: the same examples give the same model.

numpy is imported by what computes, not by this module: a window opens without it.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db.domain.lists import Policy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Whole = NDArray[np.int32]

PART = 300
"""Characters that are read of a title, and as many of a content: what is meant comes first."""
SURE = 0.6
"""Confidence from which a suggestion is good enough to stand in a form."""
WORTH_SAYING = 0.3
"""Confidence below which a suggestion is better left unsaid."""

_RIDGE = 0.3
_SLICE = 500
_CELLS = 500_000
"""Cells of a table that are counted at once: some milliseconds."""
_MANY = 2_000
_PIECES_OF_FEW, _PIECES_OF_MANY = 8_192, 3_072
"""Pieces a model knows, commonest first. With many examples each piece costs more time."""
_VOCABULARY = 200_000
"""Pieces that are counted: what is new after so many others is rare."""
_HELD_OUT = 600
_FEW = 20
_COLD = 2.0
_SHARPEST = 10.0
"""Texts that are all of one mould would make a model sure of what it never saw."""
_ALIKE = 0.3
_NEAREST = 12
_COMMON = 500
_FAMILIAR = 0.35
_TELLING = 0.4
_PASSAGE = 12
_RUNS = re.compile(r"[a-z]{2,}|[^\W\d_a-z]+")


@dataclass(frozen=True, slots=True)
class Example:
    """A text whose class a person has decided."""

    title: str
    content: str
    label: str
    urgency: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A class for a text, and what speaks for it.

    `confidence` is from 0 to 1, measured on examples left out. Of `similar` examples `agreeing`
    are of this class; `urgency` is what most of these had (`urgent_count` of them), empty without
    any. `words` are the passages of the text that weigh most.
    """

    label: str
    confidence: float
    similar: int
    agreeing: int
    words: tuple[str, ...]
    urgency: str = ""
    urgency_count: int = 0


@dataclass(frozen=True, slots=True)
class _Rows:
    """Weighted texts: value by (row, column), in the order of both; each row of length one."""

    row: "Whole"
    column: "Whole"
    value: "Floats"


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """What was learnt. `taught` counts the examples, without the words of classes."""

    labels: tuple[str, ...]
    taught: int
    _columns: Mapping[str, int]
    _idf: "Floats"
    _weights: "Floats"
    _sharpness: float
    _memory: "_Memory"

    def suggest(self, title: str, content: str = "", limit: int = 3) -> list[Suggestion]:
        """Return the likeliest classes, best first; none for a text without a known piece."""
        import numpy as np

        pieces = pieces_of(title), pieces_of(content)
        rows = _weighted([_known(part, self._columns) for part in pieces], self._idf)
        if not len(rows.value):
            return []
        scores = rows.value @ self._weights[rows.column] + self._weights[-1]
        ground = self._ground([*pieces[0], *pieces[1]])
        chances = _chances(scores[None, :], self._sharpness)[0] * ground
        near = self._memory.nearest(rows)
        best = np.argsort(-scores, kind="stable")[:limit]
        return [
            self._suggestion(int(n), float(chances[n]), near, f"{title}\n{content}") for n in best
        ]

    def _ground(self, pieces: Sequence[str]) -> float:
        """Return how far this text is one that was learnt for, from 0 to 1.

        A strange text that shares a few characters can look like anything.
        """
        telling = [piece for piece in pieces if len(piece) > 1]
        known = sum(piece in self._columns for piece in telling)
        # Where there is only one class nothing was compared.
        return min(1, known / (len(telling) * _FAMILIAR)) if known and len(self.labels) > 1 else 0

    def _suggestion(self, n: int, chance: float, near: Sequence[int], text: str) -> Suggestion:
        label = self.labels[n]
        same = [row for row in near if self._memory.examples[row][0] == label]
        urgencies = Counter(self._memory.examples[row][1] for row in same)
        urgency, count = next(iter(urgencies.most_common(1)), ("", 0))
        return Suggestion(
            label, chance, len(near), len(same), self._telling(n, text), urgency, count
        )

    def _telling(self, n: int, text: str, limit: int = 3) -> tuple[str, ...]:
        """Return the passages whose pairs of characters speak most for a class."""
        weights = {
            pair: float(self._weights[column, n] * self._idf[column])
            for run in _runs(text)
            for pair in _pairs(run)
            if (column := self._columns.get(pair)) is not None
        }
        bar = max(weights.values(), default=0) * _TELLING
        strong = {pair: weight for pair, weight in weights.items() if weight > bar > 0}
        found: dict[str, float] = {}
        for run in _runs(text):
            for passage in _joined(run, strong):
                found[passage[:_PASSAGE]] = sum(strong.get(pair, 0) for pair in _pairs(passage))
        return tuple(sorted(found, key=lambda passage: -found[passage])[:limit])


@dataclass(frozen=True, slots=True, eq=False)
class _Memory:
    """The examples by piece, to find those alike a text: (class, urgency) of each."""

    examples: Sequence[tuple[str, str]]
    starts: "NDArray[np.int64]"
    row: "Whole"
    value: "Floats"

    def nearest(self, rows: _Rows) -> list[int]:
        """Return the examples alike a text, nearest first."""
        import numpy as np

        spans = [slice(self.starts[c], self.starts[c + 1]) for c in rows.column]
        row = np.concatenate([self.row[span] for span in spans])
        value = np.concatenate(
            [self.value[span] * v for span, v in zip(spans, rows.value, strict=True)]
        )
        alike = np.bincount(row, value, minlength=len(self.examples))
        near = np.flatnonzero(alike >= _ALIKE)
        return [int(n) for n in near[np.argsort(-alike[near], kind="stable")][:_NEAREST]]


def fit(
    examples: Sequence[Example],
    words: Mapping[str, Sequence[str]],
    on_slice: Callable[[], object] = lambda: None,
) -> Model:
    """Learn from examples and from the words of classes.

    `on_slice` is called every so many examples; what it raises ends the work.
    """
    import numpy as np

    spoken = [(label, word) for label, known in words.items() for word in known]
    labels = tuple(sorted({item.label for item in examples} | words.keys()))
    number = {label: n for n, label in enumerate(labels)}
    answers = np.array(
        [number[item.label] for item in examples] + [number[label] for label, _ in spoken],
        np.int32,
    )
    told = [(item.title, item.content) for item in examples] + [(word, "") for _, word in spoken]
    known, idf, rows = _read(told, len(examples), on_slice)
    weights, sharpness = _solve(rows, answers, (len(idf), len(labels)), len(examples), on_slice)
    return Model(
        labels=labels,
        taught=len(examples),
        _columns=known,
        _idf=idf,
        _weights=weights,
        _sharpness=sharpness,
        _memory=_remember(examples, rows, len(idf), on_slice),
    )


def words_of(policy: Policy) -> dict[str, tuple[str, ...]]:
    """Return what names each class of a list: its name and its keywords."""
    return {item.code: (item.name, *item.keywords) for item in policy.classes.values()}


def pieces_of(text: str) -> list[str]:
    """Return the pieces of a text: characters, pairs of them, words of Latin letters.

    Numbers and single letters name places and things, not matters: they are left out.
    """
    found: list[str] = []
    for run in _runs(text):
        found += [run] if run.isascii() else [*run, *_pairs(run)]
    return found


def _runs(text: str) -> list[str]:
    return _RUNS.findall(unicodedata.normalize("NFKC", text[:PART]).casefold())


def _pairs(run: str) -> list[str]:
    return [run[n : n + 2] for n in range(len(run) - 1)]


def _joined(run: str, strong: Mapping[str, float]) -> list[str]:
    """Return the passages of a run that consist of strong pairs."""
    passages, passage = [], ""
    for pair in _pairs(run):
        if pair in strong:
            passage = passage + pair[-1] if passage else pair
        elif passage:
            passages.append(passage)
            passage = ""
    return [*passages, passage] if passage else passages


def _read(
    told: Sequence[tuple[str, str]], first_word: int, on_slice: Callable[[], object]
) -> tuple[dict[str, int], "Floats", _Rows]:
    """Return the pieces that are known with their columns, the weight of each, and all weighted.

    From `first_word` on, titles are words of classes: their pieces are counted before all others.
    """
    pieces: dict[str, int] = {}
    for word, _ in told[first_word:]:
        _numbered(word, pieces)
    texts: list[Whole] = []
    for span in _spans(len(told), _SLICE, on_slice):
        texts += [_numbered(text, pieces) for both in told[span] for text in both]
    columns, idf = _choose(texts, len(pieces), 2 * first_word, on_slice)
    rows = _joined_rows(
        _weighted([_moved(text, columns) for text in texts[span]], idf)
        for span in _spans(len(texts), 2 * _SLICE, on_slice)
    )
    kept = columns.tolist()
    return {piece: kept[n] for piece, n in pieces.items() if kept[n] >= 0}, idf, rows


def _spans(count: int, size: int, on_slice: Callable[[], object]) -> Iterator[slice]:
    """Yield which items come next, `size` at a time, with a breath before each."""
    for first in range(0, count, size):
        on_slice()
        yield slice(first, min(first + size, count))


def _numbered(text: str, pieces: dict[str, int]) -> "Whole":
    """Return the numbers of a text's pieces; new ones are numbered while there is room."""
    import numpy as np

    found = pieces_of(text)
    if len(pieces) < _VOCABULARY:
        return np.array([pieces.setdefault(one, len(pieces)) for one in found], np.int32)
    return _known(found, pieces)


def _known(pieces: Sequence[str], columns: Mapping[str, int]) -> "Whole":
    import numpy as np

    return np.array([columns[one] for one in pieces if one in columns], np.int32)


def _moved(text: "Whole", columns: "Whole") -> "Whole":
    moved = columns[text]
    return moved[moved >= 0]


def _choose(
    texts: Sequence["Whole"], known: int, first_word: int, on_slice: Callable[[], object]
) -> tuple["Whole", "Floats"]:
    """Return the column of each piece (-1 for the rare) and the weight of each column.

    What the words of classes consist of is kept however rare it is.
    """
    import numpy as np

    count = len(texts) // 2
    seen = np.zeros(known, np.int32)
    for span in _spans(count, _SLICE, on_slice):
        for title, content in zip(texts[::2][span], texts[1::2][span], strict=True):
            seen[np.concatenate((title, content))] += 1  # once a text: an index counts once
    wanted = seen.copy()
    for word in texts[first_word::2]:
        wanted[word] = count + seen[word]
    limit = _PIECES_OF_FEW if count <= _MANY else _PIECES_OF_MANY
    kept = np.argsort(-wanted, kind="stable")[:limit]
    columns = np.full(known, -1, np.int32)
    columns[kept] = np.arange(len(kept))
    return columns, (np.log((1 + count) / (1 + seen[kept])) + 1).astype(np.float32)


def _weighted(texts: Sequence["Whole"], idf: "Floats") -> _Rows:
    """Weigh texts, a title and a content for each row: both weigh the same."""
    import numpy as np

    size = max(len(idf), 1)
    part = np.repeat(np.arange(len(texts), dtype=np.int32), [len(text) for text in texts])
    found, count = np.unique(
        part * size + np.concatenate([*texts, np.empty(0, np.int32)]), return_counts=True
    )
    part, column = found // size, found % size
    value = _of_length_one(part, (1 + np.log(count)) * idf[column])
    found, place = np.unique(part // 2 * size + column, return_inverse=True)
    row, column = found // size, found % size
    return _Rows(row, column, _of_length_one(row, np.bincount(place, value)).astype(np.float32))


def _joined_rows(parts: Iterable[_Rows]) -> _Rows:
    """Put weighted texts below each other, `_SLICE` of them in every part but the last."""
    import numpy as np

    row, column, value = [np.empty(0, np.int32)], [np.empty(0, np.int32)], [np.empty(0, np.float32)]
    for n, part in enumerate(parts):
        row.append((part.row + n * _SLICE).astype(np.int32))
        column.append(part.column)
        value.append(part.value)
    return _Rows(np.concatenate(row), np.concatenate(column), np.concatenate(value))


def _of_length_one(row: "Whole", value: "NDArray[Any]") -> "NDArray[np.float64]":
    import numpy as np

    scaled: NDArray[np.float64] = value / np.sqrt(np.bincount(row, value**2))[row]
    return scaled


def _dense(rows: _Rows, first: int, last: int, size: int) -> "Floats":
    """Return some rows in full, with a column of ones behind: the bias."""
    import numpy as np

    # Of one type: else all rows are copied to search them.
    begin, end = np.searchsorted(rows.row, np.array((first, last), np.int32))
    full = np.zeros((last - first, size + 1), np.float32)
    full[rows.row[begin:end] - first, rows.column[begin:end]] = rows.value[begin:end]
    full[:, -1] = 1
    return full


def _solve(
    rows: _Rows,
    answers: "Whole",
    shape: tuple[int, int],
    taught: int,
    on_slice: Callable[[], object],
) -> tuple["Floats", float]:
    """Return the weights of each piece for each class, and how sharply scores tell classes apart.

    Rare classes weigh more: by the square root of how rare they are.
    """
    import numpy as np

    size, classes = shape
    counts = np.maximum(np.bincount(answers, minlength=classes), 1)
    root = np.sqrt(np.sqrt(len(answers) / max(classes, 1) / counts))[answers, None]
    root = root.astype(np.float32)
    task = _Task(rows, size, root, root * _targets(answers, classes), on_slice)
    solve = _solve_by_rows if len(answers) <= _MANY else _solve_by_columns
    weights, left_out = solve(task, _held_out(taught))
    if taught < _FEW:
        return weights, _COLD
    return weights, _sharpness(left_out, answers[_held_out(taught)])


@dataclass(frozen=True, slots=True)
class _Task:
    """Rows times `root` shall give `targets`, which are times `root` already."""

    rows: _Rows
    size: int
    root: "Floats"
    targets: "Floats"
    on_slice: Callable[[], object]

    def slices(self) -> Iterator[tuple["Floats", slice]]:
        """Yield the rows in full, times `root`, some at a time."""
        for span in _spans(len(self.root), _SLICE, self.on_slice):
            yield _dense(self.rows, span.start, span.stop, self.size) * self.root[span], span


def _solve_by_rows(task: _Task, held: "Whole") -> tuple["Floats", "Floats"]:
    """Return weights, and scores of the rows held as if left out: for fewer rows than columns."""
    import numpy as np

    full: NDArray[Any] = np.empty((len(task.root), task.size + 1), np.float32)
    for some, span in task.slices():
        full[span] = some
    inverse = np.linalg.inv(full @ full.T + _RIDGE * np.eye(len(full), dtype=np.float32))
    shares = inverse @ task.targets
    residuals = shares[held] / np.diag(inverse)[held, None]
    return full.T @ shares, (task.targets[held] - residuals) / task.root[held]


def _solve_by_columns(task: _Task, held: "Whole") -> tuple["Floats", "Floats"]:
    """Return the same where the rows are many more."""
    import numpy as np

    square = _RIDGE * np.eye(task.size + 1, dtype=np.float32)
    right = np.zeros((task.size + 1, task.targets.shape[1]), np.float32)
    for full, span in task.slices():
        square += full.T @ full
        right += full.T @ task.targets[span]
    none = _dense(task.rows, 0, 0, task.size)
    some = np.concatenate([none, *(_dense(task.rows, n, n + 1, task.size) for n in held)])
    some *= task.root[held]
    solved = np.linalg.solve(square, np.concatenate((right, some.T), axis=1))
    weights = solved[:, : right.shape[1]]
    leverage = np.sum(some * solved[:, right.shape[1] :].T, axis=1)[:, None]
    residuals = (task.targets[held] - some @ weights) / np.maximum(1 - leverage, 1e-3)
    return weights, (task.targets[held] - residuals) / task.root[held]


def _held_out(taught: int) -> "Whole":
    """Return which rows tell how good the rest is: some hundreds, evenly."""
    import numpy as np

    return np.arange(0, taught, max(1, -(-taught // _HELD_OUT)), dtype=np.int32)


def _targets(answers: "Whole", classes: int) -> "Floats":
    import numpy as np

    targets: Floats = np.where(np.arange(classes) == answers[:, None], 1, -1).astype(np.float32)
    return targets


def _sharpness(scores: "Floats", answers: "Whole") -> float:
    """Return the factor under which confidence is as high as what comes true (Guo et al. 2017)."""
    import numpy as np

    def surprise(factor: float) -> float:
        true = _chances(scores, factor)[np.arange(len(answers)), answers]
        return float(-np.log(np.maximum(true, 1e-9)).mean())

    return min((float(factor) for factor in np.geomspace(0.5, _SHARPEST, 40)), key=surprise)


def _chances(scores: "Floats", sharpness: float) -> "Floats":
    import numpy as np

    raised = np.exp(sharpness * (scores - scores.max(axis=1, keepdims=True)))
    chances: Floats = raised / raised.sum(axis=1, keepdims=True)
    return chances


def _remember(
    examples: Sequence[Example], rows: _Rows, size: int, on_slice: Callable[[], object]
) -> _Memory:
    import numpy as np

    # Of many examples too many share a common piece: it says little and costs most.
    common = max(_COMMON, len(examples) // 20)
    last = int(np.searchsorted(rows.row, np.int32(len(examples))))
    counts = np.zeros(size, np.int32)
    for span in _spans(last, _CELLS, on_slice):
        counts += np.bincount(rows.column[span], minlength=size).astype(np.int32)
    kept = np.flatnonzero((counts <= common)[rows.column[:last]])
    on_slice()
    kept = kept[np.argsort(rows.column[kept], kind="stable")]
    on_slice()
    return _Memory(
        examples=[(item.label, item.urgency) for item in examples],
        starts=np.searchsorted(rows.column[kept], np.arange(size + 1, dtype=np.int32)),
        row=rows.row[kept],
        value=rows.value[kept],
    )
