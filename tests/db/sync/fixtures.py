"""Sites, a hub and a line between them, for the tests of both ends."""

import pytest

from db.hub.server import init_hub, open_hub
from db.sync.line import HubClient
from tests.db.sync import rig


@pytest.fixture
def open_sites(tmp_path):
    """Makes sites, closes them afterwards."""
    made = []

    def make(station="A1", **options):
        folder = tmp_path / f"site-{station}-{len(made)}"
        made.append(rig.make_site(folder, station, **options))
        return made[-1]

    yield make
    for store in made:
        store.close()


@pytest.fixture
def hub(tmp_path):
    """A hub's record, open and not serving."""
    init_hub(tmp_path / "hub", "区级交换", "file")
    with open_hub(tmp_path / "hub") as store:
        yield store


@pytest.fixture
def url(hub):
    with rig.running(hub) as address:
        yield address


@pytest.fixture
def enrol(hub, url):
    def work(store, town=None):
        with HubClient(store, url) as client:
            return client.enrol(rig.new_code(hub, town or store.site.town))

    return work
