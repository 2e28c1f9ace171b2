"""Which area a text speaks of, by names of areas and by where addresses lay before."""

import pytest

from db.domain.addresses import (
    AREA,
    HOUSE,
    NAME,
    AddressBook,
    Said,
    area_said,
    learn_addresses,
    place_said,
    spoken_name,
)

TOWN = "990101001"
VILLAGE, OTHER = TOWN + "001", TOWN + "002"
GRID, NEXT, FAR = VILLAGE + "001", VILLAGE + "002", OTHER + "001"
AREAS = [
    (VILLAGE, "采薇社区"), (GRID, "采薇 01 网格"), (NEXT, "采薇 02 网格"), (OTHER, "砚湖社区"),
    (FAR, "砚湖 01 网格"),
]  # fmt: skip
KNOWN = [
    ("采薇社区康盛支路 421 号", GRID),
    ("采薇社区康盛支路421号（老慢早餐铺旁）", GRID),
    ("采薇社区康盛支路 500 号", NEXT),
    ("采薇社区柳荣苑 6 幢 2 单元", NEXT),
    ("采薇社区柳荣苑 9 幢", NEXT),
    ("砚湖社区望桥街 7 号", FAR),
]


@pytest.fixture(scope="module")
def book():
    return learn_addresses(KNOWN)


def said(book, *texts):
    return place_said(book, AREAS, texts)


@pytest.mark.parametrize(
    ("text", "code", "basis"),
    [
        ("康盛支路421号路灯不亮", GRID, HOUSE),
        ("康盛支路 ４２１ 号", GRID, HOUSE),
        ("康盛支路500号", NEXT, HOUSE),
        ("柳荣苑门口", NEXT, NAME),
        ("康盛支路坑很大", VILLAGE, NAME),
        ("采薇那边", VILLAGE, AREA),
        ("在采薇 02 网格", NEXT, AREA),
        ("采薇社区柳荣苑6幢", NEXT, HOUSE),
    ],
)
def test_a_place_is_found_by_what_names_it(book, text, code, basis):
    found = said(book, "", text)
    assert (found.code, found.basis) == (code, basis)


@pytest.mark.parametrize("text", ["", "望桥街", "路灯不亮", "康盛", "421号"])
def test_what_is_not_sure_is_not_said(book, text):
    assert said(book, text) is None


def test_a_road_of_another_village_says_nothing(book):
    assert said(book, "砚湖社区康盛支路421号").code == OTHER


def test_the_address_counts_before_the_content(book):
    assert said(book, "望桥街7号", "从康盛支路421号搬来的").code == FAR


def test_a_house_that_lay_in_two_grids_says_its_village():
    lay = [("采薇社区长街 1 号", GRID), ("采薇社区长街 1 号", NEXT)]
    found = said(learn_addresses(lay), "长街1号")
    assert found == Said(VILLAGE, HOUSE, "长街1号", 2, 2)
    lay.append(("砚湖社区长街 1 号", FAR))
    lay.append(("砚湖社区长街 1 号", FAR))
    assert said(learn_addresses(lay), "长街1号") is None


def test_reasons_are_counted(book):
    assert said(book, "康盛支路421号") == Said(GRID, HOUSE, "康盛支路421号", 2, 2)


def test_an_address_without_a_name_teaches_nothing():
    assert learn_addresses([("", GRID), ("12号", GRID), ("（旁）", GRID)]) == AddressBook()


def test_the_smallest_area_that_is_named():
    town = "990101001"
    names = [(town, "示例街道"), (f"{town}001", "兴禾社区"), (f"{town}001002", "兴禾二网格")]

    def said(text, areas=names):
        found = area_said(areas, [text])
        return (found.code, found.word) if found else None

    assert said("兴禾东路") == (f"{town}001", "兴禾社区")
    assert said("在兴禾二网格") == (f"{town}001002", "兴禾二网格")
    assert said("示例街道") is None
    short = [("990101001001", "禾"), ("990101001002", "兴禾")]
    assert said("兴禾", short) == ("990101001002", "兴禾")
    assert said("禾", short) is None


@pytest.mark.parametrize(
    ("name", "spoken"),
    [("兴禾社区", "兴禾"), ("河湾村民委员会", "河湾"), ("新村", "新村"), ("第一网格", "第一网格")],
)
def test_what_people_say_of_a_village(name, spoken):
    assert spoken_name(name) == spoken
