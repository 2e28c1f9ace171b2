"""Whatever people try, in whatever order: no incident is lost, and no clock runs astray."""

import random
from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from db.domain.errors import InputError, RuleError
from db.domain.incidents import CARDS, LEVELS, OUTCOMES, SATISFACTIONS, STATES
from db.domain.rules import closing, dispatching, intake, requests
from db.domain.transitions import TRANSITIONS, available, verdict
from tests.db.domain.loop import EVERYBODY, GRID, OTHER_GRID, UNITS, VILLAGE, Town

IDS = ("i1", "i2", "i3", "i4")
STARTS = ("report", "accepted", "dispatched", "handling", "checking", "closed")
STEPS = 36
WAITS = (0, 1, 1, 60, 24 * 60, 5 * 24 * 60)
"""Minutes between two actions; five days pass most limits."""
OMITTED = 0.04
"""How often a value is left out."""

_LONG = "已经联系报事人并说明情况"
_TEXT = {"text": (_LONG, _LONG, "短", "\x00\x07")}
_CLASS = {"class_code": ("GZ01", "ZF01", "ZF02", "BM06")}
_UNIT = {"unit": UNITS}
_PHONE = {**_UNIT, "contact": ("戊二",)}
_REPORT = {"content": (_LONG,), "area_code": (GRID, OTHER_GRID), "source": ("phone",)} | _CLASS
VALUES = {
    "report": _REPORT,
    "self_handle": _REPORT | _TEXT,
    "accept": {**_CLASS, "area_code": (GRID, VILLAGE), "not_duplicate": ("yes",)},
    "return": {"reason": intake.RETURN_REASONS, **_TEXT},
    "reject": {"reason": intake.REJECT_REASONS, "public_reply": (_LONG,)},
    "ask_verify": _TEXT,
    "verify_result": {"finding": intake.FINDINGS, "public_reply": ("", _LONG), **_TEXT},
    "merge": {"lead": IDS},
    "unmerge": {},
    "dispatch": {"lead": UNITS, "co": ((), UNITS[:1], UNITS)},
    "add_unit": _UNIT,
    "withdraw_unit": _UNIT,
    "sign": _PHONE,
    "refuse": {"reason": dispatching.REFUSE_REASONS, "proposed": UNITS, **_TEXT, **_PHONE},
    "feedback": {**_TEXT, "no_photo": ("夜间无法拍摄",), **_PHONE},
    "finish_step": _PHONE,
    "check_pass": {
        "outcome": OUTCOMES, "public_reply": (_LONG,), "close_rule_met": (True, True, False),
    },
    "check_fail": _TEXT,
    "ask_pause": {
        "reason": requests.PAUSE_REASONS, "until": ("2026-11-27", "2026-12-20", "x"), **_TEXT,
    },
    "resume": {},
    "ask_extend": {"amount": ("1", 1, 2, 999), **_TEXT, **_PHONE},
    "escalate": {"level": ("", *LEVELS), **_TEXT},
    "ask_skip": {"level": LEVELS, **_TEXT},
    "send_down": {"area_code": (GRID, OTHER_GRID, VILLAGE), **_TEXT},
    "recall": {},
    "reclass": {**_CLASS, "urgency": ("normal", "urgent", "critical")},
    "ask_reclass": _CLASS | _TEXT,
    "ask_void": {"reason": requests.VOID_REASONS, **_TEXT},
    "ask_force_close": {"outcome": OUTCOMES, "public_reply": (_LONG,), **_TEXT},
    "ask_unmerge": _TEXT,
    "approve": {"application": ("", *requests.REQUESTS)},
    "decline": {"application": ("",), "opinion": (_LONG,)},
    "withdraw": {"application": ("",)},
    "callback": {"reached": (True, False), "satisfaction": SATISFACTIONS, "solved": closing.SOLVED},
    "reopen": _TEXT,
    "archive": {},
    "district_update": {"source_status": ("办理中",)},
    "supervise": {"card": CARDS, **_UNIT, **_TEXT},
    "mend": {},
    "reply": _TEXT,
    "block": {"text": ("", _LONG)},
    "note": _TEXT,
    "set_secrecy": {"secrecy": ("0", "1", "2", "3"), **_TEXT},
    "attach": {"file": ({"blob": "ab" * 32, "size": 9, "media": "image/png", "env": ""},)},
}  # fmt: skip
"""What is tried: action → field → some good values and some bad ones."""
ACTIONS = sorted(set(VALUES) - {"report", "self_handle"})
WEIGHTS = {
    **dict.fromkeys(("attach", "note", "block", "district_update", "supervise"), 1),
    **dict.fromkeys(("ask_void", "ask_force_close", "reject", "archive", "escalate"), 1),
    **dict.fromkeys(("sign", "feedback", "ask_pause", "ask_extend", "finish_step"), 12),
    "approve": 40,
}
"""How often an action is tried that is possible, beside 4 for all others."""


def test_every_field_of_every_action_is_tried():
    assert VALUES.keys() == TRANSITIONS.keys()
    for action, fields in VALUES.items():
        known = {field.name for field in TRANSITIONS[action].fields}
        needed = {field.name for field in TRANSITIONS[action].fields if field.required}
        assert needed <= fields.keys() <= known, action


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32))
def test_whatever_people_do_no_incident_is_lost(seed):
    dice, town = random.Random(seed), Town()
    for id in IDS:
        caller = dice.choice(("", "env"))
        getattr(town, dice.choice(STARTS))(id, caller=caller, **picked(dice, _CLASS))
    for _ in range(STEPS):
        id, action, actor = tried(dice, town)
        take(town, id, action, actor, picked(dice, VALUES[action]))
        town.wait(minutes=dice.choice(WAITS))
    town.check_branches()
    states = Counter(item.state for item in town.incidents.values())
    assert sum(states[state] for state in STATES) == len(IDS)


def picked(dice, fields):
    return {
        name: dice.choice(options) for name, options in fields.items() if dice.random() > OMITTED
    }


def tried(dice, town):
    """Return an action on an incident, more often than not one that is open to the person."""
    id = dice.choice(IDS)
    facts = replace(town.facts, now=town.now, incidents=town.incidents)
    offered = [
        (row.action, actor)
        for actor in EVERYBODY
        for row in available(town.incidents[id], actor, facts)
    ]
    if not offered or dice.random() < 0.1:
        return id, dice.choice(ACTIONS), dice.choice(EVERYBODY)
    weights = [WEIGHTS.get(action, 4) for action, _ in offered]
    return id, *dice.choices(offered, weights)[0]


def take(town, id, action, actor, values):
    """Take an action; refused, it changes nothing, else only what it says it does."""
    before = dict(town.incidents)
    state = before[id].state
    try:
        decision = town.decide(id, action, actor, values)
    except (RuleError, InputError):
        assert town.incidents == before
        return
    after = town.incidents[id].state
    assert "yes" in {verdict(state, action, role) for role in actor.roles}
    assert after == state or after in TRANSITIONS[action].to
    assert town.incidents.keys() == before.keys()
    touched = {id, *(one.id for one in decision.also)}
    assert all(town.incidents[other] == before[other] for other in before.keys() - touched)
    town.check()
