"""Every finding of a check is a sentence."""

import re
from pathlib import Path

import pytest

from db.store import holes, verify
from desktop.problems import _SENTENCES, problem_text

REF = {"site": "s1", "epoch": 3, "seq": 7}


def test_every_finding_has_a_sentence_and_every_sentence_a_finding():
    text = Path(verify.__file__).read_text(encoding="utf-8")
    codes = set(re.findall(r'(?:add|_add)\(\s*(?:chain, )?"(\w+)"', text))
    kinds = re.search(r"`kind`: (.*)", holes.Damaged.__doc__)[1]
    codes |= {f"{kind}_damaged" for kind in re.findall(r"(\w+)(?: \(|,|\.)", kinds) if kind != "op"}
    assert len(codes) > 10
    assert set(_SENTENCES) == codes


@pytest.mark.parametrize(
    ("about", "end"),
    [
        ({}, "第 7 条"),
        ({"entity": "incident", "id": "i-1", "number": "990101001-20261123-A10090"}, "A10090"),
        ({"entity": "area", "id": "990101001"}, "，区划 990101001"),
        ({"entity": "novel", "id": "x"}, "，novel x"),
    ],
)
def test_an_op_is_named_with_its_subject(about, end):
    text = problem_text({"code": "op_unreadable", **REF, **about})
    assert text.startswith("这条记录读不出来：站点 s1 第 3 代第 7 条")
    assert text.endswith(end)
