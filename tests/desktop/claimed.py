"""A town whose people have passwords: made of the demo town, once for all tests of a module."""

from db.commands.accounts import (
    begin_factor,
    change_password,
    confirm_factor,
    first_administrator,
    reset_password,
    set_policy,
)
from db.commands.town import User, define_users
from db.domain.accounts import SecurityPolicy
from db.domain.ops import Actor
from db.store.queries.town import actor_named
from db.store.store import Store

PASSWORD = "Lantern-4-Harbour"
OFFICER, OTHER, LEADER = "zhibanyi", "zhibaner", "daibanyi"
ADMIN, SAFE, AUDITOR = "guanli", "anquan", "shenji"


def make_real(home):
    """Take the mark of a demo away: people are to have passwords."""
    with Store.open(home) as store:
        store.write(lambda journal: journal.connection.execute("DELETE FROM meta WHERE k = 'demo'"))


def claim(home, policy=None):
    """Give a record its administrators and three people of the desk, all with one password."""
    make_real(home)
    with Store.open(home) as store:
        admin = first_administrator(store, ADMIN, "关力", PASSWORD)
        define_users(
            store,
            admin,
            [
                User(SAFE, "安全", ("security_admin",), area=store.site.town),
                User(AUDITOR, "沈计", ("auditor",), area=store.site.town),
                User(OFFICER, "梁一", ("duty_officer",), area=store.site.town),
                User(OTHER, "梁二", ("duty_officer",), area=store.site.town),
                User(LEADER, "戴班", ("shift_leader",), area=store.site.town),
            ],
        )
        once = {SAFE: reset_password(store, admin, SAFE)}
        give(store, SAFE, once[SAFE])
        safe = actor(store, SAFE)
        set_policy(store, safe, policy or SecurityPolicy(second_factor_roles=("shift_leader",)))
        for key in (AUDITOR, OFFICER, OTHER, LEADER):
            give(store, key, reset_password(store, safe, key))
    return home


def give(store, key, once):
    """Change a one-time password into the one of these tests."""
    change_password(store, actor(store, key), key, once, PASSWORD)


def actor(store, key):
    """Return a person as the record knows them."""
    return store.read(lambda c: actor_named(c, key))[0]


def secure(store, key):
    """Give a person a second factor; return its secret."""
    factor = begin_factor(store, Actor(key, "", ()))
    confirm_factor(store, actor(store, key), factor.secret, code_of(store, factor.secret))
    return factor.secret


def code_of(store, secret, steps=0):
    """Return the code that a phone shows now, or so many steps later."""
    from db.commands.accounts import _totp

    return _totp(secret).generate(store.clock() // 1000 + 30 * steps).decode()
