"""Finding by name: one index for each coalition, fed by the operations of the features.

A document is a kind and a record's id, with its folded words. Its tokens are the words' runs of three
letters, `_` standing for a word's edge (`names.trigrams`), behind one token for the coalition and one for the
kind, which are longer than any of them. So a fragment, a beginning or a misspelt word finds it on SQLite
(FTS5) as on PostgreSQL (tsvector), without an extension. The index gives candidates only, at most CANDIDATES
of them; rapidfuzz puts them in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import Row, bindparam, text

from crm.core.db import db
from crm.core.tenancy import current_coalition_id

CANDIDATES = 200
# Of 100: below it, the words that were asked for are hardly there.
GOOD_ENOUGH = 72.0
MOST_WORDS = 6

Token = str
# All of the outer, in each any one of the middle, of that all tokens of the inner.
Condition = list[list[list[Token]]]


@dataclass(frozen=True)
class Document:
    """What is found: `title` and `text` folded, `tokens` the trigrams of the text."""

    kind: str
    record_id: int
    title: str
    text: str
    tokens: Iterable[Token]


@dataclass(frozen=True)
class Hit:
    """A record that was found, and how well it fits (0 to 100)."""

    kind: str
    record_id: int
    score: float


_PUT = text(
    "INSERT INTO search_document (coalition_id, kind, record_id, title, text, tokens) "
    "VALUES (:coalition_id, :kind, :record_id, :title, :text, :tokens) "
    "ON CONFLICT (coalition_id, kind, record_id) "
    "DO UPDATE SET title = excluded.title, text = excluded.text, tokens = excluded.tokens"
)
_REMOVE = text(
    "DELETE FROM search_document "
    "WHERE coalition_id = :coalition_id AND kind = :kind AND record_id IN :record_ids"
).bindparams(bindparam("record_ids", expanding=True))
_MATCH = {
    "sqlite": "SELECT rowid AS id, {tier} AS tier FROM search_index WHERE search_index MATCH :q{tier}",
    "postgresql": "SELECT id, {tier} AS tier FROM search_document WHERE vector @@ CAST(:q{tier} AS tsquery)",
}


def put(documents: Sequence[Document]) -> None:
    """Add documents of the chosen coalition, or replace those of the same records."""
    coalition_id = current_coalition_id()
    rows = [
        {
            "coalition_id": coalition_id,
            "kind": document.kind,
            "record_id": document.record_id,
            "title": document.title,
            "text": document.text,
            "tokens": " ".join(_scope(coalition_id, document.kind) + [_ascii(t) for t in document.tokens]),
        }
        for document in documents
    ]
    if rows:
        db.session.execute(_PUT, rows)


def remove(kind: str, record_ids: Sequence[int]) -> None:
    """Take records of the chosen coalition out, so that they are found no more."""
    if record_ids:
        values = {"coalition_id": current_coalition_id(), "kind": kind, "record_ids": list(record_ids)}
        db.session.execute(_REMOVE, values)


def find(kind: str, phrasings: Sequence[str]) -> list[Hit]:
    """The records of a kind in the chosen coalition that fit, best first, in one statement.

    `phrasings` are folded ways to say the same question ("univ of montana", "university of montana"); a
    record is as good as the best of them says.
    """
    asked = [words for phrasing in phrasings if (words := phrasing.split()[:MOST_WORDS])]
    rows = _candidates(kind, [tier for words in asked for tier in _tiers(words)])
    hits = [
        Hit(kind, row.record_id, max(_score(words, row.title, row.text.split()) for words in asked))
        for row in rows
    ]
    return sorted((hit for hit in hits if hit.score >= GOOD_ENOUGH), key=lambda hit: -hit.score)


def _candidates(kind: str, tiers: Sequence[Condition]) -> Sequence[Row[Any]]:
    """The documents that meet the conditions, those of the first conditions first."""
    if not tiers:
        return []
    dialect = db.session.get_bind().dialect.name
    coalition_id = current_coalition_id()
    scope: Condition = [[[token]] for token in _scope(coalition_id, kind)]
    parts = " UNION ALL ".join(
        f"SELECT * FROM ({_MATCH[dialect].format(tier=tier)} LIMIT {CANDIDATES}) AS tier{tier}"  # noqa: S608
        for tier in range(len(tiers))
    )
    query = text(
        "SELECT d.record_id, d.title, d.text "  # noqa: S608
        f"FROM (SELECT id, min(tier) AS tier FROM ({parts}) AS each_tier GROUP BY id) AS found "
        "JOIN search_document AS d ON d.id = found.id "
        "WHERE d.coalition_id = :coalition_id AND d.kind = :kind "
        f"ORDER BY found.tier, d.id LIMIT {CANDIDATES}"
    )
    write = _fts5 if dialect == "sqlite" else _tsquery
    values = {f"q{number}": write(scope + tier) for number, tier in enumerate(tiers)}
    return db.session.execute(query, {"coalition_id": coalition_id, "kind": kind, **values}).all()


def _scope(coalition_id: int, kind: str) -> list[Token]:
    return [f"coalition{coalition_id}", f"kind{kind}"]


def _ascii(token: Token) -> Token:
    """A token that each database's own idea of a letter leaves alone."""
    return token if token.isascii() else "u" + token.encode().hex()


def _tiers(words: Sequence[str]) -> list[Condition]:
    """What to ask the index, from the exact to the loose."""
    edged = [f"_{word}_" for word in words]
    begun = [word[:-1] if len(word) > 3 else word for word in edged]
    inside = [word[1:-1] if len(word) > 4 else begun[place] for place, word in enumerate(edged)]
    tiers = [[[_runs(word)] for word in form] for form in (edged, begun, inside)]
    loose = [[_runs(piece) for piece in _pieces(word)] for word in edged]
    if len(words) == 1:
        # Apart, so that a common beginning does not use up what an uncommon end would find.
        tiers += [[[piece]] for piece in loose[0]]
    else:
        tiers.append(loose)
    if len(words) > 2:
        # One word too many, or not to be recognised.
        tiers += [loose[:left] + loose[left + 1 :] for left in range(len(words))]
    return [tier for number, tier in enumerate(tiers) if tier not in tiers[:number]]


def _pieces(edged: str) -> list[str]:
    """A word in parts, of which one is as it should be however the other is misspelt."""
    if len(edged) < 6:
        return [edged]
    count = 3 if len(edged) >= 11 else 2
    cuts = [round(len(edged) * place / count) for place in range(count + 1)]
    return [edged[start:end] for start, end in pairwise(cuts)]


def _runs(piece: str) -> list[Token]:
    return [_ascii(piece[start : start + 3]) for start in range(len(piece) - 2)]


def _fts5(condition: Condition) -> str:
    return _written(condition, '"', " AND ", " OR ")


def _tsquery(condition: Condition) -> str:
    return _written(condition, "'", " & ", " | ")


def _written(condition: Condition, quote: str, every: str, either: str) -> str:
    def all_of(tokens: Iterable[Token]) -> str:
        return "(" + every.join(f"{quote}{token}{quote}" for token in tokens) + ")"

    return every.join("(" + either.join(all_of(tokens) for tokens in options) + ")" for options in condition)


def _score(words: Sequence[str], title: str, there: Sequence[str]) -> float:
    """How well a document holds the words, and, among equals, how little else its title says."""
    held = sum(_best(word, there) for word in words) / len(words)
    return held * 0.85 + fuzz.ratio(" ".join(words), title) * 0.15 if held >= GOOD_ENOUGH else 0.0


def _best(word: str, there: Sequence[str]) -> float:
    if word in there:
        return 100.0
    if word[0].isdigit():
        # Local 6 is not Local 60.
        return 50.0 if any(other.startswith(word) for other in there) else 0.0
    if any(other.startswith(word) for other in there):
        return 96.0
    if len(word) > 2 and any(word in other for other in there):
        return 90.0
    found = process.extractOne(word, there, scorer=fuzz.ratio)
    return float(found[1]) * 0.95 if found else 0.0
