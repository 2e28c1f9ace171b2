"""Records that people write to apart, and batches between them; no threads, no line, no waiting.

Each is a real encrypted file. An example works within one open transaction of each that is undone
at its end, so thousands of examples start from the same few files.
"""

import secrets
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from db.commands.site import start_chain
from db.commands.town import define_areas, define_units
from db.domain.deadlines import local_date
from db.domain.errors import InputError, RuleError
from db.domain.incidents import Incident
from db.domain.ops import GENESIS, SYSTEM, Actor, Hlc, Op, OpRef, decode
from db.domain.rules.base import Also
from db.domain.scope import scope_of
from db.domain.transitions import TRANSITIONS, available, decide
from db.store import driver
from db.store.facts import facts_at
from db.store.journal import Journal
from db.store.keys import KeyPlace, load_key
from db.store.numbers import next_number
from db.store.parcels import Range
from db.store.projections import PROJECTION_TABLES, load_incident
from db.store.rebuild import rebuild_now
from db.store.store import RECORD, Store, create_site, read_site
from db.store.writer import Written
from db.sync.exchange import Limits, chain_key, collect, heads_of, take_in
from db.sync.wire import Want
from tests.db.store import rig

ROLES = frozenset(role for row in TRANSITIONS.values() for role in row.roles)
SEATS = tuple(Actor(f"u{n}", f"{n}号席", tuple(sorted(ROLES))) for n in range(8))
UNITS = (rig.SZS, rig.CGZD)
CLASS = "GZ01"
DONE = {"class_code": CLASS, "text": "已当场劝和"}
WAYS = tuple(
    tuple(way.split())
    for way in (
        "accept dispatch sign ask_pause feedback check_pass callback reopen",
        "accept dispatch sign ask_pause approve resume ask_extend",
        "accept:2 dispatch sign finish_step block ask_reclass",
        "accept dispatch add_unit:1 withdraw_unit:1 supervise:1 reply recall",
        "accept dispatch sign feedback check_fail feedback check_pass callback:1 archive",
        "ask_void decline ask_void withdraw ask_force_close approve",
        "ask_verify verify_result reclass:1 reject",
        "return accept dispatch refuse send_down",
        "note attach district_update accept dispatch ask_skip:1 escalate:1",
        "merge unmerge merge ask_unmerge approve",
        "accept set_secrecy dispatch set_secrecy:1",
    )
)
"""Ways through the loop, every action on one of them; after a colon the turn that gives values."""
DECIDING = {"approve", "decline"}


class Desk:
    """A record as the exchange knows it, and what is done at it."""

    secret = Store.secret

    def __init__(self, home, *, projects=True):
        key = load_key(home, KeyPlace("file"))
        self.connection = driver.open_writer(home / RECORD, key)
        self.site = read_site(home)
        self.projects = projects
        self.now = rig.NOW

    def clock(self):
        return self.now

    def begin(self):
        self.now = rig.NOW
        self.connection.execute("BEGIN IMMEDIATE")

    def undo(self):
        self.connection.execute("ROLLBACK")

    def read(self, query):
        return query(self.connection)

    def write(self, work):
        """Run a unit of work, whole or not at all."""
        with self._whole():
            journal = Journal(self.connection, self.clock, projects=self.projects)
            return Written(work(journal), journal.changes)

    @contextmanager
    def _whole(self):
        self.connection.execute("SAVEPOINT work")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK TO work")
            raise
        finally:
            self.connection.execute("RELEASE work")

    def rows(self, sql, *parameters):
        return self.connection.execute(sql, parameters).fetchall()

    def bodies(self):
        """Every op by its name: the author's bytes."""
        return {
            OpRef(*name): bytes(body)
            for *name, body in self.rows(
                "SELECT site.id, epoch, seq, body FROM op JOIN site ON site.n = op.site"
            )
        }

    def dump(self):
        """Everything that was made from ops, by ids that mean the same in every file."""
        dump = rig.projection(self.connection)
        dump["stale"] = self.rows("SELECT ent, id, stale FROM subject WHERE stale <> ''")
        dump["in turn"] = sorted(
            (incident.id, *(part.unit for part in incident.assignments))
            for incident in map(self.incident, self.incidents())
        )
        return dump

    def incidents(self):
        return [row[0] for row in self.rows("SELECT rid FROM incident ORDER BY id")]

    def incident(self, rid):
        return load_incident(self.connection, rid)

    def conflicts(self):
        """Return (entity, id, field, tips) of all that is in dispute here."""
        return self.rows(
            "SELECT ent, id, field, tips FROM conflict JOIN subject ON subject.rid = subject"
            " ORDER BY ent, id, field"
        )

    def append(self, kind, id, payload, seat=0):
        return self.write(lambda journal: journal.append(kind, id, payload, SEATS[seat]))

    def report(self, id, seat, *, is_done=False):
        """Take in an incident, or one that was settled on the spot; somebody has called."""
        action, more = ("self_handle", DONE) if is_done else ("report", {})
        values = {"content": f"{id}号井盖松动", "address": "枫桥路", "area_code": rig.GRID} | more

        def work(journal):
            facts = self._facts(seat)
            kind, payload, *_ = decide(Incident(id=id), action, values, SEATS[seat], facts)
            payload["set"]["number"] = next_number(journal, f"{self.site.station}-")
            payload["set"]["caller"] = f"caller of {id}"
            journal.append(kind, id, payload, SEATS[seat])

        self.write(work)

    def go(self, incident, step):
        """Take a step of a way; what one person asks for another decides."""
        action, _, turn = step.partition(":")
        self.take(incident, action, int(turn or 0), int(action in DECIDING))

    def act(self, incident, turn, seat):
        """Take one of the steps that are offered, as the window would; mostly one that moves it."""
        offered = available(incident, SEATS[seat], self._facts(seat, incident))
        moving = [row for row in offered if row.to or row.action.startswith("ask_")]
        rows = moving if moving and turn % 4 else offered
        if rows:
            turn, place = divmod(turn // 4, len(rows))
            self.take(incident, rows[place].action, turn, seat)

    def take(self, incident, action, turn, seat):
        """Take a step; another `turn` gives other values."""
        values = self._values(action, turn, incident)

        def work(journal):
            facts = self._facts(seat, incident)
            second = SEATS[(seat + 1) % len(SEATS)]
            decision = decide(incident, action, values, SEATS[seat], facts, second)
            own = Also(decision.kind, incident.id, decision.payload)
            for kind, id, payload in (own, *decision.also):
                journal.append(kind, id, payload, SEATS[seat])

        self.write(work)

    def _values(self, action, turn, incident):

        def one_of(*options):
            return options[turn % len(options)]

        until = local_date(self.now) + timedelta(days=turn % 9)
        given = {
            "class_code": one_of(CLASS, "GZ02", "ZF01"),
            "urgency": one_of("normal", "urgent"),
            "not_duplicate": True,
            "reason": {
                "return": "no_place", "reject": "not_here", "refuse": "not_duty",
                "ask_pause": "weather", "ask_void": "test",
            }.get(action, ""),
            "text": f"井盖已经换好，现场清理完毕{turn}",
            "public_reply": "已办",
            "finding": one_of("exist", "not_exist", "unable"),
            "lead": self._other(incident, turn) if action == "merge" else one_of(*UNITS),
            "co": UNITS[: turn % 3],
            "task": f"处理{turn}",
            "unit": "" if action in ("feedback", "sign", "ask_extend") else one_of(*UNITS),
            "contact": "老李",
            "proposed": one_of(*UNITS[::-1]),
            "no_photo": "夜间",
            "outcome": "resolved",
            "close_rule_met": True,
            "until": until.isoformat(),
            "amount": 1,
            "level": one_of("town", "district"),
            "area_code": rig.GRID if action == "send_down" else "",
            "application": "",
            "opinion": f"同意{turn}",
            "reached": bool(turn % 2),
            "satisfaction": "ok",
            "card": one_of("urge", "yellow"),
            "secrecy": one_of("1", "0", "2"),
            "source_status": one_of("办理中", "已办"),
            "file": {"blob": f"{turn:064x}", "size": turn, "media": "image/png", "env": ""},
        }  # fmt: skip
        known = [field.name for field in TRANSITIONS[action].fields]
        return {name: given[name] for name in known if name in given}

    def _other(self, incident, turn):
        """Return another incident's id to merge into; its own where there is none."""
        others = [self.incident(rid).id for rid in self.incidents()]
        return others[(others.index(incident.id) + 1 + turn) % len(others)]

    def _facts(self, seat, incident=None):
        return facts_at(self.connection, self.now, scope_of(SEATS[seat]), incident)

    def append_foreign(self, kind, id, payload, version=1):
        """Write an op as another version would: this one need not know its kind or words."""
        known = [op for op in map(decode, self.bodies().values()) if self._is_of(op, id)]
        seen = {parent for op in known for parent in op.parents}
        tips = tuple(sorted(op.ref for op in known if op.ref not in seen))

        def work(journal):
            none = OpRef(journal.site, journal.epoch, 0)
            op = Op(none, Hlc(0, 0), self.now, SYSTEM, "incident", id, kind, payload, tips)
            journal._link(replace(op, version=version), 0)

        self.write(work)

    def refs_of(self, id):
        """The names of an incident's ops."""
        return sorted(op.ref for op in map(decode, self.bodies().values()) if self._is_of(op, id))

    def _is_of(self, op, id):
        return (op.ent, op.id) == ("incident", id)

    def rebuild(self):
        """Drop every row that was made from ops and make them again."""
        for table in PROJECTION_TABLES:
            self.connection.execute(f"DELETE FROM {table}")
        self.write(rebuild_now)


@contextmanager
def refused(*codes):
    """Let a refusal for one of these reasons pass, and nothing else; any where none is named."""
    try:
        yield
    except (RuleError, InputError) as error:
        if codes and error.code not in codes:
            raise


def make_desks(folder, count):
    """Make `count` sites, a hub and a site of a newer program that all know each other."""
    desks = []
    for number in range(count + 2):
        home = folder / f"{number}"
        create_site(
            home,
            site_id=f"site-{number}-{secrets.token_hex(4)}",
            name=f"席位{number}",
            town=rig.TOWN,
            station=f"S{number}",
            key_kind="file",
        )
        is_store_only = number >= count
        with Store.open(home, clock=rig.Clock(), projects=not is_store_only) as store:
            start_chain(store, SYSTEM, has_room_key=False)
            if number == 0:
                define_areas(store, SYSTEM, rig.AREAS[4:5])
                define_units(store, SYSTEM, rig.UNITS)
        desks.append(Desk(home, projects=not is_store_only))
    for source in desks:
        for target in desks:
            own = [head for head in heads_of(source.connection) if head.site == source.site.id]
            batch = collect(source, [Want(head.site, head.epoch, 1) for head in own])
            key = own_key(source)
            take_in(target, batch.data, key_of=lambda *_, key=key: key)
    return desks


def own_key(desk):
    return chain_key(desk.connection, desk.site.id)


def make_blank(home):
    """Make a record in which no chain was begun."""
    create_site(home, site_id="", name="", town=rig.TOWN, station="B0", key_kind="file")
    return Desk(home)


def batch_for(source, target, limit=5000):
    """Return what the target lacks of what the source holds, at most `limit` ops; else None."""
    here = {(head.site, head.epoch): head.seq for head in heads_of(target.connection)}
    wants = [
        Want(head.site, head.epoch, here.get((head.site, head.epoch), 0) + 1)
        for head in heads_of(source.connection)
        if head.seq > here.get((head.site, head.epoch), 0) and head.site != target.site.id
    ]
    return collect(source, wants, Limits(ops=limit)) if wants else None


def bring(source, target):
    """Carry everything the target lacks, batch by batch."""
    while batch := batch_for(source, target):
        take_in(target, batch.data)


def pour(blank, source, random):
    """Give a blank record all ops of another in a random order that keeps each chain's."""
    chains = {}
    for ref, body, digest in source.rows(
        "SELECT site.id || '/' || epoch, body, hash FROM op JOIN site ON site.n = op.site"
        " ORDER BY site, epoch, seq"
    ):
        chains.setdefault(ref, []).append((bytes(body), bytes(digest)))
    done = dict.fromkeys(chains, 0)

    def work(journal):
        while left := [name for name, ops in chains.items() if done[name] < len(ops)]:
            name = random.choice(left)
            ops, start = chains[name], done[name]
            end = min(len(ops), start + random.choice((1, 4, 16)))
            site, epoch = name.split("/")
            before = ops[start - 1][1] if start else GENESIS
            bodies = [body for body, _ in ops[start:end]]
            journal.receive(Range(site, int(epoch), start + 1, before, bodies, ops[end - 1][1]))
            done[name] = end

    blank.write(work)
