"""Names typed in capitals, written as people write them."""

import re
import unicodedata

from crm.organizations.names import bare_number, fold, local_number, without_nothing
from crm.organizations.words import ACRONYMS, SMALL_WORDS, SPELLED, STATES_AT_END, WORD_ACRONYMS

_PIECE = re.compile(r"[^\W_]+(?:['’][^\W_]+)*\.?")
_ORDINAL = re.compile(r"\d+(?:ST|ND|RD|TH)")
_SPELLED_BEFORE = re.compile(r"(?:\.|\b[^\W\d_] )$")
_SPELLED_AFTER = re.compile(r"\.?[^\W\d_]\.| [^\W\d_]\b")
_UNION_AFTER = re.compile(r"[\s-]+(?:#|\d|LOCAL|LU\b|HERE|UNION)")
_IN_CARE_OF = re.compile(r"(?:c[-/ ]o\b|%)", re.IGNORECASE)
_VOWELS = frozenset("AEIOUY")


def display_name(name: str) -> str:
    """The name with spaces and a trailing N/A tidied; one in capitals gets small letters, its acronyms stay.

    A name with a small letter in it is somebody's own spelling and is left alone; only small letters with an
    accent do not count, for `UNIóN` is capitals from a program that knows no accents.
    """
    shown = name if name.isascii() else "".join(c for c in name if unicodedata.category(c) != "Co")
    tidy = without_nothing(" ".join(shown.split()))
    if not is_all_capitals(tidy):
        return tidy
    words = [match[0] for match in _PIECE.finditer(tidy)]
    initials = "".join(word[0] for word in words if word.casefold() not in SMALL_WORDS)
    return _PIECE.sub(lambda match: _written(match, initials), tidy.upper())


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
    """Whether a text of more than one word, or of more than five letters, has no small letter in it."""
    letters = [c for c in text if c.isalpha()]
    plain = [c for c in letters if c.isascii()]
    return len(letters) > 5 and bool(plain) and not any(c.islower() for c in plain)


def _written(match: re.Match[str], initials: str) -> str:
    word, first = match[0], match.start() == 0
    bare = word.rstrip(".")
    if _is_initial(match):
        return word
    if _ORDINAL.fullmatch(bare) or (not first and bare.casefold() in SMALL_WORDS):
        return word.lower()
    if _stays_capital(bare, initials, match):
        return word
    return _capitalised(word)


def _is_initial(match: re.Match[str]) -> bool:
    """A letter by itself that is not a word: `H.E.A.R.T.`, `G A T E`, but not `GRUPO Y GENTE`."""
    if len(match[0].rstrip(".")) != 1:
        return False
    before, after = match.string[: match.start()], match.string[match.end() :]
    spelled = _SPELLED_BEFORE.search(before) or _SPELLED_AFTER.match(after)
    return bool(spelled) or match[0].rstrip(".") not in "AYE"


def _stays_capital(bare: str, initials: str, match: re.Match[str]) -> bool:
    before, after = match.string[: match.start()], match.string[match.end() :]
    if bare in ACRONYMS or any(c.isdigit() for c in bare):
        return True
    if bare in WORD_ACRONYMS:
        return bool(_UNION_AFTER.match(after)) or before.endswith("UNITE ")
    if bare in STATES_AT_END and not after and before:
        return True
    if bare.casefold() in SPELLED:
        return False
    if len(bare) <= 5 and not _VOWELS & set(bare):
        return True
    return before.endswith("(") and 3 <= len(bare) <= 8 and bare[:3] in initials


def _capitalised(word: str) -> str:
    if word.startswith("MC") and len(word) > 5:
        return "Mc" + word[2:].capitalize()
    head, mark, tail = re.match(r"([^'’]*)(['’]?)(.*)", word, re.S).groups()  # type: ignore[union-attr]
    return (
        head.capitalize() + mark + (tail.capitalize() if len(head) == 1 and len(tail) > 2 else tail.lower())
    )
