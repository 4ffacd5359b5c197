"""The pages' blueprint, and what they share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, request
from flask_babel import get_locale

from crm.core.cookies import group_secret
from crm.core.languages import name_here
from crm.core.permissions import representative
from crm.demands.difference import WordsDifference, compare
from crm.demands.models import DECIDED_HOW_NAMES, STAND_MARKS, STAND_NAMES, DemandVersion
from crm.demands.queries import words_of
from crm.organizations.models import Organization
from crm.organizations.queries import find_organization

bp = Blueprint("groups", __name__, url_prefix="/<coalition>/group")

# A file beyond this is not even looked at; one that is too large for a logo is told so beside the field.
LARGEST_BODY = 8 * 1024 * 1024  # bytes
# What the templates call things.
WORDS = {
    "stand_names": STAND_NAMES,
    "stand_marks": STAND_MARKS,
    "decided_how": DECIDED_HOW_NAMES,
    "language_name": name_here,
}


@bp.url_value_preprocessor
def _allow_a_picture(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """The one page that takes larger bodies: from who came by a link; before anything reads the form."""
    if endpoint == "groups.logo" and group_secret() is not None:
        request.max_content_length = LARGEST_BODY


def language() -> str:
    """The language of this page."""
    return str(get_locale()).replace("_", "-")


def differences_of(endorsed: DemandVersion, now: DemandVersion) -> list[WordsDifference]:
    """What changed from one version to another: in the words that bind, and in the reader's language."""
    old, new = ({one.language: (one.sentence, one.text) for one in two.wordings} for two in (endorsed, now))
    shown = {now.binding_language, words_of(now, language()).language}
    return [one for one in compare(old, new, now.binding_language) if one.language in shown]


def own_group() -> Organization:
    """The group for which the representative of this request speaks."""
    organization_id = representative().organization_id
    return (find_organization(organization_id) if organization_id is not None else None) or abort(404)
