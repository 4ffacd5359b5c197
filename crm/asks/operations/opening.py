"""Asking groups: one question each, in a constant number of statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select, update

from crm.asks.models import Ask, AskKind, AskState
from crm.asks.queries.impact import Planned
from crm.audit.operations import record
from crm.core import clock, jobs
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.core.tenancy import current_coalition_id
from crm.demands.models import ACCEPTING, DemandVersion, Endorsement, VersionState
from crm.demands.operations import ask_to_reconfirm

MAIL = "asks.mail"


@dataclass(frozen=True)
class NewAsk:
    """A question to be opened; `from_version_id` is of the words that the group endorses."""

    organization_id: int
    kind: AskKind
    closes_on: date
    from_version_id: int | None = None


def open_asks(viewer: Viewer, version: DemandVersion, wanted: Sequence[NewAsk]) -> None:
    """Open these questions about a version, and owe their mails. Nobody of them has one open."""
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


def ask_groups(
    viewer: Viewer, version: DemandVersion, organization_ids: Iterable[int], kind: AskKind, closes_on: date
) -> int:
    """Ask groups to endorse the words in force, or to confirm what was recorded; how many were asked.

    Left out are those with an open question about the demand, to endorse what they endorse already, and to
    confirm where nothing stands that could be confirmed. Raises ValueError for other kinds.
    """
    if kind not in {AskKind.ENDORSE, AskKind.CONFIRM} or version.state is not VersionState.ADOPTED:
        raise ValueError("Groups are asked to endorse or to confirm words that are in force.")
    ids = set(organization_ids)
    about = (Ask.organization_id.in_(ids), Ask.demand_id == version.demand_id, Ask.state == AskState.OPEN)
    ids -= set(db.session.scalars(select(Ask.organization_id).where(*about)))
    stands = select(Endorsement.organization_id, Endorsement.version_id).where(
        Endorsement.organization_id.in_(ids),
        Endorsement.demand_id == version.demand_id,
        Endorsement.state.in_(ACCEPTING),
    )
    endorsing = {row.organization_id: row.version_id for row in db.session.execute(stands)}
    if kind is AskKind.CONFIRM:
        ids &= {group for group, endorsed in endorsing.items() if endorsed == version.id}
    else:
        ids -= endorsing.keys()
    open_asks(viewer, version, [NewAsk(one, kind, closes_on, endorsing.get(one)) for one in sorted(ids)])
    if ids:
        record(viewer, "ask.groups", version, kind=kind.value, groups=len(ids))
    return len(ids)
