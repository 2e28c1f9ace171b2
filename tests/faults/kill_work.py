"""Kinds of work to be killed in: how it is prepared, done, and looked at afterwards.

Each runs in a process of its own. `prepare` makes a data folder and returns what the other two
are given; `work` says each thing once it is acknowledged; `check` returns how far the record is
from what was said: an empty text, or what is wrong.
"""

import itertools
import shutil
from typing import NamedTuple

from db.commands.incidents import Report, act, report_incident
from db.domain.scope import scope_of
from db.imports.take_in import order_writer
from db.store.envelopes import Caller
from db.store.files import write_file
from db.store.projections import PROJECTION_TABLES
from db.store.rebuild import rebuild_now
from db.store.verify import verify
from db.sync.batch import decode_batch
from db.sync.exchange import Limits, collect, head_of, held_count, own_heads, take_in
from db.sync.signing import signer_of
from db.sync.wire import Want
from tests.db.migrations.golden import FOLDER, copy_of
from tests.db.store import rig
from tests.faults.kill_stick import StickRead, StickWrite
from tests.faults.orders import orders

SCOPE = scope_of(rig.CLERK, "")
CHUNK, CHUNKS = 8, 5
SMALL = Limits(ops=10)


def opened(home):
    return rig.open_store(home, rig.Clock())


def texts(store, sql):
    return {row[0] for row in rig.rows(store, sql)}


def apart(store):
    """Return what is wrong where an incident and its caller's envelope are not both there."""
    named = texts(store, "SELECT caller FROM incident WHERE caller <> ''")
    odd = len(named ^ texts(store, "SELECT id FROM envelope"))
    return f"half: {odd} envelopes or incidents without the other" if odd else ""


def projected(connection):
    return {
        table: sorted(map(repr, connection.execute(f"SELECT * FROM {table}").fetchall()))
        for table in PROJECTION_TABLES
    }


def is_folded(store):
    """Whether the rows are those that the journal gives."""

    def work(journal):
        before = projected(journal.connection)
        rebuild_now(journal)
        return before == projected(journal.connection)

    return rig.undone(store, work)


def wholeness(store, *, is_known):
    """Return what is wrong with a record whatever was done; `is_known`: it has been opened here."""
    if is_known and store.renewed:
        return f"doubted: {store.renewed}"
    found = store.read(verify)
    if not found.is_ok:
        return f"damaged: {found.problems}"
    return "" if is_folded(store) else "half: the rows are not those of the journal"


class Decisions:
    """A clerk takes in, accepts and notes; one record through all kills."""

    is_kept = settles = True

    @staticmethod
    def prepare(home):
        rig.make_site(home)

    @staticmethod
    def work(home, given, say, run):
        with opened(home) as store:
            for number in range(4):
                text = f"{run}号第{number}件"
                values = {"content": text, "address": "河边路 8 号"}
                done = report_incident(
                    store, rig.CLERK, Report(values, Caller(rig.NAME, rig.PHONE))
                )
                say(text)
                for n in range(2):
                    note = f"{text}第{n}注"
                    act(store, rig.CLERK, SCOPE, done.number, "note", {"text": note})
                    say(note)

    @staticmethod
    def check(store, given, said):
        here = texts(store, "SELECT content FROM incident") | texts(
            store, "SELECT opinion FROM step"
        )
        lost = [text for text in said if text not in here]
        return f"lost: {lost}" if lost else apart(store)


class Import:
    """Orders of a file, chunk after chunk: each whole or not at all."""

    is_kept, settles = False, True

    @staticmethod
    def prepare(home):
        rig.make_site(home)

    @staticmethod
    def work(home, given, say, run):
        with opened(home) as store:
            write = order_writer(store, rig.CLERK)
            for chunk in range(CHUNKS):
                write(orders(chunk, CHUNK))
                say(str(chunk))

    @staticmethod
    def check(store, given, said):
        numbers = sorted(texts(store, "SELECT source_no FROM incident"))
        chunks = [number[:4] for number in numbers]
        sizes = {len(list(rows)) for _, rows in itertools.groupby(chunks)}
        if not sizes <= {CHUNK}:
            return f"half: chunks of {sizes}"
        return between(len(said), len(set(chunks)), CHUNKS) or apart(store)


class Sent(NamedTuple):
    """Another site's batches: their bytes, its chain and key, and where each ends."""

    batches: list
    chain: tuple
    key: bytes
    ends: list


class TakeIn:
    """Batches of another site: each whole or not at all, and all of them in the end."""

    is_kept, settles = False, True

    @staticmethod
    def prepare(home):
        rig.make_site(home)
        rig.make_site(home.with_name("other"), "B1")
        with opened(home.with_name("other")) as store:
            for number in range(8):
                values = {"content": f"河边路灯不亮第{number}处", "address": "河边路 8 号"}
                report_incident(store, rig.CLERK, Report(values, Caller(rig.NAME, rig.PHONE)))
            head = next(head for head in own_heads(store) if head.site == store.site.id)
            batches, ends = [], [0]
            while ends[-1] < head.seq:
                made = collect(store, [Want(head.site, head.epoch, ends[-1] + 1)], SMALL)
                batches.append(made.data)
                ends.append(made.ends[head.site, head.epoch])
            key = store.read(lambda c: signer_of(c, store.site.town).public_key)
        return Sent(batches, (head.site, head.epoch), key, ends)

    @staticmethod
    def work(home, given, say, run):
        with opened(home) as store:
            for number, data in enumerate(given.batches):
                take_in(store, data, key_of=lambda *_: given.key)
                say(str(number))

    @classmethod
    def check(cls, store, given, said):
        seq = store.read(lambda c: head_of(c, *given.chain)).seq
        if seq not in given.ends:
            return f"half: a batch up to {seq}"
        wrong = between(len(said), given.ends.index(seq), len(given.batches)) or apart(store)
        for data in given.batches:
            take_in(store, data, key_of=lambda *_: given.key)
        last = store.read(lambda c: head_of(c, *given.chain)).seq
        if last != given.ends[-1] or store.read(held_count):
            return f"stuck: at {last}"
        return wrong


class Export:
    """Batches written as files: under its name a file is whole, the record is as it was."""

    is_kept, settles = False, True

    @staticmethod
    def prepare(home):
        rig.make_site(home)

    @staticmethod
    def work(home, given, say, run):
        with opened(home) as store:
            wants = [Want(head.site, head.epoch, 1) for head in own_heads(store)]
            for number in range(6):
                made = collect(store, wants)
                write_file(home / f"{number}.eopb", made.data)
                say(f"{number}.eopb")

    @staticmethod
    def check(store, given, said):
        files = {path.name: path.read_bytes() for path in store.home.glob("*.eopb")}
        key = store.read(lambda c: signer_of(c, store.site.town).public_key)
        heads = {(head.site, head.epoch): head.hash for head in own_heads(store)}
        for name, data in files.items():
            ranges = decode_batch(data, lambda _: key).ranges
            if {(item.site, item.epoch): item.to_hash for item in ranges} != heads:
                return f"half: {name}"
        lost = [name for name in said if name not in files]
        return f"lost: {lost}" if lost else ""


class Migration:
    """A record of the first schema brought up to date: the old one or the new one."""

    is_kept = settles = False

    @staticmethod
    def prepare(home):
        copy_of(FOLDER / "v0001", home)
        newer = shutil.copytree(home, home.with_name("newer"))
        with opened(newer) as store:
            return shape(store)

    @staticmethod
    def work(home, given, say, run):
        with opened(home):
            say("open")

    @staticmethod
    def check(store, given, said):
        found = shape(store)
        # Killed between its first commit and the first line of its witness, it starts an epoch.
        added = int(store.renewed == "witness_lost")
        found["journal"] = found["journal"][: len(found["journal"]) - added]
        odd = [name for name, value in found.items() if value != given[name]]
        return f"half: not what an undisturbed update gives: {odd}" if odd else ""


def shape(store):
    """Return what a schema and a journal are, to be compared."""
    ask = {
        "version": "PRAGMA user_version",
        "schema": "SELECT name, sql FROM sqlite_master ORDER BY name",
        "journal": "SELECT hash FROM op ORDER BY recv",
    }
    return {name: rig.rows(store, sql) for name, sql in ask.items()}


def between(said, done, most):
    """Return what is wrong with `done` things where `said` were acknowledged."""
    if done < said:
        return f"lost: {said - done} of {said}"
    return "" if done <= min(said + 1, most) else f"half: {done} where {said} were said"


KINDS = {
    "decisions": Decisions,
    "import": Import,
    "take_in": TakeIn,
    "export": Export,
    "migration": Migration,
    "stick_write": StickWrite,
    "stick_read": StickRead,
}
