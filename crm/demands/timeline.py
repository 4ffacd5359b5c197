"""What demands add to a group's timeline: what it said, and records for it that wait or were put aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import func, select

from crm.accounts.models import User
from crm.core.contributions import LANGUAGE, MOST, OF_GROUP, Questions, TimelineEntry, TimelinePart
from crm.core.formats import full_date
from crm.core.permissions import Permission, Viewer
from crm.core.together import Question
from crm.demands.models import (
    SOURCE_NAMES,
    STAND_NAMES,
    Decision,
    Demand,
    DemandVersion,
    EndorsementChange,
    Evidence,
    Source,
    StandRecord,
)
from crm.demands.queries import Words


def _questions(viewer: Viewer) -> Questions:
    """The newest stands of a group, and the newest records on its behalf that do not stand."""
    if not viewer.can(Permission.ENDORSEMENT_VIEW):
        return {}
    return {"changes": _changes(), "records": _records()}


def _changes() -> Question:
    """Without those that say that it was asked: what it was asked is told in full where questions are."""
    change = EndorsementChange
    proof = select(func.min(Evidence.id)).where(Evidence.change_id == change.id).scalar_subquery()
    words = Words(change.version_id, LANGUAGE)
    query = (
        select(
            *(change.id, change.at, change.state, change.source, change.board_on),
            *(DemandVersion.number, Demand.slug, User.name.label("who")),
            *(words.sentence.label("sentence"), proof.label("evidence_id")),
        )
        .join(DemandVersion, DemandVersion.id == change.version_id)
        .join(Demand, Demand.id == change.demand_id)
        .outerjoin(User, User.id == change.user_id)
        .where(change.organization_id == OF_GROUP, change.source != Source.ASKED)
    )
    return words.join(query).order_by(change.at.desc(), change.id.desc()).limit(MOST)


def _records() -> Question:
    """Those that wait or were declined."""
    entry = StandRecord
    words = Words(entry.version_id, LANGUAGE)
    query = (
        select(
            *(entry.id, entry.entered_at, entry.state, entry.decision, entry.reason),
            *(User.name.label("who"), Evidence.id.label("evidence_id"), words.sentence.label("sentence")),
        )
        .join(DemandVersion, DemandVersion.id == entry.version_id)
        .outerjoin(User, User.id == entry.entered_by_id)
        .outerjoin(Evidence, Evidence.record_id == entry.id)
        .where(entry.organization_id == OF_GROUP)
        .where(entry.decision.in_((Decision.WAITING, Decision.DECLINED)))
    )
    return words.join(query).order_by(entry.id.desc()).limit(MOST)


def _tell(viewer: Viewer, found: Mapping[str, Sequence[Any]]) -> list[TimelineEntry]:
    return [*map(_of_change, found["changes"]), *map(_of_record, found["records"])]


def _of_change(change: Any) -> TimelineEntry:
    state = STAND_NAMES[change.state]
    if change.board_on:
        state = _("%(state)s, %(day)s", state=state, day=full_date(change.board_on))
    return TimelineEntry(
        at=change.at,
        icon="demands",
        title=_("%(state)s: %(sentence)s", state=state, sentence=change.sentence),
        text=_("Version %(number)s. %(source)s.", number=change.number,
               source=SOURCE_NAMES[change.source]),
        who=change.who or "",
        url=url_for("demands.show", slug=change.slug),
        document_url=_document(change.evidence_id),
    )  # fmt: skip


def _of_record(entry: Any) -> TimelineEntry:
    waits = entry.decision is Decision.WAITING
    told = _("Recorded, waits to be accepted") if waits else _("Recorded, not accepted")
    return TimelineEntry(
        at=entry.entered_at,
        icon="clock" if waits else "cross",
        title=_("%(state)s: %(sentence)s", state=STAND_NAMES[entry.state], sentence=entry.sentence),
        text=f"{told}. {entry.reason or ''}".strip(),
        who=entry.who or "",
        url=url_for("endorsements.waiting") if waits else None,
        document_url=_document(entry.evidence_id),
    )


def _document(evidence_id: int | None) -> str | None:
    return url_for("endorsements.document", evidence_id=evidence_id) if evidence_id else None


TIMELINE = TimelinePart(_questions, _tell)
