"""A group keeps its own listing right; its name in public waits for a coordinator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.operations import record
from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.demands.models import Decision
from crm.groups.mails import mail_name_decided
from crm.groups.models import NameRequest
from crm.groups.queries import find_waiting_name
from crm.organizations.models import Organization
from crm.organizations.operations import edit_organization
from crm.representatives.operations import lock_group

# What a group changes at once.
OWN = ("acronym", "website", "place", "size", "size_public", "description")


def edit_own_listing(
    viewer: Viewer, organization: Organization, values: Mapping[str, Any], edition: int
) -> list[str]:
    """Change what a group may change of its listing by itself; the fields that changed.

    Raises ChangedMeanwhile, or Refused with the field that is wrong.
    """
    own = {name: values[name] for name in OWN}
    own["size_public"] = own["size_public"] and own["size"] is not None
    return edit_organization(viewer, organization, own, edition)


def ask_for_name(viewer: Viewer, organization: Organization, name: str, language: str) -> NameRequest | None:
    """Ask to be called otherwise in public; asked anew, the newest counts. None: that is its name.

    Raises Refused (field `name`).
    """
    if not 2 <= len(name) <= 300:
        raise Refused(_("Give the group's name, 2 to 300 characters."), "name")
    lock_group(organization.id)
    waiting = find_waiting_name(organization.id)
    if waiting is not None and waiting.name == name:
        return waiting
    if waiting is not None:
        waiting.decision, waiting.decided_at = Decision.REPLACED, clock.now()
        db.session.flush()
    if name == organization.name:
        return None
    asked = NameRequest(
        organization_id=organization.id,
        name=name,
        contact_id=viewer.contact_id,
        language=language,
        asked_at=clock.now(),
    )
    db.session.add(asked)
    record(viewer, "name_request.ask", asked, organization_id=organization.id)
    return asked


def accept_name(viewer: Viewer, coalition: Coalition, asked: NameRequest) -> None:
    """List a group under the name that it asked for. Accepted already: nothing changes.

    Raises SameOrganization where another group has that name, Refused where it was decided otherwise.
    """
    if not _waits(asked, Decision.ACCEPTED):
        return
    edit_organization(viewer, asked.organization, {"name": asked.name}, asked.organization.edition)
    _decide(viewer, coalition, asked, Decision.ACCEPTED, "")


def decline_name(viewer: Viewer, coalition: Coalition, asked: NameRequest, reason: str) -> None:
    """Leave the name as it is; who asked is mailed why. Raises Refused (field `reason`)."""
    if not _waits(asked, Decision.DECLINED):
        return
    if not reason:
        raise Refused(_("Write the reason: it is mailed to who asked."), "reason")
    _decide(viewer, coalition, asked, Decision.DECLINED, reason)


def _waits(asked: NameRequest, wanted: Decision) -> bool:
    """Whether a request waits; False when it is decided as wanted. Raises Refused when otherwise."""
    query = select(NameRequest).where(NameRequest.id == asked.id).with_for_update(of=NameRequest)
    db.session.scalars(query.execution_options(populate_existing=True)).one()
    if asked.decision not in (Decision.WAITING, wanted):
        raise Refused(_("Somebody else has decided on this name, or the group asked for another since."))
    return asked.decision is Decision.WAITING


def _decide(
    viewer: Viewer, coalition: Coalition, asked: NameRequest, decision: Decision, reason: str
) -> None:
    asked.decision, asked.decided_at, asked.decided_by_id = decision, clock.now(), viewer.user_id
    mail_name_decided(coalition, asked, accepted=decision is Decision.ACCEPTED, reason=reason)
    record(viewer, f"name_request.{decision.value}", asked, organization_id=asked.organization_id)
