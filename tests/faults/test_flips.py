"""One flipped bit anywhere in what a record is made of: said, never swallowed, nothing deleted."""

import random
import shutil
from pathlib import Path

import pytest

from db.commands.incidents import Report, report_incident
from db.domain.errors import EnvironmentError_
from db.store.store import RECORD, Store
from db.store.verify import verify_home
from tests.db.store import rig
from tests.faults.soak import SEED, scaled, scratch

FLIPS, NIGHTLY = 60, 1_500
WITNESS = "witness"
FILES = (RECORD, RECORD, RECORD, f"{RECORD}-wal", f"{RECORD}-shm", WITNESS)
"""The record itself three times as often as what lies beside it."""


@pytest.fixture
def killed(tmp_path, monkeypatch):
    """A folder as a kill leaves it: a log beside the record, and the witness of both."""
    home, witness = tmp_path / "home", tmp_path / WITNESS
    monkeypatch.setenv("GRIDDESK_WITNESS", str(witness))
    rig.make_site(home)
    with rig.open_store(home) as store:
        for number in range(40):
            values = {"content": f"河边路路灯不亮，第{number}盏", "address": "河边路 8 号"}
            report_incident(store, rig.CLERK, Report(values))
        # The witness of the last report is written before the next unit of work.
        store.write(lambda journal: None)
        left = tmp_path / "left"
        shutil.copytree(home, left)
        shutil.copytree(witness, left / WITNESS)
        said = bodies(store)
    assert len(said) > 40
    return left, said


def bodies(store):
    return sorted(row[0] for row in rig.rows(store, "SELECT body FROM op"))


def flip(path, dice):
    raw = bytearray(path.read_bytes())
    at = dice.randrange(len(raw))
    raw[at] ^= 1 << dice.randrange(8)
    path.write_bytes(raw)
    return f"{path.name}:{at}"


def survey(home, said):
    """Return what became of a record: whole, reported, or (a fault) swallowed."""
    names = {path.name for path in home.iterdir()}
    try:
        problems = verify_home(home).problems
    except EnvironmentError_:
        return "reported"
    kept = names <= {path.name for path in home.iterdir()}
    if problems:
        return "reported" if kept else "deleted"
    try:
        with Store.open(home, clock=rig.Clock()) as store:
            here, renewed = bodies(store), store.renewed
    except EnvironmentError_:
        return "reported"
    if set(said) <= set(here):
        return "whole"
    # Being a copy is no word on what is missing.
    return "reported" if renewed == "restored" else "swallowed"


def play(killed, tmp_path, monkeypatch, count, seed):
    left, said = killed
    dice = random.Random(seed)
    found = {"whole": 0, "reported": 0}
    for number in range(count):
        home = tmp_path / "flipped"
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(left, home)
        name = dice.choice(FILES)
        path = home / name
        if name == WITNESS:
            path = dice.choice(sorted(path.iterdir()))
        where = flip(path, dice)
        shutil.rmtree(tmp_path / "seen", ignore_errors=True)
        shutil.move(home / WITNESS, tmp_path / "seen")
        monkeypatch.setenv("GRIDDESK_WITNESS", str(tmp_path / "seen"))
        verdict = survey(home, said)
        assert verdict in found, f"seed {seed}, flip {number} at {where}: {verdict}"
        found[verdict] += 1
    return found


def test_a_flipped_bit_is_said(killed, tmp_path, monkeypatch):
    seed = random.SystemRandom().randrange(10**9)
    found = play(killed, tmp_path, monkeypatch, FLIPS, seed)
    assert found["reported"] > FLIPS // 4, f"seed {seed}"


@pytest.mark.soak
def test_flipped_bits_all_night(killed, monkeypatch):
    with scratch() as folder:
        found = play(killed, Path(folder), monkeypatch, scaled(NIGHTLY), SEED)
    assert found["reported"] > found["whole"] // 4, f"seed {SEED}: {found}"
