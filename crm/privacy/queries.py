"""What will go, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.core.db import db
from crm.core.paging import Key, Page, keyset_page
from crm.core.personal import holdings
from crm.core.retention import Due, Rule, rules
from crm.organizations.models import Contact
from crm.privacy.models import Erasure

SOON = timedelta(days=30)
MOST_RECEIPTS = 50


@dataclass(frozen=True)
class Outlook:
    """What a rule takes by tomorrow, and in the next thirty days, that included."""

    rule: Rule
    days: int
    tonight: Due
    soon: Due


def look_ahead(days: Mapping[str, int], now: datetime) -> list[Outlook]:
    """What each rule will take in the chosen coalition, were things kept for these days."""
    return [
        Outlook(
            rule,
            days[kind],
            rule.due(now + timedelta(days=1), timedelta(days=days[kind])),
            rule.due(now + SOON, timedelta(days=days[kind])),
        )
        for kind, rule in rules.items()
    ]


def find_contact(contact_id: int | None) -> Contact | None:
    """One of the groups' people of the chosen coalition, unless they were removed."""
    query = select(Contact).where(Contact.id == contact_id, Contact.removed_at.is_(None))
    return db.session.scalars(query.options(joinedload(Contact.organization))).one_or_none()


def page_of_quiet(*, after: str | None, before: str | None) -> Page[Contact]:
    """The people about whom is asked whether they are kept, the longest asked first."""
    asked = Contact.asked_about_at
    query = select(Contact).where(asked.is_not(None), Contact.removed_at.is_(None))
    query = query.options(joinedload(Contact.organization))
    return keyset_page(query, [Key(asked), Key(Contact.id)], after=after, before=before)


def list_receipts() -> Sequence[Erasure]:
    """The last erasures, newest first."""
    query = select(Erasure).options(joinedload(Erasure.user)).order_by(Erasure.id.desc()).limit(MOST_RECEIPTS)
    return db.session.scalars(query).all()


def label_of(table: str) -> str:
    """What a table is called on a receipt."""
    return str(holdings[table].label if table in holdings else _("exports of everything"))
