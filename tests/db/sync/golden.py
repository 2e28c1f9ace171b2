"""Golden exchange: what a sender of each format wrote, with the keys it was written for.

Made once and never edited: whatever comes later must be able to read it.
`python -m tests.db.sync.golden FOLDER [SUITE]` makes that of this checkout: a batch, a stick's file
with an attachment, a card, a card of heads, and who the recipient is, with its keys. The
recipient's record is made anew by whoever reads: of what schema it is does not matter here.
"""

import hashlib
import shutil
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import orjson
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from db.commands import site as site_module
from db.commands.attachments import attach
from db.commands.keys import grant_room_key
from db.domain.ops import SYSTEM
from db.domain.scope import scope_of
from db.domain.suites import DEFAULT, signing_key, suite_of_key
from db.stick.cards import write_card, write_heads
from db.store.store import Store, create_site
from db.sync.exchange import collect, own_heads, own_site
from db.sync.wire import Want
from tests.db.migrations.golden import fill
from tests.db.stick.sticks import introduce, write
from tests.db.store import rig as store_rig
from tests.db.sync import rig

FOLDER = Path(__file__).with_name("golden")
PHOTO = "现场照片的替身\n".encode() * 200
_SECRET = "SELECT hex(v) FROM secret WHERE k = ?"


def make(folder, suite=DEFAULT):
    """Make the golden exchange of this checkout, its two stations of one suite, in a new folder."""
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        store_rig.make_site(base / "sender", suite=suite)
        options = {"town": store_rig.TOWN, "lists": False, "has_room_key": False, "suite": suite}
        rig.make_site(base / "home", "B2", **options).close()
        (base / "stick").mkdir()
        (base / "photo.txt").write_bytes(PHOTO)
        with Store.open(base / "sender") as sender, Store.open(base / "home") as home:
            fill(sender, 7)
            number = rig.rows(sender, "SELECT number FROM incident LIMIT 1")[0][0]
            scope = scope_of(store_rig.CLERK, "")
            attach(sender, store_rig.CLERK, scope, number, base / "photo.txt")
            introduce(base / "stick", sender, home)
            grant_room_key(sender, store_rig.CLERK, home.site.id)
            done = write(sender, home, base / "stick", with_files=True)
            described = describe(sender)
            wants = [Want(head.site, head.epoch, 1) for head in own_heads(sender)]
            (folder / "batch.eopb").write_bytes(collect(sender, wants).data)
            shutil.copy(done.paths[0], folder / "stick.gdx")
            shutil.copy(write_card(sender, base / "stick"), folder / "card.gdc")
            shutil.copy(write_heads(sender, base / "stick"), folder / "heads.gdh")
            told = identity(home)
    for name, document in (("sender.json", described), ("recipient.json", told)):
        (folder / name).write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))
    (folder / "SHA256").write_text(digests(folder), encoding="ascii")


def identity(store):
    """Return who a station is, with its keys: invented ones, good for nothing else."""
    site = store.site
    keys = {name: rig.rows(store, _SECRET, name)[0][0] for name in ("sign_key", "box_key")}
    return {"site": site.id, "name": site.name, "town": site.town, "station": site.station, **keys}


def recipient(folder, home, monkeypatch):
    """Make a fresh record of the station that a golden exchange was written for, and open it."""
    told = orjson.loads((folder / "recipient.json").read_bytes())
    sign_key = signing_key(bytes.fromhex(told["sign_key"]))
    box_key = X25519PrivateKey.from_private_bytes(bytes.fromhex(told["box_key"]))
    monkeypatch.setattr(site_module.suites, "new_signing_key", lambda suite: sign_key)
    made = SimpleNamespace(generate=lambda: box_key)
    monkeypatch.setattr(site_module, "X25519PrivateKey", made)
    named = {name: told[name] for name in ("name", "town", "station")}
    create_site(home, site_id=told["site"], key_kind="file", **named)
    store = Store.open(home)
    suite = suite_of_key(sign_key.public_key().public_bytes_raw())
    site_module.start_chain(store, SYSTEM, has_room_key=False, suite=suite)
    return store


def describe(sender):
    """Return what a reader must find."""
    own = sender.read(own_site)
    states = dict(rig.rows(sender, "SELECT number, state FROM incident"))
    return {
        "site": own.id,
        "sign_key": own.sign_key.hex(),
        "states": states,
        "steps": rig.rows(sender, "SELECT count(*) FROM step")[0][0],
    }


def digests(folder):
    """Return a line for each file: its digest and name."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "SHA256")
    return "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n"
        for path in files
    )


if __name__ == "__main__":
    make(Path(sys.argv[1]), *sys.argv[2:])
