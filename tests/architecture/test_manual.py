"""The manuals say all there is: every key, every command with its options, every step."""

import re

import click
import pytest

import resources
from db.domain.transitions import TRANSITIONS
from db.store.projections import ENTITY_OF_KIND
from desktop.actions import ACTIONS, key_name
from desktop.cli import griddesk
from desktop.i18n import KIND_NAMES

INCIDENT_KINDS = [kind for kind, entity in ENTITY_OF_KIND.items() if entity == "incident"]


@pytest.fixture(scope="module")
def operator():
    return resources.path("manual/operator.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def technician():
    return resources.path("manual/technician.md").read_text(encoding="utf-8")


def section(text, title):
    """Return what stands under a heading of the third level."""
    found = re.search(rf"^### {re.escape(title)}\n(.*?)(?=^##|\Z)", text, re.DOTALL | re.MULTILINE)
    return found[1] if found else ""


def options(command):
    """Return how the options of a command are written."""
    known = [one for one in command.params if isinstance(one, click.Option)]
    return [name for one in known for name in (*one.opts, *one.secondary_opts)]


@pytest.mark.parametrize(
    "action", [one for one in ACTIONS if one.key], ids=lambda action: action.id
)
def test_every_key_is_in_the_operators_table(operator, action):
    name = key_name(action.key)
    rows = [line.split("|")[1] for line in operator.splitlines() if line.startswith("| `")]
    assert any(f"`{name}`" in keys for keys in rows), action.id


@pytest.mark.parametrize("name", sorted(griddesk.commands))
def test_every_command_has_its_section_with_every_option(technician, name):
    said = section(technician, f"`griddesk {name}`")
    assert said, name
    missing = [one for one in options(griddesk.commands[name]) if f"`{one}`" not in said]
    assert not missing


def test_options_without_a_command_are_said(technician):
    said = section(technician, "`griddesk`")
    assert all(f"`{one}`" in said for one in options(griddesk))


@pytest.mark.parametrize("name", sorted(TRANSITIONS))
def test_every_action_of_a_script_names_its_fields(technician, name):
    said = section(technician, "`griddesk act`")
    row = next(line for line in said.splitlines() if line.startswith(f"| `{name}` |"))
    assert all(f"`{field.name}`" in row for field in TRANSITIONS[name].fields)


@pytest.mark.parametrize("kind", INCIDENT_KINDS)
def test_every_step_of_an_incident_is_explained(operator, kind):
    words = section(operator, "“经过”里的词")
    assert f"| {KIND_NAMES[kind]} | " in words
