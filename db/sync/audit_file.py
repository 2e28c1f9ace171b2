"""The audit as a file that proves itself: JSON lines, the heads of the chains, a signature.

Whoever has the file verifies it without the record, on any machine. That the key is this station's
is seen by its fingerprint, which the file cannot say for itself.
"""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import orjson

from db.commands.exports import check_purpose, output_of, record_export
from db.domain.auditing import Told
from db.domain.errors import EnvironmentError_, InputError
from db.domain.ops import Actor
from db.domain.permissions import require
from db.domain.scope import Scope
from db.domain.suites import is_signed
from db.store.driver import Connection
from db.store.medium import UNWATCHED, Watch
from db.store.queries.audit import (
    AuditFilter,
    AuditRow,
    audit_detail,
    audit_page,
    begin_audit,
)
from db.store.store import Store
from db.sync.signing import Signer, key_id, signer_of

FORMAT = 1
MARK = "griddesk_audit"
STEP = "audit_export"
_SIGNED = b"EOPL1\n"
_MAX_LINE = 1 << 20
_PIECE = 500
_HEADS = (
    "SELECT site.id, epoch, head_seq, head_hash FROM chain JOIN site ON site.n = chain.site"
    " ORDER BY 1, 2"
)


class AuditFile(NamedTuple):
    """A file that was written: its rows, its digest, and the key it is signed by."""

    path: Path
    rows: int
    sha256: str
    key: str


class Verified(NamedTuple):
    """What a file that proves itself says: who made it, when, of what, and by which key.

    `key` is the short name of the key; whose it is has to be asked of the station.
    """

    rows: int
    site: str
    station: str
    town: str
    made_at: int
    by: str
    purpose: str
    key: str
    chains: int


def write_audit(
    store: Store,
    actor: Actor,
    scope: Scope,
    wanted: AuditFilter,
    path: Path,
    *,
    purpose: str,
    watch: Watch = UNWATCHED,
) -> AuditFile:
    """Write the ops asked for into a new file, sign it, record it; it bears its name after that.

    Raises RuleError (role_forbids), InputError (purpose_needed, audit_number), EnvironmentError_
    (file_exists, file_unwritable, work_cancelled).
    """
    require(actor, "export_audit")
    said = check_purpose(purpose)
    if path.exists():
        raise EnvironmentError_("file_exists", path=str(path))
    part = path.with_name(path.name + ".part")
    try:
        signer = store.read(lambda c: signer_of(c, store.site.town))
        with part.open("wb") as file:
            part.chmod(0o600)
            rows = _write(store, actor, scope, wanted, said, signer, file, watch)
        made = output_of(part)._replace(name=path.name)
        record_export(store, actor, "audit", [made], purpose=said, rows=rows)
        part.rename(path)
    except OSError as error:
        detail = error.strerror or type(error).__name__
        raise EnvironmentError_("file_unwritable", path=str(path), detail=detail) from error
    finally:
        part.unlink(missing_ok=True)
    return AuditFile(path, rows, made.sha256, key_id(signer.public_key))


def _write(
    store: Store,
    actor: Actor,
    scope: Scope,
    wanted: AuditFilter,
    purpose: str,
    signer: Signer,
    file: BinaryIO,
    watch: Watch,
) -> int:
    running = hashlib.sha256()

    def put(value: Any) -> None:
        line = orjson.dumps(value, option=orjson.OPT_SORT_KEYS) + b"\n"
        running.update(line)
        file.write(line)

    site = store.site
    asked = {name: getattr(wanted, name) for name in AuditFilter.__slots__}
    put(
        {
            MARK: FORMAT,
            "site": site.id,
            "station": site.name,
            "town": site.town,
            "made_at": store.clock(),
            "by": {"user": actor.user, "name": actor.name},
            "purpose": purpose,
            "filter": {name: value for name, value in asked.items() if value not in ("", None)},
            "key": signer.public_key.hex(),
            "heads": store.read(_heads),
        }
    )
    rows = 0
    for value in _lines(store, scope, wanted, watch.step(STEP)):
        put(value)
        rows += 1
    end = {"rows": rows, "sha256": running.hexdigest()}
    signature = signer.sign(_SIGNED + orjson.dumps(end, option=orjson.OPT_SORT_KEYS))
    file.write(orjson.dumps({**end, "signature": signature.hex()}) + b"\n")
    return rows


def _heads(connection: Connection) -> list[list[Any]]:
    return [
        [site, epoch, seq, bytes(digest).hex()]
        for site, epoch, seq, digest in connection.execute(_HEADS)
    ]


def _lines(
    store: Store, scope: Scope, wanted: AuditFilter, on_step: Callable[[int, int], None]
) -> Iterator[dict[str, Any]]:
    walk = store.read(lambda c: begin_audit(c, scope, wanted))
    done = 0
    while True:
        page = store.read(lambda c: audit_page(c, scope, walk, limit=_PIECE))
        for row in page.rows:
            yield _line(store, scope, row)
        done += len(page.rows)
        # How many there are is not known before; how far back they go is.
        on_step(done, 0)
        if page.reached is None:
            return


def _line(store: Store, scope: Scope, row: AuditRow) -> dict[str, Any]:
    told = store.read(lambda c: audit_detail(c, scope, row.ref))
    return {
        "op": list(row.ref),
        "hash": told.digest,
        "at": row.at,
        "station": row.station,
        "user": row.user,
        "name": row.name,
        "roles": list(told.roles),
        "kind": row.kind,
        "about": row.number or row.id,
        "fields": {one.name: _said(one) for one in told.fields},
    }


def _said(told: Told) -> Any:
    if told.text is not None:
        return told.text
    return {"sealed": True} if told.is_sealed else {"withheld": True}


def verify_audit(path: Path, fingerprint: str = "") -> Verified:
    """Return what a file says, if every byte of it is as it was signed; needs no record.

    `fingerprint` is the key's short name as the station says it: another key is refused. Raises
    InputError: audit_file_alien, audit_file_cut, audit_file_changed, audit_file_signature,
    audit_file_key; EnvironmentError_ (file_unreadable).
    """
    try:
        with path.open("rb") as file:
            return _verified(file, fingerprint.strip().lower())
    except OSError as error:
        detail = error.strerror or type(error).__name__
        raise EnvironmentError_("file_unreadable", path=str(path), detail=detail) from error


def _verified(file: BinaryIO, fingerprint: str) -> Verified:
    running, rows = hashlib.sha256(), -1
    head: dict[str, Any] = {}
    for line in _read_lines(file):
        value = _parsed(line)
        if rows < 0:
            if value.get(MARK) != FORMAT:
                raise InputError("audit_file_alien")
            head = value
        elif "signature" in value and "sha256" in value:
            if file.read(1):
                raise InputError("audit_file_changed")
            _check_end(head, value, rows, running.hexdigest())
            break
        running.update(line)
        rows += 1
    else:
        raise InputError("audit_file_alien" if rows < 0 else "audit_file_cut")
    key = key_id(bytes.fromhex(head["key"]))  # read once already, by which it was signed
    if fingerprint and fingerprint != key:
        raise InputError("audit_file_key", key=key)
    try:
        return Verified(
            rows, head["site"], head["station"], head["town"], head["made_at"],
            head["by"]["name"], head["purpose"], key, len(head["heads"]),
        )  # fmt: skip
    except (KeyError, TypeError) as error:
        raise InputError("audit_file_alien") from error


def _read_lines(file: BinaryIO) -> Iterator[bytes]:
    while line := file.readline(_MAX_LINE):
        yield line


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(line)
    except ValueError as error:
        raise InputError("audit_file_alien") from error
    return value if isinstance(value, dict) else {}


def _check_end(head: dict[str, Any], end: dict[str, Any], rows: int, sha256: str) -> None:
    said = {"rows": rows, "sha256": sha256}
    if {"rows": end.get("rows"), "sha256": end["sha256"]} != said:
        raise InputError("audit_file_changed")
    message = _SIGNED + orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
    try:
        key, signature = bytes.fromhex(head["key"]), bytes.fromhex(end["signature"])
    except (KeyError, TypeError, ValueError):
        key = signature = b""
    if not is_signed(key, signature, message):
        raise InputError("audit_file_signature")
