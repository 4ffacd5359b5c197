"""A coalition of many groups, for the benchmarks: the demo's, as large as asked for, and who looks at it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from flask import Flask
from sqlalchemy import select, text

from crm.accounts.models import User
from crm.accounts.operations import open_session
from crm.accounts.queries import mail_index
from crm.coalitions.models import Coalition
from crm.core import clock, tenancy
from crm.core.db import db
from crm.demo.operations import SLUG, load_demo
from crm.demo.volume import insert_rows
from crm.organizations.models import Organization
from crm.outreach.models import Channel, Interaction, Outcome

HERE = f"/{SLUG}"
# Ten touches for each group, fifty for one: a million at 100,000 groups.
TOUCHES, MOST_TOUCHES = 7, 50
AT_ONCE = 5000


def fill_with_groups(app: Flask, count: int) -> tuple[str, Mapping[str, str]]:
    """Load the demo with so many groups and 500 events; the cookie of its coordinator, the pages by name."""
    with app.app_context():
        access = load_demo(organizations=count, events=500)
        db.session.commit()
        coalition_id = db.session.scalars(select(Coalition.id).where(Coalition.slug == SLUG)).one()
        with tenancy.in_coalition(coalition_id):
            told = _add_touches()
        db.session.execute(text("ANALYZE"))
        db.session.commit()
        cookie = cookie_of(app, access.coordinator)
        db.session.remove()
    return cookie, pages(told)


def pages(organization_id: int) -> Mapping[str, str]:
    """Address by name of what target 4 and its neighbors are about."""
    work = f"{HERE}/organize"
    return {
        "list of groups": f"{work}/organizations/",
        "search, two words": f"{work}/search/?q=alder+neighbors",
        "search, misspelt": f"{work}/search/?q=alder+neigbors",
        "search, a person": f"{work}/search/?q=quillfeather",
        "a group of 50 touches": f"{work}/organizations/{organization_id}",
        "Today": f"{work}/",
        "public front page": f"{HERE}/",
        "matrix": f"{work}/endorsements/",
    }


def _add_touches() -> int:
    """Touches for every group, the most for one, whose id it gives."""
    ids = list(db.session.scalars(select(Organization.id).order_by(Organization.id)))
    told, now = ids[len(ids) // 2], clock.now()
    rows = [
        {
            "organization_id": one,
            "channel": Channel.CALL,
            "outcome": Outcome.NO_ANSWER,
            "at": now - timedelta(days=90 + step, minutes=one % 1440),
        }
        for one in ids
        for step in range(MOST_TOUCHES if one == told else TOUCHES)
    ]
    for start in range(0, len(rows), AT_ONCE):
        insert_rows(Interaction, rows[start : start + AT_ONCE])
    db.session.commit()
    return told


def cookie_of(app: Flask, address: str) -> str:
    """The cookie of somebody who has just signed in on a device of their own."""
    user = db.session.scalars(select(User).where(User.email_index == mail_index(address))).one()
    secret = open_session(user, own_device=True)
    db.session.commit()
    name = app.config["SESSION_COOKIE_NAME"]
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = secret, True
    kept = client.get_cookie(name)
    if kept is None:
        raise RuntimeError("the session has no cookie")
    return f"{name}={kept.value}"
