"""Changing a coalition's settings, with its entry in the audit."""

from __future__ import annotations

from crm.audit.operations import record
from crm.coalitions.models import Coalition
from crm.coalitions.operations import edit_settings, rename_slug
from crm.core.permissions import Viewer
from crm.mail.operations import note_and_tell_daily


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
    note_and_tell_daily(viewer, "audit.read", coalition, "settings/audit_read")
