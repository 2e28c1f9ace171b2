"""Phone numbers in texts: found as people write them, masked, and none where there is none."""

import pytest

from db.domain.errors import InputError
from db.domain.personal import (
    beginning,
    listed,
    mask_payload,
    mask_phones,
    refuse_identity_numbers,
    shows_masked,
)

ID_NUMBER = "11010519491231002X"


@pytest.mark.parametrize(
    ("text", "masked", "mark"),
    [
        ("请回13912345678", "请回139****5678", "13912345678"),
        ("139 1234 5678王", "139****5678王", "139 1234 5678"),
        ("139-1234-5678。", "139****5678。", "139-1234-5678"),
        ("+86 13912345678", "139****5678", "+86 13912345678"),
        ("8613912345678", "139****5678", "8613912345678"),
        ("013912345678", "139****5678", "013912345678"),
        ("１３９１２３４５６７８", "139****5678", "13912345678"),
        ("座机0571-88881234", "座机0571-****1234", "0571-88881234"),
        ("（010）88881234", "010-****1234", "(010)88881234"),
        ("02588881234", "025-****1234", "02588881234"),
        ("0571 8888 1234", "0571-****1234", "0571 8888 1234"),
        ("0575-7777123", "0575-****7123", "0575-7777123"),
        ("电话：88881234", "电话：****1234", "88881234"),
        ("tel 8888-1234", "tel ****1234", "8888-1234"),
    ],
)
def test_a_number_is_masked_and_kept(text, masked, mark):
    assert mask_phones(text) == (masked, (mark,))


@pytest.mark.parametrize(
    "text",
    [
        "12345热线派单", "拨打95598", "电话400-820-8820", "电话4008208820", "110、119、120",
        "20261123早上", "工单20261123000123456", "990101103-20261123-A10001", "88881234号楼",
        "来电时间20261123", "139123456789", "a 12912345678", "第138号1234室5678", "1.39亿", "",
    ],
)  # fmt: skip
def test_what_is_no_callers_number_stays(text):
    assert mask_phones(text) == (text, ())


def test_the_towns_own_numbers_stay():
    is_known = listed(["0571-88881234", "13800001111/0571-66667777"])
    for text in ("0571-88881234", "电话88881234", "138 0000 1111", "057166667777"):
        assert mask_phones(text, is_known).marks == ()
    assert mask_phones("13800001112", is_known).marks == ("13800001112",)


def test_several_in_one_text():
    found = mask_phones("甲13912345678，乙0571-88881234，再打13912345678")
    assert found.value == "甲139****5678，乙0571-****1234，再打139****5678"
    assert len(found.marks) == 3


def test_every_text_of_a_payload_is_masked_and_no_name_is():
    phone = "13912345678"
    payload = {
        "set": {"content": phone, "source_no": phone, "number": phone, "reported_at": 1},
        "opinion": phone,
        "units": [{"unit": phone, "task": f"找{phone}"}],
        "undoes": [[phone, 1, 2]],
    }
    found = mask_payload(payload)
    assert found.marks == (phone,)
    assert found.value == {
        "set": {"content": "139****5678", "source_no": phone, "number": phone, "reported_at": 1},
        "opinion": "139****5678",
        "units": [{"unit": phone, "task": "找139****5678"}],
        "undoes": [[phone, 1, 2]],
    }


def test_an_identity_number_is_found_however_deep():
    with pytest.raises(InputError) as caught:
        refuse_identity_numbers({"rows": [{"note": f"证号{ID_NUMBER}"}]})
    assert (caught.value.code, caught.value.params["column"]) == ("id_number_found", "note")
    refuse_identity_numbers({"rows": [{"note": "110105194912310021"}], "source_no": ID_NUMBER})


def test_a_key_in_hex_is_none():
    number = "110105194912310003"
    with pytest.raises(InputError):
        refuse_identity_numbers({"sign_key": f"ab{number}cd"})
    refuse_identity_numbers({"sign_key": f"ab{number}cd".ljust(64, "e")})


NUMBERS = (
    "13798765432",
    "+86 137 9876 5432",
    "0571-88881234",
    "电话88881234",
    "１３７９８７６５４３２",
)


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("at", range(20, 42))
def test_no_beginning_ends_within_a_number(number, at):
    text = f"{'楼' * at}{number}，请回电"
    begun = beginning(text, 40)
    assert text.startswith(begun)
    assert len(begun) <= 40
    digits = sum(one.isdigit() for one in mask_phones(begun).value)
    assert digits <= sum(one.isdigit() for one in mask_phones(number).value)
    assert not shows_masked(mask_phones(begun).value, mask_phones(text).value)


def test_what_the_town_knows_stays_whole_at_the_end():
    assert beginning("楼" * 29 + "13798765432找", 40) == "楼" * 29 + "13798765432"
    assert beginning("楼下堵塞", 40) == "楼下堵塞"


@pytest.mark.parametrize("number", NUMBERS)
def test_a_title_that_was_cut_first_shows_what_is_masked(number):
    content = mask_phones(f"楼下堵塞，{number}，请回").value
    assert shows_masked(f"楼下堵塞，{number[:-1]}", content)
    assert shows_masked(f"楼下堵塞，{number[:-1]}…", content)
    assert not shows_masked(content[:9], content)
    assert not shows_masked("打3次", "打138****1234")
