"""Coordinators are told of what came soon after a mail; nightly, offers and hosts are not kept."""

from __future__ import annotations

from datetime import timedelta

from crm.core import clock, jobs
from crm.core.db import db
from crm.hosting.operations import forget_offers
from crm.hosting.operations.telling import TELL, tell_coordinators


@jobs.work(TELL)
def tell() -> None:
    """Tell them. Twice is once: what was told is not told again."""
    tell_coordinators()
    db.session.commit()


@jobs.every("hosting.forget", timedelta(days=1))
def forget_nightly() -> None:
    """For all coalitions. Twice is once."""
    forget_offers(clock.now())
    db.session.commit()
