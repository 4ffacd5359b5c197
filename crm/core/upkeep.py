"""What a database of our own needs from time to time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, text

from crm.core import jobs
from crm.core.db import db

# Rows looked at of each index: enough to tell a good one, milliseconds whatever there is.
ROWS_LOOKED_AT = 400


@jobs.every("database.statistics", timedelta(hours=6))
def renew_statistics() -> None:
    """Tell SQLite how its rows are spread; PostgreSQL sees to it by itself (autovacuum).

    Without that SQLite may take an index by coalition and read all of it, where one by group finds few rows.
    """
    learn_spread(db.session.connection())
    db.session.commit()


def learn_spread(connection: Connection) -> None:
    """Have SQLite look at a few rows of each index, in the transaction of the connection."""
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"PRAGMA analysis_limit={ROWS_LOOKED_AT}"))
        connection.execute(text("ANALYZE"))
