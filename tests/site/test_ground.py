"""What every test stands on: an empty database, and people as the operations make them."""

from __future__ import annotations

import sqlalchemy as sa

from crm.accounts.models import User, UserSession
from crm.accounts.operations import create_user, join, open_session
from crm.audit.models import AuditEntry
from crm.audit.operations import record
from crm.coalitions.models import Coalition, Membership
from crm.coalitions.operations import create_coalition
from crm.core import clock, search, tenancy
from crm.core.db import Model, db
from crm.core.permissions import Role
from crm.demands.models import Demand, DemandKind, DemandVersion, Wording
from crm.demands.operations import Words, adopt_version, create_demand
from crm.organizations.models import Organization
from crm.organizations.operations import create_organization
from tests import emptying
from tests.demands.makers import adopted_demand
from tests.makers import make_organization
from tests.pages import ON_POSTGRESQL
from tests.people import PASSWORD, PROGRAM, enroll, found

# Secrets and random numbers, and what follows from the name or from who came first.
OWN = set(
    "id token_hash email email_index password_hash name slug user_id coalition_id "
    "sort_name identity_key position demand_id version_id record_id".split()
)


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
    check_kept(one, person)


def check_kept(*rows: Model) -> None:
    """What stands for a row in the session is as it is read."""
    for row in rows:
        kept = {column.name: getattr(row, column.name) for column in row.__table__.columns}
        db.session.refresh(row)
        assert kept == {column.name: getattr(row, column.name) for column in row.__table__.columns}


def test_groups_and_demands_are_what_the_operations_make(app, coalition):
    listing, texts = (
        {"city": "Butte", "size": 12, "note": "Ask for Sam"},
        ("Homes for all.", "Casas para todas."),
    )
    with clock.standing_at(clock.now()):
        group = make_organization("Dockers Local 4", **listing)
        demand = adopted_demand(texts[0], es=texts[1])
        laid = [group, demand, *demand.versions, *demand.versions[0].wordings]
        create_organization(PROGRAM, {"name": "Dockers Local 5", **listing})
        words = {"en": Words(texts[0]), "es": Words(texts[1])}
        made = create_demand(PROGRAM, kind=DemandKind.MINIMUM, binding_language="en", wordings=words)
        adopt_version(PROGRAM, made.versions[0])
        db.session.flush()
    for model in (Organization, Demand, DemandVersion, Wording, AuditEntry):
        rows = rows_of(model)
        assert rows and rows[: len(rows) // 2] == rows[len(rows) // 2 :]
    assert [
        len(search.find(kind, [text])) for kind, text in (("organization", "dockers"), ("demand", "homes"))
    ] == [2, 2]
    check_kept(*laid)


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
