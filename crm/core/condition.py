"""What a database and its disk are in: asked by `/readyz` and the doctor."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from sqlalchemy import text

from crm.core.db import db
from crm.core.migrating import newest_revision

# Below it a commit may fail any moment: SQLite's log, a temporary file, a page of the database itself.
LEAST_FREE = 50 * 1024 * 1024  # bytes


def is_up_to_date() -> bool:
    """Whether the database's tables are of this program's revision. Raises SQLAlchemyError without any."""
    here: object = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    return here == newest_revision()


def database_folder() -> Path | None:
    """Where the database lies on this machine's disk; None for PostgreSQL, whose disk is its own matter."""
    url = db.engine.url
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    return Path(url.database).resolve().parent


def disk_fault() -> str | None:
    """Why nothing could be written just now; None where it can."""
    folder = database_folder()
    if folder is None:
        return None
    if shutil.disk_usage(folder).free < LEAST_FREE:
        return "the disk is full"
    if not os.access(folder, os.W_OK):
        return "the database's folder can't be written"
    return None
