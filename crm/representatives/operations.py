"""Who may speak for a group: made so and ended, their links and their sessions."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select, update

from crm.audit.operations import record
from crm.core import clock, contributions
from crm.core.crypto import new_token, token_hash
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.core.retention import Rule, count_due, register
from crm.mail.operations import forget_mail
from crm.organizations.models import Contact, Organization
from crm.organizations.operations import remove_contact
from crm.representatives.models import SESSION_HOLDS, GroupLink, GroupSession, Purpose

# What is past use is kept a little, so that its page can still say what became of it.
KEPT_AFTER = timedelta(days=30)
# What an invitation of somebody is about who was not among the group's people before.
NEW_PERSON = "new-person"


def make_link(contact: Contact, purpose: Purpose, *, about: str = "", expires_at: datetime) -> str:
    """A link for one person and one purpose; its token, of which only the hash is kept."""
    token = new_token()
    db.session.add(
        GroupLink(
            contact_id=contact.id,
            purpose=purpose,
            about=about,
            token_hash=token_hash(token),
            created_at=clock.now(),
            expires_at=expires_at,
        )
    )
    db.session.flush()
    return token


def use_link(link: GroupLink) -> bool:
    """Use a link up: once, also of two at the same time. False: it was used before, or its time is over."""
    query = select(GroupLink).where(GroupLink.id == link.id).with_for_update(of=GroupLink)
    held = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    now = clock.now()
    if held is None or held.used_at is not None or held.expires_at <= now:
        return False
    held.used_at = now
    return True


def move_links(about: str, expires_at: datetime) -> None:
    """Let the links about something ("ask:12") hold until an instant, where they would end before it."""
    query = update(GroupLink).where(GroupLink.about == about, GroupLink.expires_at < expires_at)
    db.session.execute(query.values(expires_at=expires_at))


def start_session(contact: Contact) -> str:
    """Let a representative in for SESSION_HOLDS; the secret for their cookie, of which the hash is kept."""
    secret, now = new_token(), clock.now()
    db.session.add(
        GroupSession(
            contact_id=contact.id,
            secret_hash=token_hash(secret),
            created_at=now,
            expires_at=now + SESSION_HOLDS,
        )
    )
    db.session.flush()
    return secret


def end_session(secret: str) -> None:
    """End the session of one browser."""
    db.session.execute(delete(GroupSession).where(GroupSession.secret_hash == token_hash(secret)))


def end_sessions(contact: Contact) -> None:
    """End all sessions of a representative."""
    db.session.execute(delete(GroupSession).where(GroupSession.contact_id == contact.id))


def let_speak(viewer: Viewer, contact: Contact) -> None:
    """From now on a person may speak for their group: they proved that the address is theirs.

    Again: changes nothing. Raises Refused (field `email`) without an address, and for a removed person.
    """
    _take_turn(contact)
    if contact.removed_at is not None or not contact.email:
        raise Refused(_("Somebody speaks for a group by links to a mail address: give one first."), "email")
    if contact.speaks_since is not None:
        return
    contact.speaks_since = clock.now()
    record(viewer, "representative.add", contact, organization_id=contact.organization_id)
    for part in contributions.now_speaks:
        part(contact.organization_id)


def stop_speaking(viewer: Viewer, contact: Contact) -> None:
    """A person does not speak for their group any more: links, sessions, mails that wait end at once."""
    _take_turn(contact)
    take_links_back(contact)
    end_sessions(contact)
    if contact.speaks_since is None:
        return
    contact.speaks_since = None
    record(viewer, "representative.remove", contact, organization_id=contact.organization_id)


def take_links_back(contact: Contact) -> None:
    """End what was mailed to a person: the links, and the mails that wait unsent."""
    forget_mail(mail_about(contact))
    db.session.execute(delete(GroupLink).where(GroupLink.contact_id == contact.id))


def lock_group(organization_id: int) -> None:
    """Take turns on who speaks for a group."""
    own = Organization.id == organization_id
    db.session.execute(select(Organization.id).where(own).with_for_update())


def mail_about(contact: Contact) -> str:
    """What the mails with links are about, so that they are taken back where a person stops speaking."""
    return f"representative:{contact.id}"


def forget_over(now: datetime, kept: timedelta = KEPT_AFTER) -> None:
    """Delete ended sessions, links past use, and who was invited and never answered."""
    db.session.execute(delete(GroupSession).where(GroupSession.expires_at <= now))
    old = select(GroupLink).where(GroupLink.expires_at <= now - kept)
    for link in db.session.scalars(old).all():
        if link.about == NEW_PERSON and _is_nobody_else(link.contact):
            remove_contact(None, link.contact)
        db.session.delete(link)


def is_only_invited(contact: Contact) -> bool:
    """Whether somebody is among the group's people for having been invited, and for nothing else."""
    new = select(GroupLink.id).where(GroupLink.contact_id == contact.id, GroupLink.about == NEW_PERSON)
    return _is_nobody_else(contact) and db.session.scalar(new.limit(1)) is not None


register(
    Rule(
        "group_links",
        _l("Links with which people speak for their group"),
        _l("After they end. Who was invited and never came goes with their link."),
        days=KEPT_AFTER.days,
        least=KEPT_AFTER.days,
        most=KEPT_AFTER.days,
        due=lambda now, kept: count_due(GroupLink.created_at, GroupLink.expires_at <= now - kept),
        forget=forget_over,
    )
)


def _is_nobody_else(contact: Contact) -> bool:
    """Whether no more is known of somebody than that they were invited."""
    return contact.speaks_since is None and not (contact.role or contact.phone or contact.note)


def _take_turn(contact: Contact) -> None:
    """Take turns on a group's people, and read the person afresh."""
    db.session.flush()
    lock_group(contact.organization_id)
    fresh = select(Contact).where(Contact.id == contact.id).execution_options(populate_existing=True)
    db.session.scalars(fresh).one()
