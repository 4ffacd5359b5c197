"""How large a workbook is, found out without unpacking it into memory.

An XLSX is a zip of XML. What its directory says about sizes may be a lie, a few bytes can name the last cell
of a sheet with 17 billion cells, one long text can be used by a million cells, and each element that stands
open costs the parser memory; so all of it is streamed through once and counted before it is handed to the
library that loads it.
"""

import re
import struct
import zipfile
import zlib
from array import array
from collections.abc import Iterator
from functools import lru_cache
from typing import BinaryIO
from xml.parsers import expat

from crm.exchange.problems import TableError

MAX_UNPACKED = 300_000_000  # bytes, all members together
MAX_MEMBERS = 2_000
MAX_CELLS = 5_000_000  # rows × columns of the smallest rectangle that holds all cells of a sheet
MAX_TEXT = 200_000_000  # characters of shared texts, each counted as often as cells use it
MAX_DEPTH = 200  # elements within each other; a sheet has 7, a drawing some dozens
MAX_TAG = 1_000_000  # bytes of one tag or comment: the parser begins anew with it at each chunk
_CHUNK = 256 * 1024
_XML_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")


def check_workbook(stream: BinaryIO) -> None:
    """Read through the workbook once; raise `TableError` when it is damaged or unpacks to too much."""
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise TableError("broken_xlsx") from error
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise TableError("too_large")
    texts = array("I")
    # The shared texts come first: the sheets are measured by them.
    for member in sorted(members, key=lambda member: "sharedStrings" not in member.filename):
        counter = _Counter(texts)
        _feed(counter, stream, member)
        # Only where that many uses of the longest text would be too much, is each one looked up.
        if counter.uses * max(texts, default=0) > MAX_TEXT:
            _feed(_TextCounter(texts), stream, member)


def _feed(counter: "_Counter", stream: BinaryIO, member: zipfile.ZipInfo) -> None:
    chunks = unpack(stream, member)
    first = next(chunks, b"")
    is_xml = bool(_XML_START.match(first))
    if is_xml:
        counter.feed(first)
    for chunk in chunks:
        if is_xml:
            counter.feed(chunk)
    if is_xml:
        counter.feed(b"", final=True)


def unpack(stream: BinaryIO, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The member's bytes; never more than the directory says, which was checked."""
    stream.seek(member.header_offset)
    head = stream.read(30)
    if len(head) < 30 or member.flag_bits & 1 or member.compress_type not in (0, 8):
        raise TableError("broken_xlsx")
    stream.seek(sum(struct.unpack("<HH", head[26:30])), 1)
    left, packed = member.file_size, member.compress_size
    inflate = zlib.decompressobj(-15) if member.compress_type else None
    while packed > 0 and (data := stream.read(min(_CHUNK, packed))):
        packed -= len(data)
        while data:
            chunk = _inflated(inflate, data) if inflate else data
            data = inflate.unconsumed_tail if inflate else b""
            left -= len(chunk)
            if left < 0:
                raise TableError("broken_xlsx")
            if chunk:
                yield chunk


def _inflated(inflate: "zlib._Decompress", data: bytes) -> bytes:
    try:
        return inflate.decompress(data, _CHUNK)
    except zlib.error as error:
        raise TableError("broken_xlsx") from error


class _Counter:
    """Counts cells and texts of one XML member; a member that is neither sheet nor texts is passed over."""

    def __init__(self, texts: "array[int]") -> None:
        self.texts, self.root = texts, ""
        self.row = self.column = self.rows = self.columns = self.uses = 0
        self.shared = self.reading = False
        # The elements that stand open.
        self.open: list[str] = []
        self.fed = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        # Which of those of a name does not matter: their number is what counts.
        self.parser.EndElementHandler = self.open.remove
        self.parser.StartDoctypeDeclHandler = self._refuse

    def feed(self, chunk: bytes, final: bool = False) -> None:
        try:
            self.parser.Parse(chunk, final)
        except expat.ExpatError as error:
            if self.root in ("", "worksheet", "sst"):
                raise TableError("broken_xlsx") from error
            return
        self.fed += len(chunk)
        if self.fed - self.parser.CurrentByteIndex > MAX_TAG and not final:
            raise TableError("too_large")

    def _refuse(self, *_: object) -> None:
        raise TableError("broken_xlsx")

    def _start(self, name: str, _: dict[str, str]) -> None:
        self._deeper(name)
        self.root = name.rpartition(":")[2]
        within = {"worksheet": self._in_sheet, "sst": self._in_texts}
        self.parser.StartElementHandler = within.get(self.root, self._deeper)
        if self.root == "sst":
            self.parser.CharacterDataHandler = self._read

    def _deeper(self, name: str, _: object = None) -> None:
        self.open.append(name)
        if len(self.open) > MAX_DEPTH:
            raise TableError("too_large")

    def _in_texts(self, name: str, _: dict[str, str]) -> None:
        self._deeper(name)
        tag = name.rpartition(":")[2]
        if tag == "si":
            self.texts.append(0)
        self.reading = tag == "t"

    def _read(self, data: str) -> None:
        if self.reading and self.texts:
            self.texts[-1] += len(data)

    def _in_sheet(self, name: str, attributes: dict[str, str]) -> None:
        self._deeper(name)
        tag = name.rpartition(":")[2] if ":" in name else name
        if tag == "c":
            self._place(attributes.get("r"))
            self.shared = attributes.get("t") == "s"
        elif tag in ("v", "t"):
            self._fill()
        elif tag == "row":
            self.row = _number(attributes.get("r"), self.row + 1)
            self.column = 0

    def _place(self, reference: str | None) -> None:
        if not reference:
            self.column += 1
            return
        letters = reference.rstrip("0123456789")
        self.column = _column(letters)
        self.row = _number(reference[len(letters) :], 0)

    def _fill(self) -> None:
        if self.row > self.rows or self.column > self.columns:
            self.rows, self.columns = max(self.rows, self.row), max(self.columns, self.column)
            if self.rows * self.columns > MAX_CELLS:
                raise TableError("too_large")
        if self.shared:
            self.uses += 1


class _TextCounter(_Counter):
    """Adds up the lengths of the shared texts that the cells of a sheet use."""

    def __init__(self, texts: "array[int]") -> None:
        super().__init__(texts)
        self.total, self.value = 0, ""

    def _in_sheet(self, name: str, attributes: dict[str, str]) -> None:
        super()._in_sheet(name, attributes)
        self.reading = self.shared and name.rpartition(":")[2] == "v"
        self.value = ""
        self.parser.CharacterDataHandler = self._read
        self.parser.EndElementHandler = self._end

    def _read(self, data: str) -> None:
        if self.reading:
            self.value += data

    def _end(self, name: str) -> None:
        self.open.remove(name)
        place = int(self.value) if self.reading and self.value.strip().isdecimal() else len(self.texts)
        if place < len(self.texts):
            self.total += self.texts[place]
        self.reading = False
        if self.total > MAX_TEXT:
            raise TableError("too_large")


def _number(text: str | None, otherwise: int) -> int:
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdecimal() and len(text) <= 7):
        raise TableError("broken_xlsx")
    return int(text)


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    if not (letters.isascii() and letters.isalpha() and len(letters) <= 3):
        raise TableError("broken_xlsx")
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
