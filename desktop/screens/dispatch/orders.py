"""What one incident and the board together say: to whom it may be given, with which words."""

from collections.abc import Mapping, Sequence
from typing import Any

from db.domain.callout import Contact, command_for
from db.domain.errors import RuleError
from db.domain.incidents import WAITING
from db.store.queries.board import WAITING_STATES, Board, Briefing, Lane
from desktop.board_words import (
    class_text,
    duty_text,
    limit_text,
    notified_text,
    order_text,
    place_text,
)
from desktop.i18n import RESPONSE_LEVEL_NAMES, URGENCY_NAMES, clock_time, describe, due_text
from desktop.language import say

UNIT_FIELDS = {"dispatch": "lead", "add_unit": "unit", "withdraw_unit": "unit"}
"""The field of an action that names the unit it is about."""


def giving(known: Briefing) -> str:
    """Return the action that gives an incident to one more unit."""
    return "dispatch" if known.detail.incident.state in WAITING_STATES else "add_unit"


def holders(known: Briefing) -> frozenset[str]:
    """Return the units that have an incident in their hands."""
    found = known.detail.incident.assignments
    return frozenset(item.unit for item in found if item.state in WAITING)


def refusal(known: Briefing, lane: Lane) -> str:
    """Return why an incident cannot be given to a unit, empty where it can."""
    refused = known.detail.obstacles.get(giving(known))
    if refused is None and lane.unit.code in holders(known):
        refused = RuleError("unit_has_it", unit=lane.unit.name)
    return f"{lane.unit.name}：{'。'.join(describe(refused))}" if refused else ""


def unit_for(known: Briefing, action: str, code: str, *, is_chosen: bool) -> str:
    """Return the unit under the cursor where an action can be meant for it, else nothing.

    `is_chosen`: the operator went there; else the cursor stands on the unit that is advised.
    """
    held = holders(known)
    if action == "dispatch" and (known.detail.recommendations or is_chosen):
        return code
    if action == "add_unit" and is_chosen and code not in held:
        return code
    helps = code in held and code != known.detail.incident.lead_unit
    return code if action == "withdraw_unit" and helps else ""


def form_values(known: Briefing, action: str, lane: Lane, board: Board) -> dict[str, Any]:
    """Return what the form of an order to a unit starts with."""
    values: dict[str, Any] = {UNIT_FIELDS[action]: lane.unit.code}
    if action != "withdraw_unit":
        command = command_for(board.commands, lane.unit.key, known.level)
        values["task"] = order_text(command, known, lane.unit)
    return values


def about_text(known: Briefing, now: int) -> str:
    """Return one line of an incident: number, title, class, urgency, place, by when."""
    incident = known.detail.incident
    parts = [
        f"{incident.number[-6:]} {incident.title}",
        class_text(known),
        URGENCY_NAMES.get(incident.urgency, ""),
    ]
    if incident.state in WAITING_STATES:
        parts.append(say("现在派出 {}到期").format(limit_text(known, now)))
        if not known.detail.recommendations:
            parts.append(say("无权责依据，请值班长指定"))
    elif incident.due is not None:
        parts.append(due_text(incident.due.at, now))
    return " · ".join(filter(None, (*parts, place_text(known))))


def card_about(lane: Lane, known: Briefing | None, board: Board, now: int) -> str:
    """Return what stands under a unit's name on its card: is it there, for what is it called."""
    parts = [duty_text(board.is_on_duty(lane.unit, now)), lane.unit.duty.replace(",", "，")]
    if known is not None:
        command = command_for(board.commands, lane.unit.key, known.level)
        if command and command.level:
            parts.append(say("按 {} 响应").format(RESPONSE_LEVEL_NAMES[command.level]))
        parts.append(f"{known.detail.incident.number[-6:]} {known.detail.incident.title}")
    return " · ".join(parts)


def told_at(lane: Lane, known: Briefing, contacts: Sequence[Contact]) -> Mapping[Contact, str]:
    """Return when each contact was told of an incident, by the remarks that say so."""
    at = {step.opinion: step.at for step in known.detail.steps if step.kind == "note_added"}
    words = {contact: notified_text(lane.unit, contact) for contact in contacts}
    return {
        contact: say("✓ {} 已通知").format(clock_time(at[text]))
        for contact, text in words.items()
        if text in at
    }
