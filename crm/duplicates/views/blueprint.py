"""The pages' blueprint, and what they share."""

from __future__ import annotations

from flask import Blueprint, abort, url_for

from crm.organizations.models import Organization
from crm.organizations.queries import load_organization

bp = Blueprint("duplicates", __name__, url_prefix="/<coalition>/organize/duplicates")


def group_or_404(organization_id: int) -> Organization:
    """A group of this coalition, with its parent and who looks after it."""
    found = load_organization(organization_id)
    if found is None:
        abort(404)
    return found


def page_of(organization_id: int) -> str:
    """The address of a group's page."""
    return url_for("organization_page.show", organization_id=organization_id)
