"""The filter in words: what words mean, what the list keeps, what is remembered of a person."""

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from db.commands.views import save_view
from db.domain.errors import EnvironmentError_
from db.store.queries import queue
from db.store.queries.queue import QueueFilter, queue_count, queue_ids
from db.store.queries.town import actor_named
from db.store.queries.views import SavedView, saved_views
from desktop.app import open_session
from desktop.context import Narrowed, Picked
from desktop.delegates.side_row import COUNT_ROLE
from desktop.filter_words import FilterWords
from desktop.keepsakes import Keepsakes
from desktop.play import Player
from desktop.screens.triage.side import _VIEW_ROLE as VIEW_ROLE


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
    player.until(lambda: saved_count(side) == len(expected), "its number")
    assert kept_views(player) == (SavedView("新来的", "待受理"),)
    told = []
    player.session.duty.told.connect(lambda *words: told.append(words))
    side.setFocus()
    player.press("Delete")
    player.until(lambda: not side._saved, "the view gone")
    assert kept_views(player) == ()
    kind, text, hint = told[-1]
    assert kind == "ok"
    assert "新来的：待受理" in text, "its words, to be typed again"
    assert "Ctrl+S" in hint


def kept_views(player):
    user = player.session.duty.actor.user
    return player.session.store.read(lambda c: saved_views(c, user))


def saved_count(side):
    views = [side.item(row).data(VIEW_ROLE) for row in range(side.count())]
    return side.item(views.index(side._saved[0])).data(COUNT_ROLE)


def test_what_is_looked_for_never_lies_in_the_clear(player):
    narrow(player, "张三丰")
    player.press("Ctrl+S")
    player.until(lambda: bool(kept_views(player)), "the view")
    player.window.close()
    for path in player.session.store.home.rglob("*"):
        assert not path.is_file() or "张三丰".encode() not in path.read_bytes(), path


def test_no_view_keeps_a_callers_number(player):
    told = []
    player.session.duty.told.connect(lambda *words: told.append(words[1]))
    narrow(player, "13800001234")
    player.press("Ctrl+S")
    player.until(lambda: any("电话" in text for text in told), "a refusal")
    assert not kept_views(player)


def test_views_are_one_persons_own(player):
    save_view(player.session.store, player.session.duty.actor, "我的", "超时")
    side = player.desk._side
    player.desk._saved_views._load()
    player.until(lambda: bool(side._saved), "the view")
    mine = player.session.duty.actor
    other, area = player.session.store.read(lambda c: actor_named(c, "heyan"))
    player.session.duty.switch(other, area)
    assert not side._saved
    player.until(lambda: player.session.runner.pending == 0, "all reads")
    assert not side._saved
    player.session.duty.switch(mine)
    player.until(lambda: bool(side._saved), "the view again")


def test_what_is_saved_while_the_desk_changes_hands_is_not_told_to_the_next(player):
    told = []
    other, area = player.session.store.read(lambda c: actor_named(c, "heyan"))
    player.session.duty.told.connect(lambda *words: told.append(words[1]))
    narrow(player, "新来的：待受理")
    may_write = threading.Event()
    player.session.runner.write(lambda: may_write.wait(10))
    player.press("Ctrl+S")
    player.session.duty.switch(other, area)
    may_write.set()
    player.until(lambda: player.session.runner.pending == 0, "all work")
    assert not any("新来的" in text for text in told)


def test_a_list_is_shown_before_the_saved_views_are_counted(player, monkeypatch):
    save_view(player.session.store, player.session.duty.actor, "我的", "待受理")
    desk, order = player.desk, []
    desk._saved_views._load()
    player.until(lambda: bool(desk._side._saved), "the view")
    player.until(lambda: player.session.runner.pending == 0, "all reads")
    desk._queue.counted.connect(lambda _: order.append("listed"))
    real = queue.queue_count

    def count(*args, **values):
        order.append("counted")
        return real(*args, **values)

    monkeypatch.setattr(queue, "queue_count", count)
    desk.refresh()
    player.until(lambda: "counted" in order, "the count")
    assert order[0] == "listed"


@pytest.mark.parametrize(
    "wanted",
    [
        QueueFilter(),
        QueueFilter(states=("reported",)),
        QueueFilter(is_late=True),
        QueueFilter(is_disputed=True),
        QueueFilter(is_asked=True),
        QueueFilter(is_archive=True),
        QueueFilter(text="路"),
    ],
)
def test_a_list_counts_as_many_as_it_has(player, wanted):
    session = player.session
    counted = session.store.read(
        lambda c: queue_count(c, session.duty.scope, wanted, session.store.clock())
    )
    assert counted == len(ids(player, wanted))


def test_a_line_of_words_is_read_once(player, monkeypatch):
    read = []
    real = FilterWords.read
    monkeypatch.setattr(
        FilterWords, "read", lambda self, *line: read.append(line) or real(self, *line)
    )
    expected = ids(player, QueueFilter(states=("reported",)))
    player.press("Ctrl+F")
    read.clear()
    bar = player.desk._queue._bar
    bar._line.setText("待受理")
    bar.edited.emit("待受理")
    player.until(lambda: shown(player) == expected, "the narrowed list")
    assert len(read) == 1


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"a": 3}', b'{"a": {"layouts": []}}'])
def test_a_damaged_file_of_keepsakes_is_no_harm(tmp_path, content):
    (tmp_path / "people.json").write_bytes(content)
    kept = Keepsakes(tmp_path)
    assert kept.get("a", "layouts", {}) == {}
    kept.put("a", "layouts", {"desk": [1, 2]})
    kept.save()
    assert Keepsakes(tmp_path).get("a", "layouts", {}) == {"desk": [1, 2]}


def test_many_may_save_at_once_and_the_newest_holds(tmp_path):
    kept = Keepsakes(tmp_path)

    def keep(number):
        kept.put("a", "layouts", {"desk": [number]})
        kept.save()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(keep, range(160)))
    assert Keepsakes(tmp_path).get("a", "layouts", {}) == kept.get("a", "layouts", {})


def test_what_could_not_be_saved_is_saved_the_next_time(tmp_path):
    kept = Keepsakes(tmp_path / "later")
    kept.put("a", "b", 1)
    with pytest.raises(EnvironmentError_):
        kept.save()
    (tmp_path / "later").mkdir()
    kept.save()
    assert Keepsakes(tmp_path / "later").get("a", "b", 0) == 1


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
