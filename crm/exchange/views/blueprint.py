"""The pages' blueprint, and what they share."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, abort, request, session

from crm.core.cookies import COOKIE_KEY
from crm.core.permissions import Permission, viewer
from crm.exchange.models import Import
from crm.exchange.operations import LARGEST
from crm.exchange.queries import find_import

bp = Blueprint("exchange", __name__, url_prefix="/<coalition>/organize/import")


@bp.url_value_preprocessor
def _allow_a_large_file(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """The one page that takes large bodies: from who has signed in; before anything reads the form."""
    if endpoint == "exchange.upload" and COOKIE_KEY in session:
        request.max_content_length = LARGEST + 64 * 1024


def import_or_404(import_id: int) -> Import:
    """An import of this coalition. Another coalition's is as unknown as one that never was."""
    task = find_import(import_id)
    if task is None:
        abort(404)
    return task


def may_put_right(task: Import) -> bool:
    """Whether the viewer gets rows as they stand in the file, with all that people told whoever made it.

    That is whoever uploaded it, and the coordinators.
    """
    return task.owner_id == viewer().user_id or viewer().can(Permission.EXPORT)


def contents_of(task: Import) -> dict[str, Any]:
    """What the file holds, as it was found at the upload."""
    found: dict[str, Any] = json.loads(task.contents)
    return found
