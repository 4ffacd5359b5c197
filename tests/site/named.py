"""Tests that a page of the documentation names, as `folder/file::name`."""

from __future__ import annotations

import re

from config import ROOT


def named_in(text: str) -> list[tuple[str, str]]:
    """(folder/file, name) of each test that a text names."""
    return re.findall(r"`([\w/]+)::(\w+)`", text)


def is_there(file: str, name: str) -> bool:
    """Whether there is such a test."""
    folder, _, module = file.rpartition("/")
    path = ROOT / "tests" / folder / f"test_{module}.py"
    return path.is_file() and f"def test_{name}(" in path.read_text(encoding="utf-8")
