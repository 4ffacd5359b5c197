"""A group on its way through the form, without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask import g
from flask_wtf.csrf import generate_csrf
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from crm.coalitions.models import Coalition
from crm.core import clock, tenancy
from crm.core.crypto import new_token
from crm.core.db import db
from crm.demands.models import Demand, DemandKind
from crm.demands.queries import list_demands_in_force
from crm.mail.models import OutgoingMail
from crm.sign_ons.forms import SignOnForm, for_demands
from crm.sign_ons.models import SignOn
from crm.sign_ons.operations import confirm_sign_on, send_sign_on
from tests.demands.makers import adopted_demand
from tests.pages import Page, Visitor

FORM = "/harbor/sign-on"
QUEUE = "/harbor/organize/sign-ons/"
GROUP = "Dockworkers Local 19"


def adopt_demands() -> tuple[Demand, Demand, Demand]:
    """Two minimum demands and an extended one, in force."""
    made = (
        adopted_demand("No city help for raids and deportations."),
        adopted_demand("A safe city for everyone under threat."),
        adopted_demand("Keep tenants in their homes.", DemandKind.EXTENDED),
    )
    db.session.commit()
    return made


def today(coalition: Coalition) -> str:
    return clock.today(coalition.zone).isoformat()


def in_days(coalition: Coalition, days: int) -> str:
    return (clock.today(coalition.zone) + timedelta(days=days)).isoformat()


def typed(coalition: Coalition, **more: Any) -> dict[str, Any]:
    """What a union types that endorses every minimum demand."""
    return {
        "name": GROUP,
        "kind": "union",
        "place": "Harbor City",
        "size": "1,200",
        "website": "dockers19.example",
        "speaker_name": "Ana Ruiz",
        "speaker_role": "President",
        "speaker_email": "ana@dockers19.example",
        "decided_how": "membership_vote",
        "decided_on": today(coalition),
        "all_minimum": "y",
        **more,
    }


def fill_in(visitor: Visitor, coalition: Coalition, status: int = 200, **more: Any) -> Page:
    """Open the form, type, and look at the preview."""
    return visitor.submit(FORM, "speaker_email", status, **typed(coalition, step="preview", **more))


def press(visitor: Visitor, preview: Page, step: str, status: int = 200, **more: Any) -> Page:
    """Press a button of the preview: send, or correct."""
    return visitor.submit(preview, "csrf_token", status, step=step, **more)


def send(visitor: Visitor, coalition: Coalition, **more: Any) -> Page:
    """The whole way to "one step is left"."""
    return press(visitor, fill_in(visitor, coalition, **more), "send")


def last_link() -> str:
    """The link of the newest mail, as a path."""
    mails = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))
    links = [mail.link for mail in mails if mail.link]
    return re.sub(r"^https?://[^/]+", "", links[-1])


def mails() -> list[OutgoingMail]:
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def confirm(visitor: Visitor, link: str | None = None) -> Page:
    """Open the mailed link and press its button."""
    return visitor.submit(link or last_link(), "confirm")


@contextmanager
def filled_in(visitor: Visitor, coalition: Coalition, **more: Any) -> Iterator[SignOnForm]:
    """The form with what is typed, checked, without its page. None leaves a field out."""
    said = {name: text for name, text in typed(coalition, **more).items() if text is not None}
    with visitor.application.test_request_context(FORM), tenancy.in_coalition(coalition.id):
        g.pop("csrf_token", None)  # an earlier one's, of another session
        demands = list_demands_in_force("en")
        shown = {f"version_{one.demand_id}": str(one.version_id) for one in demands}
        form = for_demands(demands, MultiDict({**shown, **said, "csrf_token": generate_csrf()}))
        form.check(clock.today(coalition.zone))
        yield form


def waiting(visitor: Visitor, coalition: Coalition, **more: Any) -> SignOn:
    """A sign-on that its speaker has confirmed, by the form and the operations alone: the pages are
    test_form's.
    """
    with filled_in(visitor, coalition, **more) as filled:
        assert not filled.errors
        send_sign_on(coalition, new_token(), filled.submission("en"))
        assert confirm_sign_on(last_link().rsplit("/", 1)[1])
        db.session.commit()
    return newest(coalition)


def newest(coalition: Coalition) -> SignOn:
    with tenancy.in_coalition(coalition.id):
        return db.session.scalars(select(SignOn).order_by(SignOn.id.desc()).limit(1)).one()


def count_rows(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0
