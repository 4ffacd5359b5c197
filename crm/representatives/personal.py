"""Where groups hold people: contacts, with their links, sessions and feeds."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from crm.core.permissions import ANONYMOUS, Viewer
from crm.core.personal import holds
from crm.organizations.models import Contact
from crm.organizations.operations import remove_contact
from crm.organizations.operations.words import keep_words
from crm.representatives.operations import stop_speaking


def _remove(viewer: Viewer | None, contacts: Sequence[Contact]) -> None:
    for contact in contacts:
        stop_speaking(viewer or ANONYMOUS, contact)
        remove_contact(viewer, contact)


def _keep_words(contacts: Sequence[Contact]) -> None:
    keep_words([(contact.id, contact.name) for contact in contacts])


holds(
    Contact,
    _l("people who act for groups"),
    indexes=("email_index", "phone_index"),
    contact="id",
    names=("name",),
    wipe=_remove,
    afterwards=_keep_words,
)
