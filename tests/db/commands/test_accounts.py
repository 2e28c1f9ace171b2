"""Signing in, at one station and at two: real hashes, real codes, real records, real kills."""

import os
import shutil
import signal
import threading
from functools import cache

import pytest

from db.commands.accounts import (
    _NOBODYS,
    _append_sealed,
    _begin_try,
    _hashed,
    _say,
    _step_of,
    _totp,
    authenticate_second,
    begin_factor,
    change_password,
    confirm_factor,
    first_administrator,
    lock_desk,
    reset_factor,
    reset_password,
    set_emergency_code,
    set_policy,
    sign_in,
    sign_out,
    unlock,
    use_emergency_code,
)
from db.commands.incidents import Report, report_incident
from db.commands.keys import accept_room_keys
from db.commands.site import init_site
from db.commands.town import User, define_users, user_of
from db.demo.mark import mark_as_demo
from db.domain.accounts import LOCKED, PASSWORD_SET, SecurityPolicy, locked_until
from db.domain.errors import EnvironmentError_, GridDeskError, InputError, RuleError
from db.domain.ops import SYSTEM, Actor, decode
from db.domain.scope import scope_of
from db.store.ids import new_id
from db.store.journal import Journal
from db.store.queries.accounts import (
    CLAIMED,
    DEMO,
    UNCLAIMED,
    WAITING,
    account_of,
    accounts,
    claim_state,
    emergency_code,
    policy_of,
)
from db.store.queries.town import actor_named, users
from db.store.rebuild import rebuild
from tests.db.commands import apart
from tests.db.store import rig

BOSS, SAFETY, CLERK, LEADER = "boss", "safe", "zhou", "he"
PASSWORD, OTHER = "Hewu-Shanshui-7", "Qingshan-Lvshui-8"
PEOPLE = (
    User(SAFETY, "苏砚", ("security_admin",), area=rig.TOWN),
    User(CLERK, "周岚", ("duty_officer", "dispatcher"), area=rig.TOWN),
    User(LEADER, "何砚", ("shift_leader",), area=rig.TOWN),
    User("tang", "唐竹", ("auditor",), area=rig.TOWN),
)
MINUTE, DAY = 60_000, 86_400_000


class Room:
    """A record that is claimed, and the secrets that its people know."""

    def __init__(self, store, clock, factors):
        self.store, self.clock, self.factors = store, clock, factors

    def code(self, key, steps=0):
        return _totp(self.factors[key]).generate(self.clock() // 1000 + 30 * steps).decode()

    def sits(self, key, password=PASSWORD):
        """Sign somebody in with the next code, so that tests need not wait for one."""
        self.clock.now += 60_000
        return sign_in(self.store, key, password, self.code(key) if key in self.factors else "")

    def lock(self, key):
        """Lock an account as failures do, without the failures."""
        until = locked_until(self.clock(), SecurityPolicy())
        self.store.write(
            lambda journal: journal.append(LOCKED, key, {"until": until, "failures": 5}, SYSTEM)
        )

    def seat(self, key):
        """Let somebody sit who has signed in, without the password."""
        found = self.store.read(lambda c: actor_named(c, key, new_id(self.clock())[:13]))[0]
        _say(self.store, found, "signed_in")
        return found

    def fails(self, key, count):
        """Begin tries that never come to an end: each has failed."""
        for _ in range(count):
            self.store.write(lambda journal: _begin_try(journal, key))

    def actor(self, key):
        return self.store.read(lambda connection: actor_named(connection, key))[0]


def give(store, actor, password):
    """Set a person's password by a hash that is there: hashing is what takes time here."""
    hashed = hash_of(password)
    store.write(
        lambda journal: _append_sealed(
            journal, actor, PASSWORD_SET, actor.user, {"hash": hashed}, {"must_change": False}
        )
    )


def claimed(home):
    """Make a record claimed: first administrator, security administrator, clerk, leader."""
    clock, factors = rig.Clock(), {}
    with rig.open_store(home, clock) as store:
        boss = first_administrator(store, BOSS, "温岑", PASSWORD)
        define_users(store, boss, PEOPLE)
        for key in (SAFETY, CLERK, LEADER):
            actor = store.read(lambda connection, key=key: actor_named(connection, key))[0]
            give(store, actor, PASSWORD)
            if key != CLERK:
                factors[key] = begin_factor(store, actor).secret
                code = _totp(factors[key]).generate(clock() // 1000).decode()
                confirm_factor(store, actor, factors[key], code)
    return factors


@cache
def hash_of(password):
    """A real hash, made once."""
    return _hashed(password)


@pytest.fixture(scope="session")
def _claimed(tmp_path_factory):
    home = rig.make_site(tmp_path_factory.mktemp("claimed") / "home")
    factors = claimed(home)
    return rig.unbound(home), factors


@pytest.fixture
def claimed_home(_claimed, tmp_path):
    return shutil.copytree(_claimed[0], tmp_path / "home")


@pytest.fixture
def room(_claimed, claimed_home, clock):
    with rig.open_store(claimed_home, clock) as store:
        yield Room(store, clock, _claimed[1])


def refused(function, *arguments, **named):
    with pytest.raises(GridDeskError) as caught:
        function(*arguments, **named)
    return caught.value.code


def kinds(store):
    bodies = rig.rows(store, "SELECT body FROM op ORDER BY recv")
    return [decode(body).kind for (body,) in bodies]


def last_op(store):
    return decode(rig.rows(store, "SELECT body FROM op ORDER BY recv DESC LIMIT 1")[0][0])


# the first administrator


def test_a_new_record_is_nobodys_until_somebody_claims_it(store):
    assert store.read(claim_state) == UNCLAIMED
    boss = first_administrator(store, BOSS, "温岑", PASSWORD)
    assert boss.roles == ("admin",)
    assert store.read(claim_state) == CLAIMED
    assert refused(first_administrator, store, "second", "别人", PASSWORD) == "claimed_already"


def test_two_claims_at_once_make_one_administrator(store):
    start, outcomes = threading.Barrier(2), {}

    def claim(key):
        start.wait()
        try:
            outcomes[key] = first_administrator(store, key, f"某{key}", PASSWORD).user
        except RuleError as error:
            outcomes[key] = error.code

    threads = [threading.Thread(target=claim, args=(key,)) for key in ("jia", "yi")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes.values()) in (["claimed_already", "jia"], ["claimed_already", "yi"])
    assert rig.rows(store, "SELECT count(*) FROM account WHERE password <> ''") == [(1,)]
    assert len(store.read(users)) == 1


def test_a_weak_password_claims_nothing(store):
    assert refused(first_administrator, store, BOSS, "温岑", "kurz") == "password_short"
    assert refused(first_administrator, store, BOSS, "", PASSWORD) == "field_missing"
    assert refused(first_administrator, store, "b o", "温岑", PASSWORD) == "user_key_wrong"
    assert refused(first_administrator, store, "system", "温岑", PASSWORD) == "user_key_wrong"
    assert store.read(claim_state) == UNCLAIMED


def test_who_is_listed_as_administrator_claims_and_no_other(store):
    define_users(store, SYSTEM, [User("wen", "温岑", ("admin",)), User("zhou", "周岚", ("x",)[:0])])
    assert refused(first_administrator, store, "zhou", "周岚", PASSWORD) == "claim_not_admin"
    assert first_administrator(store, "wen", "温岑", PASSWORD).user == "wen"


def test_a_demo_is_never_somebodys(store):
    store.write(lambda journal: journal.set_meta("demo", "1"))
    assert store.read(claim_state) == DEMO
    assert refused(first_administrator, store, BOSS, "温岑", PASSWORD) == "claim_demo"


def test_no_default_password_stands_anywhere(store):
    define_users(store, SYSTEM, PEOPLE)
    assert rig.rows(store, "SELECT count(*) FROM account") == [(0,)]
    for key in (SAFETY, CLERK):
        assert refused(sign_in, store, key, "") == "account_without_password"


# passwords


def test_a_sitting_begins_and_ends_on_record(room):
    seated = room.sits(CLERK)
    assert (seated.must, seated.actor.roles) == ("", ("duty_officer", "dispatcher"))
    assert (seated.scope.area, seated.scope.secrecy) == (rig.TOWN, 2)
    assert last_op(room.store).actor == seated.actor
    lock_desk(room.store, seated.actor, is_idle=True)
    again = sign_in(room.store, CLERK, PASSWORD, session=seated.actor.session)
    assert again.actor == seated.actor
    sign_out(room.store, seated.actor, "交班")
    assert kinds(room.store)[-4:] == ["signed_in", "desk_locked", "desk_unlocked", "signed_out"]


def test_two_people_of_one_name_sign_in_by_their_accounts(room):
    define_users(room.store, room.actor(BOSS), [User("aa", "周岚", ())])
    assert refused(sign_in, room.store, "周岚", PASSWORD) == "sign_in_wrong"


def test_asking_for_nobody_takes_as_long_as_asking_for_somebody():
    from argon2 import PasswordHasher

    assert not PasswordHasher().check_needs_rehash(_NOBODYS)


def test_a_stranger_is_told_no_more_than_a_mistyped_password(room):
    assert refused(sign_in, room.store, "nobody", PASSWORD) == "sign_in_wrong"


def test_a_one_time_password_leads_to_an_own_one_and_to_a_second_factor(room):
    reset_factor(room.store, room.actor(SAFETY), LEADER)
    one_time = reset_password(room.store, room.actor(SAFETY), LEADER)
    bare = sign_in(room.store, LEADER, one_time)
    assert (bare.must, bare.actor.roles) == ("password", ())
    set_policy(room.store, room.actor(SAFETY), SecurityPolicy(history=1))
    change_password(room.store, bare.actor, LEADER, one_time, OTHER)
    bare = sign_in(room.store, LEADER, OTHER)
    assert (bare.must, bare.actor.roles) == ("factor", ())


def test_an_old_password_is_changed_before_any_work(room):
    room.clock.now += 91 * DAY
    bare = room.sits(CLERK)
    assert (bare.must, bare.actor.roles) == ("password", ())
    assert bare.scope.is_administrative  # sees nothing
    report = Report({"content": "河边路路灯不亮", "address": "河边路", "source": "phone"})
    assert refused(report_incident, room.store, bare.actor, report) == "role_forbids"
    assert refused(authenticate_second, room.store, CLERK, PASSWORD) == "password_expired"
    give(room.store, bare.actor, OTHER)
    assert room.sits(CLERK, OTHER).must == ""


def test_old_passwords_do_not_come_again(room):
    safety, clerk = room.actor(SAFETY), room.actor(CLERK)
    for password in (OTHER, PASSWORD):
        give(room.store, clerk, password)
    assert refused(change_password, room.store, clerk, CLERK, PASSWORD, OTHER) == "password_used"
    # The second one back is beyond the one that is remembered.
    set_policy(room.store, safety, SecurityPolicy(history=1))
    change_password(room.store, clerk, CLERK, PASSWORD, OTHER)


def test_a_password_is_ones_own(room):
    clerk = room.actor(CLERK)
    arguments = (room.store, clerk, LEADER, PASSWORD, OTHER)
    assert refused(change_password, *arguments) == "password_own"
    assert refused(change_password, room.store, clerk, CLERK, "falsch", OTHER) == "sign_in_wrong"
    assert refused(change_password, room.store, clerk, CLERK, PASSWORD, "kurz") == "password_short"
    reset_password(room.store, room.actor(SAFETY), CLERK)
    assert refused(sign_in, room.store, CLERK, PASSWORD) == "sign_in_wrong"


def test_nothing_secret_stands_in_the_journal(room):
    one_time = reset_password(room.store, room.actor(SAFETY), CLERK)
    code = set_emergency_code(room.store, room.actor(SAFETY))
    said = b"".join(body for (body,) in rig.rows(room.store, "SELECT body FROM op"))
    secrets = (PASSWORD, one_time, code, "argon2", *room.factors.values())
    assert not [secret for secret in secrets if secret.encode() in said]


# locks


def test_too_many_failures_lock_for_a_while(room):
    room.fails(CLERK, 3)
    for _ in range(2):
        assert refused(sign_in, room.store, CLERK, "falsch") == "sign_in_wrong"
    assert kinds(room.store)[-1] == "account_locked"
    assert refused(sign_in, room.store, CLERK, PASSWORD) == "account_locked"
    assert kinds(room.store).count("account_locked") == 1


@pytest.fixture
def strict(room):
    """A room whose accounts are locked as soon as any policy may have it."""
    set_policy(room.store, room.actor(SAFETY), SecurityPolicy(lock_after=3))
    return room


def test_a_success_says_how_often_it_failed_before(strict):
    strict.fails(CLERK, 2)
    strict.sits(CLERK)
    assert last_op(strict.store).payload == {"failures": 2}
    strict.fails(CLERK, 2)
    assert "account_locked" not in kinds(strict.store)


def test_many_guesses_beside_each_other_get_no_more_answers(strict):
    guesses = 8
    start, outcomes = threading.Barrier(guesses), []

    def guess():
        start.wait()
        outcomes.append(refused(sign_in, strict.store, CLERK, "falsch"))

    threads = [threading.Thread(target=guess) for _ in range(guesses)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("sign_in_wrong") <= 3
    assert outcomes.count("account_locked") == guesses - outcomes.count("sign_in_wrong")
    assert kinds(strict.store).count("account_locked") == 1


def test_a_try_that_a_kill_cut_short_has_counted(strict):
    strict.fails(CLERK, 3)
    assert refused(sign_in, strict.store, CLERK, PASSWORD) == "account_locked"
    assert kinds(strict.store)[-1] == "account_locked"
    strict.clock.now += 15 * MINUTE
    assert strict.sits(CLERK).must == ""


def test_a_wrong_code_counts_like_a_wrong_password(strict):
    strict.fails(LEADER, 2)
    assert refused(sign_in, strict.store, LEADER, PASSWORD, "000000") == "sign_in_wrong"
    assert refused(sign_in, strict.store, LEADER, PASSWORD, strict.code(LEADER)) == "account_locked"


def test_a_second_person_who_fails_is_locked_too(strict):
    strict.fails(CLERK, 2)
    assert refused(authenticate_second, strict.store, CLERK, "falsch") == "sign_in_wrong"
    assert refused(authenticate_second, strict.store, CLERK, PASSWORD) == "account_locked"


def test_the_security_administrator_unlocks(room):
    room.lock(CLERK)
    for key in (BOSS, CLERK, LEADER):
        assert refused(unlock, room.store, room.actor(key), CLERK) == "role_forbids"
    unlock(room.store, room.actor(SAFETY), CLERK)
    assert room.sits(CLERK).must == ""


KILLED = """
import os, signal, sys
from pathlib import Path
from db.commands.accounts import sign_in
from db.domain.errors import RuleError
from tests.db.store import rig

try:
    sign_in(rig.open_store(Path(sys.argv[1])), "zhou", "falsch")
except RuleError as error:
    print(error.code, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_kill_forgets_no_failure(strict, claimed_home, clock):
    strict.store.close()
    process = rig.run(KILLED, claimed_home)
    said, _ = process.communicate(timeout=60)
    assert (said.split(), process.returncode) == (["sign_in_wrong"], -signal.SIGKILL)
    with rig.open_store(claimed_home, clock) as store:
        for code in ("sign_in_wrong", "sign_in_wrong", "account_locked"):
            assert refused(sign_in, store, CLERK, "falsch") == code


@pytest.mark.parametrize("hours", [-24, 24])
def test_a_clock_that_was_set_wrong_opens_nothing_and_bars_nobody_for_ever(room, hours):
    room.lock(CLERK)
    room.clock.now += hours * 60 * MINUTE
    if hours < 0:
        assert refused(sign_in, room.store, CLERK, PASSWORD) == "account_locked"
        unlock(room.store, room.actor(SAFETY), CLERK)
    assert room.sits(CLERK).must == ""


# second factor


def test_a_code_counts_once(room):
    code = room.code(LEADER)
    assert sign_in(room.store, LEADER, PASSWORD, code).must == ""
    for used in (code, room.code(LEADER, -1)):
        assert refused(sign_in, room.store, LEADER, PASSWORD, used) == "factor_used"
    # Only who knows the password is told so.
    assert refused(sign_in, room.store, LEADER, "falsch", code) == "sign_in_wrong"
    assert sign_in(room.store, LEADER, PASSWORD, room.code(LEADER, 1)).must == ""


SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.mark.parametrize(
    ("steps", "counts"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_phone_may_be_half_a_minute_off(steps, counts):
    code = _totp(SECRET).generate(rig.NOW // 1000 + 30 * steps).decode()
    found = _step_of(SECRET, f" {code[:3]} {code[3:]} ", rig.NOW)
    assert found == (rig.NOW // 30_000 + steps if counts else None)


@pytest.mark.parametrize("code", ["12345", "1234567", "abcdef", "１２３４５６", "\0", "-12345"])
def test_what_is_no_code_is_a_wrong_one(code):
    assert _step_of(SECRET, code, rig.NOW) is None


def test_a_code_is_asked_for_only_after_the_right_password(room):
    assert refused(sign_in, room.store, LEADER, "falsch") == "sign_in_wrong"
    assert refused(sign_in, room.store, LEADER, PASSWORD) == "factor_needed"


def test_a_lost_factor_is_taken_away_and_set_up_anew(room):
    assert refused(reset_factor, room.store, room.actor(BOSS), LEADER) == "role_forbids"
    reset_factor(room.store, room.actor(SAFETY), LEADER)
    bare = sign_in(room.store, LEADER, PASSWORD)
    assert (bare.must, bare.actor.roles) == ("factor", ())
    assert refused(authenticate_second, room.store, LEADER, PASSWORD) == "factor_missing"
    new = begin_factor(room.store, bare.actor)
    assert new.secret in new.uri
    assert refused(confirm_factor, room.store, bare.actor, new.secret, "000000") == "factor_wrong"
    code = _totp(new.secret).generate(room.clock() // 1000).decode()
    confirm_factor(room.store, bare.actor, new.secret, code)
    # The code that proved the phone serves the first sign-in, and no other.
    assert sign_in(room.store, LEADER, PASSWORD, code).must == ""


def test_another_factor_takes_the_password(room):
    """Who finds the desk open does not put a phone of their own in the place of that one."""
    leader = room.actor(LEADER)
    new = begin_factor(room.store, leader)
    code = _totp(new.secret).generate(room.clock() // 1000).decode()
    before = room.store.read(lambda c: account_of(c, LEADER)).factor
    assert refused(confirm_factor, room.store, leader, new.secret, code) == "sign_in_wrong"
    assert room.store.read(lambda c: account_of(c, LEADER)).factor == before
    confirm_factor(room.store, leader, new.secret, code, PASSWORD)
    assert room.store.read(lambda c: account_of(c, LEADER)).factor != before


def test_who_has_a_factor_is_asked_for_it_whatever_the_policy_says_later(room):
    set_policy(room.store, room.actor(SAFETY), SecurityPolicy(second_factor_roles=()))
    assert refused(sign_in, room.store, LEADER, PASSWORD) == "factor_needed"


# second person


def test_a_second_person_proves_who_that_is(room):
    found = authenticate_second(room.store, LEADER, PASSWORD, room.code(LEADER))
    assert (found.user, found.roles) == (LEADER, ("shift_leader",))
    assert "signed_in" not in kinds(room.store)[-1:]


def test_where_nobody_has_a_password_a_second_person_is_named(store):
    define_users(store, SYSTEM, PEOPLE)
    assert authenticate_second(store, LEADER, "").roles == ("shift_leader",)
    assert refused(authenticate_second, store, "nobody", "") == "user_unknown"


# who may say what of whom


def test_before_safety_sits_the_administrator_appoints(store):
    boss = Actor(BOSS, "温岑", ("admin",))
    define_users(store, SYSTEM, [User(BOSS, "温岑", ("admin",), area=rig.TOWN)])
    give(store, boss, PASSWORD)
    define_users(store, boss, PEOPLE)
    assert refused(reset_password, store, boss, CLERK) == "role_forbids"
    # A one-time password may be lost before it was used: that shuts nobody out.
    for key in (SAFETY, "tang", SAFETY):
        assert reset_password(store, boss, key)
    give(store, store.read(lambda c: actor_named(c, SAFETY))[0], PASSWORD)
    # From now on somebody else looks after safety, also with a one-time password.
    for _ in range(2):
        assert refused(reset_password, store, boss, SAFETY) == "role_forbids"
        assert refused(reset_password, store, boss, "tang") == "role_forbids"
        reset_password(store, store.read(lambda c: actor_named(c, SAFETY))[0], SAFETY)
    changed = [User(CLERK, "周岚", ("shift_leader",), area=rig.TOWN)]
    assert refused(define_users, store, boss, changed) == "roles_not_yours"


def test_roles_and_scope_are_the_security_administrators(room):
    boss, safety = room.actor(BOSS), room.actor(SAFETY)
    known = room.store.read(lambda c: user_of(c, CLERK))
    changes = [
        {"roles": ("shift_leader",)}, {"area": rig.VILLAGE}, {"unit": rig.SZS},
        {"classes": ("ZF02",)}, {"secrecy": 0},
    ]  # fmt: skip
    for change in changes:
        wanted = [_replaced(known, **change)]
        assert refused(define_users, room.store, boss, wanted) == "roles_not_yours", change
        define_users(room.store, safety, wanted)
    define_users(room.store, boss, [_replaced(wanted[0], name="周岚岚")])
    define_users(room.store, boss, [User("new", "新人", (), area="")])
    fresh = [User("newer", "新人", ("duty_officer",))]
    assert refused(define_users, room.store, boss, fresh) == "roles_not_yours"


def test_whether_safety_is_still_there_is_not_the_administrators_to_say(room):
    boss, safety = room.actor(BOSS), room.actor(SAFETY)
    known = room.store.read(lambda c: user_of(c, SAFETY))
    gone = [_replaced(known, left=True)]
    assert refused(define_users, room.store, boss, gone) == "roles_not_yours"
    define_users(room.store, safety, [User("more", "又一人", ("security_admin",), left=True)])
    back = [User("more", "又一人", ("security_admin",))]
    assert refused(define_users, room.store, boss, back) == "roles_not_yours"
    # Of others the administrator goes on saying it.
    clerk = room.store.read(lambda c: user_of(c, CLERK))
    define_users(room.store, boss, [_replaced(clerk, left=True)])
    # Who looks after safety may go: another keeper is there.
    define_users(room.store, safety, gone)


def test_who_is_entered_anew_takes_nobodys_account(room):
    taken = [User("fresh", "新人", ()), User(CLERK, "冒名", ("security_admin",), area=rig.TOWN)]
    with pytest.raises(InputError, match="user_exists"):
        define_users(room.store, room.actor(SAFETY), taken, are_new=True)
    found = room.store.read(lambda c: (user_of(c, "fresh"), user_of(c, CLERK).name))
    assert found == (None, "周岚")


def test_nobody_gives_roles_to_themselves(room):
    boss, safety = room.actor(BOSS), room.actor(SAFETY)
    own = [User(SAFETY, "苏砚", ("shift_leader",), area=rig.TOWN)]
    assert refused(define_users, room.store, safety, own) == "roles_own"
    own = [User(BOSS, "温岑", ("security_admin",), area=rig.TOWN)]
    assert refused(define_users, room.store, boss, own) == "roles_own"
    both = [User("new", "新人", ("admin", "auditor"))]
    assert refused(define_users, room.store, safety, both) == "roles_apart"
    for key in (CLERK, LEADER):
        assert refused(define_users, room.store, room.actor(key), both[:0]) == "role_forbids"


def test_somebody_is_always_left_who_lets_the_others_in(store):
    boss = Actor(BOSS, "温岑", ("admin",))
    define_users(store, SYSTEM, [User(BOSS, "温岑", ("admin",), area=rig.TOWN)])
    give(store, boss, PASSWORD)
    define_users(store, boss, PEOPLE)
    gone = [_replaced(store.read(lambda c: user_of(c, BOSS)), left=True)]
    assert refused(define_users, store, boss, gone) == "last_keeper"
    reset_password(store, boss, SAFETY)
    define_users(store, boss, gone)
    assert [row.key for row in store.read(users)] == [LEADER, SAFETY, "tang", CLERK]


@pytest.fixture(scope="module")
def untouched(_made_home, tmp_path_factory):
    """A record in which nothing is ever written."""
    home = shutil.copytree(_made_home, tmp_path_factory.mktemp("untouched") / "home")
    with rig.open_store(home) as opened:
        yield opened


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"key": "a b"}, "user_key_wrong"), ({"key": ""}, "user_key_wrong"),
        ({"key": "x" * 49}, "user_key_wrong"), ({"key": "emergency"}, "user_key_wrong"),
        ({"name": ""}, "field_missing"), ({"name": "甲" * 51}, "field_too_long"),
        ({"name": "11010519491231002X"}, "id_number_found"),
        ({"roles": ("king",)}, "user_role_unknown"), ({"secrecy": 3}, "user_secrecy_wrong"),
    ],
)  # fmt: skip
def test_what_is_no_person_is_refused_and_nothing_is_written(untouched, wrong, code):
    given = [PEOPLE[1], _replaced(PEOPLE[2], **wrong)]
    assert refused(define_users, untouched, SYSTEM, given) == code
    assert untouched.read(users) == []


def test_who_left_is_gone_from_every_list_and_cannot_come_back_alone(room):
    safety, clerk = room.actor(SAFETY), room.actor(CLERK)
    known = room.store.read(lambda c: user_of(c, CLERK))
    define_users(room.store, safety, [_replaced(known, left=True)])
    assert CLERK not in {row.key for row in room.store.read(users)}
    with pytest.raises(InputError, match="user_unknown"):
        room.actor(CLERK)
    assert refused(sign_in, room.store, CLERK, PASSWORD) == "sign_in_wrong"
    # Who still sits there writes nothing more.
    report = Report({"content": "河边路路灯不亮", "address": "河边路", "source": "phone"})
    assert refused(report_incident, room.store, clerk, report) == "actor_stale"
    listed = room.store.read(lambda c: accounts(c, scope_of(safety)))
    assert [row.key for row in listed if row.left] == [CLERK]
    define_users(room.store, safety, [known])
    assert room.actor(CLERK) == clerk


def test_a_role_that_was_taken_away_counts_at_once(room):
    leader = room.actor(LEADER)
    known = room.store.read(lambda c: user_of(c, LEADER))
    define_users(room.store, room.actor(SAFETY), [_replaced(known, roles=("supervisor",))])
    report = Report({"content": "河边路路灯不亮", "address": "河边路", "source": "phone"})
    assert refused(report_incident, room.store, leader, report) == "actor_stale"
    forged = Actor(CLERK, "周岚", ("duty_officer", "room_director"))
    assert refused(report_incident, room.store, forged, report) == "actor_stale"
    nobody = Actor("ghost", "没有", ("duty_officer",))
    assert refused(report_incident, room.store, nobody, report) == "actor_stale"
    report_incident(room.store, room.actor(CLERK), report)


@pytest.mark.parametrize("what", ["area", "secrecy", "password", "factor"])
def test_a_sitting_ends_with_what_becomes_known_of_the_person(room, what):
    clerk = room.seat(CLERK)
    safety = room.actor(SAFETY)
    report = Report({"content": "河边路路灯不亮", "address": "河边路", "source": "phone"})
    report_incident(room.store, clerk, report)
    known = room.store.read(lambda c: user_of(c, CLERK))
    if what == "factor":
        reset_factor(room.store, safety, CLERK)
    elif what == "password":
        # Said by somebody else's sitting, as a reset is.
        give(room.store, room.actor(CLERK), OTHER)
    else:
        change = {"area": rig.VILLAGE} if what == "area" else {"secrecy": 0}
        define_users(room.store, safety, [_replaced(known, **change)])
    assert refused(report_incident, room.store, clerk, report) == "actor_stale"


def test_who_guesses_elsewhere_throws_nobody_out(room):
    clerk = room.seat(CLERK)
    room.lock(CLERK)
    unlock(room.store, room.actor(SAFETY), CLERK)
    room.lock(CLERK)
    report = Report({"content": "河边路路灯不亮", "address": "河边路", "source": "phone"})
    report_incident(room.store, clerk, report)


def test_what_one_does_oneself_ends_no_sitting_and_a_new_one_begins_by_the_password(room):
    clerk = room.seat(CLERK)
    report = Report({"content": "河边路路灯不亮", "address": "河边路", "source": "phone"})
    give(room.store, clerk, OTHER)
    report_incident(room.store, clerk, report)
    lock_desk(room.store, clerk)
    reset_factor(room.store, room.actor(SAFETY), CLERK)
    room.clock.now += 1
    again = sign_in(room.store, CLERK, OTHER, session=clerk.session).actor
    assert again.session != clerk.session
    report_incident(room.store, again, report)


def test_accounts_are_shown_to_who_looks_after_them(room):
    for key in (BOSS, SAFETY, "tang"):
        shown = room.store.read(lambda c, key=key: accounts(c, scope_of(room.actor(key))))
        assert {row.key for row in shown} == {BOSS, SAFETY, CLERK, LEADER, "tang"}
    for key in (CLERK, LEADER):
        with pytest.raises(RuleError, match="role_forbids"):
            room.store.read(lambda c, key=key: accounts(c, scope_of(room.actor(key))))


def test_the_policy_is_set_within_its_bounds_by_safety_alone(room):
    given = SecurityPolicy(idle_minutes=3)
    for key in (BOSS, LEADER, "tang"):
        assert refused(set_policy, room.store, room.actor(key), given) == "role_forbids"
    wild = SecurityPolicy(lock_after=1)
    assert refused(set_policy, room.store, room.actor(SAFETY), wild) == "policy_bounds"
    set_policy(room.store, room.actor(SAFETY), given)
    assert room.store.read(policy_of) == given


# emergency


def test_the_sealed_code_opens_one_hour_once(room):
    assert refused(set_emergency_code, room.store, room.actor(BOSS)) == "role_forbids"
    code = set_emergency_code(room.store, room.actor(SAFETY))
    assert refused(use_emergency_code, room.store, "", code) == "field_missing"
    assert refused(use_emergency_code, room.store, "路过", "2" * 30) == "emergency_wrong"
    assert refused(use_emergency_code, room.store, "路过", "x") == "code_malformed"
    seated = use_emergency_code(room.store, "林溪", code.lower())
    assert seated.actor.roles == ("shift_leader",)
    assert room.store.read(emergency_code).used_by == "林溪"
    report = Report({"content": "河边路路灯不亮", "address": "河边路", "source": "phone"})
    room.clock.now += 59 * MINUTE
    report_incident(room.store, seated.actor, report)
    assert refused(use_emergency_code, room.store, "别人", code) == "emergency_spent"
    room.clock.now += MINUTE
    assert refused(report_incident, room.store, seated.actor, report) == "actor_stale"
    room.clock.now -= 120 * MINUTE
    assert refused(report_incident, room.store, seated.actor, report) == "actor_stale"
    set_emergency_code(room.store, room.actor(SAFETY))
    assert room.store.read(emergency_code).used_at == 0


# several stations


def two_stations(folder):
    """Make a claimed station and one that joined its room, not granted the room's key yet."""
    init_site(folder / "b", town=rig.TOWN, name="席位B1", station="B1", key_kind="file",
              has_room_key=False, clock=rig.Clock())  # fmt: skip
    return folder / "b"


def test_a_station_without_the_rooms_key_says_what_to_do(room, tmp_path):
    with rig.open_store(two_stations(tmp_path), room.clock) as other:
        assert other.read(claim_state) == WAITING
        assert refused(first_administrator, other, "x", "某人", PASSWORD) == "claim_elsewhere"
        apart.carry(room.store, other)
        assert other.read(claim_state) == WAITING
        with pytest.raises(EnvironmentError_, match="room_key_waits"):
            sign_in(other, CLERK, PASSWORD)
        _grant(room, other)
        apart.carry(room.store, other)
        assert accept_room_keys(other) == 1
        assert other.read(claim_state) == CLAIMED
        assert sign_in(other, CLERK, PASSWORD).must == ""
        # A lock is the whole room's.
        Room(other, room.clock, {}).lock(CLERK)
        apart.carry(other, room.store)
        assert refused(sign_in, room.store, CLERK, PASSWORD) == "account_locked"


def test_a_station_that_waits_says_nothing_of_people(room, tmp_path):
    """What it wrote would travel, and stand before what the room knows of them."""
    given = [User("fresh", "冒名", ("security_admin",), area=rig.TOWN)]
    safety, clerk = room.actor(SAFETY), room.actor(CLERK)
    with rig.open_store(two_stations(tmp_path), room.clock) as other:
        for is_met in (False, True):
            if is_met:
                apart.carry(room.store, other)
            before = rig.count_ops(other)
            for actor in (SYSTEM, safety):
                assert refused(define_users, other, actor, given) == "accounts_elsewhere"
            assert refused(set_policy, other, safety, SecurityPolicy()) == "accounts_elsewhere"
            # These seal something too, with the key that is not here either.
            assert refused(set_emergency_code, other, safety) == "room_key_missing"
            assert refused(give, other, clerk, PASSWORD) == "room_key_missing"
            assert rig.count_ops(other) == before


def said_of(store, key, name, roles, actor=SYSTEM):
    """Write a definition past every check, as another program might."""
    payload = {"name": name, "roles": list(roles), "unit": "", "area": rig.TOWN}
    was, Journal._check_is_ours = Journal._check_is_ours, lambda *_: None
    try:
        store.write(lambda journal: journal.append("user_defined", key, payload, actor))
    finally:
        Journal._check_is_ours = was


def test_the_program_of_another_station_defines_nobody_anew(room, tmp_path):
    clerk = room.store.read(lambda c: user_of(c, CLERK))
    with rig.open_store(two_stations(tmp_path), room.clock) as other:
        for key in (CLERK, "later"):
            said_of(other, key, "冒名", ("security_admin",))
        apart.carry(other, room.store)
        assert room.store.read(lambda c: user_of(c, CLERK)) == clerk
        # Nor one that has seen what is known; what a person says of it then stands.
        apart.carry(room.store, other)
        said_of(other, CLERK, "冒名", ("security_admin",))
        apart.carry(other, room.store)
        for store in (room.store, other):
            assert store.read(lambda c: user_of(c, CLERK)) == clerk
            rebuild(store)
            assert store.read(lambda c: user_of(c, CLERK)) == clerk
            assert (
                rig.rows(
                    store, "SELECT ent, id, field, tips FROM conflict JOIN subject ON rid = subject"
                )
                == []
            )
        renamed = _replaced(clerk, name="周岚岚")
        define_users(room.store, room.actor(BOSS), [renamed])
        apart.carry(room.store, other)
        for store in (room.store, other):
            assert store.read(lambda c: user_of(c, CLERK)) == renamed
    assert refused(define_users, room.store, SYSTEM, [clerk]) in ("user_others", "actor_stale")


def test_the_program_corrects_whom_it_entered_itself_alone(store, tmp_path):
    first, second = User("zhou", "周岚", (), area=rig.TOWN), User("zhou", "周兰", (), area=rig.TOWN)
    for user in (first, second):
        define_users(store, SYSTEM, [user])
        assert store.read(lambda c: user_of(c, "zhou")) == user
    define_users(store, Actor("wen", "温岑", ("admin",)), [first])
    assert refused(define_users, store, SYSTEM, [second]) == "user_others"
    assert store.read(lambda c: user_of(c, "zhou")) == first


def test_a_room_is_claimed_where_its_key_was_made(store, clock, tmp_path):
    with rig.open_store(two_stations(tmp_path), clock) as other:
        apart.meet(store, other)
        _grant(Room(store, clock, {}), other)
        apart.carry(store, other)
        accept_room_keys(other)
        assert (store.read(claim_state), other.read(claim_state)) == (UNCLAIMED, WAITING)
        assert refused(first_administrator, other, "x", "某人", PASSWORD) == "claim_elsewhere"
        first_administrator(store, BOSS, "温岑", PASSWORD)
        apart.carry(store, other)
        assert other.read(claim_state) == CLAIMED


def test_two_stations_that_set_a_password_apart_come_to_the_same(room, tmp_path):
    with rig.open_store(two_stations(tmp_path), room.clock) as other:
        _grant(room, other)
        apart.meet(room.store, other)
        accept_room_keys(other)
        give(room.store, room.actor(CLERK), PASSWORD)
        room.clock.now += MINUTE
        give(other, room.actor(CLERK), OTHER)
        apart.meet(room.store, other)
        found = [store.read(lambda c: account_of(c, CLERK)) for store in (room.store, other)]
        assert found[0] == found[1]
        assert len(found[0].earlier) == 2
        assert sign_in(room.store, CLERK, OTHER).must == ""


def test_rows_made_anew_are_the_rows_that_grew(room):
    set_emergency_code(room.store, room.actor(SAFETY))
    set_policy(room.store, room.actor(SAFETY), SecurityPolicy(idle_minutes=3))
    room.lock(CLERK)
    before = room.store.read(rig.projection)
    assert before["account"] and before["policy"] and before["emergency"]  # noqa: PT018
    rebuild(room.store)
    assert room.store.read(rig.projection) == before
    assert refused(sign_in, room.store, CLERK, PASSWORD) == "account_locked"


def test_a_record_that_is_only_looked_at_still_asks_who_looks(room, claimed_home):
    room.store.close()
    with rig.open_store(claimed_home, room.clock, read_only=True) as store:
        assert refused(sign_in, store, CLERK, "falsch") == "sign_in_wrong"
        assert sign_in(store, LEADER, PASSWORD, room.code(LEADER)).must == ""


def _grant(room, other):
    """Give the room's key as the program does, past the question who may."""
    from db.commands.keys import _about, _known_station, _seal
    from db.store.envelopes import room_key_of

    site = other.site.id
    apart.carry(other, room.store)

    def work(journal: Journal):
        name, key = room_key_of(journal.connection)
        key_id = name.removeprefix("room:")
        station = _known_station(journal.connection, site)
        sealed = _seal(key, station.box_key, _about(key_id, site))
        payload = {"room_key": key_id, "to": site, "ephemeral": sealed.ephemeral.hex(),
                   "sealed": sealed.cipher.hex()}  # fmt: skip
        granting = Actor("system", "系统", ("system",))
        journal.append("room_key_granted", f"{key_id}-{site[-12:]}", payload, granting)

    room.store.write(work)


def _replaced(user, **changes):
    from dataclasses import replace

    return replace(user, **changes)


assert os.name == "posix"


def test_the_mark_of_a_demo_opens_no_room_whose_people_have_passwords(tmp_path):
    home = rig.make_site(tmp_path / "home")
    with rig.open_store(home) as store:
        define_users(store, SYSTEM, [User("zhou", "周岚", ("duty_officer",), area=rig.TOWN)])
        mark_as_demo(store)
        assert store.read(claim_state) == "demo"
        safety = Actor("s", "安", ("security_admin",))
        with pytest.raises(RuleError) as caught:
            reset_password(store, safety, "zhou")
        assert caught.value.code == "claim_demo"
        store.write(lambda j: j.connection.execute("DELETE FROM meta WHERE k = 'demo'"))
        reset_password(store, safety, "zhou")
        mark_as_demo(store)
        assert store.read(claim_state) == "claimed"
