"""How well planted duplicates are found: tuned on seeds 1 to 3, told and held here on another."""

import sys
from collections import Counter

from db.demo.duplicates import FRIENDS, GROUPS, REPORTS, evaluate, figures, planted
from db.domain.duplicates import DUPLICATE
from db.domain.incidents import Incident
from db.domain.scope import SECRET, Scope
from db.store.projections import PUT_INCIDENT, _incident_row
from db.store.queries.duplicates import duplicates_of
from tests.db.store import rig

HELD_OUT = 13
DESK = Scope("a", frozenset({"duty_officer"}), area=rig.TOWN, secrecy=SECRET)


def test_eighty_groups_and_twenty_false_friends_among_a_thousand():
    groups = Counter(item.group for item in planted(HELD_OUT))
    assert sum(groups.values()) == REPORTS
    assert sum(group > 0 for group in groups) == GROUPS
    assert sum(group < 0 for group in groups) == FRIENDS
    assert min(count for group, count in groups.items() if group) == 2
    assert planted(HELD_OUT) == planted(HELD_OUT)


def test_suggestions_shown_first(capsys):
    hold(evaluate(planted(HELD_OUT)), capsys)


def test_suggestions_shown_first_in_a_record(tmp_path, capsys):
    """As the desk meets them: candidates by index, the newest of too many, the surest shown."""
    reports = planted(HELD_OUT)
    with rig.open_store(rig.make_site(tmp_path / "home")) as store:
        rows = [_incident_row(n, as_incident(n, item)) for n, item in enumerate(reports)]
        store.write(lambda journal: journal.connection.executemany(PUT_INCIDENT, rows))
        pairs = store.read(lambda c: [pair for n in range(len(reports)) for pair in shown(c, n)])
    hold(figures(reports, pairs), capsys)


def as_incident(n, report):
    taken_in = report.account.reported_at
    told = {name: value for name, value in report.account._asdict().items() if name != "closed_at"}
    return Incident(id=f"i{n}", number=f"N{n}", state="reported", taken_in_at=taken_in, **told)


def shown(connection, later):
    likely = duplicates_of(connection, DESK, later).likely
    rids = [item.candidate.rid for item in likely if item.score.verdict == DUPLICATE]
    return [(rid, later) for rid in rids if rid < later]


def hold(found, capsys):
    with capsys.disabled():
        sys.stdout.write(f" precision {found.precision:.3f}, recall {found.recall:.3f} ")
    assert found.precision >= 0.9
    assert found.recall >= 0.9
