"""What a hub that publishes adds to its OpenAPI document."""

from typing import Any

from db.answers import PROBLEM_TYPE
from db.publish.open311 import BASE, MAX_PAGE, MAX_REQUESTS, MEDIA
from db.publish.queries import NUMBER
from db.publish.tables import COUNT_HEADER, PATH
from db.publish.tables import MEDIA as TABLE_MEDIA

Json = dict[str, Any]

EXPORT = ("export_token", "export_days", "export_format", "export_busy", "parquet_missing")
"""What a table may be refused with, beside what any request may be."""
_MAYBE = {"type": ["string", "null"]}
_TEXT = {"type": "string"}
_TIME = {"type": "string", "format": "date-time"}
_DEGREES = {"type": ["number", "null"]}
_SERVICE = {
    "service_code": _TEXT, "service_name": _TEXT, "description": _TEXT,
    "metadata": {"const": False}, "type": {"const": "realtime"}, "keywords": _MAYBE,
    "group": _TEXT,
}  # fmt: skip
_REQUEST = {
    "service_request_id": {"type": "string", "pattern": f"^{NUMBER.pattern}$"},
    "status": {"enum": ["open", "closed"]}, "status_notes": _MAYBE, "service_name": _TEXT,
    "service_code": _TEXT, "description": _TEXT, "agency_responsible": _MAYBE,
    "service_notice": _MAYBE, "requested_datetime": _TIME, "updated_datetime": _TIME,
    "expected_datetime": _MAYBE, "address": _MAYBE, "address_id": _MAYBE, "zipcode": _MAYBE,
    "lat": _DEGREES, "long": _DEGREES, "media_url": _MAYBE,
}  # fmt: skip


def _object(members: Json) -> Json:
    return {
        "type": "object",
        "properties": members,
        "required": list(members),
        "additionalProperties": False,
    }


def _array(items: Json, limit: int) -> Json:
    return {"type": "array", "items": items, "maxItems": limit}


_REQUESTS = _array({"$ref": "#/components/schemas/Open311Request"}, MAX_REQUESTS)
SCHEMAS: Json = {
    "Open311Service": _object(_SERVICE),
    "Open311Definition": _object({"service_code": _TEXT, "attributes": _array({}, 0)}),
    "Open311Request": _object(_REQUEST),
    "Open311Discovery": _object(
        {
            "changeset": _TIME,
            "contact": _TEXT,
            "key_service": _TEXT,
            "endpoints": _array(
                _object(
                    {
                        "specification": {"const": "http://wiki.open311.org/GeoReport_v2"},
                        "url": _TEXT,
                        "changeset": _TIME,
                        "type": {"const": "production"},
                        "formats": _array(_TEXT, len(MEDIA)),
                    }
                ),
                1,
            ),
        }
    ),
    "Open311Errors": _array(_object({"code": {"type": "integer"}, "description": _TEXT}), 1),
}
_SERVICES = _array({"$ref": "#/components/schemas/Open311Service"}, 10_000)


def _query(name: str, schema: Json, description: str, *, is_required: bool = False) -> Json:
    return {
        "name": name,
        "in": "query",
        "required": is_required,
        "schema": schema,
        "description": description,
    }


_SEVERAL = {"type": "string", "maxLength": 2_000}
_ASKED = [
    _query("service_request_id", _SEVERAL, "Numbers, with commas between; the rest is passed over"),
    _query("service_code", _SEVERAL, "Classes, with commas between."),
    _query("start_date", _TIME, "From when on; ninety days before the end where not given."),
    _query("end_date", _TIME, "Until when; ninety days after the start at most."),
    _query("status", {"type": "string", "pattern": "^((open|closed)(,(open|closed))*)?$"}, "Which"),
    _query("page", {"type": "integer", "minimum": 1, "maximum": MAX_PAGE}, "From 1 on."),
    _query("page_size", {"type": "integer", "minimum": 1, "maximum": MAX_REQUESTS}, "At most."),
]


def _said(form: str, schema: Json) -> Json:
    media = MEDIA[form].partition(";")[0]
    return {media: {"schema": schema if form == "json" else {"type": "string"}}}


def _read(summary: str, forms: tuple[str, ...], schema: Json, *codes: int, **more: Any) -> Json:
    def content(of: Json) -> Json:
        return {media: said for form in forms for media, said in _said(form, of).items()}

    errors = content({"$ref": "#/components/schemas/Open311Errors"})
    if 404 in codes:
        # What names no format at all is refused in JSON.
        errors |= _said("json", {"$ref": "#/components/schemas/Open311Errors"})
    refused = {str(code): {"description": "Refused.", "content": errors} for code in codes}
    refused["503"] = {
        "description": "Busy, or the record cannot be read now: once more after Retry-After.",
        "content": errors,
        "headers": {"Retry-After": {"schema": {"type": "string", "pattern": r"^\d+$"}}},
    }
    found = {"description": "GeoReport v2.", "content": content(schema)}
    return {"get": {"summary": summary, **more, "responses": {"200": found, **refused}}}


def _document(stem: str) -> Json:
    return {
        "name": "document",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "pattern": r"^[0-9A-Za-z-]{1,40}\.(json|xml)$"},
        "description": f"The {stem}, and the format behind a full stop.",
    }


def _problem(description: str, **headers: Json) -> Json:
    schema = {"$ref": "#/components/schemas/Problem"}
    named = {name.replace("_", "-"): {"schema": value} for name, value in headers.items()}
    return {
        "description": description,
        "content": {PROBLEM_TYPE: {"schema": schema}},
        **({"headers": named} if named else {}),
    }


_DAY = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_TABLE = {
    "get": {
        "summary": "Incidents of a span of days as a table, one row each, without any text.",
        "security": [{"exportToken": []}],
        "parameters": [
            _query("from", _DAY, "The first day, in China.", is_required=True),
            _query("to", _DAY, "The last day.", is_required=True),
            _query("format", {"enum": list(TABLE_MEDIA)}, "CSV where not given."),
        ],
        "responses": {
            "200": {
                "description": "The table; one that breaks off is not whole.",
                "content": {
                    media.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}
                    for media in TABLE_MEDIA.values()
                },
                "headers": {COUNT_HEADER: {"schema": {"type": "string", "pattern": r"^\d+$"}}},
            },
            "400": _problem("No days, or no such format."),
            "401": _problem("The word is missing or wrong.", WWW_Authenticate={"const": "Bearer"}),
            "429": _problem("Too often, or another is being fetched.", Retry_After=_TEXT),
            "500": _problem("A fault of the hub: once more later."),
            "501": _problem("No Parquet here: CSV goes."),
            "503": _problem("The record cannot be read now.", Retry_After=_TEXT),
        },
    }
}


def _paths() -> Json:
    paths: Json = {PATH: _TABLE}
    for form in MEDIA:
        one = (form,)
        paths |= {
            f"{BASE}/discovery.{form}": _read(
                "Where what is.", one, {"$ref": "#/components/schemas/Open311Discovery"}
            ),
            f"{BASE}/services.{form}": _read("The classes that are published.", one, _SERVICES),
            f"{BASE}/requests.{form}": _read(
                "Incidents of a span of time.", one, _REQUESTS, 400, parameters=_ASKED
            ),
        }
    forms = tuple(MEDIA)
    definition = {"$ref": "#/components/schemas/Open311Definition"}
    return paths | {
        f"{BASE}/services/{{document}}": _read(
            "One class.", forms, definition, 404, parameters=[_document("code")]
        ),
        f"{BASE}/requests/{{document}}": _read(
            "One incident.", forms, _REQUESTS, 404, parameters=[_document("number")]
        ),
    }


def with_published(document: Json) -> Json:
    """Return the hub's document with what it publishes."""
    components = document["components"]
    return {
        **document,
        "paths": {**document["paths"], **_paths()},
        "components": {
            **components,
            "schemas": {**components["schemas"], **SCHEMAS},
            "securitySchemes": {"exportToken": {"type": "http", "scheme": "bearer"}},
        },
    }
