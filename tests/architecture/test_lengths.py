"""A command reads what was asked and says what was done: the work has functions of its own."""

import ast

from tests.architecture.sources import modules, nodes

MOST = 45
"""Lines of a function of the command line, without its options and docstring."""


def test_no_command_is_long():
    long = [
        f"{path}:{function.name}"
        for path, tree, _ in modules("desktop/cli")
        for function in nodes(tree, ast.FunctionDef)
        if _lines(function) > MOST
    ]
    assert long == []


def _lines(function):
    first = function.body[1:2] if ast.get_docstring(function) else function.body[:1]
    return function.end_lineno - first[0].lineno + 1 if first else 0


def test_long_runs_are_left_out_unless_asked_for(pytestconfig):
    assert "not soak" in pytestconfig.getini("addopts")
