"""The phrases (常用语) that a form offers, with what is known of the incident put in."""

import re
from collections.abc import Mapping, Sequence

from db.domain.lists import Template
from db.store.queries.incidents import Detail
from desktop.decisions.choices import spelled_choice
from desktop.i18n import instant
from desktop.widgets.fields import Choice

_GAP = re.compile(r"\{(unit|place|due|number)\}")
"""What a phrase may leave open. It is data: nothing else in braces means anything."""
_BLANK = "＿＿"


def known_of(detail: Detail) -> dict[str, str]:
    """Return what fills the gaps of phrases: unit, place, due, number."""
    incident = detail.incident
    unit = detail.unit_names.get(incident.lead_unit, "")
    if not unit and detail.recommendations:
        unit = detail.recommendations[0].unit.name
    due = min((item.due_at for item in incident.running), default=None)
    return {
        "unit": unit,
        "place": " ".join(filter(None, (detail.area_path, incident.address))),
        "due": instant(due) if due is not None else "",
        "number": incident.number,
    }


def phrase_choices(templates: Sequence[Template], known: Mapping[str, str]) -> list[Choice]:
    """Return phrases as they are offered: filled, found by their initials too."""
    return [_choice(item, known) for item in templates]


def _choice(item: Template, known: Mapping[str, str]) -> Choice:
    text = _GAP.sub(lambda gap: known.get(gap[1]) or _BLANK, item.text)
    return spelled_choice(item.code, text)
