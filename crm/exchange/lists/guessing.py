"""What a file is a list of, and what its columns are, by what they are called."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from crm.exchange.columns import check_mapping as check_groups
from crm.exchange.columns import claim_columns, column_values, guess_mapping
from crm.exchange.fields import own_number, plain_header
from crm.exchange.lists import contacts, events, interactions
from crm.exchange.lists.vocabulary import Vocabulary
from crm.exchange.models import ListKind
from crm.exchange.own import guess_own
from crm.exchange.problems import CellError
from crm.fields.definitions import CustomField

VOCABULARIES: Mapping[ListKind, Vocabulary] = {
    ListKind.CONTACTS: contacts.VOCABULARY,
    ListKind.INTERACTIONS: interactions.VOCABULARY,
    ListKind.EVENTS: events.VOCABULARY,
}
_GROUP = frozenset(
    "organization|organization name|org|group|group name|union|company|employer|organizacion|grupo|"
    "sindicato|congregation".split("|")
)
_REACHED_AT = frozenset(
    word
    for name in (contacts.PersonField.EMAIL, contacts.PersonField.PHONE)
    for word in contacts.VOCABULARY.words[name][0].split("|")
)
_T = interactions.TouchField
_DAYS, _TOUCHES = (
    frozenset(word for name in names for word in interactions.VOCABULARY.words[name][0].split("|"))
    for names in ((_T.ON,), (_T.CHANNEL, _T.OUTCOME))
)
# What a list of groups says as well, in a column of its own: these alone make no list of touches.
_STAGES = frozenset({"status", "contact status", "response", "respuesta", "last contact", "last touch"})
_STARTS = frozenset(
    "start|starts|start date|starts at|start time|begins|event date|inicio|fecha de inicio|start datetime|"
    "timeslot start".split("|")
)
_TITLES = frozenset("title|event|event name|event title|evento|titulo|nombre del evento".split("|"))
_EVENT_SIGNS = frozenset({"event type", "venue", "timezone", "location venue"})
_CALLED = frozenset("name|full name|nombre|nombre completo|person|persona|member name".split("|"))


def fingerprint(columns: Sequence[str]) -> str:
    """By which the same columns are known again, whatever their order and their spelling. 32 letters."""
    names = sorted(plain_header(name) for name in columns)
    return hashlib.blake2b("\0".join(names).encode(), digest_size=16).hexdigest()


def guess_about(columns: Sequence[str]) -> ListKind:
    """What a list with these columns is of; of groups, unless they plainly say otherwise."""
    plain = {plain_header(name) for name in columns}
    if _STARTS & plain and (_TITLES & plain or ("name" in plain and _EVENT_SIGNS & plain)):
        return ListKind.EVENTS
    if (_DAYS - _STAGES) & plain and (_TOUCHES - _STAGES) & plain and _GROUP & plain:
        return ListKind.INTERACTIONS
    if {"first name", "last name"} <= plain or {"given name", "family name"} <= plain:
        return ListKind.CONTACTS
    if _CALLED & plain and _GROUP & plain and _REACHED_AT & plain:
        return ListKind.CONTACTS
    return ListKind.ORGANIZATIONS


def guess_columns(
    about: ListKind,
    columns: Sequence[str],
    sample: Sequence[Sequence[str]],
    demands: Sequence[tuple[int, str]],
    own: Sequence[CustomField] = (),
) -> dict[str, str]:
    """Column → field for a list of a kind; as `columns.guess_mapping` for one of groups."""
    if about is ListKind.ORGANIZATIONS:
        guessed = guess_mapping(columns, sample, demands)
        guess_own(columns, guessed, own)
        return guessed
    words = VOCABULARIES[about]
    mapping: dict[str, str] = {}
    claim_columns(column_values(columns, sample), mapping, words.strengths, words.checks, words.shared)
    guess_own(columns, mapping, own)
    return {name: str(mapping[name]) for name in columns if name in mapping}


def check_columns(
    about: ListKind,
    columns: Sequence[str],
    mapping: Mapping[str, str],
    demands: Sequence[int],
    own: Sequence[int] = (),
) -> list[CellError]:
    """What is wrong with a mapping that a person made, or that `--map` gave; empty when nothing is."""
    if about is ListKind.ORGANIZATIONS:
        return check_groups(columns, mapping, demands, own)
    words, known = VOCABULARIES[about], set(columns)
    problems = [CellError("map_column", {"name": name}) for name in mapping if name not in known]
    problems += [
        CellError("map_field", {"name": name, "field": field})
        for name, field in mapping.items()
        if field not in words.labels and own_number(field) not in own
    ]
    single = [field for field in mapping.values() if field not in words.shared]
    problems += [CellError("map_twice", {"field": f}) for f in dict.fromkeys(single) if single.count(f) > 1]
    problems += [CellError(code) for fields, code in words.needs if not fields & set(mapping.values())]
    return problems
