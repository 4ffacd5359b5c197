"""docs/developers/calendar-checks.md names tests that are there."""

from __future__ import annotations

import re

from config import ROOT

PAGE = (ROOT / "docs" / "developers" / "calendar-checks.md").read_text(encoding="utf-8")
HERE = ROOT / "tests" / "calendars"


def test_every_line_is_held_by_tests_that_exist():
    lines = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| line")]
    assert len(lines) > 30
    for line in lines:
        named = re.findall(r"`(\w+)::(\w+)`", line)
        assert named, line
        for file, name in named:
            source = (HERE / f"test_{file}.py").read_text(encoding="utf-8")
            assert f"def test_{name}(" in source, (file, name)
