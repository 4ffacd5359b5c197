"""Taking a list out as a file."""

from __future__ import annotations

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.core.tenancy import current_coalition_id
from crm.mail.operations import note_and_tell_daily

# Lists of which the coordinators are told, by what the audit calls taking them.
GROUPS, EVENTS, MATRIX, LEDGER = "list.csv", "events.csv", "matrix.csv", "ledger.csv"


def note_list(viewer: Viewer, taken: str = GROUPS) -> None:
    """Note that somebody takes a list out as CSV; the other coordinators are told once a day for each."""
    coalition = db.session.get_one(Coalition, current_coalition_id())
    note_and_tell_daily(viewer, taken, coalition, "organizations/list_taken", taken=taken)
