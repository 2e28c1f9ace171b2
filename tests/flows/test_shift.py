"""Real keys in a real window on a display of its own: an ordinary incident in six keys at most."""

from statistics import median

from tests.flows.shift import run

ORDINARY = 6
"""Keys for an incident whose suggestion is accepted."""


def test_incidents_are_triaged_without_the_mouse(tmp_path):
    shift = run(tmp_path / "home", 5)
    assert len(shift.turns) == 5, shift
    assert median(turn.keys for turn in shift.turns) <= ORDINARY
