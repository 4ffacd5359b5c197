"""Who may know of an event: one criterion for every door (pages, feeds, search, counts)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_, select, true

from crm.core.permissions import Permission, Viewer
from crm.events.models import Event, EventAccess, EventKind, Visibility

OPEN = (Visibility.PUBLIC, Visibility.AREA)
# From the widest to the narrowest.
ORDER = (Visibility.PUBLIC, Visibility.AREA, Visibility.GROUPS, Visibility.CLOSED)


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """The events that a viewer may know of.

    The public: published ones that are public or told by area. A group's representative: those for groups as
    well, unless it names others. Members of the coalition: those, and drafts. A closed one: only the
    organizers and the groups named on it.
    """
    if viewer.role is None:
        return and_(Event.published_at.is_not(None), _open_to(viewer.organization_id))
    named = select(EventAccess.event_id).where(EventAccess.user_id == viewer.user_id)
    known = or_(Event.visibility != Visibility.CLOSED, Event.id.in_(named))
    finished = true() if viewer.can(Permission.EVENT_EDIT) else Event.published_at.is_not(None)
    return and_(known, finished)


def _open_to(organization_id: int | None) -> ColumnElement[bool]:
    """What is open to everybody, and to a group."""
    if organization_id is None:
        return Event.visibility.in_(OPEN)
    named = select(EventAccess.event_id).where(EventAccess.organization_id == organization_id)
    others = select(EventAccess.event_id).where(EventAccess.organization_id.is_not(None))
    invited = or_(Event.id.in_(named), Event.id.not_in(others))
    return or_(
        Event.visibility.in_(OPEN),
        and_(Event.visibility == Visibility.GROUPS, invited),
        and_(Event.visibility == Visibility.CLOSED, Event.id.in_(named)),
    )


def public_only() -> ColumnElement[bool]:
    """What the public feeds hold, whoever asks."""
    return visible_to(Viewer())


def starting_visibility(kind: EventKind, *, is_home: bool) -> Visibility:
    """Where an event begins, before anybody chooses (7-safety: workplace meetings start closed)."""
    if kind is EventKind.WORKPLACE:
        return Visibility.CLOSED
    if kind is EventKind.COALITION:
        return Visibility.GROUPS
    return Visibility.AREA if is_home else Visibility.PUBLIC


def is_wider(new: Visibility, old: Visibility) -> bool:
    """Whether more people would know than before."""
    return ORDER.index(new) < ORDER.index(old)


def may_choose(viewer: Viewer, event: Event, new: Visibility) -> bool:
    """Before publication its organizers choose; widening a published one is a coordinator's."""
    if not viewer.can(Permission.EVENT_EDIT):
        return False
    if event.published_at is None or not is_wider(new, event.visibility):
        return True
    return viewer.can(Permission.EVENT_WIDEN)
