"""Check what a frozen bundle carries and what it asks of the system.

Usage: check_bundle.py BUNDLE REPORT. Fails on a Qt module outside the allow list (some are
GPL-only), on GPL libraries, on a size over budget and on a system library with no known package.
Writes REPORT (JSON): size, glibc floor, Debian dependencies. Linux only.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

SIZE_BUDGET_MB = 340

# All LGPLv3. GPL-only ones (Charts, DataVisualization, Graphs, VirtualKeyboard, NetworkAuth,
# HttpServer, Quick3D, WaylandCompositor ...) must never get in.
QT_ALLOWED = {
    "Core", "DBus", "Gui", "Network", "OpenGL", "OpenGLWidgets", "Pdf", "PdfWidgets",
    "PrintSupport", "Svg", "SvgWidgets", "Test", "WaylandClient", "WaylandEglClientHwIntegration",
    "Widgets", "WlShellIntegration", "XcbQpa",
}  # fmt: skip
FORBIDDEN = re.compile(r"lib(readline|gdbm)\b|virtualkeyboard", re.IGNORECASE)

# Libraries the system gives, and the Debian packages that hold them.
PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libatomic.so.1": "libatomic1",
    "libcups.so.2": "libcups2 | libcups2t64",
    "libdbus-1.so.3": "libdbus-1-3",
    "libdrm.so.2": "libdrm2",
    "libexpat.so.1": "libexpat1",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libgcc_s.so.1": "libgcc-s1 | libgcc1",
    "libglib-2.0.so.0": "libglib2.0-0 | libglib2.0-0t64",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libgthread-2.0.so.0": "libglib2.0-0 | libglib2.0-0t64",
    "liblzma.so.5": "liblzma5",
    "libsqlite3.so.0": "libsqlite3-0",
    "libstdc++.so.6": "libstdc++6",
    "libuuid.so.1": "libuuid1",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}
GLIBC = re.compile(
    r"lib(c|m|dl|pthread|rt|resolv|util|crypt|anl|nsl)\.so|ld-linux|libc\.musl", re.IGNORECASE
)


def elf_files(bundle: Path) -> list[Path]:
    found = []
    for path in sorted(bundle.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        with path.open("rb") as file:
            if file.read(4) == b"\x7fELF":
                found.append(path)
    return found


def qt_modules(files: list[Path]) -> set[str]:
    modules = set()
    for path in files:
        if match := re.match(r"(?:libQt6(\w+)\.so|Qt(\w+)\.abi3\.so)", path.name):
            modules.add(match[1] or match[2])
    return modules


def version(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))


def main(bundle: Path, report: Path) -> None:
    files = elf_files(bundle)
    problems = [f"Qt module not allowed: {name}" for name in sorted(qt_modules(files) - QT_ALLOWED)]
    problems += [f"not allowed: {path.name}" for path in files if FORBIDDEN.search(path.name)]

    carried = {path.name for path in bundle.rglob("*")}
    needed: set[str] = set()
    glibc: dict[tuple[int, ...], list[str]] = {}
    for path in files:
        headers = subprocess.run(
            ["objdump", "-p", str(path)], capture_output=True, text=True, check=True
        ).stdout
        needed |= set(re.findall(r"NEEDED\s+(\S+)", headers))
        if wanted := re.findall(r"GLIBC_([0-9.]+)", headers):
            glibc.setdefault(max(map(version, wanted)), []).append(path.name)

    depends = set()
    for name in sorted(needed - carried):
        if name in PACKAGES:
            depends.add(PACKAGES[name])
        elif not GLIBC.match(name):
            problems.append(f"{name} is neither in the bundle nor in PACKAGES")

    size = sum(path.lstat().st_size for path in bundle.rglob("*") if not path.is_dir()) / 1e6
    if size > SIZE_BUDGET_MB:
        problems.append(f"{size:.0f} MB, more than {SIZE_BUDGET_MB} MB")
    if problems:
        sys.exit("\n".join(problems))

    floor = max(glibc)
    names = glibc[floor]
    floor_text = ".".join(map(str, floor))
    print(f"bundle: {size:.0f} MB, {len(files)} binaries, Qt {' '.join(sorted(qt_modules(files)))}")
    print(f"glibc floor: {floor_text}, set by {', '.join(names[:4])}{' ...' if names[4:] else ''}")
    data = {
        "megabytes": round(size),
        "glibc": floor_text,
        "depends": [f"libc6 (>= {floor_text})", *sorted(depends)],
    }
    report.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
