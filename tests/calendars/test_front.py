"""What is answered without Flask is what Flask would have said."""

from __future__ import annotations

import pytest

from crm.calendars import front
from crm.calendars.feeds import FRONT
from crm.core.db import db
from crm.core.transactions import Unread
from crm.events.operations import cancel_event
from tests.calendars.private import make
from tests.makers import PROGRAM

ICS = "/harbor/calendar.ics"
MARCH = "/harbor/events/march-on-the-harbor"
DOORS = (
    ICS,
    f"{ICS}?lang=es",
    "/harbor/calendar.json",
    "/harbor/calendar.rss",
    f"{MARCH}.ics",
    f"{MARCH}/2026-12-05.ics",
)


@pytest.fixture
def asked_flask(app, monkeypatch):
    """The addresses that went on to Flask."""
    asked: list[str] = []
    flask = app.extensions[FRONT]._next

    def counted(environ, start_response):
        asked.append(environ["PATH_INFO"])
        return flask(environ, start_response)

    monkeypatch.setattr(app.extensions[FRONT], "_next", counted)
    return asked


def test_the_second_answer_is_the_first_to_the_letter(story, visitor, asked_flask):
    for url in DOORS:
        etag = visitor.get(url).headers["ETag"]
        for headers in ({}, {"Accept-Encoding": "gzip"}, {"If-None-Match": etag}, {"If-None-Match": '"x"'}):
            for method in ("GET", "HEAD"):
                first, again = (visitor.open(url, method=method, headers=headers) for _time in range(2))
                assert (again.status, again.data) == (first.status, first.data)
                assert sorted(again.headers) == sorted(first.headers)
    assert len(asked_flask) == len(DOORS) * 8


def test_it_reads_the_version_alone_and_follows_it(story, visitor, asked_flask, november):
    for _time in range(3):
        first = visitor.get(ICS)
    assert asked_flask == [ICS]
    cancel_event(PROGRAM, story["demonstration"], "Rain")
    db.session.commit()
    second = visitor.get(ICS, headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 200 and b"Rain" in second.data and len(asked_flask) == 2
    november.shift(86_400)
    assert visitor.get(ICS).status_code == 200 and len(asked_flask) == 3


@pytest.mark.parametrize(
    "headers", [{"Range": "bytes=0-9"}, {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}]
)
def test_what_is_not_plain_goes_on_to_flask(headers, story, visitor, asked_flask):
    for _time in range(2):
        visitor.get(ICS, headers=headers)
    visitor.post(ICS)
    assert len(asked_flask) == 3


def test_only_what_is_public_is_repeated(story, organizer, visitor, asked_flask):
    path = make(organizer.browser)
    del asked_flask[:]
    for url in (path, "/nowhere/calendar.ics", "/harbor/events/nothing.ics", "/x.ics", "/calendar.json"):
        answers = [visitor.get(url).status_code for _time in range(2)]
        assert set(answers) <= ({200} if url == path else {308, 404})
    assert len(asked_flask) == 10


def test_a_database_that_is_away_is_flasks_to_tell(story, visitor, asked_flask, monkeypatch):
    visitor.get(ICS)

    def away(*_args, **_values):
        raise Unread

    monkeypatch.setattr(front.OneRow, "read", away)
    assert visitor.get(ICS).status_code == 200 and len(asked_flask) == 2


def test_what_was_said_first_is_forgotten_first(story, visitor, app, monkeypatch):
    monkeypatch.setattr(front, "ROOM", 2)
    for query in ("a", "b", "c"):
        visitor.get(f"{ICS}?{query}")
    assert len(app.extensions[FRONT]._said) == 2
