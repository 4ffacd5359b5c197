"""How much two names of groups say the same: word by word, where `names.similarity` goes letter by letter.

People write a group's name from memory: `SEIU-32BJ` for `Service Employees International Union Local 32BJ`, a
parent's name behind it, a town, an acronym in brackets. What tells groups apart is counted in full, what half
of all groups are called hardly; and a number is either the same or not.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from crm.core.late import LateModule
from crm.organizations.names import fold, normalise, similarity, without_nothing
from crm.organizations.words import (
    COMMON,
    LEGAL_SUFFIXES,
    OPPOSITES,
    PARENT_WORDS,
    SMALL_WORDS,
    STATES,
    WORDS_AND_STATES,
)

if TYPE_CHECKING:
    from rapidfuzz import fuzz
else:
    fuzz = LateModule("rapidfuzz.fuzz")

# From this on two names are worth comparing by eye.
ALIKE = 80.0
# Of one name, so that a page of ten asks in one statement (search.AT_ONCE).
WORDINGS = 4
_NOT_THE_SAME = 50.0
_PERHAPS_NOT = 70.0
_BY_ACRONYM = 92.0
_NUMBER_ALONE = 96.0
_COMMON_WEIGHT = 0.25
_PLACE_WEIGHT = 0.5
_NEXT_TO_NOTHING = 0.1
# Of letters: one of a short name is wrong.
_ONE_LETTER_WRONG = 92.0
# Of a local, too, they are another group than itself.
_PARTS = frozenset({"auxiliary", "retirees", "retired", "alumni"})
# Two spellings of one word.
_SPELLED_ALIKE = 84.0
# What is behind these words is the group's parent, or what it was called before.
_PARENT = re.compile(r",?\s*\b(?:affiliated with|an affiliate of|a/w|part of|f/?k/?a)\b.*", re.IGNORECASE)
_FEDERATION = re.compile(r"[,/\s-]*\bAFL[\s-]?CIO\b(?:[,\s]*CLC\b)?", re.IGNORECASE)
_BRACKET = re.compile(r"\(([^()]*)\)?")
_ACRONYM = re.compile(r"(?:[A-Za-z]\.){2,}[A-Za-z]?\.?|[A-Z][A-Za-z]*[A-Z][A-Za-z]*")
_GLUED = re.compile(r"(?<=\d)(?=[A-Za-z]{3})|(?<=[a-z]{2})(?=\d)")
_STATE_NAMES = re.compile(r"\b(" + "|".join(sorted(STATES, key=len, reverse=True)) + r")\b")
_STATE_CODES = frozenset(STATES.values()) - WORDS_AND_STATES


@dataclass(frozen=True)
class _Name:
    """A name taken apart: its words in their order, its numbers, and what it says it is called for short."""

    words: tuple[str, ...]
    numbers: frozenset[str]
    # In brackets behind it, and what its words' first letters make.
    acronyms: frozenset[str]
    initials: frozenset[str]

    @property
    def states(self) -> frozenset[str]:
        return _STATE_CODES & set(self.words)


def resemblance(name: str, other: str, *, acronym: str = "", place: str = "", other_place: str = "") -> float:
    """How alike two names are, 0 to 100; from ALIKE on they are worth comparing by eye.

    `acronym` is the other's, as its listing tells; `place` and `other_place` are towns, whose words in the
    other's name say nothing new. A local and its union, and two locals, stay below ALIKE however they are
    called.
    """
    mine, yours = _taken_apart(name), _taken_apart(other)
    score = _words_alike(mine, yours, _plain(place), _plain(other_place))
    if _have_other_numbers(mine, yours):
        return min(score, _NOT_THE_SAME)
    listed = frozenset({_plain_word(acronym)} - {""})
    if mine.numbers == yours.numbers and (_is_short_for(mine, yours, listed) or _is_short_for(yours, mine)):
        return max(score, _BY_ACRONYM)
    if _say_opposites(mine, yours):
        return min(score, _NOT_THE_SAME)
    letters = similarity(name, other)
    return max(score, letters) if letters >= _ONE_LETTER_WRONG else score


def wordings(name: str) -> list[str]:
    """What to ask a directory for, so that the group is found that a name may mean: at most WORDINGS.

    The name, its numbers, the words that tell most, and what it is called for short.
    """
    taken = _taken_apart(name)
    telling = [word for word in taken.words if word not in COMMON and word not in OPPOSITES][:5]
    short = sorted(taken.acronyms or taken.initials, key=len)[:1]
    asked = (name, " ".join(sorted(taken.numbers)[:1]), " ".join(telling), *short)
    return list(dict.fromkeys(filter(None, asked)))[:WORDINGS]


@lru_cache(maxsize=8192)
def _taken_apart(name: str) -> _Name:
    plain = _FEDERATION.sub(" ", _PARENT.sub("", without_nothing(name)))
    acronyms = {
        _plain_word(inside) for inside in _BRACKET.findall(plain) if _ACRONYM.fullmatch(inside.strip())
    }
    head = _GLUED.sub(" ", _without_parent(_BRACKET.sub(_kept, plain))) or plain
    whole = _telling(normalise(head))
    words = _telling(_STATE_NAMES.sub(lambda found: STATES[found[1]], normalise(head)))
    numbers = frozenset(bare for word in words if word[0].isdigit() and (bare := word.lstrip("0")))
    kept = tuple(word for word in dict.fromkeys(words) if not word[0].isdigit())
    return _Name(kept, numbers, frozenset(acronyms - {""}), _initials(whole) | _initials(kept))


def _telling(text: str) -> list[str]:
    leave = SMALL_WORDS | LEGAL_SUFFIXES | {"local"}
    return [word for word in text.split() if word not in leave]


def _initials(words: Sequence[str]) -> frozenset[str]:
    """What a name of several words is called for short; `uccwa` for one that ends in the state."""
    letters = "".join(word[0] for word in words if word.isalpha())
    if not 3 <= len(letters) <= 9:
        return frozenset()
    return frozenset({letters, letters + words[-1][1]} if words[-1] in STATES.values() else {letters})


def _kept(bracket: re.Match[str]) -> str:
    """What a bracket adds to the name: a place or a chapter; no acronym, no company."""
    inside = bracket[1].strip()
    company = LEGAL_SUFFIXES & set(normalise(f"x {inside} x").split())
    return " " if _ACRONYM.fullmatch(inside) or company else f" {inside} "


def _without_parent(name: str) -> str:
    """`Virginia Staff Organization, National Staff Organization` without what is behind the comma."""
    head, comma, tail = name.rpartition(",")
    words = normalise(tail).split()
    is_parent = PARENT_WORDS & set(words) and not any(word[0].isdigit() for word in words)
    return (
        head
        if comma and is_parent and len(words) > 2 and PARENT_WORDS & set(normalise(head).split())
        else name
    )


def _words_alike(mine: _Name, yours: _Name, place: Collection[str], other_place: Collection[str]) -> float:
    first, second = _written_out(mine.words, yours.words), _written_out(yours.words, mine.words)
    pairs = _pairs(first, second)
    shared = sum(_weight(word) for word in pairs)
    left = shared + sum(_weight_alone(word, other_place) for word in first if word not in pairs)
    right = shared + sum(_weight_alone(word, place) for word in second if word not in pairs.values())
    if mine.numbers and mine.numbers & yours.numbers:
        if mine.numbers != yours.numbers and not any(word not in COMMON for word in pairs):
            return _NOT_THE_SAME
        covered = shared / min(left, right) if min(left, right) else 1.0
        if covered < 0.4:
            return _NOT_THE_SAME
        same = len(pairs) == len(first) == len(second) or abs(left - right) < 1
        return 72 + 28 * covered if left and right and same else min(72 + 28 * covered, _NUMBER_ALONE)
    if not shared:
        return 0.0
    score = 200 * shared / (left + right)
    telling = sum(_weight(word) for word in pairs if word not in COMMON)
    if telling <= 1 and len(pairs) < max(len(first), len(second)):
        return min(score, _PERHAPS_NOT)
    return score


def _have_other_numbers(mine: _Name, yours: _Name) -> bool:
    """Whether a number or a state says that they are two: also one that the other has none of."""
    if mine.numbers != yours.numbers and not mine.numbers & yours.numbers:
        return True
    return bool(mine.states and yours.states and not mine.states & yours.states)


def _say_opposites(mine: _Name, yours: _Name) -> bool:
    """Whether a word such as north and south says so; between two of one number, where both have one."""
    first, second = (OPPOSITES & set(one.words) for one in (mine, yours))
    return first != second and (not mine.numbers or bool((first and second) or _PARTS & (first ^ second)))


def _pairs(first: Sequence[str], second: Sequence[str]) -> dict[str, str]:
    """The words that both have, also where a letter is wrong: word of the first → word of the second."""
    found = {word: word for word in first if word in second}
    for word in first:
        if word in found or len(word) < 5:
            continue
        free = [other for other in second if other not in found.values() and len(other) >= 5]
        best = max(free, key=lambda other: fuzz.ratio(word, other), default="")
        if best and fuzz.ratio(word, best) >= _SPELLED_ALIKE and not {word, best} & OPPOSITES:
            found[word] = best
    return found


def _written_out(words: Sequence[str], others: Sequence[str]) -> list[str]:
    """The words, with `seiu` replaced by `service employees international union` where the other says so."""
    written: list[str] = []
    for word in words:
        run = [] if word in others or len(word) < 3 else _run(word, others)
        # What stands for the whole of the other is looked at as such (`_is_short_for`).
        written += run if len(run) < len(others) and run else [word]
    return list(dict.fromkeys(written))


def _run(initials: str, words: Sequence[str]) -> list[str]:
    """Words one behind the other that begin with these letters."""
    for start in range(len(words) - len(initials) + 1):
        run = words[start : start + len(initials)]
        if all(word[0] == letter for word, letter in zip(run, initials, strict=True)):
            return list(run)
    return []


def _is_short_for(short: _Name, long: _Name, listed: Collection[str] = frozenset()) -> bool:
    """Whether a name is nothing but the acronym of the other, or has it among words that the other has."""
    known = {*listed, *long.acronyms, *long.initials}
    found = [word for word in short.words if word in known]
    rest = [word for word in short.words if word not in known]
    shared = [word for word in rest if word in long.words or word in COMMON]
    if not found or len(long.words) < 2:
        return False
    return not rest or (len(found[0]) > 3 and 2 * len(shared) >= len(rest))


def _weight(word: str) -> float:
    return _COMMON_WEIGHT if word in COMMON else 1.0


def _weight_alone(word: str, place: Collection[str]) -> float:
    """How much a word counts that the other name lacks; a town's name is no news where the other is there."""
    if word in place:
        return _NEXT_TO_NOTHING
    return _PLACE_WEIGHT if word in _STATE_CODES else _weight(word)


@lru_cache(maxsize=2048)
def _plain(place: str) -> frozenset[str]:
    return frozenset(normalise(place).split())


def _plain_word(text: str) -> str:
    return re.sub(r"\W+", "", fold(text))
