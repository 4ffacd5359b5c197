"""What the calendar alone changes of where groups stand, and that search knows what demands say."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from crm.coalitions.models import Coalition
from crm.core import jobs, tenancy
from crm.core.db import db
from crm.core.permissions import ANONYMOUS
from crm.demands.operations import refresh_standings
from crm.demands.queries import list_demands
from crm.demands.queries.finding import index_demands


@jobs.every("standings", timedelta(hours=1))
def count_anew() -> None:
    """In each coalition a demand may count from the day that has just begun there. Twice is once."""
    for coalition_id in db.session.scalars(select(Coalition.id).order_by(Coalition.id)).all():
        with tenancy.in_coalition(coalition_id):
            refresh_standings(ANONYMOUS)
            db.session.commit()


@jobs.every("demands.index", timedelta(days=1))
def index_nightly() -> None:
    """Renew what search knows of demands, those too that were there before it knew of any."""
    for coalition_id in db.session.scalars(select(Coalition.id).order_by(Coalition.id)).all():
        with tenancy.in_coalition(coalition_id):
            index_demands(list_demands())
            db.session.commit()
