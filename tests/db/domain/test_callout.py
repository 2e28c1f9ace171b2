"""指挥清单: the call tree as it is written, the row that counts, the order filled in."""

import re

import pytest

from db.domain.callout import (
    PLACEHOLDERS,
    Contact,
    command_for,
    fill_order,
    gravest_level,
    is_order_text,
    parse_commands,
    parse_contacts,
)
from db.domain.responses import Response
from db.store.lists import bundled_rows

COMMANDS = parse_commands(bundled_rows("command"))


def test_a_call_tree_keeps_its_order():
    text = "值班室 0000-1000101； 班长 沈砚 0000-2000201;\n所长 吕笛 +86-0000-2000202；"
    assert parse_contacts(text) == (
        Contact("值班室", "", "0000-1000101"),
        Contact("班长", "沈砚", "0000-2000201"),
        Contact("所长", "吕笛", "+86-0000-2000202"),
    )


@pytest.mark.parametrize(
    "text",
    ["", "；", "班长", "班长 沈砚", "班 长 沈砚 0000-1", "班长 沈砚 12", "班长 沈砚 " + "0" * 18],
)
def test_what_is_no_call_tree_is_refused(text):
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        parse_contacts(text)


def test_every_bundled_phone_is_nobodys():
    phones = [contact.phone for item in COMMANDS for contact in item.contacts]
    assert phones
    assert all(re.fullmatch(r"0000-\d{7}", phone) for phone in phones)


def test_an_order_is_filled_in_once():
    values = {"place": "桥头{class}", "class": "积水"}
    assert fill_order("{class}：{place}，{limit}前", values) == "积水：桥头{class}，{limit}前"
    assert is_order_text("".join(f"{{{name}}}" for name in PLACEHOLDERS))
    assert not any(map(is_order_text, ("{", "}", "{x}", "{class", "{{class}}")))


def response(level, classes=(), areas=()):
    return Response(level, level, level, 50, classes, areas, 0, None, "")


def test_the_gravest_response_that_covers_it_counts():
    flood = response("III", areas=("990101001001",))
    fire = response("I", classes=("GZ01",))
    assert gravest_level([flood, fire], "ZF01", "990101001001002") == "III"
    assert gravest_level([flood, fire], "GZ01", "990101001001002") == "I"
    assert gravest_level([flood, fire], "ZF01", "990101001002") == ""


@pytest.mark.parametrize(
    ("unit", "level", "row"),
    [("xfz", "", ""), ("xfz", "IV", ""), ("xfz", "III", "III"), ("xfz", "I", "III")],
)
def test_the_row_of_a_level_or_the_next_milder_one(unit, level, row):
    assert command_for(COMMANDS, unit, level).level == row


def test_a_unit_without_a_row_has_no_call_out():
    assert command_for(COMMANDS, "nobody", "I") is None
