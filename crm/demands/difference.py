"""What two wordings differ in, word by word. Pure: text in, pieces out.

Markdown is compared as it was typed: a mark that moved is seen, and nothing is hidden by rendering it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum, auto

# A word with what joins it (workers', mother-in-law), or one mark; each with the space after it.
_TOKEN = re.compile(r"(?:\w+(?:['’\-]\w+)*|[^\w\s])\s*|\s+")
# Beyond so many pairs of equal words, frequent ones are not matched by themselves: the same word thousands of
# times would take minutes else.
_MOST_PAIRS = 1_000_000


class Piece(StrEnum):
    """What became of a run of words."""

    SAME = auto()
    REMOVED = auto()
    ADDED = auto()


@dataclass(frozen=True)
class Run:
    """Words that stay, go or come, with the spaces between them."""

    piece: Piece
    text: str


@dataclass(frozen=True)
class WordsDifference:
    """What changed in one language. `binds`: it is the one in which the newer words were decided."""

    language: str
    binds: bool
    sentence: Sequence[Run]
    text: Sequence[Run]

    @property
    def changed(self) -> bool:
        return any(run.piece is not Piece.SAME for run in (*self.sentence, *self.text))


def difference(old: str, new: str) -> list[Run]:
    """The runs of words that lead from one text to the other; of replaced words the older come first."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    keys = [_key(token) for token in before], [_key(token) for token in after]
    runs: list[Run] = []
    for act, a, b, c, d in SequenceMatcher(None, *keys, autojunk=_is_heavy(*keys)).get_opcodes():
        if act == "equal":
            runs.append(Run(Piece.SAME, "".join(after[c:d])))
            continue
        if b > a:
            runs.append(Run(Piece.REMOVED, "".join(before[a:b])))
        if d > c:
            runs.append(Run(Piece.ADDED, "".join(after[c:d])))
    return runs


def compare(
    old: Mapping[str, tuple[str, str]], new: Mapping[str, tuple[str, str]], binding_language: str
) -> list[WordsDifference]:
    """What changed in each language, the binding one first. Wordings are (sentence, text) by language code.

    A language that only one of the two has is wholly added, or wholly removed.
    """
    languages = sorted(old.keys() | new.keys(), key=lambda code: (code != binding_language, code))
    return [
        WordsDifference(
            language,
            language == binding_language,
            *(
                difference(before, after)
                for before, after in zip(
                    old.get(language, ("", "")), new.get(language, ("", "")), strict=True
                )
            ),
        )
        for language in languages
    ]


def as_text(runs: Iterable[Run]) -> str:
    """For a mail: what goes in [-brackets-], what comes in {+braces+}."""
    marks = {Piece.SAME: ("", ""), Piece.REMOVED: ("[-", "-]"), Piece.ADDED: ("{+", "+}")}
    return "".join(_marked(run.text, *marks[run.piece]) for run in runs).strip()


def _marked(text: str, begin: str, end: str) -> str:
    """Marks close to the words, spaces outside of them."""
    words = text.rstrip()
    return f"{begin}{words}{end}{text[len(words) :]}" if words else text


def _key(token: str) -> str:
    """Spaces do not count, new lines and paragraphs do."""
    word = token.rstrip()
    return f"{word}{token[len(word) :].count(chr(10)) * chr(10)}"


def _is_heavy(before: Sequence[str], after: Sequence[str]) -> bool:
    there = Counter(after)
    return sum(count * there[key] for key, count in Counter(before).items()) > _MOST_PAIRS
