"""Chapter 7: who stands behind the demands, within a page of another site that runs no script."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from tests.browser.people import Person
from tests.browser.site import Site

pytestmark = pytest.mark.browser
FRAMED = ("/harbor/embed/endorsers", "/harbor/embed/counter", "/harbor/letter")


@contextmanager
def another_site(page: str) -> Iterator[str]:
    """One page on a port of its own, and so of an origin of its own."""
    server = make_server("127.0.0.1", 0, Response(page, mimetype="text/html"), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_another_site_shows_the_list_and_the_number_and_nothing_else(
    site: Site, browser: Browser, public: Person
) -> None:
    public.visit("/harbor/endorsers")
    first = public.page.locator(".wall-names li").first.inner_text()
    frames = "".join(f'<iframe src="{site.url}{path}"></iframe>' for path in FRAMED)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    with another_site(f"<!doctype html><title>Theirs</title>{frames}") as theirs:
        page.goto(theirs, wait_until="networkidle")
        listed, counter, refused = (page.frame_locator(f"iframe >> nth={number}") for number in range(3))
        assert first in listed.locator("main").inner_text(timeout=5000)
        assert "group" in counter.locator("main").inner_text(timeout=5000)
        assert refused.locator("article.letter").count() == 0, "only what is meant for it can be framed"
    assert context.cookies() == []
    context.close()
