"""One row of a file before its columns are known."""

from collections.abc import Sequence
from typing import NamedTuple

MAX_CELL = 32_768  # characters; what Excel itself holds in a cell, rounded up
MAX_COLUMNS = 200
MAX_ROWS = 1_000_000


class Record(NamedTuple):
    """`line` counts from 1, as in the program that wrote the file; `spans`: one cell across the sheet."""

    line: int
    cells: list[str]
    spans: bool = False


def is_filled(cell: str) -> bool:
    """Whether a cell holds anything but white space."""
    return bool(cell) and not cell.isspace()


def count_filled(cells: Sequence[str]) -> int:
    """How many of the cells hold something."""
    return sum(1 for cell in cells if cell and not cell.isspace())
