"""The journal as plain lines: readable though the program is too old for the record."""

from pathlib import Path
from typing import BinaryIO, NamedTuple

import orjson

from db.domain.errors import EnvironmentError_
from db.domain.ops import GENESIS, chain_hash
from db.store import driver

_OPS = "SELECT site, epoch, seq, hash, body FROM op ORDER BY recv"
_HAS_FORKS = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'fork'"
_FORKS = "SELECT hash, seen_from, at, body FROM fork ORDER BY site, epoch, at, hash, seq"


class Exported(NamedTuple):
    """How many ops were written, and how many of them do not prove themselves by their chain.

    `forks` are ops beside them, of branches that lost against another one under the same names.
    """

    ops: int
    unproven: int
    forks: int


def export_ops(record: Path, key: bytes, out: Path) -> Exported:
    """Write every op of a record, in order of arrival, one JSON text a line; changes nothing.

    After them stand those of losing branches, each as `{"fork": {hash, seen_from, at}, "op": …}`.
    Callers' names and phones are not in it. Raises EnvironmentError_ where the record cannot be
    read, file_unwritable where the lines cannot be written.
    """
    connection = driver.open_any(record, key)
    tips: dict[tuple[int, int, int], bytes] = {}
    ops = unproven = 0
    try:
        with out.open("xb") as file:
            for site, epoch, seq, digest, body in connection.execute(_OPS):
                before = tips.pop((site, epoch, seq - 1), GENESIS)
                unproven += chain_hash(before, body) != digest
                tips[site, epoch, seq] = bytes(digest)
                file.write(bytes(body) + b"\n")
                ops += 1
            forks = _write_forks(connection, file)
    except driver.SqliteError as error:
        raise driver.explain(error) from error
    except OSError as error:
        detail = error.strerror or type(error).__name__
        raise EnvironmentError_("file_unwritable", path=str(out), detail=detail) from error
    finally:
        connection.close()
    return Exported(ops, unproven, forks)


def _write_forks(connection: driver.Connection, file: BinaryIO) -> int:
    if not connection.execute(_HAS_FORKS).fetchone():
        return 0  # of a schema before there were any
    count = 0
    for digest, seen_from, at, body in connection.execute(_FORKS):
        mark = orjson.dumps({"hash": bytes(digest).hex(), "seen_from": seen_from, "at": at})
        file.write(b'{"fork":' + mark + b',"op":' + bytes(body) + b"}\n")
        count += 1
    return count
