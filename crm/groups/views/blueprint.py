"""The pages' blueprint, and what they share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, request
from flask_babel import get_locale

from crm.core.cookies import group_secret
from crm.core.permissions import representative
from crm.demands.models import DECIDED_HOW_NAMES, STAND_MARKS, STAND_NAMES
from crm.organizations.models import Organization
from crm.organizations.queries import find_organization

bp = Blueprint("groups", __name__, url_prefix="/<coalition>/group")

# A file beyond this is not even looked at; one that is too large for a logo is told so beside the field.
LARGEST_BODY = 8 * 1024 * 1024  # bytes
# What the templates call things.
WORDS = {"stand_names": STAND_NAMES, "stand_marks": STAND_MARKS, "decided_how": DECIDED_HOW_NAMES}


@bp.url_value_preprocessor
def _allow_a_picture(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """The one page that takes larger bodies: from who came by a link; before anything reads the form."""
    if endpoint == "groups.logo" and group_secret() is not None:
        request.max_content_length = LARGEST_BODY


def language() -> str:
    """The language of this page."""
    return str(get_locale()).replace("_", "-")


def own_group() -> Organization:
    """The group for which the representative of this request speaks."""
    organization_id = representative().organization_id
    return (find_organization(organization_id) if organization_id is not None else None) or abort(404)
