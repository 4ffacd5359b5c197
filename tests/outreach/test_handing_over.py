"""Handing work over: said before in numbers, told to who gets it, undone as a whole."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select

from crm.audit.models import AuditEntry
from crm.coalitions.models import Membership
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Role
from crm.organizations.models import Organization
from crm.outreach.models import FollowUp, Handover
from crm.outreach.operations import add_follow_up, edit_follow_up, finish_follow_up
from crm.outreach.operations.handing import hand_over, undo_handover
from crm.outreach.workloads import list_loads, plan_tasks, plan_work_of
from tests.counting import count_queries
from tests.makers import make_organization

pytestmark = pytest.mark.usefixtures("noon")
LIST = "/harbor/organize/outreach/follow-ups/"
TODAY = date(2026, 11, 25)


def add(person, title, days=0, owner_id=None):
    due_on = TODAY + timedelta(days=days)
    return add_follow_up(person.viewer, title=title, due_on=due_on, owner_id=owner_id or person.user.id)


def owners() -> dict[str, int | None]:
    db.session.expire_all()
    return {task.title: task.owner_id for task in db.session.scalars(select(FollowUp))}


@pytest.fixture
def work(organizer, coordinator):
    """Three open tasks of the organizer's, one of them late; one done, one of nobody's; two groups."""
    tasks = {title: add(organizer, title, days) for title, days in (("late", -3), ("now", 0), ("then", 5))}
    tasks["done"] = add(organizer, "done")
    finish_follow_up(organizer.viewer, tasks["done"])
    tasks["nobody"] = add(organizer, "nobody")
    tasks["nobody"].owner_id = None
    for name in ("Ash Tenants", "Birch Bakers"):
        make_organization(name, assignee_id=organizer.user.id)
    db.session.commit()
    return tasks


def test_all_of_somebodys_work_goes_to_another_and_back(work, organizer, coordinator, person_in, coalition):
    third = person_in(coalition, Role.ORGANIZER, "Thea Third")
    mine, theirs = organizer.user.id, coordinator.user.id
    plan = plan_work_of(mine, theirs, TODAY, tasks=True, groups=True)
    assert (len(plan.task_ids), plan.overdue, len(plan.group_ids)) == (3, 1, 2)
    done = hand_over(coordinator.viewer, theirs, plan.task_ids, plan.group_ids)
    db.session.commit()
    assert owners() == {"late": theirs, "now": theirs, "then": theirs, "done": mine, "nobody": None}
    assert set(db.session.scalars(select(Organization.assignee_id))) == {theirs}
    assert (done.tasks, done.to_id, done.by_id) == (3, theirs, theirs)
    assert work["late"].changed_at is not None  # a calendar that shows it is told
    # What went on or was done since is left as it is.
    edit_follow_up(coordinator.viewer, work["now"], title="now", due_on=TODAY, owner_id=third.user.id)
    finish_follow_up(coordinator.viewer, work["then"])
    for _twice in range(2):
        undo_handover(coordinator.viewer, done)
        db.session.commit()
    assert owners() == {"late": mine, "now": third.user.id, "then": theirs, "done": mine, "nobody": None}
    assert set(db.session.scalars(select(Organization.assignee_id))) == {mine}
    acts = db.session.scalars(select(AuditEntry.action)).all()
    assert [acts.count(f"follow_up.{name}") for name in ("hand_over", "hand_back")] == [1, 1]


def test_what_somebody_had_who_left_is_nobodys(work, organizer, coordinator, person_in, coalition):
    third = person_in(coalition, Role.ORGANIZER, "Thea Third")
    edit_follow_up(coordinator.viewer, work["now"], title="now", due_on=TODAY, owner_id=third.user.id)
    ids = [work["now"].id, work["late"].id]
    done = hand_over(coordinator.viewer, coordinator.user.id, ids)
    db.session.execute(delete(Membership).where(Membership.user_id == third.user.id))
    undo_handover(coordinator.viewer, done)
    db.session.commit()
    assert (owners()["now"], owners()["late"]) == (None, organizer.user.id)


def test_what_nobody_has_finds_an_owner_and_strangers_get_nothing(work, organizer, observer, outsider):
    plan = plan_work_of(None, organizer.user.id, TODAY, tasks=True, groups=True)
    assert plan.before == {None: 1}
    assert not plan.group_ids
    for stranger in (observer, outsider):
        with pytest.raises(Refused) as refused:
            hand_over(organizer.viewer, stranger.user.id, plan.task_ids)
        assert refused.value.field == "to_id"
    hand_over(organizer.viewer, organizer.user.id, plan.task_ids)
    db.session.commit()
    with pytest.raises(Refused):
        hand_over(organizer.viewer, organizer.user.id, plan.task_ids)
    assert plan_tasks([one.id for one in work.values()], organizer.user.id, TODAY).is_empty


def test_a_new_owner_is_told_and_who_takes_a_task_is_not(work, organizer, coordinator):
    task = work["now"]
    for owner_id in (coordinator.user.id, None, organizer.user.id):
        edit_follow_up(organizer.viewer, task, title="now", due_on=TODAY, owner_id=owner_id)
        db.session.commit()
    told = db.session.scalars(select(Handover)).one()
    assert (told.to_id, told.before) == (coordinator.user.id, {str(organizer.user.id): [task.id]})


def test_today_tells_what_others_handed_over_until_that_is_undone(organizer, coordinator, group):
    done = [
        hand_over(coordinator.viewer, organizer.user.id, [add(coordinator, title).id], groups)
        for title, groups in (("One", [group.id]), ("Two", []))
    ]
    db.session.commit()
    page = organizer.browser.page("/harbor/organize/")
    assert page.text.count("1 follow-up handed to you") == 2
    assert page.links()["Groups given to you to look after"].endswith("assignee=me")
    assert "handed to you" not in coordinator.browser.page("/harbor/organize/").text
    for one in done:
        undo_handover(coordinator.viewer, one)
    db.session.commit()
    assert "to you" not in organizer.browser.page("/harbor/organize/").text


def test_who_left_is_still_in_the_list_of_who_does_what(work, organizer, coordinator, coalition):
    db.session.execute(delete(Membership).where(Membership.user_id == organizer.user.id))
    db.session.commit()
    loads = {one.name: one for one in list_loads(TODAY)}
    left = loads["Omar Ganizer"]
    assert (left.works_here, left.tasks, left.overdue, left.groups) == (False, 3, 1, 2)
    assert loads[""].tasks == 1
    page = coordinator.browser.page(f"{LIST}everybody")
    assert "Does no outreach here any more" in page.text
    # To whom, then what it means, then do it, then take it back.
    url = next(url for name, url in page.links().items() if name.endswith("Omar Ganizer"))
    page = coordinator.browser.page(f"{url}&to_id={coordinator.user.id}")
    assert "Cora Dinator gets 3 follow-ups, 2 groups." in page.text
    assert "1 of the follow-ups is overdue." in page.text
    for _press in range(2):
        answer = coordinator.browser.submit(page, "form_key")
        assert "Handed over to Cora Dinator: 3 follow-ups, 2 groups." in answer.text
    assert db.session.query(Handover).count() == 1
    answer = coordinator.browser.submit(answer, "/undo")
    assert "Undone" in answer.text
    assert owners()["late"] is None


def test_ticked_tasks_are_handed_over_from_the_list(work, organizer, coordinator):
    page = organizer.browser.page(LIST)
    ticks = [box.get("value") for box in page.tree.findall(".//input[@name='id']")]
    assert set(ticks) == {str(work[title].id) for title in ("late", "now", "then")}
    page = organizer.browser.page(f"{LIST}hand-over?id={ticks[0]}&id={ticks[1]}&to_id={coordinator.user.id}")
    assert "2 follow-ups of Omar Ganizer" in page.text
    organizer.browser.submit(page, "form_key")
    assert [title for title, owner in owners().items() if owner == coordinator.user.id] == ["late", "now"]
    # Days later it can still be taken back from where it is told who does what.
    page = coordinator.browser.page(f"{LIST}everybody")
    assert "2 follow-ups to Cora Dinator" in page.text
    page = coordinator.browser.submit(page, "/undo")
    assert "Handed over lately" not in page.text
    assert coordinator.user.id not in owners().values()
    assert "Choose who takes it over" in organizer.browser.page(f"{LIST}hand-over?id={ticks[2]}").text
    nobody = organizer.browser.page(f"{LIST}hand-over?id={ticks[2]}&to_id=", 422)
    assert nobody.errors() == ["Choose who takes it over."]
    assert "Nothing is chosen" in organizer.browser.page(f"{LIST}hand-over").text


def test_who_does_what_costs_the_same_however_much_it_is(work, organizer):
    few = count_queries(lambda: organizer.browser.get(f"{LIST}everybody"))
    for number in range(30):
        add(organizer, f"Task {number}")
    db.session.commit()
    assert count_queries(lambda: organizer.browser.get(f"{LIST}everybody")) == few
