import shutil

import pytest

from tests.db.store import rig


@pytest.fixture(scope="session")
def _made_home(tmp_path_factory):
    return rig.unbound(rig.make_site(tmp_path_factory.mktemp("made") / "home"))


@pytest.fixture
def home(_made_home, tmp_path):
    """A data folder with a town and nothing that happened there; nobody has it open."""
    return shutil.copytree(_made_home, tmp_path / "home")


@pytest.fixture
def clock():
    return rig.Clock()


@pytest.fixture
def store(home, clock):
    with rig.open_store(home, clock) as opened:
        yield opened
