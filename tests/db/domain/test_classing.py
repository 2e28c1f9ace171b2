"""Suggestions of a class: what they learn from, what they say, and any text in the world."""

import random
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import db.domain.classing as classing
from db.demo.month import DAY, make_month
from db.demo.town import make_town
from db.domain.classing import SURE, WORTH_SAYING, Example, fit, pieces_of, words_of
from db.domain.classing_trial import cross_validate
from db.store.lists import default_policy

WORDS = {"灯": ("路灯", "照明"), "水": ("漏水", "水管"), "吵": ("噪音", "扰民")}
TOLD = [
    ("路灯不亮", "灯"),
    ("巷口路灯坏了", "灯"),
    ("照明灯一闪一闪", "灯"),
    ("路灯杆歪了", "灯"),
    ("水管爆了", "水"),
    ("楼上漏水", "水"),
    ("自来水管漏水", "水"),
    ("地下室漏水严重", "水"),
    ("半夜噪音大", "吵"),
    ("工地噪音扰民", "吵"),
    ("楼下唱歌扰民", "吵"),
]
EXAMPLES = [Example(text, "", label, "normal") for text, label in TOLD]
ODD = {
    "empty": "",
    "blank": " \n\t　",
    "punctuation": "，。！？——（）…%&*",
    "numbers": "20261123 0591-12345678 Ａ３",
    "surrogate": "路灯\ud800不亮",
    "long": "路灯不亮" * 15_000,
    "expanding": "\ufdfa" * 5_000,
    "emoji": "👨‍👩‍👧路灯🔥",
    "rtl": "مصباح الشارع ‮路灯",
    "zero": "\0\x01路灯",
}


@pytest.fixture(scope="module")
def cases():
    return list(make_month(make_town("990101001", 7), 0, 8 * DAY, 7))


@pytest.fixture(scope="module")
def others():
    """What another town tells, in other places and by other people."""
    return list(make_month(make_town("990102002", 9), 0, 2 * DAY, 99))


@pytest.fixture(scope="module")
def model(cases):
    examples = [Example(c.title, c.content, c.class_code, c.urgency) for c in cases]
    return fit(examples, words_of(default_policy()))


def right(model, cases):
    hits = [model.suggest(c.title, c.content)[0].label == c.class_code for c in cases]
    return sum(hits) / len(hits)


def best(model, text):
    return next(iter(model.suggest(text)), None)


def test_another_towns_incidents_are_told_apart(model, others):
    assert right(model, others) > 0.95


def test_a_room_without_history_is_helped_by_the_words_of_its_classes(others):
    assert right(fit([], words_of(default_policy())), others) > 0.7


def test_history_outvotes_the_words():
    moved = [Example(f"{where}路灯坏了", "", "水") for where in "东南西北前后左右"]
    assert best(fit([], WORDS), "路灯坏了").label == "灯"
    assert best(fit(moved, WORDS), "路灯坏了").label == "水"


def test_the_reason_counts_incidents_alike_and_names_the_words():
    found = best(fit(EXAMPLES, WORDS), "北门的路灯不亮了")
    assert (found.label, found.words[0]) == ("灯", "路灯不亮")
    assert found.similar >= found.agreeing >= 2


def test_urgency_is_that_of_the_incidents_alike():
    urgent = [Example(f"{where}口路灯漏电", "", "灯", "urgent") for where in "东南西"]
    found = best(fit([*EXAMPLES, *urgent], WORDS), "北口路灯漏电")
    assert (found.urgency, found.urgency_count) == ("urgent", 3)


def test_a_text_of_nothing_known_is_not_said_with_confidence(model):
    found = best(model, "蓝鲸喷薄鳞翅")
    assert found is None or found.confidence < WORTH_SAYING


def test_what_is_said_with_confidence_is_right_that_often(cases):
    """Half of the labels are wrong: confidence must know."""
    labels = sorted({c.class_code for c in cases})[:4]
    known = [c for c in cases if c.class_code in labels]
    noisy = [
        Example(c.title, c.content, c.class_code if n % 2 else labels[n // 2 % 4])
        for n, c in enumerate(known)
    ]
    trial = cross_validate(noisy, {}, 4, 1)
    assert trial.sure < 0.5
    assert trial.accuracy > 0.4


def test_the_two_ways_to_solve_agree(monkeypatch, cases):
    examples = [Example(c.title, "", c.class_code) for c in cases[:250]]
    rows = fit(examples, WORDS)
    monkeypatch.setattr(classing, "_MANY", 100)
    monkeypatch.setattr(classing, "_PIECES_OF_MANY", classing._PIECES_OF_FEW)
    columns = fit(examples, WORDS)
    assert np.allclose(rows._weights, columns._weights, atol=2e-3)
    assert rows._sharpness == columns._sharpness


def test_scores_left_out_are_those_of_a_model_without_the_example():
    task, answers = _task(EXAMPLES)
    held = np.arange(len(answers))
    _, by_rows = classing._solve_by_rows(task, held)
    _, by_columns = classing._solve_by_columns(task, held)
    for n in held:
        kept = np.delete(held, n)
        full = classing._dense(task.rows, 0, len(held), task.size)
        part = full[kept] * task.root[kept]
        square = part.T @ part + classing._RIDGE * np.eye(full.shape[1])
        expected = full[n] @ np.linalg.solve(square, part.T @ task.targets[kept])
        assert np.allclose(by_rows[n], expected, atol=1e-3)
        assert np.allclose(by_columns[n], expected, atol=1e-3)


def _task(examples):
    labels = sorted({item.label for item in examples})
    answers = np.array([labels.index(item.label) for item in examples])
    pieces = {}
    texts = [classing._numbered(t, pieces) for item in examples for t in (item.title, "")]
    rows = classing._weighted(texts, np.ones(len(pieces), np.float32))
    root = np.full((len(answers), 1), 1.5, np.float32)
    targets = root * classing._targets(answers, len(labels))
    return classing._Task(rows, len(pieces), root, targets, lambda: None), answers


def test_the_same_examples_give_the_same_model(cases):
    examples = [Example(c.title, c.content, c.class_code) for c in cases[:100]]
    first, second = fit(examples, WORDS), fit(examples, WORDS)
    assert np.array_equal(first._weights, second._weights)
    assert first.suggest("路灯不亮") == second.suggest("路灯不亮")


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_any_text_is_learnt_from_and_suggested_for(text):
    odd = fit([*EXAMPLES, Example(text, text, "水")], WORDS)
    for found in (odd.suggest(text, text), fit(EXAMPLES, WORDS).suggest(text, text)):
        assert all(0 <= item.confidence <= 1 for item in found)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=12), st.sampled_from("甲乙丙丁")), max_size=12))
def test_any_examples_make_a_model(told):
    model = fit([Example(text, text, label) for text, label in told], {})
    for text, _ in told:
        found = model.suggest(text)
        assert bool(found) == bool(pieces_of(text))
        assert all(np.isfinite(item.confidence) for item in found)


def test_one_class_alone_is_never_sure():
    only = fit([Example(f"路灯坏了{n}", "", "灯") for n in range(40)], {})
    assert best(only, "路灯坏了").confidence < SURE


def test_nothing_learnt_suggests_nothing():
    assert fit([], {}).suggest("路灯不亮") == []


def test_many_words_alone_make_a_model(monkeypatch):
    monkeypatch.setattr(classing, "_MANY", 3)
    assert best(fit([], WORDS), "路灯坏了").label == "灯"


def test_numbers_and_codes_are_no_pieces_and_words_of_letters_are_one():
    assert pieces_of("A3区 10 号 ＫＴＶ") == ["区", "号", "ktv"]
    assert pieces_of("路灯") == ["路", "灯", "路灯"]


def test_a_lesson_can_be_broken_off():
    class StopError(Exception):
        pass

    def stop():
        raise StopError

    with pytest.raises(StopError):
        fit(EXAMPLES, WORDS, stop)


def test_a_large_lesson_takes_little_memory():
    """A quarter of what weighing all texts at once took: 28 bytes a piece, and 80 before."""
    rng = random.Random(1)
    letters = [chr(0x4E00 + n) for n in range(400)]
    told = [("", "".join(rng.choices(letters, k=300))) for _ in range(1_500)]
    classing._read(told[:2], 2, lambda: None)
    tracemalloc.start()
    classing._read(told, len(told), lambda: None)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    pieces = sum(len(pieces_of(text)) for _, text in told)
    assert peak < 45 * pieces


def test_pieces_have_an_end_but_not_those_of_words(monkeypatch):
    monkeypatch.setattr(classing, "_VOCABULARY", 40)
    strange = [Example(chr(0x5000 + n) * 2, "", "水") for n in range(60)]
    model = fit([*strange, *EXAMPLES], WORDS)
    assert len(model._columns) <= 40 + 2
    assert {"路灯", "扰民"} <= set(model._columns)
    assert best(model, "路灯").label == "灯"


def test_tiny_classes_and_many_classes_are_tried():
    examples = [*EXAMPLES, Example("只有一件的事", "", "单")]
    examples += [
        Example(f"第{chr(0x4E00 + n)}种事{chr(0x5000 + n)}", "", str(n)) for n in range(40)
    ]
    trial = cross_validate(examples, {}, 5, 1)
    assert trial.count == len(examples)
    assert len(trial.labels) == 44


def test_a_trial_scores_by_class():
    trial = cross_validate(EXAMPLES * 3, WORDS, 3, 1)
    assert trial.macro_f1 == pytest.approx(sum(one.f1 for one in trial.labels) / 3)
    assert trial.accuracy > 0.9
    assert cross_validate(EXAMPLES * 3, WORDS, 3, 1) == trial


def test_the_module_leaves_numpy_to_those_who_compute():
    program = "import sys, db.domain.recommend; print('numpy' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert answer.stdout.strip() == "False"
