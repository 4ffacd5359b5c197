"""The people of organizations by what is known of them whole: a part of a name, an address, a number.

Names, addresses and numbers are encrypted, so nothing here is found by a fragment: each whole value, and each
whole word of a name, is kept as a keyed hash beside them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased, defer, load_only

from crm.core.crypto import blind_index
from crm.core.db import db
from crm.core.forms import normal_mail
from crm.core.permissions import Permission, Viewer
from crm.organizations.derived import plain_words
from crm.organizations.models import Contact, ContactWord, Organization
from crm.organizations.phones import normal_phone

MOST_WORDS = 6
# Of the groups that a question finds by their names, so many are looked through for a person of hers too.
MOST_GROUPS = 50
_SHORTEST_NUMBER = 7
_ADDRESS = re.compile(r"[^\s<>(),;:\"]+@[^\s<>(),;:\"]+")
# How one dials abroad where there is no "+" on the keys.
_ABROAD = re.compile(r"^\s*00(?=\s*[1-9])")


def search_contacts(
    viewer: Viewer, question: str, limit: int = 20, *, group_ids: Sequence[int] = ()
) -> Sequence[tuple[Contact, Organization]]:
    """People by a phone number in any notation, a mail address, whole words of their names; who may know.

    An address or a number comes before names. All words are of the name, or some are and the person belongs
    to one of `group_ids`, which the question found by theirs ("rosa teamsters local 6"). One statement.
    """
    if not viewer.can(Permission.CONTACT_VIEW):
        return []
    parts = _by_details(question, limit) + _by_name(question, limit) + _within(question, group_ids)
    if not parts:
        return []
    every = union_all(*parts).subquery()
    best = select(every.c.contact_id, func.min(every.c.rank).label("rank")).group_by(every.c.contact_id)
    found = best.subquery()
    query = (
        select(Contact, Organization)
        .join(found, found.c.contact_id == Contact.id)
        .join(Organization, Organization.id == Contact.organization_id)
        .where(Contact.removed_at.is_(None), Organization.archived_at.is_(None))
        .order_by(found.c.rank, Contact.id)
        .options(load_only(Contact.name, Contact.role), defer(Organization.note))
    )
    return [(row[0], row[1]) for row in db.session.execute(query.limit(limit))]


def mail_index(address: str) -> bytes:
    """The blind index under which a contact's mail address is kept and found."""
    return blind_index(normal_mail(address), "contact.email")


def phone_index(number: str) -> bytes:
    """The blind index under which a contact's phone number (E.164, without extension) is kept and found."""
    return blind_index(number.partition(";")[0], "contact.phone")


def word_index(word: str) -> bytes:
    """The blind index under which a word of a contact's name is kept and found."""
    return blind_index(word, "contact.name")


def name_words(name: str) -> list[str]:
    """The whole parts of a name, each once, without case and accents; initials tell nothing."""
    words = dict.fromkeys(plain_words(name).split())
    return [word for word in words if len(word) > 1 or not word.isascii()]


def asked_number(question: str) -> str | None:
    """The phone number (E.164) that a question is, in whatever notation; None where it is something else."""
    if sum(c.isdigit() for c in question) < _SHORTEST_NUMBER or "@" in question:
        return None
    return normal_phone(_ABROAD.sub("+", question))


def _by_details(question: str, limit: int) -> list[Select[Any]]:
    number = asked_number(question)
    wanted = [Contact.email_index == mail_index(address) for address in _ADDRESS.findall(question)]
    if number:
        wanted.append(Contact.phone_index == phone_index(number))
    return [_some(_ranked(Contact.id, 0).where(or_(*wanted)), limit)] if wanted else []


def _by_name(question: str, limit: int) -> list[Select[Any]]:
    words = name_words(question)
    if not 0 < len(words) <= MOST_WORDS:
        return []
    first, *others = (aliased(ContactWord) for _word in words)
    query = _ranked(first.contact_id, 1).where(first.word_index == word_index(words[0]))
    for word, one in zip(words[1:], others, strict=True):
        query = query.join(one, one.contact_id == first.contact_id).where(one.word_index == word_index(word))
    return [_some(query, limit)]


def _within(question: str, group_ids: Sequence[int]) -> list[Select[Any]]:
    words = name_words(question)
    if not 1 < len(words) <= MOST_WORDS or not group_ids:
        return []
    query = _ranked(Contact.id, 2).join(ContactWord, ContactWord.contact_id == Contact.id)
    indexes = [word_index(word) for word in words]
    groups = Contact.organization_id.in_(group_ids[:MOST_GROUPS])
    return [query.where(groups, ContactWord.word_index.in_(indexes))]


def _some(query: Select[Any], limit: int) -> Select[Any]:
    """The first that are met, in a subquery: SQLite limits no part of a union."""
    some = query.limit(limit).subquery()
    return select(some.c.contact_id, some.c.rank)


def _ranked(column: Any, rank: int) -> Select[Any]:
    return select(column.label("contact_id"), literal(rank).label("rank"))
