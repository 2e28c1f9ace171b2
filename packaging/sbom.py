"""Write what the program is made of as CycloneDX 1.5 JSON, from the locked versions.

Usage: sbom.py OUT. Every line of packaging/constraints.txt is a component with its hashes; a
component of the bundle is `required`, what only builds or tests it `excluded`. No other tool is
needed: the format is small, and the lock says all that is in it.
"""

import json
import re
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent))

from collect_licenses import licence_name, needed_by, normal

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "packaging" / "constraints.txt"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


class Locked(NamedTuple):
    """One line of the lock."""

    name: str
    version: str
    hashes: tuple[str, ...]


def locked(text: str) -> list[Locked]:
    """Return every distribution the lock names, with the hashes of its files."""
    starts = list(_PIN.finditer(text))
    ends = [one.start() for one in starts[1:]] + [len(text)]
    return [
        Locked(normal(one[1]), one[2], tuple(_HASH.findall(text, one.start(), end)))
        for one, end in zip(starts, ends, strict=True)
    ]


def bill(parts: list[Locked], version: str, bundled: set[str]) -> dict[str, Any]:
    """Return the bill: the program, its parts, and which of them it brings along."""
    root = f"pkg:generic/griddesk@{version}"
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": root,
                "name": "griddesk",
                "version": version,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": [_component(part, part.name in bundled) for part in parts],
        "dependencies": [
            {"ref": root, "dependsOn": [_ref(part) for part in parts if part.name in bundled]}
        ],
    }


def _component(part: Locked, is_bundled: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": "library",
        "bom-ref": _ref(part),
        "name": part.name,
        "version": part.version,
        "purl": _ref(part),
        "scope": "required" if is_bundled else "excluded",
        # A distribution has a file for each system; the lock takes any of them.
        "properties": [{"name": "griddesk:sha256", "value": one} for one in part.hashes],
    }
    try:
        name = licence_name(distribution(part.name))
    except PackageNotFoundError:
        return found  # locked for another system than this one
    return found | {"licenses": [{"license": {"name": name}}]}


def _ref(part: Locked) -> str:
    return f"pkg:pypi/{part.name}@{part.version}"


def main(out: Path) -> None:
    """Write it."""
    parts = locked(LOCK.read_text(encoding="utf-8"))
    version = distribution("griddesk").version
    bundled = {*needed_by("griddesk"), "pyinstaller"}
    made = bill(parts, version, bundled)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    count = sum(one["scope"] == "required" for one in made["components"])
    print(f"sbom: {len(parts)} locked, {count} of them in the bundle")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
