"""What is to be done: made once, dealt with where it stands, dated in the coalition's zone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from crm.audit.models import AuditEntry
from crm.core import tenancy
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.outreach.models import Due, FollowUp, group_by_due
from crm.outreach.operations import add_follow_up, finish_follow_up, put_back, snooze_follow_up
from tests.counting import count_queries
from tests.outreach.conftest import make_group
from tests.pages import Page, defaults

pytestmark = pytest.mark.usefixtures("noon")
LIST = "/harbor/organize/outreach/follow-ups/"
TODAY = date(2026, 11, 25)


def add(person, title="Call back", due_on=TODAY, group=None, **values):
    values = {"owner_id": person.user.id, "organization_id": group.id if group else None, **values}
    task = add_follow_up(person.viewer, title=title, due_on=due_on, **values)
    db.session.commit()
    return task


def test_of_one_origin_there_is_one_task(organizer, group):
    first = add(organizer, "Ask what their board decided", group=group, origin="board:1:2026-12-03")
    again = add(organizer, "Ask again", group=group, origin="board:1:2026-12-03")
    assert first is again
    assert db.session.query(FollowUp).count() == 1


def test_only_the_coalitions_organizers_own_tasks(organizer, observer, outsider, coalition):
    for stranger in (observer, outsider):
        with pytest.raises(Refused) as refused:
            add_follow_up(organizer.viewer, title="x", due_on=TODAY, owner_id=stranger.user.id)
        assert refused.value.field == "owner_id"
    unowned = add_follow_up(Viewer(), title="x", due_on=TODAY, owner_id=None)
    assert unowned.owner_id is None


def test_when_it_is_due():
    days = [-1, 0, 1, 6, 7]
    tasks = [FollowUp(due_on=TODAY + timedelta(days=d)) for d in days]
    found = {due: [(t.due_on - TODAY).days for t in rows] for due, rows in group_by_due(tasks, TODAY).items()}
    assert found == {Due.OVERDUE: [-1], Due.TODAY: [0], Due.THIS_WEEK: [1, 6], Due.LATER: [7]}


def test_one_adds_a_task_about_a_group(organizer, coordinator, group):
    url = f"{LIST}new?organization={group.id}"
    organizer.browser.submit(
        url, "title", title="Bring leaflets", due_on="2026-11-28", owner_id=str(coordinator.user.id)
    )
    task = db.session.query(FollowUp).one()
    assert (task.title, task.due_on, task.owner_id, task.organization_id) == (
        "Bring leaflets", date(2026, 11, 28), coordinator.user.id, group.id,
    )  # fmt: skip


def test_sent_twice_there_is_one_task(organizer, coalition):
    form = organizer.browser.page(f"{LIST}new").form("title")
    sent = {**defaults(form), "title": "Book the hall", "due_on": "2026-11-28"}
    assert [organizer.browser.post(f"{LIST}new", data=sent).status_code for _ in range(2)] == [302, 302]
    assert db.session.query(FollowUp).count() == 1


WRONG = (
    ({"title": ""}, "Say what is to be done."),
    ({"due_on": ""}, "Choose a day."),
    ({"due_on": "2026-11-24"}, "This day is past"),
    ({"due_on": "28/11"}, "year-month-day"),
    ({"owner_id": "77"}, "Choose one of those offered here."),
)


def test_what_cannot_be_right_is_said_beside_its_field(organizer, coalition):
    form = organizer.browser.page(f"{LIST}new")
    for typed, error in WRONG:
        good = {"title": "Book the hall", "due_on": "2026-11-28"}
        page = organizer.browser.submit(form, "title", 422, **{**good, **typed})
        assert any(error in told for told in page.errors()), page.errors()
        assert db.session.query(FollowUp).count() == 0


def test_done_and_undone_from_the_list(organizer, group):
    task = add(organizer, group=group)
    page = organizer.browser.submit(LIST, f"{task.id}/done")
    assert "Done: Call back" in page.text
    assert "Nothing is left to do" in page.text
    page = organizer.browser.submit(page, "reopen")
    assert task.title in page.text
    db.session.refresh(task)
    assert task.done_at is None
    assert [e.action for e in db.session.query(AuditEntry).order_by(AuditEntry.id)][-2:] == [
        "follow_up.done",
        "follow_up.reopen",
    ]


def test_done_twice_is_done(organizer, group):
    task = add(organizer, group=group)
    form = organizer.browser.page(LIST).form(f"{task.id}/done")
    for _ in range(2):
        assert organizer.browser.post(form.get("action"), data=defaults(form)).status_code == 302
    assert db.session.query(AuditEntry).filter_by(action="follow_up.done").count() == 1


def test_put_off_and_back(organizer, group):
    task = add(organizer, group=group, due_on=date(2026, 11, 20))
    for until, day in (("tomorrow", 26), ("three-days", 28), ("next-week", 30), ("", 27)):
        forms = organizer.browser.page(LIST).forms()
        shown = f".//button[@name='until'][@value='{until}']" if until else ".//input[@type='date']"
        form = next(f for f in forms if f.find(shown) is not None)
        data = {**defaults(form), "until": until or "2026-11-27"}
        page = organizer.browser.post(form.get("action"), data=data, follow_redirects=True)
        db.session.refresh(task)
        assert task.due_on == date(2026, 11, day)
        assert "Put off to" in page.text
        answer = organizer.browser.submit(Page(page, page.request.url), "/snooze/undo")
        db.session.refresh(task)
        assert task.due_on == date(2026, 11, 20)
        assert "again: Call back" in answer.text


def test_an_undo_takes_no_day_back_that_somebody_chose_since_nor_is_anything_done_put_off(organizer, group):
    task = add(organizer, group=group)
    first, other, late = date(2026, 11, 21), date(2026, 12, 1), date(2026, 12, 9)
    snooze_follow_up(organizer.viewer, task, first)
    snooze_follow_up(organizer.viewer, task, other)
    with pytest.raises(Refused, match="another day meanwhile"):
        put_back(organizer.viewer, task, first, TODAY)
    finish_follow_up(organizer.viewer, task)
    with pytest.raises(Refused, match="done already"):
        snooze_follow_up(organizer.viewer, task, late)
    assert task.due_on == other


def test_to_no_day_at_all_it_is_not_put_off(organizer, group):
    task = add(organizer, group=group)
    form = organizer.browser.page(LIST).form("snooze")
    wrong = {"someday": "year-month-day", "": "Choose a day.", "2026-11-24": "This day is past"}
    for until, error in wrong.items():
        answer = organizer.browser.post(form.get("action"), data={**defaults(form), "until": until})
        assert answer.status_code == 422
        assert error in answer.text
    db.session.refresh(task)
    assert task.due_on == TODAY


def test_a_task_is_handed_over_and_an_overdue_one_keeps_its_day(organizer, coordinator, group):
    task = add(organizer, group=group, due_on=date(2026, 11, 2))
    organizer.browser.submit(f"{LIST}{task.id}", "title", owner_id=str(coordinator.user.id))
    db.session.refresh(task)
    assert (task.owner_id, task.due_on) == (coordinator.user.id, date(2026, 11, 2))
    assert db.session.query(AuditEntry).filter_by(action="follow_up.edit").one().fields == ["owner_id"]


def test_in_place_the_row_says_what_was_done_and_comes_back_on_undo(organizer, group):
    task = add(organizer, group=group)
    form = organizer.browser.page(LIST).form(f"{task.id}/done")
    answer = organizer.browser.post(form.get("action"), data=defaults(form), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "Done: Call back" in answer.text
    reopen = form.get("action").replace("/done", "/reopen")
    answer = organizer.browser.post(reopen, data=defaults(form), headers={"HX-Request": "true"})
    assert f"{task.id}/done" in answer.text


def test_mine_and_everybodys(organizer, coordinator, group):
    add(organizer, "Mine", group=group)
    add(coordinator, "Theirs", group=group)
    assert "Theirs" not in organizer.browser.page(LIST).text
    everybody = organizer.browser.page(f"{LIST}?whose=everybody").text
    assert "Mine" in everybody
    assert "Cora Dinator" in everybody


def test_due_days_turn_at_the_coalitions_midnight(organizer, group, at, noon):
    add(organizer, group=group)
    # 11:59 p.m. on the 25th in Los Angeles, the 26th in UTC; then midnight.
    at(noon.replace(day=26, hour=7, minute=59))
    organizer.browser.sign_in(organizer.user)
    assert "late" not in organizer.browser.page(LIST).text
    at(noon.replace(day=26, hour=8, minute=0))
    assert "1 day late" in organizer.browser.page(LIST).text


def test_an_observer_sees_them_and_changes_none(observer, organizer, group):
    task = add(organizer, group=group)
    page = observer.browser.page(LIST)
    assert "Call back" in page.text
    assert not [form for form in page.forms() if "done" in form.get("action", "")]
    assert observer.browser.get(f"{LIST}new").status_code == 403
    assert observer.browser.get(f"{LIST}{task.id}").status_code == 403


def test_another_coalitions_tasks_are_not_there(organizer, outsider, other_coalition, group):
    add(organizer, group=group)
    with tenancy.in_coalition(other_coalition.id):
        theirs = add(outsider, "Prairie task", group=make_group("Prairie Growers"))
        number, group_id = theirs.id, theirs.organization_id
    form = organizer.browser.page(LIST).form("done")
    assert organizer.browser.get(f"{LIST}{number}").status_code == 404
    for act in ("done", "reopen", "snooze", "snooze/undo"):
        answer = organizer.browser.post(f"{LIST}{number}/{act}", data={**defaults(form), "until": "tomorrow"})
        assert answer.status_code == 404
    assert organizer.browser.get(f"{LIST}new?organization={group_id}").status_code == 404
    assert "Prairie task" not in organizer.browser.page(f"{LIST}?whose=everybody").text


def test_the_list_asks_the_database_as_often_with_10_rows_as_with_60(organizer, group):
    for number in range(10):
        add(organizer, f"Task {number}", group=group)
    few = count_queries(lambda: organizer.browser.page(LIST))
    for number in range(50):
        add_follow_up(
            organizer.viewer,
            title=f"More {number}",
            due_on=TODAY,
            owner_id=organizer.user.id,
            organization_id=group.id,
        )
    db.session.commit()
    assert count_queries(lambda: organizer.browser.page(LIST)) == few <= 4
