"""What a pick field takes for picked, and what it leaves to the rule to refuse."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.decisions.choices import spelled_choice
from desktop.widgets.fields import Choice, ChoiceModel, LineField, ManyField, PickField

GRIDS = [
    Choice("1", "采薇社区 第一网格"),
    Choice("2", "砚湖社区 第一网格"),
    Choice("3", "砚湖社区 第二网格", "yhe"),
]
EQUAL = [Choice("1", "第一网格"), Choice("2", "第一网格"), Choice("3", "第二网格")]


@pytest.fixture
def make(qtbot):
    def make(choices):
        field = PickField(ChoiceModel(choices))
        qtbot.addWidget(field)
        return field

    return make


@pytest.mark.parametrize("code", ["1", "2", "3"])
@pytest.mark.parametrize("choices", [GRIDS, EQUAL])
def test_what_is_set_is_what_is_read(make, choices, code):
    field = make(choices)
    field.set_value(code)
    assert field.value() == code


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("砚湖社区 第一网格", "2"),
        ("第二", "3"),
        ("YHE", "3"),
        ("2", "2"),
        ("第一网格", "第一网格"),
        ("没有的", "没有的"),
        ("  ", ""),
    ],
)
def test_typed_text_names_one_or_none(make, typed, value):
    field = make(GRIDS)
    field.setEditText(typed)
    assert field.value() == value


def test_an_equal_label_is_nobodys_even_after_the_focus_has_left(make, qtbot):
    field, other = make(EQUAL), LineField()
    qtbot.addWidget(other)
    with qtbot.waitActive(field):
        field.show()
        field.activateWindow()
    field.setFocus()
    field.lineEdit().setText("第一网格")
    QTest.keyClick(field.lineEdit(), Qt.Key.Key_Tab)
    field.lineEdit().editingFinished.emit()
    assert field.value() == "第一网格"


def test_an_unknown_code_leaves_the_field_empty(make):
    field = make(GRIDS)
    field.set_value("9")
    assert field.value() == ""


def test_initials_find_what_is_spelled_so(make):
    field = make([spelled_choice("1", "市政设施损坏"), spelled_choice("2", "占道经营", "占道")])
    for typed in ("zdjy", "ZDJ", "占道"):
        field.setEditText(typed)
        assert field.value() == "2"


def test_a_wheel_that_scrolls_past_picks_nothing(make):
    field = make(GRIDS)
    field.set_value("2")
    field.clearFocus()
    place, turn = QPointF(2, 2), QPoint(0, -120)
    event = QWheelEvent(
        place, place, QPoint(), turn, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(field, event)
    assert field.value() == "2"


def test_fields_share_one_list(qtbot):
    offered = ChoiceModel(GRIDS)
    first, second = PickField(offered), PickField(offered)
    qtbot.addWidget(first)
    qtbot.addWidget(second)
    first.set_value("1")
    second.set_value("3")
    assert (first.value(), second.value()) == ("1", "3")


def test_of_several_each_must_be_named_by_itself(qtbot):
    units = [
        Choice("A", "水利站", "水利"),
        Choice("B", "城管队", "中队"),
        Choice("C", "交警", "中队"),
    ]
    field = ManyField(units)
    qtbot.addWidget(field)
    field.setText("水利、中队、C")
    assert field.value() == ("A", "中队", "C")
