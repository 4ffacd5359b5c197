"""The public front page of a coalition, and `/`: which coalitions are served here."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from crm.calendars.linked_data import linked_data
from crm.calendars.words import big_day, date_address
from crm.coalitions.models import Coalition
from crm.coalitions.queries import list_coalitions
from crm.core import clock
from crm.core.permissions import Permission
from crm.core.web import allowed, public_page
from crm.events.sentence import say_time
from crm.home.public_queries import show_front
from crm.home.public_words import moved_in_words, weekday_and_month

bp = Blueprint("public", __name__)


@bp.route("/")
@allowed(Permission.PUBLIC)
def coalitions() -> ResponseReturnValue:
    served = list_coalitions()
    if len(served) == 1:
        return redirect(url_for("public.front", coalition=served[0].slug))
    return public_page(render_template("home/public_coalitions.html", coalitions=served))


@bp.route("/<coalition>/")
@allowed(Permission.PUBLIC)
def front(coalition: Coalition) -> ResponseReturnValue:
    front = show_front(clock.now(), str(get_locale()))
    page = render_template(
        "home/public_front.html",
        front=front,
        about_next=linked_data(coalition, [front.next.date] if front.next else []),
        big_day=big_day,
        date_address=date_address,
        moved_in_words=moved_in_words,
        say_time=say_time,
        weekday_and_month=weekday_and_month,
    )
    return public_page(page)
