"""How good suggestions of a class would be on texts whose class is known: cross-validation."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from db.domain.classing import SURE, Example, fit


@dataclass(frozen=True, slots=True)
class LabelScore:
    """How one class came out; shares from 0 to 1."""

    label: str
    count: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Trial:
    """How all came out. `sure` is the share suggested with confidence, `sure_right` of it."""

    count: int
    accuracy: float
    macro_f1: float
    sure: float
    sure_right: float
    labels: tuple[LabelScore, ...]


def cross_validate(
    examples: Sequence[Example],
    words: Mapping[str, Sequence[str]],
    folds: int,
    seed: int,
    on_fold: Callable[[int], object] = lambda _: None,
) -> Trial:
    """Suggest a class for each example by a model that has not seen its fold, and compare.

    Folds are drawn within each class. `on_fold` is told how many are done.
    """
    fold = _folds(examples, folds, seed)
    told: list[tuple[str, float]] = [("", 0.0)] * len(examples)
    for part in range(folds):
        model = fit([item for n, item in enumerate(examples) if fold[n] != part], words)
        for n in (n for n, own in enumerate(fold) if own == part):
            found = model.suggest(examples[n].title, examples[n].content, limit=1)
            told[n] = (found[0].label, found[0].confidence) if found else ("", 0.0)
        on_fold(part + 1)
    return _scored([item.label for item in examples], told)


def _folds(examples: Sequence[Example], folds: int, seed: int) -> list[int]:
    by_label: dict[str, list[int]] = defaultdict(list)
    for n, item in enumerate(examples):
        by_label[item.label].append(n)
    rng, fold, drawn = Random(seed), [0] * len(examples), 0
    for label in sorted(by_label):
        rng.shuffle(by_label[label])
        for n in by_label[label]:
            fold[n] = drawn % folds
            drawn += 1
    return fold


def _scored(true: Sequence[str], told: Sequence[tuple[str, float]]) -> Trial:
    pairs = [(label, guess) for label, (guess, _) in zip(true, told, strict=True)]
    sure = [
        label == guess
        for label, (guess, confidence) in zip(true, told, strict=True)
        if confidence >= SURE
    ]
    scores = tuple(_score(label, pairs) for label in sorted(set(true)))
    return Trial(
        count=len(pairs),
        accuracy=_share(sum(label == guess for label, guess in pairs), len(pairs)),
        macro_f1=_share(sum(score.f1 for score in scores), len(scores)),
        sure=_share(len(sure), len(pairs)),
        sure_right=_share(sum(sure), len(sure)),
        labels=scores,
    )


def _score(label: str, pairs: Sequence[tuple[str, str]]) -> LabelScore:
    hits = sum(true == guess == label for true, guess in pairs)
    count = sum(true == label for true, _ in pairs)
    guessed = sum(guess == label for _, guess in pairs)
    return LabelScore(
        label,
        count,
        _share(hits, guessed),
        _share(hits, count),
        _share(2 * hits, count + guessed),
    )


def _share(part: float, whole: int) -> float:
    return part / whole if whole else 0.0
