"""docs/security/threats.md: each line names tests, and they are there."""

from __future__ import annotations

import re

from config import ROOT

PAGE = (ROOT / "docs" / "security" / "threats.md").read_text(encoding="utf-8")


def test_every_line_is_held_by_tests_that_exist():
    lines = [line for line in PAGE.splitlines() if line.startswith("| ") and "held by" not in line]
    assert len(lines) > 30
    for line in lines:
        named = re.findall(r"`([\w/]+)::(\w+)`", line.rsplit("|", 2)[-2])
        assert named, line
        for file, name in named:
            folder, _, module = file.rpartition("/")
            source = (ROOT / "tests" / folder / f"test_{module}.py").read_text(encoding="utf-8")
            assert f"def test_{name}(" in source, (file, name)
