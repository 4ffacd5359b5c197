"""Rows as CSV that a spreadsheet opens as text, whatever people typed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

# Excel takes a file without it for the computer's own encoding.
MARK = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")


def neutral(cell: object) -> str:
    """A cell's text; one that a spreadsheet would run as a formula gets an apostrophe in front."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA) and not _is_number(text) else text


def csv_lines(rows: Iterable[Iterable[object]]) -> str:
    """Rows as lines of CSV, each cell neutralised."""
    buffer = io.StringIO()
    csv.writer(buffer).writerows([neutral(cell) for cell in row] for row in rows)
    return buffer.getvalue()


def _is_number(text: str) -> bool:
    """Whether it is a plain negative number, which does no harm: -12.5."""
    return text[1:].replace(".", "", 1).isdecimal() and text[0] == "-"
