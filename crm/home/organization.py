"""The organization page: what all features know of one group."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
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
from crm.demands.queries import Said
from crm.demonstrations.models import CoSponsorState
from crm.home.organization_queries import show_around
from crm.organizations.models import KIND_NAMES, Ending, How, Organization
from crm.organizations.operations import reveal_contact
from crm.organizations.phones import readable_phone
from crm.organizations.queries import find_contact, load_organization
from crm.organizations.queries.endings import find_ending

bp = Blueprint("organization_page", __name__, url_prefix="/<coalition>/organize/organizations")

ENTRIES = 20
MOST_ENTRIES = 500
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
    around = show_around(viewer(), organization.id, most)
    more = around.more_entries and most < MOST_ENTRIES
    return render_template(
        "home/organization.html",
        organization=organization,
        contacts=around.people,
        revealed_id=revealed_id,
        ending=ending,
        around=around,
        readable_phone=readable_phone,
        accepting=ACCEPTING,
        asked_for=_asked_for(around.said, today),
        today=today,
        more_entries=min(most + ENTRIES * 2, MOST_ENTRIES) if more else None,
        **WORDS,
    )


def _asked_entries() -> int:
    asked = request.args.get("entries", ENTRIES, type=int)
    return min(max(asked, ENTRIES), MOST_ENTRIES)


def _asked_for(said: Sequence[Said], today: date) -> list[tuple[Said, date]]:
    """What a member is asked for, and until when it stands as one without an answer."""
    asked = []
    for one in said:
        if one.kind is not DemandKind.MINIMUM:
            continue
        if one.reconfirm_by is not None:
            asked.append((one, one.reconfirm_by))
        elif one.state not in ACCEPTING and (day := one.counts_from) and day > today:
            asked.append((one, day - timedelta(days=1)))
    return asked
