"""The people who act for an organization: as little about them as possible, encrypted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import update

from crm.audit import operations as audit
from crm.audit.queries import count_acts
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.notes import refuse_identity_number
from crm.core.permissions import Viewer
from crm.mail.operations import tell_coordinators
from crm.organizations.models import Contact, Organization
from crm.organizations.operations.words import keep_words
from crm.organizations.phones import REGION, normal_phone
from crm.organizations.queries import mail_index, phone_index

# Within an hour: as many as a long evening of calling needs, fewer than a list that is carried off.
MANY_REVEALS = 50
FIELDS = ("name", "role", "email", "phone", "note", "is_primary", "since_on", "until_on")


def contact_columns(values: Mapping[str, Any], region: str = REGION) -> dict[str, Any]:
    """The columns for what was typed of a contact: numbers in one form, indexes beside them.

    For one contact as for an import's rows. Raises Refused (field `name`, `phone`, `note` or `until_on`).
    """
    columns = {name: values.get(name) or None for name in FIELDS}
    columns["role"] = columns["role"] or ""
    columns["is_primary"] = bool(columns["is_primary"])
    if not columns["name"] and not columns["role"]:
        raise Refused(_("Give a name or a role, so that others know whom to ask for."), "name")
    columns["name"] = columns["name"] or ""
    if columns["phone"]:
        number = normal_phone(str(columns["phone"]), region)
        if number is None:
            raise Refused(
                _("Check this number: it should look like (406) 555-0123 or +52 55 1234 5678."), "phone"
            )
        columns["phone"] = number
    refuse_identity_number(columns["note"], "note", meant=bool(values.get("identity_number_meant")))
    if columns["since_on"] and columns["until_on"] and columns["until_on"] < columns["since_on"]:
        raise Refused(_("This is before the first day."), "until_on")
    columns["email_index"] = mail_index(columns["email"]) if columns["email"] else None
    columns["phone_index"] = phone_index(columns["phone"]) if columns["phone"] else None
    return columns


def add_contact(
    viewer: Viewer | None, organization: Organization, values: Mapping[str, Any], region: str = REGION
) -> Contact:
    """Keep a person who acts for an organization. Raises Refused with the field that is wrong."""
    columns = contact_columns(values, region)
    contact = Contact(organization_id=organization.id, created_at=clock.now(), **columns)
    db.session.add(contact)
    db.session.flush()
    keep_words([(contact.id, contact.name)])
    _only_primary(contact)
    audit.record(viewer, "contact.add", contact, organization_id=organization.id)
    return contact


def edit_contact(
    viewer: Viewer | None, contact: Contact, values: Mapping[str, Any], region: str = REGION
) -> list[str]:
    """Change a contact; the names of what changed. Raises Refused with the field that is wrong."""
    columns = contact_columns({**{name: getattr(contact, name) for name in FIELDS}, **values}, region)
    changed = sorted(name for name in columns if columns[name] != getattr(contact, name))
    for name in changed:
        setattr(contact, name, columns[name])
    if "email_index" in changed:
        # They proved that the former address is theirs; of this one nobody knows yet.
        contact.speaks_since = None
    if "phone_index" in changed:
        contact.wrong_number_at = None
    db.session.flush()
    if "name" in changed:
        keep_words([(contact.id, contact.name)])
    _only_primary(contact)
    if changed:
        fields = [name for name in changed if not name.endswith("_index")]
        audit.record(viewer, "contact.edit", contact, fields=fields)
    return changed


def remove_contact(viewer: Viewer | None, contact: Contact) -> None:
    """Wipe what is kept about a person at once; that there was somebody stays in the history."""
    if contact.removed_at is not None:
        return
    contact.name, contact.role = "", ""
    contact.email = contact.phone = contact.note = None
    contact.email_index = contact.phone_index = None
    contact.is_primary = False
    contact.speaks_since = contact.no_calls_at = contact.wrong_number_at = None
    contact.asked_about_at = contact.kept_at = None
    contact.removed_at = clock.now()
    keep_words([(contact.id, "")])
    audit.record(viewer, "contact.remove", contact, organization_id=contact.organization_id)


def reveal_contact(viewer: Viewer, contact: Contact) -> None:
    """Note that somebody looks at a contact's address and number.

    Who looks at more than MANY_REVEALS within an hour is told of to the coordinators, once.
    """
    audit.record(viewer, "contact.reveal", contact, organization_id=contact.organization_id)
    db.session.flush()
    if count_acts(viewer, "contact.reveal", since=clock.now() - timedelta(hours=1)) == MANY_REVEALS + 1:
        tell_coordinators("organizations/many_reveals", person=viewer.name, number=MANY_REVEALS)


def _only_primary(contact: Contact) -> None:
    """One person is called first: who is marked now, and nobody else of the group."""
    if contact.is_primary:
        others = Contact.organization_id == contact.organization_id, Contact.id != contact.id
        db.session.execute(update(Contact).where(*others, Contact.is_primary).values(is_primary=False))
