"""Fail when a locked package is under a licence that Muster (AGPL-3.0-or-later) may not be given out with.

Reads the metadata of what is installed in `.venv`; `make audit` runs it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Each may be combined with the AGPL, version 3 or later: by the Free Software Foundation's list of licences.
COMPATIBLE = (
    *("AGPL-3.0", "GPL-3.0", "LGPL-3.0", "LGPLv3", "MPL-2.0", "MPL", "Mozilla"),
    *("Apache", "BSD", "CNRI-Python", "ISC", "MIT", "PSF", "PSFL", "Unlicense", "Zlib"),
)
# Named by their authors nowhere in the metadata; read in the project's own licence file.
READ_BY_HAND = {"axe-playwright-python": "MIT"}


def list_locked() -> Iterator[tuple[str, str]]:
    """Name and environment marker ("" for everywhere) of each locked package."""
    for line in (ROOT / "requirements" / "dev.txt").read_text().splitlines():
        if match := re.match(r"([\w.-]+)==[^ ]+ (?:; (.*) )?\\$", line):
            yield match[1], match[2] or ""


def find_licence(name: str) -> str:
    """What the package says of its licence, in one line; "" when it says nothing."""
    about = metadata.metadata(name)
    if expression := about.get("License-Expression"):
        return str(expression)
    classifiers = [c for c in about.get_all("Classifier") or [] if c.startswith("License ::")]
    if classifiers:
        return "; ".join(c.rsplit(" :: ", 1)[1] for c in classifiers)
    return str(about.get("License") or READ_BY_HAND.get(name, "")).split("\n")[0]


def is_compatible(licence: str) -> bool:
    """One of an OR is enough; of an AND each part has to fit."""
    alternatives = re.split(r"\bOR\b|;", licence)
    return any(all(_fits(part) for part in re.split(r"\bAND\b", text)) for text in alternatives)


def _fits(part: str) -> bool:
    words = re.sub(r"\bPython Software Foundation\b", "PSF", part).strip(" ()")
    return bool(words) and any(re.search(rf"(?<![\w-]){re.escape(name)}", words) for name in COMPATIBLE)


def main() -> int:
    refused = []
    count = 0
    for name, marker in list_locked():
        try:
            licence = find_licence(name)
        except metadata.PackageNotFoundError:
            # Locked for another platform only, so not installed here.
            if not marker:
                refused.append(f"{name}: not installed, so its licence is unknown")
            continue
        count += 1
        if not is_compatible(licence):
            refused.append(f"{name}: {licence or 'names no licence'}")
    print("\n".join(refused) or f"{count} packages, all under licences compatible with AGPL-3.0-or-later")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
