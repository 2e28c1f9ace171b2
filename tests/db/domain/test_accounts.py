"""What makes a good password, who may hold which roles, what an account's ops come to."""

from dataclasses import fields, replace

import pytest

from db.domain.accounts import (
    BOUNDS,
    CODE_SET,
    CODE_USED,
    FACTOR_RESET,
    FACTOR_SET,
    LOCKED,
    PASSWORD_SET,
    UNLOCKED,
    Account,
    EmergencyCode,
    SecurityPolicy,
    check_password,
    check_policy,
    check_roles,
    fold_account,
    fold_emergency,
    plain_password,
    policy_from_dict,
    policy_to_dict,
    read_account,
    read_emergency,
)
from db.domain.errors import InputError, RuleError
from db.domain.ops import SYSTEM, Actor, Hlc, Op, OpRef
from db.domain.scope import ADMINISTRATIVE, ROLES, scope_of
from db.store.plain_rows import plain_row

POLICY = SecurityPolicy()
SELF = Actor("zhou", "周岚", ("duty_officer",))
SAFETY = Actor("su", "苏砚", ("security_admin",))
DAY = 86_400_000


def op(kind, payload, actor=SELF, at=1_000, id="zhou", ent="account"):
    return Op(OpRef("s", 1, 1), Hlc(at, 0), at, actor, ent, id, kind, payload, ())


def password(env, at=1_000, actor=SELF, must_change=False):
    return op(PASSWORD_SET, {"sealed": {"env": env}, "must_change": must_change}, actor, at)


def refused(function, *arguments):
    with pytest.raises((RuleError, InputError)) as caught:
        function(*arguments)
    return caught.value.code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Abcdef-12345", ""),
        ("山高水长月小Ab12", ""),
        ("Abc-12345", "password_short"),
        ("Aa1" + "x" * 126, "password_long"),
        ("abcdefghij", "password_kinds"),
        ("abcdefg123", "password_kinds"),
        ("Aa1Aa1Aa1Aa1", "password_same_letters"),
        ("1-ZHOU-Abcdef", "password_named"),
        ("周岚Abcdef12", "password_named"),
        ("Whether-12345", ""),
    ],
)
def test_a_weak_password_is_refused(typed, code):
    if not code:
        check_password(typed, POLICY, ("zhou", "周岚", "he"))
    else:
        assert refused(check_password, typed, POLICY, ("zhou", "周岚", "he")) == code


def test_a_password_is_the_same_from_any_keyboard():
    assert plain_password("Ａｂｃ１２") == "Abc12"


def test_every_number_of_the_policy_has_bounds_and_stands_within():
    numbers = {item.name for item in fields(SecurityPolicy)} - {"second_factor_roles"}
    assert numbers == set(BOUNDS)
    assert check_policy(POLICY) is POLICY


@pytest.mark.parametrize("name", sorted(BOUNDS))
def test_nothing_of_the_policy_goes_beyond_its_bounds(name):
    least, most = BOUNDS[name]
    for value in (least, most):
        check_policy(replace(POLICY, **{name: value}))
    for value in (least - 1, most + 1, True, "5", 1.5, None):
        assert refused(check_policy, replace(POLICY, **{name: value})) == "policy_bounds"


def test_the_policy_knows_its_roles_and_survives_an_op():
    assert refused(check_policy, replace(POLICY, second_factor_roles=("king",)))
    given = replace(POLICY, idle_minutes=3, second_factor_roles=("admin",))
    assert policy_from_dict(policy_to_dict(given)) == given
    assert policy_from_dict({"tone": "calm"}) == POLICY
    assert policy_from_dict({"idle_minutes": 3}).idle_minutes == 3
    assert refused(policy_from_dict, {"idle_minutes": 0}) == "policy_bounds"


@pytest.mark.parametrize("role", sorted(ADMINISTRATIVE))
def test_who_looks_after_the_program_does_nothing_else(role):
    assert check_roles((role,)) == (role,)
    for other in sorted(ROLES - {role}):
        assert refused(check_roles, (role, other)) == "roles_apart", other


def test_roles_of_the_work_go_together_and_are_known():
    assert check_roles(("duty_officer", "duty_officer", "supervisor")) == (
        "duty_officer",
        "supervisor",
    )
    assert check_roles(()) == ()
    for unknown in ("king", "system", ""):
        assert refused(check_roles, (unknown,)) == "user_role_unknown"


@pytest.mark.parametrize("role", sorted(ADMINISTRATIVE))
def test_no_administrator_sees_a_caller(role):
    assert not scope_of(Actor("a", "甲", (role,))).sees_caller
    assert not scope_of(Actor("a", "甲", (role, "duty_officer"))).sees_caller


def test_an_account_is_what_its_ops_come_to():
    ops = [
        password("e1", 1_000, SAFETY, must_change=True),
        password("e2", 2_000),
        op(FACTOR_SET, {"sealed": {"env": "f1"}}, at=3_000),
        op(LOCKED, {"until": 9_000}, SYSTEM, 4_000),
    ]
    assert fold_account(ops) == Account("e2", 2_000, False, ("e1",), "f1", 3_000, 9_000)
    assert fold_account([*ops, op(UNLOCKED, {"until": 0}, SAFETY)]).locked_until == 0
    assert fold_account([*ops, op(FACTOR_RESET, {}, SAFETY, 5_000)]).factor == ""
    reset = fold_account([*ops, password("e3", 5_000, SAFETY, must_change=True)])
    assert (reset.password, reset.earlier, reset.locked_until) == ("e3", ("e2", "e1"), 0)
    assert reset.must_change
    assert len(fold_account([password(f"e{n}") for n in range(99)]).earlier) == 24


def test_a_password_grows_old():
    account = fold_account([password("e1", 0)])
    assert not account.is_expired(POLICY, 90 * DAY)
    assert account.is_expired(POLICY, 90 * DAY + 1)
    # Set by another station's clock that was ahead.
    assert not account.is_expired(POLICY, -5 * DAY)
    assert not account.is_expired(replace(POLICY, max_age_days=0), 9_000 * DAY)
    assert fold_account([password("e1", 0, SAFETY, must_change=True)]).is_expired(POLICY, 0)


OTHER = Actor("qian", "钱", ("shift_leader",))


@pytest.mark.parametrize(
    "lie",
    [
        password("e", actor=OTHER),
        op(FACTOR_SET, {"sealed": {"env": "f"}}, OTHER),
        op(FACTOR_RESET, {}, OTHER),
        op(UNLOCKED, {"until": 0}, OTHER),
        op(PASSWORD_SET, {}),
        op(PASSWORD_SET, {"sealed": "e"}),
        op(PASSWORD_SET, {"sealed": {"env": 5}}),
        op(PASSWORD_SET, {"sealed": {"env": "e"}, "must_change": 1}),
        op(FACTOR_SET, {"sealed": {"env": "f"}}, SAFETY),
        op(FACTOR_RESET, {}, SELF),
        op(UNLOCKED, {"until": 0}, SELF),
        op(UNLOCKED, {"until": 9_000}, SAFETY),
        op(LOCKED, {"until": -1}, SYSTEM),
        # A lock that opens, one without an end, one said by somebody.
        op(LOCKED, {"until": 0}, SYSTEM),
        op(LOCKED, {"until": 1_000}, SYSTEM),
        op(LOCKED, {"until": 1_001 + DAY}, SYSTEM),
        op(LOCKED, {"until": 9_000}, OTHER),
        op(LOCKED, {"until": "soon"}, SYSTEM),
    ],
)
def test_what_cannot_be_believed_of_an_account_is_not(lie):
    assert refused(read_account, lie) == "op_malformed"


def test_a_lock_is_as_long_as_the_longest_one_at_most():
    assert read_account(op(LOCKED, {"until": 1_000 + DAY}, SYSTEM))["until"] == 1_000 + DAY


def test_the_policy_is_said_by_safety_alone():
    said = policy_to_dict(SecurityPolicy(lock_after=20))
    plain_row(op("policy_set", said, SAFETY, id="security", ent="policy"))
    for actor in (SELF, OTHER, SYSTEM, Actor("wen", "温岑", ("admin",))):
        lie = op("policy_set", said, actor, id="security", ent="policy")
        assert refused(plain_row, lie) == "op_malformed"


def emergency(kind, payload, actor=SAFETY, at=1_000):
    return op(kind, payload, actor, at, "code", "emergency")


def test_the_emergency_code_is_spent_by_its_use():
    made = emergency(CODE_SET, {"sealed": {"env": "c1"}})
    used = emergency(CODE_USED, {"env": "c1", "name": "甲"}, SYSTEM, 2_000)
    again = emergency(CODE_USED, {"env": "c1", "name": "乙"}, SYSTEM, 3_000)
    assert fold_emergency([made]) == EmergencyCode("c1", 1_000)
    assert fold_emergency([made, used, again]) == EmergencyCode("c1", 1_000, 2_000, "甲")
    renewed = emergency(CODE_SET, {"sealed": {"env": "c2"}}, at=4_000)
    assert fold_emergency([made, used, renewed, again]) == EmergencyCode("c2", 4_000)


@pytest.mark.parametrize(
    "lie",
    [
        emergency(CODE_SET, {"sealed": {"env": "c"}}, SELF),
        emergency(CODE_SET, {}),
        emergency(CODE_USED, {"env": 5}),
        emergency(CODE_USED, {"env": "c", "name": 5}),
    ],
)
def test_what_cannot_be_believed_of_the_code_is_not(lie):
    assert refused(read_emergency, lie) == "op_malformed"
