"""Putting a draft in force: on what terms, what that does to the groups, and then the act itself.

A second press is answered as the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.asks import operations
from crm.asks.forms import FirstWordsForm, NewerWordsForm, explain
from crm.asks.queries import find_proposal, impact_of, other_coordinators
from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.formats import full_date
from crm.core.languages import name_here
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.demands.difference import WordsDifference, compare
from crm.demands.models import CHANGE_NAMES, Change, Demand, DemandKind, DemandVersion, EditorialProposal
from crm.demands.queries import by_language, draft_of, find_demand, version_in_force

bp = Blueprint("adopting", __name__, url_prefix="/<coalition>/organize/demands")
# How long members have for a new minimum demand, unless the coordinator says otherwise.
FIRST_DAYS = timedelta(days=30)
TermsForm = FirstWordsForm | NewerWordsForm


@bp.app_context_processor
def words() -> dict[str, object]:
    """What changes are called, for every template that tells of one."""
    return {"change_names": CHANGE_NAMES}


@bp.route("/<slug>/adopt")
@allowed(Permission.DEMAND_EDIT)
def read(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Exactly what becomes public, and the terms."""
    draft = draft_of(_wanted(slug)) or abort(404)
    return _ask_terms(coalition, draft, _new_form(coalition, draft))


@bp.post("/<slug>/adopt")
@allowed(Permission.DEMAND_EDIT)
def adopt(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """The terms are looked over first; then the words are put in force, or proposed as editorial."""
    demand = _wanted(slug)
    draft = draft_of(demand)
    if draft is None:
        return _adopted_before(demand)
    form = _form(draft)
    if not form.validate():
        return _ask_terms(coalition, draft, form)
    act = _act if request.form.get("step") in {"adopt", "propose"} else _review
    try:
        return act(coalition, draft, form)
    except Refused as refusal:
        db.session.rollback()
        if draft_of(demand) is None:
            return _adopted_before(demand)
        _refuse(form, refusal)
        return _ask_terms(coalition, draft, form)


@bp.post("/<slug>/adopt/take-back")
@allowed(Permission.DEMAND_EDIT)
def take_back(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Take back what was proposed as an editorial change."""
    if draft := draft_of(_wanted(slug)):
        operations.withdraw_proposal(viewer(), draft)
        db.session.commit()
    flash(_("The proposal is taken back."), "success")
    return redirect(url_for("demands.show", slug=slug), 303)


def _act(coalition: Coalition, draft: DemandVersion, form: TermsForm) -> ResponseReturnValue:
    edition, terms, demand = form.edition.data or 0, form.terms(), draft.demand
    if request.form.get("step") == "propose":
        operations.propose_editorial(viewer(), coalition, draft, edition, terms)
        db.session.commit()
        flash(_("Proposed. It is in force once another coordinator agrees."), "success")
        return redirect(url_for("demands.show", slug=demand.slug), 303)
    operations.adopt(viewer(), coalition, draft, edition, terms)
    db.session.commit()
    return _done(demand)


def _done(demand: Demand) -> ResponseReturnValue:
    current = version_in_force(demand)
    if current is None:
        return redirect(url_for("demands.show", slug=demand.slug), 303)
    flash(_("Version %(number)s is in force and public.", number=current.number), "success")
    page = "asked.show" if current.change is not None else "demands.show"
    return redirect(url_for(page, slug=demand.slug), 303)


def _adopted_before(demand: Demand) -> ResponseReturnValue:
    """To one's own second press as to the first; to another coordinator: whose terms hold."""
    current = version_in_force(demand)
    if current is None or current.adopted_by_id == viewer().user_id or current.adopted_by is None:
        return _done(demand)
    told = _("%(name)s adopted these words before you.", name=current.adopted_by.name)
    if current.change is not None and current.answers_by is not None:
        change, day = CHANGE_NAMES[current.change], full_date(current.answers_by)
        hold = _("Their terms hold, not yours: %(change)s, last day %(day)s.", change=change, day=day)
        told = f"{told} {hold}"
    flash(told, "error")
    return redirect(url_for("asked.show" if current.change else "demands.show", slug=demand.slug), 303)


def _wanted(slug: str) -> Demand:
    return find_demand(slug) or abort(404)


def _form(draft: DemandVersion) -> TermsForm:
    if version_in_force(draft.demand) is not None:
        return NewerWordsForm()
    form = FirstWordsForm()
    if draft.demand.kind is not DemandKind.MINIMUM:
        del form.counts_from
    return form


def _new_form(coalition: Coalition, draft: DemandVersion) -> TermsForm:
    """The form as it is opened: with the day of the rules, or that by which members have time."""
    form = _form(draft)
    form.edition.data = draft.edition
    if "counts_from" in form and impact_of(draft.demand, Change.SUBSTANCE, None, None).at_stake:
        form.counts_from.data = clock.today(coalition.zone) + FIRST_DAYS
    proposal = find_proposal(draft)
    if proposal is not None and isinstance(form, NewerWordsForm):
        form.change.data, form.reason.data = Change.EDITORIAL.value, proposal.reason
        form.answers_by.data = _days(coalition, proposal)[Change.EDITORIAL]
    return form


def _refuse(form: TermsForm, refusal: Refused) -> None:
    if refusal.field and refusal.field in form:
        form.refuse(refusal.field, refusal.message)
    else:
        form.form_errors.append(str(refusal.message))


def _proposal(draft: DemandVersion) -> tuple[EditorialProposal | None, bool]:
    """What was proposed, and whether by another coordinator than the one who looks."""
    proposal = find_proposal(draft)
    return proposal, proposal is not None and proposal.proposed_by_id != viewer().user_id


def _ask_terms(coalition: Coalition, draft: DemandVersion, form: TermsForm) -> ResponseReturnValue:
    written = {wording.language for wording in draft.wordings}
    proposal, to_agree = _proposal(draft)
    page = render_template(
        "asks/adopt.html",
        form=form,
        draft=draft,
        proposal=proposal,
        to_agree=to_agree,
        missing=[name_here(code) for code in coalition.languages if code not in written],
        days=_days(coalition, proposal),
        alone=not other_coordinators(viewer()),
        explain=explain,
        **_words(draft),
    )
    return page, 422 if form.errors else 200


def _days(coalition: Coalition, proposal: EditorialProposal | None) -> dict[Change, date]:
    """The last days for answers, where nobody chooses others: by the rules, or as it was proposed."""
    days = {change: operations.default_day(coalition, change) for change in Change}
    if proposal is not None:
        days[Change.EDITORIAL] = max(days[Change.EDITORIAL], proposal.answers_by)
    return days


def _review(coalition: Coalition, draft: DemandVersion, form: TermsForm) -> ResponseReturnValue:
    """What the terms do to whom, before they are done. Raises Refused for a day that can't be."""
    terms = operations.settle_terms(coalition, draft, form.terms())
    proposal, to_agree = _proposal(draft)
    alone = not other_coordinators(viewer())
    editorial = terms.change is Change.EDITORIAL and version_in_force(draft.demand) is not None
    if editorial and to_agree and proposal is not None:
        terms = operations.join_terms(terms, proposal)
    if editorial and alone and not terms.reason:
        form.refuse("reason", _("Say why it changes nothing in substance: you decide this alone."))
        return _ask_terms(coalition, draft, form)
    day = terms.answers_by or operations.default_day(coalition, terms.change)
    impact = impact_of(draft.demand, terms.change, day, terms.counts_from)
    return render_template(
        "asks/adopt_review.html",
        form=form,
        draft=draft,
        terms=terms,
        day=day,
        step="propose" if editorial and not alone and not to_agree else "adopt",
        impact=impact,
        notes={group.id: [_("by phone")] for group in impact.without_address},
        explain=explain,
        today=clock.today(coalition.zone),
        **_words(draft),
    )


def _left_behind(changes: Sequence[WordsDifference]) -> list[str]:
    """The languages whose words stay as they were while those that bind change."""
    if not any(one.binds and one.changed for one in changes):
        return []
    return [one.language for one in changes if not one.changed]


def _words(draft: DemandVersion) -> dict[str, object]:
    """The draft beside the words in force, and what differs."""
    before = version_in_force(draft.demand)
    changes = compare(by_language(before), by_language(draft), draft.binding_language) if before else []
    return {
        "demand": draft.demand,
        "before": before,
        "changes": changes,
        "left_behind": [name_here(code) for code in _left_behind(changes)],
        "language_name": name_here,
        "number": (before.number or 0) + 1 if before else 1,
    }
