from datetime import datetime

import pytest

from db.domain.identity import REMOVED, without_numbers
from db.imports.cells import as_text, clean, guard
from db.imports.values import (
    is_written_as_time,
    parse_coordinate,
    parse_secrecy,
    parse_time,
    parse_urgency,
)


@pytest.mark.parametrize(
    ("written", "local"),
    [
        ("2019/4/25 9:32:09", "2019-04-25T09:32:09"),
        ("2019-04-25", "2019-04-25T00:00:00"),
        ("2019.04.25 9:32", "2019-04-25T09:32:00"),
        ("2019年4月25日", "2019-04-25T00:00:00"),
        ("2019年4月25日 9时32分09秒", "2019-04-25T09:32:09"),
        ("2019年4月25日下午3点", "2019-04-25T15:00:00"),
        ("２０１９/4/25　9:32", "2019-04-25T09:32:00"),
        ("04/25/2019 09:32:09 PM", "2019-04-25T21:32:09"),
        ("04/25/2019 12:00:00 AM", "2019-04-25T00:00:00"),
        ("04/25/2019 12:30:00 PM", "2019-04-25T12:30:00"),
        ("20190425093209", "2019-04-25T09:32:09"),
        ("20190425", "2019-04-25T00:00:00"),
        (20190425, "2019-04-25T00:00:00"),
        ("2019-04-25T01:32:09Z", "2019-04-25T09:32:09"),
        ("2019-04-24T18:32:09-07:00", "2019-04-25T09:32:09"),
        ("2019-04-25T09:32:09.250", "2019-04-25T09:32:09.250"),
        (43580, "2019-04-25T00:00:00"),
        (43580.39732638889, "2019-04-25T09:32:09"),
        ("43580.5", "2019-04-25T12:00:00"),
        (1556155929, "2019-04-25T09:32:09"),
        ("1556155929000", "2019-04-25T09:32:09"),
        (datetime(2019, 4, 25, 9, 32, 9), "2019-04-25T09:32:09"),
    ],
)
def test_times_are_read_as_shanghai_time(files, written, local):
    assert parse_time(written) == files.at(local)


@pytest.mark.parametrize(
    "written", ["", None, "昨天", "2019/13/01", "2019/2/30", "9:32", "A001", "12", 12, float("nan")]
)
def test_what_is_no_time_is_none(written):
    assert parse_time(written) is None


def test_numbers_do_not_pass_for_times():
    assert not is_written_as_time("20190425093209")
    assert not is_written_as_time("37042")
    assert not is_written_as_time(37042)
    assert is_written_as_time("2019/4/25")
    assert is_written_as_time(datetime(2019, 4, 25))


@pytest.mark.parametrize(
    ("words", "urgency"),
    [
        ("特急", "critical"),
        ("非常紧急", "critical"),
        ("紧急", "urgent"),
        ("加急件", "urgent"),
        ("一般", "normal"),
        ("不紧急", "normal"),
        (None, "normal"),
    ],
)
def test_urgency_is_read_from_words(words, urgency):
    assert parse_urgency(words) == urgency


@pytest.mark.parametrize(
    ("word", "secrecy"),
    [("否", 0), (None, 0), ("公开", 0), ("FALSE", 0), ("内部", 1), ("是", 2), ("1", 2), ("？", 2)],
)
def test_an_unknown_secrecy_is_secret(word, secrecy):
    assert parse_secrecy(word) == secrecy


def test_coordinates_are_millionths():
    assert parse_coordinate("121.5555555", 180) == 121_555_556
    assert parse_coordinate(None, 180) is None
    for wrong in ("东经121度", "181", "nan"):
        with pytest.raises(ValueError, match=r".+"):
            parse_coordinate(wrong, 180)


@pytest.mark.parametrize(
    "text",
    [
        "本人11010519491231002X反映",
        "证号:11010519491231002x。",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105 1949 1231 002X",
        "110105-19491231-002X",
    ],
)
def test_identity_numbers_leave_a_text(text):
    cleaned, removed = without_numbers(text)
    assert removed == 1
    assert REMOVED in cleaned
    assert "1949" not in cleaned
    assert "１９４９" not in cleaned


@pytest.mark.parametrize(
    "text",
    ["110105194912310021", "250912101108115409", "911010519491231002X", "电话13800001234"],
)
def test_other_numbers_stay(text):
    assert without_numbers(text) == (text, 0)


@pytest.mark.parametrize("text", ["=1+1", "+86 138", "-5", "@a", "plain"])
def test_a_guarded_text_is_no_formula_and_comes_back(text):
    guarded = guard(text)
    assert guarded[0] not in "=+-@\t\r"
    assert clean(guarded) == text


def test_control_characters_go_and_booleans_are_words():
    assert clean("井\x0b盖_x000D_\n松动 ") == "井盖\n松动"
    assert clean(True) == "TRUE"
    assert clean(" ") is None


def test_whole_numbers_have_no_point():
    assert as_text(12345.0) == "12345"
    assert as_text(12.5) == "12.5"
    assert as_text(None) == ""
