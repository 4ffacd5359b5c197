"""Taking a report out as a file."""

from __future__ import annotations

from crm.audit.operations import record
from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.core.tenancy import current_coalition_id


def note_report(viewer: Viewer) -> None:
    """Note that somebody takes the report on outreach out as CSV; no group is named in it."""
    record(viewer, "report.csv", db.session.get_one(Coalition, current_coalition_id()))
