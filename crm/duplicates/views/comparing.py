"""Two listings side by side: what to keep of each, what goes along, and the merge itself."""

from __future__ import annotations

from collections import Counter

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.forms import clean
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed, flash_undo
from crm.demands.models import STAND_NAMES
from crm.duplicates.forms import MergeForm, merge_form
from crm.duplicates.operations import check_pair, merge
from crm.duplicates.queries.merges import list_earlier
from crm.duplicates.queries.pairs import find_pair_of
from crm.duplicates.queries.people import list_same_people
from crm.duplicates.queries.plans import list_both_said, plan_merge
from crm.duplicates.views.blueprint import bp, group_or_404, page_of
from crm.duplicates.words import OTHER, OTHER_RULE, REASONS, RULE_TEXTS, SHARED, TABLES
from crm.organizations.models import KIND_NAMES, Organization
from crm.organizations.queries import search_organizations

MOST_FOUND = 20


@bp.route("/with/<int:organization_id>")
@allowed(Permission.DIRECTORY_EDIT)
def choose(coalition: Coalition, organization_id: int) -> ResponseReturnValue:
    """Look for the other listing of a group."""
    group = group_or_404(organization_id)
    asked = clean(request.args.get("q")) or group.name
    found = [one for one in search_organizations(viewer(), asked, MOST_FOUND + 1) if one is not group]
    return render_template(
        "duplicates/choose.html", group=group, asked=asked, found=found, kind_names=KIND_NAMES
    )


@bp.route("/<int:kept_id>/<int:merged_id>", methods=["GET", "POST"])
@allowed(Permission.DIRECTORY_EDIT)
def compare(coalition: Coalition, kept_id: int, merged_id: int) -> ResponseReturnValue:
    kept, merged = group_or_404(kept_id), group_or_404(merged_id)
    form, refused = merge_form(kept, merged), ""
    if form.validate_on_submit():
        try:
            return _merged(form, kept_id, merged_id)
        except Refused as refusal:
            db.session.rollback()
            refused = str(refusal.message)
            kept, merged = group_or_404(kept_id), group_or_404(merged_id)
            form.kept_edition.data, form.merged_edition.data = str(kept.edition), str(merged.edition)
    page = _page(form, kept, merged, refused)
    return page, 409 if refused else 422 if form.errors else 200


def _merged(form: MergeForm, kept_id: int, merged_id: int) -> ResponseReturnValue:
    done = merge(viewer(), kept_id, merged_id, form.chosen)
    db.session.commit()
    undo = url_for("duplicates.undo", merge_id=done.id)
    flash_undo(_("Merged. For 30 days the two can be parted again."), undo)
    return redirect(page_of(done.kept_id))


def _page(form: MergeForm, kept: Organization, merged: Organization, refused: str) -> str:
    try:
        check_pair(kept, merged)
    except Refused as refusal:
        refused = refused or str(refusal.message)
        form = None  # type: ignore[assignment]
    if kept.id == merged.id:
        abort(404)
    plan = plan_merge(kept, merged)
    pair = find_pair_of(kept.id, merged.id)
    both = Counter(one.reference.table.name for one in plan.conflicts)
    rules = [RULE_TEXTS.get(name, OTHER_RULE) for name in sorted(both) if name != "endorsement"]
    return render_template(
        "duplicates/compare.html",
        form=form,
        kept=kept,
        merged=merged,
        refused=refused,
        why=[REASONS[one] for one in pair.reasons] if pair else [],
        counts=[(TABLES.get(name, OTHER), number) for name, number in sorted(plan.counts.items())],
        adds_up="attendance" in plan.counts,
        rules=list(dict.fromkeys(map(str, rules))),
        people=list_same_people(kept.id, merged.id),
        ticked=set(request.form.getlist("person")) if request.method == "POST" else None,
        shared=SHARED,
        both_said=list_both_said(kept, merged, str(get_locale())),
        stand_names=STAND_NAMES,
        earlier=list_earlier([kept.id, merged.id]),
        kind_names=KIND_NAMES,
    )
