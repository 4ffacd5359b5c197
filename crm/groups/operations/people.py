"""Who speaks for a group: invited by one who does, or by a coordinator; the link proves the address."""

from __future__ import annotations

from flask_babel import gettext as _

from crm.audit.operations import record
from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.forms import normal_mail
from crm.core.permissions import Viewer
from crm.groups.mails import mail_invitation, mail_joined, mail_removed
from crm.groups.operations.entering import viewer_of
from crm.organizations.models import Contact, Organization
from crm.organizations.operations import add_contact, remove_contact
from crm.organizations.queries import mail_index
from crm.representatives.models import INVITATION_HOLDS, GroupLink, Purpose
from crm.representatives.operations import (
    NEW_PERSON,
    is_only_invited,
    let_speak,
    lock_group,
    make_link,
    stop_speaking,
    take_links_back,
    use_link,
)
from crm.representatives.queries import list_invited, list_representatives

# Who speaks for a group, and who is invited to, taken together.
MOST = 6


def invite(
    viewer: Viewer, coalition: Coalition, organization: Organization, name: str, address: str, language: str
) -> Contact:
    """Mail somebody the link by which they confirm that they speak for a group; until then nothing changes.

    Who has this address among the group's people already is that person. Invited again, the newest link
    holds. Raises Refused (field `email`).
    """
    lock_group(organization.id)
    known = _known(organization, address)
    if known is not None and known.speaks_since is not None:
        raise Refused(_("This address speaks for the group already."), "email")
    invited = list_invited(organization.id, clock.now())
    if known not in invited and len(list_representatives(organization.id)) + len(invited) >= MOST:
        text = _("At most %(number)s people speak for a group: remove somebody first.", number=MOST)
        raise Refused(text, "email")
    new = known is None or is_only_invited(known)
    known = known or add_contact(viewer, organization, {"name": name, "email": address})
    take_links_back(known)
    until = clock.now() + INVITATION_HOLDS
    about = NEW_PERSON if new else ""
    token = make_link(known, Purpose.INVITATION, about=about, expires_at=until)
    mail_invitation(coalition, known, token, viewer.name, language)
    record(viewer, "representative.invite", known, organization_id=organization.id)
    return known


def accept_invitation(coalition: Coalition, link: GroupLink) -> bool:
    """Who was invited speaks for the group from now on; who did before is told. False: the link is over."""
    if not use_link(link):
        return False
    contact = link.contact
    others = list_representatives(contact.organization_id)
    let_speak(viewer_of(contact), contact)
    for other in others:
        mail_joined(coalition, other, contact, coalition.default_language)
    return True


def remove_speaker(viewer: Viewer, coalition: Coalition, contact: Contact) -> None:
    """Somebody does not speak for the group any more, or is not invited any more; the address is told.

    Removed already: nothing changes. Raises Refused where a representative removes the last one.
    """
    lock_group(contact.organization_id)
    db.session.refresh(contact)
    speaks = contact.speaks_since is not None
    last = speaks and len(list_representatives(contact.organization_id)) == 1
    if last and viewer.contact_id is not None:
        raise Refused(_("Somebody has to speak for the group: invite who comes after first."))
    only_invited = is_only_invited(contact)
    stop_speaking(viewer, contact)
    if speaks:
        mail_removed(coalition, contact, coalition.default_language)
    elif only_invited:
        remove_contact(viewer, contact)


def _known(organization: Organization, address: str) -> Contact | None:
    index = mail_index(normal_mail(address))
    return next((one for one in organization.contacts if one.email_index == index), None)
