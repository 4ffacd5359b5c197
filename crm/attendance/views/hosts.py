"""What the hosts of a date do for the door: its sign-in page opened, shown and closed; who left a wish."""

from __future__ import annotations

import segno
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.attendance import operations, queries
from crm.attendance.views.roll import bp, wanted
from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Permission, viewer
from crm.core.web import absolute_url, allowed


@bp.route("/attendance/sign-in-page")
@allowed(Permission.EVENT_EDIT)
def page(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """The address of the sign-in page, and its QR code as large as a screen."""
    event, one = wanted(slug, on_date)
    door = queries.find_open_page(event.id, one.on_date, clock.now())
    address = absolute_url("door.show", token=operations.token_of(door)) if door else None
    # Large and black on white, with the quiet border that cameras need.
    code = segno.make(address, error="m").svg_data_uri(scale=8, border=4, light="#fff") if address else None
    return render_template(
        "attendance/page.html", event=event, one=one, door=door, address=address, code=code
    )


@bp.post("/attendance/sign-in-page")
@allowed(Permission.EVENT_EDIT)
def open_page(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """Open it."""
    event, one = wanted(slug, on_date)
    try:
        operations.open_page(viewer(), event, one)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        flash(str(refused.message), "error")
    return redirect(url_for(".page", slug=slug, on_date=on_date), 303)


@bp.post("/attendance/sign-in-page/close")
@allowed(Permission.EVENT_EDIT)
def close_page(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """Close it."""
    event, one = wanted(slug, on_date)
    operations.close_page(viewer(), event, one.on_date)
    db.session.commit()
    flash(_("The sign-in page is closed: its address takes nothing more."), "success")
    return redirect(url_for(".index", slug=slug, on_date=on_date), 303)


@bp.post("/attendance/wishes")
@allowed(Permission.EVENT_EDIT)
def wishes(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """What people ticked at the door, with the addresses that they left; looking is noted."""
    event, one = wanted(slug, on_date)
    operations.reveal_wishes(viewer(), event, one.on_date)
    db.session.commit()
    found = queries.list_wishes(event.id, one.on_date)
    return render_template("attendance/wishes.html", event=event, one=one, wishes=found)
