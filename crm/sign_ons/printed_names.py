"""Names of groups as they are printed under a letter, taken apart: one to a line, or in a row.

Numbers and bullets in front, titles and "for identification only" behind, and a place in brackets or after a
comma are no part of the name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from crm.organizations.models import OrganizationKind
from crm.organizations.names import fold, normalise
from crm.organizations.words import PARENT_WORDS, SMALL_WORDS, STATES

LONGEST = 300
MOST = 500
_BULLET = re.compile(r"^[\s•·▪◦‣*–—\-]+(?=\S)|^\s*\(?\d{1,3}[.)\]:]\s+|^\s*\d{1,3}\t\s*")
_IDENTIFICATION = re.compile(
    r"[\s,;*(\[–—-]*\b(?:(?:institutional |organi[sz]ation(?:al)? )?affiliations?|titles?|listed|"
    r"organizations?)?"
    r"[\s,]*(?:(?:is|are|listed|provided)\s+)*for (?:purposes of )?identification(?: purposes)?(?: only)?"
    r"[\s.)\]]*$|[\s,;(\[–—-]*s[oó]lo para (?:fines de )?identificaci[oó]n[\s.)\]]*$",
    re.IGNORECASE,
)
_QUOTED = re.compile(r'^"(.*)",?$')
_BRACKET = re.compile(r"\s*[(\[]\s*+([^()\[\]]*?)\s*+[)\]]\s*$")
_ACRONYM = re.compile(r"(?:[A-Z]\.?\s?){2,}|[a-z]*+[A-Z][a-z]*+[A-Z][A-Za-z]*+")
_ACRONYM_AND_PLACE = re.compile(r"^([A-Z][A-Za-z.]*[A-Z]\.?)\s*[–—-]\s*(.+)$")
_TRAILING = re.compile(r"[\s,;:*†‡]+$")
_STATES = frozenset(STATES) | frozenset(STATES.values())
_PART_OF_A_GROUP = re.compile(r"\b(chapter|council|office|university|local|branch|section|capitulo)\b")
# A person who signs for the group, behind its name: "Union Local 6, Ana Ruiz, President".
_TITLES = (
    r"president|vice[- ]president|chair(?:person|man|woman)?|co-?chair|executive director|director|secretary"
    r"(?:[- ]treasurer)?|treasurer|pastor|rabbi|imam|organizer|coordinator|presidenta|presidente|"
    r"secretari[ao]|director[a]?|rev\.?|reverend|dr\.?|esq\.?"
)
_TITLED = re.compile(rf"\s*(?:,|[–—]|\s-\s)\s*[^,]{{0,60}}?\b(?:{_TITLES})\s*$", re.IGNORECASE)
_PERSON = re.compile(r",\s*(?:[A-Z][\w'’.-]+\s+){1,3}[A-Z][\w'’-]+$")
_KINDS: tuple[tuple[OrganizationKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"\b(?:{words})\b"))
    for kind, words in (
        (OrganizationKind.STUDENT_GROUP, "students?|student union|mecha|campus|estudiantes|estudiantil"),
        (
            OrganizationKind.UNION,
            "local \\d+\\w*|local|union local|labor council|teamsters|workers union|brotherhood|sindicato|"
            "building and construction trades|trades council|afl cio|seiu|afscme|ufcw|ibew|cwa|uaw|ilwu|aft|"
            "federation of teachers|riders union|troopers association|nurses association|unite here",
        ),
        (
            OrganizationKind.CONGREGATION,
            "church|iglesia|parish|parroquia|temple|synagogue|mosque|masjid|congregation|diocese|archdiocese|"
            "friends meeting|ministry|ministries|lutheran|methodist|baptist|presbyterian|islamic center|"
            "interfaith|ministers|templo",
        ),
        (
            OrganizationKind.PROFESSIONAL_GROUP,
            "bar association|lawyers guild|lawyers|attorneys|physicians|chamber of commerce|companies|"
            "professionals|legal defense",
        ),
        (OrganizationKind.BUSINESS, "llc|restaurant|cafe|bakery|bookstore|times|columbian|tribune|brewing"),
        (
            OrganizationKind.COMMUNITY_GROUP,
            "coalition|alliance|network|neighbors|neighborhood|tenants|center|centro|committee|community|project|"
            "rights|justice|families|immigrants?|council|association|action|society|club|league|vecinos|"
            "alianza|frente|peace|freedom",
        ),
    )
)


@dataclass(frozen=True)
class PrintedName:
    """A name as it is understood. `line` counts from 1; `printed` is as it stood there."""

    line: int
    printed: str
    name: str
    place: str
    kind: OrganizationKind


def read_names(text: str) -> list[PrintedName]:
    """The names of a pasted list, in their order; lines without a name are left out.

    One to a line; a text of one line, or of lines that end in semicolons, is parted at its signs.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    entries = [part for line in _joined(lines) for part in _parted(line, alone=len(lines) == 1)]
    read = (_read(number, entry) for number, entry in enumerate(entries, 1))
    return [one for one in read if one is not None]


def twins(names: Iterable[PrintedName]) -> dict[int, int]:
    """Names that stand in the list before: line → the line of the first of them."""
    first: dict[str, int] = {}
    again = {}
    for one in names:
        key = f"{normalise(one.name)}|{fold(one.place)}"
        if key in first:
            again[one.line] = first[key]
        else:
            first[key] = one.line
    return again


def guess_kind(name: str) -> OrganizationKind:
    """What sort of group a name sounds like; OTHER where it does not."""
    plain = normalise(name)
    return next((kind for kind, words in _KINDS if words.search(plain)), OrganizationKind.OTHER)


def _joined(lines: Iterable[str]) -> Iterator[str]:
    """Lines, where one that was broken in the middle of a bracket is put together again."""
    held = ""
    for line in lines:
        held = f"{held} {line}" if held else line
        if held.count("(") <= held.count(")") or len(held) > LONGEST:
            yield held
            held = ""
    if held:
        yield held


def _parted(line: str, *, alone: bool) -> Iterator[str]:
    for part in re.split(r"\s*[;•·▪|]\s*|\s{3,}|\t+(?!\s*\d)", line):
        yield from _by_commas(part) if alone and part.count(",") > 1 else [part]


def _by_commas(line: str) -> Iterator[str]:
    """A row of names parted by commas; a comma before a place, or within a bracket, parts nothing."""
    entries: list[str] = []
    for part in re.split(r",\s*(?:and\s+|y\s+)?(?![^(]*\))", line.strip().rstrip(".")):
        is_town = bool(entries) and normalise(part) in _STATES and _is_place(entries[-1])
        if is_town and len(entries) > 1:
            town = entries.pop()
            entries[-1] = f"{entries[-1]}, {town}, {part}"
        elif entries and _belongs(part):
            entries[-1] = f"{entries[-1]}, {part}"
        else:
            entries.append(part)
    yield from entries


def _belongs(part: str) -> bool:
    """Whether what stands behind a comma is no name by itself: a state, a local, a chapter, a federation."""
    plain = normalise(part)
    return (
        plain in _STATES
        or plain in {"afl cio", "clc", "inc", "llc"}
        or re.fullmatch(r"local \w+|.*\bchapter", plain) is not None
    )


def _read(number: int, entry: str) -> PrintedName | None:
    printed = " ".join(entry.split())
    name = _QUOTED.sub(r"\1", printed).replace('""', '"')
    name = _BULLET.sub("", _IDENTIFICATION.sub("", _BULLET.sub("", name)))
    name = re.sub(r"^\(the\)\s+", "The ", name, flags=re.IGNORECASE)
    name = _without_person(_TRAILING.sub("", name))
    name, place = _placed(name)
    name = _TRAILING.sub("", name)
    if sum(char.isalpha() for char in name) < 2:
        return None
    return PrintedName(number, printed[:500], name[:LONGEST], place[:120], guess_kind(name))


def _without_person(name: str) -> str:
    """`Union Local 6, Ana Ruiz, President` is Union Local 6."""
    titled = _TITLED.search(name)
    if not titled or titled.start() < 3:
        return name
    head = name[: titled.start()]
    return _PERSON.sub("", head) or head


def _placed(name: str) -> tuple[str, str]:
    """The name and its place: from a bracket at its end, or a state behind its last comma."""
    bracket = _BRACKET.search(name)
    if bracket and bracket.start() > 1:
        inside, head = bracket[1], name[: bracket.start()]
        both = _ACRONYM_AND_PLACE.match(inside)
        if both:
            return f"{head} ({both[1]})", both[2]
        return (head, inside) if _is_place(inside) else (name, "")
    head, _comma, tail = name.rpartition(",")
    if head and normalise(tail) in _STATES:
        town_head, comma, town = head.rpartition(",")
        is_town = bool(comma) and not PARENT_WORDS & set(normalise(town).split()) and len(town.split()) <= 3
        return (town_head, f"{town.strip()}, {tail.strip()}") if is_town else (head, tail.strip())
    return name, ""


def _is_place(inside: str) -> bool:
    """Whether a bracket says where a group is, and not what it is called for short or which part it is."""
    plain = normalise(inside)
    if _PART_OF_A_GROUP.search(plain):
        return False
    if plain in _STATES or normalise(inside.rpartition(",")[2]) in _STATES:
        return True
    words = [word for word in inside.split() if fold(word) not in SMALL_WORDS]
    written = all(word[0].isupper() and not _ACRONYM.fullmatch(word) for word in words)
    return bool(words) and len(words) <= 2 and written and not any(c.isdigit() for c in inside)
