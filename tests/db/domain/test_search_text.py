"""Folding, words, and which pieces of a text answer to them."""

from operator import add

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from db.domain.search_text import (
    expression,
    first_place,
    fold,
    is_initials,
    spans,
    tokens,
    words_of,
)
from db.store.initials import initials, make_list
from tests.architecture.sources import ROOT

ANY = st.text(st.characters(), max_size=30)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＡＢＣ１２３", "abc123"),
        ("ﬁ Ⅷ ㎡ ①", "fi viii m2 1"),
        ("Straße", "strasse"),
        ("，。！", ",。!"),
        ("路\u200b灯\ufeff", "路灯"),
        ("路\x00灯\t\n", "路 灯  "),
        ("é", "e\u0301"),
        ("\ud800", "\ufffd"),
        ("カﾞ", "カ\u3099"),
        ("豈", "豈"),
    ],
)
def test_both_sides_are_folded_alike(text, folded):
    assert fold(text) == folded


def test_folding_is_done_once_for_every_character():
    for code in (*range(0x10000), *range(0x10000, 0x110000, 97)):
        folded = fold(chr(code))
        assert fold(folded) == folded, hex(code)
        # The index writes ASCII marks wide: no other character may come out as one of those.
        assert not any("\uff01" <= letter <= "\uff5e" for letter in folded), hex(code)


@given(ANY, ANY)
def test_a_piece_of_a_text_is_a_piece_of_the_folded_text(one, other):
    assert fold(one + other) == fold(one) + fold(other)


def test_words_are_parted_by_blanks_of_any_kind_and_asked_once():
    assert words_of(" 路灯\u3000 不亮\x00路灯 ＡＢ ") == ("路灯", "不亮", "ab")
    assert words_of("\u200b \t") == ()


def test_every_character_begins_one_token():
    assert tokens(("路灯亮", "a b")).split() == ["路灯", "灯亮", "亮", "a", "b"]
    assert tokens(('"x"',)).split() == ["＂x", "x＂", "＂"]
    assert tokens(("", " ")).split() == []


@given(st.lists(ANY))
@example(["路\u2028灯"])
def test_no_token_reaches_beyond_its_word(texts):
    """The library parts tokens at ASCII blanks alone."""
    wide = {code: code + 0xFEE0 for code in range(0x21, 0x7F) if not chr(code).isalnum()}
    words = [word.translate(wide) for text in texts for word in fold(text).split()]
    told = [piece for word in words for piece in (*map(add, word, word[1:]), word[-1])]
    assert list(filter(None, tokens(texts).split(" "))) == told


@given(ANY)
def test_what_is_asked_stands_in_quotes(text):
    for clause in expression(words_of(text)).split(" AND ") if words_of(text) else ():
        assert clause.count('"') == 2


@pytest.mark.parametrize(
    ("word", "is_one"),
    [("ld", True), ("3hl", True), ("l", False), ("123", False), ("路d", False), ("a-b", False)],
)
def test_latin_letters_may_be_initials(word, is_one):
    assert is_initials(word) is is_one


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("路灯不亮", "ldbl"),
        ("重庆银行重点", "cqyhzd"),
        ("长途车，空调3号", "ctc,kt3h"),
        ("〇abc", "labc"),
        ("", ""),
    ],
)
def test_chinese_is_spelled_by_words(text, letters):
    assert initials().of(fold(text)) == letters


@given(st.text(st.sampled_from("重庆银行长途空调路灯a，"), max_size=12))
def test_a_spelled_text_is_as_long_as_the_text(text):
    assert len(initials().of(fold(text))) == len(fold(text))


def test_the_list_of_letters_is_that_of_the_library():
    written = (ROOT / "resources" / "pinyin.txt").read_text(encoding="utf-8")
    assert written == make_list(), "python -m db.store.initials > resources/pinyin.txt"


@pytest.mark.parametrize(
    ("text", "asked", "marked"),
    [
        ("建设路路灯", "路灯", ["路灯"]),
        ("路路路", "路路", ["路路路"]),
        ("ＬＥＤ灯", "led", ["ＬＥＤ"]),
        ("ﬁre", "i", ["ﬁ"]),
        ("路\u200b灯", "路灯", ["路", "灯"]),
        ("路灯 不亮", "ldbl", []),
        ("路灯不亮", "ldbl", ["路灯不亮"]),
        ("a\U0001f6a8b", "\U0001f6a8", ["\U0001f6a8"]),
        ("没有", "路", []),
    ],
)
def test_what_answers_is_marked(text, asked, marked):
    found = spans(text, words_of(asked), initials())
    assert [text[piece.start : piece.stop] for piece in found] == marked


FEW = st.text(st.sampled_from("路灯ﬁf㎡m\u200bé 坏"), max_size=20)


@given(FEW, FEW)
def test_the_first_place_is_where_the_first_piece_begins(text, asked):
    words = words_of(asked)
    pieces = spans(text, words)
    assert first_place(text, words) == (pieces[0].start if pieces else None)
