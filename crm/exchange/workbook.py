"""The rows of an XLSX sheet as text, merged cells filled downwards."""

import datetime
from collections.abc import Iterator
from typing import Any, BinaryIO

import python_calamine

from crm.exchange.problems import TableError
from crm.exchange.records import MAX_CELL, Record
from crm.exchange.workbook_limits import check_workbook

Merge = tuple[tuple[int, int], tuple[int, int]]
MAX_MERGES = 50_000


class Workbook:
    """An XLSX whose size was checked; `sheets` are the visible ones, in order."""

    def __init__(self, stream: BinaryIO) -> None:
        check_workbook(stream)
        stream.seek(0)
        self._book = _guarded(python_calamine.CalamineWorkbook.from_filelike, stream)
        kinds = (python_calamine.SheetTypeEnum.WorkSheet, python_calamine.SheetVisibleEnum.Visible)
        self.sheets = tuple(
            sheet.name for sheet in self._book.sheets_metadata if (sheet.typ, sheet.visible) == kinds
        )

    def open_sheet(self, name: str | None) -> tuple[str, Iterator[Record]]:
        """The sheet of that name, else the first that holds something: its name and its rows."""
        if name is not None and name not in self.sheets:
            raise TableError("no_sheet", name=name)
        for candidate in [name] if name is not None else self.sheets:
            sheet = _guarded(self._book.get_sheet_by_name, candidate)
            if sheet.start is not None:
                return candidate, _records(sheet)
        raise TableError("empty")


def _guarded(call: Any, argument: Any) -> Any:
    """What the library gives; its errors, and panics of the Rust beneath it, mean a damaged file."""
    try:
        return call(argument)
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a panic does not derive from Exception
        raise TableError("broken_xlsx") from error


def _records(sheet: Any) -> Iterator[Record]:
    (first_row, left), (_, right) = sheet.start, sheet.end
    merges = sorted((sheet.merged_cell_ranges or [])[:MAX_MERGES])
    # Only those that reach over several rows have to be filled, and few of them are open at one time.
    pending = [merge for merge in merges if merge[0][0] < merge[1][0] and merge[0][1] <= right][::-1]
    wide = {m[0][0] for m in merges if m[0][0] == m[1][0] and m[1][1] - m[0][1] + 1 > (right - left + 1) / 2}
    opened: list[tuple[Merge, str]] = []
    for number, values in enumerate(sheet.iter_rows()):
        if number < first_row:
            continue
        cells = [""] * left + [as_text(value) for value in values]
        if max(map(len, cells)) > MAX_CELL:
            raise TableError("cell_size", line=number + 1, limit=MAX_CELL)
        opened = [item for item in opened if item[0][1][0] >= number]
        for merge, text in opened:
            cells[merge[0][1]] = cells[merge[0][1]] or text
        while pending and pending[-1][0][0] <= number:
            merge = pending.pop()
            if merge[0][0] == number and merge[0][1] < len(cells):
                opened.append((merge, cells[merge[0][1]]))
        yield Record(number + 1, cells, spans=number in wide)


def as_text(value: Any) -> str:
    """A cell's value as one would type it: days in ISO 8601, whole numbers without a point."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
    if isinstance(value, datetime.time):
        return value.isoformat("minutes")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value)
