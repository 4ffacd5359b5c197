"""Who may know of an event: publishing a draft, widening and narrowing, naming people and groups."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.accounts.queries import list_members
from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.forms import clean
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.events import operations
from crm.events.disclosure import disclosed, withdrawn
from crm.events.meanwhile import hold
from crm.events.models import Event, Visibility
from crm.events.queries import list_named_groups, list_named_people
from crm.events.rights import ORDER, is_wider, may_choose
from crm.events.views import bp, wanted
from crm.organizations.queries import find_organization, search_organizations

# Groups that a search offers to name.
MOST_OFFERED = 8


@bp.post("/<slug>/publish")
@allowed(Permission.EVENT_EDIT)
def publish(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Let those see a draft whom its visibility names."""
    event = wanted(slug)
    operations.publish_event(viewer(), event)
    db.session.commit()
    flash(_("Published “%(title)s”.", title=event.title), "success")
    return redirect(url_for(".show", slug=slug))


@bp.get("/<slug>/visibility")
@allowed(Permission.EVENT_EDIT)
def visibility(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Who may know of it now, and exactly what another class would tell to whom."""
    event, asked = wanted(slug), request.args.get("to", "")
    new = Visibility(asked) if asked in set(Visibility) else event.visibility
    return render_template(
        "events/visibility.html",
        event=event,
        new=new,
        order=ORDER,
        wider=is_wider(new, event.visibility),
        may=may_choose(viewer(), event, new),
        more=disclosed(event, new),
        less=withdrawn(event, new),
        people=list_named_people(event),
        groups=list_named_groups(event),
    )


@bp.post("/<slug>/visibility")
@allowed(Permission.EVENT_EDIT)
def set_visibility(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Widen or narrow, once what it means was shown."""
    event, chosen = wanted(slug), request.form.get("visibility", "")
    if chosen not in set(Visibility):
        abort(422)
    hold(event)
    try:
        operations.set_visibility(viewer(), event, Visibility(chosen))
        db.session.commit()
        flash(_("It is seen like this from now on."), "success")
    except Refused as refused:
        db.session.rollback()
        flash(str(refused.message), "error")
        return redirect(url_for(".visibility", slug=slug, to=chosen))
    return redirect(url_for(".show", slug=slug))


@bp.get("/<slug>/people")
@allowed(Permission.EVENT_EDIT)
def people(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Which organizers and groups an event names, and whom else it might."""
    event, question = _naming(slug), clean(request.args.get("q", ""))[:120]
    named, groups = list_named_people(event), list_named_groups(event)
    known = {user.id for user in named}
    return render_template(
        "events/people.html",
        event=event,
        named=named,
        groups=groups,
        others=[user for user, _membership in list_members() if user.id not in known],
        question=question,
        offered=[
            group for group in search_organizations(viewer(), question, MOST_OFFERED) if group not in groups
        ],
    )


@bp.post("/<slug>/people")
@allowed(Permission.EVENT_EDIT)
def name(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Name somebody on it, or take them off."""
    event = _naming(slug)
    try:
        told = _name_person(event) if "user_id" in request.form else _name_group(event)
        db.session.commit()
        flash(told, "success")
    except Refused as refused:
        db.session.rollback()
        flash(str(refused.message), "error")
    if viewer().user_id not in {user.id for user in list_named_people(event)} and _is_closed(event):
        return redirect(url_for(".index"))
    return redirect(url_for(".people", slug=slug))


def _naming(slug: str) -> Event:
    """An event that names who knows of it; else 404."""
    event = wanted(slug)
    return event if event.visibility in (Visibility.GROUPS, Visibility.CLOSED) else abort(404)


def _is_closed(event: Event) -> bool:
    return event.visibility is Visibility.CLOSED


def _name_person(event: Event) -> str:
    chosen = request.form["user_id"]
    members = [user for user, _membership in list_members()]
    user = next((user for user in members if str(user.id) == chosen), None) or abort(422)
    if not _is_closed(event):
        abort(422)
    if "remove" in request.form:
        operations.unname_on_event(viewer(), event, user.id)
        return str(_("%(name)s sees this event no more.", name=user.name))
    operations.name_on_event(viewer(), event, user.id)
    return str(_("%(name)s sees this event now.", name=user.name))


def _name_group(event: Event) -> str:
    chosen = request.form.get("organization_id", "")
    known = chosen.isascii() and chosen.isdigit() and len(chosen) < 10
    group = (find_organization(int(chosen)) if known else None) or abort(422)
    if "remove" in request.form:
        operations.unname_group(viewer(), event, group.id)
        return str(_("%(name)s sees this event no more.", name=group.name))
    operations.name_group(viewer(), event, group.id)
    return str(_("%(name)s sees this event now.", name=group.name))
