"""Orders of a source: taken in once, followed at the source, never over local work."""

from dataclasses import replace

import pytest

from db.commands.incidents import act
from db.domain.errors import RuleError
from db.domain.ops import MAX_OP_BYTES, Actor
from db.domain.scope import scope_of
from db.imports.orders import ChunkOutcome
from db.imports.plan import OrderRow
from db.imports.take_in import order_writer
from tests.db.store import rig

SCOPE = scope_of(rig.CLERK)
ORDER = OrderRow(
    source="hotline12345",
    source_no="A001",
    title="井盖松动",
    content="枫桥路12号门前的井盖松动",
    category="邻里纠纷",
    urgency="normal",
    secrecy=0,
    address="枫桥路12号",
    area_text="兴禾社区",
    unit_text="",
    reported_at=rig.NOW - 86_400_000,
    caller_name=rig.NAME,
    caller_phone=rig.PHONE,
    source_status="办理中",
    source_reply="",
    source_replied_at=None,
    lon_e6=125_000_000,
    lat_e6=None,
    row=2,
    sheet="Sheet1",
)


def take(store, *orders):
    return order_writer(store, rig.CLERK)(orders)


def row(store, columns, number="A001"):
    sql = f"SELECT {columns} FROM incident WHERE source_no = ?"
    return rig.rows(store, sql, number)[0]


def test_an_order_becomes_an_incident(store):
    assert take(store, ORDER) == ChunkOutcome(1, 0, 0)
    found = row(store, "number, title, class_code, area_code, state, due_stage, lon_e6, lat_e6")
    assert found == (
        f"{rig.TOWN}-20261123-A10001",
        "井盖松动",
        "GZ01",
        rig.VILLAGE,
        "reported",
        "accept",
        125_000_000,
        None,
    )
    assert row(store, "reported_at, taken_in_at") == (ORDER.reported_at, rig.NOW)
    assert rig.rows(store, "SELECT count(*) FROM envelope") == [(1,)]


def test_the_same_file_again_changes_nothing(store):
    orders = [ORDER, replace(ORDER, source_no="A002", row=3)]
    take(store, *orders)
    before = rig.count_ops(store)
    assert take(store, *orders) == ChunkOutcome(0, 0, 2)
    assert rig.count_ops(store) == before
    assert take(store, orders[1], replace(ORDER, source_no="A003")) == ChunkOutcome(1, 0, 1)


def test_the_same_number_of_another_source_is_another_order(store):
    assert take(store, ORDER, replace(ORDER, source="visit")) == ChunkOutcome(2, 0, 0)


def test_an_order_twice_in_one_chunk_is_one(store):
    assert take(store, ORDER, ORDER) == ChunkOutcome(1, 0, 1)


def test_only_what_the_source_says_is_followed(store):
    take(store, ORDER)
    number = row(store, "number")[0]
    values = {"class_code": "ZF02", "area_code": rig.GRID, "urgency": "urgent", "title": "改"}
    act(store, rig.CLERK, SCOPE, number, "accept", values)
    local = "title, content, class_code, area_code, urgency, state, address, number, caller"
    before = row(store, local)
    newer = replace(
        ORDER,
        title="另一个标题",
        content="另一个内容很长",
        category="暴露垃圾",
        urgency="critical",
        secrecy=2,
        address="别处",
        area_text="柳湾村",
        source_status="已办结",
        source_reply="已修复",
        source_replied_at=rig.NOW,
    )
    assert take(store, newer) == ChunkOutcome(0, 1, 0)
    assert row(store, local) == before
    assert row(store, "source_status, source_reply, source_replied_at, secrecy") == (
        "已办结",
        "已修复",
        rig.NOW,
        0,
    )
    step = rig.rows(store, "SELECT kind, from_state, to_state FROM step ORDER BY n DESC LIMIT 1")
    assert step == [("source_updated", "accepted", "accepted")]
    assert take(store, newer) == ChunkOutcome(0, 0, 1)
    # An older file that says nothing of a reply takes none away.
    assert take(store, replace(newer, source_reply="", source_status="")) == ChunkOutcome(0, 0, 1)
    assert row(store, "source_reply") == ("已修复",)


def test_names_that_are_not_certain_are_left_open(store):
    take(store, replace(ORDER, area_text="兴禾", category="别的"))
    assert row(store, "area_code, class_code, category") == ("", "", "别的")


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"content": "长" * 22_000}, "content"),
        ({"content": "长" * 10_000, "source_reply": "长" * 11_000}, "source_reply"),
        ({"title": "长" * 22_000}, "title"),
        ({"address": "长" * 22_000}, "address"),
        ({"content": "\n" * 40_000}, "content"),
        ({"content": "\x01" * 12_000}, "content"),
    ],
)
def test_an_order_too_long_for_an_op_is_left_out_alone(store, change, column):
    outcome = take(store, replace(ORDER, **change), replace(ORDER, source_no="A002"))
    assert (outcome.added, len(outcome.problems)) == (1, 1)
    problem = outcome.problems[0]
    assert (problem.column, problem.code, problem.row) == (column, "text_too_long", 2)
    assert problem.value == ""


def test_the_longest_order_that_is_let_in_fits(store):
    assert take(store, replace(ORDER, content="x" * 55_500)).added == 1
    longest = rig.rows(store, "SELECT max(length(body)) FROM op")[0][0]
    assert longest < MAX_OP_BYTES


def test_a_failing_chunk_leaves_nothing(store):
    before = rig.count_ops(store)
    with pytest.raises(Exception, match=r"."):
        take(store, ORDER, replace(ORDER, source_no="A002", urgency=None))
    assert rig.count_ops(store) == before
    assert rig.rows(store, "SELECT count(*) FROM incident") == [(0,)]


def test_the_role_is_asked_for_before_anything_is_read(store):
    for roles in (("auditor",), ("unit_liaison",), ()):
        with pytest.raises(RuleError) as caught:
            order_writer(store, Actor("x", "某", roles))
        assert caught.value.code == "role_forbids"
