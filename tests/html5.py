"""Reading pages as HTML5, by html5lib: its tree, and each fault of syntax that it finds.

html5lib reads tags letter by letter, which took a quarter of the time of all tests. Here a plain tag, as our
templates write almost all of them, is read at one go; whatever is not plain is left to html5lib as it was.
"""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element, tostring
from zlib import crc32

from html5lib._tokenizer import HTMLTokenizer
from html5lib.constants import tokenTypes
from html5lib.html5parser import HTMLParser

from tests.plain_html import read_plain

# What follows a "<": lower case, no character reference, no NUL, values in double quotes.
PLAIN_TAG = re.compile(
    r'(?P<start>[a-z][a-z0-9]*)(?P<attributes>(?:[ \n]+[a-z][a-z-]*(?:="[^"&\0]*")?)*)[ \n]*>'
    r"|/(?P<end>[a-z][a-z0-9]*)>"
)
# Of pages that a program writes: what is between two tags and no reference, and what such a value holds.
PLAIN_TEXT = re.compile(r">\s*[^<&\s][^<&]*(?=<)")
PLAIN_VALUE = re.compile(r'="(?:[^"&]*"|([^"]*"))')
ODD = re.compile(r"[\0-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\uffff\U0001fffe-\U0010ffff]")
ATTRIBUTE = re.compile(r'([a-z][a-z-]*)(?:="([^"]*)")?')


def read_page(html: str) -> tuple[Element, list[str]]:
    """The tree of a page, and its faults, each with its line and column."""
    plain = read_plain(html)
    if plain is None:
        return read_any_page(html)
    if crc32(html.encode()) % 64 == 0:
        tree, faults = read_any_page(html)
        assert (tostring(plain), []) == (tostring(tree), faults), "read_plain() read what it does not know"
    return plain, []


def read_any_page(html: str) -> tuple[Element, list[str]]:
    """The same, plain or not."""
    parser = _Parser(namespaceHTMLElements=False)
    tree: Element = parser.parse(html)
    return tree, [f"{where}: {code} {data}" for where, code, data in parser.errors]


def skeleton(html: str) -> str:
    """What of a page its syntax depends on: the tags, their attributes' names, whatever has a reference.

    Two pages with the same skeleton have the same faults. A page with characters that are faults themselves
    is its own.
    """
    if ODD.search(html):
        return html
    return PLAIN_VALUE.sub(r'="\1', PLAIN_TEXT.sub(">.", html))


class _Tokenizer(HTMLTokenizer):
    def tagOpenState(self) -> bool:  # noqa: N802 (html5lib's name)
        stream = self.stream
        found = PLAIN_TAG.match(stream.chunk, stream.chunkOffset)
        token = _token(found) if found else None
        if found is None or token is None:
            return bool(super().tagOpenState())
        stream.chunkOffset = found.end()
        self.currentToken = token
        self.tokenQueue.append(token)
        self.state = self.dataState
        return True


def _token(found: re.Match[str]) -> dict[str, Any] | None:
    if name := found["end"]:
        return {"type": tokenTypes["EndTag"], "name": name, "data": {}, "selfClosing": False}
    pairs = ATTRIBUTE.findall(found["attributes"])
    attributes = dict(pairs)
    if len(attributes) < len(pairs):
        return None  # one of them twice, which is a fault
    return {
        "type": tokenTypes["StartTag"],
        "name": found["start"],
        "data": attributes,
        "selfClosing": False,
        "selfClosingAcknowledged": False,
    }


class _Parser(HTMLParser):
    def mainLoop(self) -> None:  # noqa: N802 (html5lib's name)
        # The parser makes its tokenizer itself and offers no way to choose another.
        self.tokenizer.__class__ = _Tokenizer
        super().mainLoop()
