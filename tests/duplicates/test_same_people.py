"""One person in two listings: offered as one, made one, parted again, wiped in the end."""

from __future__ import annotations

import json
from datetime import timedelta

from sqlalchemy import select

from crm.core import clock
from crm.core.db import db
from crm.duplicates.models import UNDO, Merge
from crm.duplicates.operations import Chosen, merge, undo_merge
from crm.duplicates.operations.merging import forget_details
from crm.duplicates.queries.people import list_same_people
from crm.organizations.models import Contact
from crm.outreach.models import Channel, Interaction, Outcome
from crm.outreach.operations import Touch, log_touch
from tests.makers import make_contact, make_organization


def people(group_id: int) -> list[tuple[str, str | None, str | None, bool]]:
    query = select(Contact).where(Contact.organization_id == group_id).order_by(Contact.id)
    return [(one.name, one.email, one.phone, one.is_primary) for one in db.session.scalars(query)]


def test_one_person_in_two_listings_becomes_one_and_two_again(organizer):
    hall, hal = make_organization("Harbor Tenants Hall"), make_organization("Harbour Tenants' Hall")
    lu = make_contact(hall, "Lu Osei", email="lu@hall.example")
    make_contact(hall, "Front desk", phone="206-555-0100")
    other = make_contact(hal, "Lu A. Osei", email="LU@hall.example", phone="206-555-0101", is_primary=True,
                         note="After six")  # fmt: skip
    ann = make_contact(hal, "Ann Bee", phone="206-555-0100")
    log_touch(organizer.viewer, hal, Touch(Channel.CALL, Outcome.REACHED, clock.now(), contact_id=other.id))
    other.no_calls_at = clock.now()
    db.session.commit()
    before = people(hall.id), people(hal.id)
    found = list_same_people(hall.id, hal.id)
    assert [(one.merged.id, one.by, one.is_likely) for one in found] == [
        (other.id, "mail", True), (ann.id, "phone", False),
    ]  # fmt: skip
    page = organizer.browser.page(f"/harbor/organize/duplicates/{hall.id}/{hal.id}")
    assert "Lu Osei = Lu A. Osei (same mail address)" in page.text
    chosen = Chosen({}, hall.edition, hal.edition, frozenset({other.id}))
    done = merge(organizer.viewer, hall.id, hal.id, chosen)
    db.session.commit()
    touch = db.session.scalars(select(Interaction)).one()
    assert (touch.contact_id, lu.note, lu.no_calls_at) == (lu.id, "After six", other.no_calls_at)
    assert people(hall.id) == [
        ("Lu Osei", "lu@hall.example", "+12065550101", True),
        ("Front desk", None, "+12065550100", False),
        ("Ann Bee", None, "+12065550100", False),
    ]
    assert [name for name, *_rest in people(hal.id)] == ["Lu A. Osei"]
    undo_merge(organizer.viewer, done)
    db.session.commit()
    assert (people(hall.id), people(hal.id)) == before
    assert (touch.contact_id, lu.note, lu.no_calls_at) == (other.id, None, None)
    # When it can't be undone any more, the one who was taken in is wiped.
    chosen = Chosen({}, hall.edition, hal.edition, frozenset({other.id}))
    done = merge(organizer.viewer, hall.id, hal.id, chosen)
    assert json.loads(done.fields or "")["people"][0]["merged"] == other.id
    db.session.commit()
    forget_details(clock.now() + UNDO + timedelta(days=1))
    db.session.commit()
    assert other.removed_at is not None and other.email is None and lu.email == "lu@hall.example"
    assert db.session.scalars(select(Merge.fields)).all() == [None, None]
