"""What a hub publishes: as GeoReport v2 says, as a table, and nothing that is anybody's own."""

import csv
import io
import os
import re
import threading
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pyarrow.parquet
import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from schemathesis import checks

from db.commands.incidents import Report, act, report_incident
from db.domain.calendar import DAY
from db.domain.errors import EnvironmentError_, InputError
from db.domain.ops import Actor
from db.domain.scope import Scope, scope_of
from db.hub.describing import describe
from db.hub.server import Server
from db.hub.store import HubStore
from db.publish import tables
from db.publish.describing import EXPORT, with_published
from db.publish.open311 import BASE
from db.publish.queries import TableRow, count_table, table_pages
from db.publish.record import Beside, Publishing, open_publishing
from db.publish.tables import days_between, new_token, write_pieces
from db.store.envelopes import Caller
from db.store.store import RECORD, Store
from desktop.i18n import MESSAGES
from tests.db.hub.asking import WEB, is_problem
from tests.db.store import rig as record
from tests.db.sync import rig
from tests.faults.soak import SEED

CLERK = Actor("zhou", "周岚", (*record.CLERK.roles, "supervisor"))
POTHOLE, QUARREL = "ZF09", "GZ01"
SECRETS = ("欧阳锋芒", "13912345678", "采莲路18号3幢402室", "隔壁吵架动手", "吕师傅")
"""A person, a phone, an address, what somebody told, who works on it."""
TABLE = "/export/incidents"
CHECKS = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
DOCUMENT = with_published(describe("1"))
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
MONTH = {"from": "2026-11-01", "to": "2026-11-30"}
FIELDS = {
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
    "agency_responsible", "service_notice", "requested_datetime", "updated_datetime",
    "expected_datetime", "address", "address_id", "zipcode", "lat", "long", "media_url",
}  # fmt: skip
"""Of a request, as the specification documents them."""
SERVICE_FIELDS = {
    "service_code", "service_name", "description", "metadata", "type", "keywords", "group",
}  # fmt: skip
W3 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")


class Town:
    """A station's record beside a hub, and the hub that publishes it."""

    def __init__(self, folder):
        self.home, self.data = folder / "station", folder / "hub"
        self.clock = record.Clock()
        record.make_site(self.home, clock=self.clock)
        self.data.mkdir()
        self.store = Store.open(self.home, clock=self.clock)
        self.beside = Beside(self.home, record.key_of(self.home), self.clock)
        listed = open_publishing(self.home, self.data, "").listed
        self.publishing = Publishing(self.beside, listed, self.data, "示例区")
        self.token = new_token(self.data)

    def report(self, class_code=POTHOLE, *, is_accepted=True, **values):
        number = report_incident(
            self.store,
            CLERK,
            Report(
                {"content": SECRETS[3], "title": SECRETS[3], "address": SECRETS[2],
                 "area_code": record.GRID, "class_code": class_code, "urgency": "normal",
                 "reporter": SECRETS[0], "point": "124.974111,29.529222", **values},
                Caller(SECRETS[0], SECRETS[1]),
            ),
        ).number  # fmt: skip
        if is_accepted:
            self.act(number, "accept", not_duplicate=True)
        return number

    def act(self, number, action, **values):
        act(self.store, CLERK, scope_of(CLERK), number, action, values)

    def finish(self, number):
        self.act(number, "dispatch", lead=record.SZS, task=SECRETS[3])
        self.act(number, "sign", unit=record.SZS, contact=SECRETS[4])
        self.act(number, "feedback", unit=record.SZS, text=f"{SECRETS[3]}，已修好，现场复查",
                 contact=SECRETS[4], no_photo=SECRETS[3])  # fmt: skip
        self.act(number, "check_pass", outcome="resolved", public_reply=SECRETS[3],
                 close_rule_met=True)  # fmt: skip

    def put(self, sql, *parameters):
        """Write into the rows as no command would: what a hostile station could bring about."""
        self.store.write(lambda journal: journal.connection.execute(sql, parameters))


@pytest.fixture
def town(tmp_path):
    made = Town(tmp_path)
    made.put("UPDATE area SET lon_e6 = 124970000, lat_e6 = 29530000 WHERE code = ?", record.GRID)
    made.put("UPDATE area SET lon_e6 = 124980000, lat_e6 = 29540000 WHERE code = ?", record.VILLAGE)
    yield made
    made.store.close()


@pytest.fixture
def address(town, hub):
    server = Server(HubStore(hub), "127.0.0.1", 0, publishing=town.publishing)
    with rig.serving(server) as url:
        yield url


def get(address, path, **asked):
    return WEB.get(f"{address}{BASE}/{path}", params=asked)


def found(address, **asked):
    answer = get(address, "requests.json", **asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def numbers(address, **asked):
    return [one["service_request_id"] for one in found(address, **asked)]


def table(address, town, **asked):
    return WEB.get(
        address + TABLE,
        params={**MONTH, **asked},
        headers={"Authorization": f"Bearer {town.token}"},
    )


def csv_rows(answer):
    assert answer.status_code == 200, answer.text
    return csv_of(answer.content)


def csv_of(content):
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


class TestOpen311:
    def test_the_services_are_the_listed_classes(self, address):
        services = get(address, "services.json").json()
        assert all(set(one) == SERVICE_FIELDS for one in services)
        codes = {one["service_code"] for one in services}
        assert len(codes) == 9
        assert POTHOLE in codes
        assert not {code for code in codes if code[:2] in ("BM", "SC")} | ({QUARREL} & codes)
        assert {(one["metadata"], one["type"]) for one in services} == {(False, "realtime")}
        root = ElementTree.fromstring(get(address, "services.xml").content)
        assert root.tag == "services"
        assert {(one.tag, one.findtext("metadata")) for one in root} == {("service", "false")}
        assert {one.findtext("service_code") for one in root} == codes

    def test_a_service_has_no_attributes(self, address):
        assert get(address, f"services/{POTHOLE}.json").json() == {
            "service_code": POTHOLE, "attributes": []
        }  # fmt: skip
        root = ElementTree.fromstring(get(address, f"services/{POTHOLE}.xml").content)
        assert root.tag == "service_definition"
        assert [one.tag for one in root] == ["service_code", "attributes"]

    def test_discovery_names_the_endpoint(self, address):
        said = get(address, "discovery.json").json()
        assert set(said) == {"changeset", "contact", "key_service", "endpoints"}
        (endpoint,) = said["endpoints"]
        assert endpoint["url"] == f"{address}{BASE}"
        assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
        assert endpoint["formats"] == ["application/json", "text/xml"]
        root = ElementTree.fromstring(get(address, "discovery.xml").content)
        assert [one.text for one in root.iterfind("endpoints/endpoint/formats/format")] == [
            "application/json", "text/xml"
        ]  # fmt: skip

    def test_a_request_says_what_anybody_may_know(self, town, address):
        number = town.report()
        (one,) = found(address)
        assert set(one) == FIELDS
        name = "市政设施损坏（井盖、路灯、路面）"
        told = {name: value for name, value in one.items() if value is not None}
        times = {told.pop("requested_datetime"), told.pop("updated_datetime")}
        assert all(W3.fullmatch(at) for at in times)
        assert told == {
            "service_request_id": number, "status": "open", "service_name": name,
            "service_code": POTHOLE, "description": name, "address": "兴禾社区, 示例街道",
            "lat": 29.53, "long": 124.97,
        }  # fmt: skip
        root = ElementTree.fromstring(get(address, "requests.xml").content)
        assert (root.tag, [one.tag for one in root]) == ("service_requests", ["request"])
        assert {item.tag: item.text for item in root[0]} == {
            name: None if value is None else str(value) for name, value in one.items()
        }

    def test_one_that_is_done_is_closed(self, town, address):
        number = town.report()
        town.clock.now += DAY
        town.finish(number)
        (one,) = get(address, f"requests/{number}.json").json()
        assert one["status"] == "closed"
        assert one["updated_datetime"].startswith("2026-11-24")
        assert numbers(address, status="closed") == [number]
        assert numbers(address, status="open,closed") == [number]
        assert numbers(address, status="open") == []

    def test_what_is_not_shown(self, town, address):
        """Other classes, secret ones, what nobody took on, what was merged or thrown away."""
        shown, hidden = town.report(), [town.report(QUARREL), town.report(is_accepted=False)]
        for column, value in (("secrecy", 1), ("secrecy", 2), ("state", "merged"),
                              ("state", "void"), ("class_code", "none")):  # fmt: skip
            hidden.append(town.report())
            town.put(f"UPDATE incident SET {column} = ? WHERE number = ?", value, hidden[-1])
        assert numbers(address) == [shown]
        assert numbers(address, service_request_id=",".join([*hidden, shown])) == [shown]
        for number in hidden:
            assert get(address, f"requests/{number}.json").status_code == 404

    def test_a_class_that_is_called_otherwise_is_not_shown(self, town, hub):
        town.report()
        renamed = [one._replace(name="信访") for one in town.publishing.listed]
        publishing = town.publishing._replace(listed=renamed)
        server = Server(HubStore(hub), "127.0.0.1", 0, publishing=publishing)
        with rig.serving(server) as address:
            assert get(address, "services.json").json() == found(address) == []

    def test_found_by_class_and_time_and_page(self, town, address):
        made = []
        for code in (POTHOLE, "ZF02", POTHOLE):
            made.append(town.report(code))
            town.clock.now += DAY
        newest = made[::-1]
        assert numbers(address) == newest
        assert numbers(address, service_code="ZF02") == [made[1]]
        assert numbers(address, service_code=f"ZF02,{POTHOLE}") == newest
        assert numbers(address, service_code=QUARREL) == []
        assert numbers(address, page_size=2) == newest[:2]
        assert numbers(address, page_size=2, page=2) == newest[2:]
        assert numbers(address, start_date="2026-11-24T00:00:00+08:00") == newest[:2]
        assert numbers(address, end_date="2026-11-24T00:00:00Z") == made[:1]
        assert numbers(address, start_date="", status="", service_code="") == newest
        assert numbers(address, start_date="2026-11-24T00:00:00Z",
                       service_request_id=made[0]) == [made[0]]  # fmt: skip

    def test_ninety_days_and_no_more(self, town, address):
        number = town.report()
        town.clock.now += 91 * DAY
        assert numbers(address) == []
        assert numbers(address, start_date="2026-11-20T00:00:00Z") == [number]
        longer = get(address, "requests.json", start_date="2026-11-01T00:00:00Z",
                     end_date="2027-01-30T00:00:01Z")  # fmt: skip
        assert longer.status_code == 400

    @pytest.mark.parametrize(
        "asked",
        [
            {"status": "done"},
            {"start_date": "2026-11-01"},
            {"start_date": "2026-02-30T00:00:00Z"},
            {"start_date": "2026-11-02T00:00:00Z", "end_date": "2026-11-01T00:00:00Z"},
            {"page": "0"},
            {"page_size": "1001"},
            {"page": "x"},
            {"service_request_id": ",".join(map(str, range(101)))},
        ],
    )
    @pytest.mark.parametrize("form", ["json", "xml"])
    def test_refused_as_the_specification_says(self, address, form, asked):
        answer = get(address, f"requests.{form}", **asked)
        assert answer.status_code == 400
        self.is_error(answer, form, "400")

    @pytest.mark.parametrize("form", ["json", "xml"])
    @pytest.mark.parametrize("path", ["services/none", f"services/{QUARREL}", "requests/1"])
    def test_not_there(self, address, path, form):
        answer = get(address, f"{path}.{form}")
        assert answer.status_code == 404
        self.is_error(answer, form, "404")

    def is_error(self, answer, form, code):
        if form == "json":
            assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
            (error,) = answer.json()
            assert str(error["code"]) == code
        else:
            assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
            root = ElementTree.fromstring(answer.content)
            assert (root.tag, root[0].tag, root[0][0].text) == ("errors", "error", code)
            error = {item.tag: item.text for item in root[0]}
        assert set(error) == {"code", "description"}
        assert error["description"]

    def test_a_name_that_is_no_xml_is_written_all_the_same(self, town, address):
        town.report()
        town.put("UPDATE area SET name = ? WHERE code = ?", "<兴禾>\x01&", record.VILLAGE)
        root = ElementTree.fromstring(get(address, "requests.xml").content)
        assert root.findtext("request/address") == "<兴禾>&, 示例街道"

    def test_a_record_that_is_away_is_said(self, town, address):
        town.report()
        town.store.close()
        aside = (town.home / RECORD).rename(town.home / "aside")
        answer = get(address, "requests.xml")
        assert answer.status_code == 503
        self.is_error(answer, "xml", "503")
        aside.rename(town.home / RECORD)
        assert len(found(address)) == 1
        town.store = Store.open(town.home, clock=town.clock)


class TestTable:
    def test_a_row_an_incident(self, town, address):
        number, other = town.report(), town.report(QUARREL, is_accepted=False)
        town.clock.now += 3_600_000
        town.finish(number)
        answer = table(address, town)
        assert answer.headers["X-Row-Count"] == "2"
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        rows = csv_rows(answer)
        assert [row["number"] for row in rows] == [number, other]
        row = rows[0]
        assert list(row) == list(TableRow._fields)
        assert (row["platform"], row["class_code"], row["state"]) == ("ZF", POTHOLE, "closed")
        assert (row["town_code"], row["village_code"]) == (record.TOWN, record.VILLAGE)
        assert (row["area_code"], row["lead_unit"]) == (record.GRID, record.SZS)
        assert (row["units"], row["handle_met"]) == (record.SZS, "1")
        assert row["taken_in_at"] == "2026-11-23 14:32:00"
        assert row["sent_at"] == row["closed_at"] == "2026-11-23 15:32:00"
        assert (rows[1]["accepted_at"], rows[1]["accept_met"]) == ("", "")

    def test_a_limit_that_passed(self, town, address):
        town.report(is_accepted=False)
        town.clock.now += 7 * DAY
        assert [row["accept_met"] for row in csv_rows(table(address, town))] == ["0"]

    def test_parquet_says_the_same(self, town, address):
        for code in (POTHOLE, QUARREL, POTHOLE):
            town.report(code)
        answer = table(address, town, format="parquet")
        file = pyarrow.parquet.ParquetFile(io.BytesIO(answer.content))
        assert file.metadata.num_rows == int(answer.headers["X-Row-Count"]) == 3
        assert file.metadata.metadata[b"griddesk.rows"] == b"3"
        rows = file.read().to_pylist()
        written = csv_rows(table(address, town))
        assert [list(row) for row in rows] == [list(row) for row in written]
        for row, text in zip(rows, written, strict=True):
            assert row["taken_in_at"].timestamp() * 1_000 == record.NOW
            assert row["accept_met"] is {"1": True, "0": False, "": None}[text["accept_met"]]
            assert all(row[name] == text[name] for name in ("number", "class_code", "units"))

    def test_without_the_package_there_is_no_parquet(self, town, address, monkeypatch):
        monkeypatch.setattr(tables, "has_parquet", lambda: False)
        problem = is_problem(table(address, town, format="parquet"), 501, "parquet_missing")
        assert "pip install" in problem["detail"]
        with pytest.raises(EnvironmentError_, match="parquet_missing"):
            write_pieces("parquet", [], 0)
        assert table(address, town).status_code == 200

    def test_no_cell_is_a_formula(self, town, address):
        number = town.report()
        town.put("INSERT INTO unit VALUES (99, '=1+1', 'x', 'x', 'x', 'team', '', 0, '', '')")
        town.put("UPDATE incident SET lead_unit = '=1+1' WHERE number = ?", number)
        assert [row["lead_unit"] for row in csv_rows(table(address, town))] == ["'=1+1"]

    def test_both_days_count_and_secret_ones_do_not(self, town, address):
        town.report()
        for secrecy in (1, 2):
            town.put("UPDATE incident SET secrecy = ? WHERE number = ?", secrecy, town.report())
        for first, last, count in (
            ("2026-11-23", "2026-11-23", 1),
            ("2026-11-01", "2026-11-22", 0),
            ("2026-11-24", "2026-11-30", 0),
        ):
            answer = table(address, town, **{"from": first, "to": last})
            assert answer.headers["X-Row-Count"] == str(count)
            assert len(csv_rows(answer)) == count

    @pytest.mark.parametrize("header", ["", "Bearer x", "Bearer", "Basic eDp4", "Bearer 你"])
    def test_only_who_bears_the_word(self, town, address, header):
        answer = WEB.get(address + TABLE, params=MONTH, headers={"Authorization": header.encode()})
        is_problem(answer, 401, "export_token")
        assert answer.headers["WWW-Authenticate"] == "Bearer"

    def test_a_new_word_takes_the_place_of_the_old_one(self, town, address):
        kept = (town.data / "export-token").read_text()
        assert town.token not in kept
        assert table(address, town).status_code == 200
        old, town.token = town.token, new_token(town.data)
        assert table(address, town).status_code == 200
        town.token = old
        is_problem(table(address, town), 401, "export_token")
        (town.data / "export-token").unlink()
        is_problem(table(address, town), 401, "export_token")

    @pytest.mark.parametrize(
        "asked",
        [
            {"from": "2026-11-30", "to": "2026-11-01"},
            {"from": ""},
            {"to": "2026-02-30"},
            {"from": "20261101"},
            {"to": "9999-12-31"},
        ],
    )
    def test_what_are_no_days(self, town, address, asked):
        is_problem(table(address, town, **asked), 400, "export_days")
        is_problem(table(address, town, format="xlsx"), 400, "export_format")

    def test_not_too_often(self, town, address):
        for _ in range(tables.AN_HOUR):
            assert table(address, town).status_code == 200
        answer = table(address, town)
        assert is_problem(answer, 429, "export_busy")["retry"]
        assert answer.headers["Retry-After"]

    def test_one_at_a_time(self, town, address, monkeypatch):
        begun, goes_on = threading.Event(), threading.Event()

        def slow(*given):
            yield from table_pages(*given)
            begun.set()
            goes_on.wait(30)

        town.report()
        monkeypatch.setattr(tables, "table_pages", slow)
        first = threading.Thread(target=table, args=(address, town))
        first.start()
        assert begun.wait(30)
        is_problem(table(address, town), 429, "export_busy")
        goes_on.set()
        first.join()
        monkeypatch.undo()
        assert table(address, town).status_code == 200

    def test_one_that_changes_on_its_way_is_broken_off(self, town, address, monkeypatch):
        town.report()
        real = tables.table_pages

        def lost(read, span, now):
            return real(read, span._replace(rows=span.rows + 1), now)

        monkeypatch.setattr(tables, "table_pages", lost)
        with pytest.raises(httpx.RemoteProtocolError):
            table(address, town)
        monkeypatch.undo()
        assert table(address, town).status_code == 200

    def test_what_comes_meanwhile_is_in_the_next_one(self, town):
        town.report()
        span = town.beside.read(
            lambda c: count_table(c, Scope("x", frozenset()), *days_between(*MONTH.values()))
        )
        town.report()
        pages = list(table_pages(town.beside.read, span, town.clock()))
        assert [len(rows) for rows in pages] == [1]


def made(town, form):
    """A table as it is made, apart from the line."""
    span = town.beside.read(
        lambda c: count_table(c, Scope("x", frozenset()), *days_between(*MONTH.values()))
    )
    pages = table_pages(town.beside.read, span, town.clock())
    return b"".join(write_pieces(form, pages, span.rows))


class TestLeaks:
    """Names, phones, addresses and words planted wherever an incident has room for any text."""

    PATHS = ("discovery", "services", "requests", f"services/{POTHOLE}")

    def leaks(self, town, address, paths=PATHS):
        numbers = [row[0] for row in record.rows(town.store, "SELECT number FROM incident")]
        said = [
            get(address, f"{path}.{form}").content
            for path in (*paths, *(f"requests/{number}" for number in numbers))
            for form in ("json", "xml")
        ]
        rows = pyarrow.parquet.read_table(io.BytesIO(made(town, "parquet"))).to_pylist()
        said += [made(town, "csv"), repr(rows).encode()]
        text = b"\n".join(said).decode()
        return [secret for secret in SECRETS if secret in text]

    def test_of_what_people_write(self, town, address):
        for code in (POTHOLE, QUARREL):
            town.finish(town.report(code))
            town.report(code)
        assert len(found(address)) == 2
        assert self.leaks(town, address) == []

    def test_of_what_a_hostile_station_puts_in_any_field(self, town, address):
        """All of it in each field, and a phone alone, which could be a code by its shape."""
        town.finish(town.report())
        before = csv_of(made(town, "csv"))
        tried = 0
        for name in ("incident", "assignment", "timer", "step"):
            where = "WHERE n = 1" if name in ("timer", "step") else ""
            for _, column, kind, *_ in record.rows(town.store, f"PRAGMA table_info({name})"):
                if kind != "TEXT" or column == "detail":
                    continue
                kept = record.rows(town.store, f'SELECT "{column}" FROM {name} {where}')[0][0]
                for planted in (" ".join(SECRETS), SECRETS[1]):
                    town.put(f'UPDATE {name} SET "{column}" = ? {where}', planted)
                    assert self.leaks(town, address, ["requests"]) == [], (name, column)
                    tried += 1
                town.put(f'UPDATE {name} SET "{column}" = ? {where}', kept)
        assert tried > 100
        assert csv_of(made(town, "csv")) == before

    def test_a_leak_would_be_found(self, town, address):
        town.report()
        town.put("UPDATE area SET name = ? WHERE code = ?", SECRETS[0], record.VILLAGE)
        assert self.leaks(town, address) == [SECRETS[0]]


class TestDocument:
    def test_it_is_served_where_there_is_something(self, address, url):
        paths = WEB.get(f"{address}/v1/openapi.json").json()["paths"]
        assert {TABLE, f"{BASE}/requests.json", f"{BASE}/services/{{document}}"} <= set(paths)
        assert TABLE not in WEB.get(f"{url}/v1/openapi.json").json()["paths"]
        for path in (TABLE, f"{BASE}/requests.json"):
            is_problem(WEB.get(url + path), 404, "not_found")

    def test_every_code_has_a_sentence(self):
        assert set(EXPORT) <= set(MESSAGES)

    @pytest.mark.parametrize("path", sorted(DOCUMENT["paths"].keys() - describe("1")["paths"]))
    def test_it_is_answered_as_said(self, town, address, path):
        town.report()
        operation = SCHEMA[path]["GET"]

        @seed(SEED)
        @settings(max_examples=8, deadline=None, database=None,
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(case=operation.as_strategy())
        def run(case):
            case.call_and_validate(base_url=address, checks=CHECKS)

        run()
        if path == TABLE:
            case = operation.Case(query=MONTH, headers={"Authorization": f"Bearer {town.token}"})
        elif path.endswith("}"):
            name = POTHOLE if "services" in path else numbers(address)[0]
            case = operation.Case(path_parameters={"document": f"{name}.json"})
        else:
            case = operation.Case()
        assert case.call_and_validate(base_url=address, checks=CHECKS).status_code == 200


class TestOpening:
    def test_a_list_of_ones_own(self, town, tmp_path):
        file = tmp_path / "own.csv"
        file.write_text("code,name\nZF02,暴露垃圾\n", encoding="utf-8-sig")
        opened = open_publishing(town.home, town.data, "x", file)
        assert [tuple(one) for one in opened.listed] == [("ZF02", "暴露垃圾")]
        file.write_text("class\nZF02\n", encoding="utf-8")
        with pytest.raises(InputError, match="publish_cell"):
            open_publishing(town.home, town.data, "x", file)

    def test_the_hubs_own_folder_and_none_at_all(self, town, tmp_path):
        with pytest.raises(InputError, match="publish_hub"):
            open_publishing(town.data, town.data, "x")
        with pytest.raises(EnvironmentError_, match="record_missing"):
            open_publishing(tmp_path / "none", town.data, "x")

    def test_the_bundled_list_names_classes_that_are(self, town):
        from db.store.lists import default_policy

        classes = default_policy().classes
        assert {one.code: one.name for one in town.publishing.listed} == {
            one.code: classes[one.code].name for one in town.publishing.listed
        }


def test_a_long_table_needs_no_more_memory_than_a_short_one(town):
    """A hundred and fifty thousand rows, written straight into the tables."""
    town.report()
    columns = [row[1] for row in record.rows(town.store, "PRAGMA table_info(incident)")]
    drawn = {
        "rid": "1000 + n", "id": "'x' || n", "taken_in_at": "taken_in_at + n",
        "number": f"'{record.TOWN}-20261123-A1' || printf('%06d', n)",
    }  # fmt: skip
    picked = ", ".join(drawn.get(name, name) for name in columns)
    town.put(
        f"WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted"
        f" WHERE n < 149999) INSERT INTO incident SELECT {picked} FROM incident, counted"
    )
    span = town.beside.read(
        lambda c: count_table(c, Scope("x", frozenset()), *days_between(*MONTH.values()))
    )
    assert span.rows == 150_000
    for form, least in (("csv", 20_000_000), ("parquet", 1_000_000)):
        length, before, most = 0, resident(), 0
        pages = table_pages(town.beside.read, span, town.clock())
        for piece in write_pieces(form, pages, span.rows):
            length, most = length + len(piece), max(most, resident())
        assert length > least
        assert most - before < 64 * 1024 * 1024


def resident():
    """Bytes of memory that this process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
