"""The documentation points at things that are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
NAMED = re.compile(r"`((?:crm|scripts|tests|deploy|requirements|docs|templates|migrations)/[\w./-]+)`")


def pages() -> list[Path]:
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    assert len(found) > 5, "no documentation: has the layout changed?"
    return found


def test_links_between_pages_lead_somewhere():
    dead = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in pages()
        for link in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / link).exists()
    ]
    assert dead == []


def test_files_that_the_documentation_names_exist():
    missing = [
        f"{page.relative_to(ROOT)}: {name}"
        for page in pages()
        for name in NAMED.findall(page.read_text(encoding="utf-8"))
        if not (ROOT / name).exists()
    ]
    assert missing == []


def test_every_page_is_listed():
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pages_below = [page.relative_to(ROOT / "docs").as_posix() for page in (ROOT / "docs").rglob("*.md")]
    assert [name for name in pages_below if name != "README.md" and f"({name})" not in index] == []


def test_every_feature_is_told_of_where_the_house_is_described():
    page = (ROOT / "docs" / "developers" / "architecture.md").read_text(encoding="utf-8")
    features = {path.parent.name for path in (ROOT / "crm").glob("*/__init__.py")} - {"core"}
    told = {line.split("`")[1] for line in page.splitlines() if line.startswith("| `")}
    assert features - told == set()
