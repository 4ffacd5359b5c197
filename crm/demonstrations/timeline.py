"""What demonstrations add to a group's timeline."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.core.contributions import TimelineEntry
from crm.core.formats import short_day
from crm.core.permissions import Permission, Viewer
from crm.demonstrations.amounts import say_amount
from crm.demonstrations.models import Commitment, CoSponsorship, CoSponsorState
from crm.demonstrations.queries.past import list_newest_co_sponsorships, list_newest_commitments

TITLES: dict[CoSponsorState, LazyString] = {
    CoSponsorState.REQUESTED: _l("Asks to co-sponsor"),
    CoSponsorState.ASKED: _l("Asked to co-sponsor"),
    CoSponsorState.ACCEPTED: _l("Co-sponsors"),
    CoSponsorState.DECLINED: _l("Does not co-sponsor"),
    CoSponsorState.WITHDRAWN: _l("Took its name back"),
    CoSponsorState.TURNED_DOWN: _l("Its co-sponsoring was not taken up"),
}


def list_entries(viewer: Viewer, organization_id: int, most: int) -> Sequence[TimelineEntry]:
    """The newest answers and promises of a group about events that the viewer may know of, newest first."""
    if not viewer.can(Permission.EVENT_VIEW):
        return []
    entries = [_of_answer(one) for one in list_newest_co_sponsorships(viewer, organization_id, most)]
    for one in list_newest_commitments(viewer, organization_id, most):
        entries += _of_promise(one)
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:most]


def _of_answer(one: CoSponsorship) -> TimelineEntry:
    return TimelineEntry(
        at=one.answered_at or one.asked_at,
        icon="flag",
        title=_("%(what)s: %(title)s", what=TITLES[one.state], title=one.event.title),
        text=_on(one) if one.on_date else one.note,
        url=url_for("co_sponsors.index", slug=one.event.slug),
    )


def _of_promise(one: Commitment) -> list[TimelineEntry]:
    said = say_amount(one.kind, one.amount, what=one.what, currency=one.currency)
    about = f"{one.event.title}, {short_day(one.on_date)}" if one.on_date else one.event.title
    where = url_for("co_sponsors.ledger", slug=one.event.slug, date=one.on_date)
    title = (
        _("Took a promise back: %(what)s", what=said)
        if one.cancelled_at
        else _("Promised: %(what)s", what=said)
    )
    entries = [TimelineEntry(one.cancelled_at or one.promised_at, "edit", title, about, url=where)]
    if one.delivered_at is not None and one.delivered is not None:
        came = say_amount(one.kind, one.delivered, what=one.what, currency=one.currency)
        counter = one.counted_by or one.counted_contact
        counted = _(
            "Delivered: %(came)s of %(what)s", came=came if one.delivered else _("nothing"), what=said
        )
        who = counter.name if counter is not None else ""
        entries.append(TimelineEntry(one.delivered_at, "check", counted, about, who=who, url=where))
    return entries


def _on(one: CoSponsorship) -> str:
    assert one.on_date is not None  # noqa: S101 - asked for by the caller
    return ", ".join(filter(None, (short_day(one.on_date), one.note)))
