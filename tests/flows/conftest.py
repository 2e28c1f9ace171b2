"""Records for whole flows: a small town that has worked for a month."""

import shutil
import time

import pytest

from db.demo.fill import DemoPlan, fill_demo
from tests.db.store import rig


@pytest.fixture(scope="session")
def town_template(tmp_path_factory):
    home = tmp_path_factory.mktemp("template") / "home"
    fill_demo(home, DemoPlan("990101001", 1, 7, time.time_ns() // 1_000_000, per_day=3), "file")
    return rig.unbound(home)


@pytest.fixture
def small_town(town_template, tmp_path):
    home = tmp_path / "town"
    shutil.copytree(town_template, home)
    return home
