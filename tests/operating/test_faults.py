"""Killed at random moments while people work: what was answered is there once. In large: `bench/faults`."""

from __future__ import annotations

import pytest

from bench.faults import kill_and_compare, load, site
from bench.servers import free_port
from crm.core import jobs, serving
from crm.core.db import db
from crm.exchange import jobs as importing
from tests.mail.smtp import post_office
from tests.operating.forked import nursery

KILLS = 4


@pytest.fixture
def _in_small_steps(monkeypatch):
    """Shorter leases, pauses and lists than usual."""
    monkeypatch.setattr(jobs, "LEASE", jobs.LEASE / 30)
    monkeypatch.setattr(serving, "BEAT_EVERY", 0.5)
    monkeypatch.setattr(serving, "LOOK_EVERY", 0.05)
    monkeypatch.setattr(importing, "BATCH", 15)
    monkeypatch.setattr(site, "SOONEST", 0.05)
    monkeypatch.setattr(site, "LATEST", 0.4)
    monkeypatch.setattr(load, "LONGEST", 10.0)
    for module in ("load", "books"):
        monkeypatch.setattr(f"bench.faults.{module}.LIST_ROWS", 40)


@pytest.mark.usefixtures("_in_small_steps")
def test_what_was_answered_is_there_once_whatever_is_killed(app, monkeypatch):
    port = free_port()
    db.session.remove()
    db.engine.dispose()
    with nursery(app, port) as (web, worker), post_office() as post:
        web.mail_url = worker.mail_url = post.url
        found = kill_and_compare(site.Site(app, port, web, worker), post, KILLS, seed=1)
    books = found.books
    assert sum(found.killed.values()) == KILLS and found.fell == 0
    assert all(count > 0 for count in books.answered.values()), books
    assert (books.lost, books.twice, books.torn, books.wrong) == (0, 0, 0, {}), books
    assert books.owed >= books.answered[load.SignOns.kind] and books.never_left == books.strange == 0, books
    assert books.whole == books.answered[load.Lists.kind] and books.half == 0, books
