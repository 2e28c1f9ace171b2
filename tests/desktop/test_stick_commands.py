"""`griddesk stick`: two stations that share nothing but what is carried between them."""

from pathlib import Path

import orjson
import pytest

from db.domain.errors import RuleError
from db.hub.server import init_hub, open_hub
from db.stick.cards import believe
from db.store.store import Store, read_site
from db.sync.client import sync_once
from db.sync.exchange import own_site
from db.sync.line import HubClient
from db.sync.peers import HUB, STATION, put_peer
from desktop.cli import run
from tests.db.sync import rig


@pytest.fixture
def homes(tmp_path, monkeypatch):
    """Two closed records, and a way to be at one of them."""
    for name, station in (("a", "A1"), ("b", "B2")):
        rig.make_site(tmp_path / name, station).close()
    (tmp_path / "usb").mkdir()

    def at(name):
        monkeypatch.setenv("GRIDDESK_HOME", str(tmp_path / name))
        return tmp_path / name

    from db.commands.town import User, define_users

    for name in ("a", "b"):
        with Store.open(at(name)) as store:
            wang = User("wang", "王值班", ("duty_officer", "shift_leader"), "", rig.TOWN)
            define_users(store, rig.SYSTEM, (wang,))
    return at


@pytest.fixture
def griddesk(capsys):
    def call(*arguments, code=0):
        assert run([*map(str, arguments)]) == code, capsys.readouterr()
        return capsys.readouterr().out

    return call


@pytest.fixture
def known(homes, griddesk, tmp_path):
    """Both have taken in the other's card."""
    usb = tmp_path / "usb"
    told = {}
    for name in ("a", "b"):
        homes(name)
        told[name] = orjson.loads(griddesk("stick", "card", "--out", usb, "--json"))
    for name, other in (("a", "b"), ("b", "a")):
        homes(name)
        card = told[other]
        griddesk("stick", "card", card["file"], "--confirm", card["fingerprint"], "--as", "wang")
    return usb


def test_cards_are_shown_before_they_are_believed(homes, griddesk, tmp_path):
    usb = tmp_path / "usb"
    homes("b")
    told = orjson.loads(griddesk("stick", "card", "--out", usb, "--json"))
    homes("a")
    shown = griddesk("stick", "card", told["file"])
    assert told["fingerprint"] in shown
    assert "还没有收下" in shown
    assert griddesk("stick", "list") == ""
    griddesk("stick", "card", told["file"], "--confirm", "0000", "--as", "wang", code=1)
    assert griddesk("stick", "list") == ""
    griddesk("stick", "card", told["file"], "--confirm", told["fingerprint"], "--as", "wang")
    assert told["fingerprint"] in griddesk("stick", "list")


def test_a_new_station_without_users_takes_its_first_card(homes, griddesk, tmp_path):
    """It could not read the stick that brings its users; with users a person answers for it."""
    usb = tmp_path / "usb"
    homes("b")
    told = orjson.loads(griddesk("stick", "card", "--out", usb, "--json"))
    card = ("stick", "card", told["file"], "--confirm", told["fingerprint"])
    rig.make_site(tmp_path / "new", "C3", lists=False).close()
    homes("new")
    griddesk(*card)
    assert told["fingerprint"] in griddesk("stick", "list")
    with Store.open(homes("a")) as store, pytest.raises(RuleError, match="role_forbids"):
        believe(store, rig.SYSTEM, Path(told["file"]), told["fingerprint"])


def test_a_file_is_written_looked_at_and_taken_in(homes, griddesk, known):
    homes("a")
    out = ("--out", known, "--as", "wang")
    said = griddesk("stick", "write", "--to", "B2", *out, "--purpose", "线路中断")
    assert said.startswith("✓ 可以拔出")
    (path,) = known.glob("GridDesk-A1-B2-*.gdx")
    homes("b")
    shown = griddesk("stick", "read", path, "--preview")
    assert "新的" in shown
    assert griddesk("stick", "read", path).startswith("✓ 收下")
    assert "都已有，没有新的" in griddesk("stick", "read", path)
    assert "都已有，没有新的" in griddesk("stick", "read", path, "--preview")
    griddesk("stick", "heads", "--out", known)
    (heads,) = known.glob("*.gdh")
    homes("a")
    assert "已记下" in griddesk("stick", "heads", heads)
    more = ("stick", "write", "--to", "B2", "--heads", heads, *out, "--json")
    assert orjson.loads(griddesk(*more))["ops"] <= 3
    whole = orjson.loads(griddesk(*more, "--all", "--files"))
    assert whole["ops"] > 3


def test_what_is_wrong_is_said(homes, griddesk, known, capsys):
    homes("a")
    griddesk("stick", "write", "--to", "B2", code=2)
    assert run(["stick", "write", "--to", "C9", "--out", str(known)]) == 1
    assert "先收对方的身份卡" in capsys.readouterr().err
    assert run(["stick", "write", "--to", "hub", "--out", str(known)]) == 1
    assert "还没有向交换服务登记" in capsys.readouterr().err
    assert run(["stick", "write", "--to", "B2", "--out", str(known / "absent")]) == 3
    assert "U盘不见了" in capsys.readouterr().err
    (card,) = known.glob("GridDesk-B2-card-*")
    assert run(["stick", "read", str(card)]) == 1
    assert "另一种文件" in capsys.readouterr().err
    griddesk("stick", "write", "--to", "B2", "--out", known, "--as", "wang")
    (path,) = known.glob("*.gdx")
    assert run(["stick", "read", str(path)]) == 1
    assert "本工位自己写出的" in capsys.readouterr().err
    path.write_bytes(path.read_bytes()[:-100])
    homes("b")
    assert "文件不完整" in griddesk("stick", "read", path, code=1)


def test_a_hub_takes_a_file_while_it_is_stopped(homes, griddesk, known, tmp_path, capsys):
    init_hub(tmp_path / "hub", "区级交换", "file")
    with open_hub(tmp_path / "hub") as hub, Store.open(homes("a")) as store:
        told = hub.read(own_site)
        store.write(lambda j: put_peer(j, HUB, told))
        station = store.read(own_site)
        hub.write(lambda j: put_peer(j, STATION, station))
    griddesk("stick", "write", "--to", "hub", "--out", known, "--as", "wang")
    (path,) = known.glob("*.gdx")
    shown = orjson.loads(griddesk("stick", "read", path, "--hub", tmp_path / "hub", "--json"))
    assert shown["added"] > 3
    assert shown["troubles"] == []
    with open_hub(tmp_path / "hub") as hub:
        assert rig.count_ops(hub) == shown["added"] + 1


def at(hub):
    """Every op of a hub's record."""
    with open_hub(hub) as record:
        return rig.bodies(record)


@pytest.mark.parametrize("district", ["", rig.DISTRICT])
def test_a_town_that_never_enrolled_and_a_hub_speak_by_stick(district, homes, griddesk, tmp_path):
    """Cards both ways, the town's stick to the hub, the hub's answer, what is lacking then."""
    usb, hub = tmp_path / "usb", tmp_path / "hub"
    init_hub(hub, "区级交换", "file", town=district)
    at_hub, out = ("--hub", hub), ("--out", usb)
    card = orjson.loads(griddesk("stick", "card", *at_hub, *out, "--json"))
    home = homes("a")
    assert "还没有收下" in griddesk("stick", "card", card["file"])
    confirm = ("--confirm", card["fingerprint"], "--as", "wang")
    griddesk("stick", "card", card["file"], *confirm)
    own = orjson.loads(griddesk("stick", "card", *out, "--json"))
    first = orjson.loads(griddesk("stick", "write", "--to", "hub", *out, "--as", "wang", "--json"))
    # Before the hub knows the town it believes nothing of it.
    griddesk("stick", "read", first["files"][0], *at_hub, code=1)
    griddesk("stick", "card", own["file"], "--confirm", "0000", *at_hub, code=1)
    griddesk("stick", "card", own["file"], "--confirm", own["fingerprint"], *at_hub)
    shown = griddesk("stick", "read", first["files"][0], *at_hub, "--preview", "--json")
    taken = orjson.loads(griddesk("stick", "read", first["files"][0], *at_hub, "--json"))
    assert taken["troubles"] == []
    assert taken["added"] == orjson.loads(shown)["new"] == first["ops"]

    with Store.open(homes("b")) as other, open_hub(hub) as record:
        rig.report(other, 2)
        with rig.running(record) as url, HubClient(other, url) as line:
            line.enrol(rig.new_code(record, rig.TOWN))
            sync_once(other, line)
    before = at(hub)
    answer = orjson.loads(griddesk("stick", "write", "--to", "A1", *at_hub, *out, "--json"))
    assert at(hub) == before  # the hub's own chain is shown to every town
    homes("a")
    back = orjson.loads(griddesk("stick", "read", answer["files"][0], "--json"))
    assert (back["troubles"], back["missing"]) == ([], 0)
    assert back["added"] >= 2
    with Store.open(home) as store:
        rig.report(store, 1)
        assert (
            rig.bodies(store).items()
            >= {ref: body for ref, body in before.items() if ref[0] != read_site(hub).id}.items()
        )
    again = orjson.loads(griddesk("stick", "write", "--to", "hub", *out, "--as", "wang", "--json"))
    last = orjson.loads(griddesk("stick", "read", again["files"][0], *at_hub, "--json"))
    assert (last["troubles"], last["added"], last["duplicates"]) == ([], again["ops"], 0)
