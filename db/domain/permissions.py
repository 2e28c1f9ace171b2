"""Who may do what is not an action on an incident: one table. Those stand in `transitions`.

Two persons answer for the gravest of it: the one who acts, and a second one who has signed for it
at the same desk. Every command that writes asks here; so do the window and the command line.
"""

from typing import Any, NamedTuple

from db.domain.errors import BugError, RuleError
from db.domain.ops import SYSTEM, Actor


class Permission(NamedTuple):
    """One action and the roles that may take it; `second` are those of a second person, if one."""

    action: str
    roles: frozenset[str]
    second: frozenset[str] = frozenset()


def _row(action: str, roles: str, second: str = "") -> tuple[str, Permission]:
    return action, Permission(action, frozenset(roles.split()), frozenset(second.split()))


_LEADERS = "shift_leader room_director"
_DESKS = f"duty_officer dispatcher supervisor {_LEADERS}"
_GRANTORS = "duty_officer shift_leader room_director security_admin system"

PERMISSIONS: dict[str, Permission] = dict(
    (
        # What the town is. The program itself enters the lists a record is made with.
        _row("define_users", "admin security_admin system"),
        _row("define_areas", f"admin {_LEADERS} system"),
        _row("define_units", f"admin {_LEADERS} system"),
        _row("define_posts", f"admin {_LEADERS} system"),
        _row("define_places", f"admin {_LEADERS} system"),
        _row("take_positions", f"admin {_DESKS} system"),
        _row("publish_list", f"admin {_LEADERS} system"),
        _row("settle_fact", f"admin security_admin {_LEADERS}"),
        # Accounts and the rules of safety.
        _row("set_policy", "security_admin"),
        _row("reset_password", "security_admin"),
        _row("reset_factor", "security_admin"),
        _row("unlock_account", "security_admin"),
        _row("set_emergency_code", "security_admin"),
        # Keys, other stations.
        _row("grant_room_key", _GRANTORS, "shift_leader room_director security_admin"),
        _row("renew_room_key", _GRANTORS, "shift_leader room_director security_admin"),
        _row("believe", _GRANTORS, "shift_leader room_director security_admin"),
        _row("rotate_keys", _GRANTORS),
        _row("keep_key", _GRANTORS, "shift_leader room_director security_admin"),
        _row("enrol", f"admin security_admin {_LEADERS} system"),
        _row("let_in_station", f"admin security_admin {_LEADERS} system"),
        _row("revoke_station", "security_admin room_director system"),
        # What is looked at afterwards.
        _row("read_audit", "auditor"),
        _row("erase_caller", "security_admin system"),
        _row("prove_erasure", "security_admin auditor system"),
        _row("export_audit", "auditor"),
        # What leaves the room. More callers than policy allows one person need a second.
        _row("export_found", f"{_DESKS} village_clerk evaluator unit_liaison"),
        _row("export_callers", _DESKS),
        _row("export_many_callers", _DESKS, _LEADERS),
        _row("export_journal", "room_director security_admin system", f"admin {_LEADERS}"),
        _row("write_stick", "duty_officer shift_leader room_director admin system"),
        _row("export_table", f"{_DESKS} evaluator admin system"),
        _row("print_secret", f"duty_officer {_LEADERS}", _LEADERS),
    )
)


def roles_for(action: str) -> frozenset[str]:
    """Return the roles a person needs for an action."""
    return _permission(action).roles - set(SYSTEM.roles)


def may(actor: Actor, action: str) -> bool:
    """Whether this person may take an action, perhaps only together with a second one."""
    return bool(_permission(action).roles & set(actor.roles))


def require(actor: Actor, action: str, second: Actor | None = None) -> dict[str, Any]:
    """Check that a person may take an action; return what its op says of the second person.

    Raises RuleError: role_forbids, second_person_needed, second_person_same,
    second_person_forbidden. The program itself needs no second person.
    """
    row = _permission(action)
    if not row.roles & set(actor.roles):
        roles = sorted(roles_for(action))
        raise RuleError("role_forbids", action=action, name=actor.name, roles=roles)
    if not row.second or actor == SYSTEM:
        return {}
    return signed_by(actor, action, row.second, second)


def signed_by(
    actor: Actor, action: str, roles: frozenset[str], second: Actor | None
) -> dict[str, Any]:
    """Return what an op says of the second of two persons; raises RuleError as `require` does."""
    if second is None:
        raise RuleError("second_person_needed", action=action, roles=sorted(roles))
    if second.user == actor.user:
        raise RuleError("second_person_same", name=actor.name, action=action)
    if not roles & set(second.roles):
        raise RuleError(
            "second_person_forbidden", action=action, name=second.name, roles=sorted(roles)
        )
    return {"second": {"user": second.user, "name": second.name}}


def _permission(action: str) -> Permission:
    found = PERMISSIONS.get(action)
    if found is None:
        raise BugError("permission_unknown", value=action)
    return found
