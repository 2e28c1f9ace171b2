import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.reports import fonts
from desktop.reports.fonts import BOLD, NO_END, NO_GLYPH, NO_START, REGULAR

CHINESE = "井盖缺失影响通行请尽快处理，。；、）（“”《》！？……——%"
MIXED = st.text(st.sampled_from(CHINESE + "ABCxyz0123456789 -/.,\u3000"), max_size=300)


@pytest.fixture(autouse=True, scope="module")
def _fonts():
    fonts.load()


def test_fonts_are_read_once(monkeypatch):
    monkeypatch.setattr(fonts, "TTFont", None)
    fonts.load()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<b>&amp;</b>", "<b>&amp;</b>"),
        ("a\x00b\x1bc\x7f", "abc"),
        ("左\u202e右\u200b\ufeff", "左右"),
        ("一\r\n二\r三\u2028四\v五", "一\n二\n三\n四\n五"),
        ("甲\t乙", "甲 乙"),
        ("好😀", f"好{NO_GLYPH}"),
        ("𠮷野家", f"{NO_GLYPH}野家"),
        ("半\ud800", f"半{NO_GLYPH}"),
        ("①㎡℃½é№", "①㎡℃½é№"),
    ],
)
def test_what_has_no_glyph_is_seen_and_what_controls_is_gone(text, shown):
    assert fonts.clean(text) == shown


@given(st.text())
@settings(max_examples=50)
def test_clean_text_can_be_measured(text):
    line = fonts.clean(text).replace("\n", "")
    assert fonts.width(line, REGULAR, 10) >= 0
    assert fonts.width(line, BOLD, 10) >= 0
    assert fonts.clean(line) == line


def lines_of(text, limit=100.0):
    return fonts.wrap(text, REGULAR, 10, limit)


@given(MIXED, st.floats(60, 300))
@settings(max_examples=100)
def test_lines_are_never_too_wide_and_lose_nothing_but_spaces(text, limit):
    lines = lines_of(text, limit)
    assert all(fonts.width(line, REGULAR, 10) <= limit + 1e-6 for line in lines)
    plain = str.maketrans("", "", " \u3000")
    assert "".join(lines).translate(plain) == text.translate(plain)


@given(st.lists(st.sampled_from("井盖缺失A1"), min_size=1, max_size=4).map("".join), st.data())
@settings(max_examples=100)
def test_punctuation_never_begins_or_ends_a_line_wrongly(word, data):
    part = st.tuples(
        st.sampled_from(["", "（", "《", "“", " "]),
        st.just(word),
        st.sampled_from(["，", "。", "）", "”；", "……", "%", "、", " ", ""]),
    )
    parts = data.draw(st.lists(part, min_size=5, max_size=60))
    text = "".join(map("".join, parts)).strip()
    for line in lines_of(text)[1:]:
        assert line[0] not in NO_START
    for line in lines_of(text)[:-1]:
        assert line[-1] not in NO_END


def test_a_run_of_letters_or_digits_goes_to_the_next_line_whole():
    assert lines_of("请拨打电话联系 0000-1000101 确认") == ["请拨打电话联系", "0000-1000101 确认"]


def test_a_run_longer_than_a_line_is_cut():
    lines = lines_of("A" * 10_000 + "。")
    assert "".join(lines) == "A" * 10_000 + "。"
    assert lines[-1] != "。"


def test_only_punctuation_ends_too():
    assert "".join(lines_of("。" * 100)) == "。" * 100


def test_empty_and_blank_lines_stay():
    assert lines_of("") == [""]
    assert lines_of("一\n\n二") == ["一", "", "二"]
    assert lines_of("\u3000\u3000缩进") == ["\u3000\u3000缩进"]


def test_a_shortened_line_says_so():
    assert fonts.shorten("一二三", BOLD, 10, 30) == "一二三"
    assert fonts.shorten("一二三四", BOLD, 10, 30) == "一二…"


def test_wrapping_looks_at_a_character_a_fixed_number_of_times(monkeypatch):
    class Counting(dict):
        asked = 0

        def __getitem__(self, code):
            Counting.asked += 1
            return super().__getitem__(code)

    monkeypatch.setitem(fonts._widths, REGULAR, Counting(fonts._widths[REGULAR]))
    asked = []
    for length in (1_000, 10_000):
        Counting.asked = 0
        lines_of("井盖缺失，A1路口。" * (length // 10), 400)
        asked.append(Counting.asked / length)
    assert asked[1] <= asked[0] * 1.1 <= 3.5
