"""Taking a list out as a file."""

from __future__ import annotations

from crm.audit.operations import record
from crm.coalitions.models import Coalition
from crm.core.db import Model, db
from crm.core.permissions import Viewer
from crm.core.tenancy import current_coalition_id
from crm.mail.operations import note_and_tell_daily

# Lists of which the coordinators are told, by what the audit calls taking them.
GROUPS, EVENTS, MATRIX, LEDGER = "list.csv", "events.csv", "matrix.csv", "ledger.csv"
ATTENDANCE = "attendance.csv"


def note_list(viewer: Viewer, taken: str = GROUPS, subject: Model | None = None) -> None:
    """Note that somebody takes a list out as CSV, of the coalition or of a record.

    The other coordinators are told once a day for each.
    """
    subject = subject or db.session.get_one(Coalition, current_coalition_id())
    note_and_tell_daily(viewer, taken, subject, "organizations/list_taken", taken=taken)


def note_figures(viewer: Viewer, taken: str, subject: Model | None = None) -> None:
    """Note that somebody takes figures out as CSV, of the coalition or a record: they name no group."""
    record(viewer, taken, subject or db.session.get_one(Coalition, current_coalition_id()))
