"""A district keeps its towns' journals: their people, passwords and rules are not its own."""

import pytest

from db.commands.accounts import (
    first_administrator,
    reset_password,
    set_emergency_code,
    set_policy,
    sign_in,
)
from db.commands.town import User, define_users
from db.domain.accounts import SecurityPolicy
from db.domain.errors import RuleError
from db.domain.ops import SYSTEM
from db.store.queries.accounts import (
    CLAIMED,
    UNCLAIMED,
    account_of,
    accounts,
    claim_state,
    emergency_code,
    policy_of,
)
from db.store.queries.town import actor_named, user_named, users
from db.store.rebuild import rebuild
from db.store.verify import verify
from db.sync.exchange import held_count
from tests.db.commands import apart
from tests.db.sync import rig

PASSWORDS = {"d": "Hewu-Shanshui-7", "a": "Qingshan-Lvshui-8", "b": "Yanhe-Shuzhi-9"}
TOWNS = {"d": rig.DISTRICT, "a": rig.TOWN, "b": rig.OTHER_TOWN}
NAMES = {"d": "区管理员", "a": "甲镇管理员", "b": "乙镇管理员"}
SAFETY = User("safe", "安全员", ("security_admin",))


@pytest.fixture
def sites(tmp_path):
    made = {
        name: rig.make_site(tmp_path / name, town=town, lists=name != "d")
        for name, town in TOWNS.items()
    }
    yield made
    for store in made.values():
        store.close()


def claim(sites, name):
    return first_administrator(sites[name], "boss", NAMES[name], PASSWORDS[name])


def carry_up(sites):
    for name in ("a", "b"):
        apart.carry(sites[name], sites["d"])


def test_a_town_that_is_claimed_claims_no_district(sites):
    claim(sites, "a")
    carry_up(sites)
    assert sites["d"].read(claim_state) == UNCLAIMED
    claim(sites, "b")
    claim(sites, "d")
    carry_up(sites)
    for name, store in sites.items():
        assert store.read(claim_state) == CLAIMED
        assert sign_in(store, "boss", PASSWORDS[name]).actor.name == NAMES[name]


def test_a_town_has_no_say_in_who_signs_in_at_the_district(sites):
    claim(sites, "d")
    boss = claim(sites, "a")
    define_users(sites["a"], boss, [SAFETY, User("more", "甲镇的人", ())])
    reset_password(sites["a"], boss, SAFETY.key)
    safety = sites["a"].read(lambda c: actor_named(c, SAFETY.key))[0]
    reset_password(sites["a"], safety, "boss")
    set_policy(sites["a"], safety, SecurityPolicy(min_length=8, lock_after=20))
    set_emergency_code(sites["a"], safety)
    before = sites["d"].read(lambda c: account_of(c, "boss"))
    carry_up(sites)
    district = sites["d"]
    for again in (False, True):
        if again:
            rebuild(district)
        assert district.read(lambda c: account_of(c, "boss")) == before
        assert district.read(policy_of) == SecurityPolicy()
        assert district.read(emergency_code).env == ""
        assert [row.name for row in district.read(users)] == [NAMES["d"]]
        assert district.read(lambda c: user_named(c, "boss")).name == NAMES["d"]
        scope = sign_in(district, "boss", PASSWORDS["d"]).scope
        listed = district.read(lambda c, scope=scope: accounts(c, scope))
        assert [row.key for row in listed] == ["boss"]
    for name in ("more", SAFETY.key, "甲镇的人"):
        with pytest.raises(RuleError) as caught:
            sign_in(district, name, PASSWORDS["a"])
        assert caught.value.code == "sign_in_wrong"
    assert district.read(held_count) == 0
    assert district.read(verify).is_ok


def test_a_district_that_knew_its_towns_people_knows_them_no_more(sites):
    """As a record of the version before has them: under subjects of its own."""
    from db.migrations.m0010_accounts import _STATEMENTS

    define_users(sites["a"], SYSTEM, [User("zhou", "周岚", ("duty_officer",))])
    define_users(sites["d"], SYSTEM, [User("wen", "温岑", ("admin",))])
    apart.carry(sites["a"], sites["d"])

    def as_before(journal):
        rid = journal.subjects.find("user", "zhou").rid
        journal.connection.execute(
            "UPDATE op SET subject = ? WHERE instr(body, '\"user_defined\"') > 0"
            " AND instr(body, 'zhou') > 0", (rid,),
        )  # fmt: skip

    district = sites["d"]
    district.write(as_before)
    rebuild(district)
    assert len(district.read(users)) == 2
    (leave,) = (one for one in _STATEMENTS if one.startswith("UPDATE op"))
    district.write(lambda journal: journal.connection.execute(leave))
    rebuild(district)
    assert [row.key for row in district.read(users)] == ["wen"]
