"""A group signs on: filled in, looked at as the public will see it, sent; kept only once it is sent."""

from __future__ import annotations

from dataclasses import dataclass

from flask import make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.permissions import Permission
from crm.core.transactions import set_reading
from crm.core.web import allowed
from crm.demands.models import DECIDED_HOW_NAMES
from crm.demands.queries import list_demands_in_force
from crm.organizations.models import KIND_NAMES, OrganizationKind
from crm.sign_ons import guard
from crm.sign_ons.forms import Question, Reply, SignOnForm, for_demands
from crm.sign_ons.operations import send_sign_on
from crm.sign_ons.queries import list_known_names, list_like_in_public
from crm.sign_ons.views.blueprint import bp, language

SENT_TO = "sign_on_sent_to"


@dataclass(frozen=True)
class Listing:
    """A group as the public list will show it."""

    name: str
    url: str
    place: str


@bp.route("/sign-on", methods=["GET", "POST"])
@allowed(Permission.PUBLIC)
def form(coalition: Coalition) -> ResponseReturnValue:
    """The form; what was typed travels in it from step to step."""
    step = request.form.get("step")
    if request.method == "POST" and step != "send":
        set_reading(True)
    too_much = step == "send" and guard.sends_too_much(request.form.get("speaker_email", ""))
    filled = _read_form()
    if request.method == "GET" or step == "correct":
        return _fill_in(filled)
    if problem := _problem(coalition, filled):
        return problem
    if step != "send":
        return _look(filled)
    if too_much:
        return _wait(filled)
    return _send(coalition, filled)


@bp.route("/sign-on/sent")
@allowed(Permission.PUBLIC)
def sent(coalition: Coalition) -> ResponseReturnValue:
    """Where the link was sent; the address is shown once, to the browser that typed it."""
    return render_template("sign_ons/sent.html", address=session.pop(SENT_TO, None))


def _read_form() -> SignOnForm:
    demands = list_demands_in_force(language())
    if request.method == "GET":
        return for_demands(demands)
    typed: MultiDict[str, str] = request.form.copy()
    if (name := typed.get("listed_as")) and name in list_like_in_public(typed.get("name", "")):
        typed["name"] = name
    return for_demands(demands, typed)


def _problem(coalition: Coalition, filled: SignOnForm) -> ResponseReturnValue | None:
    """What keeps the form from going on, shown on the form with all that was typed; None: nothing."""
    gone = filled.has_demands_that_are_gone()
    changed = filled.take_up_changed_words()
    if changed or gone:
        filled.check(clock.today(coalition.zone))
        return _fill_in(filled, 422, changed=changed, gone=gone)
    good = filled.check(clock.today(coalition.zone))
    if good and filled.demands and not guard.is_unhurried(filled.ticket.data or ""):
        return _fill_in(filled, 422, hurried=True)
    return None if good and filled.demands else _fill_in(filled, 422)


def _fill_in(filled: SignOnForm, status: int = 200, **notices: object) -> ResponseReturnValue:
    filled.renew()
    names = list_known_names()
    page = render_template("sign_ons/form.html", form=filled, known_names=names, Reply=Reply, **notices)
    return page, status


def _look(filled: SignOnForm, status: int = 200, *, wait: bool = False) -> ResponseReturnValue:
    """The listing exactly as the public will see it, and what the group says to which words."""
    said: dict[Reply, list[Question]] = {reply: [] for reply in Reply}
    for question in filled.questions:
        said[filled.reply_to(question)].append(question)
    name = filled.name.data
    return render_template(
        "sign_ons/preview.html",
        form=filled,
        kind=OrganizationKind(filled.kind.data),
        kind_names=KIND_NAMES,
        listing=Listing(name, filled.website.data, filled.place.data),
        said=said,
        Reply=Reply,
        decided_how=DECIDED_HOW_NAMES,
        alike=list_like_in_public(name),
        wait=wait,
    ), status


def _send(coalition: Coalition, filled: SignOnForm) -> ResponseReturnValue:
    key = guard.read_ticket(filled.ticket.data or "")
    assert key is not None  # noqa: S101 - a ticket that is not ours was refused as hurried
    send_sign_on(coalition, key, filled.submission(language()))
    db.session.commit()
    session[SENT_TO] = filled.speaker_email.data
    return redirect(url_for(".sent"), 303)


def _wait(filled: SignOnForm) -> ResponseReturnValue:
    response = make_response(_look(filled, 429, wait=True))
    response.headers["Retry-After"] = "900"
    return response
