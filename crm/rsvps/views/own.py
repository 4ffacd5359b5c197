"""One's own page, behind the link: what was said, the address, more or fewer people, taking it back."""

from __future__ import annotations

from flask import Response, abort, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused, error_page
from crm.core.permissions import Permission
from crm.core.web import allowed
from crm.rsvps.forms import PeopleForm
from crm.rsvps.models import Rsvp
from crm.rsvps.operations import cancel_rsvp, change_people, confirm_rsvp
from crm.rsvps.queries import address_in, find_open_date, find_rsvp, tells_place, whole_venue
from crm.rsvps.views.public import bp

# The blueprint with all of its pages, those of public.py and these.
__all__ = ["bp"]


@bp.route("/rsvp/<token>")
@allowed(Permission.PUBLIC)
def show(coalition: Coalition, token: str) -> ResponseReturnValue:
    """What was said, where it is, and the buttons. Opening it changes nothing."""
    rsvp = find_rsvp(token)
    if rsvp is None:
        return error_page(404, _("This link is not one of ours, or what it was for is gone."))
    return _page(rsvp, token, PeopleForm(formdata=None, people=rsvp.people))


@bp.route("/rsvp/<token>/confirm", methods=["POST"])
@allowed(Permission.PUBLIC)
def confirm(coalition: Coalition, token: str) -> ResponseReturnValue:
    """Yes, that was me."""
    confirm_rsvp(_wanted(token))
    db.session.commit()
    return redirect(url_for(".show", token=token), 303)


@bp.route("/rsvp/<token>/people", methods=["POST"])
@allowed(Permission.PUBLIC)
def people(coalition: Coalition, token: str) -> ResponseReturnValue:
    """More come, or fewer."""
    rsvp, form = _wanted(token), PeopleForm()
    if form.validate():
        try:
            change_people(coalition, rsvp, form.people.data or 1)
            db.session.commit()
            flash(_("Thank you. The hosts count on so many."), "success")
            return redirect(url_for(".show", token=token), 303)
        except Refused as refused:
            db.session.rollback()
            form.refuse("people", refused.message)
            rsvp = _wanted(token)
    return _page(rsvp, token, form, 422)


@bp.route("/rsvp/<token>/cancel", methods=["POST"])
@allowed(Permission.PUBLIC)
def cancel(coalition: Coalition, token: str) -> ResponseReturnValue:
    """Not after all."""
    cancel_rsvp(coalition, _wanted(token))
    db.session.commit()
    return redirect(url_for(".show", token=token), 303)


def _wanted(token: str) -> Rsvp:
    return find_rsvp(token) or abort(404)


def _page(rsvp: Rsvp, token: str, form: PeopleForm, status: int = 200) -> Response:
    one = find_open_date(rsvp.event, rsvp.on_date)
    knows = one is not None and tells_place(rsvp)
    page = render_template(
        "rsvps/own.html",
        rsvp=rsvp,
        one=one,
        token=token,
        form=form,
        now=clock.now(),
        venue=whole_venue(rsvp.event, rsvp.on_date) if knows else None,
        address_in=address_in,
    )
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
