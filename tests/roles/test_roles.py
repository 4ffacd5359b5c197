"""Roles are named, taken by groups and people, and given back; never by more than are missing."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.roles.models import RoleKind, RoleTaking
from crm.roles.operations import (
    RoleNeed,
    Taker,
    add_role,
    add_usual_roles,
    carry_roles,
    change_role,
    forget_names,
    release_role,
    remove_role,
    restore_role,
    retake_role,
    take_role,
)
from crm.roles.queries import count_open, list_roles, list_takings_of, map_roles, select_filled
from tests.counting import count_queries
from tests.makers import make_organization

WEEK = timedelta(days=7)


def test_usual_roles_are_added_once_and_stand_on_each_date(march, organizer, saturday):
    added = add_usual_roles(organizer.viewer, march)
    assert RoleKind.MARSHALS in {role.kind for role in added}
    assert add_usual_roles(organizer.viewer, march) == []
    assert add_usual_roles(organizer.viewer, march, saturday) == []
    add_role(organizer.viewer, march, RoleNeed(RoleKind.OTHER, 2, "Banner carriers", on_date=saturday))
    here, next_week = list_roles(march.id, saturday), list_roles(march.id, saturday + WEEK)
    assert len(here) == len(next_week) + 1
    assert here[-1].role.name == "Banner carriers"
    take_role(organizer.viewer, here[-1].role, saturday, Taker(name="Rosa Lark"), 2)
    both = [(march.id, saturday), (march.id, saturday + WEEK)]
    rows = db.session.execute(select_filled([march.id], [saturday, saturday + WEEK])).all()
    assert count_open(rows, both) == {both[0]: len(here) - 1, both[1]: len(next_week)}


def test_a_shift_goes_through_midnight_but_not_around_the_clock(march, organizer):
    add_role(organizer.viewer, march, RoleNeed(RoleKind.MARSHALS, from_time=time(22), to_time=time(2)))
    for ends in (time(18), time(19)):
        with pytest.raises(Refused, match="ends after it begins") as refused:
            add_role(organizer.viewer, march, RoleNeed(RoleKind.MARSHALS, from_time=time(19), to_time=ends))
        assert refused.value.field == "to_time"


def test_groups_and_people_take_no_more_than_are_missing(march, organizer, saturday):
    role = add_role(organizer.viewer, march, RoleNeed(RoleKind.MARSHALS, 6))
    dockers, tenants = make_organization("Dockworkers Local 19"), make_organization("Harbor Tenants")
    take_role(organizer.viewer, role, saturday, Taker(dockers), 3)
    take_role(organizer.viewer, role, saturday, Taker(name="Rosa Lark"))
    (now,) = list_roles(march.id, saturday)
    assert (now.taken, now.open, [one.who for one in now.takings]) == (
        4,
        2,
        ["Dockworkers Local 19", "Rosa Lark"],
    )
    with pytest.raises(Refused, match="Only 2 people are missing"):
        take_role(organizer.viewer, role, saturday, Taker(tenants), 3)
    # The same group again: it is so many now, and its own places are free to itself.
    take_role(organizer.viewer, role, saturday, Taker(dockers), 5)
    (now,) = list_roles(march.id, saturday)
    assert now.is_filled and len(now.takings) == 2
    with pytest.raises(Refused, match="Others were quicker"):
        take_role(organizer.viewer, role, saturday, Taker(tenants), 1)
    assert list_roles(march.id, saturday + WEEK)[0].open == 6


def test_given_back_is_open_again_and_may_be_taken_back(march, organizer, saturday):
    role = add_role(organizer.viewer, march, RoleNeed(RoleKind.MEDICS, 1))
    group, other = make_organization("Street Medics"), make_organization("Nurses Local 4")
    taking = take_role(organizer.viewer, role, saturday, Taker(group))
    assert [one[0].id for one in list_takings_of(group.id, saturday)] == [taking.id]
    release_role(organizer.viewer, taking)
    assert list_takings_of(group.id, saturday) == []
    retake_role(organizer.viewer, taking)
    assert list_roles(march.id, saturday)[0].is_filled
    release_role(organizer.viewer, taking)
    take_role(organizer.viewer, role, saturday, Taker(other))
    with pytest.raises(Refused, match="Others were quicker"):
        retake_role(organizer.viewer, taking)


def test_a_role_asks_for_no_fewer_than_have_taken_it_and_returns_with_them(march, organizer, saturday):
    role = add_role(organizer.viewer, march, RoleNeed(RoleKind.SOUND, 2))
    take_role(organizer.viewer, role, saturday, Taker(user_id=organizer.user.id), 2)
    with pytest.raises(Refused) as refused:
        change_role(organizer.viewer, role, RoleNeed(RoleKind.SOUND, 1))
    assert refused.value.field == "needed"
    with pytest.raises(Refused):
        add_role(organizer.viewer, march, RoleNeed(RoleKind.OTHER))
    remove_role(organizer.viewer, role)
    assert list_roles(march.id, saturday) == []
    restore_role(organizer.viewer, role)
    assert [one.who for one in list_roles(march.id, saturday)[0].takings] == ["Omar Ganizer"]


def test_another_date_is_carried_what_this_one_alone_needs_and_asked_anew(march, organizer, saturday):
    add_role(organizer.viewer, march, RoleNeed(RoleKind.MARSHALS, 6))
    alone = add_role(organizer.viewer, march, RoleNeed(RoleKind.SPEAKERS, 2, on_date=saturday))
    take_role(organizer.viewer, alone, saturday, Taker(make_organization("Harbor Tenants")), 2)
    assert len(carry_roles(organizer.viewer, march, saturday, march, saturday + WEEK)) == 1
    assert not carry_roles(organizer.viewer, march, saturday, march, saturday + WEEK)
    assert [(one.role.kind, one.open) for one in list_roles(march.id, saturday + WEEK)] == [
        (RoleKind.MARSHALS, 6),
        (RoleKind.SPEAKERS, 2),
    ]


def test_a_name_is_erased_30_days_after_the_date_and_a_day_after_it_was_given_back(
    march, organizer, saturday
):
    role = add_role(organizer.viewer, march, RoleNeed(RoleKind.NOTES, 3))
    stays = take_role(organizer.viewer, role, saturday, Taker(name="Rosa Lark"))
    gone = take_role(organizer.viewer, role, saturday, Taker(name="Ben Tern"))
    release_role(organizer.viewer, gone)
    now = clock.now()
    assert forget_names(now) == 0
    assert forget_names(now + timedelta(days=2)) == 1
    assert forget_names(now + timedelta(days=60)) == 1
    db.session.expire_all()
    assert db.session.get_one(RoleTaking, stays.id).who == ""
    assert list_roles(march.id, saturday)[0].taken == 1


def test_the_roles_of_many_dates_cost_two_statements(march, organizer, saturday):
    for number in range(12):
        role = add_role(organizer.viewer, march, RoleNeed(RoleKind.OTHER, 5, f"Shift {number}"))
        take_role(organizer.viewer, role, saturday, Taker(make_organization(f"Group {number}")), 2)
    assert count_queries(lambda: map_roles([(march.id, saturday), (march.id, saturday + WEEK)])) == 2
