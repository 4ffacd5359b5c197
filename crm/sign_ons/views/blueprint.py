"""The pages' blueprint, and what they share."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import get_locale

bp = Blueprint("sign_ons", __name__, url_prefix="/<coalition>")


def language() -> str:
    """The language of this page."""
    return str(get_locale()).replace("_", "-")
