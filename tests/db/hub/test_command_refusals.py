"""What the commands of a hub refuse, and what they say instead of beginning."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from db.domain.errors import InputError
from db.hub.server import init_district, init_hub, issue_code, open_hub, open_service
from db.publish.record import open_publishing
from db.store.store import Store
from db.sync.exchange import own_site
from db.sync.peers import REVOKED, put_peer
from desktop.cli import run
from tests.db.hub.authors import TOWN, Author
from tests.db.sync.rig import make_site
from tests.flows.rig import free_port

ROOT = Path(__file__).parents[3]


@pytest.fixture
def griddesk(capsys):
    def call(*arguments, code):
        assert run([*map(str, arguments)]) == code, capsys.readouterr()
        return "".join(capsys.readouterr())

    return call


@pytest.fixture
def home(tmp_path):
    init_hub(tmp_path / "hub", "区级交换", "file")
    return tmp_path / "hub"


@pytest.fixture
def desk(tmp_path):
    make_site(tmp_path / "desk").close()
    return tmp_path / "desk"


@pytest.fixture
def certificate(tmp_path):
    """A certificate of this machine, and its key."""
    cert, key = tmp_path / "crt", tmp_path / "key"
    command = [shutil.which("openssl"), "req", "-x509", "-newkey", "ed25519", "-nodes"]
    made = [*command, "-subj", "/CN=localhost", "-keyout", key, "-out", cert]
    subprocess.run(made, check=True, capture_output=True)
    return cert, key


def _serving(home, *options):
    """A hub in a process of its own, which says first where it is."""
    command = [sys.executable, "-m", "desktop", "hub", "--data", home, "--port", "0", *options]
    return subprocess.Popen(
        command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


class TestFolder:
    def test_a_workstations_is_no_hub(self, desk, griddesk):
        asked = (
            ("hub", "--data", desk),
            ("hub", "--data", desk, "--store", "postgresql://x@127.0.0.1:1/x"),
            ("hub", "--data", desk, "--revoke", "A1"),
            ("enrol", "--new-code", "--town", TOWN, "--data", desk),
        )
        for command in asked:
            assert "griddesk room" in griddesk(*command, code=1)

    def test_one_whose_record_is_in_a_database_says_so(self, tmp_path, cluster, griddesk):
        folder = tmp_path / "hub"
        init_district(folder, cluster.place(), "区级交换", "file")
        for command in (("hub",), ("enrol", "--new-code", "--town", TOWN)):
            said = griddesk(*command, "--data", folder, code=1)
            assert "请加 --store" in said


class TestArguments:
    def test_a_code_is_for_a_town_that_is_said(self, home, griddesk):
        assert "--town" in griddesk("enrol", "--new-code", "--data", home, code=2)

    def test_an_empty_address_is_not_a_file(self, tmp_path, griddesk):
        said = griddesk("hub", "--data", tmp_path / "new", "--store", "", code=2)
        assert "地址是空的" in said
        assert not (tmp_path / "new").exists()

    def test_certificate_and_key_go_together(self, home, certificate, griddesk):
        cert, key = certificate
        hub = ("hub", "--data", home, "--port", 0)
        assert "--tls-key" in griddesk(*hub, "--tls-cert", cert, code=3)
        assert "--tls-cert" in griddesk(*hub, "--tls-key", key, code=2)
        assert "读不了证书" in griddesk(*hub, "--tls-cert", home / "none", code=3)

    def test_an_address_of_another_machine(self, home, griddesk):
        said = griddesk("hub", "--data", home, "--host", "192.0.2.77", code=3)
        assert "本机没有 192.0.2.77" in said


@pytest.mark.parametrize(("host", "warns"), [("0.0.0.0", True), ("127.0.0.1", False)])
def test_a_line_in_the_clear_is_said(home, host, warns):
    with _serving(home, "--host", host) as hub:
        assert "已启动" in hub.stdout.readline()
        hub.terminate()
        assert ("没有加密" in hub.stderr.read()) is warns


class TestRevoking:
    def test_by_id_or_by_code(self, home, griddesk):
        stations = [Author(station="A1"), Author(station="A2")]
        for one in stations:
            code = issue_code(home, TOWN)
            with open_service(home) as hub:
                hub.enrol(one.request(code))
        said = griddesk("hub", "--data", home, "--revoke", "A1", "--json", code=0)
        assert stations[0].site in said
        griddesk("hub", "--data", home, "--revoke", stations[1].site, code=0)
        with open_hub(home) as store:
            kinds = store.read(lambda c: [r[0] for r in c.execute("SELECT kind FROM peer")])
        assert kinds == ["revoked", "revoked"]
        assert "没有工位 C9" in griddesk("hub", "--data", home, "--revoke", "C9", code=1)

    def test_a_code_that_two_towns_have(self, home, griddesk):
        for town in (TOWN, "990201009"):
            code = issue_code(home, town)
            with open_service(home) as hub:
                hub.enrol(Author(town=town, station="A1").request(code))
        assert "有几个工位" in griddesk("hub", "--data", home, "--revoke", "A1", code=1)


class TestDatabase:
    def test_why_it_does_not_open(self, cluster, tmp_path, griddesk):
        url = cluster.place()
        role = url.split("//")[1].split("@")[0]
        told = {
            url.rsplit("/", 1)[0] + "/absent": "没有 --store 里写的那个库",
            url.replace(f"//{role}@", "//nobody:geheim@"): "不让这个用户进",
            f"postgresql://nobody:geheim@127.0.0.1:{free_port()}/x": "数据库没有回答",
        }
        for number, (address, words) in enumerate(told.items()):
            said = griddesk("hub", "--data", tmp_path / str(number), "--store", address, code=3)
            assert words in said
            assert "geheim" not in said


@pytest.mark.parametrize(
    ("text", "row", "column"),
    [("这不是清单\n", 2, "code"), ("code,name\nZF02,暴露垃圾\n!!,x\n", 3, "code"),
     ("code,name\nZF02,\n", 2, "name"), ("", 2, "code")],
)  # fmt: skip
def test_a_list_of_classes_that_is_none(desk, tmp_path, text, row, column):
    (tmp_path / "own.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="publish_cell") as refused:
        open_publishing(desk, tmp_path / "hub", "x", tmp_path / "own.csv")
    assert refused.value.params == {"path": "own.csv", "row": row, "column": column}


def test_a_plain_address_of_an_encrypted_port(home, desk, certificate, monkeypatch, griddesk):
    cert, key = certificate
    monkeypatch.setenv("GRIDDESK_HOME", str(desk))
    with _serving(home, "--tls-cert", cert, "--tls-key", key) as hub:
        url = hub.stdout.readline().split("：", 1)[1].strip()
        said = griddesk("enrol", url.replace("https:", "http:"), "AAAAA-BBBBB", code=3)
        hub.terminate()
    assert "https://…" in said


def test_a_revoked_station_is_marked_in_the_list(desk, monkeypatch, griddesk):
    monkeypatch.setenv("GRIDDESK_HOME", str(desk))
    assert "已停用" not in griddesk("enrol", "--stations", code=0)
    with Store.open(desk) as store:
        own = store.read(own_site)
        store.write(lambda journal: put_peer(journal, REVOKED, own))
    assert griddesk("enrol", "--stations", code=0).rstrip().endswith("▲ 已停用")
    assert '"revoked":true' in griddesk("enrol", "--stations", "--json", code=0)
