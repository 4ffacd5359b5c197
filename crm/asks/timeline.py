"""What questions add to a group's timeline. What it answered stands there as what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from flask import url_for
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from crm.accounts.models import User
from crm.asks.models import ASK_STATE_NAMES, Ask, AskKind, AskState
from crm.core.contributions import LANGUAGE, MOST, OF_GROUP, Questions, TimelineEntry, TimelinePart
from crm.core.formats import full_date
from crm.core.permissions import Permission, Viewer
from crm.demands.models import Demand, DemandVersion
from crm.demands.queries import Words, current_coalition

TITLES: dict[AskKind, LazyString] = {
    AskKind.EDITORIAL: _l("Told of an editorial change: %(sentence)s"),
    AskKind.SUBSTANCE: _l("Asked to reconfirm: %(sentence)s"),
    AskKind.ENDORSE: _l("Asked to endorse: %(sentence)s"),
    AskKind.CONFIRM: _l("Asked to confirm what is recorded: %(sentence)s"),
}


def _questions(viewer: Viewer) -> Questions:
    """The newest questions to a group, closed ones too."""
    if not viewer.can(Permission.ENDORSEMENT_VIEW):
        return {}
    words = Words(Ask.version_id, LANGUAGE)
    query = (
        select(
            *(Ask.id, Ask.organization_id, Ask.kind, Ask.state, Ask.asked_at, Ask.closes_on, Ask.closed_at),
            *(Ask.board_on, Ask.reminded_on, Ask.objection, DemandVersion.number, Demand.slug),
            *(User.name.label("who"), words.sentence.label("sentence")),
        )
        .join(DemandVersion, DemandVersion.id == Ask.version_id)
        .join(Demand, Demand.id == Ask.demand_id)
        .outerjoin(User, User.id == Ask.asked_by_id)
        .where(Ask.organization_id == OF_GROUP)
    )
    return {"asks": words.join(query).order_by(Ask.asked_at.desc(), Ask.id.desc()).limit(MOST)}


def _tell(viewer: Viewer, found: Mapping[str, Sequence[Any]]) -> list[TimelineEntry]:
    """The questions, the last reminder of each, and objections."""
    return [entry for ask in found["asks"] for entry in _of(ask)]


def _of(ask: Any) -> list[TimelineEntry]:
    url = url_for("endorsements.cell", organization_id=ask.organization_id, slug=ask.slug)
    sentence = ask.sentence
    title = str(TITLES[ask.kind]) % {"sentence": sentence}
    entries = [TimelineEntry(ask.asked_at, "mail", title, _told(ask), who=ask.who or "", url=url)]
    if ask.reminded_on is not None:
        # The day alone is known.
        morning = datetime.combine(ask.reminded_on, time(), current_coalition().zone)
        reminded = _("Reminded: %(sentence)s", sentence=sentence)
        entries.append(TimelineEntry(morning, "clock", reminded, url=url, all_day=True))
    if ask.state is AskState.OBJECTED and ask.closed_at is not None:
        objected = _("Objected: %(sentence)s", sentence=sentence)
        entries.append(TimelineEntry(ask.closed_at, "cross", objected, ask.objection or "", url=url))
    return entries


def _told(ask: Any) -> str:
    """Version 2, until December 5, 2026. Answered on November 28, 2026."""
    told = [_("Version %(number)s, until %(day)s.", number=ask.number, day=full_date(ask.closes_on))]
    if ask.closed_at is not None:
        day = full_date(ask.closed_at.astimezone(current_coalition().zone).date())
        told.append(_("%(what)s, %(day)s.", what=ASK_STATE_NAMES[ask.state], day=day))
    elif ask.board_on is not None:
        told.append(_("Their board meets on %(day)s.", day=full_date(ask.board_on)))
    return " ".join(told)


TIMELINE = TimelinePart(_questions, _tell)
