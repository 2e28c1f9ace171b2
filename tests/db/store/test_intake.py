"""What helps to take in a call: the book of addresses, what is alike, by when it is due."""

import pytest

from db.demo.fill import DemoPlan, fill_demo
from db.domain.duplicates import DUPLICATE
from db.domain.scope import SECRET, Scope
from db.store.queries.intake import (
    LIKELY_SHOWN,
    Draft,
    address_book,
    draft_likely,
    draft_place,
    limits_ahead,
)
from db.store.store import Store

NOW = 1_795_415_520_000
TOWN = "990101001"
DESK = Scope("a", frozenset({"duty_officer"}), area=TOWN, secrecy=SECRET)
HOUR = 3_600_000


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    home = tmp_path_factory.mktemp("intake") / "home"
    fill_demo(home, DemoPlan(TOWN, 1, 3, NOW, per_day=6), "file")
    with Store.open(home) as store:
        yield store


def open_one(store):
    sql = (
        "SELECT number, content, address, area_code, class_code FROM incident WHERE is_open = 1"
        " AND state = 'handling' AND length(area_code) = 15 ORDER BY rid DESC LIMIT 1"
    )
    return store.read(lambda c: c.execute(sql).fetchone())


def test_an_address_heard_before_names_its_grid(store):
    _, _, address, area_code, _ = open_one(store)
    book = store.read(lambda c: address_book(c, DESK))
    found = store.read(lambda c: draft_place(c, book, Draft("有人说", address)))
    assert found.code[:12] == area_code[:12]


def test_the_book_holds_no_address_that_may_not_be_seen(store):
    village = Scope("a", frozenset({"village_clerk"}), area=TOWN + "001")
    book = store.read(lambda c: address_book(c, village))
    assert book.names
    lay = {code for counts in book.names.values() for code in counts}
    assert all(code.startswith(TOWN + "001") for code in lay)


def test_what_is_told_again_is_found_before_it_is_an_incident(store):
    number, content, address, area_code, class_code = open_one(store)
    draft = Draft(content, address, "", class_code, area_code)
    found = store.read(lambda c: draft_likely(c, DESK, draft, NOW))
    assert found[0].candidate.number == number
    assert found[0].score.verdict == DUPLICATE
    assert len(found) <= LIKELY_SHOWN


def test_another_matter_elsewhere_is_like_nothing(store):
    draft = Draft("想问医保卡怎样补办，要带什么材料", "望江路尽头的老邮局")
    assert store.read(lambda c: draft_likely(c, DESK, draft, NOW)) == ()


@pytest.mark.parametrize(
    ("urgency", "accept", "due"),
    [("urgent", ("urgent_hour", 30), HOUR // 2), ("critical", ("urgent_hour", 15), HOUR // 4)],
)
def test_limits_are_told_before_it_is_saved(store, urgency, accept, due):
    ahead = store.read(lambda c: limits_ahead(c, DESK, Draft(urgency=urgency), NOW))
    assert (ahead.accept.unit, ahead.accept.amount) == accept
    assert ahead.accept_due == NOW + due


def test_the_class_decides_how_long_handling_may_take(store):
    def handle(class_code):
        draft = Draft(class_code=class_code)
        return store.read(lambda c: limits_ahead(c, DESK, draft, NOW)).handle

    assert handle("ZF09") != handle("BM01")
