"""The mail that an installation owes, read where it lies: no mail server is set up in the browser tests."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import select

from config import Settings
from crm import create_app
from crm.core.db import db
from crm.mail.models import OutgoingMail
from tests.browser.site import Site

LONGEST_WAIT = 60.0  # seconds, for the worker
_readers: dict[str, Flask] = {}


def links_to(site: Site, address: str) -> list[str]:
    """The links that wait in the outbox for somebody, the oldest first."""
    with _reader(site):
        mails = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))
        return [one.link for one in mails if one.recipient == address and one.link]


def wait_for_link(site: Site, address: str, part: str, known: Collection[str] = ()) -> str:
    """The newest link to somebody that holds `part` and is not `known`, once the worker has written it."""
    deadline = time.monotonic() + LONGEST_WAIT
    while not (found := [one for one in links_to(site, address) if part in one and one not in known]):
        assert time.monotonic() < deadline, f"no mail to {address} with {part}"
        time.sleep(0.3)
    return found[-1]


@contextmanager
def _reader(site: Site) -> Iterator[None]:
    """The application on the database and the keys of the site, which runs in processes of its own."""
    if site.url not in _readers:
        _readers[site.url] = create_app(
            Settings(
                database_url=site.environment["DATABASE_URL"],
                base_url=site.url,
                secret_key=site.environment["SECRET_KEY"],
                field_keys=site.environment["FIELD_KEYS"],
                instance=site.folder,
                testing=True,
            )
        )
    with _readers[site.url].app_context():
        yield
        db.session.remove()
