"""What sign-ons add to a group's timeline: those that were accepted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import aliased

from crm.accounts.models import User
from crm.core.contributions import MOST, OF_GROUP, Questions, TimelineEntry, TimelinePart
from crm.core.permissions import Permission, Viewer
from crm.demands.models import DemandVersion, Wording
from crm.sign_ons.models import SignOn, SignOnAnswer


def _questions(viewer: Viewer) -> Questions:
    """A row for each answer of the newest sign-ons of a group, in the words that bind."""
    if not viewer.can(Permission.SIGN_ON_VIEW):
        return {}
    newest = (
        select(SignOn.id)
        .where(SignOn.organization_id == OF_GROUP, SignOn.decided_at.is_not(None))
        .order_by(SignOn.decided_at.desc(), SignOn.id.desc())
        .limit(MOST)
        .subquery()
    )
    one, bound = aliased(SignOn), DemandVersion.binding_language == Wording.language
    query = (
        select(one.id, one.decided_at, User.name.label("who"), SignOnAnswer.id.label("answer_id"))
        .add_columns(Wording.sentence)
        .join(newest, newest.c.id == one.id)
        .outerjoin(User, User.id == one.decided_by_id)
        .outerjoin(SignOnAnswer, SignOnAnswer.sign_on_id == one.id)
        .outerjoin(DemandVersion, DemandVersion.id == SignOnAnswer.version_id)
        .outerjoin(Wording, (Wording.version_id == DemandVersion.id) & bound)
    )
    return {"sign_ons": query}


def _tell(viewer: Viewer, found: Mapping[str, Sequence[Any]]) -> list[TimelineEntry]:
    said: dict[int, list[Any]] = defaultdict(list)
    for row in found["sign_ons"]:
        said[row.id].append(row)
    return [_of(sorted(rows, key=lambda row: row.answer_id or 0)) for rows in said.values()]


def _of(rows: Sequence[Any]) -> TimelineEntry:
    return TimelineEntry(
        at=rows[0].decided_at,
        icon="edit",
        title=_("Signed on by the public form"),
        text=" · ".join(row.sentence for row in rows if row.sentence),
        who=rows[0].who or "",
    )


TIMELINE = TimelinePart(_questions, _tell)
