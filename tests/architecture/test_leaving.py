"""Nothing is written where a person chose, but that it is an op: a new way out is seen here."""

import ast

from tests.architecture.sources import calls, modules

WRITES = {"write_file", "write_bytes", "write_text"}
RECORDS = {"tell_left", "tell_backup", "record_print", "record_export", "letting_out"}
NOT_LEAVING = {
    "desktop/settings.py": "the workstation's own settings",
    "desktop/keepsakes.py": "how screens are laid",
    "desktop/crash.py": "types and lines of errors",
    "desktop/bench/": "records that are thrown away",
    "desktop/selftest.py": "a folder of its own, thrown away",
    "desktop/play.py": "an invented town's sheets, through save_sheet",
    "desktop/cli/record.py": "an invented town, and figures of a bench",
}


def writers():
    """Every module of the client that writes a file, and what it calls."""
    for path, tree, _ in modules("desktop"):
        named = {name.rsplit(".", 1)[-1] for name, _ in calls(tree)}
        opens = any(name.endswith(".open") and _is_for_writing(call) for name, call in calls(tree))
        if named & WRITES or opens:
            yield path, named


def _is_for_writing(call):
    modes = [item.value for item in call.args if isinstance(item, ast.Constant)]
    return any(isinstance(mode, str) and set(mode) & set("wxa") and len(mode) < 4 for mode in modes)


def test_every_writer_of_files_records_what_leaves():
    found = dict(writers())
    assert "desktop/widgets/pdf_preview.py" in found
    silent = [
        path
        for path, named in found.items()
        if not named & RECORDS and not any(path.startswith(known) for known in NOT_LEAVING)
    ]
    assert silent == []


def test_what_is_excused_still_writes():
    found = dict(writers())
    gone = [known for known in NOT_LEAVING if not any(path.startswith(known) for path in found)]
    # These write through others, and stay named so that nobody wonders.
    assert set(gone) <= {"desktop/play.py", "desktop/selftest.py", "desktop/cli/record.py"}
