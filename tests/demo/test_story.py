"""The demo shows everything there is, whenever it is loaded, and none of it is real."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from crm.accounts.models import User
from crm.accounts.operations import find_user_by_password, join
from crm.accounts.queries import find_user
from crm.audit.models import AuditEntry
from crm.audit.operations import record
from crm.coalitions.operations import create_coalition
from crm.core import clock, search, tenancy
from crm.core.db import db
from crm.core.files import open_file
from crm.core.permissions import Role, Viewer
from crm.core.transactions import reading
from crm.demands.models import DemandKind, Endorsement, Standing, StandState, Wording
from crm.demands.queries import (
    count_public_endorsers,
    count_waiting_records,
    list_demands_in_force,
    list_public_endorsers,
    list_standings,
)
from crm.demo.content.groups import GROUPS, LONGEST
from crm.demo.content.meetings import DEMONSTRATION
from crm.demo.listing import FAIR
from crm.demo.operations import NAME, PARENT_NAME, remove_demo
from crm.demo.sorting import KICKOFF, YOUTH
from crm.demonstrations.models import Commitment, CoSponsorship
from crm.events.models import Event, EventKind, Occurrence, OccurrenceState, Visibility
from crm.events.queries import list_upcoming
from crm.exchange.models import Import
from crm.exchange.whole.keyed import KEYED
from crm.exchange.whole.reading import take_in
from crm.exchange.whole.rows import Rows
from crm.exchange.whole.writing import one_reading, write_zip
from crm.fields.definitions import Subject
from crm.fields.models import EventValue
from crm.fields.queries import FROM, ids_where, own_fields
from crm.organizations.derived import plain_words
from crm.organizations.models import Contact, Organization, OrganizationKind, Stage
from crm.organizations.queries import search_contacts, search_organizations
from crm.outreach.models import FollowUp, Interaction, StageChange
from crm.partners.queries.calendars import list_due, list_other_dates
from crm.policies.models import PolicyStatus, PolicyStep
from crm.policies.queries import list_offers, list_reached
from crm.sign_ons.models import SignOn, SignOnState
from crm.tags.queries import list_all_with_counts
from tests.demo.conftest import Demo
from tests.demo.counting import rows
from tests.demo.raw import found_in, raw_bytes, said_of_people
from tests.makers import make_organization
from tests.operating.drill import drill


def test_there_are_sixty_groups_of_every_kind_and_all_of_them_are_found(demo: Demo):
    organizations = db.session.scalars(select(Organization)).all()
    assert len(organizations) == len(GROUPS) >= 60
    assert {one.kind for one in organizations} == set(OrganizationKind)
    assert {one.stage for one in organizations} >= {Stage.TO_CONTACT, Stage.IN_CONVERSATION, Stage.ACTIVE}
    assert sum(one.parent_id is not None for one in organizations) >= 8
    assert len(LONGEST) > 180
    assert [one.name for one in search_organizations(demo.lead, "panaderia espiga")] == [
        "Panadería La Espiga"
    ]


def test_groups_are_tagged_and_asked_for_more_than_the_usual(demo: Demo):
    assert [(tag.label, count > 5) for tag, count in list_all_with_counts()] == [
        (KICKOFF, True),
        (FAIR, True),
        (YOUTH, True),
    ]
    field = own_fields().of(Subject.ORGANIZATION)[1]
    assert 5 < len(db.session.scalars(ids_where(field, "100", FROM)).all()) < 20
    assert db.session.scalar(select(func.count(EventValue.id))) == 3
    # A list that was brought in: the tag that it made, what it refused and why it can be taken back.
    task = db.session.scalars(select(Import)).one()
    found = {name: task.counts[name] for name in ("change", "repeat", "refuse", "skip")}
    assert found == {"change": 6, "repeat": 1, "refuse": 1, "skip": 1} and task.can_be_undone
    assert open_file(task.file_id or 0) is not None


def test_six_demands_are_in_force_in_two_languages(demo: Demo):
    kinds = [one.kind for one in list_demands_in_force("es")]
    assert kinds == [DemandKind.MINIMUM] * 4 + [DemandKind.EXTENDED] * 2
    assert all(one.language == "es" for one in list_demands_in_force("es"))
    # The seventh is a draft, the eighth the words of one before they changed.
    assert Counter(db.session.scalars(select(Wording.language))) == {"en": 8, "es": 8}


def test_stands_are_of_every_kind_and_so_are_the_standings(demo: Demo):
    states = Counter(db.session.scalars(select(Endorsement.state)))
    assert set(states) == set(StandState) - {StandState.TO_BE_RECONFIRMED}
    shown = {one.shown_state for one in db.session.scalars(select(Endorsement))}
    assert shown == set(StandState)
    boards = set(db.session.scalars(select(Endorsement.board_on).where(Endorsement.board_on.is_not(None))))
    today = clock.today(demo.city.zone)
    assert min(boards) < today < max(boards)
    ids = db.session.scalars(select(Organization.id)).all()
    assert {one.standing for one in list_standings(ids).values()} == set(Standing)
    assert count_waiting_records() == 6
    assert count_public_endorsers() > 40 and list_public_endorsers().people.without_number > 3


def test_targets_passed_rolled_back_and_rejected_and_a_win_offers_the_next(demo: Demo):
    steps = db.session.scalars(select(PolicyStep)).all()
    assert {one.status for one in steps} == set(PolicyStatus)
    assert len({one.target_id for one in steps}) == 3
    present = [one.now.status for demand in {s.demand_id for s in steps} for one in list_reached(demand)]
    assert PolicyStatus.ROLLED_BACK in present and present.count(PolicyStatus.PASSED) == 2
    assert all(re.match(r"https://[a-z]+\.example/", one.link) for one in steps if one.link)
    (offer,) = list_offers()
    assert not offer.in_force and offer.groups > 3 and list(offer.targets) == ["City of Bellwater"]


def test_groups_that_signed_on_wait_and_one_has_not_confirmed(demo: Demo):
    states = Counter(db.session.scalars(select(SignOn.state)))
    assert states == {SignOnState.WAITING: 3, SignOnState.UNCONFIRMED: 1}


def test_the_history_happened_in_its_own_time_and_none_of_it_is_to_come(demo: Demo):
    now = clock.now()
    times = db.session.scalars(select(Interaction.at)).all()
    assert now - timedelta(days=90) < min(times) < now - timedelta(days=77)
    assert now - timedelta(days=4) < max(times) < now
    for column in (AuditEntry.at, StageChange.at, Organization.created_at, SignOn.created_at):
        assert db.session.scalar(select(func.max(column))) < now
    # Entries of the audit stand in the order in which they happened.
    audit = db.session.scalars(select(AuditEntry.at).order_by(AuditEntry.id)).all()
    assert audit == sorted(audit)


def test_both_people_have_work_overdue_today_and_this_week(demo: Demo):
    today = clock.today(demo.city.zone)
    for person in (demo.coordinator, demo.organizer):
        query = select(FollowUp.due_on).where(FollowUp.owner_id == person.id, FollowUp.done_at.is_(None))
        due = db.session.scalars(query).all()
        assert min(due) < today and today in due
        assert any(today < day <= today + timedelta(days=7) for day in due)


def test_the_next_demonstration_is_the_thirteenth_and_runs_to_a_twentieth_of_january(demo: Demo):
    event = db.session.scalars(select(Event).where(Event.title == DEMONSTRATION[0])).one()
    dates = list_upcoming(demo.lead, clock.now(), (EventKind.DEMONSTRATION,))
    assert (dates[0].starts_local - event.starts_local).days == 84
    assert dates[0].starts_local.weekday() == 5 and dates[0].starts_local.hour == 12
    assert event.recurrence and re.search(r"UNTIL=\d{4}0120$", event.recurrence)
    assert [one.cancelled for one in dates[:5]] == [False, False, False, False, True]
    assert dates[2].moved_from and dates[2].place_name != event.place_name
    past = select(Occurrence).where(Occurrence.event_id == event.id, Occurrence.on_date < dates[0].on_date)
    assert [one.state for one in db.session.scalars(past)] == [OccurrenceState.CANCELLED]


def test_meetings_are_of_each_kind_and_a_closed_one_is_its_organizers_alone(demo: Demo):
    kinds = set(db.session.scalars(select(Event.kind)))
    assert kinds == set(EventKind)
    assert {Visibility.AREA, Visibility.CLOSED} <= set(db.session.scalars(select(Event.visibility)))
    seen = {
        viewer: {one.kind for one in list_upcoming(viewer, clock.now(), limit=100)}
        for viewer in (demo.lead, demo.organizing)
    }
    assert EventKind.WORKPLACE in seen[demo.organizing] and EventKind.WORKPLACE not in seen[demo.lead]


def test_co_sponsors_accepted_declined_ask_for_it_or_have_not_answered(demo: Demo):
    assert len(set(db.session.scalars(select(CoSponsorship.state)))) == 4
    promises = db.session.scalars(select(Commitment)).all()
    assert len({one.kind for one in promises}) == 8
    assert {one.delivered is None for one in promises} == {True, False}
    assert db.session.scalars(select(CoSponsorship).where(CoSponsorship.on_date.is_not(None))).first()


def test_a_partners_dates_stand_in_the_calendar_with_their_source_and_nobody_is_asked_for_them(demo: Demo):
    now = clock.now()
    dates = list_other_dates(now, now + timedelta(days=60))
    assert len(dates) > 8 and {one.source for one in dates} == {"Rivertown Tenants Union"}
    assert any(one.cancelled for one in dates) and any(one.all_day for one in dates)
    assert list_due(now + timedelta(days=365)) == []


def test_nothing_in_it_leads_to_anybody_real(demo: Demo):
    contacts = db.session.scalars(select(Contact)).all()
    sign_ons = db.session.scalars(select(SignOn)).all()
    addresses = [c.email for c in contacts] + [s.speaker_email for s in sign_ons]
    assert all(address and address.endswith(".example") for address in addresses)
    # 555-0100 to 555-0199 belong to nobody (North American Numbering Plan).
    assert all(re.fullmatch(r"\+120655501\d\d", contact.phone or "") for contact in contacts)
    sites = db.session.scalars(select(Organization.website).where(Organization.website != "")).all()
    assert sites and all(re.fullmatch(r"https://[a-z0-9-]+\.example", site) for site in sites)


def test_it_goes_without_a_trace_and_takes_nothing_of_others_along(demo: Demo):
    """In a transaction that is taken back. Who also works elsewhere keeps the account."""
    loaded = rows()
    other = create_coalition(slug="bay", name="Bay Coalition", timezone="America/Los_Angeles")
    with tenancy.in_coalition(other.id):
        make_organization("Dockers Local 4")
        join(db.session.get_one(User, demo.organizer.id), Role.OBSERVER)
        record(None, "coalition.create", other)
    theirs = Counter(rows()) - Counter(loaded)
    assert {"coalition", "organization", "membership", "audit_entry"} <= set(theirs)
    assert remove_demo() == [PARENT_NAME, NAME]
    assert rows() == {**theirs, "user": 1}
    db.session.rollback()
    assert rows() == loaded


def test_both_people_sign_in_with_the_password_that_was_made(demo: Demo):
    db.session.rollback()
    for address in (demo.access.coordinator, demo.access.organizer):
        assert find_user_by_password(address, demo.access.password)
    assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", demo.access.password)


def test_all_of_it_goes_into_another_installation_and_is_the_same_there(
    demo: Demo, application: Flask, elsewhere: Flask
):
    with application.app_context(), one_reading():
        rows = Rows(demo.city.id, None)
        before = {table.name: list(rows.read(table)) for table in rows.tables}
        packed = b"".join(write_zip(demo.city, None, lambda _done, _of: None))
    told: list[int] = []
    taken = take_in(io.BytesIO(packed), lambda done, _of: told.append(done))
    db.session.commit()
    with reading():
        rows = Rows(taken.id, None)
        after = {table.name: list(rows.read(table)) for table in rows.tables}
    assert told[-1] == sum(map(len, before.values())) > 1500
    assert after["audit_entry"].pop()["action"] == "export.take_in"
    for table in rows.tables:
        # What follows from the keys of an installation is made anew: it is another here.
        keyed = KEYED.get(table.name, {})
        here, there = ([{n: v for n, v in row.items() if n not in keyed} for row in found[table.name]]
                       for found in (before, after))  # fmt: skip
        assert here == there, table.name
    _works(taken.id, before["organization"])


def test_a_backup_comes_back_row_for_row_also_by_way_of_the_other_database(
    loaded: Demo, application: Flask, elsewhere: Flask, tmp_path: Path
):
    drill(application, elsewhere, tmp_path, least=1500)
    with tenancy.in_coalition(loaded.city.id), reading():
        assert search_organizations(loaded.lead, GROUPS[0].name)
    last = db.session.scalar(select(func.max(User.id)))
    db.session.add(user := User(email="a@b.example", email_index=b"x", name="A", created_at=clock.now()))
    db.session.flush()
    assert user.id > last
    db.session.rollback()


def test_the_bytes_of_the_database_tell_of_nobody(loaded: Demo):
    """Neither in a table nor in search, jobs, sessions, the audit, or what SQLite has not tidied up."""
    with tenancy.across_coalitions(), reading():
        told = {where for _piece, where in said_of_people()}
        assert {"contact.name", "contact.email", "contact.phone", "interaction.note", "rsvp.name"} <= told
        db.session.rollback()
        raw = raw_bytes()
        assert GROUPS[0].name.encode() in raw
        # Who leads an item of an agenda may be a part that people take, which is printed in public.
        assert found_in(raw) == {"Marshals": "agenda_item.owner"}


def _works(coalition_id: int, groups: Sequence[Mapping[str, Any]]) -> None:
    """There people and groups are found, and what is made there has a number of its own."""
    lead = find_user("coordinator@demo.example")
    assert lead is not None
    assert lead.password_hash is None
    viewer = Viewer(lead.id, lead.name, Role.COORDINATOR, coalition_id)
    known = db.session.scalars(select(Contact).where(Contact.email.is_not(None))).first()
    assert known is not None
    assert known.id in {contact.id for contact, _group in search_contacts(viewer, str(known.email))}
    assert known.id in {contact.id for contact, _group in search_contacts(viewer, known.name)}
    name = next(group["name"] for group in groups if group["archived_at"] is None)
    assert name in {group.name for group in search_organizations(viewer, name)}
    assert search.find("event", [plain_words(str(db.session.scalars(select(Event.title)).first()))])
    made = make_organization("Night Shift Nurses")
    assert made.id > max(group["id"] for group in groups)
    db.session.rollback()
