"""The paper of the keys says all that the table of actions says, on as few pages as hold it."""

import re

import pytest

from desktop.actions import ACTIONS, GROUPS, by_group, key_name
from desktop.key_columns import in_columns
from desktop.reports import fonts
from desktop.reports.key_sheet import KeyLine, KeySheet, _key_parts, make_key_sheet
from tests.desktop.reports.conftest import HEAD


def lines(actions):
    return [KeyLine(key_name(one.key), one.text, one.help) for one in actions]


def squeezed(text):
    return re.sub(r"\s+", "", text)


def test_every_key_is_on_the_paper_with_its_words(read):
    parts = {title: lines(listed) for title, listed in by_group().items()}
    pdf = make_key_sheet(KeySheet(HEAD, parts))
    text = squeezed(read(pdf, "-layout"))
    words = [word for word in read(pdf, "-layout").split() if word]
    for one in ACTIONS:
        assert all(part in words for part in _key_parts(key_name(one.key))), one.id
        assert one.text in text, one.id
    for title in GROUPS:
        assert title in words
    assert "第1页共1页" in text or "第1页共2页" in text
    assert "…" not in text


def test_the_help_is_whole_even_where_it_is_long(read):
    long = "把光标上这一件的全部情况写到一张纸上再打印出来给值班长签字并留一份"
    text = squeezed(read(make_key_sheet(KeySheet(HEAD, {"长": [KeyLine("A", "长", long)]}))))
    assert all(piece in text for piece in (long[:12], long[-3:]))
    assert len(
        re.findall("[把光标上这一件的全部情况写到一张纸再打印出来给值班长签字并留一份]", text)
    ) >= len(long)


def test_a_key_of_many_is_parted_behind_a_plus():
    fonts.load()
    assert _key_parts("Ctrl+Shift+Enter") == ["Ctrl+Shift+", "Enter"]
    assert _key_parts("Shift+N") == ["Shift+N"]
    assert _key_parts("—") == ["—"]
    assert _key_parts("+") == ["+"]


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (60, 1), (300, 3)])
def test_any_number_of_keys_finds_room(read, count, pages):
    listed = [KeyLine(f"F{number}", f"动{number}", "做") for number in range(count)]
    text = read(make_key_sheet(KeySheet(HEAD, {"甲": listed, "空": []})), "-layout")
    assert f"共{pages}页" in squeezed(text)
    assert all(line.name in text.split() for line in listed)
    assert "空" not in text


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("sizes", [(3, 4, 5), (1, 1, 1, 1), (20,), (0, 5), (2, 30, 1)])
def test_columns_hold_all_in_order_and_end_in_no_title(sizes, count):
    parts = {f"题{n}": list(range(100 * n, 100 * n + size)) for n, size in enumerate(sizes)}
    columns = in_columns(parts, count)
    assert len(columns) == count
    flat = [line for column in columns for line in column]
    assert flat == [line for title, listed in parts.items() if listed for line in (title, *listed)]
    assert not any(column and isinstance(column[-1], str) for column in columns)


def test_a_name_is_no_markup(read):
    hostile = KeyLine("<b>", "<i>x</i>", "&amp; <img src=x>")
    text = squeezed(read(make_key_sheet(KeySheet(HEAD, {"<u>": [hostile]}))))
    assert all(piece in text for piece in ("<b>", "<i>x</i>", "&amp;<imgsrc=x>", "<u>"))
