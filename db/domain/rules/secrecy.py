"""How secret an incident is: 0 public, 1 internal, 2 secret. Who may see what is `scope`'s."""

from typing import Any

from db.domain.errors import RuleError
from db.domain.incidents import Incident
from db.domain.ops import Actor
from db.domain.rules.base import Facts, Values
from db.domain.scope import SECRET

LEVELS = ("0", "1", "2")


def set_secrecy(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """Make an incident more or less secret. Raises RuleError (secrecy_same)."""
    wanted = int(values["secrecy"])
    if wanted == incident.secrecy:
        raise RuleError("secrecy_same")
    return {
        "set": {"secrecy": wanted},
        "was": {"secrecy": incident.secrecy},
        "opinion": values["text"],
    }


def touches_secret(incident: Incident, values: Values, facts: Facts) -> bool:
    """Whether an incident becomes secret, or no longer is: that takes two persons."""
    return SECRET in (incident.secrecy, int(values["secrecy"]))
