"""Whoever runs a released version comes up to this one whole: every row is there and can be read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from flask_migrate import upgrade
from sqlalchemy import make_url, select

from crm.core import condition, tenancy
from crm.core.db import db
from crm.operating.doctor import State, examine
from crm.organizations.models import Contact
from tests.pages import ON_POSTGRESQL
from tests.upgrades.dumps import FOLDER, counts, installed, lay_down, read

VERSIONS = sorted(path.stem for path in FOLDER.glob("*.json"))
LOOKED_AT = {"keys", "migrations", "database", "audit"}


@pytest.fixture
def empty_database(database_url: str, tmp_path: Path) -> Iterator[str]:
    """An empty database of an ordinary role's, beside the one of the other tests."""
    if not ON_POSTGRESQL:
        yield f"sqlite:///{tmp_path / 'muster.db'}"
        return
    boss = {"host": str(make_url(database_url).query["host"]), "user": "postgres", "autocommit": True}
    with psycopg.connect(**boss) as connection:
        connection.execute("CREATE ROLE released LOGIN")
        connection.execute("CREATE DATABASE released OWNER released")
    url = make_url(database_url).set(username="released", database="released")
    yield url.render_as_string(hide_password=False)
    with psycopg.connect(**boss) as connection:
        connection.execute("DROP DATABASE released WITH (FORCE)")
        connection.execute("DROP ROLE released")


@pytest.mark.parametrize("version", VERSIONS)
def test_a_released_version_comes_up_to_head_whole(version, empty_database, tmp_path):
    told = json.loads((FOLDER / f"{version}.json").read_text(encoding="utf-8"))
    lay_down(read(version, "postgresql" if ON_POSTGRESQL else "sqlite"), empty_database)
    with installed(empty_database, told, tmp_path):
        if told["revision"] != condition.newest_revision():
            assert not condition.is_up_to_date()
            db.session.rollback()
        upgrade()
        assert condition.is_up_to_date()
        db.session.rollback()
        now = counts()
        assert {name: now[name] for name in told["rows"]} == told["rows"]
        found = {one.what: one for one in examine() if one.what in LOOKED_AT}
        assert [one for one in found.values() if one.state is State.FAIL] == [] and set(found) == LOOKED_AT
        with tenancy.across_coalitions():
            assert all(name and "@" not in name for name in db.session.scalars(select(Contact.name)))
