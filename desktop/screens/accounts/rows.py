"""How an account reads in the list, and what is still to be done until a room can work."""

from collections.abc import Mapping, Sequence

from db.domain.accounts import SecurityPolicy
from db.store.queries.accounts import AccountRow
from desktop.i18n import ROLE_NAMES, instant
from desktop.language import Words, say

TITLES = ("姓名", "账号", "角色", "单位", "区划", "密级", "状态", "口令", "动态码")
SECRECY_NAMES = Words({"": "按角色", "0": "一般", "1": "内部", "2": "保密"})
_DAY = 86_400_000
_ADMINS = frozenset({"admin", "security_admin", "auditor"})


def row_of(
    one: AccountRow, names: Mapping[str, str], policy: SecurityPolicy, now: int
) -> list[str]:
    """Return the texts of a row; `names` are those of units and areas by code."""
    return [
        one.name,
        one.key,
        "、".join(ROLE_NAMES.get(role, role) for role in one.roles.split()) or "—",
        names.get(one.unit, one.unit) or "—",
        names.get(one.area, one.area) or "—",
        SECRECY_NAMES["" if one.secrecy < 0 else str(one.secrecy)],
        state_text(one, policy, now),
        age_text(one, now),
        factor_text(one, policy),
    ]


def state_text(one: AccountRow, policy: SecurityPolicy, now: int) -> str:
    """Return how an account stands."""
    if one.left:
        return say("已离岗")
    if one.locked_until > now:
        return say("▲ 锁定到 {}").format(instant(one.locked_until)[5:])
    if not one.has_password:
        return say("没有口令，不能登录")
    if one.must_change:
        return say("一次性口令，待本人更换")
    if is_old(one, policy, now):
        return say("口令已过期，登录时更换")
    return say("● 正常")


def is_old(one: AccountRow, policy: SecurityPolicy, now: int) -> bool:
    """Whether a password is older than the rules allow."""
    return bool(policy.max_age_days) and now - one.password_at > policy.max_age_days * _DAY


def age_text(one: AccountRow, now: int) -> str:
    """Return how old a password is."""
    return say("{} 天").format((now - one.password_at) // _DAY) if one.has_password else "—"


def factor_text(one: AccountRow, policy: SecurityPolicy) -> str:
    """Return whether somebody has a second factor, or needs one."""
    if one.has_factor:
        return say("已设置")
    return say("下次登录时设置") if policy.wants_factor(one.roles.split()) else "—"


def next_steps(rows: Sequence[AccountRow]) -> str:
    """Return what comes next after the first administrator; empty when a room can work."""
    able = [one for one in rows if one.has_password and not one.left]
    held = {role for one in able for role in one.roles.split()}
    steps = []
    if "security_admin" not in held:
        steps.append(say("任命安全管理员：新增一人，角色写“安全管理员”，再给一次性口令"))
    if "auditor" not in held:
        steps.append(say("任命审计管理员：新增一人，角色写“审计管理员”，再给一次性口令"))
    if not held - _ADMINS:
        steps.append(say("录入值班人员，由安全管理员给每人一次性口令"))
    if not steps:
        return ""
    told = "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))
    return say("接下来：") + "\n" + told
