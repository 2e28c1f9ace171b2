"""Nothing is written where a person chose, but that it is an op: a new way out is seen here."""

import ast

import pytest

from tests.architecture.sources import dotted, modules

WRITES = {"write_file", "append_file", "write_bytes", "write_text"}
RECORDS = {"tell_left", "tell_backup", "record_print", "record_export", "letting_out"}
SELF = ""
LEAVES = {
    "desktop/cli/attach.py:_write_out": "attachments_command",
    "desktop/cli/ground.py:_export": SELF,
    "desktop/cli/lists.py:_export": SELF,
    "desktop/cli/table.py:export_table_command": SELF,
    "desktop/screens/lists/screen.py:export_to": SELF,
    "desktop/screens/triage/attach_bar.py:save_to": SELF,
    "desktop/sheets.py:save_sheet": SELF,
    "desktop/widgets/pdf_preview.py:_print": "_recorder",
    "desktop/widgets/pdf_preview.py:_save_over": "_recorder",
}
"""Functions of the client that write where a person chose, and which of the module records it."""
NOT_LEAVING = {
    "desktop/settings.py": "the workstation's own settings",
    "desktop/keepsakes.py": "how screens are laid",
    "desktop/crash.py": "types and lines of errors",
    "desktop/bench/": "records that are thrown away",
    "desktop/selftest.py": "a folder of its own, thrown away",
}
IN_DB = {
    # Beside the record, by names of its own; of a hub too.
    "db/hub/blobs.py:_append": "data folder",
    "db/hub/blobs.py:_finish": "data folder",
    "db/hub/door.py:read_token": "data folder",
    "db/hub/postgres.py:note": "data folder",
    "db/publish/tables.py:new_token": "data folder",
    "db/store/blobs.py:put": "data folder",
    "db/store/health.py:_fill": "data folder",
    "db/store/shredding.py:note_folder": "data folder",
    "db/store/shredding.py:put_list": "data folder",
    "db/store/store.py:write_site": "data folder",
    "db/store/swap.py:announce": "data folder",
    "db/store/witness.py:_compact": "data folder",
    "db/store/witness.py:note": "data folder",
    "db/sync/files.py:_fetch": "data folder",
    "db/sync/tls.py:serving_context": "temporary, what the library reads once",
    # The means by which the others write.
    "db/store/files.py:append_file": "means",
    "db/store/files.py:write_file": "means",
    "db/store/medium.py:copy_file": "means",
    "db/store/medium.py:sync_file": "means",
    # Where a person chose.
    "db/imports/found_file.py:export_found": "records itself",
    "db/stick/files.py:write_part": "db/stick/write.py records it",
    "db/sync/audit_file.py:write_audit": "records itself",
    "db/store/backup.py:_remember": "data folder; a backup is told by tell_backup",
    "db/store/backup.py:_write_manifest": "a backup is told by tell_backup",
    "db/store/shredding.py:_put": "the manifest of a backup made before",
    "db/store/export.py:export_ops": "desktop/cli/maintain.py records it",
    "db/imports/error_file.py:write_error_file": "desktop/screens/imports/summary.py records it",
    "db/imports/lists.py:write_bad_rows": "gives back rows of the file that was brought",
    "db/imports/geojson.py:write_features": "gives back rows of the file that was brought",
    "db/store/recovery_file.py:write_code": "an op says that there is a new code",
    "db/demo/town.py:write_areas_csv": "an invented town",
}
"""Functions under db/ that write files: where to, or who records what leaves."""


def writers(folder):
    """Every outermost function that writes a file: `path:name`."""
    return {f"{path}:{name}" for path, name, calls in functions(folder) if any(map(_writes, calls))}


def functions(folder):
    """Every function that stands in no other one: path, name, its calls and those within it."""
    for path, tree, _ in modules(folder):
        for name, node in _outermost(tree):
            yield path, name, [one for one in ast.walk(node) if isinstance(one, ast.Call)]


def _outermost(tree):
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node
        else:
            yield from _outermost(node)


def _writes(call):
    name = dotted(call.func).rsplit(".", 1)[-1]
    modes = (*call.args, *(word.value for word in call.keywords))
    return name in WRITES or (name == "open" and any(map(_is_for_writing, modes)))


def _is_for_writing(item):
    mode = item.value if isinstance(item, ast.Constant) else None
    return isinstance(mode, str) and len(mode) < 4 and bool(set(mode) & set("wxa+"))


def test_every_function_of_the_client_that_lets_something_out_is_named():
    found = {one for one in writers("desktop") if not one.startswith(tuple(NOT_LEAVING))}
    assert found == set(LEAVES)


@pytest.mark.parametrize("writer", sorted(LEAVES))
def test_what_leaves_is_recorded(writer):
    path, _, name = writer.partition(":")
    recorder = LEAVES[writer] or name
    called = [
        dotted(call.func).rsplit(".", 1)[-1]
        for where, what, calls in functions("desktop")
        if (where, what) == (path, recorder)
        for call in calls
    ]
    assert RECORDS & set(called), recorder


def test_every_function_of_the_record_that_writes_files_is_named():
    assert writers("db") == set(IN_DB)


def test_what_is_excused_still_writes():
    found = writers("desktop")
    assert [one for one in NOT_LEAVING if not any(path.startswith(one) for path in found)] == []
