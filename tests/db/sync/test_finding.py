"""Workstations that hear of each other on a network of their own: this machine's loopback."""

import threading

import pytest

from db.sync.finding import SERVICE, Finding
from tests.db.sync.rig import until

LOOPBACK = ["127.0.0.1"]
FIRST, SECOND = "01a2-first", "01a2-second"


@pytest.fixture
def finding():
    made = []

    def make(site, port=0):
        made.append(Finding(site, port, LOOPBACK))
        return made[-1]

    yield make
    for one in made:
        one.close()
    assert not [one for one in threading.enumerate() if "zeroconf" in one.name.lower()]


def test_who_serves_is_heard_under_its_id_and_nothing_else(finding):
    finding(FIRST, 8472)
    ear = finding(SECOND)
    until(lambda: ear.found(), 10)
    assert ear.found() == {FIRST: ("https://127.0.0.1:8472",)}
    info = ear._zeroconf.get_service_info(SERVICE, f"{FIRST}.{SERVICE}")
    assert info.properties == {b"id": FIRST.encode()}


def test_nobody_hears_himself_and_who_goes_is_gone(finding):
    mouth, ear = Finding(FIRST, 8472, LOOPBACK), finding(SECOND, 8473)
    until(lambda: ear.found() and mouth.found(), 10)
    assert set(mouth.found()) == {SECOND}
    mouth.close()
    until(lambda: not ear.found(), 10)


def test_a_name_that_is_no_id_is_not_taken(finding):
    finding("../../etc", 8472)
    finding(FIRST, 8473)
    ear = finding(SECOND)
    until(lambda: ear.found(), 10)
    assert set(ear.found()) == {FIRST}
