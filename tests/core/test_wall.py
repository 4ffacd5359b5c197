"""The second wall between coalitions holds what goes past the first, on PostgreSQL: raw statements here."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError, ProgrammingError

from crm.core import search, tenancy
from crm.core.db import Base, db
from crm.core.tenancy import Tenant
from crm.core.wall import SETTING
from tests.makers import make_organization
from tests.pages import ON_POSTGRESQL

pytestmark = pytest.mark.skipif(not ON_POSTGRESQL, reason="SQLite has no row-level security")

# What stands behind the wall beside the models: its rows are of a coalition, too.
BY_HAND = {"search_document"}
JOIN = "INSERT INTO membership (coalition_id, user_id, role, since) VALUES (:coalition, 0, 'observer', now())"


@pytest.fixture
def both(coordinator, outsider, coalition, other_coalition):
    """Two coalitions with a group each, in each of them; nothing is chosen."""
    make_organization("Dockworkers Local 19")
    with tenancy.in_coalition(other_coalition.id):
        make_organization("Grain Millers Local 6")
        db.session.flush()
    db.session.commit()
    token = tenancy.enter(None)
    yield coalition.id, other_coalition.id
    tenancy.leave(token)
    db.session.rollback()


def names():
    return db.session.execute(sa.text("SELECT name FROM organization ORDER BY name")).scalars().all()


def run(statement, **values):
    """How many rows a statement changed."""
    return db.session.execute(sa.text(statement), values).rowcount


def refused(statement, **values):
    with pytest.raises(ProgrammingError, match="row-level security"), db.session.begin_nested():
        db.session.execute(sa.text(statement), values)
    return True


def test_every_table_of_a_coalition_stands_behind_it(app):
    ours = {mapper.local_table.name for mapper in Base.registry.mappers if issubclass(mapper.class_, Tenant)}
    forced = "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
    rules = (
        "SELECT tablename, cmd, permissive, roles::text, with_check, count(*) OVER (PARTITION BY qual) "
        "FROM pg_policies"
    )
    assert set(db.session.scalars(sa.text(forced))) == ours | BY_HAND
    found = db.session.execute(sa.text(rules)).all()
    assert {table for table, *_rule in found} == ours | BY_HAND
    # One rule for all, for reading and writing alike, for every role.
    assert {tuple(rule) for _table, *rule in found} == {("ALL", "PERMISSIVE", "{public}", None, len(found))}
    bound = "SELECT NOT rolsuper AND NOT rolbypassrls FROM pg_roles WHERE rolname = current_user"
    assert db.session.scalar(sa.text(bound))


def test_without_a_coalition_there_is_nothing(both):
    first, _second = both
    for table in db.session.scalars(sa.text("SELECT DISTINCT tablename FROM pg_policies")).all():
        assert db.session.scalar(sa.text(f'SELECT count(*) FROM "{table}"')) == 0, table
    assert run("UPDATE organization SET name = 'x'") == run("DELETE FROM membership") == 0
    assert refused(JOIN, coalition=first)
    with tenancy.across_coalitions():
        assert names() == ["Dockworkers Local 19", "Grain Millers Local 6"]
        assert run("UPDATE membership SET seen_at = now()") == 2


def test_in_a_coalition_there_is_nothing_of_another(both):
    first, second = both
    with tenancy.in_coalition(first):
        assert names() == ["Dockworkers Local 19"]
        assert run("SELECT title FROM search_document") == 1
        theirs = {"second": second}
        assert run("UPDATE organization SET name = 'x' WHERE coalition_id = :second", **theirs) == 0
        assert run("DELETE FROM membership WHERE coalition_id = :second", **theirs) == 0
        assert refused("UPDATE membership SET coalition_id = :second", **theirs)
        assert refused(JOIN, coalition=second)
        assert run("UPDATE organization SET size = 12") == 1


def test_another_choice_holds_from_the_next_statement_on(both):
    first, second = both
    with tenancy.in_coalition(first):
        assert names() == ["Dockworkers Local 19"]
        with tenancy.in_coalition(second), db.session.begin_nested() as kept:
            assert names() == ["Grain Millers Local 6"]
            kept.rollback()
        # What the savepoint took back was named within it.
        assert names() == ["Dockworkers Local 19"]
        with tenancy.in_coalition(second):
            assert names() == ["Grain Millers Local 6"]
    assert names() == []


def test_a_connection_brings_nothing_along(both):
    first, _second = both
    db.session.remove()
    # So that there is one connection, which all that follows is given.
    db.engine.dispose()
    named = (
        f"SELECT pg_backend_pid(), current_setting('{SETTING}', true), (SELECT count(*) FROM organization)"
    )
    with tenancy.in_coalition(first), db.engine.connect() as connection:
        process, here, count = connection.exec_driver_sql(named).one()
        connection.commit()
    assert (here, count) == (str(first), 1)
    # By itself, as what goes past SQLAlchemy has it.
    raw = db.engine.raw_connection()
    assert raw.cursor().execute(named).fetchone() == (process, "", 0)
    raw.close()
    with tenancy.across_coalitions(), db.engine.connect() as connection:
        read = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        assert tuple(read.exec_driver_sql(named).one()) == (process, "all", 2)


def test_a_connection_that_breaks_within_a_savepoint_is_told_of_as_such(both):
    """Which is answered by a page that says "not saved"; any other error is a fault of the program."""
    with pytest.raises(OperationalError), db.session.begin_nested():
        db.session.execute(sa.text("SELECT pg_terminate_backend(pg_backend_pid())"))


def test_the_search_goes_by_its_index_all_the_same(both):
    first, _second = both
    db.session.execute(sa.text("SET LOCAL enable_seqscan = off"))
    with tenancy.in_coalition(first):
        assert search.find("organization", ["grain millers"]) == []
        assert len(search.find("organization", ["dockworkers"])) == 1
        match = search._MATCH["postgresql"].format(part=0, seen="")
        plan = db.session.scalars(sa.text(f"EXPLAIN {match}"), {"q0": "'coalition1'"})
        assert "ix_search_index_vector" in "\n".join(plan)
