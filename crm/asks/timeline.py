"""What questions add to a group's timeline. What it answered stands there as what it says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from flask import url_for
from flask_babel import LazyString, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.asks.models import ASK_STATE_NAMES, Ask, AskKind, AskState
from crm.asks.queries import list_newest_asks_of
from crm.core.contributions import TimelineEntry
from crm.core.formats import full_date
from crm.core.permissions import Permission, Viewer
from crm.demands.queries import current_coalition, words_of

TITLES: dict[AskKind, LazyString] = {
    AskKind.EDITORIAL: _l("Told of an editorial change: %(sentence)s"),
    AskKind.SUBSTANCE: _l("Asked to reconfirm: %(sentence)s"),
    AskKind.ENDORSE: _l("Asked to endorse: %(sentence)s"),
    AskKind.CONFIRM: _l("Asked to confirm what is recorded: %(sentence)s"),
}


def list_entries(viewer: Viewer, organization_id: int, most: int) -> Sequence[TimelineEntry]:
    """The newest questions to a group, its last reminder of each, and its objections, newest first."""
    if not viewer.can(Permission.ENDORSEMENT_VIEW):
        return []
    entries = []
    for ask in list_newest_asks_of(organization_id, most):
        sentence = words_of(ask.version, str(get_locale())).sentence
        url = url_for("endorsements.cell", organization_id=organization_id, slug=ask.demand.slug)
        entries += _of(ask, sentence, url)
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:most]


def _of(ask: Ask, sentence: str, url: str) -> list[TimelineEntry]:
    title = str(TITLES[ask.kind]) % {"sentence": sentence}
    asker = ask.asked_by.name if ask.asked_by else ""
    entries = [TimelineEntry(ask.asked_at, "mail", title, _told(ask), who=asker, url=url)]
    if ask.reminded_on is not None:
        # The day alone is known.
        morning = datetime.combine(ask.reminded_on, time(), current_coalition().zone)
        reminded = _("Reminded: %(sentence)s", sentence=sentence)
        entries.append(TimelineEntry(morning, "clock", reminded, url=url, all_day=True))
    if ask.state is AskState.OBJECTED and ask.closed_at is not None:
        objected = _("Objected: %(sentence)s", sentence=sentence)
        entries.append(TimelineEntry(ask.closed_at, "cross", objected, ask.objection or "", url=url))
    return entries


def _told(ask: Ask) -> str:
    """Version 2, until December 5, 2026. Answered on November 28, 2026."""
    told = [_("Version %(number)s, until %(day)s.", number=ask.version.number, day=full_date(ask.closes_on))]
    if ask.closed_at is not None:
        day = full_date(ask.closed_at.astimezone(current_coalition().zone).date())
        told.append(_("%(what)s, %(day)s.", what=ASK_STATE_NAMES[ask.state], day=day))
    elif ask.board_on is not None:
        told.append(_("Their board meets on %(day)s.", day=full_date(ask.board_on)))
    return " ".join(told)
