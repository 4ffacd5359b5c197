"""What a database needs from time to time."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask_migrate import upgrade

from crm.core import jobs
from crm.core.db import db
from tests.makers import make_organizations
from tests.pages import ON_POSTGRESQL


def test_the_database_learns_how_its_rows_are_spread(app, coalition):
    make_organizations(20, "Group %02d")
    db.session.commit()
    jobs.enqueue("database.statistics")
    jobs.run_all()
    assert db.session.scalars(sa.select(jobs.Job.error)).all() == [None]
    if db.engine.dialect.name == "sqlite":
        assert "organization" in db.session.scalars(sa.text("SELECT tbl FROM sqlite_stat1")).all()


@pytest.mark.skipif(ON_POSTGRESQL, reason="PostgreSQL sees to it by itself")
def test_it_learns_so_when_it_is_brought_up_to_date_too(app, coalition):
    make_organizations(20, "Group %02d")
    db.session.execute(sa.text("DELETE FROM sqlite_stat1"))
    db.session.commit()
    db.session.remove()
    upgrade()
    assert "organization" in db.session.scalars(sa.text("SELECT tbl FROM sqlite_stat1")).all()
