"""What must stand in dispute, worked out from what the ops say alone.

Written without a look at the program's own fold: sets of names instead of runs through a history.
"""

from functools import cached_property

import orjson

from db.domain.ops import OpRef

FOLLOWS = {
    "reported_at", "taken_in_at", "source_replied_at", "closed_at", "archived_at",
    "callback_attempts", "callback_done", "rework_count", "return_count", "reopen_count",
    "forced", "policy", "merged_from",
}  # fmt: skip
OF_ROWS = {
    "unit": {"part", "state", "task", "feedback", "reason", "proposed", "result"},
    "asks": {"state"},
    "cards": {"reply"},
    "children": {"valid"},
}
"""What may stand in dispute of rows, by the name they have in a field."""
ROWS = {
    "unit": ("units", "unit"),
    "asks": ("asks", "key"),
    "cards": ("cards", "key"),
    "children": ("children", "id"),
}
"""The payload's word for rows, and their key."""
CLOSED = {"closed", "archived", "rejected", "void", "merged"}
LOOKS = {
    "caller_viewed",
    "conflict_resolved",
    "escalation_raised",
    "loop_mended",
    "decision_undone",
}
DOES = {"set", "to", "starts", "ends", "retimes", "resolves", "file"} | {
    "units", "pauses", "asks", "cards", "children",
}  # fmt: skip
"""Words of a payload that change an incident."""
STAYS = {"incident_reported", "incident_self_handled", "caller_viewed", "decision_undone"}
"""Kinds that nobody can take back."""


class Told:
    """One op as its author wrote it."""

    def __init__(self, body):
        raw = orjson.loads(body)
        self.ref = OpRef(raw["site"], raw["epoch"], raw["seq"])
        self.entity, self.id, self.kind = raw["ent"], raw["id"], raw["kind"]
        self.version, self.says = raw["v"], raw["p"]
        self.parents = [OpRef(*item) for item in raw["par"]]
        self.user, self.hlc = raw["actor"]["user"], tuple(raw["hlc"])
        self.undoes = {OpRef(*item) for item in self.says.get("undoes", ())}
        if self.kind != "decision_undone":
            self.undoes = set()

    @cached_property
    def values(self):
        """Field → value of what may stand in dispute."""
        if self.entity != "incident":
            return {}
        said = {k: v for k, v in self.says.get("set", {}).items() if k not in FOLLOWS}
        if "to" in self.says:
            said["state"] = self.says["to"]
        for name, (word, key) in ROWS.items():
            for row in self.says.get(word, ()):
                own = OF_ROWS[name]
                said |= {f"{name}:{row[key]}:{k}": v for k, v in row.items() if k in own}
        for clock in (*self.says.get("retimes", ()), *self.says.get("starts", ())):
            name = f"{clock['stage']}.{clock.get('unit', '')}.{clock.get('step', '')}"
            name += f"@{clock['start']}"
            said[f"clocks:{name}:limit"] = "{} {}".format(*clock["limit"])
        return said

    def settles(self, field):
        return field in self.says.get("resolves", ())

    @property
    def does_something(self):
        return any(self.says.get(word) for word in DOES)

    @property
    def lies(self):
        """Whether it takes back and acts in one: nobody may hide a step in an undo."""
        return self.kind == "decision_undone" and self.does_something


class Told_Of:
    """All ops of one subject that can be believed here."""

    def __init__(self, ops):
        self.ops = {op.ref: op for op in ops}
        self._past = {}
        self._replaced = {}
        self._taken = {}

    def past(self, ref):
        """Every op that the author of one had seen."""
        if ref not in self._past:
            parents = [parent for parent in self.ops[ref].parents if parent in self.ops]
            self._past[ref] = set(parents).union(*map(self.past, parents))
        return self._past[ref]

    def are_apart(self, one, other):
        return one != other and one not in self.past(other) and other not in self.past(one)

    def undos(self, ref):
        """The ops that take back another one, as far as they may."""
        op = self.ops[ref]
        if op.kind in STAYS:
            return set()
        return {
            other
            for other, undo in self.ops.items()
            if ref in undo.undoes and ref in self.past(other) and undo.user == op.user
        }

    def upon(self, ref):
        """What stands upon an op and saw none of its undos."""
        return {
            other
            for other, op in self.ops.items()
            if ref in self.past(other)
            and op.does_something
            and not self.is_taken(other)
            and not self.undos(ref) & self.past(other)
        }

    def is_taken(self, ref):
        """Whether an op counts for nothing."""
        if ref not in self._taken:
            self._taken[ref] = bool(self.undos(ref)) and not self.upon(ref)
        return self._taken[ref]

    def live(self, field, among):
        """The ops whose value of a field nobody among these has replaced."""
        said = {
            ref
            for ref in among
            if field in self.ops[ref].values
            and not self.is_taken(ref)
            and not self._says_again(field, ref)
        }
        return said.difference(*(self.replaced(field, ref) for ref in said))

    def _says_again(self, field, ref):
        """Whether a limit is only the one its author had seen: that is no news."""
        if not field.startswith("clocks") or self.ops[ref].settles(field):
            return False
        seen = {self.ops[one].values[field] for one in self.live(field, self.past(ref))}
        return seen == {self.ops[ref].values[field]}

    def replaced(self, field, ref):
        """What an op replaces: all its author had seen, unless that was in dispute."""
        if (field, ref) not in self._replaced:
            live = self.live(field, self.past(ref))
            is_free = self.ops[ref].settles(field) or not self._differ(field, live)
            self._replaced[field, ref] = live if is_free else set()
        return self._replaced[field, ref]

    def _differ(self, field, refs):
        return len({self.ops[ref].values[field] for ref in refs}) > 1

    def disputes(self):
        """Field → the names of the ops that disagree on it."""
        fields = {field for op in self.ops.values() for field in op.values}
        found = {field: self.live(field, self.ops) for field in fields}
        found = {field: refs for field, refs in found.items() if self._differ(field, refs)}
        if news := self._news():
            found["news"] = news
        if undone := self._contested():
            found["undone"] = undone
        return found

    def _contested(self):
        found = set()
        for ref in self.ops:
            for undo in self.undos(ref):
                for other in self.upon(ref):
                    if not self._is_looked_at("undone", undo, other):
                        found |= {undo, other}
        return found

    def _is_looked_at(self, field, one, other):
        return any(
            look.settles(field) and {one, other} <= self.past(ref) and not self.is_taken(ref)
            for ref, look in self.ops.items()
        )

    def unseen_pairs(self):
        """(field, one, other): different values set apart that nobody has set since."""
        fields = {field for op in self.ops.values() for field in op.values}
        # A limit said again is no value set.
        for field in {field for field in fields if not field.startswith("clocks")}:
            said = [ref for ref, op in self.ops.items() if field in op.values]
            said = [ref for ref in said if not self.is_taken(ref)]
            last = [ref for ref in said if not any(ref in self.past(other) for other in said)]
            for one in last:
                for other in last:
                    if self.ops[one].values[field] != self.ops[other].values[field]:
                        yield field, one, other

    def _news(self):
        found = set()
        for one, closing in self.ops.items():
            if closing.says.get("to") not in CLOSED or self.is_taken(one):
                continue
            for other, op in self.ops.items():
                is_news = "to" not in op.says and op.kind not in LOOKS
                if not is_news or self.is_taken(other) or not self.are_apart(one, other):
                    continue
                if not self._is_looked_at("news", one, other):
                    found |= {one, other}
        return found


def believed(ops, is_believed):
    """Return the ops that are known, and whose parents are believed."""
    found = {}
    while True:
        more = [
            op
            for op in ops
            if op.ref not in found
            and is_believed(op)
            and all(parent in found for parent in op.parents)
        ]
        if not more:
            return list(found.values())
        found |= {op.ref: op for op in more}


def by_subject(ops):
    found = {}
    for op in ops:
        found.setdefault((op.entity, op.id), []).append(op)
    return {name: Told_Of(items) for name, items in found.items()}


def holder(subject):
    """The first by its stamp of the claims that nobody who saw them has ended."""
    ops = subject.ops
    live = [
        (op.hlc, ref, op.user)
        for ref, op in ops.items()
        if op.kind == "claim_taken"
        and not any(
            ref in subject.past(other) and (later.user == op.user or later.says.get("over"))
            for other, later in ops.items()
        )
    ]
    return min(live)[2] if live else ""


def plain_disputes(subject):
    """Of a definition: the columns in which the last of it differ, and who gave them."""
    ops = subject.ops
    last = [ref for ref in ops if not any(ref in subject.past(other) for other in ops)]
    return {
        column: set(last)
        for column in {column for ref in last for column in ops[ref].says}
        if len({str(ops[ref].says.get(column)) for ref in last}) > 1
    }
