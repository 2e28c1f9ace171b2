"""The program's own sources, parsed once."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def modules(*folders):
    """Every module of these folders by its path: (path from the root, tree, text)."""
    found = [_module(path) for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    assert found
    return found


@cache
def _module(path):
    text = path.read_text(encoding="utf-8")
    return path.relative_to(ROOT).as_posix(), ast.parse(text), text


def nodes(tree, *kinds):
    """Every node of exactly these kinds."""
    return [node for kind in kinds for node in _by_kind(tree).get(kind, ())]


@cache
def _by_kind(tree):
    found = {}
    for node in ast.walk(tree):
        found.setdefault(type(node), []).append(node)
    return found


def dotted(node):
    """The name of what is called or read: `a.b.c`, without what it hangs on."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}".lstrip(".")
    return node.id if isinstance(node, ast.Name) else ""


def calls(tree):
    """(dotted name, call) of every call."""
    return [(dotted(node.func), node) for node in nodes(tree, ast.Call)]


def strings(tree):
    return [node.value for node in nodes(tree, ast.Constant) if isinstance(node.value, str)]
