"""Names typed in capitals, written as people write them."""

import re
import unicodedata
from functools import lru_cache

from crm.organizations.names import bare_number, fold, local_number, without_nothing
from crm.organizations.words import ACRONYMS, SMALL_WORDS, SPELLED, STATES_AT_END, WORD_ACRONYMS

_PIECE = re.compile(r"[^\W_]+(?:['’][^\W_]+)*\.?")
_ORDINAL = re.compile(r"\d+(?:ST|ND|RD|TH)")
_SPELLED_BEFORE = re.compile(r"(?:\.|(?<![^\W_])[^\W\d_] )$")
_SPELLED_AFTER = re.compile(r"\.?[^\W\d_]\.| [^\W\d_]\b")
_UNION_AFTER = re.compile(r"[\s-]+(?:#|\d|LOCAL|LU\b|HERE|UNION)")
_IN_CARE_OF = re.compile(r"(?:c[-/ ]o\b|%)", re.IGNORECASE)
_SMALL = re.compile(r"[a-z]")
_CAPITAL = re.compile(r"[A-Z]")
_VOWELS = frozenset("AEIOUY")


def display_name(name: str) -> str:
    """The name with spaces and a trailing N/A tidied; one in capitals gets small letters, its acronyms stay.

    A name with a small letter in it is somebody's own spelling and is left alone; only small letters with an
    accent do not count, for `UNIóN` is capitals from a program that knows no accents.
    """
    shown = name if name.isprintable() else "".join(c for c in name if unicodedata.category(c) != "Co")
    tidy = without_nothing(" ".join(shown.split()))
    return _PIECE.sub(_written, tidy.upper()) if is_all_capitals(tidy) else tidy


def full_name(name: str, local: str = "", unit: str = "", group: str = "") -> str:
    """The name to show, from the columns that a list spreads it over.

    The local's number is added where the name has none. A unit is added only under a group exemption number
    (not `0000`): elsewhere lists use that column for other things, the names of officers among them.
    """
    shown = display_name(name)
    number = bare_number(local)
    if number and local_number(shown) is None:
        shown = f"{shown} Local {number.upper()}"
    part = display_name(unit)
    if part and bare_number(group) and not _IN_CARE_OF.match(part) and fold(part) not in fold(shown):
        shown = f"{shown} – {part}"
    return shown


def is_all_capitals(text: str) -> bool:
    """Whether a text of more than five letters has no small one in it, accented ones aside."""
    return not _SMALL.search(text) and bool(_CAPITAL.search(text)) and sum(map(str.isalpha, text)) > 5


def _written(match: re.Match[str]) -> str:
    word, start = match[0], match.start()
    bare = word.rstrip(".")
    if len(bare) == 1:
        return word if _is_initial(match) or (start == 0 and bare != "A") else word.lower()
    if bare in WORD_ACRONYMS and (_UNION_AFTER.match(match.string, match.end()) or _after_unite(match)):
        return word
    if start and bare in STATES_AT_END and match.end() == len(match.string):
        return word
    if start and match.string[start - 1] == "(" and _is_acronym_of(match.string, bare):
        return word
    if not start and bare.casefold() in SMALL_WORDS:
        return _capitalised(word)
    return _usual(word)


@lru_cache(maxsize=16_384)
def _usual(word: str) -> str:
    """The word as it is written wherever it stands within a name."""
    bare = word.rstrip(".")
    if _ORDINAL.fullmatch(bare) or bare.casefold() in SMALL_WORDS:
        return word.lower()
    if bare in ACRONYMS or any(c.isdigit() for c in bare):
        return word
    if len(bare) <= 5 and not _VOWELS & set(bare) and bare.casefold() not in SPELLED:
        return word
    return _capitalised(word)


def _is_initial(match: re.Match[str]) -> bool:
    """A letter by itself that is not a word: `H.E.A.R.T.`, `G A T E`, but not `GRUPO Y GENTE`."""
    before = match.string[max(0, match.start() - 3) : match.start()]
    spelled = _SPELLED_BEFORE.search(before) or _SPELLED_AFTER.match(match.string, match.end())
    return bool(spelled) or match[0].rstrip(".") not in "AYE"


def _after_unite(match: re.Match[str]) -> bool:
    return match.string.endswith("UNITE ", 0, match.start())


def _is_acronym_of(name: str, bare: str) -> bool:
    """Whether a word in brackets is made of the initials of the name's words."""
    words = (match[0] for match in _PIECE.finditer(name))
    initials = "".join(word[0] for word in words if word.casefold() not in SMALL_WORDS)
    return 3 <= len(bare) <= 8 and bare[:3] in initials


def _capitalised(word: str) -> str:
    if word.startswith("MC") and len(word) > 5:
        return "Mc" + word[2:].capitalize()
    head, mark, tail = word.replace("’", "'").partition("'")
    # O'Brien, but Women's.
    tail = tail.capitalize() if len(head) == 1 and len(tail) > 2 else tail.lower()
    return head.capitalize() + mark + tail
