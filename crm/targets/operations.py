"""Adding targets, changing what they are called, putting them away."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from crm.audit.operations import record
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.targets.models import Target, TargetKind
from crm.targets.queries import find_same_target


def add_target(viewer: Viewer, *, name: str, kind: TargetKind, place: str = "") -> Target:
    """Add who can grant a demand. Raises Refused (field `name`) for one that is there already."""
    _refuse_same(kind, name, place)
    target = Target(name=name, kind=kind, place=place, created_at=clock.now())
    db.session.add(target)
    _flush(name)
    record(viewer, "target.add", target)
    return target


def edit_target(viewer: Viewer, target: Target, *, name: str, kind: TargetKind, place: str = "") -> None:
    """Change a target's name, kind or place. Raises Refused (field `name`) where another one has them."""
    _refuse_same(kind, name, place, but=target)
    wanted = {"name": name, "kind": kind, "place": place}
    changed = [field for field, value in wanted.items() if getattr(target, field) != value]
    if not changed:
        return
    for field in changed:
        setattr(target, field, wanted[field])
    _flush(name)
    record(viewer, "target.edit", target, fields=changed)


def archive_target(viewer: Viewer, target: Target) -> None:
    """Offer a target no more; what it did with the demands stays."""
    if target.archived_at is None:
        target.archived_at = clock.now()
        record(viewer, "target.archive", target)


def restore_target(viewer: Viewer, target: Target) -> None:
    """Offer an archived target again."""
    if target.archived_at is not None:
        target.archived_at = None
        record(viewer, "target.restore", target)


def _refuse_same(kind: TargetKind, name: str, place: str, but: Target | None = None) -> None:
    same = find_same_target(kind, name, place, but)
    if same is None:
        return
    if same.archived_at is not None:
        raise Refused(_("“%(name)s” is here already, archived: bring it back.", name=same.name), "name")
    raise Refused(_("“%(name)s” is here already, of this kind and place.", name=same.name), "name")


def _flush(name: str) -> None:
    """Let the database have the last word, for two people who add the same one at once."""
    try:
        db.session.flush()
    except IntegrityError:
        raise Refused(_("“%(name)s” is here already, of this kind and place.", name=name), "name") from None
