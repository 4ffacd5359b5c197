"""What is done every night: people are found by their names, those too who were there before any were."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from crm.coalitions.models import Coalition
from crm.core import jobs, tenancy
from crm.core.db import db
from crm.organizations.operations import keep_missing_words


@jobs.every("contacts.words", timedelta(days=1))
def keep_words_nightly() -> None:
    """In each coalition, some hundreds at a time: nobody waits long for the database. Twice is once."""
    for coalition_id in db.session.scalars(select(Coalition.id).order_by(Coalition.id)).all():
        with tenancy.in_coalition(coalition_id):
            last: int | None = 0
            while last is not None:
                last = keep_missing_words(last)
                db.session.commit()
