"""Who asks not to be called, and whose number is wrong."""

from __future__ import annotations

from crm.audit import operations as audit
from crm.core import clock
from crm.core.permissions import Viewer
from crm.organizations.models import Contact, Organization


def set_no_calls(viewer: Viewer, who: Organization | Contact, *, no_calls: bool) -> None:
    """A group, or one of its people, asks not to be called; or may be called again."""
    if (who.no_calls_at is not None) == no_calls:
        return
    who.no_calls_at = clock.now() if no_calls else None
    kind = "contact" if isinstance(who, Contact) else "organization"
    audit.record(viewer, f"{kind}.no_calls" if no_calls else f"{kind}.calls", who)


def note_wrong_number(viewer: Viewer, contact: Contact) -> None:
    """The number that is kept of a person is not theirs. Another one clears it."""
    if contact.wrong_number_at is None:
        contact.wrong_number_at = clock.now()
        audit.record(viewer, "contact.wrong_number", contact)
