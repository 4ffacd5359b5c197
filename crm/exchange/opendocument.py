"""The rows of an OpenDocument sheet (ODS) as text, read in a stream; merged cells are filled downwards.

Read by ourselves: a reader must go through the file anyway to find out that a few bytes repeat a cell a
billion times (OpenDocument 1.3, part 3, 9.1), and the library for XLSX tells no merged cells of an ODS.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.parsers import expat

from crm.exchange.problems import TableError
from crm.exchange.records import MAX_CELL, Record
from crm.exchange.workbook import as_text
from crm.exchange.workbook_limits import MAX_CELLS, check_workbook, unpack

SHEET_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
MAX_WIDTH = 16_384  # columns; what LibreOffice itself holds
MOST_ALIKE = 10_000  # rows that one row with something in it may stand for
_NS = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _TEXT, _OFFICE, _STYLE = (f"{_NS}{name}:1.0 " for name in ("table", "text", "office", "style"))
_CELLS = frozenset({f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"})
_TIME = re.compile(r"PT(\d{1,4})H(\d{1,2})M")


def is_opendocument(stream: BinaryIO, filename: str) -> bool:
    """Whether a zip is an OpenDocument sheet. Raises TableError where it is called so and is none."""
    try:
        with zipfile.ZipFile(stream) as archive:
            if "mimetype" not in archive.namelist():
                return False
            with archive.open("mimetype") as member:
                kind = member.read(200).strip()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError) as error:
        if filename.lower().endswith(".ods"):
            raise TableError("broken_ods") from error
        return False
    if not kind.startswith(SHEET_TYPE):
        raise TableError("other_type")
    return True


class OpenDocument:
    """An ODS whose size was checked; `sheets` are the visible ones, in order."""

    def __init__(self, stream: BinaryIO) -> None:
        try:
            check_workbook(stream)
            with zipfile.ZipFile(stream) as archive:
                self._content = archive.getinfo("content.xml")
        except (KeyError, TableError) as error:
            if isinstance(error, TableError) and error.problem.code != "broken_xlsx":
                raise
            raise TableError("broken_ods") from error
        self._stream = stream
        reader = _Reader(None)
        # Gone through once to its end: a fault there is found before anything is kept.
        for _row in self._read(reader):
            pass
        self._widths = {name: width for name, width in reader.widths.items() if name not in reader.hidden}
        self.sheets = tuple(self._widths)

    def open_sheet(self, name: str | None) -> tuple[str, Iterator[Record]]:
        """The sheet of that name, else the first that holds something: its name and its rows."""
        if name is not None and name not in self.sheets:
            raise TableError("no_sheet", name=name)
        for candidate in [name] if name is not None else self.sheets:
            if self._widths[candidate]:
                return candidate, self._read(_Reader(candidate, self._widths[candidate]))
        raise TableError("empty")

    def _read(self, reader: _Reader) -> Iterator[Record]:
        try:
            for chunk in unpack(self._stream, self._content):
                reader.parser.Parse(chunk, False)
                yield from reader.take()
            reader.parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise TableError("broken_ods") from error
        yield from reader.take()


@dataclass
class _Cell:
    """A cell that is being read: what it holds by its type, or as it is written."""

    repeated: int
    columns: int
    rows: int
    value: str | None
    paragraphs: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.value if self.value is not None else "\n".join(self.paragraphs)


class _Reader:
    """Takes the rows of the sheet `wanted` (None: of all, to measure them) off a content.xml."""

    def __init__(self, wanted: str | None, width: int = 0) -> None:
        self.wanted, self.width = wanted, width
        self.widths: dict[str, int] = {}
        self.hidden: set[str] = set()
        self._hidden_styles: set[str] = set()
        self._style = self._sheet = ""
        self._line = self._cells_seen = self._repeated = self._depth = 0
        self._row: list[str] = []
        self._spans = False
        self._cell: _Cell | None = None
        # Merged cells that reach down: (column, last line, text).
        self._open: list[tuple[int, int, str]] = []
        self._rows: list[Record] = []
        self._skipped = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._refuse

    def take(self) -> list[Record]:
        """The rows since it was last asked."""
        rows, self._rows = self._rows, []
        return rows

    def _refuse(self, *_: object) -> None:
        raise TableError("broken_ods")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._skipped or name == f"{_OFFICE}annotation":
            # A remark beside a cell is none of its text.
            self._skipped += 1
        elif name in _CELLS:
            self._cell = _Cell(
                _number(attributes, "number-columns-repeated"),
                _number(attributes, "number-columns-spanned"),
                _number(attributes, "number-rows-spanned"),
                _value(attributes),
            )
        elif name == f"{_TABLE}table-row":
            self._row, self._spans = [], False
            self._repeated = _number(attributes, "number-rows-repeated")
        elif name == f"{_TABLE}table":
            self._begin_sheet(attributes)
        elif name.startswith(_TEXT):
            self._begin_text(name, attributes)
        elif name == f"{_STYLE}style":
            self._style = attributes.get(f"{_STYLE}name", "")
        elif name == f"{_STYLE}table-properties" and attributes.get(f"{_TABLE}display") == "false":
            self._hidden_styles.add(self._style)

    def _begin_sheet(self, attributes: dict[str, str]) -> None:
        self._sheet, self._line, self._open = attributes.get(f"{_TABLE}name", ""), 0, []
        self.widths[self._sheet] = 0
        if attributes.get(f"{_TABLE}style-name") in self._hidden_styles:
            self.hidden.add(self._sheet)

    def _begin_text(self, name: str, attributes: dict[str, str]) -> None:
        if self._cell is None:
            return
        if name == f"{_TEXT}p":
            self._cell.paragraphs.append("")
            self._depth += 1
        elif self._cell.paragraphs and name == f"{_TEXT}s":
            self._characters(" " * min(_number(attributes, "c", _TEXT), MAX_CELL + 1))
        elif self._cell.paragraphs and name in (f"{_TEXT}tab", f"{_TEXT}line-break"):
            self._characters("\n" if name.endswith("line-break") else "\t")

    def _characters(self, data: str) -> None:
        if self._cell is None or not self._depth or self._skipped:
            return
        self._cell.paragraphs[-1] += data
        if len(self._cell.paragraphs[-1]) > MAX_CELL:
            raise TableError("cell_size", line=self._line + 1, limit=MAX_CELL)

    def _end(self, name: str) -> None:
        if self._skipped:
            self._skipped -= 1
        elif name == f"{_TEXT}p" and self._depth:
            self._depth -= 1
        elif name in _CELLS and self._cell is not None:
            self._end_cell(self._cell)
            self._cell = None
        elif name == f"{_TABLE}table-row":
            self._end_row()

    def _end_cell(self, cell: _Cell) -> None:
        text, place = cell.text, len(self._row)
        if len(text) > MAX_CELL:
            raise TableError("cell_size", line=self._line + 1, limit=MAX_CELL)
        if text and place + cell.repeated > MAX_WIDTH:
            raise TableError("too_large")
        # A sheet's last cells are one that is empty and repeated to the edge: nothing of them is written out.
        self._row += [text] * min(cell.repeated, max(0, MAX_WIDTH - place))
        if text and cell.rows > 1:
            self._open.append((place, self._line + cell.rows, text))
        self._spans |= bool(text) and cell.columns > self.width / 2 and cell.rows == 1 and cell.columns > 1

    def _end_row(self) -> None:
        first, self._line = self._line + 1, self._line + self._repeated
        for place, last, text in self._open:
            if first <= last and place < len(self._row):
                self._row[place] = self._row[place] or text
        self._open = [merge for merge in self._open if merge[1] > self._line]
        while self._row and not self._row[-1]:
            self._row.pop()
        if not self._row:
            return
        self._cells_seen += len(self._row) * self._repeated
        if self._cells_seen > MAX_CELLS or self._repeated > MOST_ALIKE:
            raise TableError("too_large")
        self.widths[self._sheet] = max(self.widths[self._sheet], len(self._row))
        if self._sheet == self.wanted:
            lines = range(first, self._line + 1)
            self._rows += [Record(line, self._row, self._spans) for line in lines]


def _number(attributes: dict[str, str], name: str, space: str = _TABLE) -> int:
    text = attributes.get(space + name, "1")
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise TableError("broken_ods")
    return max(1, int(text))


def _value(attributes: dict[str, str]) -> str | None:
    """What a cell holds, by its type; None where that is its text."""
    kind = attributes.get(f"{_OFFICE}value-type")
    if kind in ("float", "currency", "percentage"):
        return _plain_number(attributes.get(f"{_OFFICE}value", ""))
    if kind == "date":
        day, _, hour = attributes.get(f"{_OFFICE}date-value", "").partition("T")
        return day if hour[:8] in ("", "00:00", "00:00:00") else f"{day} {hour[:5]}"
    if kind == "time" and (found := _TIME.match(attributes.get(f"{_OFFICE}time-value", ""))):
        return f"{int(found[1]):02}:{int(found[2]):02}"
    if kind == "boolean":
        return attributes.get(f"{_OFFICE}boolean-value", "").upper()
    return attributes.get(f"{_OFFICE}string-value")


def _plain_number(text: str) -> str | None:
    try:
        return as_text(float(text))
    except ValueError:
        return None
