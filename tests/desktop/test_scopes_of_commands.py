"""Every command, with every role: what is printed or written holds nothing that is out of scope.

The commands are found by looking; a new one needs to be told here with what it is asked, or why it
shows no incident, or it fails by name.
"""

import zipfile

import click
import pytest

from desktop.cli import griddesk, run
from tests.db.planted import PEOPLE, PLANTED, leaks, plant
from tests.db.store import rig

ASKED = ("own", "secret", "other_village", "closed_secret")
SHOWN_TO = [who for who in PEOPLE if who.area == rig.VILLAGE or who.classes or who.secrecy == 0]
NO_INCIDENTS = {
    # Makes, checks or looks after the whole record: a technician's, with the record's key.
    "init", "demo", "verify", "rebuild", "backup", "restore", "drill", "repair", "bench",
    # The exchange: what travels is for stations, and encrypted where it is personal.
    "hub", "enrol", "sync", "room", "peers", "stick card", "stick heads", "stick list",
    "stick read", "stick write", "keys place", "keys recovery", "keys renew", "keys room",
    "keys rotate",
    # The whole journal, for two persons: `test_exports`.
    "export-ops",
    # What the program does by itself; it prints counts of what it did.
    "sweep",
    # About the town, its lists, its people and its rules.
    "areas check", "areas export", "areas import", "places import", "places list",
    "places remove", "positions", "tiles", "lists export", "lists publish", "lists show",
    "lists versions", "lists check", "response list", "response start", "response stop", "rules",
    "users add", "users change", "users claim", "users emergency-code", "users leave",
    "users list", "users password", "users policy", "users reset-factor",
    "users reset-password", "users unlock",
    # About a file that is given, not about the record.
    "audit-verify", "classing evaluate", "import",
}  # fmt: skip
"""Commands that show no incident, or all of the record to whoever holds its key."""


def of_number(*arguments):
    """Ask about each planted incident; `#` stands for its number."""

    def choices(town):
        for name in ASKED:
            yield [town.ids[name][1] if one == "#" else one for one in arguments]

    return choices


def once(*arguments):
    return lambda town: [list(arguments)]


def of_word(*arguments):
    def choices(town):
        for name in ASKED:
            yield [PLANTED[name].word if one == "#" else one for one in arguments]

    return choices


OUT = "OUT"
SHOWS = {
    "list": [once("list", "--json"), once("list", "--archive"), of_word("list", "--text", "#")],
    "show": [of_number("show", "#", "--json"), of_number("show", "#", "--why")],
    "search": [
        of_word("search", "#"), once("search", "路", "--json"),
        once("search", "路", "--out", OUT, "--purpose", "试"),
        once("search", "路", "--out", OUT, "--purpose", "试", "--callers"),
    ],
    "caller": [of_number("caller", "#", "--reason", "试")],
    "conflicts": [once("conflicts"), of_number("conflicts", "#")],
    "resolve": [of_number("resolve", "#", "title", "--value", "x")],
    "duplicates": [of_number("duplicates", "#", "--radius", "5000"), once("duplicates", "--all")],
    "attachments": [of_number("attachments", "#")],
    "attach": [of_number("attach", "#", __file__)],
    "figures": [once("figures", "--json")],
    "export-table": [once("export-table", "--from", "2026-11-01", "--to", "2026-11-30", "--out",
                          OUT, "--purpose", "试")],
    "report": [of_number("report", "slip", "#", "--out", OUT, "--purpose", "试")],
    "claim": [of_number("claim", "#", "--take-over")],
    "act": [of_number("act", "#", "note", "--text", "看过"), of_number("act", "#", "fly")],
    "undo": [of_number("undo", "#")],
    "lists diff": [once("lists", "diff", "classes", OUT)],
    "lists gaps": [once("lists", "gaps", "--json")],
    "classing suggest": [of_word("classing", "suggest", "#在路边")],
    "audit": [once("audit", "--limit", "500", "--fields"), of_number("audit", "--number", "#")],
    "audit-export": [once("audit-export", OUT, "--purpose", "试")],
    "erase": [of_number("erase", "#", "--reason", "试")],
    "erased": [of_number("erased", "#")],
}  # fmt: skip
"""What is asked of a command that shows incidents; `OUT` stands for a file that is written."""
REFUSED = {"resolve", "attach", "undo", "lists diff", "erase", "erased"}
"""Nothing is in dispute, decided or erased, and no file fits: what is looked at is the refusals."""
AUDITS = {"audit", "audit-export"}
"""An auditor follows an incident by its number, and reads nothing that it says."""


def leaves(command, path=()):
    if isinstance(command, click.Group):
        for name, one in command.commands.items():
            yield from leaves(one, (*path, name))
    else:
        yield " ".join(path)


class Town:
    def __init__(self, home, ids):
        self.home, self.ids = home, ids


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    home = tmp_path_factory.mktemp("planted") / "home"
    return Town(home, plant(home))


def test_every_command_is_asked_or_shows_no_incident():
    known = set(leaves(griddesk))
    assert sorted(known - SHOWS.keys() - NO_INCIDENTS) == [], "tell what it is asked, or why not"
    assert sorted((SHOWS.keys() | NO_INCIDENTS) - known) == [], "there is no such command any more"


@pytest.mark.parametrize("name", sorted(SHOWS))
def test_no_command_shows_what_is_out_of_scope(town, name, capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("GRIDDESK_HOME", str(town.home))
    shown = 0
    for who in SHOWN_TO:
        for choices in SHOWS[name]:
            for number, arguments in enumerate(choices(town)):
                out = tmp_path / f"{who.id}-{number}.{_suffix(name)}"
                typed = [str(out) if one == OUT else one for one in arguments]
                code = run([*typed, "--as", who.actor.user])
                said = "".join(capsys.readouterr()) + _written(out)
                assert "Traceback" not in said, said
                told = set(leaks(said, who.hidden, town.ids))
                told -= set(leaks(" ".join(typed), who.hidden, town.ids))
                if name in AUDITS:
                    told = {one for one in told if PLANTED[one].word[:2] in said}
                assert not told, f"{who.id}: {typed} shows {told}"
                shown += code == 0
                out.unlink(missing_ok=True)
    assert shown or name in REFUSED, "never answered"


def _suffix(name):
    return {"search": "xlsx", "export-table": "csv", "report": "pdf"}.get(name, "txt")


def _written(path):
    if not path.exists():
        return ""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return "".join(book.read(one).decode("utf-8", "replace") for one in book.namelist())
    return path.read_bytes().decode("utf-8", "replace")
