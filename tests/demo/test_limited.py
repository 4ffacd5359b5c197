"""Who is limited to assigned groups meets a workbench in which the other groups do not exist.

Generated from the map of addresses and from the tables: a page, a list, a file or a table that is added is
held to it here without being named.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from crm.coalitions.models import Membership
from crm.core import limiting, tenancy
from crm.core.db import Base, db
from crm.core.permissions import RIGHTS, Permission, Role
from crm.core.web import EVERYBODYS
from crm.demands.models import Demand
from crm.demo.content.meetings import DEMONSTRATION
from crm.demonstrations.models import Commitment
from crm.events.models import Event
from crm.organizations.models import Organization
from tests import emptying
from tests.demo.conftest import Demo
from tests.pages import Visitor

# What another database answers is asked of it in tests/core/test_limiting.py.
pytestmark = pytest.mark.one_database

MINE = 3
# The table that a number in an address is of, where it is not called after it.
NUMBERS = {
    "change_id": "stage_change",
    "entry_id": "queue_entry",
    "evidence_id": "evidence",
    "queue_id": "call_queue",
    "calendar_id": "partner_calendar",
    "view_id": "saved_view",
}
# What is another one each time: tokens, keys of a press, tickets.
CHANCE = re.compile(r'(?<=value=")[\w.=/:-]{30,}(?=")|(?<="X-CSRFToken": ")[^"]+|(?<=content=")[\w.-]{60,}')
WORDS = ("workers", "local 14", "rosa", "tenants union", "206 555 0100")


# The number of no row.
NOBODYS = 2**31 - 7


@dataclass
class Limited:
    """The demo's organizer, limited to a few groups, and what they may ask for."""

    demo: Demo
    browser: FlaskClient
    mine: Sequence[int]

    def seen(self, table: sa.Table) -> list[int]:
        """The rows of a table that they see; all of one that belongs to no group."""
        rule = limiting.rules().get(table.name)
        query = sa.select(table.c.id).order_by(table.c.id)
        with limiting.limited(self.demo.organizer.id):
            return list(db.session.scalars(query if rule is None else query.where(rule(table.c))))

    def others(self, table: sa.Table) -> list[int]:
        """The rows that they do not see."""
        every = db.session.scalars(sa.select(table.c.id).order_by(table.c.id))
        return [one for one in every if one not in set(self.seen(table))]

    def addresses(self, method: str) -> list[Rule]:
        """Those that their role may ask for."""
        app = self.browser.application

        def may(rule: Rule) -> bool:
            permission = getattr(app.view_functions[rule.endpoint], "permission", Permission.PUBLIC)
            return permission not in EVERYBODYS and permission in RIGHTS[Role.LIMITED]

        return [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ()) and may(rule)]

    def open(self, url: str, method: str = "GET", **more: Any) -> TestResponse:
        """Its answer; a form needs no token of a page."""
        db.session.rollback()
        app = self.browser.application
        app.config["WTF_CSRF_ENABLED"] = method == "GET"
        try:
            with app.app_context():
                return self.browser.open(url, method=method, **more)
        finally:
            app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def limited(loaded: Demo, application: Flask) -> Iterator[Limited]:
    with tenancy.in_coalition(loaded.city.id):
        promised = sa.select(Commitment.organization_id).group_by(Commitment.organization_id).limit(MINE)
        mine = db.session.scalars(promised).all()
        db.session.execute(sa.update(Organization).values(assignee_id=loaded.coordinator.id))
        own = sa.update(Organization).where(Organization.id.in_(mine))
        db.session.execute(own.values(assignee_id=loaded.organizer.id))
        whose = sa.update(Membership).where(Membership.user_id == loaded.organizer.id)
        db.session.execute(whose.values(role=Role.LIMITED))
        db.session.commit()
        visitor: Visitor = application.test_client()  # type: ignore[assignment]
        visitor.sign_in(loaded.organizer)
        # Its pages are many, and each was checked as HTML5 by other tests.
        browser = FlaskClient(application, application.response_class)
        browser._cookies = visitor._cookies
        yield Limited(loaded, browser, mine)
        db.session.remove()
    emptying.copy_rows(emptying.path().with_suffix(".demo"), emptying.path())


def numbers_in(rule: Rule) -> dict[str, sa.Table]:
    """The numbers in an address → the tables that they are of."""
    names = re.findall(r"<int:([^>]+)>", rule.rule)
    return {name: Base.metadata.tables[NUMBERS.get(name, name.removesuffix("_id"))] for name in names}


def filled(rule: Rule, numbers: dict[str, int]) -> str:
    """The address, with the demonstration or a demand in it, and a date for which something was promised."""
    about_demand = "/demands/" in rule.rule or "/endorsements/" in rule.rule
    event = sa.select(Event.slug).where(Event.title == DEMONSTRATION[0])
    names = {
        "coalition": "demo",
        "slug": db.session.scalar(sa.select(Demand.slug).limit(1) if about_demand else event),
        "on_date": db.session.scalar(sa.select(sa.func.min(Commitment.on_date))),
        "code": "contacted",
        **numbers,
    }
    return re.sub(r"<(?:int:)?([^>]+)>", lambda found: str(names[found[1]]), rule.rule)


def everything(limited: Limited) -> dict[str, tuple[int, str]]:
    """Each page of the workbench, each file of a list, and what is searched for."""
    urls = [f"/demo/organize/{where}?q={word}" for word in WORDS for where in ("search/", "organizations/")]
    asked = [("GET", url) for url in urls]
    for method in ("GET", "POST"):
        for rule in limited.addresses(method):
            view = limited.browser.application.view_functions[rule.endpoint]
            first = {name: limited.seen(table)[:1] for name, table in numbers_in(rule).items()}
            if all(first.values()) and (method == "GET" or view.permission is Permission.LIST_CSV):  # type: ignore[attr-defined]
                asked.append((method, filled(rule, {name: ids[0] for name, ids in first.items()})))
    found = {}
    for method, url in asked:
        answer = limited.open(url, method)
        assert answer.status_code in {200, 302, 404}, url
        found[url] = (answer.status_code, CHANCE.sub("", answer.text))
    return found


def test_everything_is_the_same_where_the_other_groups_are_not(limited):
    """Whatever is shown, listed, found, counted or downloaded: no letter of it is owed to another group."""
    # What was new at the last visit is none of it.
    limited.open("/demo/organize/")
    with_others = everything(limited)
    kept = {name: limited.seen(Base.metadata.tables[name]) for name in limiting.rules()}
    db.session.remove()
    with closing(sqlite3.connect(emptying.path())) as connection:
        for name, ids in kept.items():
            connection.execute(f"DELETE FROM {name} WHERE id NOT IN ({', '.join(map(str, ids)) or 0})")
        connection.commit()
    without = everything(limited)
    assert [url for url, answer in with_others.items() if answer != without[url]] == []
    assert len([url for url, (status, _text) in without.items() if status == 200]) > 60
    assert sum(name in without["/demo/organize/organizations/"][1] for name in names_of(limited)) == MINE


def names_of(limited: Limited) -> list[str]:
    own = sa.select(Organization.name).where(Organization.id.in_(limited.mine))
    return [name.replace("'", "&#39;").replace("&", "&amp;") for name in db.session.scalars(own)]


def test_what_is_another_groups_is_not_there_whatever_is_done_with_it(limited):
    """Each address with a number in it: another group's is as one that no row has."""
    asked = 0
    for method in ("GET", "POST"):
        for rule in limited.addresses(method):
            tables = numbers_in(rule)
            foreign = {name: limited.others(table)[-1:] for name, table in tables.items()}
            for name in (name for name, ids in foreign.items() if ids):
                first = {one: (limited.seen(table) or [0])[0] for one, table in tables.items()}
                both = [filled(rule, {**first, name: one}) for one in (foreign[name][0], NOBODYS)]
                answers = [told(limited, method, url) for url in both]
                if rule.endpoint == "endorsements.short":
                    assert [status for status, _text in answers] == [302, 302], "to another address, unlooked"
                    continue
                assert answers[0] == answers[1], (method, rule.rule, name)
                assert answers[0][0] == 404 or rule.endpoint == "queues.undo", (method, rule.rule, name)
                asked += 1
    assert asked > 40


def told(limited: Limited, method: str, url: str) -> tuple[int, str]:
    """What is answered: the status and what the page is called."""
    answer = limited.open(url, method)
    return answer.status_code, re.findall("<title>(.*)</title>", answer.text)[0]
