"""Names of organizations: folded for comparing, told apart by their numbers, and written for people.

The identity that `identity_key` gives is the second half of the import's rule: (source, external id), else
(normalised name, city, state, local or group number).
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from crm.core.late import LateModule
from crm.organizations.words import ABBREVIATIONS, LEGAL_SUFFIXES, OPPOSITES, STATES

if TYPE_CHECKING:
    from rapidfuzz import fuzz
else:
    fuzz = LateModule("rapidfuzz.fuzz")

SIMILAR = 86.0  # from this similarity on, two names are worth showing as perhaps the same group
_NOT_THE_SAME = 60.0
_PERHAPS_NOT = 80.0

_SPECIAL = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "’": None, "'": None}
    | {"‘": None, "`": None, "ʼ": None, "´": None, "′": None}
)
_NUMBER = r"0*([1-9]\d*(?!(?:st|nd|rd|th)\b)(?:-?[a-z]{1,3}(?![a-z]))?)(?!\d)"
_SIGN = r"(?:\s*(?:#|\bno\b\.?|\bnum\b\.?|\bnumber\b|\bnumero\b))?\s*"
_LOCAL = re.compile(
    r"\b(?:(?:locals?|loc|seccion local)\b\.?(?:\s+(?:union|lodge|unit)\b)?|lu\b\.?|l\.?(?=\s?\d)"
    rf"|union(?=\s*(?:#|no\b))){_SIGN}{_NUMBER}"
)
_GROUP = re.compile(
    r"\b(post|lodge|branch|chapter|unit|troop|pack|aerie|grange|council|district|division|dc|jb|camp|capitulo|"
    rf"region|section|area)\b{_SIGN}{_NUMBER}"
)
_HASH = re.compile(rf"#\s*{_NUMBER}")
_INITIALS = re.compile(r"\b(?:[a-z]\.){1,}[a-z]\b\.?")
_DANGLING = " \t\r\n,/-"
_DIGIT = re.compile(r"[1-9]")
_LOCAL_AT_END = re.compile(r"(?<=\S) local$", re.IGNORECASE)
_PUNCTUATION = re.compile(r"[^\w]+|_+")


class _Folded(dict[int, str]):
    """What each character becomes, worked out when it is first met; few differ in a coalition's lists."""

    def __missing__(self, code: int) -> str:
        wide = unicodedata.normalize("NFKC", chr(code).translate(_SPECIAL)).casefold()
        decomposed = unicodedata.normalize("NFKD", wide)
        kept = (
            c for c in decomposed if unicodedata.category(c) not in ("Mn", "Co", "Cf", "Cc") or c in "\t\n\r"
        )
        self[code] = folded = "".join(kept).translate(_SPECIAL)
        return folded


_FOLDED = _Folded()


def fold(text: str) -> str:
    """Text without case, accents, apostrophes and characters of private use: `UNIóN` becomes `union`."""
    if text.isascii():
        return text.casefold().replace("'", "").replace("`", "")
    return text.casefold().translate(_FOLDED)


@lru_cache(maxsize=4096)
def _numbered(text: str) -> tuple[str, str | None, str | None]:
    """The folded text with its number written in one way, the local's number, the other unit's number."""
    text = " ".join(fold(text).split())
    if "." in text:
        text = _INITIALS.sub(lambda match: match[0].replace(".", ""), text)
    text = without_nothing(text)
    if not _DIGIT.search(text):
        return text, None, None
    local = _LOCAL.search(text)
    if local:
        return _with_number(text, local, "local", local[1]), local[1].replace("-", ""), None
    group = _GROUP.search(text)
    if group:
        return _with_number(text, group, group[1], group[2]), None, group[2].replace("-", "")
    lone = _HASH.search(text)
    if lone:
        return _with_number(text, lone, "local", lone[1]), lone[1].replace("-", ""), None
    return text, None, None


def _with_number(text: str, match: re.Match[str], word: str, number: str) -> str:
    return f"{text[: match.start()]} {word} {number.replace('-', '')} {text[match.end() :]}"


def without_nothing(name: str) -> str:
    """The name without a dangling hyphen or `N/A` at its end: `CRONA-`, `SAG-AFTRA Local N/A`."""
    rest = name.rstrip(_DANGLING)
    cut = rest.removesuffix(")")
    if cut[-3:].casefold() == "n/a" and not cut[-4:-3].isalnum():
        rest = _LOCAL_AT_END.sub("", cut[:-3].rstrip(_DANGLING + "(")).rstrip(_DANGLING)
    return rest or name


def normalise(name: str) -> str:
    """The name as it is compared: folded, abbreviations written out, without "the", Inc. and trailing N/A.

    `Int'l B'hood of Electrical Workers, L.U. 0006` and `International Brotherhood of Electrical Workers
    Local 6` are the same; so are `St. Mary's` and `Saint Marys`, `A & B` and `A and B`.
    """
    return _normalised(_numbered(name)[0])


def _normalised(text: str) -> str:
    words = _PUNCTUATION.sub(" ", text.replace("&", " and ").replace("+", " and ")).split()
    full = [
        _saint_or_street(words, place) if word == "st" else ABBREVIATIONS.get(word, word)
        for place, word in enumerate(words)
        if word != "the"
    ]
    while len(full) > 1 and full[-1] in LEGAL_SUFFIXES:
        full.pop()
    if len(full) > 1 and full[-1] == "local":
        full.pop()
    return " ".join(full)


def _saint_or_street(words: list[str], place: int) -> str:
    ends = place == len(words) - 1
    return "street" if ends or (place > 0 and words[place - 1][0].isdigit()) else "saint"


def local_number(name: str) -> str | None:
    """The number of a union local, without leading zeros: `Local 6`, `Loc. 0006`, `#6`, `L.U. 6` give `6`."""
    return _numbered(name)[1]


def group_number(name: str) -> str | None:
    """The number of a unit that is not a local: `Post 1234`, `Lodge No. 12`, `Chapter 5`."""
    return _numbered(name)[2]


def bare_number(text: str) -> str:
    """A number column's value as it is compared: no leading zeros, lower case; empty for none (`0000`)."""
    bare = text.strip()
    return (bare if bare.isdecimal() else _PUNCTUATION.sub("", fold(bare))).lstrip("0")


@lru_cache(maxsize=4096)
def normalise_city(city: str) -> str:
    """A city as it is compared: `New York City`, `NYC` and `NEW YORK ` are one."""
    plain = _normalised(fold(city))
    return "new york" if plain in ("new york city", "nyc", "new york ny") else plain


@lru_cache(maxsize=1024)
def normalise_state(state: str) -> str:
    """A state as it is compared: its two letters when it is one of the United States', else folded."""
    plain = _PUNCTUATION.sub(" ", fold(state).replace(".", "")).strip()
    return STATES.get(plain, plain)


def identity_key(name: str, city: str = "", state: str = "", number: str = "") -> str:
    """What makes two rows without an external id the same organization: name, city, state and number.

    `number` is that of the local or of the group exemption, where a column has it; otherwise the local's
    number is read from the name. The parts are joined by `|`, which none of them can hold.
    """
    text, local, _ = _numbered(name)
    base = _normalised(text)
    if local:
        base = " ".join(base.replace(f"local {local}", " ", 1).split()) or "local"
    return "|".join((base, normalise_city(city), normalise_state(state), bare_number(number) or local or ""))


def trigrams(text: str) -> tuple[str, ...]:
    """Search tokens, each once: the folded words' runs of three letters, with `_` for a word's edges.

    The same on both databases, so that a fragment or a misspelling finds a name in either.
    """
    found: dict[str, None] = {}
    for word in _PUNCTUATION.sub(" ", fold(text)).split():
        edged = f"_{word}_"
        for start in range(len(edged) - 2):
            found[edged[start : start + 3]] = None
    return tuple(found)


def similarity(first: str, second: str) -> float:
    """How alike two names are, 0 to 100; from `SIMILAR` on they are worth comparing by eye.

    Names with different numbers (`Local 6`, `Local 7`) stay below it however alike they are, and so do names
    of which one alone has a number, or that differ in a word such as north and south.
    """
    left, right = normalise(first), normalise(second)
    score = max(fuzz.ratio(left, right), fuzz.token_sort_ratio(left, right))
    mine, yours = _numbers(left), _numbers(right)
    if mine and yours and mine != yours:
        return min(score, _NOT_THE_SAME)
    if mine != yours or OPPOSITES & (set(left.split()) ^ set(right.split())):
        return min(score, _PERHAPS_NOT)
    return score


def list_similar(name: str, others: Iterable[str], limit: int = 5) -> list[tuple[str, float]]:
    """Those of the other names that are similar enough, most similar first."""
    scored = ((other, similarity(name, other)) for other in others)
    return sorted((pair for pair in scored if pair[1] >= SIMILAR), key=lambda pair: -pair[1])[:limit]


def _numbers(normalised: str) -> frozenset[str]:
    return frozenset(word for word in normalised.split() if word[0].isdigit())
