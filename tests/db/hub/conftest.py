import pytest

from tests.db.hub.cluster import running_cluster
from tests.db.hub.kept import Kept
from tests.db.sync.fixtures import enrol, hub, open_sites, url

__all__ = ["enrol", "hub", "open_sites", "url"]


@pytest.fixture(scope="session")
def cluster():
    """A PostgreSQL that is made when the first test asks for it."""
    with running_cluster() as made:
        yield made


@pytest.fixture
def frail():
    """A PostgreSQL of one test, to be stopped and killed: a small one is up again at once."""
    with running_cluster() as made:
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def kept(request, tmp_path):
    """A hub's record of either kind: what holds for one holds for both."""
    address = ""
    if request.param == "postgresql":
        address = request.getfixturevalue("cluster").place()
    made = Kept(tmp_path, address)
    yield made
    made.close()


@pytest.fixture
def district(cluster, tmp_path):
    """A hub's record in a PostgreSQL."""
    made = Kept(tmp_path, cluster.place())
    yield made
    made.close()
