"""A coalition's rows are never another's."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from crm.coalitions.models import Membership
from crm.core import tenancy
from crm.core.db import db


def test_a_member_of_one_coalition_is_not_seen_in_the_other(
    coordinator, outsider, coalition, other_coalition
):
    with tenancy.in_coalition(other_coalition.id):
        assert [m.user_id for m in db.session.scalars(select(Membership))] == [outsider.user.id]
    with tenancy.in_coalition(coalition.id):
        assert [m.user_id for m in db.session.scalars(select(Membership))] == [coordinator.user.id]


def test_asking_without_a_coalition_is_an_error(coordinator):
    token = tenancy.enter(None)
    try:
        with pytest.raises(tenancy.NoCoalition):
            db.session.scalars(select(Membership)).all()
    finally:
        tenancy.leave(token)


def test_across_coalitions_sees_all(coordinator, outsider):
    with tenancy.across_coalitions():
        assert len(db.session.scalars(select(Membership)).all()) == 2


def test_a_new_row_belongs_to_the_chosen_coalition(coordinator, coalition):
    assert db.session.scalars(select(Membership)).one().coalition_id == coalition.id
