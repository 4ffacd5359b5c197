"""The pages' blueprint, and what they share."""

from __future__ import annotations

from flask import Blueprint, abort

from crm.accounts.queries import list_members
from crm.fields.definitions import CustomField, Subject, read_values
from crm.fields.queries import own_fields, tell_values
from crm.organizations.models import Organization
from crm.organizations.queries import find_organization
from crm.organizations.queries.stages import own_stages

bp = Blueprint("organizations", __name__, url_prefix="/<coalition>/organize/organizations")
bp.add_app_template_global(own_stages, "own_stages")


@bp.app_template_global()
def own_values(organization: Organization) -> list[tuple[str, str]]:
    """(label, what stands there) of the coalition's own fields, where the query asked for them."""
    text = organization.value_text
    return tell_values(Subject.ORGANIZATION, read_values(text)) if text else []


def listed_fields() -> tuple[CustomField, ...]:
    """The coalition's own fields of a listing."""
    return tuple(own_fields().of(Subject.ORGANIZATION))


def organization_or_404(organization_id: int) -> Organization:
    """The group of this coalition. Another coalition's is as unknown as one that never was."""
    organization = find_organization(organization_id)
    if organization is None:
        abort(404)
    return organization


def member_choices() -> list[tuple[int, str]]:
    """Who may look after a group: (user id, name), by name."""
    return [(user.id, user.name) for user, _membership in list_members()]
