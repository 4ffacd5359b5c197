"""Entering what a target did with a demand, and taking it back."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.once import key_of, make_once
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed, flash_undo
from crm.demands.models import Demand
from crm.demands.queries import find_demand
from crm.policies import operations, queries
from crm.policies.forms import StepForm
from crm.policies.models import INSTRUMENT_NAMES, POLICY_STATUS_MARKS, POLICY_STATUS_NAMES, PolicyStep
from crm.targets.queries import find_target, list_targets_in_use

bp = Blueprint("policies", __name__, url_prefix="/<coalition>/organize/demands/<slug>/steps")


@bp.app_context_processor
def words() -> dict[str, object]:
    """Names and marks of what targets do, for every template that shows it."""
    return {
        "policy_names": POLICY_STATUS_NAMES,
        "policy_marks": POLICY_STATUS_MARKS,
        "instrument_names": INSTRUMENT_NAMES,
    }


@bp.route("/new", methods=["GET", "POST"])
@allowed(Permission.TARGET_EDIT)
def enter(coalition: Coalition, slug: str) -> ResponseReturnValue:
    demand = wanted(slug)
    form = _step_form(coalition)
    if form.validate_on_submit():
        try:
            make_once(PolicyStep, key_of(form), lambda: _entered(coalition, demand, form))
            flash(_("Entered. It is public on the demand's page."), "success")
            return redirect(url_for("demands.show", slug=slug, _anchor="reached"))
        except Refused as refusal:
            _refuse(form, refusal)
    page = render_template(
        "policies/enter.html", form=form, demand=demand, today=clock.today(coalition.zone).isoformat()
    )
    return page, 422 if form.errors else 200


@bp.post("/<int:step_id>/remove")
@allowed(Permission.TARGET_EDIT)
def remove(coalition: Coalition, slug: str, step_id: int) -> ResponseReturnValue:
    """Take a slip back."""
    step = wanted_step(slug, step_id)
    operations.remove_step(viewer(), step)
    db.session.commit()
    text = _("“%(step)s” with %(target)s is taken back.", step=_name(step), target=step.target.name)
    flash_undo(text, url_for("policies.restore", slug=slug, step_id=step_id))
    return redirect(url_for("demands.show", slug=slug, _anchor="reached"))


@bp.post("/<int:step_id>/restore")
@allowed(Permission.TARGET_EDIT)
def restore(coalition: Coalition, slug: str, step_id: int) -> ResponseReturnValue:
    """Let it count again."""
    step = wanted_step(slug, step_id)
    operations.restore_step(viewer(), step)
    db.session.commit()
    flash(_("“%(step)s” with %(target)s counts again.", step=_name(step), target=step.target.name), "success")
    return redirect(url_for("demands.show", slug=slug, _anchor="reached"))


def wanted(slug: str) -> Demand:
    return find_demand(slug) or abort(404)


def wanted_step(slug: str, step_id: int) -> PolicyStep:
    return queries.find_step(wanted(slug).id, step_id) or abort(404)


def _name(step: PolicyStep) -> str:
    return str(POLICY_STATUS_NAMES[step.status])


def _step_form(coalition: Coalition) -> StepForm:
    """For today, and the target in the address where one is."""
    return StepForm(
        targets=list_targets_in_use(),
        happened_on=clock.today(coalition.zone),
        target_id=request.args.get("target", type=int),
    )


def _entered(coalition: Coalition, demand: Demand, form: StepForm) -> PolicyStep:
    target = find_target(form.target_id.data)
    assert target is not None  # noqa: S101 - one of the form's choices, and targets are never deleted
    return operations.enter_step(viewer(), coalition, demand, target, form.step)


def _refuse(form: StepForm, refusal: Refused) -> None:
    if refusal.field:
        form.refuse(refusal.field, refusal.message)
    else:
        form.form_errors.append(str(refusal.message))
