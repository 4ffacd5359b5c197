"""How large a workbook is, found out without unpacking it into memory.

An XLSX is a zip of XML. What its directory says about sizes may be a lie, a few bytes can name the last cell
of a sheet with 17 billion cells, and one long text can be used by a million cells; so all of it is streamed
through once and counted before it is handed to the library that loads it.
"""

import re
import struct
import zipfile
import zlib
from array import array
from collections.abc import Iterator
from typing import BinaryIO
from xml.parsers import expat

from crm.exchange.problems import TableError

MAX_UNPACKED = 300_000_000  # bytes, all members together
MAX_MEMBERS = 2_000
MAX_CELLS = 5_000_000  # rows × columns of the smallest rectangle that holds all cells of a sheet
MAX_TEXT = 200_000_000  # characters of all cells, shared texts counted as often as they are used
_CHUNK = 256 * 1024
_REFERENCE = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")
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
        _check_member(stream, member, texts)


def _check_member(stream: BinaryIO, member: zipfile.ZipInfo, texts: "array[int]") -> None:
    counter: _Counter | None = None
    for place, chunk in enumerate(_unpacked(stream, member)):
        if place == 0 and _XML_START.match(chunk):
            counter = _Counter(texts)
        if counter:
            counter.feed(chunk)
    if counter:
        counter.feed(b"", final=True)


def _unpacked(stream: BinaryIO, member: zipfile.ZipInfo) -> Iterator[bytes]:
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
    """Counts cells and text of one XML member; a member that is neither sheet nor texts is passed over."""

    def __init__(self, texts: "array[int]") -> None:
        self.texts, self.root = texts, ""
        self.row = self.column = self.rows = self.columns = self.text = 0
        self.shared = self.reading = False
        self.value = ""
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.StartDoctypeDeclHandler = self._refuse

    def feed(self, chunk: bytes, final: bool = False) -> None:
        try:
            self.parser.Parse(chunk, final)
        except expat.ExpatError as error:
            if self.root in ("", "worksheet", "sst"):
                raise TableError("broken_xlsx") from error

    def _refuse(self, *_: object) -> None:
        raise TableError("broken_xlsx")

    def _start(self, name: str, _: dict[str, str]) -> None:
        self.root = name.rpartition("}")[2]
        if self.root == "worksheet":
            self.parser.StartElementHandler = self._start_in_sheet
            self.parser.EndElementHandler = self._end_in_sheet
            self.parser.CharacterDataHandler = self._read
        elif self.root == "sst":
            self.parser.StartElementHandler = self._start_in_texts
            self.parser.CharacterDataHandler = self._read
        else:
            self.parser.StartElementHandler = None

    def _start_in_texts(self, name: str, _: dict[str, str]) -> None:
        tag = name.rpartition("}")[2]
        if tag == "si":
            self.texts.append(0)
        self.reading = tag == "t" and bool(self.texts)

    def _start_in_sheet(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition("}")[2]
        if tag == "c":
            self._place(attributes.get("r"))
            self.shared = attributes.get("t") == "s"
        elif tag == "row":
            self.row = _number(attributes.get("r"), self.row + 1)
            self.column = 0
        elif tag in ("v", "t"):
            self.reading, self.value = True, ""
            self.rows, self.columns = max(self.rows, self.row), max(self.columns, self.column)
            if self.rows * self.columns > MAX_CELLS:
                raise TableError("too_large")

    def _place(self, reference: str | None) -> None:
        match = _REFERENCE.fullmatch(reference or "")
        if reference and not match:
            raise TableError("broken_xlsx")
        self.column = _column(match[1]) if match else self.column + 1
        self.row = int(match[2]) if match else self.row

    def _read(self, data: str) -> None:
        if not self.reading:
            return
        if self.root == "sst":
            self.texts[-1] += len(data)
        elif self.shared:
            self.value += data
            return
        self._count(len(data))

    def _end_in_sheet(self, name: str) -> None:
        tag = name.rpartition("}")[2]
        if tag in ("v", "t"):
            if self.shared and self.value.strip().isdecimal():
                place = int(self.value)
                self._count(self.texts[place] if place < len(self.texts) else 0)
            self.reading = False

    def _count(self, length: int) -> None:
        self.text += length
        if self.text > MAX_TEXT:
            raise TableError("too_large")


def _number(text: str | None, otherwise: int) -> int:
    if text is None:
        return otherwise
    if not text.isdecimal() or len(text) > 7:
        raise TableError("broken_xlsx")
    return int(text)


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
