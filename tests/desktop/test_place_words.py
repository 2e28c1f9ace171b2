"""Where an incident is: each village is named once."""

import pytest

from desktop.place_words import whole_place


@pytest.mark.parametrize(
    ("area", "address", "told"),
    [
        ("采薇社区", "采薇社区悦塘路 12 号", "采薇社区  悦塘路 12 号"),
        ("采薇社区 第一网格", "采薇社区 悦塘路 12 号", "采薇社区 第一网格  悦塘路 12 号"),
        ("采薇社区", "采薇社区", "采薇社区"),
        ("采薇 01 网格", "采薇社区悦塘路 12 号", "采薇 01 网格  采薇社区悦塘路 12 号"),
        ("采薇社区", "悦塘路 12 号", "采薇社区  悦塘路 12 号"),
        ("", "悦塘路 12 号", "悦塘路 12 号"),
        ("采薇社区", "", "采薇社区"),
        ("", "", ""),
    ],
)
def test_a_village_is_said_once(area, address, told):
    assert whole_place(area, address) == told
