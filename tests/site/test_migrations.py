"""Migrations: numbered in one line, head equals the models, up and down again."""

from __future__ import annotations

import re
from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade

from config import ROOT
from crm.core.condition import is_up_to_date
from crm.core.db import db

VERSIONS = sorted(path.name for path in Path(ROOT / "migrations" / "versions").glob("*.py"))


def test_migrations_are_numbered():
    assert VERSIONS and all(re.match(r"\d{4}_[a-z_]+\.py$", name) for name in VERSIONS)


def test_head_equals_the_models(app):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        differences = compare_metadata(context, db.metadata)
    # The search tables are made by hand for each database, so no model knows them.
    assert [one for one in differences if "search_" not in str(one)] == []


def test_down_to_nothing_and_up_again_with_people_in_it(app, coalition, coordinator):
    db.session.commit()
    db.session.remove()
    downgrade(revision="base")
    with db.engine.connect() as connection:
        left = set(sa.inspect(connection).get_table_names()) - {"alembic_version"}
    assert left == set()
    upgrade()
    with db.engine.connect() as connection:
        assert "coalition" in sa.inspect(connection).get_table_names()
    assert is_up_to_date()
