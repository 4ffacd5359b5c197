"""docs/security/asvs.md: each requirement of levels 1 and 2 once; what holds is shown by what is there."""

from __future__ import annotations

import re
from collections import Counter

from config import ROOT
from tests.site.named import is_there, named_in

FOLDER = ROOT / "docs" / "security"
PAGE = (FOLDER / "asvs.md").read_text(encoding="utf-8")
# Requirements of levels 1 and 2 in the chapters 1 to 17 of version 5.0.0.
IN_CHAPTERS = (27, 11, 19, 10, 9, 35, 18, 7, 7, 29, 14, 9, 13, 9, 13, 16, 7)
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in PAGE.splitlines()
    if re.match(r"\| \d+\.\d+\.\d+ \|", line)
]


def test_every_requirement_is_told_of_once_and_in_its_order():
    numbers = [tuple(map(int, row[0].split("."))) for row in ROWS]
    assert numbers == sorted(set(numbers))
    assert tuple(Counter(number[0] for number in numbers).values()) == IN_CHAPTERS


def test_what_holds_is_shown_and_the_rest_has_its_reason():
    for number, words, state, shown in ROWS:
        assert len(words) > 3 and state in {"holds", "does not apply", "open"}, number
        assert all(is_there(file, name) for file, name in named_in(shown)), (number, shown)
        pages = re.findall(r"\]\(([^)#]+)\)", shown)
        assert all((FOLDER / page).exists() for page in pages), (number, shown)
        assert state != "holds" or named_in(shown) or pages, number
        assert len(shown) > 6, number


def test_the_sums_are_those_of_the_rows():
    counted = Counter(row[2] for row in ROWS)
    for state, count in counted.items():
        assert re.search(rf"^\| {state}[:\w ,;]*.* \| {count} \|$", PAGE, re.MULTILINE), (state, count)
    assert sum(counted.values()) == 253
