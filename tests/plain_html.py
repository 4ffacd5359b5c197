"""Reading the pages that our templates write, whose every element is closed where nothing is implied.

It is a sixth of the work of html5lib, which implies and mends. What is not of this plain form, or may not be,
is not read here at all; what is, is read as html5lib does, without a fault: tests/site/test_html5.py holds
it to that, and `tests.html5.read_page` with one of sixteen pages.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from xml.etree.ElementTree import Element, TreeBuilder

from html5lib.constants import adjustSVGAttributes

TOP = re.compile(r"<!doctype html>\s*<html((?: [a-z-]+=\"[^\"&]*\")*)>\s*<head>", re.IGNORECASE)
MIDDLE = re.compile(r"(\s*)<body([^<>]*)>")
BOTTOM = re.compile(r"</body>(\s*)</html>(\s*)$")
# Text, then a tag.
TOKEN = re.compile(
    r"([^<]*)<(?:/([a-z][a-z0-9]*)>|"
    r"([a-z][a-z0-9]*)((?:[ \n]+[a-zA-Z][a-zA-Z:-]*(?:=(?:\"[^\"]*\"|'[^']*'))?)*)[ \n]*(/?)>)"
)
ATTRIBUTE = re.compile(r"""([a-zA-Z][a-zA-Z:-]*)(?:=(?:"([^"]*)"|'([^']*)'))?""")
ODD = re.compile(r"[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\uffff\U0001fffe-\U0010ffff]")
ODD_REFERENCE = re.compile(r"&(?!(?:amp|lt|gt|quot|nbsp|#34|#39);)")
SVG = "{http://www.w3.org/2000/svg}"
IN_SVG = frozenset("svg g path circle rect line polyline polygon use text tspan".split())
EMPTY = frozenset("br hr img input wbr".split())
EMPTY_IN_HEAD = frozenset(("meta", "link"))
# Where each may stand: nothing is implied there, and nothing else may stand beside it.
PARENTS = {
    **dict.fromkeys(("caption", "colgroup", "thead", "tbody", "tfoot"), ("table",)),
    "tr": ("thead", "tbody", "tfoot"),
    **dict.fromkeys(("td", "th"), ("tr",)),
    "col": ("colgroup",),
    "option": ("select", "optgroup", "datalist"),
    "optgroup": ("select",),
    "li": ("ul", "ol"),
    **dict.fromkeys(("dt", "dd"), ("dl", "div")),
}
ONLY = frozenset("table colgroup thead tbody tfoot tr select optgroup".split())
PHRASES = frozenset(
    "abbr b bdi bdo cite code data datalist del em i ins kbd label legend mark meter output progress q s "
    "samp small span strong sub sup time u var".split()
)
# They end a paragraph.
BLOCKS = frozenset(
    "address article aside blockquote details div dl fieldset figcaption figure footer header main nav ol "
    "section summary table ul pre dialog".split()
)
HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
END_A_PARAGRAPH = BLOCKS | HEADINGS | {*PARENTS, "form", "hr"}
# None stands within another of its kind.
LONE = frozenset(("a", "button", "form", "p"))
KNOWN = PHRASES | BLOCKS | HEADINGS | LONE | {*PARENTS, "select", "textarea", "title", "script", *EMPTY}


class NotPlain(Exception):
    """Something that only html5lib reads."""


def read_plain(html: str) -> Element | None:
    """The tree of a page that is plain, which has no fault; else None."""
    try:
        return _Reading(html).page()
    except NotPlain:
        return None


class _Reading:
    """One page being read."""

    def __init__(self, html: str) -> None:
        self.html, self.at = html.replace("\r\n", "\n"), 0
        self.open: list[str] = []
        self.tree = TreeBuilder()

    def page(self) -> Element:
        if ODD.search(self.html):
            raise NotPlain
        self._open_within(TOP, "html", "head")
        self._read_until("head", EMPTY_IN_HEAD | {"title", "script"})
        space = _match(MIDDLE, self.html, self.at)
        self._say(space[1])
        self.at = space.end()
        self.tree.start("body", dict(_attributes(space[2].rstrip())))
        self.open.append("body")
        self._read_until("body", KNOWN)
        # What follows the body is white space of its own.
        end = _match(BOTTOM, self.html, self.at - len("</body>"))
        self.tree.data(end[1] + end[2])
        self.tree.end("body")
        self.tree.end("html")
        return self.tree.close()

    def _open_within(self, pattern: re.Pattern[str], outer: str, inner: str) -> None:
        found = _match(pattern, self.html, 0)
        self.at = found.end()
        self.tree.start(outer, dict(_attributes(found[1])))
        self.tree.start(inner, {})
        self.open.append(inner)

    def _read_until(self, last: str, known: frozenset[str] | set[str]) -> None:
        """Read what stands in an element that is open, and its end; the body is left open in the tree."""
        while True:
            text, end, start, attributes, closed = _match(TOKEN, self.html, self.at).groups()
            self.at = TOKEN.match(self.html, self.at).end()  # type: ignore[union-attr]
            if text:
                self._say(text)
            if start is not None:
                if self.open[-1] in IN_SVG or start == "svg":
                    self._start_in_svg(start, attributes, closed)
                elif closed or start not in known:
                    raise NotPlain
                else:
                    self._start(start, attributes)
                continue
            if self.open.pop() != end:
                raise NotPlain
            if end == last == "body":
                return
            self.tree.end(SVG + end if end in IN_SVG else end)
            if end == last:
                return

    def _say(self, text: str) -> None:
        if self.open and self.open[-1] in ONLY and not text.isspace():
            raise NotPlain
        self.tree.data(_without_references(text))

    def _start(self, name: str, attributes: str) -> None:
        self._check_place(name)
        self.tree.start(name, dict(_attributes(attributes)))
        if name in EMPTY or name in EMPTY_IN_HEAD or name == "col":
            self.tree.end(name)
        elif name in ("textarea", "title", "script"):
            self._read_text_alone(name)
        else:
            self.open.append(name)
            if name == "pre" and self.html.startswith("\n", self.at):
                self.at += 1

    def _check_place(self, name: str) -> None:
        parent = self.open[-1]
        if name in PARENTS:
            if parent not in PARENTS[name] or (parent == "div" and self.open[-2] != "dl"):
                raise NotPlain
        elif parent in ONLY:
            raise NotPlain
        if "p" in self.open and (
            name in BLOCKS or name in HEADINGS or name in PARENTS or name in ("p", "hr", "form")
        ):
            raise NotPlain
        if name in LONE and name in self.open:
            raise NotPlain
        if name in HEADINGS and not HEADINGS.isdisjoint(self.open):
            raise NotPlain

    def _start_in_svg(self, name: str, attributes: str, closed: str) -> None:
        if name not in IN_SVG or self.open[-1] in ONLY:
            raise NotPlain
        self.tree.start(SVG + name, dict(_attributes_in_svg(attributes)))
        if closed:
            self.tree.end(SVG + name)
        else:
            self.open.append(name)

    def _read_text_alone(self, name: str) -> None:
        """An element that holds no other."""
        end = self.html.find(f"</{name}>", self.at)
        text = self.html[self.at : end]
        if end < 0 or "<" in text:
            raise NotPlain
        self.at = end + len(f"</{name}>")
        if name == "textarea":
            text = text.removeprefix("\n")
        if text:
            self.tree.data(text if name == "script" else _without_references(text))
        self.tree.end(name)


def _match(pattern: re.Pattern[str], html: str, at: int) -> re.Match[str]:
    if found := pattern.match(html, at):
        return found
    raise NotPlain


def _without_references(text: str) -> str:
    if "&" not in text:
        return text
    if ODD_REFERENCE.search(text):
        raise NotPlain
    return unescape(text)


@lru_cache(maxsize=4096)
def _attributes(written: str) -> tuple[tuple[str, str], ...]:
    pairs = [(name, one or other) for name, one, other in ATTRIBUTE.findall(written)]
    names = dict(pairs)
    if len(names) < len(pairs) or any(name != name.lower() for name in names):
        raise NotPlain
    return tuple((name, _without_references(value)) for name, value in pairs)


@lru_cache(maxsize=512)
def _attributes_in_svg(written: str) -> tuple[tuple[str, str], ...]:
    pairs = [(name.lower(), one or other) for name, one, other in ATTRIBUTE.findall(written)]
    if len(dict(pairs)) < len(pairs) or ":" in written:
        raise NotPlain
    return tuple((adjustSVGAttributes.get(name, name), _without_references(value)) for name, value in pairs)
