"""What a person's account says of the morning mail."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup

from crm.core import tenancy
from crm.core.permissions import Viewer
from crm.mornings.queries import list_choices


def show_choice(viewer: Viewer) -> Markup:
    """For each coalition where they do outreach: whether the mail comes, and a button. Else nothing."""
    with tenancy.across_coalitions():
        choices = list_choices(viewer.user_id) if viewer.user_id is not None else []
    if not choices:
        return Markup()
    page = render_template("mornings/_account.html", choices=choices)
    return Markup(page)  # noqa: S704 - a template of ours, which escapes what was typed
