"""What may stand where: fences that types and layers do not see."""

import ast
import importlib.util
import os
import re
import subprocess
import sys
from functools import cache

import pytest

from db.domain.transitions import TRANSITIONS
from db.store.projections import ENTITY_OF_KIND
from db.sync.refusals import _REFUSALS
from desktop.i18n import (
    ACTION_NAMES,
    ASSIGNMENT_STATE_NAMES,
    KIND_NAMES,
    MESSAGES,
    STATE_NAMES,
)
from tests.architecture.sources import ROOT, calls, dotted, modules, nodes, strings

OURS = ("db", "desktop", "resources")
ERRORS = {"RuleError", "InputError", "EnvironmentError_", "BugError", "GridDeskError"}
CODE = re.compile(r"[a-z]+(?:_[a-z]+)*")


def places(found):
    return sorted(set(found))


def imported(tree):
    """Every module that is imported, anywhere in a file."""
    for node in nodes(tree, ast.Import, ast.ImportFrom):
        if isinstance(node, ast.Import):
            yield from (item.name for item in node.names)
        elif node.module:
            yield node.module
            yield from (f"{node.module}.{item.name}" for item in node.names)


# words


def is_error(name):
    return name.rsplit(".", 1)[-1] in ERRORS


@cache
def raised_codes():
    """Every code an error is made with: code -> the parameters each place gives."""
    found = {}
    for path, tree, _ in modules("db", "desktop"):
        for owner in (tree, *nodes(tree, ast.FunctionDef, ast.AsyncFunctionDef)):
            for name, call in calls(owner):
                if not (is_error(name) or name.endswith("reading")) or not call.args:
                    continue
                given = {item.arg for item in call.keywords}
                given |= {"reason"} if name.endswith("reading") else set()
                for code in told(call.args[0], owner):
                    found.setdefault(code, {}).setdefault(path, set()).update(given)
    return found


def told(argument, owner):
    """The codes an argument can be: itself, or what the function round it chooses from."""
    if isinstance(argument, ast.Constant):
        return [argument.value]
    if isinstance(argument, ast.IfExp):
        return [*told(argument.body, owner), *told(argument.orelse, owner)]
    if isinstance(argument, ast.Name) and not isinstance(owner, ast.Module):
        chosen = [
            value
            for node in nodes(owner, ast.Dict)
            for value in node.values
            if isinstance(value, ast.Constant)
        ]
        for node in nodes(owner, ast.Assign):
            if argument.id in [dotted(target) for target in node.targets]:
                chosen += [item for item in ast.walk(node.value) if isinstance(item, ast.IfExp)]
        return [code for item in chosen for code in told(item, owner)]
    return []


def codes_made_elsewhere():
    kinds = {spec.kind for row in TRANSITIONS.values() for spec in row.fields}
    # A point is typed as two numbers: what is wrong with them has codes of its own.
    yield from (f"field_{kind}" for kind in kinds - {"text", "long", "flag", "point"})
    # A sheet's problem becomes the file's where no sheet can be read.
    for _, tree, _ in modules("db/imports"):
        for node in nodes(tree, ast.keyword, ast.Assign):
            targets = [node.arg] if isinstance(node, ast.keyword) else map(dotted, node.targets)
            if "problem" in targets and isinstance(node.value, ast.Constant) and node.value.value:
                yield node.value.value
    # What a hub refuses with and the client says again.
    yield from _REFUSALS


def test_codes_are_found():
    found = raised_codes()
    assert {"state_forbids", "disk_full", "key_wrong", "record_in_use", "fork"} <= set(found)
    assert {"record_error", "hub_untrusted", "hub_failed", "quotes_unbalanced"} <= set(found)
    assert all(CODE.fullmatch(code) for code in found)


def test_every_code_has_a_sentence():
    codes = set(raised_codes()) | set(codes_made_elsewhere())
    assert sorted(codes - set(MESSAGES)) == []


def test_every_sentence_has_a_code():
    codes = set(raised_codes()) | set(codes_made_elsewhere())
    assert sorted(set(MESSAGES) - codes) == []


def test_a_sentence_asks_only_for_what_is_given():
    missing = []
    for code, by_path in raised_codes().items():
        asked = set(re.findall(r"{(\w+)}", "".join(MESSAGES.get(code, ()))))
        given = set().union(*by_path.values())
        if "" not in given and None not in given and asked - given:
            missing.append((code, sorted(asked - given)))
    assert sorted(missing) == []


def test_words_of_kinds_states_and_actions():
    kinds = {kind for kind, entity in ENTITY_OF_KIND.items() if entity == "incident"}
    assert kinds == set(KIND_NAMES)
    assert set(ACTION_NAMES) == set(TRANSITIONS)
    assert {row.kind for row in TRANSITIONS.values()} <= kinds
    for names in (KIND_NAMES, ACTION_NAMES, STATE_NAMES, ASSIGNMENT_STATE_NAMES):
        assert all(re.search("[\u4e00-\u9fff]", name) for name in names.values())


# fences


def test_only_the_journal_inserts_ops():
    pattern = re.compile(r"(?:insert(?:\s+or\s+\w+)?|replace)\s+into\s+[\"']?op\b", re.IGNORECASE)
    found = [
        path
        for path, tree, _ in modules(*OURS)
        if any(pattern.search(text) for text in strings(tree))
    ]
    # The bench writes rows into a record that is thrown away.
    assert set(found) - {"db/demo/bulk.py"} == {"db/store/journal.py"}


def test_nothing_is_taken_out_of_the_journal():
    pattern = re.compile(r"(?:delete\s+from|drop\s+table|update)\s+op\b(?!\s+set\s+state)", re.I)
    found = [
        path
        for path, tree, _ in modules(*OURS)
        if not path.startswith("db/migrations/")
        and any(pattern.search(text) for text in strings(tree))
    ]
    assert found == []


def test_threads_are_started_in_few_places():
    found = []
    for path, tree, _ in modules(*OURS):
        made = {name.rsplit(".", 1)[-1] for name, _ in calls(tree)}
        if made & {"Thread", "QThread", "ThreadPoolExecutor"}:
            found.append(path)
        if any(item.endswith(".QThread") for item in imported(tree)):
            found.append(path)
    # Opening the record is waited for beside the window, before there is a runner; waiting at the
    # hub never ends, so that it is no work of the runner's; nor does serving the room, or a hub
    # that is measured. A hub has no runner.
    assert set(found) <= {
        "db/hub/forgetting.py",
        "db/store/writer.py",
        "db/sync/listening.py",
        "desktop/bench/serving.py",
        "desktop/opening.py",
        "desktop/runner.py",
        "desktop/serving.py",
        "desktop/start.py",
    }
    assert "db/store/writer.py" in found


def test_colours_stand_in_the_themes():
    pattern = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
    found = [
        (path, text)
        for path, tree, _ in modules(*OURS)
        for text in strings(tree)
        if pattern.fullmatch(text.strip()) or re.search(r":\s*#[0-9a-fA-F]{3,8}\b", text)
    ]
    assert found == []


CLOCKS = {
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "date.today",
    "datetime.date.today",
    "QDate.currentDate",
    "QTime.currentTime",
    "QDateTime.currentDateTime",
    "QDateTime.currentDateTimeUtc",
    "QDateTime.currentMSecsSinceEpoch",
}


def test_one_place_reads_the_wall_clock():
    found = [
        path
        for path, tree, _ in modules(*OURS)
        for node in nodes(tree, ast.Attribute)
        if dotted(node) in CLOCKS
    ]
    assert places(found) == ["db/store/clock.py"]
    taken = [
        path
        for path, tree, _ in modules(*OURS)
        if set(imported(tree)) & {"time.time", "time.time_ns"}
    ]
    assert taken == []


def test_keys_are_bound_in_one_table():
    found = []
    for path, tree, _ in modules("desktop"):
        for name, _ in calls(tree):
            if name.rsplit(".", 1)[-1] in {"QShortcut", "setShortcut", "setShortcuts"}:
                found.append(path)
    assert places(found) == ["desktop/actions.py"]


def test_no_dialog_blocks():
    # Event loops of the application and of its headless tools, never one inside a dialog.
    allowed = re.compile(
        r"desktop/app.py (?:application|QApplication)\.exec"
        r"|desktop/headless\.py application\.exec"
        r"|desktop/(?:play|selftest)\.py loop\.exec"
        r"|desktop/bench/\w+\.py (?:application|loop|query)\.exec"
        # Carrying something by the mouse is a loop of Qt's own; it ends with the button.
        r"|desktop/screens/dispatch/carrying\.py drag\.exec"
    )
    found = [
        f"{path} {name}"
        for path, tree, _ in modules("desktop")
        for name, _ in calls(tree)
        if name.rsplit(".", 1)[-1] in {"exec", "exec_"} and "." in name
    ]
    assert [place for place in found if not allowed.fullmatch(place)] == []
    static = re.compile(
        r"QMessageBox\.(?:about|critical|information|question|warning)$"
        r"|QFileDialog\.get\w+$|QInputDialog\.get\w+$|QColorDialog\.getColor$"
    )
    asked = {
        (path, name)
        for path, tree, _ in modules("desktop")
        for name, _ in calls(tree)
        if static.search(name)
    }
    assert asked == set()


def test_one_library_opens_the_file():
    banned = {"sqlite3", "sqlcipher3", "pysqlite3", "apsw", "PySide6.QtSql"}
    found = [
        path
        for path, tree, _ in modules(*OURS)
        if any(name in banned or name.split(".")[0] in banned for name in imported(tree))
    ]
    assert places(found) == ["db/store/driver.py"]
    words = re.compile(r"import_module\(.(?:sqlite3|sqlcipher3)|__import__")
    assert [path for path, _, text in modules(*OURS) if words.search(text)] == []


def test_pragmas_that_hold_the_promise_stand_in_the_driver():
    pattern = re.compile(r"pragma\s+(?:key|journal_mode|synchronous|query_only)", re.IGNORECASE)
    found = [
        path
        for path, tree, _ in modules("db", "desktop")
        if not path.startswith("db/demo/") and any(pattern.search(text) for text in strings(tree))
    ]
    assert set(found) <= {"db/store/driver.py", "db/migrations/__init__.py"}


def test_packaging_is_no_package():
    # As a package it would stand before the library of that name.
    assert not (ROOT / "packaging" / "__init__.py").exists()


SLOW = ("numpy", "pyqtgraph", "reportlab", "keyring", "sqlite_utils", "openpyxl", "shapely")


@pytest.mark.parametrize("module", ["desktop.app", "db.store.store"])
def test_a_start_loads_nothing_slow(module):
    program = f"import sys, {module}; print(*(name for name in {SLOW!r} if name in sys.modules))"
    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == []


AFTER_THE_PAINT = (
    "db.commands.incidents", "db.domain.calendar", "db.domain.incidents", "db.domain.list_checks",
    "db.domain.transitions", "db.store.backup", "db.store.folding", "db.store.projections",
    "db.store.queries.incidents", "db.store.queries.marks", "db.store.queries.search",
    "db.store.rebuild", "desktop.decisions.form", "desktop.filter_words", "desktop.icons",
    "desktop.loop_words", "desktop.positions_file", "desktop.screens.triage.beside",
    "desktop.screens.triage.filter_bar", "desktop.start", "desktop.widgets.banner",
    "desktop.widgets.toast", "desktop.window.command_bar", "desktop.window.typing", "html",
    "subprocess", "tomllib", "typing_extensions",
)  # fmt: skip
"""What the first page of the queue is painted without: each takes 2 to 30 ms of a start."""


def test_the_window_is_there_before_what_decides_in_it():
    program = (
        "import sys, desktop.app;"
        f" print(*(name for name in {AFTER_THE_PAINT!r} if name in sys.modules))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == []
    for name in AFTER_THE_PAINT:
        assert importlib.util.find_spec(name), f"{name} is no longer what it was"


QT_AFTER_THE_PAINT = ("QAccessible", "QShortcut", "QStyle", "QSvgRenderer")
"""Classes of Qt whose making takes 2 to 7 ms: PySide makes one when it is first named or met."""


def test_the_window_is_dressed_without_the_dear_classes_of_qt():
    program = (
        "import sys; from desktop.app import _dress, make_application;"
        " from desktop.settings import Settings; _dress(make_application(), Settings());"
        " made = {n for m, it in sys.modules.items() if m.startswith('PySide6') for n in vars(it)};"
        f" print(*made.intersection({QT_AFTER_THE_PAINT!r}))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    assert answer.stdout.split() == []
