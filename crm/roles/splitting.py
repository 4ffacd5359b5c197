"""When a series goes on as another event, its roles go along: to be filled there, by who took them there."""

from __future__ import annotations

from datetime import date

from sqlalchemy import update

from crm.core.db import db
from crm.roles.models import EventRole, RoleTaking
from crm.roles.queries import list_series_roles


def split_roles(earlier_id: int, later_id: int, first: date) -> None:
    """What each date needs, the later event's dates need too; who took it from `first` on has it there."""
    for role in list_series_roles(earlier_id):
        copy = EventRole(
            event_id=later_id,
            kind=role.kind,
            label=role.label,
            needed=role.needed,
            from_time=role.from_time,
            to_time=role.to_time,
            note=role.note,
            created_by_id=role.created_by_id,
            created_at=role.created_at,
        )
        db.session.add(copy)
        db.session.flush()
        taken_there = update(RoleTaking).where(RoleTaking.role_id == role.id, RoleTaking.on_date >= first)
        db.session.execute(taken_there.values(role_id=copy.id))
