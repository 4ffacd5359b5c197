"""Hundreds of names against the search's documents at once: by the words that they share.

`search` asks the index for each name, misspellings and all, which takes some hundredths of a second each. For
a first look at a long list the documents' words are read once instead, and each name is held against those
that share its rarest words.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from heapq import nlargest

from sqlalchemy import text

from crm.core.db import db
from crm.core.tenancy import current_coalition_id

# A word that so many documents have says nothing by itself.
COMMON = 1_000
_WORDS = text(
    "SELECT record_id, text FROM search_document WHERE coalition_id = :coalition_id AND kind = :kind"
)


def share_words(kind: str, names: Sequence[Sequence[str]], limit: int) -> list[list[int]]:
    """For each name (folded ways to write it) the records of a kind that share words with it, best first.

    Of the chosen coalition; one statement. A word counts the more, the fewer records have it.
    """
    words = [{word for way in ways for word in way.split()} for ways in names]
    having = _having(kind, {word for each in words for word in each})
    return [_best(each, having, limit) for each in words]


def _having(kind: str, wanted: set[str]) -> Mapping[str, list[int]]:
    """Word → the records that have it, of those that are wanted."""
    found: dict[str, list[int]] = defaultdict(list)
    values = {"coalition_id": current_coalition_id(), "kind": kind}
    for record_id, there in db.session.execute(_WORDS, values):
        for word in wanted.intersection(there.split()):
            found[word].append(record_id)
    return found


def _best(words: set[str], having: Mapping[str, list[int]], limit: int) -> list[int]:
    known = sorted((len(having[word]), word) for word in words if word in having)
    # The rarest alone, where all of them are common.
    telling = [pair for pair in known if pair[0] <= COMMON] or known[:1]
    counted: Counter[int] = Counter()
    for number, word in telling:
        for record_id in having[word]:
            counted[record_id] += 1000 // number + 1
    return nlargest(limit, counted, key=lambda record_id: (counted[record_id], -record_id))
