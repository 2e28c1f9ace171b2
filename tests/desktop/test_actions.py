"""The table of keys against the table of transitions, which it names without importing it."""

from db.domain.transitions import TRANSITIONS
from desktop.actions import DECISIONS, REPORTS

BY_NOBODY_HERE = {"district_update", "mend", "attach"}
"""The district's and the sweep's own; and the files, which are asked for without a form."""


def test_reports_are_the_transitions_from_a_draft():
    assert set(REPORTS) == {name for name, row in TRANSITIONS.items() if "draft" in row.sources}


def test_every_other_transition_is_a_decision_with_a_row_and_nothing_else_is():
    assert set(DECISIONS) == set(TRANSITIONS) - set(REPORTS) - BY_NOBODY_HERE
