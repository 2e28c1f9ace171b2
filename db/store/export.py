"""The journal as plain lines: readable though the program is too old for the record."""

from pathlib import Path
from typing import BinaryIO, NamedTuple

import orjson

from db.domain.errors import EnvironmentError_
from db.domain.ops import GENESIS, chain_hash
from db.store import driver
from db.store.salvage import Salvage


class Exported(NamedTuple):
    """How many ops were written, and how many of them do not prove themselves by their chain.

    `forks` are ops beside them, of branches that lost against another one under the same names.
    `unread` are ops known to be there that could not be read.
    """

    ops: int
    unproven: int
    forks: int
    unread: int


def export_ops(record: Path, key: bytes, out: Path) -> Exported:
    """Write every op of a record that can be read, in order of arrival, one JSON text a line.

    Changes nothing in the record. After the ops stand those of losing branches, each as
    `{"fork": {hash, seen_from, at}, "op": …}`. Callers' names and phones are not in it.
    Raises EnvironmentError_ where nothing at all of the record can be read, file_unwritable where
    the lines cannot be written.
    """
    driver.open_damaged(record, key).close()
    salvage = Salvage(record, key)
    try:
        with out.open("xb") as file:
            ops, unproven, unread = _write_ops(salvage, file)
            forks = _write_forks(salvage, file)
    except OSError as error:
        detail = error.strerror or type(error).__name__
        raise EnvironmentError_("file_unwritable", path=str(out), detail=detail) from error
    finally:
        salvage.close()
    return Exported(ops, unproven, forks, unread)


def _write_ops(salvage: Salvage, file: BinaryIO) -> tuple[int, int, int]:
    tips: dict[tuple[int, int, int], bytes] = {}
    left = salvage.heads()
    ops = unproven = 0
    for site, epoch, seq, digest, body in salvage.by_row_id("op", "site, epoch, seq, hash, body"):
        before = tips.pop((site, epoch, seq - 1), GENESIS)
        unproven += chain_hash(before, body) != digest
        tips[site, epoch, seq] = bytes(digest)
        file.write(bytes(body) + b"\n")
        ops += 1
        left[site, epoch] = left.get((site, epoch), 0) - 1
    # A chain has an op of every number; one whose head nothing tells counts for what was read.
    return ops, unproven, sum(max(count, 0) for count in left.values())


def _write_forks(salvage: Salvage, file: BinaryIO) -> int:
    count = 0
    for digest, seen_from, at, body in salvage.by_row_id("fork", "hash, seen_from, at, body"):
        mark = orjson.dumps({"hash": bytes(digest).hex(), "seen_from": seen_from, "at": at})
        file.write(b'{"fork":' + mark + b',"op":' + bytes(body) + b"}\n")
        count += 1
    return count
