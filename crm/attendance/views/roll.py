"""The organizers' page of who came to one date."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.attendance import operations, queries
from crm.attendance.forms import STATE_NAMES, DelegateForm, GroupForm, HeadsForm
from crm.attendance.models import Presence
from crm.attendance.queries import GroupLine
from crm.attendance.rules import rules_of
from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.forms import Form
from crm.core.permissions import Permission, viewer
from crm.core.spreadsheet import MARK, csv_lines
from crm.core.web import allowed
from crm.events.models import Event
from crm.events.queries import EventDate, find_event_on
from crm.organizations.models import Organization
from crm.organizations.operations.lists import ATTENDANCE, note_list
from crm.organizations.queries import find_organization, search_organizations

bp = Blueprint("attendance", __name__, url_prefix="/<coalition>/organize/events/<slug>/<on_date>")
FOUND = 12


@bp.app_context_processor
def words() -> dict[str, object]:
    """The names of the three states, for every page that shows them."""
    return {"presence_names": STATE_NAMES}


def wanted(slug: str, on_date: str) -> tuple[Event, EventDate]:
    """An event and the one date of it, if the viewer may know of them; else 404."""
    return find_event_on(viewer(), slug, on_date) or abort(404)


@bp.route("/attendance")
@allowed(Permission.EVENT_EDIT)
def index(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """Group by group, with a search for those that nobody looked for."""
    return show(coalition, *wanted(slug, on_date))


def show(
    coalition: Coalition, event: Event, one: EventDate, status: int = 200, **forms: Form
) -> ResponseReturnValue:
    """The page, with forms that hold what was typed wrongly."""
    roll, asked = queries.list_roll(event.id, one.on_date), request.args.get("q", "")[:200]
    found = search_organizations(viewer(), asked, limit=FOUND) if asked else None
    lines = queries.fill_up(
        roll, queries.list_expected(viewer(), event, one.on_date) if found is None else found
    )
    if found is not None:
        lines = [line for line in lines if line.organization.id in {group.id for group in found}]
    forms.setdefault("heads_form", HeadsForm(formdata=None, heads=roll.head_count))
    _offer_groups(forms.setdefault("delegate_form", DelegateForm(formdata=None)), lines)
    rules = rules_of(coalition)
    page = render_template(
        "attendance/index.html",
        event=event,
        one=one,
        roll=roll,
        lines=lines,
        asked=asked,
        rules=rules,
        quorum=queries.count_quorum(event, roll, rules),
        door=queries.find_open_page(event.id, one.on_date, clock.now()),
        wishes=queries.count_wishes(event.id, one.on_date),
        **forms,
    )
    return page, status


def _offer_groups(form: Form, lines: list[GroupLine]) -> None:
    """Let a delegate be of every group that is shown, beside the one that was chosen already."""
    field = form["organization_id"]
    offered = {line.organization.id: line.organization.name for line in lines}
    field.choices = list((offered | dict(field.choices or ())).items())


@bp.post("/attendance/groups")
@allowed(Permission.EVENT_EDIT)
def note(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """Note of one group that it is present, absent or excused, or take that back."""
    event, one = wanted(slug, on_date)
    group_id, _colon, said = request.form.get("set", "").partition(":")
    group = _group(group_id)
    state = Presence(said) if said in set(Presence) else None
    typed = request.form.get(f"count-{group.id}", "").strip()
    count = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 0
    act = lambda: operations.set_group(viewer(), event, one.on_date, group, state, count)  # noqa: E731
    if _attempt(act):
        flash(_said(group, state, count), "success")
    return _back(slug, on_date, f"group-{group.id}")


def _said(group: Organization, state: Presence | None, count: int) -> str:
    if state is None:
        return str(_("Nothing is noted of %(name)s any more.", name=group.name))
    if state is Presence.PRESENT:
        return str(_("%(name)s: present, %(count)s.", name=group.name, count=count))
    return str(_("%(name)s: %(state)s.", name=group.name, state=str(STATE_NAMES[state]).lower()))


def _group(text: str) -> Organization:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    return find_organization(number) or abort(404)


@bp.post("/attendance/heads")
@allowed(Permission.EVENT_EDIT)
def heads(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """Note how many were in the room."""
    event, one = wanted(slug, on_date)
    form = HeadsForm()
    if form.validate():
        try:
            operations.count_heads(viewer(), event, one.on_date, form.heads.data or 0)
        except Refused as refused:
            form.refuse("heads", refused.message)
        else:
            db.session.commit()
            flash(_("Noted."), "success")
            return _back(slug, on_date, "head-count")
    return show(coalition, event, one, 422, heads_form=form)


@bp.post("/attendance/delegates")
@allowed(Permission.EVENT_EDIT)
def delegate(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """Note a delegate by name."""
    event, one = wanted(slug, on_date)
    group, form = _group(request.form.get("organization_id", "")), DelegateForm()
    form.organization_id.choices = [(group.id, group.name)]
    if not form.validate():
        return show(coalition, event, one, 422, delegate_form=form)
    name, state, key = form.delegate.data, form.delegate_state.data, form.form_key.data
    rules, day = rules_of(coalition), one.on_date
    _attempt(lambda: operations.add_delegate(viewer(), event, day, group, name, state, rules=rules, key=key))
    return _back(slug, on_date, f"group-{group.id}")


@bp.post("/attendance/entries/<int:entry_id>/remove")
@allowed(Permission.EVENT_EDIT)
def remove(coalition: Coalition, slug: str, on_date: str, entry_id: int) -> ResponseReturnValue:
    """Take one entry back."""
    event, one = wanted(slug, on_date)
    entry = queries.find_entry(event.id, one.on_date, entry_id) or abort(404)
    operations.remove_entry(viewer(), entry)
    db.session.commit()
    return _back(slug, on_date, "roll")


@bp.post("/attendance/entries/<int:entry_id>/group")
@allowed(Permission.EVENT_EDIT)
def tell(coalition: Coalition, slug: str, on_date: str, entry_id: int) -> ResponseReturnValue:
    """Say which group a typed name means."""
    event, one = wanted(slug, on_date)
    entry = queries.find_entry(event.id, one.on_date, entry_id) or abort(404)
    form = GroupForm()
    found = list(search_organizations(viewer(), form.organization.data or "", limit=FOUND))
    exact = [group for group in found if group.name.casefold() == (form.organization.data or "").casefold()]
    if len(exact) != 1 and len(found) != 1:
        flash(_("No one group fits that name. Write it in full, or add the group first."), "error")
        return _back(slug, on_date, "unknown")
    operations.tell_group(viewer(), entry, (exact or found)[0])
    db.session.commit()
    return _back(slug, on_date, f"group-{(exact or found)[0].id}")


@bp.route("/attendance.csv", methods=["POST"])
@allowed(Permission.LIST_CSV)
def as_csv(coalition: Coalition, slug: str, on_date: str) -> Response:
    """Groups, states and numbers; no names of people. A POST: that it was taken is noted."""
    event, one = wanted(slug, on_date)
    roll = queries.list_roll(event.id, one.on_date)
    rows: list[list[object]] = [[_("Group"), _("State"), _("People")]]
    said = [line for line in roll.groups if line.state is not None]
    rows += [[line.organization.name, STATE_NAMES[line.state], line.people] for line in said if line.state]
    rows += [[entry.group_name, STATE_NAMES[Presence.PRESENT], entry.count] for entry in roll.unknown]
    rows += [[_("Of no group"), "", roll.of_no_group], [_("People in the room"), "", roll.people]]
    note_list(viewer(), ATTENDANCE, event)
    db.session.commit()
    response = Response(MARK + csv_lines(rows), mimetype="text/csv")
    name = f"{event.slug}-{one.on_date}-attendance.csv"
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


def _attempt(act: Callable[[], None]) -> bool:
    """Do an act and commit it; a refusal is said on top of the page."""
    try:
        act()
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        flash(str(refused.message), "error")
        return False
    return True


def _back(slug: str, on_date: str, part: str) -> ResponseReturnValue:
    asked = request.form.get("q") or None
    return redirect(url_for("attendance.index", slug=slug, on_date=on_date, q=asked, _anchor=part), 303)
