"""Writing a stick: planned, written under another name, read back, recorded, and only then named.

The recipient may be known to no network of ours: what it needs to be believed and sealed to is its
two keys. Whoever finds the stick reads nothing but who wrote to whom, and how much.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

from db.domain.errors import EnvironmentError_, GridDeskError, RuleError
from db.domain.ops import Actor
from db.domain.permissions import require
from db.stick.files import (
    STICK,
    VOLUME,
    Folder,
    check_space,
    check_there,
    chosen_folder,
    clear_left,
    discard,
    explaining,
    file_name,
    give_name,
    new_letters,
    reading,
    write_part,
)
from db.stick.format import (
    MAX_CHAINS,
    MAX_HEADER,
    PIECE,
    Header,
    Piece,
    pack_piece,
    part_sizes,
    read_header,
    read_parts,
    write_stick,
)
from db.stick.plan import File, Plan, joined, make_plan, size_of
from db.store import blobs
from db.store.ids import new_id
from db.store.journal import Journal
from db.store.medium import CANCELLED, UNWATCHED, OnStep, Watch, digest_of
from db.store.parcels import Head
from db.store.store import Store
from db.sync.exchange import collect
from db.sync.keyline import MAX_CHANGES, changes_of
from db.sync.peers import Peer
from db.sync.signing import Signer, key_id, signer_of

MAX_PURPOSE = 200
_HEADER, _HEADER_CHAIN = 4096, 256


@dataclass(frozen=True, slots=True)
class Written:
    """Files that are whole on the medium: it may be pulled out.

    `absent` is how many attached files were asked for and are not here.
    """

    paths: list[Path]
    to: Peer
    ops: int
    files: int
    absent: int
    size: int


@dataclass(frozen=True, slots=True)
class _Volume:
    """What goes into one file."""

    batches: list[int]
    files: list[File]


class _Proven(NamedTuple):
    """A file that was read back whole, still without its name."""

    part: Path
    size: int
    sha256: str


def write_for(
    store: Store,
    actor: Actor,
    peer: Peer,
    folder: Path,
    *,
    known: Iterable[Head] | None,
    with_files: bool,
    purpose: str = "",
    watch: Watch = UNWATCHED,
    limit: int = VOLUME - 2 * MAX_HEADER,
    is_recorded: bool = True,
) -> Written:
    """Write what a recipient lacks beyond the heads it is known to have; None for all there is.

    `limit` is how many bytes of parts one file may hold. Each file bears its name only after it was
    read back from the medium and the export is in the journal; a hub writes none (`is_recorded`),
    for every town is shown its journal. Raises RuleError (role_forbids,
    stick_nothing), EnvironmentError_: stick_full, stick_readonly, stick_gone, stick_error,
    stick_unproven, stick_changed, work_cancelled; no file of ours is left on the medium then.
    """
    require(actor, "write_stick")
    place = chosen_folder(folder)
    clear_left(place, store.site.station)
    plan = make_plan(store, peer, known, with_files=with_files)
    if not plan.batches and not plan.files:
        raise RuleError("stick_nothing", name=peer.name or peer.id)
    check_space(place, size_of(plan.batches) + _size_of_files(plan.files) + _header_room(plan))
    job = _Job(store, peer, place, plan, watch)
    return job.run(actor if is_recorded else None, purpose[:MAX_PURPOSE], limit)


class _Job:
    """One writing: its files, and how far it is."""

    def __init__(self, store: Store, peer: Peer, folder: Folder, plan: Plan, watch: Watch) -> None:
        self._store = store
        self._peer = peer
        self._folder = folder
        self._plan = plan
        self._watch = watch
        self._letters = new_letters()
        self._created = max(store.clock(), 0)
        self._signer: Signer = store.read(lambda c: signer_of(c, store.site.town))
        self._total = size_of(plan.batches) + _size_of_files(plan.files)
        self._done = 0

    def run(self, actor: Actor | None, purpose: str, limit: int) -> Written:
        volumes = list(_volumes(self._plan, limit))
        made: list[_Proven] = []
        named: list[Path] = []
        try:
            for number, volume in enumerate(volumes, start=1):
                made.append(self._write(volume, number, len(volumes)))
            if actor is not None:
                self._record(actor, purpose, made)
            named += (give_name(self._folder, one.part) for one in made)
        except BaseException:
            for path in (*(one.part for one in made), *named):
                discard(path)
            raise
        size = sum(one.size for one in made)
        plan = self._plan
        return Written(named, self._peer, plan.ops, len(plan.files), plan.absent, size)

    def _write(self, volume: _Volume, number: int, of: int) -> _Proven:
        suffix = (f"-{number}" if of > 1 else "") + STICK
        who = (self._store.site.station, self._peer.station)
        name = file_name(who, self._created, self._letters, suffix)
        header = self._header(volume, number, of)
        keys: list[bytes] = []

        def write(file: BinaryIO) -> None:
            parts = self._parts(volume, self._watch.step("stick_write"))
            keys.append(write_stick(file, self._signer, header, self._peer.box_key, parts))

        part = write_part(self._folder, name, write)
        try:
            return self._prove(part, header, keys[0])
        except BaseException:
            discard(part)
            raise

    def _header(self, volume: _Volume, number: int, of: int) -> Header:
        site, plan = self._store.site, self._plan
        ranges = joined(plan.spans[at] for at in volume.batches)
        return Header(
            site=site.id,
            town=site.town,
            station=site.station,
            key_id=key_id(self._signer.public_key),
            suite=self._signer.suite,
            to=self._peer.id,
            to_key=key_id(self._peer.box_key),
            created=self._created,
            letters=self._letters,
            number=number,
            of=of,
            parts=len(volume.batches) + sum(_pieces(file.size) for file in volume.files),
            ops=sum(span.ops for span in ranges),
            files=len(volume.files),
            file_bytes=sum(file.size for file in volume.files),
            ranges=ranges,
            heads=plan.heads[:MAX_CHAINS],
            changes=tuple(self._store.read(lambda c: changes_of(c, site.id)))[-MAX_CHANGES:],
        )

    def _parts(self, volume: _Volume, on_step: OnStep) -> Iterator[bytes]:
        for number in volume.batches:
            yield self._step(self._batch(number), on_step)
        for file in volume.files:
            for part in self._pieces(file):
                yield self._step(part, on_step)

    def _step(self, part: bytes, on_step: OnStep) -> bytes:
        on_step(self._done, self._total)
        self._done += len(part)
        return part

    def _batch(self, number: int) -> bytes:
        """Make a planned batch; the journal only grows, so it holds the same ops as then."""
        planned = self._plan.batches[number]
        if planned.branch:
            return planned.branch
        batch = collect(self._store, planned.wants, to=self._peer.id)
        ends = {(want.site, want.epoch): want.to_seq for want in planned.wants}
        if batch is None or batch.ends != ends:
            raise EnvironmentError_("stick_changed")  # a branch gave way to another meanwhile
        return batch.data

    def _pieces(self, file: File) -> Iterator[bytes]:
        try:
            with blobs.blob_path(self._store.home, file.blob).open("rb") as source:
                for offset in range(0, max(file.size, 1), PIECE):
                    content = source.read(PIECE)
                    yield pack_piece(Piece(file.blob, offset, file.size, content))
        except OSError as error:
            raise EnvironmentError_("blob_damaged") from error

    def _prove(self, part: Path, header: Header, key: bytes) -> _Proven:
        """Read a file back from the medium, every part of it."""
        step = self._watch.step("stick_prove")
        try:
            with reading(part) as file:
                opened = read_header(file, self._own_key)
                for number, _ in enumerate(read_parts(file, opened, key)):
                    step(number, header.parts)
        except GridDeskError as error:
            if error.code in CANCELLED:
                raise
            with explaining(self._folder):
                check_there(self._folder)
            raise EnvironmentError_("stick_unproven", path=str(self._folder.path)) from error
        with explaining(self._folder):
            return _Proven(part, part.stat().st_size, digest_of(part))

    def _own_key(self, _: Header) -> bytes:
        return self._signer.public_key

    def _record(self, actor: Actor, purpose: str, made: Sequence[_Proven]) -> None:
        payload = {
            "form": "stick",
            "to": self._peer.id,
            "town": self._peer.town,
            "station": self._peer.station,
            "purpose": purpose,
            "ops": self._plan.ops,
            "attachments": len(self._plan.files),
            "outputs": [
                {"name": one.part.stem, "size": one.size, "sha256": one.sha256} for one in made
            ],
        }

        def work(journal: Journal) -> None:
            journal.append("export_made", new_id(journal.clock()), payload, actor)

        self._store.write(work)


def _volumes(plan: Plan, limit: int) -> Iterator[_Volume]:
    """Share the parts out among files, in order; what is larger than a file has one for itself."""
    volume, filled = _Volume([], []), 0
    sizes = [part_sizes([item.size]) for item in plan.batches]
    sizes += [_size_of_files([file]) for file in plan.files]
    for number, size in enumerate(sizes):
        if filled and filled + size > limit:
            yield volume
            volume, filled = _Volume([], []), 0
        filled += size
        if number < len(plan.batches):
            volume.batches.append(number)
        else:
            volume.files.append(plan.files[number - len(plan.batches)])
    yield volume


def _header_room(plan: Plan) -> int:
    """Return about how many bytes a header takes."""
    return _HEADER + _HEADER_CHAIN * 2 * len(plan.heads)


def _pieces(size: int) -> int:
    return max(1, -(-size // PIECE))


def _size_of_files(files: Iterable[File]) -> int:
    head = len(pack_piece(Piece("00" * 32, 0, 0, b"")))
    return sum(file.size + part_sizes([head]) * _pieces(file.size) for file in files)
