"""People of groups with whom nobody was in touch for long: asked about first, wiped when nobody answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, exists, or_, select, update

from crm.audit.operations import record
from crm.core import clock
from crm.core.db import db
from crm.core.permissions import ANONYMOUS, Viewer
from crm.core.retention import Due, Rule, count_due, register
from crm.organizations.models import Contact
from crm.organizations.operations import remove_contact
from crm.outreach.models import Interaction
from crm.representatives.operations import stop_speaking

# 7-safety.md: contacts without a touch for 24 months, asked about first.
UNTOUCHED = timedelta(days=730)
# How long somebody has to say that a person is kept.
ANSWER_WITHIN = timedelta(days=30)


def is_quiet(before: datetime) -> ColumnElement[bool]:
    """Known before an instant, and since then nobody was in touch, nor said that they are kept.

    A touch with the group that names nobody may have been with them.
    """
    named = Interaction.contact_id == Contact.id
    unnamed = and_(Interaction.contact_id.is_(None), Interaction.organization_id == Contact.organization_id)
    touched = exists().where(Interaction.coalition_id == Contact.coalition_id, Interaction.at >= before)
    return and_(
        Contact.removed_at.is_(None),
        Contact.created_at < before,
        or_(Contact.kept_at.is_(None), Contact.kept_at < before),
        or_(Contact.speaks_since.is_(None), Contact.speaks_since < before),
        ~touched.where(or_(named, unnamed)),
    )


def ask_or_wipe(now: datetime, kept: timedelta = UNTOUCHED) -> int:
    """Wipe who was asked about a month ago and nobody kept, ask about the others; how many were wiped.

    In the chosen coalition. With whom somebody was in touch meanwhile is asked about no more.
    """
    quiet, asked = is_quiet(now - kept), Contact.asked_about_at
    over = db.session.scalars(select(Contact).where(quiet, asked <= now - ANSWER_WITHIN)).all()
    for contact in over:
        _wipe(None, contact)
    db.session.flush()
    touched = select(Contact.id).where(asked.is_not(None), ~quiet)
    _set_asked(db.session.scalars(touched).all(), None)
    _set_asked(db.session.scalars(select(Contact.id).where(quiet, asked.is_(None))).all(), now)
    return len(over)


def keep(viewer: Viewer, contact: Contact) -> None:
    """Somebody says that a person is still who to ask: nobody asks again for as long."""
    contact.kept_at, contact.asked_about_at = clock.now(), None
    record(viewer, "contact.keep", contact, organization_id=contact.organization_id)


def let_go(viewer: Viewer, contact: Contact) -> None:
    """Wipe a person now, with their links and sessions."""
    _wipe(viewer, contact)


def _wipe(viewer: Viewer | None, contact: Contact) -> None:
    stop_speaking(viewer or ANONYMOUS, contact)
    remove_contact(viewer, contact)


def _set_asked(ids: Sequence[int], at: datetime | None) -> None:
    for start in range(0, len(ids), 500):
        part = Contact.id.in_(ids[start : start + 500])
        db.session.execute(update(Contact).where(part).values(asked_about_at=at))


def _due(now: datetime, kept: timedelta) -> Due:
    asked = Contact.asked_about_at <= now - ANSWER_WITHIN
    return count_due(Contact.created_at, asked, is_quiet(now - kept))


register(
    Rule(
        "quiet_people",
        _l("People of groups with whom nobody was in touch"),
        _l("After the last touch. They are asked about first, on Today, and go a month later unless kept."),
        days=UNTOUCHED.days,
        least=180,
        most=1825,
        due=_due,
        forget=ask_or_wipe,
    )
)
