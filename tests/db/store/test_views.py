"""The views a person keeps: one's own, few, short, and in the encrypted record."""

import pytest

from db.commands.views import MAX_VIEWS, MAX_WORDS, forget_view, save_view
from db.domain.errors import GridDeskError
from db.store.queries.views import SavedView, saved_views
from tests.db.store import rig
from tests.db.store.conftest import _made_home, clock, home, store

__all__ = ["_made_home", "clock", "home", "store"]


def kept(store, actor=rig.CLERK):
    return store.read(lambda c: saved_views(c, actor.user))


def refused(work):
    with pytest.raises(GridDeskError) as told:
        work()
    return told.value.code


def test_a_view_is_its_owners_and_replaced_by_its_name(store):
    save_view(store, rig.CLERK, "夜里", "紧急 超时")
    save_view(store, rig.CLERK, "城管", "cg")
    save_view(store, rig.CLERK, "夜里", "紧急")
    assert kept(store) == (SavedView("夜里", "紧急"), SavedView("城管", "cg"))
    assert kept(store, rig.SUPERVISOR) == ()
    forget_view(store, rig.SUPERVISOR, "夜里")
    forget_view(store, rig.CLERK, "夜里")
    forget_view(store, rig.CLERK, "没有的")
    assert kept(store) == (SavedView("城管", "cg"),)


def test_there_are_30_at_most(store):
    for number in range(MAX_VIEWS):
        save_view(store, rig.CLERK, f"{number}", "超时")
    assert refused(lambda: save_view(store, rig.CLERK, "多", "超时")) == "views_full"
    save_view(store, rig.CLERK, "0", "紧急")
    assert len(kept(store)) == MAX_VIEWS
    save_view(store, rig.SUPERVISOR, "我的", "超时")


@pytest.mark.parametrize(
    ("name", "words"), [("", "超时"), ("名" * (MAX_WORDS + 1), "超时"), ("名", "词" * 201)]
)
def test_a_view_is_short(store, name, words):
    assert refused(lambda: save_view(store, rig.CLERK, name, words)) == "view_too_long"
    assert kept(store) == ()
