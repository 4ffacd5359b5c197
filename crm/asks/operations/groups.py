"""Asking chosen groups to endorse the words in force, or to confirm what was recorded for them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import func, select

from crm.asks.models import Ask, AskKind, AskState
from crm.asks.operations.opening import MAIL, NewAsk, open_asks
from crm.asks.queries.groups import AskPlan, plan_groups
from crm.audit.operations import record
from crm.core import jobs
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.demands.models import ACCEPTING, DemandVersion, VersionState
from crm.demands.operations import mark_asked
from crm.demands.operations.turns import hold_demands, wait_for

CHOSEN = frozenset({AskKind.ENDORSE, AskKind.CONFIRM})


@dataclass(frozen=True)
class Question:
    """What is asked of chosen groups; `period` names the job that mails them."""

    kind: AskKind
    closes_on: date
    period: str | None


def ask_groups(
    viewer: Viewer,
    version: DemandVersion,
    organization_ids: Iterable[int],
    kind: AskKind,
    closes_on: date,
    *,
    by_phone: bool = True,
    form_key: str | None = None,
) -> int:
    """Ask groups to endorse the words in force, or to confirm what was recorded; how many were asked.

    Left out are those of whom `plan_groups` says why, and, not `by_phone`, those to whom nobody can write;
    else a follow-up to ask them by phone is made. A form key that came before does nothing: those of the
    groups are counted that are asked. Raises Refused for words that are not in force any more, and (field
    `by_phone`) where phone alone would reach anybody and is not wanted; ValueError for other kinds.
    """
    if kind not in CHOSEN:
        raise ValueError("Groups are asked to endorse or to confirm.")
    hold_demands()
    wait_for(version)
    ids = set(organization_ids)
    period = _period(form_key) if form_key else None
    if period and jobs.is_known(MAIL, period):
        return _count_open(version, ids, kind)
    if version.state is not VersionState.ADOPTED or version.demand.retired_at is not None:
        raise Refused(_("These words are not in force any more."))
    plan = plan_groups(version, ids, kind)
    return _ask(viewer, version, plan, _chosen(plan, by_phone), Question(kind, closes_on, period))


def _chosen(plan: AskPlan, by_phone: bool) -> list[int]:
    if plan.by_phone and not (plan.asked or by_phone):
        text = _("Nobody of these groups can be written to. Tick this, or nobody is asked.")
        raise Refused(text, "by_phone")
    return [group.id for group in plan.asked + (plan.by_phone if by_phone else [])]


def _ask(
    viewer: Viewer, version: DemandVersion, plan: AskPlan, ids: Sequence[int], question: Question
) -> int:
    """Those who said nothing so far stand as asked to endorse; to be asked to confirm changes no stand."""
    kind, stands = question.kind, plan.stands
    endorsed = {group: live.version_id for group, live in stands.items() if live.state in ACCEPTING}
    wanted = [NewAsk(one, kind, question.closes_on, endorsed.get(one)) for one in ids]
    open_asks(viewer, version, wanted, period=question.period)
    if kind is AskKind.ENDORSE:
        mark_asked(viewer, version, [one for one in ids if one not in stands])
    if ids:
        record(viewer, "ask.groups", version, kind=kind.value, groups=len(ids))
    return len(ids)


def _period(form_key: str) -> str:
    """The name under which a press is kept: that of the one job that it owes."""
    return hashlib.sha256(form_key.encode()).hexdigest()[:40]


def _count_open(version: DemandVersion, ids: set[int], kind: AskKind) -> int:
    query = (
        select(func.count())
        .select_from(Ask)
        .where(Ask.version_id == version.id, Ask.organization_id.in_(ids))
        .where(Ask.kind == kind, Ask.state == AskState.OPEN)
    )
    return db.session.scalar(query) or 0
