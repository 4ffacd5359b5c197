"""Who may know of an event: publishing it, widening and narrowing, naming people and groups on it."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from crm.accounts.operations import find_membership
from crm.audit.operations import record
from crm.coalitions.operations import touch_feeds
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import RIGHTS, Permission, Viewer
from crm.events.models import Event, EventAccess, Visibility
from crm.events.operations.changing import about_to_change, changed
from crm.events.rights import is_wider, may_choose


def publish_event(viewer: Viewer, event: Event) -> None:
    """Let those see it whom its visibility names."""
    if event.published_at is None:
        about_to_change(event)
        event.published_at = clock.now()
        changed(event)
        record(viewer, "event.publish", event)


def set_visibility(viewer: Viewer, event: Event, new: Visibility) -> None:
    """Let more people know of an event, or fewer; at once, behind every door. Raises Refused."""
    old = event.visibility
    if new is old:
        return
    if not may_choose(viewer, event, new):
        raise Refused(_("Only a coordinator can let more people see a published event."), "visibility")
    if event.is_home and new is Visibility.PUBLIC:
        raise Refused(_("Somebody's home is never told to everybody. Choose by neighborhood."), "visibility")
    about_to_change(event)
    if new is Visibility.CLOSED:
        name_keepers(viewer, event)
    event.visibility = new
    changed(event)
    deed = "event.widen" if is_wider(new, old) else "event.narrow"
    record(viewer, deed, event, before=old.value, after=new.value)


def name_keepers(viewer: Viewer, event: Event) -> None:
    """Name on a closed event who closes it and who made it: closing takes it from nobody who runs it."""
    maker = find_membership(event.created_by_id) if event.created_by_id is not None else None
    if maker is not None and Permission.EVENT_EDIT in RIGHTS[maker.role]:
        name_on_event(viewer, event, maker.user_id)
    if viewer.user_id is not None:
        name_on_event(viewer, event, viewer.user_id)


def name_on_event(viewer: Viewer, event: Event, user_id: int) -> None:
    """Let an organizer see a closed event."""
    if _find(event, user_id=user_id) is None:
        db.session.add(EventAccess(event_id=event.id, user_id=user_id))
        touch_feeds()
        record(viewer, "event.name", event, user=user_id)


def unname_on_event(viewer: Viewer, event: Event, user_id: int) -> None:
    """Let an organizer see a closed event no more. Raises Refused for the last one named."""
    found = _find(event, user_id=user_id)
    if found is None:
        return
    named = select(EventAccess.id).where(EventAccess.event_id == event.id, EventAccess.user_id.is_not(None))
    if len(db.session.scalars(named.with_for_update()).all()) < 2:
        raise Refused(_("Somebody has to see it: name another organizer first."))
    db.session.delete(found)
    touch_feeds()
    record(viewer, "event.unname", event, user=user_id)


def name_group(viewer: Viewer, event: Event, organization_id: int) -> None:
    """Name a group on an event for groups, or on a closed one."""
    if _find(event, organization_id=organization_id) is None:
        db.session.add(EventAccess(event_id=event.id, organization_id=organization_id))
        touch_feeds()
        record(viewer, "event.name_group", event, organization=organization_id)


def unname_group(viewer: Viewer, event: Event, organization_id: int) -> None:
    """Take a group off an event. Of one for groups, the last to go leaves it to all of them: see `show`.

    Raises Refused for the last group of a published event for groups, as all groups would see it then.
    """
    found = _find(event, organization_id=organization_id)
    if found is None:
        return
    if event.visibility is Visibility.GROUPS and event.published_at is not None:
        named = select(EventAccess.id).where(
            EventAccess.event_id == event.id, EventAccess.organization_id.is_not(None)
        )
        if len(db.session.scalars(named.with_for_update()).all()) < 2:
            raise Refused(_("With no group named, all groups would see it. Close it, or name another first."))
    db.session.delete(found)
    touch_feeds()
    record(viewer, "event.unname_group", event, organization=organization_id)


def _find(
    event: Event, *, user_id: int | None = None, organization_id: int | None = None
) -> EventAccess | None:
    whom = (
        EventAccess.user_id == user_id
        if organization_id is None
        else EventAccess.organization_id == organization_id
    )
    return db.session.scalars(select(EventAccess).where(EventAccess.event_id == event.id, whom)).one_or_none()
