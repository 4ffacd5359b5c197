"""The organization page: what all features know of one group."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.permissions import Permission, viewer
from crm.core.transactions import reading
from crm.core.web import allowed
from crm.demands.models import (
    ACCEPTING,
    STAND_MARKS,
    STAND_NAMES,
    STANDING_MARKS,
    STANDING_NAMES,
    DemandKind,
)
from crm.demands.queries import StandOnDemand, find_standing, list_stands
from crm.demonstrations.models import CoSponsorState
from crm.demonstrations.queries import list_co_sponsorships_of
from crm.home.organization_queries import list_timeline
from crm.organizations.models import KIND_NAMES, Ending, How, Organization
from crm.organizations.operations import reveal_contact
from crm.organizations.phones import readable_phone
from crm.organizations.queries import find_contact, list_affiliates, list_contacts, load_organization
from crm.organizations.queries.endings import find_ending, list_succeeded
from crm.outreach.queries import list_follow_ups_about

bp = Blueprint("organization_page", __name__, url_prefix="/<coalition>/organize/organizations")

ENTRIES = 20
MOST_ENTRIES = 500
MOST_AFFILIATES = 100
CO_SPONSOR_NAMES: dict[CoSponsorState, LazyString] = {
    CoSponsorState.REQUESTED: _l("Asks to co-sponsor"),
    CoSponsorState.TURNED_DOWN: _l("Its co-sponsoring was not taken up"),
    CoSponsorState.ASKED: _l("Asked to co-sponsor"),
    CoSponsorState.ACCEPTED: _l("Co-sponsors"),
    CoSponsorState.DECLINED: _l("Does not co-sponsor"),
    CoSponsorState.WITHDRAWN: _l("Co-sponsored, withdrawn"),
}
CO_SPONSOR_MARKS: dict[CoSponsorState, tuple[str, str]] = {
    CoSponsorState.REQUESTED: ("info", "star"),
    CoSponsorState.TURNED_DOWN: ("neutral", "dash"),
    CoSponsorState.ASKED: ("neutral", "ring"),
    CoSponsorState.ACCEPTED: ("good", "check"),
    CoSponsorState.DECLINED: ("bad", "cross"),
    CoSponsorState.WITHDRAWN: ("neutral", "dash"),
}
# What the page calls things, and how it marks them.
WORDS = {
    "kind_names": KIND_NAMES,
    "stand_names": STAND_NAMES,
    "stand_marks": STAND_MARKS,
    "standing_names": STANDING_NAMES,
    "standing_marks": STANDING_MARKS,
    "co_sponsor_names": CO_SPONSOR_NAMES,
    "co_sponsor_marks": CO_SPONSOR_MARKS,
}


@bp.route("/<int:organization_id>")
@allowed(Permission.ORGANIZATION_VIEW)
def show(coalition: Coalition, organization_id: int) -> ResponseReturnValue:
    organization = _organization_or_404(organization_id)
    ending = _ending_of(organization)
    if ending is not None and ending.how is How.MERGED:
        # Links to it mean the other now.
        flash(_("“%(name)s” was merged into this group.", name=organization.name))
        return redirect(url_for("organization_page.show", organization_id=ending.successor_id))
    return _page(organization, ending)


@bp.route("/<int:organization_id>/contacts/<int:contact_id>/reveal", methods=["POST"])
@allowed(Permission.CONTACT_REVEAL)
def reveal(coalition: Coalition, organization_id: int, contact_id: int) -> ResponseReturnValue:
    """The same page with one person's address and number; noted before it is shown."""
    organization = _organization_or_404(organization_id)
    contact = find_contact(organization.id, contact_id)
    if contact is None:
        abort(404)
    reveal_contact(viewer(), contact)
    db.session.commit()
    with reading():
        organization = _organization_or_404(organization_id)
        return _page(organization, _ending_of(organization), revealed_id=contact_id)


def _organization_or_404(organization_id: int) -> Organization:
    organization = load_organization(organization_id)
    if organization is None:
        abort(404)
    return organization


def _ending_of(organization: Organization) -> Ending | None:
    return find_ending(organization.id) if organization.archived_at else None


def _page(organization: Organization, ending: Ending | None, revealed_id: int | None = None) -> str:
    most, today = _asked_entries(), clock.today(g.coalition.zone)
    entries, more = list_timeline(viewer(), organization.id, most)
    stands = list_stands(organization.id, str(get_locale()))
    affiliates = list_affiliates(organization.id, MOST_AFFILIATES + 1)
    return render_template(
        "home/organization.html",
        organization=organization,
        contacts=list_contacts(viewer(), organization.id),
        revealed_id=revealed_id,
        ending=ending,
        succeeded=list_succeeded(organization.id),
        readable_phone=readable_phone,
        affiliates=affiliates[:MOST_AFFILIATES],
        more_affiliates=len(affiliates) > MOST_AFFILIATES,
        stands=stands,
        accepting=ACCEPTING,
        standing=find_standing(organization.id) if stands else None,
        asked_for=_asked_for(stands, today),
        co_sponsored=list_co_sponsorships_of(viewer(), organization.id),
        follow_ups=list_follow_ups_about(organization.id),
        today=today,
        entries=entries,
        more_entries=min(most + ENTRIES * 2, MOST_ENTRIES) if more and most < MOST_ENTRIES else None,
        **WORDS,
    )


def _asked_entries() -> int:
    asked = request.args.get("entries", ENTRIES, type=int)
    return min(max(asked, ENTRIES), MOST_ENTRIES)


def _asked_for(stands: Sequence[StandOnDemand], today: date) -> list[tuple[StandOnDemand, date]]:
    """What a member is asked for, and until when it stands as one without an answer."""
    asked = []
    for stand in stands:
        if stand.demand.kind is not DemandKind.MINIMUM:
            continue
        if stand.endorsement is not None and stand.endorsement.reconfirm_by is not None:
            asked.append((stand, stand.endorsement.reconfirm_by))
        elif stand.state not in ACCEPTING and (day := stand.demand.counts_from) and day > today:
            asked.append((stand, day - timedelta(days=1)))
    return asked
