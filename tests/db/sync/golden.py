"""Golden exchange: what a sender of each format wrote, with the record it was written for.

Made once and never edited: whatever comes later must be able to read it.
`python -m tests.db.sync.golden FOLDER` makes that of this checkout: a batch, a stick's file with an
attachment, a card, a card of heads, and the recipient's record as it stood before it read them.
"""

import hashlib
import shutil
import sys
import tempfile
from pathlib import Path

import orjson

from db.commands.attachments import attach
from db.commands.keys import grant_room_key
from db.domain.scope import scope_of
from db.store.store import Store
from db.sync.exchange import collect, own_heads, own_site
from db.sync.stick_cards import write_card, write_heads
from db.sync.wire import Want
from tests.db.migrations.golden import fill, squeeze
from tests.db.store import rig as store_rig
from tests.db.sync import rig
from tests.db.sync.sticks import introduce, write

FOLDER = Path(__file__).with_name("golden")
_LEFT = ("*-wal", "*-shm", "*.lock", "lock", "ballast", "*.ballast")
PHOTO = "现场照片的替身\n".encode() * 200


def make(folder):
    """Make the golden exchange of this checkout in a new folder."""
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        store_rig.make_site(base / "sender")
        options = {"town": store_rig.TOWN, "lists": False, "has_room_key": False}
        rig.make_site(base / "home", "B2", **options).close()
        (base / "stick").mkdir()
        (base / "photo.txt").write_bytes(PHOTO)
        with Store.open(base / "sender") as sender:
            fill(sender, 7)
            number = rig.rows(sender, "SELECT number FROM incident LIMIT 1")[0][0]
            scope = scope_of(store_rig.CLERK, "")
            attach(sender, store_rig.CLERK, scope, number, base / "photo.txt")
            with Store.open(base / "home") as home:
                introduce(base / "stick", sender, home)
                grant_room_key(sender, store_rig.CLERK, home.site.id)
                done = write(sender, home, base / "stick", with_files=True)
            described = describe(sender)
            batch = collect(sender, [Want(*chain, 1) for chain in described.pop("chains")])
            (folder / "batch.eopb").write_bytes(batch.data)
            shutil.copy(done.paths[0], folder / "stick.gdx")
            shutil.copy(write_card(sender, base / "stick"), folder / "card.gdc")
            shutil.copy(write_heads(sender, base / "stick"), folder / "heads.gdh")
        store_rig.unbound(base / "home")
        squeeze(base / "home")
        shutil.copytree(base / "home", folder / "home", ignore=shutil.ignore_patterns(*_LEFT))
    (folder / "sender.json").write_bytes(orjson.dumps(described, option=orjson.OPT_INDENT_2))
    (folder / "SHA256").write_text(digests(folder), encoding="ascii")


def describe(sender):
    """Return what a reader must find."""
    own = sender.read(own_site)
    states = dict(rig.rows(sender, "SELECT number, state FROM incident"))
    return {
        "site": own.id,
        "sign_key": own.sign_key.hex(),
        "states": states,
        "steps": rig.rows(sender, "SELECT count(*) FROM step")[0][0],
        "chains": [(head.site, head.epoch) for head in own_heads(sender)],
    }


def digests(folder):
    """Return a line for each file: its digest and name."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "SHA256")
    return "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n"
        for path in files
    )


if __name__ == "__main__":
    make(Path(sys.argv[1]))
