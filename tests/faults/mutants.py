"""Faults planted on purpose, each with the tests that must notice it.

`python -m tests.faults.mutants [NAME …]` copies the checkout for each, changes the copy, and runs
the smallest set of tests that stands guard there. It ends with 1 where a fault goes unnoticed,
where its text is no longer found, and where the tests fail without it: a guard that never barks
proves nothing.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.architecture.sources import ROOT

PATIENCE = 300
"""Seconds after which a set of tests counts as hanging."""
FAILED = re.compile(r"\b(\d+) failed\b")


class Mutant(NamedTuple):
    """A fault: `edits` are (text, replacement) in `file`; `tests` are what pytest is given."""

    name: str
    fault: str
    file: str
    edits: tuple[tuple[str, str], ...]
    tests: str


MUTANTS = (
    Mutant(
        "M1",
        "a second op under one name is taken for the first",
        "db/store/chains.py",
        (
            ("        if here[seq] != digest:\n", "        if not here:\n"),
            (
                "        elif seq == head_seq + 1 and previous != head_hash:\n",
                "        elif not seq:\n",
            ),
        ),
        "tests/db/store/test_journal.py -k fork",
    ),
    Mutant(
        "M2",
        "acknowledged before the commit",
        "db/store/writer.py",
        (
            (
                "                result = work(journal)\n",
                "                result = work(journal)\n"
                "                future.set_result(Written(result, journal.changes))\n",
            ),
            ("        future.set_result(Written(result, changes))\n", ""),
        ),
        "tests/faults/test_power.py -k test_nothing_acknowledged_is_lost",
    ),
    Mutant(
        "M3",
        "a commit does not wait for the disk",
        "db/store/driver.py",
        (("PRAGMA synchronous = FULL", "PRAGMA synchronous = NORMAL"),),
        "tests/faults/test_power.py -k test_nothing_acknowledged_is_lost",
    ),
    Mutant(
        "M4",
        "any signature under a batch will do",
        "db/sync/batch.py",
        ((" or not is_signed(key, signature, signed):\n", " or not signature:\n"),),
        "tests/db/sync/test_batch.py -k 'flipped or foreign'",
    ),
    Mutant(
        "M5",
        "of two values set apart the later by the clock wins in silence",
        "db/domain/branches.py",
        (("        return [] if _is_agreed(live) else live\n", "        return []\n"),),
        "tests/faults/test_apart.py",
    ),
    Mutant(
        "M6",
        "sends what is newer than the last exchange, not what is missing",
        "db/sync/client.py",
        (
            (
                "        cursor = {(want.site, want.epoch): want.from_seq for want in wanted}\n",
                "        older = (\n"
                "            'SELECT ifnull(max(seq), 0) FROM op JOIN site ON n = op.site'\n"
                "            ' WHERE id = ? AND epoch = ? AND CAST(body AS TEXT) ->> \"at\" <= ?'\n"
                "        )\n"
                "        cursor = {}\n"
                "        for want in wanted:\n"
                "            known = (want.site, want.epoch, self._hub.seen_at or 0)\n"
                "            row = self._store.read(lambda c: c.execute(older, known).fetchone())\n"
                "            cursor[want.site, want.epoch] = max(want.from_seq, row[0] + 1)\n",
            ),
        ),
        "tests/db/sync/test_client.py -k 'no_cursor or again_moves_nothing'",
    ),
    Mutant(
        "M7",
        "ops that must wait are dropped",
        "db/store/journal.py",
        (
            (
                "            for item in arrived\n        ]\n        self._insert(rows)\n",
                "            for item in arrived\n"
                "            if item.op.ref in folded\n"
                "        ]\n"
                "        self._insert(rows)\n",
            ),
        ),
        "tests/db/store/test_journal.py -k 'unknown_kind or missing_parent'",
    ),
    Mutant(
        "F1",
        "the witness of a restored record is not listened to",
        "db/store/store.py",
        (("            return recognise(journal, witness)\n", '            return ""\n'),),
        "tests/db/store/test_identity.py -k 'restored_record or parts or part_once'",
    ),
    Mutant(
        "F2",
        "sequence numbers outlive the transaction that took them",
        "db/store/journal.py",
        (
            (
                "        seq, previous, *last = self.connection.execute"
                "(HEAD, (site_n, epoch)).fetchone()\n",
                "        seq, previous, *last = _TAKEN.get((site_n, epoch)) or "
                "self.connection.execute(HEAD, (site_n, epoch)).fetchone()\n",
            ),
            (
                "        digest = chain_hash(previous, body)\n",
                "        digest = chain_hash(previous, body)\n"
                "        _TAKEN[site_n, epoch] = (seq + 1, digest, *hlc)\n",
            ),
            ("class Appended(NamedTuple):\n", "_TAKEN = {}\n\n\nclass Appended(NamedTuple):\n"),
        ),
        "tests/faults/test_sequence.py",
    ),
    Mutant(
        "F3",
        "a fold that fails blocks the journal",
        "db/store/folding.py",
        (("            fold.subject.stale = type(error).__name__\n", "            raise\n"),),
        "tests/faults/test_fold_fault.py",
    ),
    Mutant(
        "F4",
        "half of a failed command stays",
        "db/store/driver.py",
        (
            (
                '            connection.execute("ROLLBACK")\n',
                '            connection.execute("COMMIT")\n',
            ),
        ),
        "tests/db/store/test_writer.py -k leaves_nothing",
    ),
    Mutant(
        "F5",
        "ops are taken in that their own site has not vouched for",
        "db/sync/exchange.py",
        (("        _check_vouched(journal.connection, incoming)\n", "        pass\n"),),
        "tests/db/sync/test_exchange.py -k 'forged_word or vouches'",
    ),
    Mutant(
        "F6",
        "a file has its name before it is whole",
        "db/store/files.py",
        (('    part = path.with_name(path.name + ".part")\n', "    part = path\n"),),
        "tests/faults/test_kills.py -k 'test_nothing_said_is_lost and export'",
    ),
    Mutant(
        "F7",
        "what a commit replaces is kept in memory alone",
        "db/store/driver.py",
        (("PRAGMA journal_mode = WAL", "PRAGMA journal_mode = MEMORY"),),
        "tests/faults/test_kills.py -k 'test_nothing_said_is_lost and import'",
    ),
    Mutant(
        "F8",
        "a checkpoint that was broken off is taken for damage",
        "db/store/verify.py",
        (("        if broken and has_log(", "        if not broken and has_log("),),
        "tests/db/store/test_verify.py -k torn_in",
    ),
    Mutant(
        "F9",
        "what stands upon a lost name waits for ever",
        "db/domain/renames.py",
        (("            names.setdefault(old, kept)\n", "            pass\n"),),
        "tests/db/sync/test_forks.py -k lost_name",
    ),
    Mutant(
        "F10",
        "a branch gives way to anybody's word",
        "db/sync/client.py",
        (
            (
                "            if not branch or chain_hash("
                "branch[0].prev_hash, branch[0].bodies[0]) == here:\n",
                "            if not here:\n",
            ),
        ),
        "tests/db/sync/test_forks.py -k lies",
    ),
    Mutant(
        "F11",
        "what a writing program does to the search index during a check is taken for damage",
        "db/store/verify.py",
        (
            (
                "        with _snapshot(connection):\n            if connection",
                "        if True:\n            if connection",
            ),
        ),
        "tests/db/store/test_verify.py -k written_anew",
    ),
    Mutant(
        "R1",
        "a pause begins when it is asked for",
        "db/domain/rules/requests.py",
        (
            (
                "[pause(facts, wanted.reason, wanted.until_at, wanted.value)]",
                '[pause(facts, wanted.reason, wanted.until_at) | {"from_at": wanted.asked_at}]',
            ),
        ),
        "tests/db/domain/rules/test_requests.py -k pause",
    ),
    Mutant(
        "R2",
        "rework has the whole limit again",
        "db/domain/rules/closing.py",
        (("rework_limit(original, facts.calendar)", "original"),),
        "tests/db/domain/rules/test_closing.py -k rework",
    ),
    Mutant(
        "R3",
        "another class forgets the pauses",
        "db/domain/rules/base.py",
        (("pauses_of(incident) if pauses is None else pauses", "pauses or ()"),),
        "tests/db/domain/rules/test_clocks.py",
    ),
    Mutant(
        "R4",
        "what was merged into a merged one stays with it",
        "db/domain/rules/merging.py",
        ((", *_moved(moved, lead.id))", ",)"),),
        "tests/db/domain/rules/test_merging.py",
    ),
    Mutant(
        "R5",
        "who asks decides",
        "db/domain/rules/requests.py",
        (
            (
                '    if wanted.asked_by == actor.user:\n        return RuleError("decides',
                '    if not wanted.asked_by:\n        return RuleError("decides',
            ),
        ),
        "tests/db/domain/rules/test_requests.py -k oneself",
    ),
    Mutant(
        "R6",
        "the lead unit is taken off",
        "db/domain/rules/dispatching.py",
        (
            (
                '    if unit == incident.lead_unit:\n        raise RuleError("lead_must',
                '    if not unit:\n        raise RuleError("lead_must',
            ),
        ),
        "tests/db/domain/rules/test_dispatching.py -k taken_off",
    ),
    Mutant(
        "R7",
        "an order is refused for the third time",
        "db/domain/rules/dispatching.py",
        (
            (
                '>= MAX_REFUSALS:\n        return RuleError("refusals_used_up"',
                '> MAX_REFUSALS:\n        return RuleError("refusals_used_up"',
            ),
        ),
        "tests/db/domain/rules/test_dispatching.py -k third",
    ),
    Mutant(
        "R8",
        "a clock that stood counts as late when it stops",
        "db/domain/fold.py",
        (("        if effect.retimes:\n", "        if effect.retimes and not effect.ends:\n"),),
        "tests/db/domain/rules/test_clocks.py -k stood",
    ),
    Mutant(
        "R9",
        "nobody is told what was left out of a text",
        "db/domain/rules/base.py",
        (("sum(stripped for _, stripped in cleaned.values())", "0"),),
        "tests/db/domain/test_transitions.py -k left_out",
    ),
    Mutant(
        "R10",
        "anybody acts at any level",
        "db/domain/transitions.py",
        (("    is_others = row.is_levelled and", "    is_others = False and"),),
        "tests/db/domain/test_transitions.py -k another_level",
    ),
    Mutant(
        "R11",
        "a lead does not hear of what is merged into it",
        "db/commands/incidents.py",
        (("    append_also(journal, actor, also)\n", ""),),
        "tests/db/commands/test_loop.py -k one_matter",
    ),
    Mutant(
        "R12",
        "a voided lead takes its children along",
        "db/domain/rules/requests.py",
        (("    if any(item.valid for item in incident.children):\n", "    if not incident:\n"),),
        "tests/db/domain/rules/test_requests.py -k voided",
    ),
    Mutant(
        "R13",
        "a child that is taken out leaves its own children behind",
        "db/domain/rules/merging.py",
        ((", *_moved(along, incident.id))\n", ")\n"),),
        "tests/db/domain/rules/test_merging.py -k along",
    ),
    Mutant(
        "R14",
        "what two stations leave apart stays as it is",
        "db/commands/escalation.py",
        (
            (
                "            incident = _mend(journal, after_pause or incident)\n",
                "            incident = after_pause or incident\n",
            ),
        ),
        "tests/db/commands/test_mending.py -k answers",
    ),
    Mutant(
        "R15",
        "of two limits given apart the last one stands unseen",
        "db/domain/branches.py",
        (
            (
                "            if register.standing:\n                yield self._conflict(field",
                "            if False:\n                yield self._conflict(field",
            ),
        ),
        "tests/db/domain/test_apart.py -k limits",
    ),
    Mutant(
        "U1",
        "an undo takes away what others built upon, unseen",
        "db/domain/undoing.py",
        (("        if not upon:\n            taken", "        if undos:\n            taken"),),
        "tests/db/domain/test_undoing.py -k upon",
    ),
    Mutant(
        "U2",
        "anybody takes back anything",
        "db/domain/undoing.py",
        ((" and ops[target].actor.user == op.actor.user", ""),),
        "tests/db/domain/test_undoing.py -k may_not",
    ),
    Mutant(
        "U3",
        "an undo is folded like any other op, upon what it takes back",
        "db/store/folding.py",
        ((" and not any(op.kind in _LOOKING_BACK for op in ready)", ""),),
        "tests/model/test_undone_ways.py",
    ),
    Mutant(
        "U4",
        "a merge is taken back on one side only",
        "db/store/queries/undo.py",
        (
            (
                "    for other, op in along_with(connection, decision.ref, ALONG):\n",
                "    for other, op in ():\n",
            ),
        ),
        "tests/db/commands/test_undo.py -k merge",
    ),
    Mutant(
        "U5",
        "what was refused for one of many is left half done",
        "db/commands/bulk.py",
        (('        journal.connection.execute("ROLLBACK TO one")\n', ""),),
        "tests/db/commands/test_bulk.py -k half",
    ),
    Mutant(
        "U6",
        "of two who took an incident on apart the later one has it",
        "db/domain/claims.py",
        (
            (
                "    live.sort(key=lambda op: (op.hlc, op.ref))\n",
                "    live.sort(key=lambda op: (op.hlc, op.ref), reverse=True)\n",
            ),
        ),
        "tests/db/domain/test_claims.py -k apart",
    ),
    Mutant(
        "X1",
        "a stick's file is named before its export is in the journal",
        "db/stick/write.py",
        (
            (
                "            self._record(actor, purpose, made)\n"
                "            named += (give_name(self._folder, one.part) for one in made)\n",
                "            named += (give_name(self._folder, one.part) for one in made)\n"
                "            self._record(actor, purpose, made)\n",
            ),
        ),
        "tests/faults/test_kills.py -k 'stick_write and not many'",
    ),
    Mutant(
        "X2",
        "a stick's file is written under its own name",
        "db/stick/files.py",
        (
            ("    part = folder.path / (name + PART)\n", "    part = folder.path / name\n"),
            ('    path = part.with_suffix("")\n', "    path = part\n"),
            ("        if path.exists():\n", "        if not path.exists():\n"),
        ),
        "tests/faults/test_kills.py -k 'stick_write and not many'",
    ),
    Mutant(
        "X3",
        "what a medium gives back is not looked at",
        "db/stick/write.py",
        (
            (
                "                for number, _ in enumerate(read_parts(file, opened, key)):\n"
                "                    step(number, header.parts)\n",
                "                step(0, len(key) + opened.header.parts)\n",
            ),
        ),
        "tests/db/stick/test_disks.py -k other_bytes",
    ),
    Mutant(
        "X4",
        "any signature under a stick's header will do",
        "db/stick/format.py",
        (
            (
                " or not is_signed(key, signature, start + raw):\n",
                " or not signature:\n",
            ),
        ),
        "tests/db/stick/test_hostile.py -k every_bit",
    ),
    Mutant(
        "X5",
        "a stick's part may stand in another one's place",
        "db/stick/format.py",
        (
            ("    return digest + _NONCE.pack(number)\n", "    return digest\n"),
            (
                "cipher.encrypt(_NONCE.pack(count), part, ",
                "cipher.encrypt(bytes(12), part, ",
            ),
            (
                "cipher.decrypt(_NONCE.pack(number), block, ",
                "cipher.decrypt(bytes(12), block, ",
            ),
            (
                '    if (said.get("parts"), said.get("digest")) != (opened.header.parts, digest) '
                "or file.read(1):\n",
                '    if said.get("parts") != opened.header.parts or not digest or file.read(1):\n',
            ),
        ),
        "tests/db/stick/test_hostile.py -k parts",
    ),
    Mutant(
        "X6",
        "a stick may bring what belongs to another town",
        "db/sync/healing.py",
        (("    if not is_shown(theirs, town):\n", "    if not theirs:\n"),),
        "tests/db/stick/test_stick.py -k another_town",
    ),
    Mutant(
        "X7",
        "a chain that is refused keeps the others of its batch out",
        "db/stick/read.py",
        (("                elif not self._set_aside(error):\n", "                elif error:\n"),),
        "tests/db/stick/test_stick.py -k forked_chain",
    ),
    Mutant(
        "S1",
        "a town is given what is kept ready for another",
        "db/hub/snapshots.py",
        (("self._kept.get(town)", "next(iter(self._kept.values()), None)"),),
        "tests/db/sync/test_snapshot.py -k another_town",
    ),
    Mutant(
        "S2",
        "how far a stream was taken in is not noted with its batch",
        "db/sync/client.py",
        (("    journal.set_meta(_PLACE, place)\n", "    assert journal, place\n"),),
        "tests/db/sync/test_snapshot.py -k broken_off",
    ),
    Mutant(
        "S3",
        "a batch that breaks the line is tried as large as before",
        "db/sync/client.py",
        (("self._set_size(self._size // 2)", "self._set_size(self._size)"),),
        "tests/faults/test_thin_line.py -k smaller_batches",
    ),
    Mutant(
        "P1",
        "a commit whose answer never came is taken for done",
        "db/hub/postgres.py",
        (
            (
                "    except psycopg.Error as error:\n        raise explain(error) from error\n"
                "    if said",
                "    except psycopg.Error:\n        return\n    if said",
            ),
        ),
        "tests/db/hub/test_postgres.py -k LineThatBreaks",
    ),
    Mutant(
        "P2",
        "a transaction sees what others write while it runs",
        "db/hub/postgres.py",
        (("BEGIN ISOLATION LEVEL REPEATABLE READ", "BEGIN"),),
        "tests/db/hub/test_postgres.py -k a_code_is_used_once",
    ),
    Mutant(
        "P3",
        "a database put back from a copy is taken for what it was",
        "db/hub/postgres.py",
        (('count < int(seen.get("ops", 0))', "False"),),
        "tests/db/hub/test_postgres.py -k noticed_and_made_good",
    ),
    Mutant(
        "P4",
        "what half a commit of two servers left bars the chain",
        "db/hub/pg_journal.py",
        (
            (
                "        self._loose.update(((*name, seq), digest) for seq, digest in rows)\n",
                "",
            ),
        ),
        "tests/db/hub/test_postgres.py -k beyond_a_head",
    ),
    Mutant(
        "P5",
        "a chain of another town is taken for one's own",
        "db/hub/store.py",
        (('        raise InputError("wrong_town", **chain)\n', "        pass\n"),),
        "tests/db/hub/test_contract.py -k another_towns_chain",
    ),
    Mutant(
        "P6",
        "a chain's head is committed before its ops",
        "db/hub/pg_journal.py",
        (
            (
                "_MOVE_HEAD, (*head, number, ref.epoch))\n",
                "_MOVE_HEAD, (*head, number, ref.epoch))\n"
                '        self.connection.execute("COMMIT")\n'
                '        self.connection.execute("BEGIN")\n',
            ),
        ),
        "tests/faults/test_hub_kills.py -k postgresql",
    ),
    Mutant(
        "P7",
        "a line that failed is not tried again",
        "desktop/lines.py",
        (
            (
                "since=since, error=error\n        )\n        self._plan()\n",
                "since=since, error=error\n        )\n",
            ),
        ),
        "tests/faults/test_played_day.py",
    ),
    Mutant(
        "P8",
        "after a cut a chain is asked for from its beginning",
        "db/hub/store.py",
        (("theirs.epoch, ours.seq + 1))", "theirs.epoch, 1))"),),
        "tests/faults/test_thin_line.py",
    ),
    Mutant(
        "K1",
        "a key is followed that the one before did not name",
        "db/sync/keyline.py",
        (
            (
                "    return is_signed(change.old, change.by_old, text) and is_signed(\n",
                "    return is_signed(change.old, change.by_old, text) or is_signed(\n",
            ),
        ),
        "tests/db/sync/test_keys.py -k nobody_names",
    ),
    Mutant(
        "K2",
        "the key before vouches for what follows",
        "db/sync/keyline.py",
        (
            (
                "    return sorted(line - {step.change.old for step in passed})\n",
                "    return sorted(line)\n",
            ),
        ),
        "tests/db/sync/test_keys.py -k 'old_key_opens or thirty'",
    ),
    Mutant(
        "K3",
        "what a revoked station writes later is taken in through others",
        "db/sync/exchange.py",
        (
            (
                " if row and word.seq <= until.get(word.epoch, 0) else None\n",
                " if row else None\n",
            ),
        ),
        "tests/db/sync/test_keys.py -k Revoked",
    ),
    Mutant(
        "K4",
        "a code that was used lets the older key in",
        "db/hub/enrolling.py",
        (("    is_older = is_new_code and known in", "    is_older = known in"),),
        "tests/db/sync/test_keys.py -k first_code",
    ),
    Mutant(
        "K5",
        "an op may be digested by another suite than it names",
        "db/domain/ops.py",
        (
            (
                "    if _text(value) != suites.suite_of(body):\n"
                '        raise ValueError("suite")\n',
                "",
            ),
        ),
        "tests/db/domain/test_suites.py -k two_ways",
    ),
    Mutant(
        "K6",
        "a line is believed that the site's key did not vouch for",
        "db/sync/tls.py",
        (("    check_line_word(sign_key, line_key, word)\n", ""),),
        "tests/db/sync/test_suites.py -k vouched_for_is_not",
    ),
    Mutant(
        "K7",
        "a renewed key forgets those before the last one",
        "db/store/rekeying.py",
        (
            (
                "    older = tuple(wrap_older(key, new) for key in keys_of(site, old))\n",
                "    older = (wrap_older(old, new),)\n",
            ),
        ),
        "tests/db/store/test_rekeying.py -k old_backups",
    ),
    Mutant(
        "K8",
        "a revoked station is given the room's next key",
        "db/commands/keys.py",
        (('        raise RuleError("station_revoked", value=site_id)\n', "        pass\n"),),
        "tests/db/sync/test_room_keys.py -k revoked",
    ),
    Mutant(
        "PI1",
        "numbers in what is said of an incident are not masked",
        "db/store/journal.py",
        (("        if not masked.marks:\n", "        if True:\n"),),
        "tests/db/commands/test_erasure.py -k masked",
    ),
    Mutant(
        "PI2",
        "an erased envelope that comes again is kept",
        "db/store/erasure.py",
        (("    if not noted:\n        return False\n", "    return False\n"),),
        "tests/db/hub/test_erasing.py -k comes_before",
    ),
    Mutant(
        "PI3",
        "whoever knows an envelope may have it erased, of another town too",
        "db/store/erasure.py",
        (
            (
                'op.id) == ("incident", incident) and town in _towns_of(connection, ref)\n',
                'op.id) == ("incident", incident)\n',
            ),
        ),
        "tests/db/hub/test_erasing.py -k believed",
    ),
    Mutant(
        "PI4",
        "what was erased stays in the log",
        "db/store/writer.py",
        (("        if journal.has_shredded:\n", "        if False:\n"),),
        "tests/db/commands/test_erasure.py -k log_is_empty",
    ),
    Mutant(
        "PI5",
        "a restore brings back what was erased",
        "db/store/restore.py",
        (("        if erased:\n", "        if False:\n"),),
        "tests/db/store/test_shredding.py -k away_brings_nothing",
    ),
    Mutant(
        "AC1",
        "a district takes its towns' accounts for its own",
        "db/store/homes.py",
        (("    if not asked:\n", "    if True:\n"),),
        "tests/db/commands/test_accounts_of_towns.py",
    ),
    Mutant(
        "AC2",
        "a guess counts only after it was answered",
        "db/commands/accounts.py",
        (("        _add_failures(journal, key, 1)\n", "        pass\n"),),
        "tests/db/commands/test_accounts.py -k beside_each_other",
    ),
    Mutant(
        "AC3",
        "who sits goes on, whatever becomes of the account",
        "db/store/queries/accounts.py",
        (("    if began is None:\n", "    if True:\n"),),
        "tests/db/commands/test_accounts.py -k becomes_known",
    ),
    Mutant(
        "AC4",
        "an open desk is enough for another second factor",
        "db/commands/accounts.py",
        (("        _known_by_password(store, actor.user, password)\n", "        pass\n"),),
        "tests/db/commands/test_accounts.py -k another_factor",
    ),
    Mutant(
        "AC5",
        "the administrator ends the account of who looks after safety",
        "db/commands/town.py",
        (("is_new_scope or (is_turned and is_of_safety)", "is_new_scope"),),
        "tests/db/commands/test_accounts.py -k still_there",
    ),
    Mutant(
        "AC6",
        "one person settles that an incident is not secret",
        "db/domain/settling.py",
        (('if (word, name) == ("", "secrecy") and', "if not word and not name and"),),
        "tests/db/commands/test_disputes.py -k secret",
    ),
    Mutant(
        "AC7",
        "anybody enrols a station",
        "db/commands/site.py",
        (("    if store.read(claim_state) != WAITING:\n", "    if False:\n"),),
        "tests/db/commands/test_permissions.py -k may_enrol",
    ),
    Mutant(
        "AC8",
        "anybody settles a disagreement",
        "db/domain/settling.py",
        (("    if SETTLERS & set(actor.roles):\n", "    if True:\n"),),
        'tests/db/commands/test_permissions.py -k "anything and resolve"',
    ),
)


class Outcome(NamedTuple):
    """How a run of tests ended: passed, failed (as a test does) or what else."""

    ended: str
    seconds: float
    text: str


def copy_to(folder: Path) -> None:
    """Copy what belongs to the checkout, the files not yet known to git too."""
    listed = subprocess.run(
        ["git", "ls-files", "-coz", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in listed.stdout.decode().split("\0")[:-1]:
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(folder), "QT_QPA_PLATFORM": "offscreen"}


def check_is_imported(folder: Path) -> None:
    """Make sure that the copy is tested, not the checkout the environment was made for."""
    program = "import db, desktop, tests.faults.mutants as m; print(*db.__path__, m.__file__)"
    found = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert all(Path(path).is_relative_to(folder) for path in found), found


def run(folder: Path, tests: str) -> Outcome:
    """Run tests of a copy, up to the first that fails."""
    began = time.monotonic()
    command = f"{sys.executable} -m pytest -q -x -p no:randomly -m 'not soak' {tests}"
    try:
        done = subprocess.run(
            ["/bin/sh", "-c", command],
            cwd=folder,
            env=environment(folder),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return Outcome("hung", time.monotonic() - began, "")
    ended = {0: "passed", 1: "failed"}.get(done.returncode, f"ended with {done.returncode}")
    last = done.stdout.strip().rsplit("\n", 1)[-1]
    if ended == "failed" and not FAILED.search(last):
        ended = "could not run"
    return Outcome(ended, time.monotonic() - began, done.stdout)


def plant(folder: Path, mutant: Mutant) -> str:
    """Change the copy; return its file as it was. Raises LookupError where a text is not found."""
    path = folder / mutant.file
    before = text = path.read_text(encoding="utf-8")
    for old, new in mutant.edits:
        if text.count(old) != 1:
            raise LookupError(old.strip())
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return before


def judge(folder: Path, mutant: Mutant, passed: set[str]) -> str:
    """Try one mutant; return what is wrong, empty where it was noticed."""
    if mutant.tests not in passed:
        healthy = run(folder, mutant.tests)
        if healthy.ended != "passed":
            return f"its tests do not pass without it: {healthy.ended}\n{healthy.text[-2000:]}"
        passed.add(mutant.tests)
    try:
        before = plant(folder, mutant)
    except LookupError as error:
        return f"not found once in {mutant.file}: {error}"
    outcome = run(folder, mutant.tests)
    (folder / mutant.file).write_text(before, encoding="utf-8")
    if outcome.ended != "failed":
        return f"SURVIVED {mutant.tests} ({outcome.ended})\n{outcome.text[-1000:]}"
    killer = re.findall(r"^FAILED (\S+)", outcome.text, re.M)[0]
    print(f"{mutant.name} killed by {killer} ({outcome.seconds:.0f} s): {mutant.fault}", flush=True)
    return ""


def chosen(names: list[str]) -> Iterator[Mutant]:
    known = {mutant.name for mutant in MUTANTS}
    if unknown := set(names) - known:
        sys.exit(f"no such mutant: {' '.join(sorted(unknown))}")
    return (mutant for mutant in MUTANTS if not names or mutant.name in names)


def main() -> int:
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="mutants-") as name:
        folder = Path(name).resolve()
        copy_to(folder)
        check_is_imported(folder)
        passed: set[str] = set()
        for mutant in chosen(sys.argv[1:]):
            if trouble := judge(folder, mutant, passed):
                wrong += 1
                print(f"{mutant.name} {trouble}: {mutant.fault}", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
