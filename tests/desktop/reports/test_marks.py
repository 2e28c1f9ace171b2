"""Every sheet says on every page who took it and when."""

import pytest

from db.demo.fill import DemoPlan, fill_demo
from db.store.queries.queue import QueueFilter, queue_ids, queue_rows
from db.store.queries.town import actor_named
from db.store.store import Store
from desktop.i18n import instant
from desktop.sheets import make_sheet

NOW = 1_795_449_600_000


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    home = tmp_path_factory.mktemp("marks") / "home"
    fill_demo(home, DemoPlan("990101001", 1, 1, NOW, 4), "file")
    with Store.open(home, clock=lambda: NOW) as store:
        yield store


@pytest.mark.parametrize("kind", ["slip", "daily", "figures", "keys"])
def test_name_and_time_stand_at_the_foot_of_every_page(store, read, kind):
    actor, scope = store.read(lambda c: actor_named(c, "周岚"))
    (rid, *_) = store.read(lambda c: queue_ids(c, scope, QueueFilter(), NOW))
    (row,) = store.read(lambda c: queue_rows(c, scope, [rid]))
    about = row.number if kind == "slip" else ""
    sheet = make_sheet(store, actor, scope, kind, about)
    pages = read(sheet.pdf, "-layout").split("\f")[: sheet.pages]
    assert len(pages) == sheet.pages > 0
    for page in pages:
        foot = page.strip().splitlines()[-1]
        assert f"打印人：{actor.name}" in foot
        assert instant(NOW) in foot
