"""The organizers' pages of stands: recording on behalf, deciding on records, who says what."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from wtforms import SelectChoice

from crm.coalitions.models import Coalition
from crm.core import formats
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.listings import link_pages
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.demands import operations
from crm.demands.forms import DecideForm, RecordForm
from crm.demands.models import (
    DECIDED_HOW_NAMES,
    SOURCE_NAMES,
    Decision,
    DemandVersion,
    StandState,
    VersionState,
)
from crm.demands.queries import (
    Filter,
    count_stands,
    count_waiting_records,
    list_adopted_versions,
    list_demands,
    list_demands_in_force,
    list_records,
    list_stands,
    list_waiting_records,
    page_of_stands,
    words_of,
)
from crm.organizations.models import KIND_NAMES, Organization, OrganizationKind
from crm.organizations.queries import find_organization, search_organizations

bp = Blueprint("endorsements", __name__, url_prefix="/<coalition>/organize/endorsements")
AT_ONCE = 100
FOUND = 20
COUNTED = 1000
IDS = range(1, 2**31)


@bp.app_context_processor
def words() -> dict[str, object]:
    """Names of what stands are told by."""
    return {
        "decided_how_names": DECIDED_HOW_NAMES,
        "stand_sources": SOURCE_NAMES,
        "organization_kinds": KIND_NAMES,
    }


@bp.route("/")
@allowed(Permission.ENDORSEMENT_VIEW)
def index(coalition: Coalition) -> ResponseReturnValue:
    """What waits for a coordinator, and every group's stand."""
    wanted = _filter()
    after, before = request.args.get("after"), request.args.get("before")
    page = page_of_stands(wanted, after=after, before=before)
    return render_template(
        "demands/stands.html",
        waiting=list_waiting_records(AT_ONCE),
        waiting_count=count_waiting_records(),
        stands=page.items,
        pages=link_pages(page, _count_label(count_stands(wanted, COUNTED))),
        demands=list_demands_in_force(str(get_locale())),
        wanted=wanted,
        active=sum(value is not None for value in (wanted.demand_id, wanted.state, wanted.kind)),
    )


@bp.route("/record", methods=["GET", "POST"])
@allowed(Permission.ENDORSEMENT_RECORD)
def record(coalition: Coalition) -> ResponseReturnValue:
    """Record what a group said; first choose the group."""
    organization = _organization()
    if organization is None:
        q = "".join(char for char in request.args.get("q", "").strip()[:200] if char.isprintable())
        found = search_organizations(viewer(), q, FOUND) if q else []
        return render_template("demands/choose_group.html", q=q, found=found)
    form = _record_form(organization)
    if form.validate_on_submit() and _record_all(form, organization):
        flash(_("Recorded. It waits until a coordinator accepts it."), "success")
        return redirect(url_for("endorsements.record", demand=request.args.get("demand")))
    page = render_template(
        "demands/record.html",
        form=form,
        organization=organization,
        said=list_stands(organization.id, str(get_locale())),
    )
    return page, 422 if form.errors else 200


@bp.route("/decide", methods=["GET", "POST"])
@allowed(Permission.ENDORSEMENT_DECIDE)
def decide(coalition: Coalition) -> ResponseReturnValue:
    """Show what accepting or declining the chosen records does, then do it."""
    chosen = [one for one in request.values.getlist("record", type=int) if one in IDS][:AT_ONCE]
    accept = request.values.get("decision") != "decline"
    entries = list_records(chosen)
    if not entries:
        flash(_("Choose the records first."), "error")
        return redirect(url_for("endorsements.index"))
    form = DecideForm()
    if form.validate_on_submit():
        result = operations.decide_records(viewer(), entries, accept=accept, reason=form.reason.data)
        db.session.commit()
        _tell(result, accept)
        return redirect(url_for("endorsements.index"))
    waiting = [entry for entry in entries if entry.decision is Decision.WAITING]
    page = render_template("demands/decide.html", form=form, entries=waiting, accept=accept)
    return page, 422 if form.errors else 200


def _filter() -> Filter:
    """What the address narrows the list to; what it can't mean is left out."""
    state, kind = request.args.get("state", ""), request.args.get("kind", "")
    return Filter(
        demand_id=_id("demand"),
        state=StandState(state) if state in set(StandState) else None,
        kind=OrganizationKind(kind) if kind in set(OrganizationKind) else None,
    )


def _count_label(count: int) -> str:
    if count > COUNTED:
        return str(_("More than %(number)s", number=formats.number(COUNTED)))
    return str(ngettext("%(number)s stand", "%(number)s stands", count, number=formats.number(count)))


def _organization() -> Organization | None:
    asked = _id("organization")
    return None if asked is None else find_organization(asked) or abort(404)


def _id(name: str) -> int | None:
    """A record's number from the address; None where it is none, or none that a record can have."""
    asked = request.args.get(name, type=int)
    return asked if asked is not None and asked in IDS else None


def _record_form(organization: Organization) -> RecordForm:
    """The words that can be answered: those in force first, then what they were before."""
    demands = [demand for demand in list_demands() if demand.retired_at is None]
    versions = [version for demand in demands for version in demand.versions if version.number]
    versions.sort(key=lambda version: version.state is not VersionState.ADOPTED)
    asked = request.args.get("demand")
    form = RecordForm(
        organization=str(organization.id),
        versions=[v.id for v in versions if v.demand.slug == asked and v.state is VersionState.ADOPTED],
    )
    form.versions.choices = [SelectChoice(version.id, _label(version)) for version in versions]
    return form


def _label(version: DemandVersion) -> str:
    sentence = words_of(version, str(get_locale())).sentence
    if version.state is VersionState.ADOPTED:
        return sentence
    former = _("Former words, version %(number)s: %(sentence)s", number=version.number, sentence=sentence)
    return str(former)


def _record_all(form: RecordForm, organization: Organization) -> bool:
    """Record the stand on each of the chosen versions, or none; the refusal beside its field."""
    versions = list_adopted_versions(form.versions.data)
    if len({version.demand_id for version in versions}) < len(versions):
        form.refuse("versions", _("Choose one version of each demand."))
        return False
    try:
        for version in versions:
            operations.record_stand(viewer(), organization, version, form.stand())
    except Refused as refusal:
        db.session.rollback()
        form.refuse(refusal.field or "versions", refusal.message)
        return False
    db.session.commit()
    return True


def _tell(result: operations.Decided, accept: bool) -> None:
    number = formats.number(result.done)
    if result.done and accept:
        flash(ngettext("Accepted %(number)s record.", "Accepted %(number)s records.", result.done,
                       number=number), "success")  # fmt: skip
    elif result.done:
        flash(ngettext("Declined %(number)s record.", "Declined %(number)s records.", result.done,
                       number=number), "success")  # fmt: skip
    for entry, why in result.refused:
        flash(f"{entry.organization.name}: {why}", "error")
