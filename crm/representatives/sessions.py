"""Who looks at a group's own page: asked for on its addresses alone, apart from who is signed in."""

from __future__ import annotations

from flask import Flask, g, request

from crm.core import clock, cookies
from crm.core.permissions import ANONYMOUS, Viewer
from crm.representatives.queries import find_group_session

PAGES = "/<coalition>/group/"


def init_app(app: Flask) -> None:
    app.before_request(_know_the_representative)


def _know_the_representative() -> None:
    g.representative = ANONYMOUS
    secret = cookies.group_secret() if request.url_rule and request.url_rule.rule.startswith(PAGES) else None
    if secret is None:
        return
    contact = find_group_session(secret, clock.now())
    if contact is None:
        # Of another coalition it may well hold; that one's pages find it again.
        return
    g.representative = Viewer(
        name=contact.name,
        coalition_id=contact.coalition_id,
        contact_id=contact.id,
        organization_id=contact.organization_id,
    )
