"""How who speaks for a group comes to its page: by a mailed link, used once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.audit.operations import record
from crm.coalitions.models import Coalition
from crm.core import clock, jobs
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.core.tenancy import current_coalition_id
from crm.groups.mails import mail_links
from crm.organizations.models import Contact
from crm.representatives.models import LINK_HOLDS, GroupLink, Purpose
from crm.representatives.operations import end_session, make_link, start_session, use_link
from crm.representatives.queries import SPEAKS, list_speaking_ids

KIND = "groups.mail_links"


def ask_for_links(address: str, language: str) -> None:
    """Have links mailed for all groups that an address speaks for; the same work whether it does for any."""
    _order(list_speaking_ids(address), language)


def ask_for_another(link: GroupLink, language: str) -> None:
    """Have a link mailed in place of one that is over or used, to the same person."""
    _order([link.contact_id], language)


@jobs.work(KIND)
def mail_ordered_links(contact_ids: Sequence[int], language: str) -> None:
    """Make the links and write the mail; who stopped speaking meanwhile gets none."""
    query = select(Contact).where(Contact.id.in_(contact_ids), SPEAKS).order_by(Contact.id)
    contacts = db.session.scalars(query.options(joinedload(Contact.organization))).all()
    if not contacts:
        return
    coalition = db.session.get_one(Coalition, current_coalition_id())
    until = clock.now() + LINK_HOLDS
    links = [(contact, make_link(contact, Purpose.SIGN_IN, expires_at=until)) for contact in contacts]
    mail_links(coalition, links, language)


def come_in(link: GroupLink, former_secret: str | None) -> str | None:
    """Use a link up for a session; the secret for the cookie. None: it was used before, or is over.

    `former_secret`: that of the session which this browser had; it ends.
    """
    if not use_link(link):
        return None
    if former_secret:
        end_session(former_secret)
    record(viewer_of(link.contact), "representative.enter", link.contact)
    return start_session(link.contact)


def viewer_of(contact: Contact) -> Viewer:
    """A representative as who acts, where a link rather than a session says who it is."""
    return Viewer(
        name=contact.name,
        coalition_id=contact.coalition_id,
        contact_id=contact.id,
        organization_id=contact.organization_id,
    )


def _order(contact_ids: Sequence[int], language: str) -> None:
    jobs.enqueue(KIND, coalition_id=current_coalition_id(), contact_ids=list(contact_ids), language=language)
