"""Whether an answer is as it may be: no fault of the server's, and nothing that was typed runs in it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from urllib.parse import urlsplit
from xml.parsers import expat

from bench.hostile.house import BASE, Answer, Asked
from bench.hostile.pages import Offered
from bench.hostile.values import ATTRIBUTE, CALCULATED, ELSEWHERE, HEADER, SCHEME, TAG

# What a spreadsheet runs where a cell begins with it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")
# A property of a calendar, unfolded: RFC 5545, 3.1.
PROPERTY = re.compile(
    r'[A-Za-z0-9-]+(;[A-Za-z0-9-]+=("[^"]*"|[^":;,]*)(,("[^"]*"|[^":;,]*))*)*:.*', re.DOTALL
)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def faults(asked: Asked, answer: Answer) -> Iterator[str]:
    """What is wrong with an answer, in words."""
    if answer.status >= 500 and asked.path != "/readyz":
        yield f"answered {answer.status}"
    yield from _headers(asked, answer)
    kind = answer.media_type
    if answer.status in {204, 304} or asked.method == "HEAD" or not answer.body:
        return
    if kind == "text/html":
        yield from _html(answer.body.decode("utf-8", "replace"))
    elif kind == "text/csv":
        yield from _csv(answer.body.decode("utf-8", "replace"))
    elif kind == "text/calendar":
        yield from _calendar(answer.body.decode("utf-8", "replace"))
    elif kind.endswith("json"):
        yield from _json(answer.body)
    elif kind.endswith("xml") or kind == "application/rss":
        yield from _xml(answer.body)
    elif kind == "application/pdf" and not answer.body.startswith(b"%PDF-"):
        yield "a PDF that is none"
    elif kind == "text/css" and TAG.encode() in answer.body:
        yield "typed text in a stylesheet"


def _headers(asked: Asked, answer: Answer) -> Iterator[str]:
    for name, value in answer.headers:
        if name.lower().startswith(HEADER.lower()) or "\r" in value or "\n" in value or CONTROL.search(value):
            yield f"a header that was smuggled in: {name}: {value!r}"
    to = answer.headers.get("Location")
    if to is not None:
        parts = urlsplit(to)
        ours = (parts.scheme, parts.netloc) in {("", ""), tuple(BASE.split("://"))}
        if not ours or re.match(r"[/\\]{2}", to) or "\\" in to:
            yield f"leads elsewhere: {to!r}"
    if asked.kind == "header" and ELSEWHERE in _said_of_itself(answer):
        yield "what was said of the host comes back"
    if answer.headers.get("X-Content-Type-Options") != "nosniff":
        yield "without nosniff"
    if "default-src 'none'" not in answer.headers.get("Content-Security-Policy", ""):
        yield "without a policy of what may run"


def _said_of_itself(answer: Answer) -> str:
    """Headers and body of an answer to a request in which only the headers were bad."""
    return f"{answer.headers} {answer.body.decode('utf-8', 'replace')}"


def _html(page: str) -> Iterator[str]:
    low = page.lower()
    if TAG in low:
        yield f"a tag that was typed: {_around(low, TAG)}"
    if CALCULATED in low:
        yield f"a template that was typed: {_around(low, CALCULATED)}"
    if ATTRIBUTE in low or SCHEME in low.replace(" ", ""):
        offered = Offered("/", page)
        if any(ATTRIBUTE in name for name in offered.attributes):
            yield f"an attribute that was typed: {_around(low, ATTRIBUTE)}"
        if any(re.sub(r"\s", "", one).lower().startswith(SCHEME) for one in offered.targets):
            yield f"a link that runs: {_around(low, SCHEME)}"
    if found := re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\u202a-\u202e\u2066-\u2069]", page):
        yield f"a control character in a page: {_around(page, found[0])!r}"


def _csv(text: str) -> Iterator[str]:
    for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")):
        for cell in row:
            if cell.startswith(FORMULA) and not re.fullmatch(r"-[0-9.]+", cell):
                yield f"a cell that is run: {cell[:80]!r}"


def _calendar(text: str) -> Iterator[str]:
    lines = text.replace("\r\n ", "").split("\r\n")
    if lines[-1] != "" or lines[0] != "BEGIN:VCALENDAR":
        yield "a calendar that is none"
    for line in lines[:-1]:
        if not PROPERTY.fullmatch(line) or line.upper().startswith(HEADER.upper()) or CONTROL.search(line):
            yield f"a line that was smuggled in: {line[:120]!r}"
    if any(len(line.encode()) > 75 for line in text.split("\r\n")):
        yield "a line that is too long"


def _json(body: bytes) -> Iterator[str]:
    try:
        json.loads(body, parse_constant=_refuse)
    except ValueError as error:
        yield f"JSON that is none: {error}"


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _xml(body: bytes) -> Iterator[str]:
    tags: list[str] = []
    reader = expat.ParserCreate()
    reader.StartElementHandler = lambda name, known: tags.extend([name, *known])
    try:
        reader.Parse(body, True)
    except expat.ExpatError as error:
        yield f"XML that is none: {error}"
    if any("hostile" in name.lower() for name in tags):
        yield "an element that was typed"


def _around(text: str, mark: str) -> str:
    place = text.find(mark)
    return text[max(0, place - 120) : place + 60]
