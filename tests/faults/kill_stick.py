"""Sticks being written and read when the process is killed: kinds of work like those beside it."""

from functools import partial

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from db.commands.incidents import Report, report_incident
from db.domain.errors import InputError
from db.domain.ops import decode
from db.stick import plan as stick_plan
from db.stick import write as stick_write
from db.stick.format import about_stick, read_header, read_parts
from db.stick.read import preview, take
from db.stick.write import write_for
from db.store.envelopes import Caller
from db.store.medium import Watch
from db.store.sealing import _derive
from db.sync.exchange import Limits, collect, held_count, own_heads, own_site
from db.sync.peers import STATION, put_peer
from tests.db.store import rig

STICK = "usb"
SMALL = Limits(ops=10)


def opened(home):
    return rig.open_store(home, rig.Clock())


def two(home):
    """Make two stations that know each other, at `home` and beside it, with work at the second."""
    folder = home.with_name("other")
    rig.make_site(home)
    rig.make_site(folder, "B1")
    (home / STICK).mkdir()
    with opened(home) as store, opened(folder) as other:
        for one, peer in ((store, other.read(own_site)), (other, store.read(own_site))):
            one.write(lambda journal, peer=peer: put_peer(journal, STATION, peer))
        for number in range(8):
            values = {"content": f"河边路灯不亮第{number}处", "address": "河边路 8 号"}
            report_incident(other, rig.CLERK, Report(values, Caller(rig.NAME, rig.PHONE)))
    return folder


class StickWrite:
    """Files written for another: under its name each is whole, and its export is an op."""

    is_kept, settles = False, True

    @staticmethod
    def prepare(home):
        folder = two(home)
        with opened(folder) as other:
            (secret,) = rig.rows(other, "SELECT v FROM secret WHERE k = 'box_key'")
            return other.read(own_site), bytes(secret[0])

    @staticmethod
    def work(home, given, say, run):
        peer, _ = given
        with opened(home) as store:
            for _ in range(3):
                done = write_for(store, rig.CLERK, peer, home / STICK, known=None, with_files=True)
                say(done.paths[0].name)

    @staticmethod
    def check(store, given, said):
        files = sorted((store.home / STICK).glob("*.gdx"))
        told = exported(store)
        for path in files:
            if path.name not in told:
                return f"half: {path.name} is in no journal"
            if not is_whole(path, store, given[1]):
                return f"half: {path.name}"
        names = [path.name for path in files]
        lost = [name for name in said if name not in names]
        return f"lost: {lost}" if lost else ""


class StickRead:
    """A file taken in: each of its batches whole or not at all, and all of them in the end."""

    is_kept, settles = False, True

    @staticmethod
    def prepare(home):
        folder = two(home)
        # Small batches, in this process alone.
        stick_plan.collect = stick_write.collect = partial(collect, limits=SMALL)
        with opened(home) as store, opened(folder) as other:
            peer = store.read(own_site)
            done = write_for(other, rig.CLERK, peer, home / STICK, known=None, with_files=False)
            return done.paths[0].name, other.site.id, len(own_heads(store))

    @staticmethod
    def work(home, given, say, run):
        def tell(step, number, parts):
            say(str(number))

        with opened(home) as store:
            take(store, home / STICK / given[0], Watch(tell))

    @staticmethod
    def check(store, given, said):
        path = store.home / STICK / given[0]
        shown = preview(store, path)
        here = shown.header.ops - shown.new
        if here % SMALL.ops and shown.new:
            return f"half: a batch up to {here}"
        # What is said of a part is said when those before it are taken in.
        least = min(shown.header.ops, SMALL.ops * max(map(int, said), default=0))
        if here < least:
            return f"lost: {least - here} of {least}"
        taken = take(store, path)
        if taken.added != shown.new or taken.troubles or store.read(held_count):
            return f"stuck: {taken}"
        return ""


def exported(store):
    """Return the names of the files that the journal says were exported."""
    bodies = rig.rows(store, "SELECT body FROM op WHERE instr(body, CAST('export_made' AS BLOB))")
    told = [decode(body).payload["outputs"] for (body,) in bodies]
    return {output["name"] for outputs in told for output in outputs}


def is_whole(path, store, secret):
    """Whether a file can be read through by the one it is for."""
    own = store.read(own_site).sign_key
    private = X25519PrivateKey.from_private_bytes(secret)
    public = private.public_key().public_bytes_raw()
    try:
        with path.open("rb") as file:
            found = read_header(file, lambda _: own)
            shared = private.exchange(X25519PublicKey.from_public_bytes(found.ephemeral))
            about = about_stick(found.header.to_key)
            key = _derive(shared, found.ephemeral + public, about)
            return len(list(read_parts(file, found, key))) == found.header.parts
    except InputError:
        return False
