"""docs/security/threats.md: each line names tests, and they are there."""

from __future__ import annotations

from config import ROOT
from tests.site.named import is_there, named_in

PAGE = (ROOT / "docs" / "security" / "threats.md").read_text(encoding="utf-8")


def test_every_line_is_held_by_tests_that_exist():
    lines = [line for line in PAGE.splitlines() if line.startswith("| ") and "held by" not in line]
    assert len(lines) > 30
    for line in lines:
        named = named_in(line.rsplit("|", 2)[-2])
        assert named, line
        assert all(is_there(file, name) for file, name in named), line
