"""Taking a list out as a file."""

from __future__ import annotations

from datetime import timedelta

from crm.accounts.queries import list_coordinators
from crm.audit.operations import record
from crm.audit.queries import count_acts
from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.core.tenancy import current_coalition_id
from crm.mail.operations import owe_mail

# Lists of which the coordinators are told, by what the audit calls taking them.
GROUPS, EVENTS, MATRIX, LEDGER = "list.csv", "events.csv", "matrix.csv", "ledger.csv"
# The other coordinators are told of somebody's first file in so long; the audit holds each.
TOLD_AGAIN = timedelta(days=1)


def note_list(viewer: Viewer, taken: str = GROUPS) -> None:
    """Note that somebody takes a list out as CSV, and tell the other coordinators."""
    coalition = db.session.get_one(Coalition, current_coalition_id())
    record(viewer, taken, coalition)
    db.session.flush()
    if count_acts(viewer, taken, since=clock.now() - TOLD_AGAIN) > 1:
        return
    for coordinator, _membership in list_coordinators():
        if coordinator.id != viewer.user_id:
            owe_mail(
                coordinator.email,
                "organizations/list_taken",
                coalition_id=coalition.id,
                language=coordinator.language or coalition.default_language,
                person=viewer.name,
                coalition=coalition,
                taken=taken,
            )
