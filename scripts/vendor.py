"""Fetches the libraries, fonts and icons that Muster serves itself, and records what was fetched.

A maintainer runs it (`python scripts/vendor.py`, needs npm and a network) after changing a version below,
looks at the difference and commits it. Users need no npm: what it writes is part of the repository.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import struct
import subprocess
import tarfile
import tempfile
import zlib
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
# What the second part of a face is called in print, of the same length as its name.
RENAMED = {"Sofia Sans": "Sofia More", "Atkinson Hyperlegible Next": "Atkinson Hyperlegible More"}
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
    # The same faces for print: typst reads TrueType, one weight a file.
    Package(
        f"@fontsource/{SOFIA}",
        "5.3.0",
        f"{SOFIA}-print",
        {
            f"files/{SOFIA}-latin-800-normal.woff": "latin-800.ttf",
            f"files/{SOFIA}-latin-ext-800-normal.woff": "latin-ext-800.ttf",
        },
    ),
    Package(
        f"@fontsource/{ATKINSON}",
        "5.3.0",
        f"{ATKINSON}-print",
        {
            f"files/{ATKINSON}-{part}-{weight}-normal.woff": f"{part}-{weight}.ttf"
            for part in ("latin", "latin-ext")
            for weight in (400, 700)
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
        if inside.endswith(".woff"):
            (target / name).write_bytes(unzip_font((source / inside).read_bytes(), "latin-ext" in inside))
        else:
            shutil.copyfile(source / inside, target / name)
    return [target / name for name in wanted.values()]


def unzip_font(woff: bytes, rename: bool) -> bytes:
    """The TrueType font in a WOFF file (W3C, WOFF File Format 1.0, sections 3 and 4).

    A face comes in parts, for some letters each, all of one name, of which typst takes one: renamed, a part
    is a family of its own, to which it goes on from the first.
    """
    flavor, number = woff[4:8], struct.unpack(">H", woff[12:14])[0]
    entries = [struct.unpack(">4sLLLL", woff[44 + 20 * i : 64 + 20 * i]) for i in range(number)]
    power = 1 << (number.bit_length() - 1)
    ranges = (number, 16 * power, number.bit_length() - 1, 16 * (number - power))
    head, body = [flavor, struct.pack(">HHHH", *ranges)], b""
    start = 12 + 16 * number
    for tag, offset, packed, length, checksum in entries:
        table = woff[offset : offset + packed]
        table = zlib.decompress(table) if packed < length else table
        if rename and tag == b"name":
            for old, new in RENAMED.items():
                table = table.replace(old.encode("utf-16-be"), new.encode("utf-16-be"))
        head.append(struct.pack(">4sLLL", tag, checksum, start + len(body), length))
        body += table + bytes(-len(table) % 4)
    return b"".join(head) + body


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
