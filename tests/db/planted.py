"""A small record in which every incident says a word of its own, and who may see which.

Who may see what is told here once more, in plain Python: what a query shows is held against it.
"""

from collections import namedtuple
from dataclasses import dataclass

from db.commands.claims import claim
from db.commands.incidents import Report, act, report_incident
from db.commands.town import User, define_users
from db.domain.ops import SYSTEM, Actor
from db.domain.scope import ROLES, scope_of
from db.store.envelopes import Caller
from tests.db.store import rig

Told = namedtuple("Told", "word phone area class_code secrecy unit state")
PLANTED = {
    "own": Told("乌鸫鸟", "13900010001", rig.GRID, "ZF02", 0, rig.SZS, "handling"),
    "other_village": Told("白鹭鸟", "13900010002", rig.OTHER_GRID, "ZF02", 0, rig.SZS, "handling"),
    "secret": Told("夜枭鸟", "13900010003", rig.GRID, "ZF02", 2, rig.SZS, "handling"),
    "secret_far": Told("苍鹰鸟", "13900010004", rig.OTHER_GRID, "ZF02", 2, rig.CGZD, "handling"),
    "internal": Told("朱雀鸟", "13900010005", rig.GRID, "ZF02", 1, rig.SZS, "handling"),
    "other_class": Told("画眉鸟", "13900010006", rig.GRID, "GZ01", 0, rig.SZS, "handling"),
    "other_unit": Told("黄鹂鸟", "13900010007", rig.GRID, "ZF02", 0, rig.CGZD, "handling"),
    "placeless": Told("斑鸠鸟", "13900010008", "", "", 0, "", "reported"),
    "closed": Told("喜鹊鸟", "13900010009", rig.GRID, "ZF02", 0, rig.SZS, "closed"),
    "closed_secret": Told("鸬鹚鸟", "13900010010", rig.OTHER_GRID, "ZF02", 2, rig.SZS, "closed"),
    "child": Told("鸳鸯鸟", "13900010011", rig.OTHER_GRID, "ZF02", 2, "", "merged"),
}
"""By name: what an incident says in every text of it, and what decides who may see it."""
WORKER = Actor("zhou", "周岚", ("duty_officer", "dispatcher", "shift_leader", "supervisor"))
ALL = scope_of(WORKER)
SEES_SECRET = {"duty_officer", "shift_leader", "room_director"}
NO_INCIDENTS = {"admin", "security_admin", "auditor"}


@dataclass(frozen=True)
class Who:
    """A person with one role, and what is narrowed of what that role sees."""

    role: str
    area: str
    classes: frozenset | None = None
    secrecy: int | None = None

    @property
    def id(self):
        narrowed = "-narrow" if self.classes else "" if self.secrecy is None else "-public"
        return f"{self.role}-{'own' if self.area == rig.VILLAGE else 'town'}{narrowed}"

    @property
    def actor(self):
        unit = rig.SZS if self.role == "unit_liaison" else ""
        return Actor(self.id.replace("_", "."), f"某{self.id}", (self.role,), unit)

    @property
    def scope(self):
        return scope_of(self.actor, self.area, self.classes, self.secrecy)

    @property
    def user(self):
        actor = self.actor
        classes = tuple(self.classes) if self.classes else None
        return User(
            actor.user, actor.name, (self.role,), actor.unit, self.area, classes, self.secrecy
        )

    def sees(self, told):
        """Whether this person may see an incident."""
        if self.role in NO_INCIDENTS:
            return False
        most = 2 if self.role in SEES_SECRET else 1
        if told.secrecy > (most if self.secrecy is None else self.secrecy):
            return False
        # What has no place yet is the town's; a village has nothing of it.
        if not (told.area or rig.TOWN).startswith(self.area):
            return False
        if self.classes is not None and told.class_code not in self.classes:
            return False
        return self.role != "unit_liaison" or told.unit == rig.SZS

    @property
    def hidden(self):
        return {name for name, told in PLANTED.items() if not self.sees(told)}


PEOPLE = (
    *(Who(role, area) for role in sorted(ROLES) for area in (rig.VILLAGE, rig.TOWN)),
    Who("duty_officer", rig.TOWN, classes=frozenset({"GZ01"})),
    Who("shift_leader", rig.TOWN, secrecy=0),
)


def plant(home):
    """Make the record; return the row id and the number of each incident, by name."""
    clock = rig.Clock()
    rig.make_site(home, clock=clock)
    with rig.open_store(home, clock) as store:
        define_users(store, SYSTEM, [who.user for who in PEOPLE])
        numbers = {name: _tell(store, clock, told) for name, told in PLANTED.items()}
        act(store, WORKER, ALL, numbers["child"], "merge", {"lead": numbers["secret_far"]})
        for name in ("own", "secret", "other_village"):
            claim(store, WORKER, ALL, numbers[name])
        found = dict(rig.rows(store, "SELECT number, rid FROM incident"))
    return {name: (found[number], number) for name, number in numbers.items()}


def _tell(store, clock, told):
    clock.now += 60_000
    word = told.word
    values = {
        "content": f"{word}在路边 {word}很久了",
        "title": f"{word}的事",
        "address": f"{word}路8号",
    }
    caller = Caller(f"{word}人", told.phone)
    number = report_incident(store, rig.CLERK, Report(values, caller)).number
    (id,) = rig.rows(store, "SELECT id FROM incident WHERE number = ?", number)[0]
    placed = {
        "area_code": told.area, "class_code": told.class_code, "secrecy": told.secrecy,
        "lon_e6": 125_000_000, "lat_e6": 29_500_000, "source_reply": f"{word}来源",
    }  # fmt: skip
    store.write(lambda journal: journal.append("source_updated", id, {"set": placed}, rig.CLERK))
    if told.state in ("handling", "closed"):
        _handle(store, told, number)
    if told.state == "closed":
        _close(store, told, number)
    return number


def _do(store, number, action, **values):
    act(store, WORKER, ALL, number, action, values)


def _handle(store, told, number):
    word = told.word
    _do(store, number, "accept", not_duplicate=True, opinion=f"{word}受理")
    _do(store, number, "dispatch", lead=told.unit, task=f"{word}任务")
    _do(store, number, "sign", contact=f"{word}师傅")
    _do(store, number, "note", text=f"{word}备注")
    _do(store, number, "block", text=f"{word}卡点")
    _do(store, number, "supervise", card="yellow", text=f"{word}督办")
    if told.state == "handling":
        reason = {
            "reason": "weather",
            "until": "2026-12-01",
            "text": f"{word}申请",
            "contact": "甲",
        }
        _do(store, number, "ask_pause", **reason)


def _close(store, told, number):
    word = told.word
    feedback = {"contact": "丁", "text": f"{word}已经清理完毕现场整洁", "no_photo": f"{word}夜间"}
    _do(store, number, "feedback", **feedback)
    done = {"outcome": "resolved", "public_reply": f"{word}已办", "close_rule_met": True}
    _do(store, number, "check_pass", **done)


def leaks(said, hidden, ids):
    """Return which hidden incidents speak out of a text: by word, number, or phone."""
    return sorted(
        name
        for name in hidden
        if PLANTED[name].word[:2] in said or ids[name][1] in said or PLANTED[name].phone in said
    )
