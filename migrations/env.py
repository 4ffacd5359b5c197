"""How migrations run: whole or not at all, one at a time, children safe."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context
from flask import current_app

from crm.core.crypto import Encrypted
from crm.core.db import Choice, UTCDateTime, db
from crm.core.tenancy import across_coalitions
from crm.core.transactions import patiently
from crm.core.upkeep import learn_spread

ONE_AT_A_TIME = 7_203_114_455_201  # any number of our own: the advisory lock's name


def render_item(kind: str, item: Any, _autogen: Any) -> str | bool:
    """Our column types as the plain ones that they are in the database."""
    if kind != "type":
        return False
    if isinstance(item, Encrypted):
        return "sa.LargeBinary()"
    if isinstance(item, Choice):
        return "sa.String(length=32)"
    if isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def include_object(item: Any, name: str | None, kind: str, reflected: bool, _compared: Any) -> bool:
    """The search tables are made by hand for each database: see the migration that makes them."""
    return not (kind == "table" and reflected and (name or "").startswith("search_"))


def run() -> None:
    options = {
        "target_metadata": db.metadata,
        "render_item": render_item,
        "include_object": include_object,
        "render_as_batch": True,
        "transaction_per_migration": False,
    }
    if context.is_offline_mode():
        context.configure(
            url=str(current_app.config["SQLALCHEMY_DATABASE_URI"]), literal_binds=True, **options
        )
        with context.begin_transaction():
            context.run_migrations()
        return
    with db.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            # Rebuilding a table would empty those that refer to it; the pragma is deaf within a transaction.
            connection.connection.execute("PRAGMA foreign_keys=OFF")
        try:
            # Another one may be ahead of this, for minutes; and it changes the rows of every coalition.
            with patiently(), across_coalitions(), connection.begin():
                if not sqlite:
                    connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})"))
                context.configure(connection=connection, **options)
                with context.begin_transaction():
                    context.run_migrations()
                # Of a new index SQLite knows nothing, and may take it where it is the worst.
                learn_spread(connection)
        finally:
            if sqlite:
                connection.connection.execute("PRAGMA foreign_keys=ON")


run()
