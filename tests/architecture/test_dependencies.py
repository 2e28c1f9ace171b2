"""What is declared, pinned, imported and licensed is the same set of packages."""

import ast
import re
import sys
import tomllib

import pytest
from packaging.requirements import Requirement

from tests.architecture.sources import ROOT, modules, nodes

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
OURS = {"db", "desktop", "resources"}
NAMED_OTHERWISE = {
    "argon2": "argon2-cffi",
    "chinese-calendar": "chinesecalendar",
    "shiboken6": "pyside6",
}
GENERATORS = {("db/store/initials.py", "pypinyin")}
"""Modules that make a bundled file from a package which the program itself does without."""
NOT_IMPORTED = {"tzdata"}
"""Data that the standard library looks for."""


def names(requirements):
    return {Requirement(line).name.lower() for line in requirements}


def imports():
    """(module of ours, package it imports), without Python's own."""
    for path, tree, _ in modules(*OURS):
        for node in nodes(tree, ast.Import, ast.ImportFrom):
            found = [item.name for item in node.names] if isinstance(node, ast.Import) else []
            for name in found or [node.module]:
                top = name.split(".")[0]
                if top not in sys.stdlib_module_names | OURS:
                    package = top.replace("_", "-").lower()
                    yield path, NAMED_OTHERWISE.get(package, package)


def test_what_is_declared_is_pinned_within_its_bounds():
    text = (ROOT / "packaging" / "constraints.txt").read_text(encoding="utf-8")
    pins = dict(re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE))
    for line in (*PROJECT["dependencies"], *(one for extra in EXTRAS.values() for one in extra)):
        wanted = Requirement(line)
        assert pins[wanted.name.lower()] in wanted.specifier


def test_the_program_needs_what_it_imports_and_nothing_else():
    found = set(imports())
    needed = {package for _, package in found - GENERATORS}
    declared = names(PROJECT["dependencies"]) | names(EXTRAS["district"]) | names(EXTRAS["parquet"])
    assert needed == declared - NOT_IMPORTED
    assert {package for _, package in found & GENERATORS} <= names(EXTRAS["dev"])


def test_the_driver_of_a_districts_database_is_only_where_that_is():
    package = "psycopg"
    found = {path for path, name in imports() if name == package}
    assert found
    assert all(path.startswith(("db/hub/p", "desktop/bench/")) for path in found)
    assert package in names(EXTRAS["dev"])
    assert package not in names(PROJECT["dependencies"])
    spec = (ROOT / "packaging" / "griddesk.spec").read_text(encoding="utf-8")
    assert f'"{package}"' in spec.partition("excludes=[")[2]


def test_what_writes_parquet_is_only_loaded_for_that():
    assert {path for path, name in imports() if name == "pyarrow"} == {"db/publish/tables.py"}
    spec = (ROOT / "packaging" / "griddesk.spec").read_text(encoding="utf-8")
    assert '"pyarrow"' in spec.partition("excludes=[")[2]
    assert "pyarrow" not in names(PROJECT["dependencies"]) | names(EXTRAS["district"])


@pytest.mark.parametrize("package", sorted(package for _, package in GENERATORS))
def test_what_only_developers_need_is_not_packed(package):
    spec = (ROOT / "packaging" / "griddesk.spec").read_text(encoding="utf-8")
    packed, _, rest = spec.partition("excludes=[")
    assert f'"{package}"' in rest.partition("]")[0]
    assert package not in packed


def test_the_notice_names_only_texts_that_come_along():
    folder = ROOT / "packaging" / "licenses"
    named = re.findall(r"`([\w.-]+\.txt)`", (folder / "NOTICE.md").read_text(encoding="utf-8"))
    assert set(named) - {"LICENSE.txt", "OFL.txt"} <= {path.name for path in folder.iterdir()}
