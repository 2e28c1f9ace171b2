"""Put the licences of everything a bundle carries into it.

Usage: collect_licenses.py BUNDLE. Writes BUNDLE/_internal/resources/licenses: our notice, the texts
it names, and THIRD-PARTY.md with the licence files of each distribution and system library.
Fails when a part comes without a licence text.
"""

import re
import shutil
import subprocess
import sys
import sysconfig
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
TEXTS = ROOT / "packaging" / "licenses"
LICENCE_FILE = re.compile(r"licen[cs]e|copying|notice|authors", re.IGNORECASE)

# Distributions without a licence file of their own; the text lies in packaging/licenses.
TEXT_FOR = {
    "chinesecalendar": "chinesecalendar.txt",
    "pyside6": "LGPL-3.0.txt",
    "pyside6-addons": "LGPL-3.0.txt",
    "pyside6-essentials": "LGPL-3.0.txt",
    "shiboken6": "LGPL-3.0.txt",
}

# Required by a distribution's metadata, left out of the bundle.
NOT_BUNDLED = {"griddesk", "pip"}
LICENCE_NAME = {"pyinstaller": "GPL-2.0-or-later WITH Bootloader-exception"}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def needed_by(*roots: str) -> dict[str, Distribution]:
    """Return every installed distribution the roots need at run time, by normal name."""
    found: dict[str, Distribution] = {}
    todo = [Requirement(root) for root in roots]
    while todo:
        requirement = todo.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        if normal(requirement.name) in found:
            continue
        try:
            dist = distribution(requirement.name)
        except PackageNotFoundError:
            sys.exit(f"{requirement.name} is needed but not installed")
        found[normal(requirement.name)] = dist
        todo += [Requirement(line) for line in dist.requires or []]
    return found


def licence_name(dist: Distribution) -> str:
    metadata = dist.metadata
    if known := LICENCE_NAME.get(normal(metadata["Name"])):
        return known
    for key in ("License-Expression", "License"):
        value = (metadata.get(key) or "").strip()
        if value and value != "UNKNOWN" and "\n" not in value and len(value) < 80:
            return value
    classifiers = [
        line.rsplit(" :: ", 1)[-1]
        for line in metadata.get_all("Classifier") or []
        if line.startswith("License ::")
    ]
    return ", ".join(classifiers) or "see its licence file"


def licence_files(dist: Distribution) -> list[Path]:
    files = [
        Path(str(dist.locate_file(file)))
        for file in dist.files or []
        if ".dist-info" in file.parts[0]
        and ("licenses" in file.parts or LICENCE_FILE.search(file.name))
    ]
    return [file for file in files if file.is_file()]


def copy_distribution(dist: Distribution, out: Path) -> str:
    name = normal(dist.metadata["Name"])
    files = licence_files(dist)
    if not files:
        if name not in TEXT_FOR:
            sys.exit(f"{name} has no licence text: add one to packaging/licenses and TEXT_FOR")
        return f"| {name} | {dist.version} | {licence_name(dist)} | `{TEXT_FOR[name]}` |"
    folder = out / "third-party" / name
    folder.mkdir(parents=True)
    for number, file in enumerate(files):
        target = folder / file.name
        shutil.copyfile(file, folder / f"{number}-{file.name}" if target.exists() else target)
    return f"| {name} | {dist.version} | {licence_name(dist)} | `third-party/{name}` |"


def copy_python(out: Path) -> str:
    version = ".".join(map(str, sys.version_info[:3]))
    short = ".".join(map(str, sys.version_info[:2]))
    for source in (
        Path(sysconfig.get_path("stdlib")) / "LICENSE.txt",
        Path(f"/usr/share/doc/python{short}-minimal/copyright"),
        Path(f"/usr/share/doc/python{short}/copyright"),
        Path(sys.base_prefix) / "LICENSE.txt",
    ):
        if source.is_file():
            folder = out / "third-party" / "python"
            folder.mkdir(parents=True)
            shutil.copyfile(source, folder / "LICENSE.txt")
            return f"| Python | {version} | PSF-2.0 | `third-party/python` |"
    sys.exit("Python's own licence text was not found")


def copy_system_libraries(bundle: Path, out: Path) -> list[str]:
    """Copy the copyright files of the Debian packages whose libraries the bundle carries."""
    lines: list[str] = []
    if not shutil.which("dpkg"):
        return lines
    packages: set[str] = set()
    for library in (bundle / "_internal").glob("lib*.so*"):
        if library.is_symlink() or library.name.startswith("libpython"):
            continue
        found = subprocess.run(
            ["dpkg", "-S", f"*/{library.name}"], capture_output=True, text=True, check=False
        ).stdout
        owners = {
            line.split(":")[0] for line in found.splitlines() if line.endswith(f"/{library.name}")
        }
        if not owners:
            sys.exit(f"{library.name} is in the bundle, but no package owns it")
        packages |= {owner for owner in owners if not owner.endswith("-dev")}
    for package in sorted(packages):
        source = Path(f"/usr/share/doc/{package}/copyright")
        if not source.is_file():
            sys.exit(f"{source} is missing")
        folder = out / "third-party" / package
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, folder / "copyright")
        version = subprocess.run(
            ["dpkg-query", "-W", "-f=${Version}\n", package],
            capture_output=True, text=True, check=True,
        ).stdout.split()[0]  # fmt: skip
        lines.append(f"| {package} | {version} | see file | `third-party/{package}` |")
    return lines


def main(bundle: Path) -> None:
    out = bundle / "_internal" / "resources" / "licenses"
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(TEXTS, out)
    shutil.copyfile(ROOT / "LICENSE", out / "LICENSE.txt")
    shutil.copyfile(ROOT / "resources" / "fonts" / "OFL.txt", out / "OFL.txt")

    # PyInstaller's start program is in the bundle; its own dependencies are not.
    parts = needed_by("griddesk") | {"pyinstaller": distribution("pyinstaller")}
    qt_version = parts["pyside6"].version
    if f"PySide6、Shiboken6）{qt_version}" not in re.sub(
        r"\s", "", (TEXTS / "NOTICE.md").read_text("utf-8")
    ):
        sys.exit(f"packaging/licenses/NOTICE.md does not name PySide6 {qt_version}")

    lines = [
        "# 第三方组件 Third-party parts",
        "",
        "| Part | Version | Licence | Text |",
        "|---|---|---|---|",
    ]
    lines.append(copy_python(out))
    lines += [copy_distribution(parts[name], out) for name in sorted(set(parts) - NOT_BUNDLED)]
    lines += copy_system_libraries(bundle, out)
    (out / "THIRD-PARTY.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"licences: {len(lines) - 4} parts")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
