import pytest

from db.domain.areas import Area, check_area, level_of, parent_code
from db.domain.errors import InputError


@pytest.mark.parametrize(
    ("code", "level", "parent"),
    [
        ("990101", "district", ""),
        ("990101001", "town", "990101"),
        ("990101001002", "village", "990101001"),
        ("990101001002003", "grid", "990101001002"),
    ],
)
def test_a_code_tells_its_level_and_its_parent(code, level, parent):
    assert level_of(code) == level
    assert parent_code(code) == parent
    assert check_area(Area(code, "名", level)).parent == parent


@pytest.mark.parametrize(
    "code", ["", "9", "99010", "9901010", "99010100100200", "99010a", "９９０１０１", "990101 "]
)
def test_a_code_without_meaning_is_refused(code):
    with pytest.raises(InputError) as refused:
        level_of(code)
    assert refused.value.code == "area_code_malformed"
    assert refused.value.params["value"] == code


def test_level_and_name_are_checked():
    with pytest.raises(InputError) as refused:
        check_area(Area("990101", "名", "town"))
    assert refused.value.code == "area_level_mismatch"
    with pytest.raises(InputError) as refused:
        check_area(Area("990101", " \t", "district"))
    assert refused.value.code == "area_name_missing"
