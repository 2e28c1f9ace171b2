"""The hub's interface as an OpenAPI 3.1 document: every route, header, body, status and code.

Newer hubs may add fields and routes; whoever reads an answer passes over what he does not know.
"""

from typing import Any

from db.answers import PROBLEM_TYPE, STATUS
from db.domain.ops import MAX_INT
from db.hub.blobs import MAX_BLOB, MAX_PIECE
from db.sync import wire
from db.sync.batch import MAX_BATCH
from db.sync.keyline import MAX_CHANGES

Json = dict[str, Any]

ALWAYS = ("hub_busy", "hub_failed")
SIGNED = (
    *ALWAYS, "request_malformed", "unknown_key", "stale_nonce", "key_revoked", "request_slow",
    "too_large", "bad_signature",
)  # fmt: skip
"""What any signed request may be refused with."""
BATCH = (
    "batch_truncated", "batch_magic", "batch_header", "batch_encrypted", "batch_frame",
    "batch_counts", "batch_for_other", "op_malformed", "suite_unknown", "wrong_town",
    "key_mismatch", "fork", "gap",
    "rewound", "batch_bomb", "batch_too_large", "op_too_large", "unknown_alg", "attest_bad",
    "bad_hash", "chain_broken", "chain_own", "chain_revoked", "chain_unknown", "envelope_mismatch",
    "unattested", "batch_format", "hub_full",
)  # fmt: skip
ENROL = (
    "enrol_code_expired", "enrol_code_town", "enrol_code_unknown", "enrol_code_used",
    "key_revoked", "request_malformed", "request_slow", "key_mismatch", "station_taken",
    "too_large", "bad_signature", "hub_full",
)  # fmt: skip
DOOR = (*ALWAYS, "status_closed", "token_missing")
_ANSWERED = {**STATUS, "hub_busy": 503, "hub_failed": 500, "hub_full": 507, "not_found": 404}
"""The status of every code that may be told, those with a name of their own on the line too."""

_JSON, _OCTETS, _TEXT = "application/json", "application/octet-stream", "text/plain"
_MEANINGS = {
    400: "Not understood, or no batch.",
    401: "Not known, or the nonce is too old: ask for another and sign again.",
    403: "Not allowed.",
    404: "Not here.",
    408: "Too slow: once more later.",
    409: "Contradicts what is here; the members say where.",
    413: "Too large.",
    415: "Signed in a way that is not known here.",
    422: "Does not hold what it says: never to be sent again as it is.",
    426: "Of a newer format.",
    500: "A fault of the hub: once more later.",
    503: "Busy: once more after Retry-After.",
    507: "The hub's disk is full: once more later.",
}


def _string(pattern: str = "", **more: Any) -> Json:
    return {"type": "string", **({"pattern": pattern} if pattern else {}), **more}


def _integer(low: int = 0, high: int = MAX_INT - 1) -> Json:
    return {"type": "integer", "minimum": low, "maximum": high}


def _array(items: Json, limit: int) -> Json:
    return {"type": "array", "items": items, "maxItems": limit}


def _object(members: Json, *, optional: tuple[str, ...] = ()) -> Json:
    required = [name for name in members if name not in optional]
    return {"type": "object", "properties": members, "required": required}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


_ID = _string(r"^[0-9A-Za-z._-]{1,64}$")
_HASH = _string(r"^[0-9a-f]{64}$")
_SIGN_KEY = _string(r"^(?:[0-9a-f]{64}|0[23][0-9a-f]{64})$")
_SIGNATURE = _string(r"^[0-9a-f]{128}$")
_SHORT = _string(maxLength=200)
_FLAG = {"type": "boolean"}
_PEER = {
    "id": _ID, "name": _SHORT, "town": _SHORT, "station": _SHORT, "sign_key": _SIGN_KEY,
    "box_key": _HASH,
}  # fmt: skip
_HEADS = _array(_ref("Head"), wire.MAX_HEADS)
_CHANGES = {
    **_array(
        _object(
            {
                "old": _SIGN_KEY, "sign_key": _SIGN_KEY, "box_key": _HASH, "by_old": _SIGNATURE,
                "by_new": _SIGNATURE,
            }
        ),
        MAX_CHANGES,
    ),
    "description": "Changes of a station's keys, each signed by the old one and the new.",
}  # fmt: skip
_STATION = _object(
    {
        **_PEER,
        "url": _SHORT,
        "revoked": _FLAG,
        "rekeyed": _CHANGES,
        "until": {
            **_array(_object({"epoch": _integer(1), "seq": _integer()}), wire.MAX_HEADS),
            "description": "How far each chain of a revoked station is still believed.",
        },
    },
    optional=("rekeyed", "until"),
)

SCHEMAS: Json = {
    "Head": {
        **_object(
            {"site": _ID, "epoch": _integer(1), "seq": _integer(), "hash": _HASH},
        ),
        "description": "The last op of a chain: its number and the hash over all up to it.",
    },
    "Want": {
        **_object({"site": _ID, "epoch": _integer(1), "from_seq": _integer(1)}),
        "description": "The ops of a chain from a number on.",
    },
    "Hello": _object(
        {
            "hub_id": _ID,
            "kind": {"enum": ["hub", "station"]},
            "incarnation": _SHORT,
            "proto": _array(_integer(), 8),
            "now": {**_integer(), "description": "The hub's clock, UTC milliseconds."},
            "nonce": _SHORT,
            "limits": {"type": "object", "additionalProperties": _integer()},
            "min_client": _SHORT,
            "town_scope": _SHORT,
            "erases": {
                "type": "boolean",
                "description": "What an erasure names is destroyed here when it is taken in.",
            },
            "sign_key": _SIGN_KEY,
            "rekeyed": _CHANGES,
        },
        optional=("sign_key", "rekeyed"),
    ),
    "TellHeads": _object(
        {
            "heads": _HEADS,
            "app": _string(maxLength=40, description="The program's version."),
            "held": {**_integer(), "description": "Ops that wait there."},
            "unsent": {**_integer(), "description": "Ops of its own still to be brought."},
            "skew_ms": {
                **_integer(1 - MAX_INT),
                "description": "The hub's clock less the station's.",
            },
            "url": _string(
                r"^(https?://.*)?$", maxLength=200, description="Where it serves its room."
            ),
        },
        optional=("app", "held", "unsent", "skew_ms", "url"),
    ),
    "Comparison": _object(
        {
            "want": _array(_ref("Want"), wire.MAX_HEADS),
            "have": _HEADS,
            "forks": _HEADS,
            "rewound": _HEADS,
            "incarnation": _SHORT,
        }
    ),
    "Wait": _object({"heads": _array(_ref("Head"), 2_000), "seconds": _integer()}),
    "News": _object({"news": _FLAG}),
    "Taken": _object({"heads": _HEADS, "dup": _integer()}),
    "Pull": _object(
        {"ranges": _array(_ref("Want"), wire.MAX_RANGES), "max_bytes": _integer(64 * 1024)}
    ),
    "Enrol": _object(
        {
            "code": _SHORT,
            "site": _ID,
            "name": _SHORT,
            "town": _SHORT,
            "station": _SHORT,
            "sign_key": _SIGN_KEY,
            "box_key": _HASH,
            "rekeyed": _CHANGES,
            "signature": _SIGNATURE,
        },
        optional=("rekeyed",),
    ),
    "Peer": _object(_PEER),
    "Enrolled": _object({"hub": _ref("Peer"), "stations": _array(_ref("Peer"), wire.MAX_HEADS)}),
    "Stations": _object({"stations": _array(_STATION, wire.MAX_HEADS)}),
    "Piece": _object({"received": _integer(0, MAX_BLOB), "size": _integer(1, MAX_BLOB)}),
    "Well": _object({"ok": {"const": True}}),
    "Ill": _object({"ok": {"const": False}, "part": {"enum": ["record", "disk"]}}),
    "Problem": {
        **_object(
            {
                "type": _string(),
                "title": _string(),
                "status": _integer(400, 599),
                "code": _string(),
                "retry": {**_FLAG, "description": "Whether the same may be sent again later."},
            }
        ),
        "description": "RFC 9457; members beside these say where or how much.",
    },
}


def _header(name: str, schema: Json, description: str, *, is_required: bool = True) -> Json:
    return {
        "name": name,
        "in": "header",
        "required": is_required,
        "schema": schema,
        "description": description,
    }


_SEAL = [
    _header("X-Site", _ID, "Who asks."),
    _header("X-Nonce", _SHORT, "As /v1/hello gave it."),
    _header(
        "X-Signature",
        _SIGNATURE,
        "By the station's key; of what, see the description of this document.",
    ),
]
_BLOB = {"name": "blob", "in": "path", "required": True, "schema": _HASH,
         "description": "SHA-256 of the bytes, which are encrypted."}  # fmt: skip


def _body(schema: Json, kind: str = _JSON) -> Json:
    return {"required": True, "content": {kind: {"schema": schema}}}


def _said(description: str, schema: Json | None = None, kind: str = _JSON, **headers: Json) -> Json:
    content = {"content": {kind: {"schema": schema}}} if schema is not None else {}
    named = {name.replace("_", "-"): {"schema": value} for name, value in headers.items()}
    return {"description": description, **content, **({"headers": named} if named else {})}


def _refusals(codes: tuple[str, ...]) -> Json:
    """Return the answers that refuse, by status."""
    by_status: dict[int, list[str]] = {}
    for code in dict.fromkeys(codes):
        by_status.setdefault(_ANSWERED.get(code, 400), []).append(code)
    answers: Json = {}
    for status, told in sorted(by_status.items()):
        schema = {"allOf": [_ref("Problem"), {"properties": {"code": {"enum": told}}}]}
        answers[str(status)] = _said(_MEANINGS[status], schema, PROBLEM_TYPE)
    if "503" in answers:
        answers["503"]["headers"] = {"Retry-After": {"schema": _string(r"^\d+$")}}
    return answers


def _operation(summary: str, codes: tuple[str, ...], answers: Json, **more: Any) -> Json:
    return {"summary": summary, **more, "responses": {**answers, **_refusals(codes)}}


def _signed(summary: str, answers: Json, codes: tuple[str, ...] = (), **more: Any) -> Json:
    parameters = [*_SEAL, *more.pop("parameters", [])]
    return _operation(summary, (*SIGNED, *codes), answers, parameters=parameters, **more)


_BYTES = _string(format="binary")
_OFFSET = _string(r"^\d+$")
_NAME = _string(r'^"[0-9a-f]{64}"$')


def _paths() -> Json:
    return {
        "/": {
            "get": _operation(
                "The page for a technician.", DOOR, {"200": _said("HTML.", _string(), "text/html")}
            )
        },
        "/health": {
            "get": _operation(
                "Whether all works.",
                ("hub_failed",),
                {"200": _said("Well.", _ref("Well")), "503": _said("Ill.", _ref("Ill"))},
            )
        },
        "/metrics": {
            "get": _operation(
                "Figures in the text format of Prometheus.",
                DOOR,
                {"200": _said("Figures.", _string(), _TEXT)},
            )
        },
        "/v1/openapi.json": {
            "get": _operation(
                "This document.", ALWAYS, {"200": _said("OpenAPI 3.1.", {"type": "object"})}
            )
        },
        "/v1/hello": {
            "get": _operation(
                "Who answers, and a nonce to sign with.",
                ALWAYS,
                {"200": _said("Hello.", _ref("Hello"))},
            )
        },
        "/v1/heads": {
            "post": _signed(
                "Tell what a station holds; learn what the hub lacks and holds.",
                {"200": _said("Compared.", _ref("Comparison"))},
                requestBody=_body(_ref("TellHeads")),
            )
        },
        "/v1/wait": {
            "post": _signed(
                "Wait until the hub holds more than the station knows of, 25 seconds at most.",
                {"200": _said("Whether it does.", _ref("News"))},
                requestBody=_body(_ref("Wait")),
            )
        },
        "/v1/batch": {
            "post": _signed(
                "Bring a batch.",
                {"200": _said("All of it is on the disk.", _ref("Taken"))},
                BATCH,
                requestBody=_body(
                    {**_BYTES, "maxLength": MAX_BATCH, "description": "See db/sync/batch.py."},
                    _OCTETS,
                ),
            )
        },
        "/v1/pull": {
            "post": _signed(
                "Fetch one batch of what a station lacks.",
                {
                    "200": _said("A batch; X-More where there is more.", _BYTES, _OCTETS,
                                 X_More={"const": "1"}),
                    "204": _said("Nothing."),
                },
                ("wrong_town",),
                requestBody=_body(_ref("Pull")),
            )
        },
        "/v1/snapshot": {
            "get": _signed(
                "Fetch all that the station's town is shown, as batches, each after its length in "
                "four bytes. It is cut at some heads: what follows is pulled. Under the name it "
                "was given, a broken answer is gone on with.",
                {
                    "200": _said("All of it.", _BYTES, _OCTETS, ETag=_NAME),
                    "206": _said("The rest.", _BYTES, _OCTETS, ETag=_NAME,
                                 Content_Range=_string()),
                    "204": _said("Nothing is kept ready: pull."),
                    "416": _said("Beyond its end.", _ref("Problem"), PROBLEM_TYPE,
                                 Content_Range=_string()),
                },
                parameters=[
                    _header("If-Range", _NAME, "The name of what was begun.", is_required=False),
                    _header("Range", _string(r"^bytes=[0-9]{1,8}-$"), "Where to go on.",
                            is_required=False),
                ],
            )
        },
        "/v1/stations": {
            "get": _signed(
                "The stations a station may know of, with keys; whom to believe no more.",
                {"200": _said("Stations.", _ref("Stations"))},
            )
        },
        "/v1/enrol": {
            "post": _operation(
                "Become known by a one-time code.",
                (*ALWAYS, *ENROL),
                {"200": _said("Known, with the hub's keys and the town's stations.",
                              _ref("Enrolled"))},
                requestBody=_body(_ref("Enrol")),
            )
        },
        "/v1/blob/{blob}": {
            "head": _signed(
                "Whether an attached file is here.",
                {
                    "200": _said("Whole.", Content_Length=_OFFSET),
                    "404": _said("Not whole; so much of it came.", Upload_Offset=_OFFSET),
                },
                parameters=[_BLOB],
            ),
            "put": _signed(
                "Bring a piece of an attached file.",
                {
                    "200": _said("Whole and right.", _ref("Piece"), Upload_Offset=_OFFSET),
                    "308": _said("More is to come.", _ref("Piece"), Upload_Offset=_OFFSET),
                },
                ("bad_hash", "blob_offset", "wrong_town", "not_found", "hub_full"),
                parameters=[
                    _BLOB,
                    _header(
                        "Content-Range",
                        _string(r"^bytes [0-9]{1,8}-[0-9]{1,8}/[0-9]{1,8}$"),
                        "Where the piece belongs, and the size of the file.",
                    ),
                ],
                requestBody=_body({**_BYTES, "minLength": 1, "maxLength": MAX_PIECE}, _OCTETS),
            ),
            "get": _signed(
                "Fetch an attached file, or one range of it.",
                {
                    "200": _said("All of it.", _BYTES, _OCTETS),
                    "206": _said("The range.", _BYTES, _OCTETS, Content_Range=_string()),
                    "416": _said("Beyond its end.", _ref("Problem"), PROBLEM_TYPE,
                                 Content_Range=_string()),
                },
                ("blob_missing", "wrong_town", "not_found"),
                parameters=[
                    _BLOB,
                    _header("Range", _string(r"^bytes=[0-9]{1,8}-[0-9]{0,8}$"), "One range.",
                            is_required=False),
                ],
            ),
        },
    }  # fmt: skip


def describe(version: str) -> Json:
    """Return the document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "GridDesk hub",
            "version": version,
            "description": (
                "A signature is made over `EOPR1`, the hub's id, the method, the path, the nonce "
                "and the SHA-256 of the body in hex, each on a line of its own. A nonce is good "
                "for a quarter of an hour and for any number of requests: sent again, a request "
                "is answered again."
            ),
        },
        "paths": _paths(),
        "components": {"schemas": SCHEMAS},
    }
