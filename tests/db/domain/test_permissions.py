"""One table of who may do what beside the work on incidents."""

import pytest

from db.domain.errors import BugError, RuleError
from db.domain.ops import SYSTEM, Actor
from db.domain.permissions import PERMISSIONS, may, require, roles_for, signed_by
from db.domain.scope import ADMINISTRATIVE, ROLES
from db.domain.transitions import TRANSITIONS, transition_of
from desktop.i18n import ACTION_NAMES, PERMISSION_NAMES

TWO = [row for row in PERMISSIONS.values() if row.second]


def person(user, *roles):
    return Actor(user, f"某{user}", roles)


def refused(actor, action, second=None):
    with pytest.raises(RuleError) as caught:
        require(actor, action, second)
    return caught.value.code


@pytest.mark.parametrize("action", sorted(PERMISSIONS))
def test_every_role_may_or_may_not(action):
    row = PERMISSIONS[action]
    assert row.roles <= ROLES | {"system"}
    assert row.second <= ROLES
    for role in sorted(ROLES):
        second = person("b", *row.second) if row.second else None
        if role in row.roles:
            told = require(person("a", role), action, second)
            assert told == ({"second": {"user": "b", "name": "某b"}} if second else {})
        else:
            assert refused(person("a", role), action, second) == "role_forbids"
    assert may(person("a", next(iter(roles_for(action)))), action)
    assert not may(person("a"), action)
    assert "system" not in roles_for(action)


@pytest.mark.parametrize("row", TWO, ids=lambda row: row.action)
def test_two_persons_are_two(row):
    actor = person("a", *(row.roles - {"system"}))
    assert refused(actor, row.action) == "second_person_needed"
    assert refused(actor, row.action, actor) == "second_person_same"
    # Another sitting of the same person is the same person.
    again = Actor(actor.user, "换个名字", tuple(row.second), "", "s2")
    assert refused(actor, row.action, again) == "second_person_same"
    for role in sorted(ROLES - row.second):
        assert refused(actor, row.action, person("b", role)) == "second_person_forbidden"
    if "system" in row.roles:
        assert require(SYSTEM, row.action) == {}


def test_safety_is_the_security_administrators_alone():
    for action in ("set_policy", "reset_password", "reset_factor", "unlock_account"):
        assert roles_for(action) == {"security_admin"}
    assert roles_for("set_emergency_code") == {"security_admin"}
    assert roles_for("read_audit") == {"auditor"}


def test_who_reads_the_audit_does_nothing_else():
    audits = {action for action in PERMISSIONS if "auditor" in PERMISSIONS[action].roles}
    assert audits == {"read_audit", "export_audit", "prove_erasure"}


def test_administrators_decide_on_no_incident():
    for row in TRANSITIONS.values():
        assert not row.roles & ADMINISTRATIVE, row.action
        assert not row.seconds & ADMINISTRATIVE, row.action


def test_two_persons_decide_on_what_is_gravest():
    two = {row.action for row in TRANSITIONS.values() if row.takes_two}
    assert two == {"unmerge", "set_secrecy"}
    for action in two:
        assert transition_of(action).seconds
    # Asked for by one, granted by another: `requests` refuses the same person.
    assert {"ask_void", "ask_force_close", "ask_unmerge"} <= set(TRANSITIONS)


def test_an_action_nobody_listed_is_a_fault_of_the_program():
    with pytest.raises(BugError):
        require(SYSTEM, "fly")


def test_every_action_has_a_word():
    assert set(PERMISSIONS) <= set(PERMISSION_NAMES) | set(ACTION_NAMES)


def test_whoever_signs_stands_in_the_op():
    told = signed_by(person("a"), "x", frozenset({"shift_leader"}), person("b", "shift_leader"))
    assert told == {"second": {"user": "b", "name": "某b"}}
