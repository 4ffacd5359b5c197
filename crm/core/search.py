"""Finding by name: one index for each coalition, fed by the operations of the features.

A document is a kind and a record's id, with its folded words. Its tokens are the words' runs of three
letters, `_` standing for a word's edge (`names.trigrams`), behind one token for the coalition and one for the
kind, which are longer than any of them. So a fragment, a beginning or a misspelt word finds it on SQLite
(FTS5) as on PostgreSQL (tsvector), without an extension. The index gives candidates only, at most CANDIDATES
of them; rapidfuzz puts them in order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, TextClause, bindparam, text

from crm.core import limiting
from crm.core.db import db
from crm.core.late import LateModule
from crm.core.tenancy import current_coalition_id

if TYPE_CHECKING:
    from rapidfuzz import fuzz, process
else:
    fuzz, process = LateModule("rapidfuzz.fuzz"), LateModule("rapidfuzz.process")

CANDIDATES = 200
# Questions of one statement: SQLite joins at most 500 parts, and a question has up to twelve.
AT_ONCE = 40
# With fewer than these, the words may be misspelt.
FEW = 5
# Of 100: below it, the words that were asked for are hardly there.
GOOD_ENOUGH = 72.0
MOST_WORDS = 10
MOST_WORDS_LESS_ONE = 5
LONGEST_WORD = 30

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
    "sqlite": "SELECT rowid AS id FROM search_index WHERE search_index MATCH :q{part}{seen}",
    "postgresql": "SELECT id FROM search_index WHERE vector @@ CAST(:q{part} AS tsquery){seen}",
}
# Of somebody's own groups alone: of all groups the first candidates might be none of theirs.
_SEEN = {
    "sqlite": f" AND rowid IN ({limiting.SEEN_DOCUMENTS})",
    "postgresql": f" AND id IN ({limiting.SEEN_DOCUMENTS})",
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
            "tokens": " ".join((*_scope(coalition_id, document.kind), _all_ascii(document.tokens))),
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
    """The records of a kind in the chosen coalition that fit, best first.

    `phrasings` are folded ways to say the same question ("univ of montana", "university of montana"); a
    record is as good as the best of them says. One statement where the words are found as they are spelt,
    two where not.
    """
    return find_each(kind, [phrasings])[0]


def find_each(kind: str, questions: Sequence[Sequence[str]]) -> list[list[Hit]]:
    """As `find` for each question, in no more statements than for one, for each AT_ONCE of them."""
    return find_all([(kind, phrasings) for phrasings in questions])


def find_all(questions: Sequence[tuple[str, Sequence[str]]]) -> list[list[Hit]]:
    """As `find_each`, of questions for several kinds."""
    found: list[list[Hit]] = []
    for start in range(0, len(questions), AT_ONCE):
        found += _find_few(questions[start : start + AT_ONCE])
    return found


def _find_few(questions: Sequence[tuple[str, Sequence[str]]]) -> list[list[Hit]]:
    kinds = [kind for kind, _phrasings in questions]
    asked = [[words for one in phrasings if (words := _words(one))] for _kind, phrasings in questions]
    spelt = {place: [tier for words in ways for tier in _spelt(words)] for place, ways in enumerate(asked)}
    found = _candidates(kinds, spelt)
    # Words that find enough of one kind are spelt as they should be, whatever the kind.
    spelt_well = [ways for place, ways in enumerate(asked) if len(found[place]) >= FEW]
    few = {place: ways for place, ways in enumerate(asked) if ways not in spelt_well}
    misspelt = {place: [tier for words in ways for tier in _misspelt(words)] for place, ways in few.items()}
    more = _candidates(kinds, misspelt)
    return [_rank(kinds[place], ways, found[place] + more[place]) for place, ways in enumerate(asked)]


def _rank(kind: str, asked: Sequence[Sequence[str]], rows: Iterable[Row[Any]]) -> list[Hit]:
    hits = {row.record_id: max(_score(words, row.title, row.text.split()) for words in asked) for row in rows}
    best = sorted(hits.items(), key=lambda hit: -hit[1])
    return [Hit(kind, record_id, score) for record_id, score in best if score]


def _words(phrasing: str) -> list[str]:
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in phrasing.split()[:MOST_WORDS]))


def _telling(words: Sequence[str]) -> Sequence[str]:
    """The words that say something: "of" and "the" narrow nothing down, and are not what people misspell."""
    return [word for word in words if len(word) > 3 or word[0].isdigit()] or words


def _candidates(kinds: Sequence[str], tiers: Mapping[int, Sequence[Condition]]) -> dict[int, list[Row[Any]]]:
    """The documents that meet the conditions of each question, those of its first conditions first."""
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    asked = [(question, tier, one) for question, each in tiers.items() for tier, one in enumerate(each)]
    if not asked:
        return found
    dialect = db.session.get_bind().dialect.name
    coalition_id = current_coalition_id()
    scopes: list[Condition] = [[[[token]] for token in _scope(coalition_id, kind)] for kind in kinds]
    write = _fts5 if dialect == "sqlite" else _tsquery
    values = {f"q{part}": write(scopes[one[0]] + one[2]) for part, one in enumerate(asked)}
    whose = limiting.limited_to()
    own = [whose is not None and kind == limiting.GROUPS for kind in kinds]
    query = _candidates_query(dialect, [(question, tier, own[question]) for question, tier, _one in asked])
    given = {"coalition_id": coalition_id, **({"limited_to": whose} if any(own) else {})}
    for row in db.session.execute(query, {**given, **values}):
        if row.kind == kinds[row.question]:
            found[row.question].append(row)
    return found


def _candidates_query(dialect: str, asked: Sequence[tuple[int, int, bool]]) -> TextClause:
    """Takes q0, q1 … for the (question, tier, whether of own groups alone) that are asked for, and the
    coalition's id."""
    parts = " UNION ALL ".join(
        f"SELECT {question} AS question, {tier} AS tier, id "  # noqa: S608 - numbers of our own
        f"FROM ({_matches(dialect, part, own)} LIMIT {CANDIDATES}) AS part{part}"
        for part, (question, tier, own) in enumerate(asked)
    )
    return text(
        "SELECT found.question, d.kind, d.record_id, d.title, d.text "  # noqa: S608
        "FROM (SELECT question, id, "
        "row_number() OVER (PARTITION BY question ORDER BY min(tier), id) AS place "
        f"FROM ({parts}) AS each_part GROUP BY question, id) AS found "
        "JOIN search_document AS d ON d.id = found.id "
        f"WHERE found.place <= {CANDIDATES} AND d.coalition_id = :coalition_id "
        "ORDER BY found.question, found.place"
    )


def _matches(dialect: str, part: int, own: bool) -> str:
    return _MATCH[dialect].format(part=part, seen=_SEEN[dialect] if own else "")


def _scope(coalition_id: int, kind: str) -> list[Token]:
    return [f"coalition{coalition_id}", f"kind{kind}"]


def _ascii(token: Token) -> Token:
    """A token that each database's own idea of a letter leaves alone."""
    return token if token.isascii() else "u" + token.encode().hex()


def _all_ascii(tokens: Iterable[Token]) -> str:
    """Tokens as `_ascii` has them, in a row; most are so already, which is told of all at once."""
    joined = " ".join(tokens)
    return joined if joined.isascii() else " ".join(map(_ascii, joined.split(" ")))


def _spelt(words: Sequence[str]) -> list[Condition]:
    """What to ask the index for words as they are: whole, begun, and as fragments."""
    whole = [[_runs(f"_{word}_")] for word in words]
    begun = [[_runs(_begun(f"_{word}_"))] for word in words]
    inside = [[_runs(word)] if len(word) > 2 else begun[place] for place, word in enumerate(words)]
    return [whole, begun, inside]


def _misspelt(words: Sequence[str]) -> list[Condition]:
    """What to ask the index where a letter of each word may be wrong, or one word does not belong there."""
    telling = [f"_{word}_" for word in _telling(words)]
    tiers: list[Condition] = [[_ways(word) for word in telling]]
    if 3 <= len(telling) <= MOST_WORDS_LESS_ONE:
        begun = [[_runs(_begun(word))] for word in telling]
        tiers += [begun[:left] + begun[left + 1 :] for left in range(len(begun))]
    return tiers


def _begun(edged: str) -> str:
    return edged[:-1] if len(edged) > 3 else edged


def _ways(edged: str) -> list[list[Token]]:
    """What is left of a word however one letter is wrong, missing, too many, or two are swapped.

    The two letters at each place are passed over: what stands before and after them is as it should be.
    """
    word = edged if len(edged) < 9 else _begun(edged)
    ways = [_runs(word[:place]) + _runs(word[place + 2 :]) for place in range(1, len(word) - 1)]
    return [tokens for tokens in ways if tokens and not word[1].isdigit()] or [_runs(edged)]


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
    """How well a document holds the words (0 to 100), and, among equals, how little else its title says.

    0 where it does not: of three words and more one may be missing, a number may not be another.
    """
    telling = _telling(words)
    if not _numbers(telling) <= _numbers(there) and _numbers(there):
        return 0.0
    each = sorted(_best(word, there) for word in telling)
    needed = each[1:] if len(each) > 2 else each
    if sum(needed) / len(needed) < GOOD_ENOUGH:
        return 0.0
    return sum(each) / len(each) * 0.85 + fuzz.ratio(" ".join(words), title) * 0.15


def _numbers(words: Sequence[str]) -> set[str]:
    return {word for word in words if word[0].isdigit()}


def _best(word: str, there: Sequence[str]) -> float:
    if word in there:
        return 100.0
    if any(other.startswith(word) for other in there):
        return 96.0
    if len(word) > 2 and any(word in other for other in there):
        return 90.0
    found = process.extractOne(word, there, scorer=fuzz.ratio)
    return float(found[1]) * 0.95 if found else 0.0
