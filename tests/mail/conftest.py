"""An installation with a mail server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.mail.smtp import Post, post_office


@pytest.fixture
def post(app: Flask) -> Iterator[Post]:
    """A mail server that MAIL_URL names."""
    with post_office() as served:
        app.config["MAIL_URL"] = served.url
        yield served
        app.config["MAIL_URL"] = None
