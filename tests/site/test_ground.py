"""What every test stands on: an empty database, and people as the operations make them."""

from __future__ import annotations

import sqlalchemy as sa

from crm.accounts.models import User, UserSession
from crm.accounts.operations import create_user, join, open_session
from crm.audit.operations import record
from crm.coalitions.models import Coalition, Membership
from crm.coalitions.operations import create_coalition
from crm.core import clock, tenancy
from crm.core.db import db
from crm.core.permissions import Role
from tests import emptying
from tests.demands.makers import adopted_demand
from tests.makers import make_organization
from tests.pages import ON_POSTGRESQL
from tests.people import PASSWORD, PROGRAM, enroll, found

# Secrets and random numbers, and what follows from the name.
OWN = {"id", "token_hash", "email", "email_index", "password_hash", "name", "slug", "user_id", "coalition_id"}


def rows_of(model: type) -> list[dict[str, object]]:
    with tenancy.across_coalitions():
        found = db.session.execute(sa.select(model.__table__).order_by(model.__table__.c.id)).mappings()
        return [{name: value for name, value in row.items() if name not in OWN} for row in found]


def test_people_and_coalitions_are_what_the_operations_make(app):
    with clock.standing_at(clock.now()):
        one = found("harbor", "Harbor City Coalition", "America/Chicago")
        other = create_coalition(slug="bay", name="Bay Coalition", timezone="America/Chicago")
        person = enroll(one, Role.ORGANIZER, "Ana Ruiz")
        app.test_client().sign_in(person)
        made = create_user("ben@people.example", "Ben Ott", PASSWORD)
        with tenancy.in_coalition(other.id):
            join(made, Role.ORGANIZER)
        open_session(made, own_device=True)
        db.session.flush()
    for model in (Coalition, User, Membership, UserSession):
        laid, operated = rows_of(model)
        assert laid == operated
    # What stands for a row in the session is as it is read.
    for row in (one, person):
        kept = {column.name: getattr(row, column.name) for column in row.__table__.columns}
        db.session.refresh(row)
        assert kept == {column.name: getattr(row, column.name) for column in row.__table__.columns}


def test_a_database_is_emptied_of_what_may_not_be_deleted_and_counts_from_one_again(app, coalition):
    demand, first = adopted_demand(), make_organization("Dockers Local 4")
    record(PROGRAM, "organization.edit", first)
    db.session.commit()
    assert (coalition.id, demand.id, first.id) == (1, 1, 1)
    db.session.remove()
    if ON_POSTGRESQL:
        emptying.empty(app)
    else:
        # Not by another file: that would be right, and slow for thousands of tests.
        assert emptying.delete_rows()
    tables = sorted(db.metadata.tables)
    assert [t for t in tables if db.session.scalar(sa.text(f'SELECT count(*) FROM "{t}"'))] == []
    with tenancy.in_coalition(found("bay", "Bay", "UTC").id):
        assert make_organization("Dockers Local 4").id == 1
        assert db.session.scalar(sa.select(Coalition.id)) == 1
