"""What a hub refuses, read from its problem documents (RFC 9457) as errors of our own."""

from collections.abc import Mapping

import orjson

from db.domain.errors import EnvironmentError_, GridDeskError, InputError, RuleError
from db.sync import wire

MAX_TOLD = 200
"""Characters of what a hub says that are shown or kept."""

CHAIN_CODES = frozenset(
    {
        "attest_bad", "chain_broken", "chain_own", "chain_revoked", "chain_unknown",
        "envelope_mismatch", "fork",
        "gap", "key_mismatch", "op_malformed", "op_too_large", "rewound", "suite_unknown",
        "unattested", "wrong_town",
    }
)  # fmt: skip
"""Refusals that concern one chain: the others go on."""

_REFUSALS: Mapping[str, type[GridDeskError]] = {
    **dict.fromkeys(CHAIN_CODES, InputError),
    "blob_offset": InputError,
    **dict.fromkeys(
        (
            "enrol_code_unknown",
            "enrol_code_used",
            "enrol_code_expired",
            "enrol_code_town",
            "station_taken",
            "room_has_hub",
        ),
        RuleError,
    ),
    **dict.fromkeys(
        (
            "unknown_key",
            "key_revoked",
            "stale_nonce",
            "bad_signature",
            "bad_hash",
            "hub_full",
            "too_large",
        ),
        EnvironmentError_,
    ),
}


def refusal_of(status: int, headers: Mapping[str, str], body: bytes) -> GridDeskError:
    """Turn a problem document into the error it describes; what is not known stays general."""
    try:
        problem = wire.mapping(orjson.loads(body))
    except (TypeError, ValueError):
        problem = {}
    if status in (429, 503):
        return EnvironmentError_("hub_busy", seconds=_seconds(headers))
    code = problem.get("code")
    kind = _REFUSALS.get(code) if isinstance(code, str) else None
    if kind is None or not isinstance(code, str):
        name = "hub_failed" if status >= 500 else "hub_refused"
        return EnvironmentError_(name, status=status, found=str(code)[:60])
    params = {
        name: value[:MAX_TOLD] if isinstance(value, str) else value
        for name in ("site", "epoch", "seq", "expected", "station", "limit")
        if isinstance(value := problem.get(name), (str, int))
    }
    return kind(code, **params)


def _seconds(headers: Mapping[str, str]) -> int:
    value = headers.get("Retry-After", "")[:9]
    return min(int(value), 900) if value.isascii() and value.isdigit() else 0
