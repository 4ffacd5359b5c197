"""What a database of our own needs from time to time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from crm.core import jobs
from crm.core.db import db

# Rows looked at of each index: enough to tell a good one, milliseconds whatever there is.
ROWS_LOOKED_AT = 400


@jobs.every("database.statistics", timedelta(hours=6))
def renew_statistics() -> None:
    """Tell SQLite how its rows are spread; PostgreSQL sees to it by itself (autovacuum).

    Without that SQLite may take an index by coalition and read all of it, where one by group finds few rows.
    """
    if db.session.get_bind().dialect.name == "sqlite":
        db.session.execute(text(f"PRAGMA analysis_limit={ROWS_LOOKED_AT}"))
        db.session.execute(text("ANALYZE"))
        db.session.commit()
