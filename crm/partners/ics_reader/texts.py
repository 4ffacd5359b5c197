"""Texts of others: HTML becomes text, and what must not be in a text is found."""

from __future__ import annotations

import re
import unicodedata
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urlsplit

_ESCAPED = re.compile(r"\\([\\;,:\"nN])")
_TAG = re.compile(r"<[A-Za-z/!][^<>]*>")
_BREAKING = frozenset("br p div li tr h1 h2 h3 h4 h5 h6 ul ol table".split())
_SILENT = frozenset("script style head title".split())
# As in core/forms.py: control characters and the marks that turn text around.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]"
)
# Of a text that is longer nothing else is looked at.
_LONGEST_READ = 20_000
LONGEST_TITLE, LONGEST_PLACE, LONGEST_DESCRIPTION, LONGEST_URL = 200, 300, 4000, 500


class _Text(HTMLParser):
    """What a reader of a page would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in _SILENT
        if tag in _BREAKING:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in _SILENT and self.silent > 0
        if tag in _BREAKING:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(data)


def unescaped(value: str) -> str:
    """A TEXT value as it is meant (RFC 5545 section 3.3.11)."""
    return _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], value)


def plain(value: str) -> str:
    """Text without HTML, in NFC, lines kept."""
    text = value[:_LONGEST_READ]
    if _TAG.search(text):
        parser = _Text()
        parser.feed(text)
        parser.close()
        text = "".join(parser.parts)
    else:
        text = unescape(text)
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).replace("\xa0", " ")
    lines = [re.sub(r"[ \t]+", " ", line).strip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def one_line(value: str, longest: int) -> str:
    """The same on one line, cut where it is longer than that."""
    return _cut(" ".join(plain(value).split()), longest)


def several_lines(value: str, longest: int = LONGEST_DESCRIPTION) -> str:
    """The same with its lines, cut where it is longer than that."""
    return _cut(plain(value), longest)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def is_forbidden(text: str) -> bool:
    """Whether a text holds characters that nobody can see and that turn it around or end it."""
    return _FORBIDDEN.search(text) is not None


def shown_safely(text: str, longest: int = 120) -> str:
    """As much of a text as can be shown of an entry that is passed over."""
    return one_line(_FORBIDDEN.sub("", text), longest)


def web_address(value: str) -> str:
    """An address that may stand behind a link: http or https, without anybody's password; else ""."""
    address = value.strip()
    try:
        parts = urlsplit(address)
        good = parts.scheme.lower() in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return ""
    unsafe = len(address) > LONGEST_URL or " " in address or not address.isprintable()
    return address if good and not unsafe else ""
