"""What is due soon and what is to be counted, as tasks for organizers and mails to groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from flask_babel import gettext as _

from crm.accounts.operations import find_membership
from crm.asks.operations.days import today_here
from crm.core import jobs
from crm.core.db import db
from crm.core.formats import short_day
from crm.core.permissions import ANONYMOUS, RIGHTS, Permission
from crm.core.tenancy import current_coalition_id
from crm.demands.operations.stands import whose_group
from crm.demands.queries import current_coalition
from crm.demonstrations.amounts import say_amount
from crm.demonstrations.mails import mail_promises
from crm.demonstrations.models import Commitment
from crm.demonstrations.operations.settling import (
    AHEAD,
    COUNT_WITHIN,
    asking_origin,
    counting_origin,
    settle_tasks,
)
from crm.demonstrations.queries.ledger import LedgerLine, Period, list_whole_ledger
from crm.events.models import Event, Visibility
from crm.outreach.operations import add_follow_up
from crm.representatives.queries import representatives_of

REMINDED = "co_sponsors.reminded"


def follow_promises() -> None:
    """Finish tasks that nothing is open of, make those of the day and remind groups, each once. Commits."""
    settle_tasks(ANONYMOUS)
    today = today_here()
    lines = list_whole_ledger(Period(today - COUNT_WITHIN, today + AHEAD))
    soon = [line for line in lines if line.is_due_soon(today)]
    _ask_groups(soon)
    _remind_groups(soon)
    _ask_for_counts([line for line in lines if line.is_overdue(today)])
    db.session.commit()


def _ask_groups(soon: Sequence[LedgerLine]) -> None:
    """A call for each group whose promise is due soon, whatever it promised for a date. What it brings to
    every date of a series is asked for by mail alone, or there would be a call to each group each week.
    """
    for (_event, group_id, _day), lines in _by_group(soon).items():
        if all(line.by_series for line in lines):
            continue
        first = lines[0]
        add_follow_up(
            ANONYMOUS,
            title=_("Ask whether it comes off: %(promises)s", promises=_said(lines))[:200],
            due_on=max(first.due_on - timedelta(days=1), today_here()),
            owner_id=whose_group(ANONYMOUS, first.made.organization),
            organization_id=group_id,
            origin=asking_origin(first),
        )


def _remind_groups(soon: Sequence[LedgerLine]) -> None:
    """One mail to each person who speaks for the group, once for a date."""
    found = _by_group([line for line in soon if _may_be_told(line.made.event)])
    speakers = representatives_of({group_id for _event, group_id, _day in found})
    for (event, group_id, _day), lines in found.items():
        period = f"{event.id}:{group_id}:{_date_of(lines[0])}"[:40]
        if jobs.is_known(REMINDED, period):
            continue
        jobs.enqueue_once(REMINDED, period, coalition_id=current_coalition_id())
        for person in speakers.get(group_id, []):
            if person.email:
                said = [_say(line) for line in lines]
                mail_promises(current_coalition(), event, person, lines[0].made.organization.name, said)


def _ask_for_counts(overdue: Sequence[LedgerLine]) -> None:
    """One task for a date: count what groups brought; and one for each promise that no date stands for."""
    dates: dict[str, list[LedgerLine]] = defaultdict(list)
    for line in overdue:
        dates[counting_origin(line)].append(line)
    for origin, lines in dates.items():
        first, event = lines[0], lines[0].made.event
        if first.on_date is not None:
            day = first.starts_local.date() if first.starts_local else first.on_date
            title = _(
                "Count what groups brought: %(title)s, %(day)s", title=event.title[:80], day=short_day(day)
            )
            owner, group_id = _whose_event(event), None
        else:
            title = _("It was due: %(promises)s", promises=_said(lines))[:200]
            owner, group_id = whose_group(ANONYMOUS, first.made.organization), first.made.organization_id
        add_follow_up(
            ANONYMOUS,
            title=title,
            due_on=today_here(),
            owner_id=owner,
            organization_id=group_id,
            origin=origin,
        )


def _by_group(lines: Sequence[LedgerLine]) -> Mapping[tuple[Event, int, date | None], list[LedgerLine]]:
    found: dict[tuple[Event, int, date | None], list[LedgerLine]] = defaultdict(list)
    for line in lines:
        found[line.made.event, line.made.organization_id, line.on_date].append(line)
    return found


def _may_be_told(event: Event) -> bool:
    return event.published_at is not None and event.visibility is not Visibility.CLOSED


def _said(lines: Sequence[LedgerLine]) -> str:
    return ", ".join(_say(line) for line in lines)


def _say(line: LedgerLine) -> str:
    made: Commitment = line.made
    return say_amount(made.kind, made.amount, what=made.what, currency=made.currency)


def _date_of(line: LedgerLine) -> str:
    return line.on_date.isoformat() if line.on_date else line.due_on.isoformat()


def _whose_event(event: Event) -> int | None:
    """Who made it, if they may still do it."""
    if event.created_by_id is None:
        return None
    member = find_membership(event.created_by_id)
    able = member is not None and Permission.OUTREACH_LOG in RIGHTS[member.role]
    return event.created_by_id if able else None
