"""A workstation in a process of its own: writes, exchanges, tells what was acknowledged.

    python -m tests.model.seat HOME LOG SEED PAUSE

Ends at SIGTERM, after an exchange that left nothing behind. Each line of LOG is the name of an
entry whose commit had returned.
"""

import random
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

from db.commands.incidents import Report, act, report_incident
from db.domain.errors import EnvironmentError_, RuleError
from db.domain.ops import SYSTEM, Actor, Hlc, Op, OpRef
from db.domain.scope import scope_of
from db.domain.transitions import TRANSITIONS
from db.store.clock import system_clock
from db.store.store import Store
from db.sync.client import sync_once

SEAT = Actor("u", "值班员", tuple(sorted({r for row in TRANSITIONS.values() for r in row.roles})))
JUMPS = (0, 3_600_000, -3_600_000, 315_360_000_000, -315_360_000_000)
EXCHANGE_EVERY = 6
PATIENCE = 60


class Seat:
    """One person at work for as long as the process lives."""

    def __init__(self, home, log, seed):
        self.dice = random.Random(seed)
        self.offset = 0
        self.log = log
        self.ends = False
        self.store = Store.open(home, clock=lambda: system_clock() + self.offset)

    def run(self, pause):
        signal.signal(signal.SIGTERM, self.stop)
        print("ready", flush=True)
        turn = 0
        while not self.ends:
            turn += 1
            self.write(f"{self.store.site.station}-{self.dice.getrandbits(64):016x}")
            if self.dice.random() < 0.03:
                self.offset = self.dice.choice(JUMPS)
            if turn % EXCHANGE_EVERY == 0:
                with suppress(EnvironmentError_):
                    self.exchange()
            time.sleep(pause)
        self.leave()

    def stop(self, *_):
        self.ends = True

    def write(self, word):
        """Write one entry that holds a word of its own, and note it once it is acknowledged."""
        known = self.store.read(
            lambda c: c.execute("SELECT number FROM incident ORDER BY id").fetchall()
        )
        turn = self.dice.random()
        if not known or turn < 0.2:
            report_incident(self.store, SEAT, Report({"content": word, "address": "河边"}))
        elif turn < 0.25:
            self.store.write(lambda journal: self.write_newer(journal, word))
        elif turn < 0.5:
            self.on_any(
                known, lambda j, id: j.append("source_updated", id, {"set": {"title": word}}, SEAT)
            )
        elif turn < 0.6:
            self.on_any(
                known,
                lambda j, id: j.append("check_passed", id, {"to": "closed", "opinion": word}, SEAT),
            )
        else:
            number = self.dice.choice(known)[0]
            try:
                act(self.store, SEAT, scope_of(SEAT), number, "note", {"text": word})
            except RuleError:
                return
        self.log.write(word + "\n")
        self.log.flush()

    def on_any(self, known, work):
        number = self.dice.choice(known)

        def write(journal):
            row = journal.connection.execute(
                "SELECT id FROM incident WHERE number = ?", number
            ).fetchone()
            work(journal, row[0])

        self.store.write(write)

    def write_newer(self, journal, word):
        """Write an op that no program here knows: it is kept and passed on."""
        ref, now = OpRef(journal.site, journal.epoch, 0), journal.clock()
        op = Op(ref, Hlc(0, 0), now, SYSTEM, "drone", word, "drone_sent", {}, ())
        subject = journal.subjects.find("drone", word)
        journal._link(op, subject.rid)
        journal.folding.renew([subject.rid])

    def exchange(self):
        result = sync_once(self.store)
        if result.troubles:
            raise result.troubles[0]
        return result

    def leave(self):
        """Exchange until nothing is left that only this record has."""
        ends_at = time.monotonic() + PATIENCE
        while True:
            try:
                if self.exchange().unsent == 0:
                    break
            except EnvironmentError_:
                if time.monotonic() > ends_at:
                    raise
            time.sleep(0.2)
        self.store.close()


def main(home, log, seed, pause):
    with open(log, "a", encoding="utf-8") as file:
        Seat(Path(home), file, int(seed)).run(float(pause))


if __name__ == "__main__":
    main(*sys.argv[1:])
