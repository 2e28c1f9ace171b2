"""When two reports are one, why, and when they only look like it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.domain.duplicates import (
    DUPLICATE,
    RECURRENCE,
    SIMILAR,
    Account,
    Side,
    metres,
    normalise,
    score,
    shared_words,
)

HOUR, DAY = 3_600_000, 86_400_000
NOW = 1_790_000_000_000
FIRST = Account(
    title="棠华路井盖破损",
    content="棠华路12号门口窨井盖破了，电瓶车差点摔倒",
    class_code="ZF09",
    area_code="990101001001002",
    address="兴禾社区棠华路 12 号（阿芳小吃旁）",
    lon_e6=125_000_000,
    lat_e6=29_500_000,
    precision="gps",
    reported_at=NOW,
)
AGAIN = FIRST._replace(
    title="井蓋壞了",
    content="棠華路十二號門前窨井蓋破了，差點摔倒",
    address="棠華路１２號",
    reported_at=NOW + 2 * HOUR,
)


def compare(**changes):
    return score(Side(FIRST), Side(AGAIN._replace(**changes)))


def codes(found):
    return [reason.code for reason in found.reasons]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("３号楼，Ａ座", "3号楼a座"),
        ("三号、十二幢二十三室", "3号12幢23室"),
        ("一百零五弄", "105弄"),
        ("六二六號", "626号"),
        ("二〇二六年十月", "2026年10月"),
        ("兩千零三十", "2030"),
        ("棠華路", "棠华路"),
        ("\u3000 !？", ""),
    ],
)
def test_one_spelling(text, plain):
    assert normalise(text) == plain


@given(st.text())
@settings(max_examples=200, deadline=None)
def test_any_text_has_a_spelling_that_stays(text):
    once = normalise(text)
    assert once == "".join(filter(str.isalnum, once))
    assert score(Side(Account(text, text)), Side(Account(text, text))).points <= 1000


@given(st.text(), st.text(), st.integers(0, 10**9))
@settings(max_examples=100, deadline=None)
def test_it_does_not_matter_who_is_compared_with_whom(one, other, at):
    sides = Side(Account(one, other, address=one)), Side(Account(other, one, reported_at=at))
    there, back = score(*sides), score(*reversed(sides))
    assert (there.points, there.verdict, there.parts) == (back.points, back.verdict, back.parts)


def test_the_same_matter_told_otherwise():
    found = compare()
    assert found.verdict == DUPLICATE
    assert found.points > 900
    assert {"distance", "class_same", "words_shared"} <= set(codes(found))


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"lon_e6": None}, DUPLICATE),
        ({"lon_e6": None, "address": ""}, DUPLICATE),
        ({"precision": "grid_centre", "lat_e6": 29_510_000}, DUPLICATE),
        ({"class_code": ""}, DUPLICATE),
        ({"class_code": "ZF04", "title": "占道", "content": "店里东西摆到人行道上了"}, ""),
        ({"title": "占道", "content": "店里东西摆到人行道上了"}, SIMILAR),
        ({"class_code": "BM01", "title": "社保", "content": "想问社保怎么补缴"}, ""),
        ({"class_code": "BM01"}, SIMILAR),
        ({"lon_e6": 125_004_000, "address": "望湖路 3 号", "content": "窨井盖破了"}, SIMILAR),
        ({"lon_e6": None, "address": "棠华路 14 号", "content": "窨井盖破了，差点摔倒"}, SIMILAR),
        ({"lon_e6": None, "address": "明湾路 12 号"}, SIMILAR),
    ],
)
def test_what_speaks_against_it(changes, verdict):
    assert compare(**changes).verdict == verdict


def test_another_family_is_capped_however_alike():
    found = score(Side(FIRST), Side(FIRST._replace(class_code="GZ05")))
    assert found.points == 700
    assert "class_differs" in codes(found)


def test_what_is_not_known_is_left_out_and_said():
    found = score(Side(Account("井盖破损", "井盖破损")), Side(Account("井盖破损", "井盖破损")))
    assert set(found.parts) == {"text"}
    assert {"no_coordinates", "place_unknown", "class_unknown"} <= set(codes(found))


def test_other_doors_are_named():
    found = compare(lon_e6=None, address="棠华路 14 号", content="窨井盖破了")
    reason = next(item for item in found.reasons if item.code == "numbers_differ")
    assert reason.values == {"one": "12号", "other": "14号"}


def test_a_closed_one_comes_back():
    closed = FIRST._replace(closed_at=NOW + HOUR)
    assert score(Side(closed), Side(AGAIN)).verdict == RECURRENCE
    assert score(Side(AGAIN), Side(closed)).verdict == RECURRENCE
    # Reported while it was still open: the same matter, not its return.
    assert score(Side(FIRST._replace(closed_at=NOW + DAY)), Side(AGAIN)).verdict == DUPLICATE
    elsewhere = AGAIN._replace(class_code="ZF04")
    assert score(Side(closed), Side(elsewhere)).verdict == SIMILAR


def test_longest_common_pieces():
    assert shared_words("井盖破了差点摔倒", {"井盖", "差点", "点摔"}) == ("差点摔", "井盖")


def test_metres():
    assert metres((0, 0), (0, 1_000)) == pytest.approx(111.3, abs=0.1)
    assert metres((0, 60_000_000), (1_000, 60_000_000)) == pytest.approx(55.7, abs=0.1)
