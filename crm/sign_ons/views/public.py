"""A group signs on: filled in, looked at as the public will see it, sent; on the server once it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from werkzeug.datastructures import MultiDict

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.permissions import Permission
from crm.core.transactions import begin_to_write, set_reading
from crm.core.web import allowed
from crm.demands.models import DECIDED_HOW_NAMES
from crm.demands.queries import list_demands_in_force
from crm.organizations.models import KIND_NAMES, OrganizationKind
from crm.sign_ons import guard
from crm.sign_ons.forms import Question, Reply, SignOnForm, for_demands
from crm.sign_ons.operations import send_sign_on
from crm.sign_ons.queries import list_known_names, list_like_in_public
from crm.sign_ons.views.blueprint import bp, language
from crm.sign_ons.views.drafts import Draft, Stage, draft_of, forget, go_on, read_draft


@dataclass(frozen=True)
class Listing:
    """A group as the public list will show it."""

    name: str
    url: str
    place: str


@bp.route("/sign-on", methods=["GET"])
@allowed(Permission.PUBLIC)
def form(coalition: Coalition) -> ResponseReturnValue:
    """The form, with what this browser typed into it and has not sent."""
    draft = read_draft(coalition)
    if draft is None or draft.stage is Stage.SENT:
        return _fill_in(for_demands(list_demands_in_force(language())))
    filled = _kept(draft)
    problem = _problem(coalition, filled) if draft.stage is Stage.REFUSED else None
    return problem or _fill_in(filled)


@bp.route("/sign-on", methods=["POST"])
@allowed(Permission.PUBLIC)
def take(coalition: Coalition) -> ResponseReturnValue:
    """A step: look at it, correct it, send it. What was typed travels in the form itself, tab by tab."""
    step = request.form.get("step")
    set_reading(True)
    too_much = step == "send" and guard.sends_too_much(request.form.get("speaker_email", ""))
    filled = _sent_form()
    if step == "correct":
        return go_on(coalition, ".form", draft_of(filled, Stage.TYPED)) or _fill_in(filled)
    if problem := _problem(coalition, filled):
        return go_on(coalition, ".form", draft_of(filled, Stage.REFUSED)) or problem
    if step != "send":
        return go_on(coalition, ".preview", draft_of(filled, Stage.TYPED)) or _look(filled)
    return _wait(filled) if too_much else _send(coalition, filled)


@bp.route("/sign-on/preview")
@allowed(Permission.PUBLIC)
def preview(coalition: Coalition) -> ResponseReturnValue:
    """The listing as the public will see it."""
    draft = read_draft(coalition)
    if draft is None or not draft.typed:
        return redirect(url_for(".form"))
    filled = _kept(draft)
    return _problem(coalition, filled) or _look(filled)


@bp.route("/sign-on/new", methods=["POST"])
@allowed(Permission.PUBLIC)
def anew(coalition: Coalition) -> ResponseReturnValue:
    """An empty form, for the next group on the same device."""
    return forget(".form")


def _sent_form() -> SignOnForm:
    typed = request.form.to_dict()
    if (name := typed.get("listed_as")) and name in list_like_in_public(typed.get("name", "")):
        typed["name"] = name
    return _filled(typed)


def _kept(draft: Draft) -> SignOnForm:
    """The form as it was typed. Showing it takes no token; the one that it is given is for its next step."""
    return _filled({**draft.typed, "csrf_token": generate_csrf()})


def _filled(typed: Mapping[str, str]) -> SignOnForm:
    return for_demands(list_demands_in_force(language()), MultiDict(typed))


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
    submission = filled.submission(language())
    begin_to_write()
    sign_on_id = send_sign_on(coalition, key, submission)
    db.session.commit()
    sent = {"sent_to": filled.speaker_email.data, "sign_on_id": sign_on_id}
    draft = draft_of(filled, Stage.SENT, **sent)
    return go_on(coalition, ".sent", draft) or forget(".sent")


def _wait(filled: SignOnForm) -> ResponseReturnValue:
    response = make_response(_look(filled, 429, wait=True))
    response.headers["Retry-After"] = "900"
    return response
