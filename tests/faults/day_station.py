"""A workstation of the day that is played: `griddesk room` without a window, and who works there.

    python -m tests.faults.day_station HOME

Reads commands and says what came of them as lines of JSON. Each op that is in the record, whoever
wrote it, is told with the moment it was (`has`); of its own ops that is the acknowledgement.
"""

import faulthandler
import sys
import threading
import traceback
from pathlib import Path
from time import monotonic

import orjson

from db.commands.attachments import attach
from db.commands.claims import claim
from db.commands.incidents import Report, act, report_incident
from db.domain.errors import InputError, RuleError
from db.domain.scope import scope_of
from db.domain.transitions import TRANSITIONS, available
from db.stick.plan import heard_of, recipient_named
from db.stick.read import take
from db.stick.write import write_for
from db.store import blobs
from db.store.envelopes import Caller
from db.store.facts import facts_at
from db.store.projections import load_incident
from db.store.queries.town import units_by_key
from db.store.store import Store
from db.sync.exchange import own_heads
from db.sync.peers import unsent
from db.sync.wire import head_to_json
from desktop.headless import serve_room
from tests.db.sync import rig
from tests.model.seat import SEAT

SCOPE = scope_of(SEAT)
HUNG_SECONDS = 50
STEPS = frozenset(
    {"accept", "dispatch", "sign", "feedback", "check_pass", "callback", "send_down", "supervise"}
)
_NEWS = """SELECT recv, site.id, epoch, seq FROM op JOIN site ON site.n = op.site
WHERE recv > ? ORDER BY recv"""
_OPEN = "SELECT rid, number FROM incident WHERE is_open = 1 ORDER BY id"
_VILLAGES = "SELECT code FROM area WHERE level = 'village' ORDER BY code"
_FILES = "SELECT DISTINCT blob FROM attachment"


class Work:
    """What people do at one workstation."""

    def __init__(self, store):
        self.store = store
        self._is_new = threading.Event()
        self._at = 0.0
        store.listen(self._on_commit)

    def serve(self):
        """Serve the room until SIGTERM."""
        serve_room(self.store, None, is_plain=False, on_ready=self._begin)

    def _begin(self, _):
        for work in (self._tell_news, self._obey):
            threading.Thread(target=work, daemon=True).start()
        self._on_commit(None)

    def _on_commit(self, _):
        self._at = monotonic()
        self._is_new.set()

    def _tell_news(self):
        told = 0
        while self._is_new.wait():
            self._is_new.clear()
            at = self._at
            if news := rig.rows(self.store, _NEWS, told):
                told = news[-1][0]
                say(has=[ref for _, *ref in news], at=at)

    def _obey(self):
        say(ready=True, site=self.store.site.id)
        for line in sys.stdin:
            command = orjson.loads(line)
            # Whoever waits for an answer gives up later, and is to know for what it waited.
            faulthandler.dump_traceback_later(HUNG_SECONDS)
            try:
                done = getattr(self, f"do_{command.pop('do')}")(**command)
            except (RuleError, InputError) as error:
                done = {"refused": error.code}
            except Exception as error:
                # A thread that died would be taken for one that waits: nobody would hear why.
                done = {"failed": repr(error), "at": traceback.format_exc()}
            faulthandler.cancel_dump_traceback_later()
            say(**done or {})

    def do_report(self, word, dice):
        values = {
            "content": f"{word}：路面积水，车辆绕行",
            "address": f"中心路{dice % 90}号",
            "area_code": self._village(dice),
        }
        report_incident(self.store, SEAT, Report(values, Caller("钱七", "10000000008")))

    def do_note(self, word, dice):
        act(self.store, SEAT, SCOPE, self._one(dice)[1], "note", {"text": word})

    def do_claim(self, word, dice):
        claim(self.store, SEAT, SCOPE, self._one(dice)[1])

    def do_attach(self, word, dice):
        file = self.store.home.parent / f"{word}.txt"
        file.write_text(f"{word}\n" * (1 + dice % 20_000), encoding="utf-8")
        attach(self.store, SEAT, SCOPE, self._one(dice)[1], file)

    def do_escalate(self, word, dice):
        self._step(word, dice, frozenset({"escalate"}))

    def do_step(self, word, dice):
        self._step(word, dice, STEPS)

    def _one(self, dice):
        """An open incident: (row id, number)."""
        found = rig.rows(self.store, _OPEN)
        if not found:
            raise RuleError("incident_unknown")
        return found[dice % len(found)]

    def _step(self, word, dice, allowed):
        """Do what can be done next with some open incident."""
        found = rig.rows(self.store, _OPEN)
        start = dice % max(1, len(found))
        for rid, number in found[start:] + found[:start]:
            if actions := sorted(self.store.read(lambda c, r=rid: may(c, self.store, r)) & allowed):
                action = actions[dice % len(actions)]
                asked = {field.name for field in TRANSITIONS[action].fields}
                given = self._values(word, dice)
                values = {name: given[name] for name in asked & given.keys()}
                act(self.store, SEAT, SCOPE, number, action, values)
                return
        raise RuleError("incident_unknown")

    def _village(self, dice):
        found = [code for (code,) in rig.rows(self.store, _VILLAGES)]
        return found[dice % len(found)]

    def _values(self, word, dice):
        """What an action may ask for; each takes what it knows."""
        town = self.store.site.town
        units = self.store.read(lambda c: sorted(u.code for u in units_by_key(c, town).values()))
        return {
            "class_code": "GZ01", "urgency": "normal", "not_duplicate": True,
            "text": f"{word}：已到现场处理完毕", "lead": units[dice % len(units)] if units else "",
            "co": (),
            "task": word, "contact": "老李", "no_photo": "夜间", "outcome": "resolved",
            "close_rule_met": True, "public_reply": "已办", "reached": True, "satisfaction": "ok",
            "level": "district", "area_code": self._village(dice),
            "card": "yellow",
        }  # fmt: skip

    def do_state(self):
        missing = [
            blob for (blob,) in rig.rows(self.store, _FILES)
            if not blobs.exists(self.store.home, blob)
        ]  # fmt: skip
        heads = [head_to_json(head) for head in own_heads(self.store)]
        return {"heads": heads, "unsent": self.store.read(unsent), "missing": len(missing)}

    def do_write_stick(self, to, folder):
        peer = self.store.read(lambda c: recipient_named(c, self.store.site.id, to))
        known = self.store.read(lambda c: heard_of(c, peer.id))
        done = write_for(self.store, SEAT, peer, Path(folder), known=known, with_files=True)
        return {"paths": [str(path) for path in done.paths], "ops": done.ops}

    def do_read_stick(self, path):
        done = take(self.store, Path(path))
        return {"added": done.added, "troubles": [error.code for error in done.troubles]}


def may(connection, store, rid):
    """The actions that are possible with an incident."""
    incident = load_incident(connection, rid)
    facts = facts_at(connection, store.clock(), SCOPE, incident)
    return {row.action for row in available(incident, SEAT, facts)}


_saying = threading.Lock()


def say(**values):
    with _saying:
        sys.stdout.write(orjson.dumps(values).decode() + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    with Store.open(Path(sys.argv[1])) as opened:
        Work(opened).serve()
