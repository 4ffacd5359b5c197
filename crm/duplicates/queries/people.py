"""Who of two listings is one person: by mail address or number, as their blind indexes tell."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from crm.core.db import db
from crm.organizations.models import Contact
from crm.organizations.queries import name_words


@dataclass(frozen=True)
class SamePerson:
    """A person of the group that stays, and one of the other, with the same address or number."""

    kept: Contact
    merged: Contact
    # Of `words.REASONS`.
    by: str

    @property
    def is_likely(self) -> bool:
        """Whether their names agree: an address or a number that an office shares is no person's."""
        names = [set(name_words(one.name)) for one in (self.kept, self.merged)]
        return not all(names) or bool(names[0] & names[1])


def list_same_people(kept_id: int, merged_id: int) -> list[SamePerson]:
    """The people who may be one. Who of the other speaks for it by a link stays somebody of their own."""
    ids = kept_id, merged_id
    query = select(Contact).where(Contact.organization_id.in_(ids), Contact.removed_at.is_(None))
    people = db.session.scalars(query.order_by(Contact.id)).all()
    kept = [one for one in people if one.organization_id == kept_id]
    found: list[SamePerson] = []
    for one in people:
        if one.organization_id == merged_id and one.speaks_since is None:
            alike = (SamePerson(other, one, by) for other in kept if (by := _same_by(other, one)))
            found += sorted(alike, key=lambda same: not same.is_likely)[:1]
    return found


def _same_by(one: Contact, other: Contact) -> str:
    if one.email_index and one.email_index == other.email_index:
        return "mail"
    return "phone" if one.phone_index and one.phone_index == other.phone_index else ""
