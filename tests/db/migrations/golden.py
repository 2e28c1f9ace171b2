"""Golden records: one data folder of each released schema, made once and never edited.

`python -m tests.db.migrations.golden FOLDER` makes one of the schema of this checkout: an invented
site with work in every state, another site's chain, a caller, and an op that nobody knows.
"""

import shutil
import sys
from dataclasses import replace
from pathlib import Path

from db.commands.incidents import Report, act, report_incident
from db.domain.ops import OpRef, encode
from db.domain.scope import scope_of
from db.store import driver
from db.store.envelopes import Caller
from db.store.store import RECORD
from tests.db.store import rig

FOLDER = Path(__file__).with_name("golden")
TEXT = "河边路路灯不亮，夜间行人看不清台阶"
FEEDBACK = "已更换灯头三只，夜间复查正常，现场已清理"


def make(home):
    """Make a golden record at `home`."""
    rig.make_site(home / "b", "B1")
    with rig.open_store(home / "b") as other:
        fill(other, 2)
        chain = bodies(other)
        foreign = other.site.id
    rig.make_site(home / "a")
    with rig.open_store(home / "a") as store:
        fill(store, 7)
        epoch = epoch_of(chain[0])
        later = [*chain, unknown(foreign, epoch, len(chain) + 1, chain[-1])]
        incoming = rig.as_range(foreign, later, epoch=epoch)
        store.write(lambda journal: journal.receive(incoming))
    squeeze(home / "a")


def copy_of(folder, home):
    """Copy a golden record; a checkout does not keep that only the owner may read a key."""
    shutil.copytree(folder, home)
    (home / "key").chmod(0o600)
    return home


def fill(store, count):
    clerk = replace(rig.CLERK, roles=(*rig.CLERK.roles, "supervisor", "evaluator"))
    scope = scope_of(clerk, "")
    steps = (
        ("accept", {"class_code": "GZ01", "area_code": rig.GRID, "not_duplicate": True}),
        ("dispatch", {"lead": rig.SZS, "co": (rig.CGZD,)}),
        ("sign", {"unit": rig.SZS, "contact": "吕师傅"}),
        ("feedback", {"unit": rig.SZS, "text": FEEDBACK, "contact": "吕师傅"}),
        ("feedback", {"unit": rig.CGZD, "text": FEEDBACK, "contact": "吕师傅"}),
        ("check_pass", {"outcome": "resolved", "public_reply": FEEDBACK, "close_rule_met": True}),
    )
    for number in range(count):
        caller = Caller(rig.NAME, rig.PHONE) if number % 2 else Caller("", "")
        values = {"content": f"{TEXT}（{number}）", "address": "河边路 8 号"}
        done = report_incident(store, clerk, Report(values, caller))
        for action, given in steps[:number]:
            act(store, clerk, scope, done.number, action, given)


def unknown(site, epoch, seq, pattern):
    from db.domain.ops import decode

    op = replace(decode(pattern), ref=OpRef(site, epoch, seq), kind="drone_landed", parents=())
    return encode(replace(op, payload={"pad": "3"}))


def bodies(store):
    return [row[0] for row in rig.rows(store, "SELECT body FROM op ORDER BY seq")]


def epoch_of(body):
    from db.domain.ops import decode

    return decode(body).ref.epoch


def squeeze(home):
    connection = driver.open_writer(home / RECORD, rig.key_of(home))
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


if __name__ == "__main__":
    make(Path(sys.argv[1]))
