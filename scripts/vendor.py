"""Fetches the libraries, fonts and icons that Muster serves itself, and records what was fetched.

A maintainer runs it (`python scripts/vendor.py`, needs npm and a network) after changing a version below,
looks at the difference and commits it. Users need no npm: what it writes is part of the repository.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "crm" / "static"
VENDOR = STATIC / "vendor"
SUMS = VENDOR / "SHA256SUMS"
SPRITE = STATIC / "icons.svg"


@dataclass(frozen=True, eq=False)
class Package:
    """One npm package: the folder it goes to, and which of its files are kept under which names."""

    name: str
    version: str
    folder: str
    files: dict[str, str]


SOFIA = "sofia-sans-extra-condensed"
ATKINSON = "atkinson-hyperlegible-next"
PACKAGES = (
    Package(
        "bootstrap",
        "5.3.9",
        "bootstrap",
        {
            "dist/css/bootstrap.min.css": "bootstrap.min.css",
            "dist/css/bootstrap.rtl.min.css": "bootstrap.rtl.min.css",
            "dist/js/bootstrap.bundle.min.js": "bootstrap.bundle.min.js",
        },
    ),
    Package("htmx.org", "4.0.1", "htmx", {"dist/htmx.min.js": "htmx.min.js"}),
    Package(
        f"@fontsource-variable/{SOFIA}",
        "5.3.0",
        SOFIA,
        {
            f"files/{SOFIA}-latin-wght-normal.woff2": "latin.woff2",
            f"files/{SOFIA}-latin-ext-wght-normal.woff2": "latin-ext.woff2",
        },
    ),
    Package(
        f"@fontsource-variable/{ATKINSON}",
        "5.3.0",
        ATKINSON,
        {
            f"files/{ATKINSON}-latin-wght-normal.woff2": "latin.woff2",
            f"files/{ATKINSON}-latin-ext-wght-normal.woff2": "latin-ext.woff2",
        },
    ),
)
ICONS = Package("bootstrap-icons", "1.13.2", "bootstrap-icons", {})

# The name used in templates, and the file of bootstrap-icons that draws it.
ICON_NAMES = {
    "account": "person-circle",
    "add": "plus-lg",
    "back": "arrow-left",
    "bell": "bell",
    "calendar": "calendar3",
    "call": "telephone",
    "check": "check-lg",
    "chevron-down": "chevron-down",
    "clock": "clock",
    "copy": "copy",
    "cross": "x-lg",
    "dash": "dash-lg",
    "delete": "trash3",
    "demands": "megaphone",
    "dot": "circle-fill",
    "download": "download",
    "edit": "pencil",
    "error": "exclamation-octagon",
    "external": "box-arrow-up-right",
    "filter": "funnel",
    "forward": "arrow-right",
    "groups": "people",
    "half": "circle-half",
    "history": "clock-history",
    "info": "info-circle",
    "key": "key",
    "link": "link-45deg",
    "lock": "lock",
    "mail": "envelope",
    "menu": "list",
    "merge": "sign-merge-right",
    "more": "three-dots",
    "move": "arrow-left-right",
    "outreach": "chat-dots",
    "place": "geo-alt",
    "print": "printer",
    "reports": "bar-chart",
    "reveal": "eye",
    "ring": "circle",
    "search": "search",
    "settings": "gear",
    "sign-on": "pen",
    "sign-out": "box-arrow-right",
    "sort-down": "caret-down-fill",
    "sort-up": "caret-up-fill",
    "square": "square-fill",
    "star": "star-fill",
    "success": "check-circle",
    "targets": "building",
    "text": "chat-left-text",
    "today": "sun",
    "turnout": "graph-up-arrow",
    "undo": "arrow-counterclockwise",
    "upload": "upload",
    "visit": "door-open",
    "warning": "exclamation-triangle",
}


def unpack(package: Package, workspace: Path) -> Path:
    """Downloads the package with npm and returns the folder that its files were unpacked to."""
    packed = subprocess.run(
        ["npm", "pack", f"{package.name}@{package.version}", "--pack-destination", str(workspace)],
        check=True,
        capture_output=True,
        text=True,
    )
    target = workspace / package.folder
    with tarfile.open(workspace / packed.stdout.split()[-1]) as archive:
        archive.extractall(target, filter="data")
    return target / "package"


def install(package: Package, source: Path) -> list[Path]:
    """Copies the wanted files and the licence into a folder that carries the version in its name."""
    target = VENDOR / f"{package.folder}-{package.version}"
    target.mkdir(parents=True)
    wanted = {**package.files, "LICENSE": "LICENSE"}
    for inside, name in wanted.items():
        shutil.copyfile(source / inside, target / name)
    return [target / name for name in wanted.values()]


def draw_sprite(source: Path) -> str:
    """One SVG with a symbol for each icon; pages refer to them as `icons.svg#name`."""
    symbols = []
    for name, file in sorted(ICON_NAMES.items()):
        drawing = (source / "icons" / f"{file}.svg").read_text(encoding="utf-8")
        inner = re.sub(r"^<svg[^>]*>|</svg>\s*$", "", drawing).strip()
        symbols.append(f'<symbol id="{name}" viewBox="0 0 16 16">{inner}</symbol>')
    licence = f"<!-- {ICONS.name} {ICONS.version}, MIT: see vendor/{ICONS.folder}-{ICONS.version}/LICENSE -->"
    return "\n".join([licence, '<svg xmlns="http://www.w3.org/2000/svg">', *symbols, "</svg>", ""])


def record(files: list[Path]) -> None:
    """Writes the checksums in the form that `sha256sum --check` reads, relative to the static folder."""
    lines = (
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(STATIC).as_posix()}\n"
        for file in sorted(files)
    )
    SUMS.write_text("".join(lines), encoding="utf-8")


def main() -> None:
    """Fetches everything anew; the old folder goes only after all of the new has arrived."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder)
        sources = {package: unpack(package, workspace) for package in (*PACKAGES, ICONS)}
        shutil.rmtree(VENDOR, ignore_errors=True)
        files = [file for package, source in sources.items() for file in install(package, source)]
        SPRITE.write_text(draw_sprite(sources[ICONS]), encoding="utf-8")
    record([*files, SPRITE])
    print(f"{len(files) + 1} files recorded in {SUMS.relative_to(STATIC)}")


if __name__ == "__main__":
    main()
