"""A command that failed takes no sequence number with it: chains stay dense."""

import pytest

from db.store.verify import verify
from tests.db.store import rig


def note(journal, number):
    payload = {"sheet": "daily", "about": str(number), "sha256": f"{number:064d}", "pages": 1}
    return journal.append("sheet_printed", f"sheet-{number}", payload, rig.CLERK).ref.seq


def test_failed_commands_leave_no_gap(tmp_path):
    rig.make_site(tmp_path / "home")
    with rig.open_store(tmp_path / "home") as store:
        seqs = [store.write(lambda journal: note(journal, 0)).result]
        for number in range(1, 6):

            def fail(journal, number=number):
                note(journal, number)
                raise ZeroDivisionError

            with pytest.raises(ZeroDivisionError):
                store.write(fail)
            seqs.append(store.write(lambda journal, n=number: note(journal, n)).result)
        assert seqs == list(range(seqs[0], seqs[0] + 6))
        assert store.read(verify).is_ok
