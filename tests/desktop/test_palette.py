"""What a line in the command bar means, and what of the names comes first."""

import time

import pytest

from desktop.palette import (
    EXACT,
    INITIALS,
    INSIDE,
    INSIDE_INITIALS,
    PREFIX,
    ROWS,
    Entry,
    Known,
    best,
    by_group,
    named_actions,
    read_line,
)

NAMES = ("分流", "反馈", "督办", "街道路灯管理所", "新兴街道", "12345 热线", "城管执法队")


def known(*names, group="unit", **more):
    return [Known(Entry(group, name, name, **more)) for name in names]


def found(line, names=NAMES, used=None):
    return [entry.text for entry in best(known(*names), read_line(line), used or {})]


@pytest.mark.parametrize(
    ("word", "name", "rank"),
    [
        ("分流", "分流", EXACT),
        ("督", "督办", PREFIX),
        ("db", "督办", INITIALS),
        ("jdl", "街道路灯管理所", INITIALS),
        ("街dl", "街道路灯管理所", INITIALS),
        ("j道路", "街道路灯管理所", INITIALS),
        ("路灯", "街道路灯管理所", INSIDE),
        ("ld", "街道路灯管理所", INSIDE_INITIALS),
        ("路d", "街道路灯管理所", INSIDE_INITIALS),
        ("ＤＢ", "督办", INITIALS),
        ("rx", "12345 热线", INSIDE_INITIALS),
        ("12", "12345 热线", PREFIX),
        ("zh", "重合", None),
        ("ch", "重合", INITIALS),
        ("路灯", "督办", None),
        ("gl路", "街道路灯管理所", None),
    ],
)
def test_how_well_a_name_answers(word, name, rank):
    assert Known(Entry("unit", "", name)).rank(read_line(word).words) == rank


def test_every_word_has_to_be_there_and_the_weakest_counts():
    lamps = Known(Entry("unit", "", "街道路灯管理所"))
    assert lamps.rank(("jd", "管理")) == INSIDE
    assert lamps.rank(("jd", "井盖")) is None


def test_a_key_is_a_name_and_what_is_said_counts_behind_all_names():
    dispatch = Known(Entry("action", "dispatch", "分流", key="D", words="交办给单位"))
    assert dispatch.rank(("d",)) == EXACT
    assert dispatch.rank(("交办",)) == INSIDE
    assert dispatch.rank(("jb",)) == INSIDE


def test_the_better_answer_comes_first_whatever_its_group():
    names = [
        *known("归档", group="action"),
        *known("档案馆", group="unit"),
        *known("电动车专班", group="unit"),
        *known("查档", group="view"),
    ]
    shown = [entry.text for entry in best(names, read_line("档"), {})]
    assert shown == ["档案馆", "归档", "查档"]


def test_equals_stand_as_they_were_used_last_then_by_group():
    names = [
        *known("路口", group="area"),
        *known("路灯所", "路政所"),
        *known("路面", group="action"),
    ]
    assert [one.text for one in best(names, read_line("路"), {})] == [
        "路面", "路灯所", "路政所", "路口",
    ]  # fmt: skip
    used = {"area:路口": 0, "unit:路政所": 1}
    assert [one.text for one in best(names, read_line("路"), used)] == [
        "路口", "路政所", "路面", "路灯所",
    ]  # fmt: skip


def test_being_used_does_not_outrank_a_better_answer():
    assert found("城管", ("小城管理处", "城管执法队"), {"unit:小城管理处": 0})[0] == "城管执法队"


def test_what_is_possible_comes_before_what_is_not():
    names = [*known("批准", group="action", refused="没有申请"), *known("批转", group="action")]
    assert [one.text for one in best(names, read_line("p"), {})] == ["批转", "批准"]


def test_no_kind_takes_all_the_room():
    names = [*known(*(f"路{n}" for n in range(40))), *known("路面", "路口", group="area")]
    shown = by_group(best(names, read_line("路"), {}))
    assert [len(shown["unit"]), len(shown["area"])] == [ROWS - 2, 2]
    names += known(*(f"路名{n}" for n in range(40)), group="view")
    shown = by_group(best(names, read_line("路"), {}))
    assert sum(map(len, shown.values())) == ROWS
    assert len(shown["area"]) == 2


@pytest.mark.parametrize(
    ("line", "only"),
    [
        (">督办", {"action", "screen"}),
        ("》督办", {"action", "screen"}),
        ("＞ 督办", {"action", "screen"}),
        ("# 督办", {"number"}),
        ("＃督办", {"number"}),
        ("@督办", {"unit"}),
        ("＠ 督办", {"unit"}),
        (" ：督办", {"area"}),
        (": 督办", {"area"}),
        ("督办", set()),
    ],
)
def test_a_sign_narrows_as_it_comes_from_any_input_method(line, only):
    query = read_line(line)
    assert query.only == only
    assert query.words == ("督办",)


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("000123", "000123"),
        ("a10001", "A10001"),
        ("990101001-20261124-a10001", "990101001-20261124-A10001"),
        ("７７", "77"),
        ("7", ""),
        ("# 7", "7"),
        ("@ 77", ""),
        ("abc", ""),
        ("2号楼", ""),
        ("77 88", ""),
        ("77'; --", ""),
    ],
)
def test_what_may_be_a_number(line, number):
    assert read_line(line).number == number


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("d 000123", ("d", "000123")),
        ("分流 a10001", ("分流", "A10001")),
        ("> fl 000123", ("fl", "000123")),
        ("分流 路灯", ("", "")),
        ("d 1", ("", "")),
        ("@ d 000123", ("", "")),
        ("000123", ("", "")),
        ("d 000123 000124", ("", "")),
    ],
)
def test_what_may_be_a_command(line, command):
    assert read_line(line).command == command


@pytest.mark.parametrize(
    ("word", "named"),
    [
        ("d", ["分流"]),
        ("shift+d", ["加派"]),
        ("分流", ["分流"]),
        ("fl", ["分流"]),
        ("f", ["反馈"]),
        ("分", ["分流"]),
        ("流", []),
        ("交办", []),
        ("zz", []),
    ],
)
def test_the_action_a_command_names(word, named):
    actions = [
        Known(Entry("action", text, text, key=key, words=words))
        for text, key, words in (
            ("分流", "D", "交办给单位"),
            ("加派", "Shift+D", "再加一家"),
            ("反馈", "F", "登记处置结果"),
        )
    ]
    assert [entry.text for entry in named_actions(actions, word)] == named


def test_a_word_that_names_two_actions_equally_gives_both():
    actions = known("申请延期", "申请挂起", "反馈", group="action")
    assert [one.text for one in named_actions(actions, "sq")] == ["申请延期", "申请挂起"]


@pytest.mark.parametrize("line", ["", "   ", ">", "\x00", "\ud800", "'\"*%_", "<b>x", "汉" * 5000])
def test_any_text_can_be_typed(line):
    best(known(*NAMES, "<b>x"), read_line(line), {})


def test_a_thousand_names_are_ranked_in_a_few_milliseconds():
    names = known(*(f"第{n}网格兴禾社区居民委员会" for n in range(1_000)))
    started = time.perf_counter()
    for line in ("xhsq", "社区", "兴h", "第999"):
        assert best(names, read_line(line), {})
    assert (time.perf_counter() - started) / 4 < 0.05
