"""Reading who can grant a demand."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from crm.core.db import db
from crm.core.paging import Key, Page, keyset_page
from crm.targets.models import Target, TargetKind


def find_target(target_id: int) -> Target | None:
    """A target of the chosen coalition, archived or not."""
    return db.session.scalars(select(Target).where(Target.id == target_id)).one_or_none()


def find_same_target(kind: TargetKind, name: str, place: str, but: Target | None = None) -> Target | None:
    """Another target of that kind, name and place; capitals tell none apart."""
    wanted = (name.casefold(), place.casefold())
    others = db.session.scalars(select(Target).where(Target.kind == kind))
    return next(
        (one for one in others if one is not but and (one.name.casefold(), one.place.casefold()) == wanted),
        None,
    )


def page_of_targets(
    *, archived: bool = False, after: str | None = None, before: str | None = None, limit: int = 50
) -> Page[Target]:
    """The targets in use, or the archived ones, by name."""
    query = select(Target).where(
        Target.archived_at.is_not(None) if archived else Target.archived_at.is_(None)
    )
    return keyset_page(query, [Key(Target.name), Key(Target.id)], after=after, before=before, limit=limit)


def list_targets_in_use() -> Sequence[Target]:
    """Every target that is not archived, by name."""
    query = select(Target).where(Target.archived_at.is_(None))
    return db.session.scalars(query.order_by(Target.name, Target.id)).all()
