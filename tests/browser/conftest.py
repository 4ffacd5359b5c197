"""One Muster and one Chromium for all browser tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests import chromium
from tests.browser.people import Person
from tests.browser.site import Site


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium.find(), args=list(chromium.ARGUMENTS))
        yield started
        started.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An installation without any coalition, as a server has it on its first evening."""
    folder: Path = tmp_path_factory.mktemp("site")
    made = Site.prepare(folder)
    made.run("db", "upgrade")
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def coordinator(site: Site, browser: Browser) -> Iterator[Person]:
    person = Person(browser, site.url)
    yield person
    person.leave()


@pytest.fixture(scope="session")
def organizer(site: Site, browser: Browser) -> Iterator[Person]:
    person = Person(browser, site.url)
    yield person
    person.leave()


@pytest.fixture
def public(site: Site, browser: Browser) -> Iterator[Person]:
    """Somebody without an account."""
    person = Person(browser, site.url)
    yield person
    person.leave()
