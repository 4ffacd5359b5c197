"""What is owed is sent, once, after the commit, and wiped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from config import SettingsError
from crm.coalitions.operations import create_coalition
from crm.core import jobs
from crm.core.db import db
from crm.core.jobs import Job
from crm.mail import sending
from crm.mail.models import MailState
from crm.mail.operations import owe_mail
from crm.mail.server import parse_server

LINK = "https://muster.example/password/abc"


def owe(to="ana@people.example"):
    mail = owe_mail(to, "access/password", about="password:1", link=LINK)
    db.session.commit()
    return mail


def test_a_mail_reaches_one_recipient_and_its_text_is_wiped(post):
    mail = owe()
    message_id = mail.message_id
    jobs.run_all()
    (letter,) = post.letters
    assert (letter.sender, letter.recipients) == ("muster@localhost", ["ana@people.example"])
    assert letter.message["To"] == "ana@people.example"
    assert letter.message["From"] == "Muster <muster@localhost>"
    assert letter.message["Subject"] == "A new password for Muster"
    assert letter.message["Message-ID"] == message_id
    assert LINK in letter.message.get_content()
    assert post.helo == "localhost"
    db.session.refresh(mail)
    assert mail.state is MailState.SENT
    assert (mail.recipient, mail.subject, mail.body, mail.link) == (None, None, None, None)


def test_nothing_is_sent_before_the_commit_nor_after_a_rollback(post):
    owe_mail("ana@people.example", "access/password", link=LINK)
    db.session.rollback()
    jobs.run_all()
    assert post.letters == []


def test_a_job_that_runs_twice_sends_once(post):
    mail = owe()
    jobs.run_all()
    jobs.ask_again("mail.send", str(mail.id))
    db.session.commit()
    assert jobs.run_all() == 1
    assert len(post.letters) == 1


def test_a_busy_server_is_tried_again_later_under_the_same_id(post):
    post.to_text = "451 try later"
    mail = owe()
    jobs.run_all()
    assert post.letters == []
    job = db.session.scalars(select(Job)).one()
    assert (job.attempts, job.done_at, job.error) == (1, None, "SMTPResponseException")
    post.to_text = "250 ok"
    with time_machine.travel(job.run_at, tick=False):
        jobs.run_all()
    assert [letter.message["Message-ID"] for letter in post.letters] == [mail.message_id]


def test_a_refused_recipient_is_not_tried_again_and_the_link_is_kept(post):
    post.to_recipient = "550 no such person"
    mail = owe()
    jobs.run_all()
    db.session.refresh(mail)
    assert mail.state is MailState.FAILED
    assert mail.link == LINK
    assert db.session.scalars(select(Job)).one().done_at is not None


def test_without_a_server_mail_waits_and_goes_out_once_there_is_one(app, post):
    app.config["MAIL_URL"] = None
    owe("ana@people.example")
    owe("ben@people.example")
    assert jobs.run_all() == 0
    app.config["MAIL_URL"] = post.url
    jobs.enqueue_periodic()
    jobs.enqueue_periodic()
    jobs.run_all()
    assert sorted(letter.recipients[0] for letter in post.letters) == [
        "ana@people.example",
        "ben@people.example",
    ]


def test_after_three_days_of_trying_a_mail_is_given_up(app, post):
    post.to_text = "451 try later"
    mail = owe()
    now = datetime.now(UTC)
    for hours in range(0, 24 * 4, 12):
        with time_machine.travel(now + timedelta(hours=hours), tick=False):
            jobs.enqueue_periodic()
            jobs.run_all()
    db.session.refresh(mail)
    assert mail.state is MailState.FAILED


@pytest.mark.parametrize("address", ["a@people.example\r\nBcc: all@people.example", "a@people.example\n"])
def test_a_line_break_never_makes_a_header(post, address):
    with pytest.raises(ValueError, match="one line"):
        owe(address)


def test_words_beyond_ascii_arrive_whole(post, coalition):
    coalition.name = "Coalición de Ñuñoa — ¡todxs!"
    owe_mail(
        "ana@people.example",
        "access/invitation",
        link=LINK,
        inviter="José",
        name="Zoë",
        coalition=coalition,
        days=7,
    )
    db.session.commit()
    jobs.run_all()
    assert "Coalición de Ñuñoa — ¡todxs!" in post.letters[0].message.get_content()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://u:p%40ss@mail.example.org:587?tls=1", ("mail.example.org", 587, False, True, "u", "p@ss")),
        ("smtps://mail.example.org", ("mail.example.org", 465, True, False, None, None)),
        ("smtp://mail.example.org:25", ("mail.example.org", 25, False, False, None, None)),
    ],
)
def test_the_address_of_the_server_is_understood(url, expected):
    found = parse_server(url, "https://muster.example.org")
    assert (
        found.host,
        found.port,
        found.implicit_tls,
        found.start_tls,
        found.user,
        found.password,
    ) == expected


def test_the_sender_is_the_one_named_else_the_user_else_muster_at_this_host():
    base = "https://muster.example.org"
    assert parse_server("smtp://h?from=a%40b.example", base).sender == "a@b.example"
    assert parse_server("smtp://me%40b.example:x@h", base).sender == "me@b.example"
    assert parse_server("smtp://me:x@h", base).sender == "muster@muster.example.org"


@pytest.mark.parametrize(
    "url", ["http://h", "smtp://", "smtp://h:x", "smtp://h/path", "smtp://h?tsl=1", "mail"]
)
def test_an_address_that_makes_no_sense_is_told_with_an_example(url):
    with pytest.raises(SettingsError, match="must look like smtp://"):
        parse_server(url, "https://muster.example.org")


def test_the_demos_invented_people_are_never_written_to(app, post, coalition):
    demo = create_coalition(slug="demo", name="Demo", timezone="UTC", demo=True)
    app.config["MAIL_URL"] = None
    owed = [
        owe_mail("speaker@dockers.example", "access/password", coalition_id=demo.id, link=LINK),
        owe_mail("coordinator@demo.EXAMPLE", "access/password", link=LINK),
    ]
    app.config["MAIL_URL"] = post.url
    owed += [
        owe_mail("speaker@weavers.example", "access/password", coalition_id=demo.id, link=LINK),
        owe_mail("organizer@demo.example", "access/password", link=LINK),
    ]
    owe_mail("curious@people.invalid", "access/password", coalition_id=demo.id, link=LINK)
    owe_mail("ana@people.example", "access/password", coalition_id=coalition.id, link=LINK)
    db.session.commit()
    sending.sweep()
    jobs.run_all()
    assert [letter.recipients for letter in post.letters] == [
        ["curious@people.invalid"],
        ["ana@people.example"],
    ]
    assert [(mail.state, mail.link) for mail in owed] == [(MailState.HELD, LINK)] * 4
