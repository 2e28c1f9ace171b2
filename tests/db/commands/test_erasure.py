"""Erasing what is known of a caller: who may, what is gone, and that nothing brings it back."""

import pytest

from db.commands.erasure import erase_caller, erase_due
from db.commands.incidents import Report, act, report_incident, view_caller
from db.commands.undo import undo
from db.domain.errors import InputError, RuleError
from db.domain.ops import SYSTEM, Actor, decode
from db.domain.scope import scope_of
from db.store.envelopes import Caller, envelopes_of, open_caller, open_document, open_marks
from db.sync.proving import LEFT, prove_erasure
from tests.db.store import rig

VALUES = {"content": "楼下堵塞，打13800001234找我", "address": "枫桥路12号"}
CALLER = Caller(rig.NAME, rig.PHONE, "老人，耳背")
SCOPE = scope_of(rig.CLERK)
GUARD = Actor("an", "安全员", ("security_admin",))
DAY = 86_400_000
WHY = "本人申请"


@pytest.fixture
def reported(store):
    done = report_incident(store, rig.CLERK, Report(VALUES, CALLER))
    act(store, rig.CLERK, SCOPE, done.number, "note", {"text": "他爱人电话 0571-88881234"})
    return done


def envelopes(store):
    return rig.rows(store, "SELECT id, length(cipher), wrapped_key FROM envelope")


def test_what_is_typed_is_masked_and_kept_apart(store, reported):
    rows = rig.rows(store, "SELECT content FROM incident WHERE rid = ?", reported.rid)
    assert rows == [("楼下堵塞，打138****1234找我",)]
    assert rig.rows(store, "SELECT opinion FROM step WHERE n = 2") == [
        ("他爱人电话 0571-****1234",)
    ]
    caller, _ = view_caller(store, rig.CLERK, SCOPE, reported.number, WHY)
    assert caller == Caller(rig.NAME, rig.PHONE, "老人，耳背", ("13800001234", "0571-88881234"))


@pytest.mark.parametrize("number", ["13798765432", "0571-88881234", "１３７９８７６５４３２"])
def test_a_title_of_the_content_has_no_part_of_a_number(store, number):
    content = "楼" * 33 + f"{number}，急"
    done = report_incident(store, rig.CLERK, Report({**VALUES, "content": content}))
    ((title, told),) = rig.rows(
        store, "SELECT title, content FROM incident WHERE rid = ?", done.rid
    )
    assert title == "楼" * 33
    assert "****" in told
    body = rig.rows(store, "SELECT body FROM op ORDER BY recv DESC LIMIT 1")[0][0]
    assert number[:7].encode() not in bytes(body)


def test_marks_alone_can_be_shown(store):
    done = report_incident(store, rig.CLERK, Report(VALUES))
    caller, _ = view_caller(store, rig.CLERK, SCOPE, done.number, WHY)
    assert caller == Caller("", "", marks=("13800001234",))


@pytest.mark.parametrize("reason", ["", "  ", "\x00"])
def test_nobody_is_shown_without_a_reason(store, reported, reason):
    before = rig.count_ops(store)
    with pytest.raises(InputError) as caught:
        view_caller(store, rig.CLERK, SCOPE, reported.number, reason)
    assert (caught.value.code, caught.value.params["column"]) == ("field_missing", "reason")
    assert rig.count_ops(store) == before


def test_the_towns_own_numbers_are_not_callers(store):
    store.write(
        lambda journal: journal.append(
            "post_defined",
            f"{rig.GRID}-grid_worker",
            {"area_code": rig.GRID, "role": "grid_worker", "name": "丁", "phone": "13800001234"},
            SYSTEM,
        )
    )
    done = report_incident(store, rig.CLERK, Report(VALUES))
    rows = rig.rows(store, "SELECT content FROM incident WHERE rid = ?", done.rid)
    assert rows == [(VALUES["content"],)]
    assert envelopes(store) == []


def test_nothing_is_left_of_the_caller(store, reported):
    assert len(envelopes(store)) == 2
    erased = erase_caller(store, GUARD, reported.number, WHY)
    assert erased.envelopes == 2
    assert {(size, key) for _, size, key in envelopes(store)} == {(0, None)}
    for id, _, _ in envelopes(store):
        assert store.read(lambda c, id=id: open_document(c, id)) is None
    assert store.read(lambda c: envelopes_of(c, reported.rid)) == []
    assert store.read(lambda c: open_marks(c, reported.rid)) == ()
    with pytest.raises(RuleError) as caught:
        erase_caller(store, GUARD, reported.number, WHY)
    assert caught.value.code == "caller_gone"


def test_the_op_says_who_asked_for_it_and_names_no_person(store, reported):
    ref = erase_caller(store, GUARD, reported.number, WHY).refs[0]
    op = decode(rig.rows(store, "SELECT body FROM op WHERE seq = ?", ref.seq)[0][0])
    assert (op.kind, op.actor.name, op.payload["reason"]) == ("caller_erased", "安全员", "request")
    assert op.payload["opinion"] == WHY
    assert len(op.payload["env"]) == 2
    step = rig.rows(store, "SELECT kind, opinion FROM step ORDER BY n DESC LIMIT 1")
    assert step == [("caller_erased", WHY)]


def test_the_log_is_empty_once_it_is_done(store, home, reported):
    log = home / "griddesk.db-wal"
    assert log.stat().st_size > 0
    erase_caller(store, GUARD, reported.number, WHY)
    assert log.stat().st_size == 0


@pytest.mark.parametrize("actor", [rig.CLERK, rig.SUPERVISOR, Actor("a", "管", ("admin",))])
def test_only_the_security_administrator_may(store, reported, actor):
    with pytest.raises(RuleError) as caught:
        erase_caller(store, actor, reported.number, WHY)
    assert caught.value.code == "role_forbids"
    assert all(key for _, _, key in envelopes(store))


@pytest.mark.parametrize("reason", ["", " "])
def test_a_request_has_a_reason(store, reported, reason):
    with pytest.raises(InputError) as caught:
        erase_caller(store, GUARD, reported.number, reason)
    assert caught.value.code == "field_missing"


def test_a_title_that_an_earlier_version_cut_first_is_not_proven_gone(store, reported):
    id = rig.rows(store, "SELECT id FROM incident")[0][0]
    erase_caller(store, GUARD, reported.number, WHY)
    assert prove_erasure(store, GUARD, reported.number).is_gone
    told = {"title": "楼下堵塞，打1380000123", "content": VALUES["content"]}
    store.write(lambda journal: journal.append("source_updated", id, {"set": told}, SYSTEM))
    proof = prove_erasure(store, GUARD, reported.number)
    assert not proof.is_gone
    left = {one.kind for one in proof.checks if one.result == LEFT}
    assert left == {"journal", "rows", "search"}


def test_it_is_not_taken_back(store, reported):
    erase_caller(store, Actor("zhou", "周岚", ("security_admin",)), reported.number, WHY)
    undone = undo(store, rig.CLERK, SCOPE, reported.number)
    kinds = rig.rows(store, "SELECT kind, detail FROM step ORDER BY n")
    assert undone.ref is not None
    assert "undone" not in next(detail for kind, detail in kinds if kind == "caller_erased")


def test_an_op_of_somebody_who_may_not_erases_nothing(store, reported):
    env = envelopes(store)[0][0]
    id = rig.rows(store, "SELECT id FROM incident")[0][0]
    payload = {"env": [env], "reason": "request"}
    store.write(lambda journal: journal.append("caller_erased", id, payload, rig.CLERK))
    assert all(key for _, _, key in envelopes(store))


def test_an_erasure_touches_no_other_incidents_envelope(store, reported):
    other = report_incident(store, rig.CLERK, Report(VALUES, CALLER))
    ids = dict(rig.rows(store, "SELECT rid, id FROM incident"))
    env = rig.rows(store, "SELECT caller FROM incident WHERE rid = ?", reported.rid)[0][0]
    payload = {"env": [env], "reason": "request"}
    store.write(lambda journal: journal.append("caller_erased", ids[other.rid], payload, GUARD))
    assert store.read(lambda c: open_caller(c, env)).name == rig.NAME


# by the rule of how long callers are kept


def over(store, values):
    done = report_incident(store, rig.CLERK, Report(VALUES, CALLER))
    id = rig.rows(store, "SELECT id FROM incident WHERE rid = ?", done.rid)[0][0]
    store.write(lambda journal: journal.append("source_updated", id, values, SYSTEM))
    return done


def test_callers_go_when_they_have_been_kept_long_enough(store, clock):
    archived = {"to": "archived", "set": {"archived_at": rig.NOW, "closed_at": rig.NOW}}
    gone = [over(store, archived), over(store, {"to": "rejected"})]
    stays = report_incident(store, rig.CLERK, Report(VALUES, CALLER))
    clock.now += 730 * DAY
    assert erase_due(store) == 0
    clock.now += 1
    assert erase_due(store) == 2
    live = {rid for rid in (*(one.rid for one in gone), stays.rid)
            if store.read(lambda c, rid=rid: envelopes_of(c, rid))}  # fmt: skip
    assert live == {stays.rid}
    count = rig.count_ops(store)
    assert erase_due(store) == 0
    assert rig.count_ops(store) == count


def test_looking_at_a_caller_does_not_keep_it_longer(store, clock):
    done = over(store, {"to": "archived", "set": {"archived_at": rig.NOW}})
    clock.now += 730 * DAY
    view_caller(store, rig.CLERK, SCOPE, done.number, WHY)
    clock.now += 1
    assert erase_due(store) == 1


def test_what_was_merged_is_kept_as_long_as_its_lead_is_open(store, clock):
    lead = report_incident(store, rig.CLERK, Report(VALUES, CALLER))
    id = rig.rows(store, "SELECT id FROM incident WHERE rid = ?", lead.rid)[0][0]
    over(store, {"to": "merged", "set": {"merged_into": id}})
    clock.now += 731 * DAY
    assert erase_due(store) == 0
