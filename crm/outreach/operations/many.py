"""The stage of many groups at once, set by hand and taken back as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, insert, select, update

from crm.core.db import db
from crm.core.permissions import Viewer
from crm.core.tenancy import current_coalition_id
from crm.organizations.models import Organization
from crm.outreach.models import StageChange

TABLE = cast("Table", Organization.__table__)


def move_stages(viewer: Viewer, ids: Sequence[int], stage: str, at: datetime) -> None:
    """Set the stage of some hundred groups by hand, at an instant by which it can be taken back."""
    query = select(Organization.id, Organization.stage, Organization.stage_since)
    query = query.where(Organization.id.in_(ids), Organization.stage != stage)
    moved = [
        {
            "coalition_id": current_coalition_id(),
            "organization_id": row.id,
            "before": row.stage,
            "before_since": row.stage_since,
            "after": stage,
            "at": at,
            "user_id": viewer.user_id,
        }
        for row in db.session.execute(query.with_for_update(of=Organization))
    ]
    if moved:
        db.session.execute(insert(StageChange), moved)
        _put([row["organization_id"] for row in moved], stage, at)


def take_back_moves(ids: Sequence[int], stage: str, moved_at: datetime, now: datetime) -> None:
    """Put the stage of groups back that were moved together, where nothing has moved it since."""
    last = select(func.max(StageChange.id)).where(
        StageChange.organization_id.in_(ids), StageChange.undone_at.is_(None)
    )
    holds = last.group_by(StageChange.organization_id)
    own = StageChange.at == moved_at, StageChange.after == stage, StageChange.id.in_(holds)
    moves = select(StageChange.id, StageChange.organization_id, StageChange.before, StageChange.before_since)
    query = moves.join(Organization, Organization.id == StageChange.organization_id)
    rows = db.session.execute(query.where(*own, Organization.stage == stage)).all()
    if not rows:
        return
    undone = update(StageChange).where(StageChange.id.in_([row.id for row in rows]))
    db.session.execute(undone.values(undone_at=now).execution_options(synchronize_session=False))
    each = [
        {"row_id": row.organization_id, "stage": row.before, "stage_since": row.before_since} for row in rows
    ]
    # Plain statements are not kept to the coalition by the session: the ids are its own.
    values: dict[str, Any] = {"stage": bindparam("stage"), "stage_since": bindparam("stage_since")}
    statement = update(TABLE).where(TABLE.c.id == bindparam("row_id")).values(**values)
    db.session.connection().execute(statement, each)
    db.session.expire_all()


def _put(ids: Sequence[int], stage: str, since: datetime) -> None:
    chosen = update(Organization).where(Organization.id.in_(ids))
    values = {"stage": stage, "stage_since": since}
    db.session.execute(chosen.values(**values).execution_options(synchronize_session=False))
    db.session.expire_all()
