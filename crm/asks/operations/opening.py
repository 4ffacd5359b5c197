"""Asking groups: one question each, in a constant number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select, update

from crm.asks.models import Ask, AskKind, AskState
from crm.asks.queries.impact import Planned
from crm.core import clock, jobs
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.core.tenancy import current_coalition_id
from crm.demands.models import DemandVersion, Endorsement
from crm.demands.operations import ask_to_reconfirm

MAIL = "asks.mail"


@dataclass(frozen=True)
class NewAsk:
    """A question to be opened; `from_version_id` is of the words that the group endorses."""

    organization_id: int
    kind: AskKind
    closes_on: date
    from_version_id: int | None = None


def open_asks(
    viewer: Viewer, version: DemandVersion, wanted: Sequence[NewAsk], *, period: str | None = None
) -> None:
    """Open these questions about a version, and owe their mails. Nobody of them has one open.

    `period` names the job that mails them (see `jobs.enqueue_once`).
    """
    if not wanted:
        return
    now = clock.now()
    rows = [
        {
            "organization_id": one.organization_id,
            "demand_id": version.demand_id,
            "version_id": version.id,
            "from_version_id": one.from_version_id,
            "kind": one.kind,
            "state": AskState.OPEN,
            "asked_at": now,
            "asked_by_id": viewer.user_id,
            "closes_on": one.closes_on,
        }
        for one in wanted
    ]
    db.session.execute(insert(Ask), rows)
    if period:
        jobs.enqueue_once(MAIL, period, coalition_id=current_coalition_id())
    else:
        jobs.enqueue(MAIL, coalition_id=current_coalition_id())


def ask_about(viewer: Viewer, version: DemandVersion, planned: Sequence[Planned], closes_on: date) -> None:
    """Ask those who endorse earlier words about these, until a day; who had a later one keeps it."""
    by_day: dict[date, list[Endorsement]] = {}
    wanted = []
    for one in planned:
        day = max(closes_on, one.live.reconfirm_by or closes_on)
        if one.kind is AskKind.SUBSTANCE:
            by_day.setdefault(day, []).append(one.live)
        wanted.append(NewAsk(one.live.organization_id, one.kind, day, one.live.version_id))
    for day, endorsements in by_day.items():
        ask_to_reconfirm(viewer, endorsements, day)
    open_asks(viewer, version, wanted)


def replace_asks(demand_id: int) -> list[NewAsk]:
    """End what is open about a demand: newer words come. Who was asked to endorse is to be asked so again."""
    is_open = (Ask.demand_id == demand_id, Ask.state == AskState.OPEN)
    query = select(Ask.organization_id, Ask.closes_on).where(*is_open, Ask.kind == AskKind.ENDORSE)
    again = [NewAsk(row.organization_id, AskKind.ENDORSE, row.closes_on) for row in db.session.execute(query)]
    db.session.execute(
        update(Ask).where(*is_open).values(state=AskState.REPLACED, closed_at=clock.now()),
        execution_options={"synchronize_session": "fetch"},
    )
    return again
