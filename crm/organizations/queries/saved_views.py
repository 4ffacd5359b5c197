"""The views of the list of groups that a member may open: their own, and those that others share."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, or_, select

from crm.core.db import db
from crm.core.permissions import Permission, Viewer
from crm.organizations.models import SavedView
from crm.organizations.queries.narrowing import OptionRows, option_rows

# So many stand above the list; all of them are on their own page.
MOST_OFFERED = 12
MOST_LISTED = 500


def _open_to(viewer: Viewer) -> ColumnElement[bool]:
    """Who is limited to some groups sees their own alone: what others narrow by may tell of the rest."""
    own = SavedView.user_id == viewer.user_id
    return own if viewer.is_limited else or_(own, SavedView.shared)


def offered_views(viewer: Viewer) -> OptionRows:
    """(the list's query, name) of what stands above the list, for `narrowing.read_options`."""
    rows = option_rows("view", SavedView.query, SavedView.name).where(_open_to(viewer))
    return rows.order_by(SavedView.name, SavedView.id).limit(MOST_OFFERED)


def list_saved_views(viewer: Viewer) -> Sequence[SavedView]:
    """All that the viewer may open, by name."""
    query = select(SavedView).where(_open_to(viewer)).order_by(SavedView.name, SavedView.id)
    return db.session.scalars(query.limit(MOST_LISTED)).all()


def may_change(viewer: Viewer, view: SavedView) -> bool:
    """Whether it is the viewer's own, or a shared one and the viewer keeps the coalition's settings."""
    return view.user_id == viewer.user_id or (view.shared and viewer.can(Permission.SETTINGS_EDIT))


def find_saved_view(viewer: Viewer, view_id: int) -> SavedView | None:
    """One that the viewer may change."""
    view = db.session.scalars(select(SavedView).where(SavedView.id == view_id)).one_or_none()
    return view if view is not None and may_change(viewer, view) else None


def count_own_views(viewer: Viewer) -> int:
    """How many the viewer keeps."""
    query = select(func.count()).select_from(SavedView).where(SavedView.user_id == viewer.user_id)
    return db.session.scalar(query) or 0
