"""Open311 GeoReport v2, as far as it reads: services, requests, discovery; in JSON and in XML.

The specification: https://wiki.open311.org/GeoReport_v2/; `page` and `page_size` are its common
extension. Nobody has to say who he is, so nothing personal is here: the class's name stands for a
description, the village for an address, the centre of the grid for a point
(`db/store/queries/publish.py`). Refusals are the specification's, not problem documents.
"""

import logging
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar
from xml.etree import ElementTree

import anyio
import orjson
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from db.answers import BUSY_SECONDS
from db.domain.calendar import DAY, HOUR, OFFSET
from db.domain.errors import GridDeskError
from db.publish.queries import (
    CLOSED,
    OPEN,
    PublicIncident,
    Service,
    public_between,
    public_named,
    services,
)
from db.publish.record import Publishing
from db.store.driver import Connection

T = TypeVar("T")

BASE = "/open311/v2"
MAX_DAYS = 90
MAX_REQUESTS = 1_000
MAX_IDS = 100
MAX_PAGE = 100_000
AT_A_TIME, READERS = 16, 2
"""Few, so that whoever asks here keeps no station from its exchange."""
MEDIA = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
_STATES = {"open": OPEN, "closed": CLOSED}
_ITEM = {
    "services": "service",
    "service_requests": "request",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
    "attributes": "attribute",
}
"""How XML calls one of several; JSON needs no name for it."""
_INSTANT = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})", re.ASCII
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may hold."""

log = logging.getLogger(__name__)

Named = tuple[str, Any]
"""The name of an answer's root, which only XML shows, and what it holds."""
Endpoint = Callable[[Request], Awaitable[Named]]


class _Refused(Exception):
    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.description = description


class Open311:
    """The endpoints over what a hub publishes."""

    def __init__(self, publishing: Publishing) -> None:
        self._record = publishing.record
        self._listed = publishing.listed
        self._contact = publishing.contact
        self._since = _w3(self._record.clock())
        self._turns = anyio.CapacityLimiter(AT_A_TIME)
        self._limiter = anyio.CapacityLimiter(READERS)

    def routes(self) -> list[Route]:
        """Return the routes of all there is, JSON and XML."""
        fixed = {"discovery": self.discovery, "services": self.services, "requests": self.requests}
        return [
            *(
                Route(f"{BASE}/{name}.{form}", self._answering(endpoint), methods=["GET"])
                for name, endpoint in fixed.items()
                for form in MEDIA
            ),
            Route(f"{BASE}/services/{{document}}", self._answering(self.service), methods=["GET"]),
            Route(f"{BASE}/requests/{{document}}", self._answering(self.request), methods=["GET"]),
        ]

    async def discovery(self, request: Request) -> Named:
        """Tell where what is."""
        url = request.url
        return "discovery", {
            "changeset": self._since,
            "contact": self._contact,
            "key_service": "No key is needed: nothing can be written here.",
            "endpoints": [
                {
                    "specification": "http://wiki.open311.org/GeoReport_v2",
                    "url": f"{url.scheme}://{url.netloc}{BASE}",
                    "changeset": self._since,
                    "type": "production",
                    "formats": [media.partition(";")[0] for media in MEDIA.values()],
                }
            ],
        }

    async def services(self, _: Request) -> Named:
        """List the classes that are published."""
        found = await self._ask(self._services)
        return "services", [_service(one) for one in found.values()]

    async def service(self, request: Request) -> Named:
        """Say which attributes a class has beside the common ones: none."""
        code = _stem(request)
        if code not in await self._ask(self._services):
            raise _Refused(404, "service_code not found")
        return "service_definition", {"service_code": code, "attributes": []}

    async def requests(self, request: Request) -> Named:
        """Find requests by number, or by time, class and status."""
        asked, now = request.query_params, self._record.clock()
        if numbers := _several(asked, "service_request_id"):
            if len(numbers) > MAX_IDS:
                raise _Refused(400, f"service_request_id: {MAX_IDS} at most")
            return await self._named(numbers)
        span = _span(asked, now)
        states = _states(asked)
        size = _count(asked, "page_size", MAX_REQUESTS, MAX_REQUESTS)
        offset = (_count(asked, "page", MAX_PAGE, 1) - 1) * size
        wanted = _several(asked, "service_code")

        def find(connection: Connection) -> Named:
            known = self._services(connection)
            codes = [code for code in known if not wanted or code in wanted]
            found = public_between(connection, codes, states, span, size, offset)
            return _requests(found, known)

        return await self._ask(find)

    async def request(self, request: Request) -> Named:
        """Find one request."""
        name, found = await self._named([_stem(request)])
        if not found:
            raise _Refused(404, "service_request_id not found")
        return name, found

    async def _named(self, numbers: list[str]) -> Named:
        def find(connection: Connection) -> Named:
            known = self._services(connection)
            return _requests(public_named(connection, list(known), numbers), known)

        return await self._ask(find)

    def _services(self, connection: Connection) -> dict[str, Service]:
        found = services(connection, self._listed, self._record.clock())
        return {one.code: one for one in found}

    async def _ask(self, query: Callable[[Connection], T]) -> T:
        work = partial(self._record.read, query)
        return await anyio.to_thread.run_sync(work, limiter=self._limiter)

    def _answering(self, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
        """Answer what an endpoint finds in the format asked for, and whatever it refuses."""

        async def answer(request: Request) -> Response:
            form = request.url.path.rpartition(".")[2]
            try:
                return _said(form, *await self._in_turn(endpoint, request))
            except _Refused as refused:
                return _refusal(form, refused.status, refused.description)
            except GridDeskError as error:
                log.error("not published: %s", error.code)
                return _refusal(form, 503, "not available now")
            except Exception as error:
                log.error("failed: %s", type(error).__name__)
                return _refusal(form, 500, "failed")

        return answer

    async def _in_turn(self, endpoint: Endpoint, request: Request) -> Named:
        try:
            self._turns.acquire_on_behalf_of_nowait(request)
        except anyio.WouldBlock:
            raise _Refused(503, "too many at a time") from None
        try:
            return await endpoint(request)
        finally:
            self._turns.release_on_behalf_of(request)


def _service(service: Service) -> dict[str, Any]:
    return {
        "service_code": service.code,
        "service_name": service.name,
        "description": service.name,
        "metadata": False,
        "type": "realtime",
        "keywords": None,
        "group": service.group,
    }


def _requests(found: list[PublicIncident], known: dict[str, Service]) -> Named:
    return "service_requests", [_request(one, known[one.class_code].name) for one in found]


def _request(incident: PublicIncident, class_name: str) -> dict[str, Any]:
    return {
        "service_request_id": incident.number,
        "status": "open" if incident.is_open else "closed",
        "status_notes": None,
        "service_name": class_name,
        "service_code": incident.class_code,
        "description": class_name,
        "agency_responsible": None,
        "service_notice": None,
        "requested_datetime": _w3(incident.taken_in_at),
        "updated_datetime": _w3(incident.updated_at),
        "expected_datetime": None,
        "address": ", ".join(incident.place) or None,
        "address_id": None,
        "zipcode": None,
        "lat": _degrees(incident.lat_e6),
        "long": _degrees(incident.lon_e6),
        "media_url": None,
    }


def _degrees(e6: int | None) -> float | None:
    return None if e6 is None else e6 / 1_000_000


def _w3(at: int) -> str:
    """Return an instant as local time with its offset."""
    hours = OFFSET // HOUR
    local = datetime.fromtimestamp((at + OFFSET) // 1_000, UTC)
    return f"{local:%Y-%m-%dT%H:%M:%S}+{hours:02d}:00"


# what is asked


def _stem(request: Request) -> str:
    """Return what a path names, without its format."""
    stem, _, form = str(request.path_params["document"]).rpartition(".")
    if form not in MEDIA:
        raise _Refused(404, "format not found: .json or .xml")
    return stem


def _several(asked: QueryParams, name: str) -> list[str]:
    """Return values given several times or behind commas; empty ones count as not given."""
    parts = [part.strip() for value in asked.getlist(name) for part in value.split(",")]
    return list(dict.fromkeys(part for part in parts if part))


def _states(asked: QueryParams) -> list[str]:
    wanted = _several(asked, "status") or list(_STATES)
    if not set(wanted) <= set(_STATES):
        raise _Refused(400, "status: open, closed")
    return [state for status in wanted for state in _STATES[status]]


def _span(asked: QueryParams, now: int) -> tuple[int, int]:
    """Return first and last instant; what is not given is ninety days from what is."""
    first, last = _instant(asked, "start_date"), _instant(asked, "end_date")
    if last is None:
        last = now if first is None else min(first + MAX_DAYS * DAY, max(now, first))
    if first is None:
        first = last - MAX_DAYS * DAY
    if not 0 <= last - first <= MAX_DAYS * DAY:
        raise _Refused(400, f"start_date to end_date: {MAX_DAYS} days at most")
    return first, last


def _instant(asked: QueryParams, name: str) -> int | None:
    # A plus sign that nobody escaped arrives as a blank.
    text = asked.get(name, "").strip().replace(" ", "+")
    if not text:
        return None
    try:
        if not _INSTANT.fullmatch(text):
            raise ValueError
        return int((datetime.fromisoformat(text) - _EPOCH).total_seconds() * 1_000)
    except (ValueError, OverflowError):
        raise _Refused(400, f"{name}: as 2010-01-01T00:00:00Z, with a zone") from None


def _count(asked: QueryParams, name: str, limit: int, default: int) -> int:
    text = asked.get(name, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= limit):
        raise _Refused(400, f"{name}: 1 to {limit}")
    return int(text)


# what is said


def _refusal(form: str, status: int, description: str) -> Response:
    answer = _said(form, "errors", [{"code": status, "description": description}])
    answer.status_code = status
    if status == 503:
        answer.headers["Retry-After"] = str(BUSY_SECONDS)
    return answer


def _said(form: str, name: str, value: Any) -> Response:
    is_xml = form == "xml"
    content = _xml(name, value) if is_xml else orjson.dumps(value)
    return Response(content, headers={"Content-Type": MEDIA["xml" if is_xml else "json"]})


def _xml(name: str, value: Any) -> bytes:
    written = ElementTree.tostring(_element(name, value), encoding="utf-8", xml_declaration=True)
    return bytes(written)


def _element(name: str, value: Any) -> ElementTree.Element:
    element = ElementTree.Element(name)
    if isinstance(value, dict):
        element.extend(_element(key, item) for key, item in value.items())
    elif isinstance(value, list):
        element.extend(_element(_ITEM[name], item) for item in value)
    elif value is not None:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        element.text = _NO_XML.sub("", text)
    return element
