"""PostgreSQL plans what is asked again and again once: psycopg forgets what it prepared at each rollback."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.db import db
from crm.core.transactions import set_reading
from tests.makers import make_organization
from tests.pages import ON_POSTGRESQL

pytestmark = pytest.mark.skipif(not ON_POSTGRESQL, reason="of psycopg alone")

COUNT = sa.text("SELECT count(*) FROM organization")
PREPARED = sa.text(
    "SELECT count(*) FROM pg_prepared_statements WHERE statement = 'SELECT count(*) FROM organization'"
)


@pytest.fixture
def looking(coalition):
    """As within a GET."""
    make_organization("Dockworkers Local 19")
    db.session.commit()
    set_reading(True)
    yield
    set_reading(False)
    db.session.rollback()


def test_pages_that_only_read_leave_their_statements_prepared(looking):
    for _page in range(7):
        assert db.session.scalar(COUNT) == 1
        db.session.rollback()
    assert db.session.scalar(PREPARED) == 1


def test_what_wrote_after_all_is_taken_back(looking):
    for text in ("DELETE FROM organization", "SAVEPOINT one; DELETE FROM organization"):
        db.session.execute(sa.text(text))
        db.session.rollback()
        assert db.session.scalar(COUNT) == 1
