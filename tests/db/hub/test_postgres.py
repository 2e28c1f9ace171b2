"""A hub on PostgreSQL: several services, a server that dies, a line that breaks."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import httpx
import orjson
import psycopg
import pytest

from db.domain.errors import EnvironmentError_, InputError
from db.hub.pg_blobs import BesidePg
from db.hub.pg_start import NewHub, open_ledger
from db.hub.server import init_district, issue_code, open_service, tell_restored
from db.hub.store import HubStore
from db.sync.signing import request_text
from tests.db.hub.authors import DISTRICT, Author
from tests.db.hub.kept import Kept
from tests.db.hub.wires import Wire
from tests.db.sync.rig import ROOT, until


def is_whole(kept, author):
    """What the record has of a chain is a beginning of it, once, and its head is the last."""
    rows = kept.ops_of(author)
    assert [body for _, body in rows] == author.bodies[: len(rows)]
    assert [seq for seq, _ in rows] == list(range(1, len(rows) + 1))
    heads = kept.rows(
        "SELECT head_seq FROM chain JOIN site ON site.n = chain.site WHERE site.id = ?", author.site
    )
    assert heads == ([(len(rows),)] if rows else [])
    return len(rows)


def waiting_backends(cluster, text):
    """The server processes that wait for a lock in the midst of a statement."""
    with cluster.admin() as connection:
        return [
            pid
            for pid, query in connection.execute(
                "SELECT pid, query FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            )
            if text in query
        ]  # fmt: skip


@contextmanager
def barred(cluster, district, author, seq):
    """Hold the name of one op meanwhile: who writes it waits. Our line may die with others."""
    with suppress(psycopg.OperationalError), cluster.admin(district.url) as connection:
        connection.execute("BEGIN")
        connection.execute(
            "INSERT INTO op (site, epoch, seq, hash, body)"
            " SELECT site, epoch, %s, hash, body FROM op WHERE epoch = %s AND seq = 1",
            (seq, author.epoch),
        )
        yield


def in_background(work):
    pool = ThreadPoolExecutor(1)
    future = pool.submit(work)
    pool.shutdown(wait=False)
    return future


class TestServerThatDies:
    @pytest.fixture
    def district(self, frail, tmp_path):
        made = Kept(tmp_path, frail.place())
        yield made
        made.close()

    def test_killed_in_the_midst_of_a_batch(self, frail, district):
        """The system kills one server process; the server starts all of them anew."""
        author = district.enrolled().write(2_000)
        district.hub.take(author.batch(1, 1))
        with barred(frail, district, author, 1_500):
            taking = in_background(lambda: district.hub.take(author.batch()))
            until(lambda: waiting_backends(frail, "COPY"), 20)
            frail.kill_backend(*waiting_backends(frail, "COPY"))
            error = taking.exception(30)
        assert error is None or error.code == "hub_database_unreachable"
        until(lambda: _answers(district), 30)
        is_whole(district, author)
        taken = district.other.take(author.batch())
        assert taken.added + taken.duplicates == author.seq == is_whole(district, author)

    @pytest.mark.parametrize("mode", ["fast", "immediate"])
    def test_restarted_between_two_batches(self, frail, district, mode):
        author = district.enrolled().write(5)
        district.hub.take(author.batch(1, 3))
        frail.restart(mode)
        assert district.hub.take(author.batch(4)).added == author.seq - 3
        assert district.other.station(author.site) == district.hub.station(author.site)
        assert is_whole(district, author) == author.seq

    def test_while_it_is_down_callers_are_asked_to_come_later(self, frail, district):
        author = district.enrolled().write(5)
        with served(district) as url:
            frail.stop()
            try:
                answer = push(url, district.hub, author, author.batch())
                assert (answer.status_code, answer.json()["code"]) == (503, "hub_busy")
                assert int(answer.headers["Retry-After"]) > 0
                assert answer.json()["retry"] is True
            finally:
                frail.start()
            assert push(url, district.hub, author, author.batch()).status_code == 200
        assert is_whole(district, author) == author.seq


def _answers(district):
    try:
        return district.hub.incarnation()
    except EnvironmentError_:
        return False


class TestLineThatBreaks:
    @pytest.fixture
    def line(self, district):
        wire = Wire(district.url)
        with open_ledger(wire.url, district.home) as ledger:
            yield wire, HubStore(ledger, BesidePg(ledger))
        wire.close()

    def test_after_the_commit_before_its_answer(self, district, line):
        wire, hub = line
        author = district.enrolled().write(9)
        wire.cut = "after"
        with pytest.raises(EnvironmentError_, match="hub_database_unreachable"):
            hub.take(author.batch())
        assert wire.cuts == 1
        assert is_whole(district, author) == author.seq
        taken = hub.take(author.batch())
        assert (taken.added, taken.duplicates) == (0, author.seq)
        assert is_whole(district, author) == author.seq

    def test_before_the_commit_arrived(self, district, line):
        wire, hub = line
        author = district.enrolled().write(9)
        wire.cut = "before"
        with pytest.raises(EnvironmentError_, match="hub_database_unreachable"):
            hub.take(author.batch())
        assert wire.cuts == 1
        assert is_whole(district, author) == 0
        assert hub.take(author.batch()).added == author.seq


def test_ops_beyond_a_head_were_never_acknowledged(district):
    """Half a commit of two servers leaves them; the same ops are brought again."""
    author = district.enrolled().write(5)
    district.hub.take(author.batch(1, 3))
    author.write(2)
    with psycopg.connect(district.url) as connection:
        connection.execute(
            "INSERT INTO op (site, epoch, seq, hash, body)"
            " SELECT site, epoch, 4, %s, %s FROM op WHERE epoch = %s AND seq = 1",
            (author.digests[4], author.bodies[3], author.epoch),
        )
    assert district.hub.take(author.batch()).added == author.seq - 3
    assert is_whole(district, author) == author.seq


@pytest.mark.parametrize("change", ["UPDATE op SET body = hash", "DELETE FROM op"])
def test_the_journal_is_never_changed(district, change):
    with psycopg.connect(district.url) as connection, pytest.raises(psycopg.errors.RaiseException):
        connection.execute(change)


class TestServicesAtATime:
    def test_one_chain_two_writers(self, district):
        """Each brings all of it, again and again: what one takes in is known to the other."""
        author = district.enrolled()
        author.write(400)
        steps = [(first, first + 39) for first in range(1, 401, 40)]

        def bring(hub):
            for first, last in steps:
                for again in (False, True):
                    hub.take(author.batch(1 if again else first, last))

        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(bring, hub) for hub in (district.hub, district.other)]:
                done.result()
        assert is_whole(district, author) == 400

    def test_two_branches_one_stands(self, district):
        author = district.enrolled()
        district.hub.take(author.batch())
        copies = [author.copy().write(50, text) for text in ("这边", "那边")]
        start = threading.Barrier(2)

        def bring(hub, one):
            start.wait()
            try:
                return hub.take(one.batch()).added
            except InputError as error:
                return error.code

        with ThreadPoolExecutor(2) as pool:
            hubs = (district.hub, district.other)
            got = list(pool.map(bring, hubs, copies))
        assert sorted(map(str, got)) == ["50", "fork"]
        assert is_whole(district, copies[got.index(50)]) == 51
        assert len(district.dump()["fork"]) == 50

    def test_many_sites_at_once(self, district):
        authors = [district.enrolled(station=f"{n:02d}").write(60) for n in range(12)]
        carrier = authors[0]

        def bring(number):
            hub = (district.hub, district.other)[number % 2]
            one = authors[number]
            hub.take(one.batch(1, 30))
            hub.heard(one.site, _told())
            hub.take(one.batch(20))
            return hub.take(carrier.batch()).heads

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(bring, range(12)))
        for one in authors:
            assert is_whole(district, one) == one.seq
        (total,) = district.rows("SELECT count(*) FROM op")[0]
        assert total == 1 + sum(one.seq for one in authors)

    def test_a_code_is_used_once(self, district):
        code = district.code(DISTRICT + "103")

        def enrol(pair):
            hub, station = pair
            try:
                return hub.enrol(Author(station=station).request(code)).hub.id
            except Exception as error:
                return error.code

        with ThreadPoolExecutor(2) as pool:
            got = list(pool.map(enrol, [(district.hub, "A1"), (district.other, "A2")]))
        assert sorted(got, key=len) == ["enrol_code_used", district.hub.id]

    def test_a_station_code_is_taken_once(self, district):
        pairs = [(hub, Author(), district.code(DISTRICT + "103"))
                 for hub in (district.hub, district.other)]  # fmt: skip
        start = threading.Barrier(2)

        def enrol(pair):
            hub, author, code = pair
            start.wait()
            try:
                return hub.enrol(author.request(code)).hub.id
            except Exception as error:
                return error.code

        with ThreadPoolExecutor(2) as pool:
            got = list(pool.map(enrol, pairs))
        assert sorted(got) == sorted([district.hub.id, "station_taken"])

    def test_real_processes_tell_each_other_s_news(self, district):
        """A station waits at one process; another one takes in what it waits for."""
        author, reader = district.enrolled().write(3), district.enrolled(station="A2")
        with process(district) as near, process(district) as far:
            heads = ask(near, district.hub, reader, "/v1/heads", {"heads": []}).json()["have"]
            waiting = in_background(
                lambda: ask(
                    near, district.hub, reader, "/v1/wait", {"heads": heads, "seconds": 20}
                ).json()
            )
            assert push(far, district.hub, author, author.batch()).status_code == 200
            assert waiting.result(25) == {"news": True}


class TestIdentity:
    def test_services_that_begin_at_once_are_one_hub(self, cluster, tmp_path):
        url = cluster.place()

        def begin(_):
            with open_ledger(url, tmp_path / "hub", NewHub("区级交换", DISTRICT, "file")) as one:
                return one.site.id, one.secret("sign_key")

        with ThreadPoolExecutor(4) as pool:
            assert len(set(pool.map(begin, range(4)))) == 1

    def test_another_folder_is_another_hub(self, cluster, tmp_path):
        url = cluster.place()

        def begin(name):
            try:
                open_ledger(url, tmp_path / name, NewHub("区级交换", DISTRICT, "file")).close()
            except EnvironmentError_ as error:
                return error.code
            return "made"

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(begin, ("one", "two"))) == ["hub_key_missing", "made"]

    def test_the_database_has_the_keys_sealed_only(self, district):
        key = district.hub._store.secret("sign_key")
        stored = dict(district.rows("SELECT k, v FROM secret"))
        assert stored.keys() == {"sign_key", "box_key"}
        assert all(key not in value for value in stored.values())

    def test_a_folder_with_another_key_opens_nothing(self, district):
        (district.home / "key").chmod(0o600)
        (district.home / "key").write_text("00" * 32)
        with pytest.raises(EnvironmentError_, match="key_wrong"):
            open_ledger(district.url, district.home)

    def test_an_empty_database_is_no_hub_of_this_folder(self, cluster, district):
        empty = cluster.place()
        init_district(district.home, empty, "区级交换", "file")
        with pytest.raises(EnvironmentError_, match="hub_record_missing"):
            open_ledger(empty, district.home)

    def test_a_newer_programs_tables_are_left_alone(self, district):
        with psycopg.connect(district.url) as connection:
            connection.execute("UPDATE meta SET v = '99' WHERE k = 'version'")
        with pytest.raises(EnvironmentError_, match="schema_newer"):
            open_ledger(district.url, district.home)

    def test_a_server_that_may_lose_what_it_acknowledged_is_refused(self, cluster, district):
        with cluster.admin() as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        try:
            until(lambda: _setting(cluster, "fsync") == "off")
            with pytest.raises(EnvironmentError_, match="hub_database_unsafe"):
                open_ledger(district.url, district.home)
        finally:
            with cluster.admin() as connection:
                connection.execute("ALTER SYSTEM RESET fsync")
                connection.execute("SELECT pg_reload_conf()")
            until(lambda: _setting(cluster, "fsync") == "on")

    def test_a_commit_is_waited_for_whatever_the_database_says(self, cluster, district):
        name = urlsplit(district.url).username
        with cluster.admin() as connection:
            connection.execute(f"ALTER ROLE {name} SET synchronous_commit = off")
        with open_ledger(district.url, district.home) as ledger:
            said = ledger.read(lambda c: c.execute("SHOW synchronous_commit").fetchone())
        assert said == ("on",)

    def test_no_server_and_no_address(self, tmp_path):
        with pytest.raises(EnvironmentError_, match="hub_database_unreachable"):
            open_ledger("postgresql://nobody@127.0.0.1:1/none", tmp_path)
        with pytest.raises(InputError, match="hub_store_malformed"):
            open_ledger("nonsense", tmp_path)

    def test_a_text_that_the_database_cannot_hold(self, district):
        carrier, author = district.enrolled(station="A2"), Author(station="\0")
        with pytest.raises(InputError, match="request_malformed"):
            district.hub.enrol(author.request(district.code(author.town)))
        assert carrier


def test_without_the_driver_it_is_said(tmp_path):
    program = (
        "import sys; sys.modules['psycopg'] = None; from desktop.__main__ import main;"
        f"sys.argv[1:] = ['hub', '--data', {str(tmp_path)!r}, '--store', 'postgresql:///x'];"
        "sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 3
    assert "PostgreSQL 的驱动" in done.stderr
    assert not list(tmp_path.iterdir())


class TestPutBack:
    """The database comes from an older copy: what the stations have comes back."""

    def test_it_is_noticed_and_made_good(self, cluster, tmp_path):
        kept = Kept(tmp_path, cluster.database())
        author, reader = kept.enrolled().write(20), kept.enrolled(station="A2")
        kept.hub.take(author.batch(1, 10))
        kept.close()
        older = cluster.database(kept.url)
        with open_service(kept.home, kept.url) as hub:
            before = hub.incarnation()
            hub.take(author.batch(11))
            hub._store._witness._noted_at = 0.0
            hub.heard(author.site, _told())
        with open_service(kept.home, older) as hub:
            assert hub.incarnation() != before
            want = hub.compare(author.peer, [author.head()]).want
            assert [(one.site, one.from_seq) for one in want] == [(author.site, 11)]
            assert hub.take(author.batch(11)).added == 11
            assert hub.compare(reader.peer, [author.head()]).forks == []

    def test_an_operator_says_so(self, district):
        before = district.hub.incarnation()
        told = tell_restored(district.home, url=district.url)
        assert before != told == district.hub.incarnation() == district.other.incarnation()

    def test_codes_are_issued_beside_a_service(self, district):
        code = issue_code(district.home, DISTRICT + "103", url=district.url)
        assert district.hub.enrol(Author().request(code)).hub.id == district.hub.id


def _told():
    from db.hub.stations import Told

    return Told(app="0.1.0", held=0, unsent=0, skew_ms=5, known=1)


def _setting(cluster, name):
    with cluster.admin() as connection:
        return connection.execute(f"SHOW {name}").fetchone()[0]


@contextmanager
def process(kept):
    """A service in a process of its own; gives its address."""
    program = [sys.executable, "-m", "desktop", "hub", "--data", str(kept.home), "--port", "0",
               "--store", kept.url, "--json"]  # fmt: skip
    running = subprocess.Popen(program, stdout=subprocess.PIPE, cwd=ROOT)
    try:
        yield orjson.loads(running.stdout.readline())["url"]
    finally:
        running.terminate()
        running.wait(20)
        running.stdout.close()


@contextmanager
def served(kept):
    """A service on a thread; gives its address."""
    from db.hub.server import Server

    server = Server(kept.hub, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server.url
    finally:
        server.should_exit = True
        thread.join()


def post(url, hub, author, path, body):
    nonce = hub.nonce(60_000)
    message = request_text(hub.id, "POST", path, nonce, body)
    headers = {"X-Site": author.site, "X-Nonce": nonce,
               "X-Signature": author.signer.sign(message).hex()}  # fmt: skip
    return httpx.post(url + path, content=body, headers=headers, timeout=60, trust_env=False)


def push(url, hub, author, data):
    return post(url, hub, author, "/v1/batch", data)


def ask(url, hub, author, path, document):
    return post(url, hub, author, path, orjson.dumps(document))
