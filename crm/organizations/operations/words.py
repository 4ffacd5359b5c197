"""The words by which people are found, kept beside their encrypted names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, insert, select

from crm.core.db import db
from crm.core.tenancy import current_coalition_id
from crm.organizations.models import Contact, ContactWord
from crm.organizations.queries import name_words, word_index

AT_ONCE = 500


def keep_words(people: Iterable[tuple[int, str]]) -> None:
    """Let contacts of the chosen coalition, given as (id, name), be found by the words of these names."""
    coalition_id = current_coalition_id()
    names = dict(people)
    db.session.execute(delete(ContactWord).where(ContactWord.contact_id.in_(list(names))))
    rows = [
        {"coalition_id": coalition_id, "contact_id": contact_id, "word_index": word_index(word)}
        for contact_id, name in names.items()
        for word in name_words(name)
    ]
    if rows:
        db.session.execute(insert(ContactWord), rows)


def keep_missing_words(after: int = 0) -> int | None:
    """The same for the next contacts, by id, that have none yet; up to which id, None when all are done."""
    kept = select(ContactWord.id).where(ContactWord.contact_id == Contact.id).exists()
    query = select(Contact.id, Contact.name).where(Contact.id > after, Contact.removed_at.is_(None), ~kept)
    rows: Sequence[tuple[int, str]] = [
        (row.id, row.name) for row in db.session.execute(query.order_by(Contact.id).limit(AT_ONCE))
    ]
    keep_words(rows)
    return rows[-1][0] if rows else None
