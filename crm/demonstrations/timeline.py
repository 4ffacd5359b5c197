"""What demonstrations add to a group's timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from crm.accounts.models import User
from crm.core.contributions import MOST, OF_GROUP, Questions, TimelineEntry, TimelinePart
from crm.core.formats import short_day
from crm.core.permissions import Permission, Viewer
from crm.core.together import Question
from crm.demonstrations.amounts import say_amount
from crm.demonstrations.models import Commitment, CoSponsorship, CoSponsorState
from crm.events.models import Event
from crm.events.rights import visible_to
from crm.organizations.models import Contact

TITLES: dict[CoSponsorState, LazyString] = {
    CoSponsorState.REQUESTED: _l("Asks to co-sponsor"),
    CoSponsorState.ASKED: _l("Asked to co-sponsor"),
    CoSponsorState.ACCEPTED: _l("Co-sponsors"),
    CoSponsorState.DECLINED: _l("Does not co-sponsor"),
    CoSponsorState.WITHDRAWN: _l("Took its name back"),
    CoSponsorState.TURNED_DOWN: _l("Its co-sponsoring was not taken up"),
}


def _questions(viewer: Viewer) -> Questions:
    """What a group was asked and answered, promised and delivered, of events that the viewer may know of."""
    if not viewer.can(Permission.EVENT_VIEW):
        return {}
    return {"answers": _answers(viewer), "promises": _promises(viewer)}


def _answers(viewer: Viewer) -> Question:
    at = func.coalesce(CoSponsorship.answered_at, CoSponsorship.asked_at)
    query = (
        select(
            *(at.label("at"), CoSponsorship.state, CoSponsorship.on_date, CoSponsorship.note),
            *(Event.title, Event.slug),
        )
        .join(Event, Event.id == CoSponsorship.event_id)
        .where(CoSponsorship.organization_id == OF_GROUP, visible_to(viewer))
    )
    return query.order_by(at.desc(), CoSponsorship.id).limit(MOST)


def _promises(viewer: Viewer) -> Question:
    one = Commitment
    newest = func.coalesce(one.delivered_at, one.cancelled_at, one.promised_at)
    query = (
        select(
            *(one.kind, one.amount, one.what, one.currency, one.on_date, one.promised_at),
            *(one.cancelled_at, one.delivered_at, one.delivered, Event.title, Event.slug),
            *(User.name.label("counter"), Contact.name.label("counting_contact")),
        )
        .join(Event, Event.id == one.event_id)
        .outerjoin(User, User.id == one.counted_by_id)
        .outerjoin(Contact, Contact.id == one.counted_contact_id)
        .where(one.organization_id == OF_GROUP, visible_to(viewer))
    )
    return query.order_by(newest.desc(), one.id.desc()).limit(MOST)


def _tell(viewer: Viewer, found: Mapping[str, Sequence[Any]]) -> list[TimelineEntry]:
    entries = [_of_answer(one) for one in found["answers"]]
    return entries + [entry for one in found["promises"] for entry in _of_promise(one)]


def _of_answer(one: Any) -> TimelineEntry:
    return TimelineEntry(
        at=one.at,
        icon="flag",
        title=_("%(what)s: %(title)s", what=TITLES[one.state], title=one.title),
        text=_on(one) if one.on_date else one.note,
        url=url_for("co_sponsors.index", slug=one.slug),
    )


def _of_promise(one: Any) -> list[TimelineEntry]:
    said = say_amount(one.kind, one.amount, what=one.what, currency=one.currency)
    about = f"{one.title}, {short_day(one.on_date)}" if one.on_date else one.title
    where = url_for("co_sponsors.ledger", slug=one.slug, date=one.on_date)
    title = (
        _("Took a promise back: %(what)s", what=said)
        if one.cancelled_at
        else _("Promised: %(what)s", what=said)
    )
    entries = [TimelineEntry(one.cancelled_at or one.promised_at, "edit", title, about, url=where)]
    if one.delivered_at is not None and one.delivered is not None:
        came = say_amount(one.kind, one.delivered, what=one.what, currency=one.currency)
        counted = _(
            "Delivered: %(came)s of %(what)s", came=came if one.delivered else _("nothing"), what=said
        )
        who = one.counter or one.counting_contact or ""
        entries.append(TimelineEntry(one.delivered_at, "check", counted, about, who=who, url=where))
    return entries


def _on(one: Any) -> str:
    return ", ".join(filter(None, (short_day(one.on_date), one.note)))


TIMELINE = TimelinePart(_questions, _tell)
