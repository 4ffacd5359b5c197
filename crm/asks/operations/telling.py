"""Telling groups what they are asked about the words of demands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, exists, or_, select

from crm.asks.mails import mail_ask
from crm.asks.models import Ask, AskKind, AskState
from crm.asks.operations.answers import put_off
from crm.asks.operations.days import today_here
from crm.asks.operations.opening import MAIL
from crm.asks.operations.rounds import Round, remind, remind_now, tell
from crm.asks.queries.asks import with_words
from crm.core import clock
from crm.demands.models import Demand
from crm.demands.queries import current_coalition, current_rules, words_of
from crm.organizations.models import Organization
from crm.outreach.models import FollowUp


def tell_groups() -> int:
    """Mail what was not mailed yet, or have somebody call (see `rounds.tell`); how many questions.

    A group that learns of an editorial change late has its whole time to object from then on.
    """
    return tell(ASKS)


def remind_groups() -> int:
    """Remind, on each of the rule's days, who has not answered yet; not while they wait for their board."""
    return remind(ASKS, or_(Ask.board_on.is_(None), Ask.board_on < today_here()))


def remind_about(version_id: int) -> int:
    """Remind now who has not answered about a version, nobody twice on a day; how many questions."""
    return remind_now(ASKS, Ask.version_id == version_id)


def was_told() -> ColumnElement[bool]:
    """Whether a group was told of an editorial change for as long as its time to object lasts."""
    last_call = clock.now() - timedelta(days=current_rules().objection_days)
    called = exists().where(FollowUp.id == Ask.call_id, FollowUp.done_at <= last_call)
    return or_(Ask.mailed_at.is_not(None), called)


def _read() -> Select[Any]:
    return (
        select(Ask)
        .join(Organization, Organization.id == Ask.organization_id)
        .join(Demand, Demand.id == Ask.demand_id)
        .where(Ask.state == AskState.OPEN, Ask.closes_on >= today_here())
        .where(Organization.archived_at.is_(None), Demand.retired_at.is_(None))
        .options(*with_words())
    )


def _prepare(ask: Ask) -> None:
    if ask.kind is AskKind.EDITORIAL:
        put_off(ask, None, today_here() + timedelta(days=current_rules().objection_days))


ASKS = Round(
    model=Ask,
    name="ask",
    mail_job=MAIL,
    read=_read,
    mail=mail_ask,
    last_day=lambda ask: ask.closes_on,
    closes_on=Ask.closes_on,
    subject=lambda ask: words_of(ask.version, current_coalition().default_language).sentence,
    call=lambda names: _(
        "Ask them by phone about %(names)s: nobody of the group can be written to", names=names
    ),
    prepare=_prepare,
)
