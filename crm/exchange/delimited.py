"""The records of a CSV file: its encoding and its delimiter found out, its rows streamed."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from crm.exchange.problems import TableError
from crm.exchange.records import MAX_CELL, Record

DELIMITERS = (",", ";", "\t")
NO_DELIMITER = "\x1f"  # of a lone column: occurs in no text
SAMPLE = 64 * 1024  # characters by which the delimiter is chosen
_CHUNK = 1 << 20
_LONGEST_RECORD = 1 << 20  # characters; beyond, a quotation mark is open or a cell is far too long
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SEPARATOR_LINE = re.compile(r"sep=([,;\t])\r?\n?$", re.IGNORECASE)
# A capital with an accent right after a small letter: Mac Roman or DOS read as Windows-1252 ("JosŽ").
_MISREAD = re.compile(r"(?<=[a-z])[À-ÖØ-ÞŠŒŽŸ]|[‚„†‡ˆ‰‹›ƒ¤¥¦¨]")
_UTF8_PAIR = re.compile(rb"[\xc3-\xf4][\x80-\xbf]")


def find_encoding(stream: BinaryIO) -> str:
    """`utf-8-sig`, `utf-16`, `utf-16-le`, `utf-16-be` or `cp1252`; reads the whole file once, in pieces.

    Windows-1252 is taken only for a file that is nowhere UTF-8 and looks right in it. Raises `TableError`
    (`encoding`, `nul`) with the line where reading fails.
    """
    stream.seek(0)
    head = stream.read(4096)
    if not head:
        raise TableError("empty")
    encoding = next((name for bom, name in _BOMS if head.startswith(bom)), None) or _bare_utf16(head)
    failed = _first_undecodable(stream, encoding or "utf-8-sig")
    if failed is None:
        return encoding or "utf-8-sig"
    if encoding is None and _is_windows_1252(stream):
        return "cp1252"
    raise TableError("encoding", line=failed)


def _bare_utf16(head: bytes) -> str | None:
    """UTF-16 without a mark shows in every second byte being NUL."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) / 4 and not even:
        return "utf-16-le"
    return "utf-16-be" if even > len(head) / 4 and not odd else None


def _first_undecodable(stream: BinaryIO, encoding: str) -> int | None:
    """The line of the first bytes that are not in the encoding; raises `TableError` for a NUL."""
    decoder = codecs.getincrementaldecoder(encoding)()
    stream.seek(0)
    line = 1
    while True:
        data = stream.read(_CHUNK)
        try:
            text = decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            if b"\0" in data and not encoding.startswith("utf-16"):
                raise TableError("nul", line=line + data[: data.index(b"\0")].count(b"\n")) from error
            return line + data[: error.start].count(b"\n")
        if "\0" in text:
            raise TableError("nul", line=line + text[: text.index("\0")].count("\n"))
        line += text.count("\n")
        if not data:
            return None


def _is_windows_1252(stream: BinaryIO) -> bool:
    """Whether all bytes are in Windows-1252, none looks like UTF-8 gone wrong, and the accents stand well."""
    stream.seek(0)
    special = suspicious = total = 0
    while data := stream.read(_CHUNK):
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            return False
        high = [c for c in text if c > "\x7f"]
        special += len(high)
        suspicious += len(_MISREAD.findall(text)) + len(_UTF8_PAIR.findall(data))
        total += len(text)
    return special <= total / 4 and suspicious <= special / 4


def find_delimiter(sample: str) -> str:
    """The delimiter by which most of the first rows have the same number of cells, two or more.

    When there is none, the file is one column: by commas if anything in it is quoted, else by lines.
    """
    best, most = "", 1.0
    for delimiter in DELIMITERS:
        counts = Counter(
            len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if row
        )
        wide = sum(times for width, times in counts.items() if width > 1)
        width, times = max(counts.items(), key=lambda item: (item[0] > 1, item[1]), default=(1, 0))
        share = times / max(1, counts.total())
        score = 1 + share * (2 if wide > counts.total() / 2 else 1) + width / 1000
        if width > 1 and wide * 2 >= counts.total() and score > most:
            best, most = delimiter, score
    return best or ("," if '"' in sample else NO_DELIMITER)


class Delimited:
    """A CSV file; `encoding` and `delimiter` as found. The stream stays open, and the caller's."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.encoding = find_encoding(stream)
        stream.seek(0)
        reader = codecs.getreader(self.encoding)(stream)
        sample = reader.read(SAMPLE * 2, SAMPLE)
        if not sample.strip("\ufeff \r\n\t,;"):
            raise TableError("empty")
        first = sample.partition("\n")[0]
        named = _SEPARATOR_LINE.fullmatch(first.lstrip("\ufeff").rstrip("\r"))
        self.skipped = 1 if named else 0
        self.delimiter = named[1] if named else find_delimiter(sample[: sample.rfind("\n") + 1] or sample)

    def records(self) -> Iterator[Record]:
        """The rows, each with the line where it begins.

        Raises `TableError` (`quote`, `cell_size`) when it gets there: keep nothing before the end.
        """
        self.stream.seek(0)
        text = io.TextIOWrapper(self.stream, encoding=self.encoding, newline="")
        lines = _Lines(text)
        try:
            for _ in range(self.skipped):
                next(lines)
            yield from self._rows(lines)
        finally:
            if not self.stream.closed:  # else closing the wrapper, when it is collected, closes nothing more
                text.detach()

    def _rows(self, lines: "_Lines") -> Iterator[Record]:
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        while True:
            start = lines.begin_record()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise TableError(*self._why(lines, start), limit=MAX_CELL) from error
            if max(map(len, cells), default=0) > MAX_CELL:
                raise TableError("cell_size", line=start, limit=MAX_CELL)
            yield Record(start, cells)

    def _why(self, lines: "_Lines", start: int) -> tuple[str, int]:
        """A record that csv gives up on: a mark left open if the marks from there on are odd in number."""
        if not lines.too_long and not lines.field_too_long():
            return "quote", start
        return ("quote" if (lines.quotes + lines.count_remaining_quotes()) % 2 else "cell_size"), start


class _Lines:
    """The lines of a text for csv.reader, counted; stops a record that grows without end."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self.text = text
        self.line = self.length = self.quotes = 0
        self.too_long = False

    def begin_record(self) -> int:
        """The number of the line where the next record begins."""
        self.length = self.quotes = 0
        return self.line + 1

    def field_too_long(self) -> bool:
        """Whether csv stopped at its own limit for a field."""
        return self.length > csv.field_size_limit()

    def count_remaining_quotes(self) -> int:
        """Quotation marks from here to the end of the file."""
        return sum(piece.count('"') for piece in iter(lambda: self.text.read(_CHUNK), ""))

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self.text.readline(_LONGEST_RECORD)
        if not line:
            raise StopIteration
        self.line += 1
        self.length += len(line)
        self.quotes += line.count('"')
        if self.length >= _LONGEST_RECORD:
            self.too_long = True
            raise csv.Error
        return line
