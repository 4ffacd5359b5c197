"""Printed lists: pasted and looked over, then checked name by name or several at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.listings import link_pages
from crm.core.once import key_of, make_once
from crm.core.permissions import Permission, viewer
from crm.core.transactions import set_reading
from crm.core.web import allowed
from crm.demands.models import DemandVersion
from crm.demands.queries import words_of
from crm.organizations.models import KIND_NAMES
from crm.sign_ons.decision_forms import LARGEST_ID
from crm.sign_ons.likeness import SAME_GROUP, Likely, Sent, list_likely
from crm.sign_ons.list_forms import NameForm, NamesForm, PasteForm, chosen_of
from crm.sign_ons.list_queries import (
    count_names,
    find_name,
    find_pasted,
    list_names,
    list_pasted,
    list_versions,
    page_of_names,
)
from crm.sign_ons.models import NAME_MARKS, NAME_STATES, ListedName, NameState, PastedList
from crm.sign_ons.operations.lists import DecidedMeanwhile, Letter, decide_name, decide_names, keep_list
from crm.sign_ons.printed_names import PrintedName, read_names, twins
from crm.sign_ons.views.blueprint import bp, language

WORDS = {"kind_names": KIND_NAMES, "name_states": NAME_STATES, "name_marks": NAME_MARKS}


@bp.route("/organize/sign-ons/lists")
@allowed(Permission.SIGN_ON_VIEW)
def lists(coalition: Coalition) -> ResponseReturnValue:
    """The lists that were pasted."""
    return render_template("sign_ons/lists.html", lists=list_pasted())


@bp.route("/organize/sign-ons/paste", methods=["GET"])
@allowed(Permission.SIGN_ON_VIEW)
def paste(coalition: Coalition) -> ResponseReturnValue:
    """The form."""
    form = PasteForm()
    form.offer(list_versions(), language())
    return render_template("sign_ons/paste.html", form=form)


@bp.route("/organize/sign-ons/paste", methods=["POST"])
@allowed(Permission.SIGN_ON_VIEW)
def keep(coalition: Coalition) -> ResponseReturnValue:
    """A step: look it over, go back to it, or keep it to be checked."""
    set_reading(request.form.get("step") != "keep")
    form, versions = PasteForm(), list_versions()
    form.offer(versions, language())
    chosen = chosen_of(versions, form.versions.data)
    good = form.check(chosen, clock.today(coalition.zone))
    names = read_names(form.names.data) if good else []
    good = good and form.check_names(names)
    if not good or request.form.get("step") == "correct":
        return render_template("sign_ons/paste.html", form=form), 200 if good else 422
    if request.form.get("step") != "keep":
        return _look_over(form, names)
    return _keep(form, chosen, names)


@bp.route("/organize/sign-ons/lists/<int:list_id>")
@allowed(Permission.SIGN_ON_VIEW)
def check(coalition: Coalition, list_id: int) -> ResponseReturnValue:
    """The names of a list that are to be checked, beside the groups that they may be; or those that are."""
    return _check(_found(list_id))


@bp.route("/organize/sign-ons/lists/<int:list_id>/names/<int:name_id>", methods=["POST"])
@allowed(Permission.SIGN_ON_DECIDE)
def check_name(coalition: Coalition, list_id: int, name_id: int) -> ResponseReturnValue:
    """One name: a new group, this group, or dropped."""
    pasted, form = _found(list_id), NameForm()
    name = (find_name(list_id, name_id) if name_id <= LARGEST_ID else None) or abort(404)
    if not form.validate_on_submit():
        return _check(pasted, problem=_("Choose what to do with it.")), 422
    try:
        left_out = decide_name(viewer(), name.id, NameState(form.act.data), form.organization_id.data)
    except Refused as refused:
        db.session.rollback()
        status = 409 if isinstance(refused, DecidedMeanwhile) else 422
        return _check(_found(list_id), problem=refused.message), status
    db.session.commit()
    flash(_("“%(name)s”: %(state)s.", name=name.name, state=NAME_STATES[name.state]), "success")
    _tell(left_out)
    return redirect(url_for(".check", list_id=list_id), 303)


@bp.route("/organize/sign-ons/lists/<int:list_id>/several", methods=["POST"])
@allowed(Permission.SIGN_ON_DECIDE)
def check_several(coalition: Coalition, list_id: int) -> ResponseReturnValue:
    """Several names: first what it would do, then done."""
    set_reading(request.form.get("step") != "do")
    pasted, form = _found(list_id), NamesForm()
    if not form.validate_on_submit():
        return _check(pasted, problem=_("Choose names, and what to do with them.")), 422
    act = NameState(form.act.data)
    names = list_names(list_id, [one for one in form.chosen.data if 0 < one <= LARGEST_ID])
    groups = _groups_for(names, act)
    if request.form.get("step") != "do":
        left = [one for one in names if one.id not in groups]
        page = {"pasted": pasted, "act": act, "names": names, "groups": groups, "left": left}
        return render_template("sign_ons/several_names.html", form=form, NameState=NameState, **page)
    chosen = [(one, groups[one.id]) for one in names if one.id in groups]
    result = decide_names(viewer(), chosen, act)
    db.session.commit()
    done = ngettext("%(num)s name is checked.", "%(num)s names are checked.", result.done)
    flash(done, "success" if result.done else "message")
    _tell(result.left_out)
    return redirect(url_for(".check", list_id=list_id), 303)


def _groups_for(names: Sequence[ListedName], act: NameState) -> Mapping[int, int | None]:
    """The names that an act can do at once: name id → the group to join it to, if it is joined.

    What looks like a group that is here is not made a new one, and what looks like none, or like two, is
    joined to none: those are decided on one by one.
    """
    if act is NameState.DROPPED:
        return dict.fromkeys(one.id for one in names)
    likely = list_likely(viewer(), [sent_of(one) for one in names])
    if act is NameState.NEW:
        return {one.id: None for one in names if not likely[one.id]}
    sure = {key: [one for one in each if one.score >= SAME_GROUP] for key, each in likely.items()}
    return {key: each[0].organization.id for key, each in sure.items() if len(each) == 1}


def sent_of(name: ListedName) -> Sent:
    """A name of a list as it is compared with the directory."""
    return Sent(name.id, name.name, name.place)


def _keep(
    form: PasteForm, chosen: Sequence[DemandVersion], names: Sequence[PrintedName]
) -> ResponseReturnValue:
    letter = Letter(form.title.data, form.letter_on.data, form.origin.data)
    try:
        made = make_once(PastedList, key_of(form), lambda: keep_list(viewer(), letter, chosen, names))
    except Refused as refused:
        form.refuse(refused.field or "names", refused.message)
        return render_template("sign_ons/paste.html", form=form), 422
    return redirect(url_for(".check", list_id=made.id), 303)


def _look_over(form: PasteForm, names: Sequence[PrintedName]) -> ResponseReturnValue:
    sent = [Sent(one.line, one.name, one.place) for one in names]
    likely: Mapping[int, Sequence[Likely]] = list_likely(viewer(), sent, thorough=False)
    again = twins(names)
    return render_template(
        "sign_ons/paste_preview.html",
        form=form,
        names=names,
        likely=likely,
        again=again,
        matched=sum(1 for one in names if likely[one.line] and one.line not in again),
        **WORDS,
    )


def _found(list_id: int) -> PastedList:
    return (find_pasted(list_id) if list_id <= LARGEST_ID else None) or abort(404)


def _check(pasted: PastedList, problem: object = None) -> str:
    checked = request.args.get("checked") == "y"
    paging = {name: request.args.get(name) for name in ("after", "before")}
    page = page_of_names(pasted.id, checked=checked, **paging)
    counts = count_names(pasted.id)
    to_check = counts[NameState.TO_CHECK]
    number = sum(counts.values()) - to_check if checked else to_check
    return render_template(
        "sign_ons/list.html",
        pasted=pasted,
        page=page,
        links=link_pages(page, ngettext("%(num)s name", "%(num)s names", number)),
        counts=counts,
        to_check=to_check,
        checked=checked,
        likely={} if checked else list_likely(viewer(), [sent_of(one) for one in page.items]),
        form=NamesForm(formdata=None),
        words_here=lambda version: words_of(version, language()).sentence,
        problem=problem,
        **WORDS,
    )


def _tell(left_out: Sequence[tuple[str, str]]) -> None:
    for what, why in left_out:
        flash(_("Left out: “%(sentence)s”. %(reason)s", sentence=what, reason=why), "error")
