"""The worker's part of an export: writing its file, and forgetting it when its day is over."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import force_locale
from sqlalchemy import select

from crm.accounts.models import User
from crm.accounts.operations import find_membership
from crm.coalitions.models import Coalition
from crm.core import clock, jobs, tenancy
from crm.core.db import db
from crm.core.permissions import Permission, Viewer
from crm.core.tenancy import current_coalition_id
from crm.core.transactions import reading
from crm.exchange.models import Export
from crm.exchange.operations.exports import drop_export, make_export
from crm.exchange.whole.rows import EXPORT_JOB


@jobs.work(EXPORT_JOB)
def make(export_id: int) -> None:
    """Make the file of an export. Nothing where whoever asked for it may not have it any more."""
    with reading():
        viewer = _asker(export_id)
        language = db.session.get_one(Coalition, current_coalition_id()).default_language
    if viewer is None:
        if task := db.session.get(Export, export_id):
            drop_export(None, task)
            db.session.commit()
        return
    with force_locale(language):
        make_export(export_id, viewer)


def _asker(export_id: int) -> Viewer | None:
    """Who asked, with the role that they have now."""
    task = db.session.get(Export, export_id)
    if task is None or task.owner_id is None:
        return None
    member = find_membership(task.owner_id)
    if member is None:
        return None
    user = db.session.get_one(User, task.owner_id)
    viewer = Viewer(user.id, user.name, member.role, task.coalition_id)
    return viewer if viewer.can(Permission.EXPORT) else None


@jobs.every("exchange.forget_exports", timedelta(hours=1))
def forget() -> None:
    """Delete the files of exports whose day is over."""
    over = select(Export.id, Export.coalition_id).where(
        Export.file_id.is_not(None), Export.expires_at < clock.now()
    )
    with reading():
        found = db.session.execute(over).all()
    for export_id, coalition_id in found:
        with tenancy.in_coalition(coalition_id):
            drop_export(None, db.session.get_one(Export, export_id))
            db.session.commit()
