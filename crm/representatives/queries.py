"""Reading who speaks for a group, and what their links and sessions open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import contains_eager

from crm.core.crypto import token_hash
from crm.core.db import db
from crm.core.forms import normal_mail
from crm.organizations.models import Contact, Organization
from crm.organizations.queries import mail_index
from crm.representatives.models import GroupLink, GroupSession, Purpose

SPEAKS = and_(Contact.speaks_since.is_not(None), Contact.removed_at.is_(None))


def list_representatives(organization_id: int) -> list[Contact]:
    """Who may speak for a group, the first to do so first."""
    query = select(Contact).where(Contact.organization_id == organization_id, SPEAKS)
    return list(db.session.scalars(query.order_by(Contact.speaks_since, Contact.id)))


def representatives_of(organization_ids: Iterable[int]) -> Mapping[int, list[Contact]]:
    """Who may speak for each of these groups, in one statement; one without anybody is left out."""
    query = select(Contact).where(Contact.organization_id.in_(list(organization_ids)), SPEAKS)
    found: dict[int, list[Contact]] = {}
    for contact in db.session.scalars(query.order_by(Contact.speaks_since, Contact.id)):
        found.setdefault(contact.organization_id, []).append(contact)
    return found


def list_speaking_ids(address: str) -> list[int]:
    """For which groups a mail address may speak: the contacts, one for each, groups by name."""
    query = (
        select(Contact.id)
        .join(Contact.organization)
        .where(Contact.email_index == mail_index(normal_mail(address)), SPEAKS)
        .where(Organization.archived_at.is_(None))
    )
    return list(db.session.scalars(query.order_by(Organization.sort_name, Contact.id)))


def find_link(token: str, purpose: Purpose) -> GroupLink | None:
    """The link that a token is of, used and expired ones too, with its contact and group.

    None for one of another purpose, and where it does not stand any more: its person was removed, has another
    address, or does not speak for the group (an invitation aside).
    """
    query = (
        select(GroupLink)
        .join(GroupLink.contact)
        .join(Contact.organization)
        .options(contains_eager(GroupLink.contact).contains_eager(Contact.organization))
        .where(GroupLink.token_hash == token_hash(token), GroupLink.purpose == purpose)
        .where(Contact.removed_at.is_(None), Organization.archived_at.is_(None))
    )
    if purpose is not Purpose.INVITATION:
        query = query.where(Contact.speaks_since <= GroupLink.created_at)
    return db.session.scalars(query).one_or_none()


def find_group_session(secret: str, now: datetime) -> Contact | None:
    """Whose open session a secret is, with the group."""
    query = (
        select(Contact)
        .join(GroupSession, GroupSession.contact_id == Contact.id)
        .join(Contact.organization)
        .options(contains_eager(Contact.organization))
        .where(GroupSession.secret_hash == token_hash(secret), GroupSession.expires_at > now)
        .where(Contact.removed_at.is_(None), Contact.speaks_since <= GroupSession.created_at)
        .where(Organization.archived_at.is_(None))
    )
    return db.session.scalars(query).one_or_none()


def list_invited(organization_id: int, now: datetime) -> list[Contact]:
    """Who was invited to speak for a group and has not answered yet."""
    query = (
        select(Contact)
        .join(GroupLink, GroupLink.contact_id == Contact.id)
        .where(Contact.organization_id == organization_id, Contact.removed_at.is_(None))
        .where(Contact.speaks_since.is_(None), GroupLink.purpose == Purpose.INVITATION)
        .where(GroupLink.used_at.is_(None), GroupLink.expires_at > now)
    )
    return list(db.session.scalars(query.order_by(Contact.id).distinct()))
