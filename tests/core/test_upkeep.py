"""What a database needs from time to time."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core import jobs
from crm.core.db import db
from tests.makers import make_organizations


def test_the_database_learns_how_its_rows_are_spread(app, coalition):
    make_organizations(20, "Group %02d")
    db.session.commit()
    jobs.enqueue("database.statistics")
    jobs.run_all()
    assert db.session.scalars(sa.select(jobs.Job.error)).all() == [None]
    if db.engine.dialect.name == "sqlite":
        assert "organization" in db.session.scalars(sa.text("SELECT tbl FROM sqlite_stat1")).all()
