"""Tables from CSV, XLSX and ODS files as organizers have them, read row by row."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import BinaryIO

from crm.exchange.delimited import Delimited
from crm.exchange.fields import is_header_word
from crm.exchange.headers import LOOKED_AT, Header, find_header
from crm.exchange.kinds import is_kind_heading
from crm.exchange.opendocument import OpenDocument, is_opendocument
from crm.exchange.problems import CellError, Problem, TableError, shortened
from crm.exchange.records import MAX_ROWS, Record, is_filled
from crm.exchange.workbook import Workbook

_TOTAL = re.compile(
    r"(?:(?:grand|sub|gran)[\s-]?)?(?:totals?|totales|sum|suma)(?: (?:of )?(?:groups?|orgs?|"
    r"organizations?|members|people|rows|grupos|organizaciones|personas|general))*\s*+[:=]?[\d.,\s]*+",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"[~$]?\d[\d.,\s]*[%k]?", re.IGNORECASE)
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_NO_TEXT = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"\x1f\x8b", b"Rar!")


@dataclass(frozen=True)
class Row:
    """One row under the header: its line in the file and a text for each column, stripped.

    `problem` says why it is left out (`is_skip`: by design, such as a line of totals); None if it is not.
    """

    line: int
    cells: tuple[str, ...]
    problem: CellError | None = None


@dataclass
class Table:
    """A file's table; `rows` can be gone through once and reads from the stream while it is.

    `line` is where the header ends (0: the file has none), `notes` what the preview should tell.
    """

    columns: tuple[str, ...]
    rows: Iterator[Row]
    line: int = 0
    notes: tuple[Problem, ...] = ()
    sheets: tuple[str, ...] = ()
    sheet: str | None = None


def read_table(
    stream: BinaryIO, filename: str, sheet: str | None = None, header_line: int | None = None
) -> Table:
    """Open a table; what it is, its contents tell and not its name.

    `stream` is seekable and stays open until the last row is read. `sheet` picks one of a workbook's (else
    the first with something in it), `header_line` the line of the header (0: there is none; else found).
    Raises `TableError` here or, for what stands further down, from `rows`: keep nothing before the end.
    """
    stream.seek(0)
    start = stream.read(8)
    if start.startswith(b"PK\x03\x04"):
        return _from_workbook(stream, filename, sheet, header_line)
    if start.startswith(_OLD_EXCEL):
        raise TableError("old_excel")
    if start.startswith(_NO_TEXT):
        raise TableError("other_type")
    if start and filename.lower().endswith((".xlsx", ".xlsm")):
        raise TableError("not_xlsx")
    if start and filename.lower().endswith(".ods"):
        raise TableError("broken_ods")
    file = Delimited(stream)
    notes = (Problem("windows_1252"),) if file.encoding == "cp1252" else ()
    columns, rows, header = _table(file.records(), header_line)
    return Table(columns, rows, header.line, (*notes, *header.notes))


def _from_workbook(stream: BinaryIO, filename: str, sheet: str | None, header_line: int | None) -> Table:
    book = OpenDocument(stream) if is_opendocument(stream, filename) else Workbook(stream)
    name, records = book.open_sheet(sheet)
    columns, rows, header = _table(records, header_line)
    return Table(columns, rows, header.line, header.notes, book.sheets, name)


def _table(records: Iterator[Record], line: int | None) -> tuple[tuple[str, ...], Iterator[Row], Header]:
    filled = (record for record in records if any(map(str.strip, record.cells)))
    sample = list(islice(filled, LOOKED_AT))
    if not sample:
        raise TableError("empty")
    header = find_header(sample, line)
    if header.following >= len(sample):
        raise TableError("no_rows")
    return header.columns, _rows(chain(sample[header.following :], filled), header), header


def _rows(records: Iterable[Record], header: Header) -> Iterator[Row]:
    """The rows, each one later than it was read, for the last one may be a line of totals."""
    held: Row | None = None
    for number, record in enumerate(records, 1):
        if number > MAX_ROWS:
            raise TableError("row_count", limit=MAX_ROWS)
        if held:
            yield held
        held = _row(record, header)
    if held:
        yield Row(held.line, held.cells, CellError("total_line")) if _is_sum(held) else held


def _row(record: Record, header: Header) -> Row:
    cells = [cell.strip() for cell in record.cells]
    width = len(cells)
    if header.places[-1] == len(header.places) - 1 < width:
        values = tuple(cells[: len(header.places)])
    else:
        values = tuple(cells[place] if place < width else "" for place in header.places)
    return Row(record.line, values, _problem(record, cells, values, header))


def _problem(record: Record, cells: list[str], values: tuple[str, ...], header: Header) -> CellError | None:
    beyond = header.places[-1] + 1
    if len(cells) > beyond and any(map(is_filled, cells[beyond:])):
        return CellError("row_longer", {"number": len(cells), "columns": len(header.columns)})
    first = values[0] or next(filter(None, values), "")
    if len(first) <= 60 and _TOTAL.fullmatch(first):
        return CellError("total_line")
    alone = len(values) > 1 and values.count("") == len(values) - 1
    if alone and (record.spans or (first == values[0] and is_kind_heading(first))):
        return CellError("section_line", {"text": shortened(first)})
    if values == header.columns and any(map(is_header_word, values)):
        return CellError("repeated_header")
    return None


def _is_sum(row: Row) -> bool:
    """Figures alone and nothing in the first column: the sums that stand under a table without a word."""
    texts = [text for text in row.cells if text]
    return (
        row.problem is None
        and not row.cells[0]
        and len(texts) * 2 <= len(row.cells)
        and all(_FIGURE.fullmatch(text) for text in texts)
    )
