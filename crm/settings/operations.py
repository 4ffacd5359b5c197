"""Changing a coalition's settings, with its entry in the audit."""

from __future__ import annotations

from datetime import timedelta

from crm.accounts.queries import list_coordinators
from crm.audit.operations import record
from crm.audit.queries import count_acts
from crm.coalitions.models import Coalition
from crm.coalitions.operations import edit_settings, rename_slug
from crm.core import clock
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.mail.operations import owe_mail

# The other coordinators are told of somebody's first look at the audit in so long.
TOLD_AGAIN = timedelta(days=1)


def change_settings(viewer: Viewer, coalition: Coalition, values: dict[str, object]) -> list[str]:
    """The names of what changed. Raises Refused with the field that is wrong."""
    changed = edit_settings(coalition, values)
    if changed:
        record(viewer, "settings.edit", coalition, fields=changed)
    return changed


def move_coalition(viewer: Viewer, coalition: Coalition, slug: str) -> bool:
    """Give a coalition another address; whether it has moved. Raises Refused (field `slug`)."""
    if slug == coalition.slug:
        return False
    rename_slug(coalition, slug)
    record(viewer, "settings.move", coalition, fields=["slug"])
    return True


def note_reading(viewer: Viewer, coalition: Coalition) -> None:
    """Note that somebody reads the audit, and tell the other coordinators, once a day for each."""
    record(viewer, "audit.read", coalition)
    db.session.flush()
    if count_acts(viewer, "audit.read", since=clock.now() - TOLD_AGAIN) > 1:
        return
    for coordinator, _membership in list_coordinators():
        if coordinator.id != viewer.user_id:
            owe_mail(
                coordinator.email,
                "settings/audit_read",
                coalition_id=coalition.id,
                language=coordinator.language or coalition.default_language,
                person=viewer.name,
                coalition=coalition,
            )
