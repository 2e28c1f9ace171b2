"""What is written when the record is looked over, and when a workstation is set otherwise."""

from collections.abc import Mapping

from db.domain.ops import Actor
from db.domain.permissions import require
from db.store.changes import Changes
from db.store.ids import new_id
from db.store.journal import Journal
from db.store.store import Store

_MAX_VALUE = 200
_IS_READ = "SELECT 1 FROM subject WHERE ent = 'audit' AND id = ?"


def open_audit(store: Store, actor: Actor) -> Changes:
    """Record that the audit is read, once a sitting; raises RuleError (role_forbids).

    Whoever reads what others did is seen to have read it.
    """
    require(actor, "read_audit")

    def work(journal: Journal) -> None:
        sitting = actor.session or new_id(journal.clock())
        if not journal.connection.execute(_IS_READ, (sitting,)).fetchone():
            journal.append("audit_read", sitting, {}, actor)

    return store.write(work).changes


def record_settings(
    store: Store, actor: Actor, before: Mapping[str, object], after: Mapping[str, object]
) -> Changes:
    """Record how a workstation is set otherwise than before: an op for each setting that differs.

    Both are the settings that matter, by name.
    """

    def work(journal: Journal) -> None:
        for name, value in after.items():
            if before.get(name) != value:
                payload = {
                    "setting": name,
                    "before": str(before.get(name, ""))[:_MAX_VALUE],
                    "after": str(value)[:_MAX_VALUE],
                }
                journal.append("setting_changed", f"{store.site.id}.{name}", payload, actor)

    return store.write(work).changes
