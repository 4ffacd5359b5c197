"""Coordinators are told of what came soon after a mail; nightly, offers and hosts are not kept."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from crm.core import jobs
from crm.core.db import db
from crm.core.retention import Due, Rule, register
from crm.hosting.models import MeetingOffer
from crm.hosting.operations import HOST_KEPT, KEPT, forget_hosts, forget_offers
from crm.hosting.operations.telling import TELL, tell_of_offers
from crm.hosting.queries import list_to_forget, list_to_wipe


@jobs.work(TELL)
def tell() -> None:
    """Tell them. Twice is once: what was told is not told again."""
    tell_of_offers()
    db.session.commit()


def _due(offers: Sequence[MeetingOffer]) -> Due:
    return Due(len(offers), min((one.created_at.date() for one in offers), default=None))


register(
    Rule(
        "meeting_offers",
        _l("Offers to host a meeting that were declined, or left until it was over"),
        _l("After the decision, or the day of the meeting. They go as a whole."),
        days=KEPT.days,
        least=1,
        most=90,
        due=lambda now, kept: _due(list_to_forget(now, kept)),
        forget=forget_offers,
    )
)
register(
    Rule(
        "hosts",
        _l("Who hosted a meeting"),
        _l("After the meeting. Name, address and number go; the meeting stays."),
        days=HOST_KEPT.days,
        least=1,
        most=90,
        due=lambda now, kept: _due(list_to_wipe(now, kept)),
        forget=forget_hosts,
    )
)
