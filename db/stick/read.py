"""Reading a stick: first what it would bring, then batch after batch, each in its own transaction.

What is refused for one chain keeps no other back, and nothing taken in is lost by what comes after
it: a cut-off file gives what it still has. A file read again brings nothing, and does no harm.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple

from db.commands.keys import accept_room_keys
from db.domain.errors import EnvironmentError_, GridDeskError, InputError
from db.domain.ops import decode
from db.stick.files import reading
from db.stick.format import (
    Header,
    Opened,
    Piece,
    Span,
    about_stick,
    read_header,
    read_part,
    read_parts,
)
from db.stick.plan import (
    Chain,
    is_for,
    keep_heard,
    kind_of_peer,
    town_of,
)
from db.store import blobs
from db.store.driver import Connection
from db.store.journal import Journal
from db.store.lanes import current_epochs
from db.store.medium import CANCELLED, UNWATCHED, Watch
from db.store.parcels import Head, Range
from db.store.projections import is_known
from db.store.sealing import agreed_with_us, own_box_keys
from db.store.store import Store
from db.sync import exchange
from db.sync.batch import Batch, decode_batch, last_seq
from db.sync.exchange import current_chain, hash_at, head_of, known_key, own_site, take_in
from db.sync.healing import Healing, check_scope
from db.sync.keyline import changes_of, follow_told, successors
from db.sync.peers import REVOKED, hub_of
from db.sync.refusals import CHAIN_CODES
from db.sync.signing import key_id
from db.sync.wire import Attest

MAX_BLOB = 50_000_000
"""Bytes of an attached file that are taken in."""
_NAMED = "SELECT 1 FROM attachment WHERE blob = ?"
_ENDS = frozenset({"stick_cut", "stick_damaged", "stick_header", "stick_unreadable", *CANCELLED})
"""What ends the reading of a file without undoing what it brought before."""


TakeBatch = Callable[[bytes, Collection[Chain]], exchange.Taken]
"""Takes in a batch, less what it says of some chains."""


class Coming(NamedTuple):
    """A run of ops in a file, how many of them are new here, and why they would not be taken.

    Where a file breaks off, the new ones are those that can still be read.

    `code`: gap, fork, wrong_town, rewound; empty where nothing stands in the way. What is rewound
    is taken: this record is older than what its own site once wrote, and goes on in a new epoch.
    """

    span: Span
    new: int
    code: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would bring. `trouble` is where it is not whole, None where it is.

    `missing` is how many ops its sender has that are neither here nor in the file, `unknown` how
    many in it are of kinds that only a later version shows.
    """

    header: Header
    coming: list[Coming]
    missing: int
    unknown: int
    trouble: GridDeskError | None

    @property
    def new(self) -> int:
        """How many ops are new here and stand in nobody's way."""
        return sum(item.new for item in self.coming if item.code in ("", "rewound"))


@dataclass(slots=True)
class Taken:
    """What a file brought. `troubles` are what was refused or broke off, each with its reason.

    `healed` is what had to give way to it, as `SyncResult` has it.
    """

    header: Header
    added: int = 0
    duplicates: int = 0
    held: int = 0
    files: int = 0
    missing: int = 0
    troubles: list[GridDeskError] = field(default_factory=list)
    healed: list[str] = field(default_factory=list)


def preview(store: Store, path: Path, watch: Watch = UNWATCHED) -> Preview:
    """Look a file through, part by part, and say what it would bring; nothing is written.

    Raises InputError: what `read_header` refuses, stick_not_file, stick_for_other, stick_own,
    stick_sender_unknown, stick_sender_revoked; EnvironmentError_ stick_unreadable, work_cancelled.
    """
    with reading(path) as file:
        opened, key = _open(store, file)
        header, unknown, trouble = opened.header, 0, None
        read: dict[Chain, int] = {}
        step = watch.step("stick_look")
        try:
            for number, part in enumerate(read_parts(file, opened, key)):
                step(number, header.parts)
                ranges = _ranges_in(part, opened)
                for item in ranges:
                    read[_chain(item)] = max(last_seq(item), read.get(_chain(item), 0))
                unknown += sum(
                    not is_known(decode(body)) for item in ranges for body in item.bodies
                )
        except InputError as error:
            trouble = error
    town = store.site.town
    coming = store.read(
        lambda c: [_coming(c, town, header, s, read.get(_chain(s), 0)) for s in header.ranges]
    )
    ends = {_chain(span): span.to_seq for span in header.ranges}
    missing = store.read(lambda c: _missing(c, header, ends))
    return Preview(header, coming, missing, unknown, trouble)


def take(
    store: Store,
    path: Path,
    watch: Watch = UNWATCHED,
    *,
    take_batch: TakeBatch | None = None,
) -> Taken:
    """Take in what a file holds, and remember how far its sender's chains go.

    `take_batch` is how a hub takes a batch; without it a station's own rules hold. Returns also
    where the file is cut off or damaged, a chain is refused or the reading was ended: what came
    before is taken in. Raises as `preview`, and what the record's own disk refuses.
    """
    with reading(path) as file:
        opened, key = _open(store, file)
        if changes := opened.header.changes:
            told = opened.header.site, opened.sign_key, changes
            store.write(lambda journal: follow_told(journal, *told))
        job = _Job(store, opened, take_batch)
        job.run(_until_broken(file, opened, key, watch, job.taken.troubles))
    header = opened.header
    store.write(lambda j: keep_heard(j, header.site, header.created, header.heads))
    accept_room_keys(store)
    job.taken.missing = store.read(lambda c: _missing(c, header, {}))
    return job.taken


class _Job:
    """One reading."""

    def __init__(self, store: Store, opened: Opened, take_batch: TakeBatch | None) -> None:
        self._store = store
        self._opened = opened
        self._take_in = take_batch or self._take_as_station
        self._is_station = take_batch is None
        self._healing = Healing(store.site.town)
        self._aside: set[Chain] = set()
        self._file = bytearray()
        self._awaited = ""
        self.taken = Taken(opened.header)

    def run(self, parts: Iterable[bytes]) -> None:
        for part in parts:
            try:
                found = read_part(part)
            except InputError as error:
                self.taken.troubles.append(error)
                continue
            self._take_piece(found) if isinstance(found, Piece) else self._take_batch(found)

    def _take_batch(self, data: bytes) -> None:
        """Take a batch, once more without each chain that is refused."""
        settled: set[Chain] = set()
        while True:
            before = self._store.read(current_chain)
            try:
                done = self._take_in(data, self._aside | settled)
            except InputError as error:
                chain = self._own_branch(error)
                if chain and chain not in settled:
                    settled.add(chain)
                    self._note_said_again(before)
                elif not self._set_aside(error):
                    self.taken.troubles.append(error)
                    return
            else:
                self.taken.added += done.added
                self.taken.duplicates += done.duplicates
                self.taken.held += done.held
                self.taken.healed += self._healing.healed
                return

    def _take_as_station(self, data: bytes, aside: Collection[Chain]) -> exchange.Taken:
        return take_in(self._store, data, key_of=self._key_of, admit=self._admit, aside=aside)

    def _key_of(self, _: Connection, site: str) -> bytes | None:
        """Only the file's own sender makes batches in it."""
        return self._opened.sign_key if site == self._opened.header.site else None

    def _admit(self, journal: Journal, batch: Batch) -> None:
        """Refuse what is not for its sender to bring; for the rest it is read like a neighbour."""
        for incoming in batch.ranges:
            check_scope(journal.connection, incoming, self._opened.header.town)
        self._healing.admit(journal, batch)

    def _own_branch(self, error: InputError) -> Chain | None:
        """Return this site's own chain whose other branch was refused and kept, where there is one.

        Without a hub that settles it: what that branch said is in a chain of its own by now.
        """
        own = self._store.site.id
        if not self._is_station or error.code != "fork" or error.params.get("site") != own:
            return None
        return None if self._store.read(hub_of) else (own, int(error.params["epoch"]))

    def _note_said_again(self, before: Chain) -> None:
        """Tell of a branch that was written anew just now, not of one that was so long ago."""
        if self._store.read(current_chain) != before:
            self.taken.healed.append("forked")

    def _set_aside(self, error: InputError) -> bool:
        """Leave a refused chain out from here on; tell whether it was one and is news."""
        site, epoch = error.params.get("site"), error.params.get("epoch")
        if error.code not in CHAIN_CODES or not isinstance(epoch, int):
            return False
        chain = (str(site), epoch)
        if chain in self._aside:
            return False
        self._aside.add(chain)
        self.taken.troubles.append(error)
        return True

    def _take_piece(self, piece: Piece) -> None:
        """Put a file together in memory; it is kept only under the digest of what came."""
        if piece.offset == 0:
            self._file.clear()
            self._awaited = piece.blob if self._is_lacking(piece) else ""
        if piece.blob != self._awaited:
            return
        is_next = piece.offset == len(self._file)
        if not is_next or piece.offset + len(piece.content) > piece.size:
            self._awaited = ""
            self.taken.troubles.append(InputError("stick_file_damaged"))
            return
        self._file += piece.content
        if len(self._file) == piece.size:
            self._keep_file(piece.blob)

    def _keep_file(self, blob: str) -> None:
        self._awaited = ""
        content = bytes(self._file)
        self._file.clear()
        if hashlib.sha256(content).hexdigest() != blob:
            self.taken.troubles.append(InputError("stick_file_damaged"))
            return
        blobs.put(self._store.home, content)
        self.taken.files += 1

    def _is_lacking(self, piece: Piece) -> bool:
        """Whether an incident here names a file that is not here: nothing else is kept."""
        if not 0 < piece.size <= MAX_BLOB or blobs.exists(self._store.home, piece.blob):
            return False
        row = self._store.read(lambda c: c.execute(_NAMED, (piece.blob,)).fetchone())
        return row is not None


def _open(store: Store, file: BinaryIO) -> tuple[Opened, bytes]:
    opened = read_header(file, partial(_believed, store))
    about = about_stick(opened.header.to_key)
    try:
        key = store.read(
            lambda c: agreed_with_us(c, opened.ephemeral, about, _sealed_to(c, opened))
        )
    except ValueError as error:
        raise InputError("stick_header", reason="ephemeral") from error
    return opened, key


def _sealed_to(connection: Connection, opened: Opened) -> bytes:
    """Return which of this station's keys a file is sealed to."""
    to_key = opened.header.to_key
    return next(box for box in own_box_keys(connection) if key_id(box) == to_key)


def _believed(store: Store, header: Header) -> bytes:
    """Return the key of a file's sender; raises InputError where the file is not for us or his."""

    def query(connection: Connection) -> bytes:
        own = own_site(connection)
        if header.site == own.id:
            raise InputError("stick_own")
        if header.to != own.id or header.to_key not in map(key_id, own_box_keys(connection)):
            raise InputError("stick_for_other", to=header.to)
        about = {"site": header.site, "town": header.town, "station": header.station}
        if kind_of_peer(connection, header.site) == REVOKED:
            raise InputError("stick_sender_revoked", **about)
        key = known_key(connection, header.site)
        if key is None:
            raise InputError("stick_sender_unknown", **about)
        changes = [*changes_of(connection, header.site), *header.changes]
        line = successors(header.site, key, changes)
        return next((one for one in line if key_id(one) == header.key_id), key)

    return store.read(query)


def _until_broken(
    file: BinaryIO, opened: Opened, key: bytes, watch: Watch, troubles: list[GridDeskError]
) -> Iterator[bytes]:
    """Yield parts until there are no more, or what follows cannot be read or is not wanted."""
    step, parts = watch.step("stick_read"), opened.header.parts
    found = read_parts(file, opened, key)
    number = 0
    while True:
        try:
            step(number, parts)
            part = next(found, None)
        except OSError as error:
            detail = error.strerror or type(error).__name__
            troubles.append(EnvironmentError_("stick_unreadable", file="", detail=detail))
            return
        except GridDeskError as error:
            if error.code not in _ENDS:
                raise
            troubles.append(error)
            return
        if part is None:
            return
        yield part
        number += 1


def _ranges_in(part: bytes, opened: Opened) -> Sequence[Range]:
    """Return the runs of ops that a part holds."""
    found = read_part(part)
    if isinstance(found, Piece):
        return []
    header = opened.header
    batch = decode_batch(found, lambda site: opened.sign_key if site == header.site else None)
    return batch.ranges


def _coming(connection: Connection, town: str, header: Header, span: Span, end: int) -> Coming:
    """Say what a run of ops brings of which those up to `end` could be read."""
    here = head_of(connection, span.site, span.epoch)
    new = max(0, min(span.to_seq, end) - max(here.seq, span.from_seq - 1))
    return Coming(span, new, _obstacle(connection, town, header, span))


def _obstacle(connection: Connection, town: str, header: Header, span: Span) -> str:
    """Return what would keep a run of ops out, as far as the header shows it."""
    here = head_of(connection, span.site, span.epoch)
    # A chain not heard of yet says in its first op for whom it is.
    known = town_of(connection, span.site, span.epoch) if here.seq else ""
    if known and not (is_for(known, town) and is_for(known, header.town)):
        return "wrong_town"
    if span.from_seq > here.seq + 1:
        return "gap"
    if span.to_seq <= here.seq:
        is_same = hash_at(connection, span.site, span.epoch, span.to_seq) == span.to_hash
        return "" if is_same else "fork"
    own = own_site(connection).id
    is_own = span.site == own and span.epoch in current_epochs(connection)
    return "rewound" if is_own else ""


def _missing(connection: Connection, header: Header, ends: Mapping[Chain, int]) -> int:
    """Return how many ops the sender has that are not here, beyond what is still to be taken."""
    missing = 0
    for head in header.heads:
        here = head_of(connection, head.site, head.epoch).seq
        missing += max(0, head.seq - max(here, ends.get(_chain(head), 0)))
    return missing


def _chain(item: Range | Head | Attest | Span) -> Chain:
    return item.site, item.epoch
