"""Two web servers and two workers share a PostgreSQL and nothing else; whoever asks goes to either.

The program connects as an ordinary role, as it does on a server. What a process kept to itself of feeds,
limits, sessions or jobs would show here.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError

import psycopg
import pytest
from flask_migrate import upgrade
from sqlalchemy import make_url, select

from config import ROOT, Settings, new_field_keys, new_secret
from crm import create_app
from crm.accounts.operations import create_user, join
from crm.coalitions.operations import create_coalition
from crm.core import clock, tenancy
from crm.core.db import db
from crm.core.jobs import Job
from crm.core.permissions import Role
from crm.core.serving import web_command
from crm.events.models import Event, EventKind, Visibility
from crm.events.operations import Plan, cancel_event, schedule_event
from crm.mail.operations import owe_mail
from tests.browser.site import free_port
from tests.mail.smtp import Post, post_office
from tests.makers import PROGRAM
from tests.pages import ON_POSTGRESQL

pytestmark = pytest.mark.skipif(not ON_POSTGRESQL, reason="several machines share a PostgreSQL")

ADDRESS, PASSWORD = "cora@people.example", "correct horse battery staple"
LONGEST = 40.0  # seconds


@dataclass
class Answer:
    status: int
    text: str


@dataclass
class Browser:
    """A visitor with cookies, who does not mind which server answers."""

    cookies: CookieJar = field(default_factory=CookieJar)

    def ask(self, url: str, **form: str) -> Answer:
        """GET, or POST where there is a form."""
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        sent = urllib.parse.urlencode(form).encode() if form else None
        try:
            with opener.open(url, sent, timeout=LONGEST) as answer:
                return Answer(answer.status, answer.read().decode())
        except HTTPError as refused:
            return Answer(refused.code, refused.read().decode())

    def sign_in(self, page: str, then: str, password: str = PASSWORD) -> Answer:
        """Open the page at one server and send its form to another."""
        token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', self.ask(page).text)
        assert token
        return self.ask(then, csrf_token=token[1], email=ADDRESS, password=password, next="")


@pytest.fixture
def post() -> Iterator[Post]:
    with post_office() as served:
        yield served


@dataclass
class Node:
    """A machine: a web server and a worker."""

    settings: dict[str, str]
    folder: Path
    port: int = field(default_factory=free_port)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "BASE_URL": self.url}
        with (self.folder / "log").open("ab") as log:
            for command in (web_command(self.port, 1), [sys.executable, "-m", "flask", "worker"]):
                # With a group of its own: killed from one moment to the next, nothing of it goes on.
                self.processes.append(
                    subprocess.Popen(
                        command,
                        cwd=ROOT,
                        env={**environment, **self.settings},
                        stdout=log,
                        stderr=log,
                        start_new_session=True,
                    )
                )

    def answers(self) -> bool:
        with contextlib.suppress(OSError):
            return Browser().ask(f"{self.url}/readyz").status == 200
        return False

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        for process in self.processes:
            os.killpg(process.pid, how)
        for process in self.processes:
            process.wait(timeout=LONGEST)
        self.processes.clear()


@pytest.fixture
def nodes(database_url: str, tmp_path: Path, post: Post) -> Iterator[tuple[Node, Node]]:
    """Two machines beside one database, which is empty and belongs to an ordinary role; not started."""
    server = make_url(database_url)
    boss = {"host": str(server.query["host"]), "user": "postgres", "autocommit": True}
    with psycopg.connect(**boss) as connection:
        connection.execute("CREATE DATABASE nodes OWNER muster")
    url = server.set(username="muster", database="nodes").render_as_string(hide_password=False)
    settings = {
        "DATABASE_URL": url,
        "SECRET_KEY": new_secret(),
        "FIELD_KEYS": new_field_keys(),
        "MAIL_URL": post.url,
        "LANG": "C.UTF-8",
    }
    both = (Node(settings, tmp_path), Node(settings, tmp_path))
    yield both
    for node in both:
        node.end()
    with psycopg.connect(**boss) as connection:
        connection.execute("DROP DATABASE nodes WITH (FORCE)")


@contextlib.contextmanager
def at_a_third(node: Node) -> Iterator[None]:
    """The program on another machine: this process."""
    app = create_app(
        Settings(
            database_url=node.settings["DATABASE_URL"],
            base_url=node.url,
            secret_key=node.settings["SECRET_KEY"],
            field_keys=node.settings["FIELD_KEYS"],
            mail_url=node.settings["MAIL_URL"],
            instance=node.folder / "third",
        )
    )
    with app.app_context():
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()


def found_a_coalition() -> Event:
    upgrade()
    coalition = create_coalition(slug="harbor", name="Harbor City Coalition", timezone="America/Los_Angeles")
    with tenancy.in_coalition(coalition.id):
        join(create_user(ADDRESS, "Cora Dinator", PASSWORD), Role.COORDINATOR)
        next_week = clock.now().replace(tzinfo=None, microsecond=0) + timedelta(days=7)
        plan = Plan(
            kind=EventKind.NEIGHBORHOOD,
            title="Meeting of the block",
            starts_local=next_week,
            duration=timedelta(hours=2),
            visibility=Visibility.PUBLIC,
        )
        event = schedule_event(PROGRAM, coalition, plan)
        db.session.commit()
    return event


def wait_for(what: Callable[[], object], message: Callable[[], str]) -> None:
    end = time.monotonic() + LONGEST
    while not what():
        assert time.monotonic() < end, message()
        time.sleep(0.1)


def test_two_servers_and_two_workers_are_one(nodes, post):
    first, second = nodes
    with at_a_third(first):
        event = found_a_coalition()
        for node in nodes:
            node.start()
        wait_for(lambda: first.answers() and second.answers(), (first.folder / "log").read_text)
        sessions_hold_on_both(first, second)
        limits_are_counted_together(first, second)
        feeds_are_fresh_on_both(first, second, event)
        each_mail_leaves_once(post)
        what_is_due_regularly_is_done_once()
        one_goes_on_without_the_other(first, second, post)


def sessions_hold_on_both(first: Node, second: Node) -> None:
    browser = Browser()
    assert browser.sign_in(f"{first.url}/login", f"{second.url}/login").status == 200
    for node in (first, second):
        assert "Cora Dinator" in browser.ask(f"{node.url}/harbor/organize/").text


def limits_are_counted_together(first: Node, second: Node) -> None:
    answers = [
        Browser().sign_in(f"{node.url}/login", f"{node.url}/login", "not the password").status
        for _ in range(5)
        for node in (first, second)
    ]
    # Eight are free by account, wherever they are tried.
    assert answers == [422] * 8 + [429] * 2


def feeds_are_fresh_on_both(first: Node, second: Node, event: Event) -> None:
    feeds = [f"{node.url}/harbor/calendar.ics" for node in (first, second)]
    assert all("Meeting of the block" in Browser().ask(feed).text for feed in feeds)
    with tenancy.in_coalition(event.coalition_id):
        cancel_event(PROGRAM, db.session.merge(event), "The hall is flooded")
        db.session.commit()
    assert all("STATUS:CANCELLED" in Browser().ask(feed).text for feed in feeds)


def each_mail_leaves_once(post: Post, count: int = 40) -> None:
    before = len(post.letters)
    for number in range(count):
        owe_mail(f"person{number}@people.example", "access/password", link="https://muster.example/x")
    db.session.commit()
    wait_for(lambda: len(post.letters) - before >= count, lambda: f"{len(post.letters)} mails have left")
    assert set(Counter(str(one.message["Message-ID"]) for one in post.letters).values()) == {1}


def what_is_due_regularly_is_done_once() -> None:
    def rows():
        db.session.rollback()
        query = select(Job.kind, Job.attempts, Job.done_at).where(Job.period.is_not(None))
        return [row for row in db.session.execute(query) if row.kind != "mail.send"]

    wait_for(lambda: rows() and all(row.done_at for row in rows()), lambda: f"not done: {rows()}")
    assert {row.attempts for row in rows()} == {1}
    assert set(Counter(row.kind for row in rows()).values()) <= {1, 2}


def one_goes_on_without_the_other(first: Node, second: Node, post: Post) -> None:
    first.end(signal.SIGKILL)
    before = len(post.letters)
    assert Browser().ask(f"{second.url}/harbor/").status == 200
    owe_mail("last@people.example", "access/password", link="https://muster.example/x")
    db.session.commit()
    wait_for(lambda: len(post.letters) > before, lambda: "the other worker did not send it")
