"""No door tells whether an address is known: the same answer, and the same asked of the database."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import event

from crm.core.db import db
from crm.mail.models import OutgoingMail
from tests.pages import defaults
from tests.people import PASSWORD
from tests.sign_ons.steps import adopt_demands, typed

ACCOUNT, SPEAKER = "otto.sider@people.example", "rosa.lark@groups.example"
# What is another one on every page: tokens, keys of a press, tickets.
CHANCE = re.compile(r'(?<=value=")[\w.=/:-]{30,}(?=")|(?<=/invitation/)[\w-]{40,}|(?<=/invitations/)\d+')
MEMBERS = "/harbor/organize/settings/members"


def send(browser, url, marker, address, **more):
    """Fill in a form with an address: status, where to, what it says; and the statements that it took."""
    page = browser.page(url)
    values = {**defaults(page.form(marker)), **more}
    statements = []

    def sent(_connection, _cursor, statement, *_more):
        statements.append(re.sub(r"\s+", " ", statement))

    event.listen(db.engine, "before_cursor_execute", sent)
    try:
        answer = browser.post(page.form(marker).get("action") or url, data=values)
    finally:
        event.remove(db.engine, "before_cursor_execute", sent)
    told = answer.text
    if answer.status_code in {302, 303}:
        told += browser.page(answer.headers["Location"]).response.text
    text = CHANCE.sub("…", told.replace(address, "ADDRESS"))
    return (answer.status_code, answer.headers.get("Location"), text), statements


def unknown(address):
    """An address of the same length that nobody has."""
    return "x" * (len(address) - len("@people.example")) + "@people.example"


@pytest.mark.parametrize(
    ("url", "marker", "known", "more"),
    [
        ("/login", "password", ACCOUNT, {"password": "wrong wrong wrong"}),
        ("/password/forgot", "email", ACCOUNT, {}),
        ("/harbor/group/enter", "email", SPEAKER, {}),
    ],
)
def test_at_the_doors(visitor, outsider, representative, url, marker, known, more):
    answers = [send(visitor, url, marker, one, email=one, **more) for one in (known, unknown(known))]
    assert answers[0] == answers[1]
    assert db.session.query(OutgoingMail).count() == 0, "the worker writes it, if there is anything to write"


def test_where_everybody_gets_a_mail(visitor, coalition, representative):
    """What is sent differs, and the mailbox alone shows it; the page answers the same."""
    adopt_demands()
    form, news = "/harbor/sign-on", "/harbor/calendar/changes"
    visitor.submit(news, "kinds", email=SPEAKER)
    link = db.session.query(OutgoingMail).one().link.removeprefix("http://localhost")
    visitor.submit(link, "/confirm")
    for one in (SPEAKER, unknown(SPEAKER)):
        sign_on = typed(coalition, step="send", speaker_email=one, name=f"Dockworkers {len(one)}")
        first = send(visitor, news, "kinds", one, email=one)
        second = send(visitor, form, "speaker_email", one, **sign_on)
        if one == SPEAKER:
            known = [first, second]
    assert [answer[0] for answer in known] == [first[0], second[0]]
    assert known[0][1] == first[1]


def test_who_invites_does_not_learn_of_accounts_elsewhere(coordinator, outsider, visitor):
    told = []
    # The page tells until when an invitation holds, to the minute.
    with time_machine.travel(datetime.now(UTC), tick=False):
        for one in (ACCOUNT, unknown(ACCOUNT)):
            answer, _statements = send(
                coordinator.browser, MEMBERS, "email", one, email=one, name="Rosa", role="organizer"
            )
            told.append(answer)
            page = coordinator.browser.page(MEMBERS)
            coordinator.browser.submit(page, "withdraw")
    assert told[0] == told[1]


def test_the_second_step_is_seen_by_who_knows_the_password_alone(visitor, organizer):
    organizer.user.factor_since = organizer.user.created_at
    wrong = [
        send(visitor, "/login", "password", one, email=one, password="wrong wrong wrong")
        for one in (organizer.user.email, unknown(organizer.user.email))
    ]
    assert wrong[0] == wrong[1]
    answer, _statements = send(
        visitor, "/login", "password", "", email=organizer.user.email, password=PASSWORD
    )
    assert answer[:2] == (303, "/login/second")
