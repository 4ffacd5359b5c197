"""The coordinators' queue: what waits, beside the groups that it may come from."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.listings import link_pages
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.demands.models import DECIDED_HOW_NAMES, Wording
from crm.demands.queries import words_of
from crm.organizations.models import KIND_NAMES, Organization
from crm.organizations.operations import ChangedMeanwhile, SameOrganization
from crm.organizations.queries import find_organization, search_organizations
from crm.sign_ons.decision_forms import LARGEST_ID, AskForm, DeclineForm, MergeForm, PressForm
from crm.sign_ons.hints import list_hints
from crm.sign_ons.likeness import Likely, compare, list_likely
from crm.sign_ons.models import STATE_MARKS, STATE_NAMES, SignOn, SignOnAnswer, SignOnState
from crm.sign_ons.operations import (
    AlreadyDecided,
    Decided,
    accept_as_new,
    decline,
    merge,
    resend_link,
    reveal_speaker,
)
from crm.sign_ons.operations.decisions import list_differences
from crm.sign_ons.queries import (
    count_answers,
    count_waiting,
    find_sign_on,
    list_decided,
    list_unconfirmed,
    map_stands,
    map_unsent_links,
    page_of_waiting,
)
from crm.sign_ons.views.blueprint import bp, language
from crm.sign_ons.waiting import list_twins

MOST_FOUND = 8
FIELD_NAMES = {
    "name": _l("Name"),
    "kind": _l("Kind"),
    "place": _l("Place"),
    "website": _l("Website"),
    "size": _l("People"),
}
# What the templates call things.
WORDS = {
    "kind_names": KIND_NAMES,
    "state_names": STATE_NAMES,
    "state_marks": STATE_MARKS,
    "decided_how": DECIDED_HOW_NAMES,
    "field_names": FIELD_NAMES,
}


@bp.route("/organize/sign-ons/")
@allowed(Permission.SIGN_ON_VIEW)
def index(coalition: Coalition) -> ResponseReturnValue:
    """What waits, what is not confirmed yet, and what was decided lately."""
    page = page_of_waiting(after=request.args.get("after"), before=request.args.get("before"))
    unconfirmed = list_unconfirmed()
    count = count_waiting()
    return render_template(
        "sign_ons/index.html",
        page=page,
        links=link_pages(page, _how_many(count)),
        count=count,
        likely=list_likely(viewer(), page.items),
        twins=list_twins(page.items),
        answers={one.id: count_answers(one) for one in page.items},
        unconfirmed=unconfirmed,
        unsent=map_unsent_links(coalition.id, unconfirmed) if viewer().can(Permission.SIGN_ON_DECIDE) else {},
        decided=list_decided(),
        form=PressForm(),
        now=clock.now(),
        **WORDS,
    )


@bp.route("/organize/sign-ons/<int:sign_on_id>")
@allowed(Permission.SIGN_ON_VIEW)
def show(coalition: Coalition, sign_on_id: int) -> ResponseReturnValue:
    """One sign-on, and what to make of it."""
    return _show(_found(sign_on_id))


@bp.route("/organize/sign-ons/<int:sign_on_id>/speaker", methods=["POST"])
@allowed(Permission.CONTACT_REVEAL)
def reveal(coalition: Coalition, sign_on_id: int) -> ResponseReturnValue:
    """The speaker's address; that somebody looked is noted."""
    sign_on = _found(sign_on_id)
    reveal_speaker(viewer(), sign_on)
    db.session.commit()
    return _show(sign_on, revealed=True)


@bp.route("/organize/sign-ons/<int:sign_on_id>/accept", methods=["POST"])
@allowed(Permission.SIGN_ON_DECIDE)
def accept(coalition: Coalition, sign_on_id: int) -> ResponseReturnValue:
    """List it as a new group."""
    sign_on = _found(sign_on_id)
    try:
        decided = accept_as_new(viewer(), coalition, sign_on.id)
    except SameOrganization as same:
        return _refused(coalition, sign_on_id, same, beside=same.organization.id)
    except Refused as refused:
        return _refused(coalition, sign_on_id, refused)
    db.session.commit()
    return _listed(decided)


@bp.route("/organize/sign-ons/<int:sign_on_id>/merge", methods=["POST"])
@allowed(Permission.SIGN_ON_DECIDE)
def join(coalition: Coalition, sign_on_id: int) -> ResponseReturnValue:
    """Join it to a group that is there."""
    sign_on = _found(sign_on_id)
    form = MergeForm()
    if not form.validate_on_submit():
        return _show(sign_on, problem=_("Choose a group of this coalition.")), 422
    group = {"organization_id": form.organization_id.data, "edition": form.edition.data}
    try:
        decided = merge(viewer(), coalition, sign_on.id, **group, take=form.take.data or ())
    except Refused as refused:
        return _refused(coalition, sign_on_id, refused, beside=group["organization_id"])
    db.session.commit()
    return _listed(decided)


@bp.route("/organize/sign-ons/<int:sign_on_id>/decline", methods=["POST"])
@allowed(Permission.SIGN_ON_DECIDE)
def leave_out(coalition: Coalition, sign_on_id: int) -> ResponseReturnValue:
    """Decline it, with the reason."""
    sign_on = _found(sign_on_id)
    form = DeclineForm()
    if not form.validate_on_submit():
        return _show(sign_on, declining=form), 422
    try:
        decline(viewer(), coalition, sign_on.id, reason=form.reason.data, tell=form.tell.data)
    except Refused as refused:
        return _refused(coalition, sign_on_id, refused)
    db.session.commit()
    flash(_("Declined."), "success")
    return redirect(url_for(".index"), 303)


@bp.route("/organize/sign-ons/<int:sign_on_id>/resend", methods=["POST"])
@allowed(Permission.SIGN_ON_DECIDE)
def resend(coalition: Coalition, sign_on_id: int) -> ResponseReturnValue:
    """Mail the link to confirm once more."""
    try:
        resend_link(viewer(), coalition, _found(sign_on_id))
    except Refused as refused:
        db.session.rollback()
        flash(str(refused.message), "error")
        return redirect(url_for(".index"), 303)
    db.session.commit()
    flash(_("A new link to confirm is on its way."), "success")
    return redirect(url_for(".index") + "#unconfirmed", 303)


def _how_many(count: int) -> str:
    return str(ngettext("%(num)s sign-on is waiting", "%(num)s sign-ons are waiting", count))


def _found(sign_on_id: int) -> SignOn:
    return (find_sign_on(sign_on_id) if sign_on_id <= LARGEST_ID else None) or abort(404)


def _show(
    sign_on: SignOn,
    *,
    beside: int | None = None,
    revealed: bool = False,
    declining: DeclineForm | None = None,
    problem: object = None,
) -> str:
    """The page; `beside`: the group to compare it with, when the address names none."""
    chosen = _chosen(beside or request.args.get("with", type=int))
    open_ = sign_on.state is SignOnState.WAITING
    likely = _beside(sign_on, chosen) if open_ else None
    return render_template(
        "sign_ons/show.html",
        sign_on=sign_on,
        open=open_,
        words=_words(sign_on),
        **_told_of(sign_on, likely),
        count_answers=count_answers,
        asking=AskForm(formdata=None),
        chosen=chosen,
        **_looked_for(),
        **_compared(sign_on, chosen if open_ else None),
        declining=declining or DeclineForm(formdata=None),
        form=PressForm(),
        address=sign_on.speaker_email if revealed else masked(sign_on.speaker_email),
        revealed=revealed,
        problem=problem,
        **WORDS,
    )


def _words(sign_on: SignOn) -> list[tuple[SignOnAnswer, Wording]]:
    return [(answer, words_of(answer.version, language())) for answer in sign_on.answers]


def _told_of(sign_on: SignOn, likely: list[Likely] | None) -> dict[str, object]:
    """What helps to decide on a sign-on that waits; None: it does not wait."""
    if likely is None:
        return {"likely": [], "twins": [], "hints": []}
    return {
        "likely": likely,
        "twins": list_twins([sign_on])[sign_on.id],
        "hints": list_hints(sign_on, likely),
    }


def _looked_for() -> dict[str, object]:
    """What a coordinator looks for in the directory, and the groups that are called so."""
    question = request.args.get("called", "").strip()[:200]
    found = search_organizations(viewer(), question, limit=MOST_FOUND) if question else []
    return {"question": question, "found": found}


def _compared(sign_on: SignOn, chosen: Organization | None) -> dict[str, object]:
    if chosen is None:
        return {"differences": [], "stands": {}}
    return {"differences": list_differences(sign_on, chosen), "stands": map_stands(chosen.id)}


def _chosen(organization_id: int | None) -> Organization | None:
    chosen = (
        find_organization(organization_id) if organization_id and 0 < organization_id <= LARGEST_ID else None
    )
    return chosen if chosen and chosen.archived_at is None else None


def _beside(sign_on: SignOn, chosen: Organization | None) -> list[Likely]:
    """The likely groups, and the chosen one, if it is none of them, first."""
    likely = list(list_likely(viewer(), [sign_on])[sign_on.id])
    if chosen and chosen.id not in {one.organization.id for one in likely}:
        likely.insert(0, compare(sign_on, chosen))
    return likely


def _refused(
    coalition: Coalition, sign_on_id: int, refused: Refused, beside: int | None = None
) -> ResponseReturnValue:
    """Nothing was changed: the page as it is now, with what the matter is."""
    db.session.rollback()
    status = 409 if isinstance(refused, AlreadyDecided | ChangedMeanwhile) else 422
    return _show(_found(sign_on_id), beside=beside, problem=refused.message), status


def _listed(decided: Decided) -> ResponseReturnValue:
    flash(
        _("“%(name)s” is on board. Its speaker is told by mail.", name=decided.organization.name), "success"
    )
    for sentence, reason in decided.left_out:
        text = _("Left out: “%(sentence)s”. %(reason)s", sentence=sentence, reason=reason)
        flash(text, "error")
    return redirect(url_for(".index"), 303)


def masked(address: str) -> str:
    """An address as it may be seen without noting who looks: its first letter and where it is."""
    name, _at, host = address.rpartition("@")
    return f"{name[:1]}•••@{host}"
