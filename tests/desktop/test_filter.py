"""The filter in words: what words mean, what the list keeps, what is remembered of a person."""

import shutil
import time

import pytest

from db.demo.fill import DemoPlan, fill_demo
from db.domain.errors import EnvironmentError_
from db.store.queries.queue import QueueFilter, queue_ids
from desktop.app import open_session
from desktop.context import Narrowed, Picked
from desktop.filter_words import FilterWords
from desktop.keepsakes import Keepsakes
from desktop.play import Player
from tests.db.store import rig


@pytest.fixture(scope="module")
def words():
    return FilterWords(
        {"990101001001": ("采薇社区",), "990101001001001": ("采薇 01 网格",)},
        {"U1": ("城管", "城管中队"), "U2": ("派出所", "派出所")},
        {"ZF09": ("违规停车", "机动车违规停放")},
        {"ZF": "综合执法"},
    )


@pytest.mark.parametrize(
    ("line", "said", "condition"),
    [
        ("超时", ("超时",), {"is_late": True}),
        ("紧急 采薇", ("紧急", "采薇社区"), {"urgency": "urgent", "area": "990101001001"}),
        ("cg", ("单位城管",), {"unit": "U1"}),
        ("12345", ("来源12345",), {"source": "hotline12345"}),
        ("停放", ("分类违规停车",), {"class_code": "ZF09"}),
        ("待受理 待分流", ("待受理", "待分流"), {"states": ("reported", "accepted")}),
        ("全部年份 井盖", ("全部年份", "含“井盖”"), {"is_archive": True, "text": "井盖"}),
        ("", (), {}),
    ],
)
def test_words_name_conditions(words, line, said, condition):
    found = words.read(line)
    assert found.said == said
    assert found.filter == QueueFilter(**condition)


def test_what_names_nothing_is_looked_for_in_open_work_only(words):
    found = words.read("井盖 缺失").filter
    assert found.text == "井盖 缺失"
    assert "reported" in found.states
    assert not {"archived", "void", "merged"} & set(found.states)


def test_words_narrow_what_the_view_shows(words):
    base = QueueFilter(platform="ZF", states=("handling",))
    found = words.read("超时", base).filter
    assert (found.platform, found.states, found.is_late) == ("ZF", ("handling",), True)
    assert words.read("", base).filter == base


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    home = tmp_path_factory.mktemp("filter") / "home"
    fill_demo(home, DemoPlan("990101001", 1, 2, time.time_ns() // 1_000_000, 6), "file")
    return rig.unbound(home)


@pytest.fixture
def player(template, tmp_path, qtbot):
    session = open_session(shutil.copytree(template, tmp_path / "home"))
    qtbot.addWidget(session.window)
    session.window.show()
    player = Player(session)
    player.until(lambda: player.desk.detail is not None, "the queue")
    player.until(lambda: bool(player.desk._side._villages), "the choices")
    player.desk.focus_list()
    yield player
    session.window.close()


def ids(player, wanted):
    session = player.session
    return list(
        session.store.read(
            lambda c: queue_ids(c, session.duty.scope, wanted, session.store.clock())
        )
    )


def shown(player):
    return list(player.desk.view.model().ids)


def narrow(player, line):
    player.press("Ctrl+F")
    for character in line:
        player.type(character)
        player.desk._queue._bar.edited.emit("")


def test_the_list_keeps_what_the_words_name_and_shows_all_again(player):
    everything = shown(player)
    expected = ids(player, QueueFilter(states=("reported",)))
    assert 0 < len(expected) < len(everything)
    narrow(player, "待受理")
    player.until(lambda: shown(player) == expected, "the narrowed list")
    player.press("Return")
    assert player.desk.view.hasFocus()
    player.desk.go_back()
    player.until(lambda: shown(player) == everything, "the whole list")


def test_a_view_is_saved_counted_opened_and_removed(player):
    expected = ids(player, QueueFilter(states=("reported",)))
    narrow(player, "新来的：待受理")
    player.until(lambda: shown(player) == expected, "the narrowed list")
    player.press("Ctrl+S")
    side = player.desk._side
    player.until(lambda: [view.name for view in side._saved] == ["新来的"], "the view")
    player.desk.go_back()
    player.desk.show_view(side._saved[0])
    player.until(lambda: shown(player) == expected, "the saved view")
    again = Keepsakes(player.session.store.home)
    player.until(lambda: player.session.runner.pending == 0, "written")
    again = Keepsakes(player.session.store.home)
    assert again.get(player.session.duty.actor.user, "views", {}) == {"新来的": "待受理"}
    side.setFocus()
    player.press("Delete")
    player.until(lambda: not side._saved, "the view gone")
    player.until(lambda: player.session.runner.pending == 0, "written")
    kept = Keepsakes(player.session.store.home)
    assert kept.get(player.session.duty.actor.user, "views", {1: 1}) == {}


def test_views_are_one_persons_own(player):
    context = player.session.context
    context.keep("views", {"我的": "超时"})
    player.desk._offer_saved()
    assert player.desk._side._saved
    from db.store.queries.town import actor_named

    other, area = player.session.store.read(lambda c: actor_named(c, "heyan"))
    player.session.duty.switch(other, area)
    assert not player.desk._side._saved


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"a": 3}', b'{"a": {"views": []}}'])
def test_a_damaged_file_of_keepsakes_is_no_harm(tmp_path, content):
    (tmp_path / "people.json").write_bytes(content)
    kept = Keepsakes(tmp_path)
    assert kept.get("a", "views", {}) == {}
    kept.put("a", "views", {"一": "二"})
    kept.save()
    assert Keepsakes(tmp_path).get("a", "views", {}) == {"一": "二"}


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    kept = Keepsakes(tmp_path / "nowhere")
    kept.put("a", "b", 1)
    with pytest.raises(EnvironmentError_) as told:
        kept.save()
    assert told.value.code == "file_unwritable"


def test_what_was_picked_on_the_map_is_shown_until_esc(player):
    everything = shown(player)
    some = (everything[1], everything[3])
    player.session.duty.asked_for.emit("desk", Picked(some, "圆内"))
    player.until(lambda: shown(player) == list(some), "what was picked")
    assert player.desk._queue.heading == "圆内"
    player.desk.go_back()
    player.until(lambda: shown(player) == everything, "the whole list")


def test_a_grid_of_the_map_is_a_filter_that_goes_on(player):
    wanted = QueueFilter(area="990101001001")
    player.session.duty.asked_for.emit("desk", Narrowed(wanted, "采薇社区"))
    player.until(lambda: shown(player) == ids(player, wanted), "the grid's")
    assert player.desk._queue.heading == "采薇社区"


def test_a_key_shows_the_incident_on_the_map(player):
    asked = []
    player.session.duty.asked_for.connect(lambda *words: asked.append(words))
    player.press("Shift+L")
    player.until(lambda: bool(asked), "the map")
    assert asked == [("map", player.desk.view.current_id)]
