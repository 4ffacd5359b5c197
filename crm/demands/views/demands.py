"""The organizers' pages of demands: their words, their order, what is in force."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core import contributions
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.forms import Form
from crm.core.languages import name_here
from crm.core.once import key_of, make_once
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed, flash_undo
from crm.demands import operations
from crm.demands.forms import DemandForm, NewDemandForm, demand_form
from crm.demands.models import (
    ACCEPTING,
    DEMAND_KIND_NAMES,
    STAND_MARKS,
    STAND_NAMES,
    Demand,
    DemandKind,
    DemandVersion,
    StandState,
)
from crm.demands.queries import (
    adopted_versions,
    count_endorsers_by_demand,
    count_states,
    count_waiting_records,
    draft_of,
    find_demand,
    find_draft_of,
    list_demand_stands,
    list_demands,
    version_in_force,
    words_of,
)
from crm.demands.rendering import render_markdown

bp = Blueprint("demands", __name__, url_prefix="/<coalition>/organize/demands")
# Of each state on a demand's page; the rest one click away.
EACH = 60
# Those who stand behind it first.
STATES = (
    StandState.ENDORSED,
    StandState.RESERVATION,
    StandState.BEFORE_BOARD,
    StandState.ASKED,
    StandState.DECLINED,
    StandState.WITHDRAWN,
)


@bp.app_context_processor
def words() -> dict[str, object]:
    """Names and marks of stands and demands, for every template that shows them."""
    return {
        "stand_names": STAND_NAMES,
        "stand_marks": STAND_MARKS,
        "demand_kinds": DEMAND_KIND_NAMES,
        "render_markdown": render_markdown,
        "words_in": words_in,
    }


def words_in(version: DemandVersion) -> object:
    """A version's words in the reader's language, else in the one that binds."""
    return words_of(version, str(get_locale()))


def wanted(slug: str) -> Demand:
    return find_demand(slug) or abort(404)


def wanted_draft(slug: str) -> DemandVersion:
    return draft_of(wanted(slug)) or abort(404)


@bp.route("/")
@allowed(Permission.DEMAND_VIEW)
def index(coalition: Coalition) -> ResponseReturnValue:
    """Every demand: in force in its order, drafts, retired ones."""
    demands = list_demands()
    here = [one for one in demands if one.retired_at is None]
    return render_template(
        "demands/index.html",
        in_force={kind: [d for d in here if version_in_force(d) and d.kind is kind] for kind in DemandKind},
        drafts=[one for one in here if not version_in_force(one)],
        retired=[one for one in demands if one.retired_at is not None],
        endorsers=count_endorsers_by_demand(),
        waiting=count_waiting_records(),
        draft_of=draft_of,
        latest=lambda demand: version_in_force(demand) or demand.versions[-1],
    )


@bp.route("/new", methods=["GET", "POST"])
@allowed(Permission.DEMAND_EDIT)
def create(coalition: Coalition) -> ResponseReturnValue:
    form = demand_form(coalition.languages, with_kind=True, base=NewDemandForm)
    if form.validate_on_submit():
        try:
            demand = make_once(Demand, key_of(form), lambda: _written(form))
            flash(_("The draft is saved. Nobody but organizers sees it."), "success")
            return redirect(url_for("demands.show", slug=demand.slug))
        except Refused as refusal:
            _refuse(form, refusal)
    return _editor(form, None)


@bp.route("/<slug>")
@allowed(Permission.DEMAND_VIEW)
def show(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """A demand's words, its versions, and who says what to it."""
    demand = find_demand(slug, with_people=True) or abort(404)
    counts = count_states(demand.id)
    return render_template(
        "demands/show.html",
        demand=demand,
        current=version_in_force(demand),
        draft=draft_of(demand),
        versions=adopted_versions(demand),
        states=[state for state in STATES if counts.get(state)],
        counts=counts,
        stands=list_demand_stands(demand.id, EACH),
        endorsing=sum(counts.get(state, 0) for state in ACCEPTING),
        sections=[part(viewer(), demand.id) for part in contributions.demand_sections],
    )


@bp.route("/<slug>/preview")
@allowed(Permission.DEMAND_VIEW)
def preview(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """The draft as a poster, as the public would see it."""
    draft = wanted_draft(slug)
    return render_template("demands/preview.html", demand=draft.demand, draft=draft)


@bp.route("/<slug>/draft", methods=["GET", "POST"])
@allowed(Permission.DEMAND_EDIT)
def edit(coalition: Coalition, slug: str) -> ResponseReturnValue:
    draft = wanted_draft(slug)
    form = _draft_form(coalition, draft)
    if form.validate_on_submit():
        try:
            operations.edit_draft(
                viewer(),
                draft,
                binding_language=_binding(form),
                wordings=form.wordings(),
                edition=form.edition.data or 0,
                kind=DemandKind(form.kind.data) if "kind" in form else None,
            )
            db.session.commit()
            flash(_("The draft is saved. Nobody but organizers sees it."), "success")
            return redirect(url_for("demands.show", slug=slug))
        except Refused as refusal:
            _refuse(form, refusal)
    return _editor(form, draft)


@bp.route("/<slug>/versions", methods=["POST"])
@allowed(Permission.DEMAND_EDIT)
def write(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Begin the next version with the words in force."""
    return _done(slug, lambda demand: operations.write_version(viewer(), demand), "demands.edit")


@bp.route("/<slug>/retire", methods=["POST"])
@allowed(Permission.DEMAND_EDIT)
def retire(coalition: Coalition, slug: str) -> ResponseReturnValue:
    demand = wanted(slug)
    operations.retire_demand(viewer(), demand)
    db.session.commit()
    flash_undo(_("The demand is retired and no longer public."), url_for("demands.restore", slug=slug))
    return redirect(url_for("demands.index"))


@bp.route("/<slug>/restore", methods=["POST"])
@allowed(Permission.DEMAND_EDIT)
def restore(coalition: Coalition, slug: str) -> ResponseReturnValue:
    return _done(slug, lambda demand: operations.restore_demand(viewer(), demand), "demands.show")


@bp.route("/<slug>/move", methods=["POST"])
@allowed(Permission.DEMAND_EDIT)
def move(coalition: Coalition, slug: str) -> ResponseReturnValue:
    up = request.form.get("way") == "up"
    return _done(slug, lambda demand: operations.move_demand(viewer(), demand, up=up), "demands.index")


def _done(slug: str, act: Callable[[Demand], object], endpoint: str) -> ResponseReturnValue:
    """Do something to a demand, say so where it is refused, and go on."""
    demand = wanted(slug)
    try:
        act(demand)
        db.session.commit()
    except Refused as refusal:
        db.session.rollback()
        flash(str(refusal.message), "error")
        endpoint = "demands.show"
    return redirect(url_for(endpoint, slug=slug if endpoint != "demands.index" else None))


def _written(form: DemandForm) -> Demand:
    """What the form says, made; not a second draft of one sentence by a form that is gone back to."""
    binding = _binding(form)
    if find_draft_of(binding, form.wordings()[binding].sentence):
        text = _("A draft of this sentence is saved already: open it among the demands.")
        raise Refused(text, f"sentence_{binding}")
    return operations.create_demand(
        viewer(),
        kind=DemandKind(form.kind.data),
        binding_language=_binding(form),
        wordings=form.wordings(),
    )


def _binding(form: DemandForm) -> str:
    return str(form.binding_language.data) if "binding_language" in form else form.languages[0]


def _draft_form(coalition: Coalition, draft: DemandVersion) -> DemandForm:
    """The coalition's languages, and those in which the draft is written already."""
    written = [wording.language for wording in draft.wordings]
    form = demand_form(
        list(dict.fromkeys([*coalition.languages, *written])),
        with_kind=version_in_force(draft.demand) is None,
        edition=draft.edition,
        binding_language=draft.binding_language,
        kind=draft.demand.kind.value,
    )
    if not form.is_submitted():
        form.put(draft)
    return form


def _refuse(form: Form, refusal: Refused) -> None:
    db.session.rollback()
    if refusal.field and refusal.field in form:
        form.refuse(refusal.field, refusal.message)
    else:
        form.form_errors.append(str(refusal.message))


def _editor(form: DemandForm, draft: DemandVersion | None) -> ResponseReturnValue:
    """The form; where somebody else saved meanwhile, their words beside those that were typed."""
    theirs = draft if draft and form.is_submitted() and form.edition.data != draft.edition else None
    if theirs:
        # Now that both are seen, sending the form again is a choice.
        form.edition.data, form.edition.raw_data = theirs.edition, None
    demand = draft.demand if draft else None
    page = render_template(
        "demands/edit.html", form=form, demand=demand, draft=draft, theirs=theirs, language_name=name_here
    )
    return page, 422 if form.errors else 200
