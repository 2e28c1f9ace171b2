"""What the hub answers: JSON documents, and refusals as RFC 9457 problem documents."""

import logging
from collections.abc import Callable
from typing import Any

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from db.domain.errors import EnvironmentError_, GridDeskError

BUSY_SECONDS = 30
"""After how long somebody turned away is asked to come back."""
PROBLEM_TYPE = "application/problem+json"

STATUS = {
    "enrol_code_expired": 403,
    "enrol_code_town": 403,
    "enrol_code_unknown": 403,
    "enrol_code_used": 403,
    "key_revoked": 403,
    "status_closed": 403,
    "chain_revoked": 403,
    "wrong_town": 403,
    "blob_missing": 404,
    "request_slow": 408,
    "export_token": 401,
    "stale_nonce": 401,
    "token_missing": 401,
    "unknown_key": 401,
    "blob_offset": 409,
    "key_mismatch": 409,
    "fork": 409,
    "gap": 409,
    "rewound": 409,
    "station_taken": 409,
    "batch_bomb": 413,
    "batch_too_large": 413,
    "op_too_large": 413,
    "too_large": 413,
    "unknown_alg": 415,
    "export_busy": 429,
    "attest_bad": 422,
    "bad_hash": 422,
    "bad_signature": 422,
    "chain_broken": 422,
    "chain_own": 422,
    "chain_unknown": 422,
    "envelope_mismatch": 422,
    "unattested": 422,
    "batch_format": 426,
    "disk_full": 507,
    "record_paused": 507,
}
"""The status of a refusal by its code; 400 for any other."""
_NOT_FOUND = {404: "not_found", 405: "not_found"}

log = logging.getLogger("db.hub")


def json_answer(document: Any) -> Response:
    """Return a document as JSON."""
    return Response(orjson.dumps(document), media_type="application/json")


def problem(
    code: str,
    status: int,
    params: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """Return a refusal as a problem document; `params` are told beside its own fields."""
    document = {
        **(params or {}),
        "type": f"urn:griddesk:error:{code}",
        "title": code,
        "status": status,
        "code": code,
        "retry": status in (408, 429, 500, 503, 507),
    }
    later = {"Retry-After": str(BUSY_SECONDS)} if status in (429, 503) else {}
    return Response(
        orjson.dumps(document, default=str),
        status,
        {**later, **(headers or {})},
        media_type=PROBLEM_TYPE,
    )


def refusal(error: GridDeskError) -> Response:
    """Return the answer to what was refused; a fault of this machine has another name there."""
    is_ours = isinstance(error, EnvironmentError_)
    status = STATUS.get(error.code, 503 if is_ours else 400)
    if is_ours:
        level = logging.INFO if error.code == "hub_busy" else logging.ERROR
        log.log(level, "refused for a fault of the hub: %s", error.code)
        return problem("hub_full" if status == 507 else "hub_busy", status)
    log.info("refused: %s", error.code)
    return problem(error.code, status, error.params, _HEADERS.get(error.code, _no_headers)(error))


async def on_refusal(request: Request, error: Exception) -> Response:
    """Answer an error raised on purpose, and leave its code to whoever counts."""
    assert isinstance(error, GridDeskError)
    request.state.refused = error
    return refusal(error)


async def on_http(_: Request, error: Exception) -> Response:
    """Answer what the framework refused."""
    assert isinstance(error, HTTPException)
    code = _NOT_FOUND.get(error.status_code, "request_malformed")
    return problem(code, error.status_code, headers=dict(error.headers or {}))


async def on_gone(_: Request, __: Exception) -> Response:
    """Answer nobody: the caller hung up."""
    return problem("request_malformed", 400)


def _no_headers(_: GridDeskError) -> dict[str, str]:
    return {}


_HEADERS: dict[str, Callable[[GridDeskError], dict[str, str]]] = {
    "export_token": lambda _: {"WWW-Authenticate": "Bearer"},
    "blob_offset": lambda error: {"Upload-Offset": str(error.params["expected"])},
    "token_missing": lambda _: {"WWW-Authenticate": 'Basic realm="GridDesk", charset="UTF-8"'},
}
