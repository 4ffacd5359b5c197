"""Where a table's header is, and what its columns are called.

Organizers' sheets have titles above the header, a header of two lines, names that repeat and columns
without one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crm.exchange.fields import is_header_word
from crm.exchange.problems import Problem, TableError, shortened
from crm.exchange.records import MAX_COLUMNS, Record, count_filled, is_filled

LOOKED_AT = 40  # filled rows among which the header is sought
_FIRST_ROWS = 15
_DATA = re.compile(
    r"[-+~$(]?\d[\d\s.,:/)%-]*|\S+@\S+\.\S+|https?://\S+|www\.\S+|\S+\.(?:org|com|net|edu|gov)(?:/\S*)?|"
    r"\(?\d{3}\)?[\s.-]\d{3}[\s.-]\d{4}.*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Header:
    """`places`: which cells of a row the columns are; `following`: the sample's first row beneath."""

    columns: tuple[str, ...]
    places: tuple[int, ...]
    line: int
    following: int
    notes: tuple[Problem, ...]


def find_header(sample: Sequence[Record], line: int | None = None) -> Header:
    """The header among the first filled rows, or in the given line (0: there is none).

    Raises `TableError` (`no_header`, `columns`).
    """
    widest = max(map(_end, sample))
    if widest > MAX_COLUMNS:
        raise TableError("columns", number=widest, limit=MAX_COLUMNS)
    if line == 0:
        return _numbered(sample, ())
    if line is not None:
        place = next((i for i, record in enumerate(sample) if record.line == line), None)
        if place is None:
            raise TableError("bad_header_line", line=line)
        return _header(sample, place)
    width = max(count_filled(record.cells) for record in sample)
    if width == 1 and not any(is_header_word(_first(record)) for record in sample[:1]):
        return _numbered(sample, (Problem("lone_column"),))
    return _header(sample, _place(sample, width))


def _place(sample: Sequence[Record], width: int) -> int:
    """The row with the most header words among those filled for at least half; rows above it are titles."""
    candidates = [i for i, r in enumerate(sample[:_FIRST_ROWS]) if count_filled(r.cells) * 2 >= width]
    if not candidates:
        candidates = [0]
    best = max(candidates, key=lambda i: (_known(sample[i]), -i))
    first = candidates[0]
    known, filled = _known(sample[best]), count_filled(sample[best].cells)
    # A row of data may hold a header's word or two; only what reads as a header may pass over filled rows.
    if known and (best == first or known >= 3 or known * 2 >= filled):
        return best
    if _differs_from_below(sample, first):
        return first
    raise TableError("no_header", text=shortened(" · ".join(filter(is_filled, sample[first].cells))))


def _known(record: Record) -> int:
    return sum(1 for cell in record.cells if is_filled(cell) and is_header_word(cell))


def _differs_from_below(sample: Sequence[Record], place: int) -> bool:
    """Whether a row of words alone stands over a column of figures, dates or addresses."""
    cells = sample[place].cells
    if any(_is_data(cell.strip()) for cell in cells):
        return False
    for column, cell in enumerate(cells):
        below = [r.cells[column].strip() for r in sample[place + 1 :] if column < len(r.cells)]
        below = [text for text in below if text]
        if is_filled(cell) and len(below) > 1 and all(map(_is_data, below)):
            return True
    return False


def _is_data(text: str) -> bool:
    """A figure, date, telephone number or address; not asked of long texts, which would take long."""
    return len(text) <= 200 and bool(_DATA.fullmatch(text))


def _header(sample: Sequence[Record], place: int) -> Header:
    band, names, following = _lines(sample, place)
    notes = []
    if place > 0 and band is None:
        notes.append(Problem("lines_above", {"number": place, "line": sample[place].line}))
    if band is not None:
        top, last = sorted((sample[band].line, sample[place].line))
        notes.append(Problem("two_header_lines", {"first": top, "line": last}))
    below = sample[following:]
    width = max((i + 1 for i, name in enumerate(names) if name), default=0)
    for record in below:
        width = max(width, _end(record) if record.line and len(record.cells) <= len(names) else 0)
    columns, told = _unique((names + [""] * width)[:width], below)
    places = tuple(i for i, column in enumerate(columns) if column)
    named = tuple(column for column in columns if column)
    return Header(named, places, sample[following - 1].line, following, (*notes, *told))


def _lines(sample: Sequence[Record], place: int) -> tuple[int | None, list[str], int]:
    """The names from one line, or from two where one is a band over the other."""
    names = [" ".join(cell.split()) for cell in sample[place].cells]
    beneath = sample[place + 1] if place + 1 < len(sample) else None
    if beneath and _is_second_line(sample[place], beneath):
        return place + 1, _combined(names, beneath.cells), place + 2
    if place > 0 and _is_band(sample[place - 1], sample[place]):
        return place - 1, _combined([" ".join(c.split()) for c in sample[place - 1].cells], names), place + 1
    return None, names, place + 1


def _is_second_line(first: Record, second: Record) -> bool:
    """Names beneath a header with gaps: one is filled, and nothing stands where a group's name would."""
    if second.line != first.line + 1:
        return False
    leading = next(i for i, cell in enumerate(first.cells) if is_filled(cell))
    same = [" ".join(c.split()) for c in second.cells[: leading + 1]] == [
        " ".join(c.split()) for c in first.cells[: leading + 1]
    ]
    if not same and any(is_filled(cell) for cell in second.cells[: leading + 1]):
        return False
    fills = [
        cell
        for i, cell in enumerate(second.cells)
        if i > leading and is_filled(cell) and (i >= len(first.cells) or not is_filled(first.cells[i]))
    ]
    others = [cell for cell in second.cells if is_filled(cell)]
    short = all(len(cell) <= 40 and not re.search(r"@|://|\d{3}", cell) for cell in others)
    return bool(fills) and short and sum(is_header_word(c) or _is_ordinal(c) for c in fills) * 2 >= len(fills)


def _is_ordinal(cell: str) -> bool:
    return bool(re.fullmatch(r"\s*#?\d{1,2}[.)]?(?:\s.*)?", cell))


def _is_band(above: Record, header: Record) -> bool:
    """A line right above with few cells, none of them over the first column: `Demands` over 1, 2, 3."""
    if above.line != header.line - 1 or above.spans:
        return False
    filled = [i for i, cell in enumerate(above.cells) if is_filled(cell)]
    return (
        bool(filled)
        and (filled[0] > 0 or len(filled) > 1)
        and any(is_header_word(above.cells[i]) for i in filled)
    )


def _combined(top: Sequence[str], beneath: Sequence[str]) -> list[str]:
    """`Demands` over `1` and `2` gives `Demands / 1` and `Demands / 2`; equal or lone names stay."""
    names, band = [], ""
    for i in range(max(len(top), len(beneath))):
        over = " ".join(top[i].split()) if i < len(top) else ""
        under = " ".join(beneath[i].split()) if i < len(beneath) else ""
        band = over or band
        if not under:
            names.append(over)
        else:
            names.append(under if not band or band == under else f"{band} / {under}")
    return names


def _unique(names: Sequence[str], below: Sequence[Record]) -> tuple[list[str], list[Problem]]:
    """Each name once; a column of values without a name is called by its letter, an empty one dropped."""
    columns: list[str] = []
    notes: list[Problem] = []
    for place, name in enumerate(names):
        new = name
        if not name and any(place < len(r.cells) and is_filled(r.cells[place]) for r in below):
            new = f"Column {column_letters(place)}"
            notes.append(Problem("unnamed_column", {"new": new}))
        count = 1
        while new and new in columns:
            count += 1
            new = f"{name or new} ({count})"
        if name and new != name:
            notes.append(Problem("duplicate_column", {"name": name, "new": new}))
        columns.append(new)
    return columns, notes


def _numbered(sample: Sequence[Record], notes: tuple[Problem, ...]) -> Header:
    width = max(_end(record) for record in sample)
    columns = tuple(f"Column {column_letters(place)}" for place in range(width))
    return Header(columns, tuple(range(width)), 0, 0, notes)


def _first(record: Record) -> str:
    return next((cell for cell in record.cells if is_filled(cell)), "")


def _end(record: Record) -> int:
    return max((i + 1 for i, cell in enumerate(record.cells) if is_filled(cell)), default=0)


def column_letters(place: int) -> str:
    """The letters that a spreadsheet shows over a column, from its place counted from 0."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
