"""Keeping a view of the list of groups, renaming it, sharing it, letting go of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from crm.audit.operations import record
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Permission, Viewer
from crm.organizations.models import SavedView
from crm.organizations.queries.saved_views import count_own_views

# Of one member.
MOST = 30


def keep_view(viewer: Viewer, name: str, query: str, *, shared: bool) -> SavedView:
    """Keep the query of the list's address under a name.

    Raises Refused (field `name`) for a name that another of theirs has, and beyond MOST.
    """
    if count_own_views(viewer) >= MOST:
        raise Refused(_("You keep %(number)s views already. Delete one first.", number=MOST), "name")
    kept = SavedView(
        user_id=viewer.user_id,
        name=name,
        query=query,
        shared=shared and may_share(viewer),
        created_at=clock.now(),
    )
    with _under_one_name():
        db.session.add(kept)
    if kept.shared:
        record(viewer, "view.share", kept)
    return kept


def change_view(viewer: Viewer, kept: SavedView, name: str, *, shared: bool) -> None:
    """Give it another name; share it with all who see all groups, or no more. Raises Refused (`name`)."""
    was = kept.shared
    with _under_one_name():
        kept.name = name
        if may_share(viewer):
            kept.shared = shared
    if kept.shared != was:
        record(viewer, "view.share" if kept.shared else "view.unshare", kept)


def delete_view(viewer: Viewer, kept: SavedView) -> None:
    """Let go of a view; the groups stay as they are."""
    if kept.shared:
        record(viewer, "view.unshare", kept)
    db.session.delete(kept)


def may_share(viewer: Viewer) -> bool:
    """Whether the viewer works with all groups."""
    return viewer.can(Permission.DIRECTORY_EDIT)


@contextmanager
def _under_one_name() -> Iterator[None]:
    """Write what is done within. Two at once may mean the same name: the database lets one in."""
    try:
        with db.session.begin_nested():
            yield
            db.session.flush()
    except IntegrityError:
        raise Refused(_("A view of this name is kept already. Choose another name."), "name") from None
