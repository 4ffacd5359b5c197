"""People with whom nobody was in touch for two years are asked about, then wiped; who is kept stays."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
import time_machine

from crm.coalitions.models import Coalition
from crm.core import clock, retention
from crm.core.db import db
from crm.organizations.models import Contact
from crm.outreach.models import Channel, Interaction, Outcome
from crm.privacy.operations.quiet import ask_or_wipe
from tests.counting import count_queries
from tests.makers import make_contact, make_organization
from tests.people import Person
from tests.rows import lay_down

DAYS = timedelta(days=1)
PAGE = "/harbor/organize/outreach/quiet"


def touched(group_id: int, contact_id: int | None, days_ago: int) -> None:
    at = clock.now() - days_ago * DAYS
    what = {"channel": Channel.CALL, "outcome": Outcome.REACHED, "at": at}
    lay_down(Interaction, organization_id=group_id, contact_id=contact_id, **what)


def states() -> dict[str, str]:
    """Name → whether somebody is asked about; the removed are gone."""
    db.session.expire_all()
    people = db.session.scalars(sa.select(Contact).where(Contact.removed_at.is_(None)).order_by(Contact.id))
    return {one.name: "asked" if one.asked_about_at else "" for one in people}


def tonight(days: int = 0) -> int:
    with time_machine.travel(clock.now() + days * DAYS, tick=False):
        wiped = ask_or_wipe(clock.now())
    db.session.commit()
    return wiped


def test_who_is_quiet_is_asked_about_first_and_goes_a_month_later_unless_kept(
    coalition: Coalition, coordinator: Person, organizer: Person, observer: Person
):
    group, other = make_organization("Dockers Local 4"), make_organization("Bakers Local 9")
    names = "Old", "Kept", "Called", "Met", "Speaks", "Later"
    people = {name: make_contact(group, name).id for name in names}
    people |= {"Alone": make_contact(other, "Alone").id, "New": make_contact(other, "New").id}
    long_ago = clock.now() - 800 * DAYS
    old = [number for name, number in people.items() if name != "New"]
    db.session.execute(sa.update(Contact).where(Contact.id.in_(old)).values(created_at=long_ago))
    new = Contact.id == people["New"]
    db.session.execute(sa.update(Contact).where(new).values(created_at=clock.now() - 9 * DAYS))
    speaks = sa.update(Contact).where(Contact.id == people["Speaks"])
    db.session.execute(speaks.values(speaks_since=clock.now() - 100 * DAYS))
    touched(group.id, people["Called"], 400)
    touched(group.id, people["Old"], 790)
    # Somebody of the bakers was met; it may have been anybody.
    touched(other.id, None, 30)
    db.session.commit()
    due = retention.rules["quiet_people"].due
    assert tonight() == 0
    quiet = {"Old", "Kept", "Met", "Later"}
    assert {name for name, state in states().items() if state} == quiet
    assert tonight() == 0
    assert due(clock.now() + DAYS, 730 * DAYS).count == 0
    assert due(clock.now() + 31 * DAYS, 730 * DAYS).count == 4

    assert "4 people" in organizer.browser.page("/harbor/organize/").text
    assert "for long" not in observer.browser.page("/harbor/organize/").text
    assert observer.browser.get(PAGE).status_code == 403
    page = organizer.browser.page(PAGE)
    assert all(name in page.text for name in quiet) and "Called" not in page.text
    organizer.browser.submit(page, f"{people['Kept']}/keep")
    organizer.browser.submit(page, f"{people['Later']}/wipe")
    touched(group.id, people["Met"], 0)
    db.session.commit()
    assert states() == {
        "Old": "asked", "Kept": "", "Called": "", "Met": "asked", "Speaks": "", "Alone": "", "New": "",
    }  # fmt: skip
    assert tonight(days=29) == 0
    assert states()["Met"] == ""
    assert tonight(days=31) == 1
    assert states().keys() == {"Kept", "Called", "Met", "Speaks", "Alone", "New"}
    # Two years after somebody said so they are asked about again.
    assert tonight(days=740) == 0
    assert states()["Kept"] == "asked"


def test_as_many_questions_with_three_people_as_with_thirty(coalition: Coalition, coordinator: Person):
    group, asked = make_organization("Dockers Local 4"), []
    for number in range(30):
        make_contact(group, f"Person {number}")
        if number in (2, 29):
            db.session.execute(sa.update(Contact).values(asked_about_at=clock.now()))
            asked.append(count_queries(lambda: coordinator.browser.page(PAGE)))
    assert asked[0] == asked[1]
