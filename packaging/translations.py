"""Collects every text of the interface for translation, and makes the file the program loads.

`python packaging/translations.py update` brings `resources/i18n/en.ts` up to the sources,
`release` makes `en.qm` of it. Widgets' own texts (`self.tr`) are found by Qt's tool; those of
tables, `say` and `Words` are written down for it first.
"""

import ast
import re
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DESKTOP = ROOT / "desktop"
TS = ROOT / "resources/i18n/en.ts"
CONTEXT = "Words"
_ELSEWHERE = ("cli", "reports", "bench", "play.py", "selftest.py", "__main__.py")
"""What has no window: the command line and paper are Chinese."""
_NOT_SHOWN = frozenset({"GUARD_WORDS"})
"""Tables that are shown by the command line only."""
_CHINESE = re.compile(r"[㐀-鿿]")


def sources() -> list[Path]:
    """Return the modules whose texts are shown in a window."""
    found = sorted(DESKTOP.rglob("*.py"))
    return [path for path in found if path.relative_to(DESKTOP).parts[0] not in _ELSEWHERE]


def table_texts(tree: ast.Module) -> Iterator[str]:
    """Yield the Chinese texts of a module's tables: constants outside of functions."""
    for statement in tree.body:
        if _names(statement) & _NOT_SHOWN:
            continue
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            yield from _constants(statement.value)
        elif isinstance(statement, ast.ClassDef):
            for inner in statement.body:
                if isinstance(inner, ast.Assign | ast.AnnAssign) and inner.value is not None:
                    yield from _constants(inner.value)


def said_texts(tree: ast.Module) -> Iterator[str]:
    """Yield the plain literals given to `say`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) == "say" and node.args:
            text = node.args[0]
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                yield text.value


def update() -> None:
    """Bring the translations up to the sources; what is no longer said is dropped."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sources()}
    texts = {text for tree in trees.values() for text in (*table_texts(tree), *said_texts(tree))}
    TS.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "words.py"
        lines = [f"QT_TRANSLATE_NOOP({CONTEXT!r}, {text!r})" for text in sorted(texts)]
        listed.write_text("\n".join(lines) + "\n", encoding="utf-8")
        _run("lupdate", "-no-obsolete", "-locations", "none", "-source-language", "zh_CN",
             "-target-language", "en", *map(str, trees), str(listed), "-ts", str(TS))  # fmt: skip


def release() -> None:
    """Make the file the program loads."""
    _run("lrelease", "-silent", str(TS), "-qm", str(TS.with_suffix(".qm")))


def _run(tool: str, *arguments: str) -> None:
    program = Path(sysconfig.get_path("scripts")) / f"pyside6-{tool}"
    subprocess.run([program, *arguments], check=True)


def _constants(value: ast.expr) -> Iterator[str]:
    """Yield the texts of an expression, but for pieces of f-strings and patterns."""
    pieces = {
        id(piece)
        for whole in ast.walk(value)
        if isinstance(whole, ast.JoinedStr)
        or (isinstance(whole, ast.Call) and _name(whole.func) == "compile")
        for piece in ast.walk(whole)
    }
    for node in ast.walk(value):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and _CHINESE.search(node.value) and id(node) not in pieces:
            yield node.value


def _names(statement: ast.stmt) -> set[str]:
    targets = getattr(statement, "targets", [getattr(statement, "target", None)])
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _name(function: ast.expr) -> str:
    return getattr(function, "id", None) or getattr(function, "attr", "")


if __name__ == "__main__":
    {"update": update, "release": release}[sys.argv[1]]()
