"""On the way to a group's page and on it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from crm.core import clock, jobs
from crm.core.db import db
from crm.mail.models import OutgoingMail

HOME = "/harbor/group/"
ENTER = "/harbor/group/enter"


def mails() -> list[OutgoingMail]:
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def links_in(mail: OutgoingMail) -> list[str]:
    """The addresses in a mail, as paths."""
    return re.findall(r"https?://[^/\s]+(/\S+)", mail.body or "")


def last_link() -> str:
    """The first link of the newest mail, once the worker has written what is owed."""
    jobs.run_all()
    return links_in(mails()[-1])[0]


def today(coalition: Any, days: int = 0) -> str:
    return (clock.today(coalition.zone) + timedelta(days=days)).isoformat()


def answered(coalition: Any, **more: Any) -> dict[str, Any]:
    """What a representative fills in who endorses."""
    return {"reply": "endorse", "decided_how": "board", "decided_on": today(coalition, -2), **more}
