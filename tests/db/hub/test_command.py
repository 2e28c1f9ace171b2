"""The command that makes and serves a hub: what a new record is given."""

import socket

import pytest
from click.testing import CliRunner

from db.domain.errors import InputError
from db.hub.server import issue_code
from db.store.store import read_site
from desktop.cli import exchange
from tests.db.hub.authors import DISTRICT, TOWN

PASSPHRASE = "correct horse battery staple"


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request):
    """What says where the record is, and its address."""
    if request.param == "sqlite":
        return [], ""
    url = request.getfixturevalue("cluster").place()
    return ["--store", url], url


@pytest.fixture
def made(tmp_path, monkeypatch, store):
    """Makes a hub with some options where somebody can be asked; its port is taken."""
    monkeypatch.setattr(exchange, "ask", lambda: lambda _: PASSPHRASE)
    monkeypatch.delenv("GRIDDESK_PASSPHRASE_FILE", raising=False)

    def work(*options):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            command = ["--data", str(tmp_path / "hub"), "--port", str(taken.getsockname()[1])]
            done = CliRunner().invoke(
                exchange.hub_command, [*command, *store[0], *options], standalone_mode=False
            )
        assert done.exception.code == "port_unavailable"
        return tmp_path / "hub"

    return work


def test_a_new_hub_asks_for_its_passphrase(made):
    assert read_site(made("--key", "passphrase")).key_place.kind == "passphrase"


def test_a_hub_of_a_district_gives_codes_to_its_towns_alone(made, store):
    home = made("--town", DISTRICT, "--key", "file")
    assert read_site(home).town == DISTRICT
    assert issue_code(home, TOWN, url=store[1])
    with pytest.raises(InputError, match="town_outside_hub"):
        issue_code(home, "990202001", url=store[1])
