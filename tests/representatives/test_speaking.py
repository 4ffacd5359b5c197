"""Who may speak for a group: links of one use, sessions, and how they end."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from crm.audit.models import AuditEntry
from crm.core import clock, jobs, tenancy
from crm.core.db import db
from crm.core.errors import Refused
from crm.mail.models import OutgoingMail
from crm.mail.operations import owe_mail
from crm.organizations.models import Contact
from crm.organizations.operations import archive, edit_contact, remove_contact
from crm.representatives.models import LINK_HOLDS, SESSION_HOLDS, GroupLink, GroupSession, Purpose
from crm.representatives.operations import (
    NEW_PERSON,
    end_session,
    forget_over,
    let_speak,
    mail_about,
    make_link,
    start_session,
    stop_speaking,
    use_link,
)
from crm.representatives.queries import (
    find_group_session,
    find_link,
    list_representatives,
    list_speaking_ids,
    representatives_of,
)
from tests.counting import count_queries
from tests.makers import PROGRAM, make_contact, make_organization

MAIL = "rosa@locals.example"


@pytest.fixture
def rosa(coalition) -> Contact:
    contact = make_contact(make_organization(), email=MAIL)
    let_speak(PROGRAM, contact)
    db.session.commit()
    return contact


def soon():
    return clock.now() + LINK_HOLDS


def test_a_link_is_kept_as_a_hash_and_found_for_its_purpose_alone(rosa):
    token = make_link(rosa, Purpose.SIGN_IN, expires_at=soon())
    assert len(token) >= 43 and token.encode() not in db.session.query(GroupLink).one().token_hash
    found = find_link(token, Purpose.SIGN_IN)
    assert found is not None and found.contact is rosa
    assert find_link(token, Purpose.ASK) is None
    assert find_link(token + "x", Purpose.SIGN_IN) is None


def test_a_link_is_used_once(rosa):
    link = find_link(make_link(rosa, Purpose.SIGN_IN, expires_at=soon()), Purpose.SIGN_IN)
    assert use_link(link) and not use_link(link)


def test_a_link_that_is_over_is_found_and_opens_nothing(rosa):
    token = make_link(rosa, Purpose.SIGN_IN, expires_at=soon())
    with time_machine.travel(clock.now() + LINK_HOLDS):
        assert not use_link(find_link(token, Purpose.SIGN_IN))


def test_a_link_does_not_exist_in_another_coalition(rosa, other_coalition):
    token = make_link(rosa, Purpose.SIGN_IN, expires_at=soon())
    secret = start_session(rosa)
    with tenancy.in_coalition(other_coalition.id):
        assert find_link(token, Purpose.SIGN_IN) is None
        assert find_group_session(secret, clock.now()) is None
        assert list_speaking_ids(MAIL) == []


def test_a_session_holds_twelve_hours_and_ends_by_leaving(rosa):
    secret = start_session(rosa)
    assert find_group_session(secret, clock.now()) is rosa
    assert find_group_session(secret, clock.now() + SESSION_HOLDS) is None
    end_session(secret)
    assert find_group_session(secret, clock.now()) is None


@pytest.mark.parametrize("end", ["stop", "remove", "new address", "archived"])
def test_links_and_sessions_end_with_the_right_to_speak(rosa, end):
    token, secret = make_link(rosa, Purpose.SIGN_IN, expires_at=soon()), start_session(rosa)
    match end:
        case "stop":
            stop_speaking(PROGRAM, rosa)
        case "remove":
            remove_contact(PROGRAM, rosa)
        case "new address":
            edit_contact(PROGRAM, rosa, {"email": "somebody@else.example"})
        case "archived":
            archive(PROGRAM, rosa.organization)
    db.session.flush()
    assert find_link(token, Purpose.SIGN_IN) is None
    assert find_group_session(secret, clock.now()) is None
    assert list_speaking_ids(MAIL) == [] and list_speaking_ids("somebody@else.example") == []


def test_who_speaks_again_does_not_get_the_old_links_back(rosa):
    with time_machine.travel(clock.now(), tick=False) as travel:
        token, secret = make_link(rosa, Purpose.SIGN_IN, expires_at=soon()), start_session(rosa)
        edit_contact(PROGRAM, rosa, {"email": "new@locals.example"})
        travel.shift(1)
        let_speak(PROGRAM, rosa)
        assert find_link(token, Purpose.SIGN_IN) is None
        assert find_group_session(secret, clock.now()) is None


def test_speaking_needs_an_address_and_is_audited_once(coalition):
    nobody = make_contact(make_organization())
    with pytest.raises(Refused):
        let_speak(PROGRAM, nobody)
    edit_contact(PROGRAM, nobody, {"email": MAIL})
    let_speak(PROGRAM, nobody)
    let_speak(PROGRAM, nobody)
    stop_speaking(PROGRAM, nobody)
    acts = [entry.action for entry in db.session.query(AuditEntry) if "representative" in entry.action]
    assert acts == ["representative.add", "representative.remove"]


def test_mail_that_waits_is_taken_back_from_who_does_not_speak_any_more(rosa):
    owe_mail(MAIL, "access/password_changed", about=mail_about(rosa), user_name="Rosa", link="x")
    stop_speaking(PROGRAM, rosa)
    assert db.session.query(OutgoingMail).count() == 0


def test_representatives_of_many_groups_come_in_one_statement(rosa):
    other = make_organization("Harbor Tenants Union")
    speaks = make_contact(other, "Lee Park", email="lee@tenants.example")
    make_contact(other, "Quiet Person", email="quiet@tenants.example")
    let_speak(PROGRAM, speaks)
    lone = make_organization("Nobody Speaks")
    ids = [rosa.organization_id, other.id, lone.id]
    assert count_queries(lambda: representatives_of(ids)) == 1
    assert representatives_of(ids) == {rosa.organization_id: [rosa], other.id: [speaks]}
    assert list_representatives(other.id) == [speaks]


def test_one_address_may_speak_for_several_groups(rosa):
    second = make_contact(make_organization("A Second Local"), "Rosa Lark", email=MAIL.upper())
    let_speak(PROGRAM, second)
    assert list_speaking_ids(f" {MAIL} ") == [second.id, rosa.id]


def test_what_is_over_is_forgotten_with_who_never_answered(rosa):
    invited = make_contact(rosa.organization, "Never Came", email="never@came.example")
    known = make_contact(rosa.organization, "Known", email="known@came.example", phone="(406) 555-0123")
    for person in (invited, known):
        make_link(person, Purpose.INVITATION, about=NEW_PERSON, expires_at=soon())
    start_session(rosa)
    forget_over(clock.now() + timedelta(days=29))
    assert db.session.query(GroupLink).count() == 2 and db.session.query(GroupSession).count() == 0
    forget_over(clock.now() + timedelta(days=31))
    assert db.session.query(GroupLink).count() == 0
    assert invited.removed_at is not None and invited.email is None
    assert known.removed_at is None


def test_the_nightly_job_forgets_in_every_coalition(rosa, app):
    start_session(rosa)
    with time_machine.travel(clock.now() + timedelta(days=2)):
        jobs.enqueue("retention")
        jobs.run_all()
    assert db.session.query(GroupSession).count() == 0
